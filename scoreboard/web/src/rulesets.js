// What the page needs to know of rulesets: lengths of periods and the way of the clock.
//
// Pure. The server has the law (`scoreboard/sports/rulesets.py`); here only what a picture
// of time needs. An unknown ruleset is drawn without a clock.

const MINUTE = 60_000;
const make = (sport, periods, minutes, overtime, counts) => ({
  sport,
  periods,
  periodMs: minutes * MINUTE,
  overtimeMs: overtime * MINUTE,
  counts,
});

const RULESETS = {
  nfl: make('football', 4, 15, 15, 'down'),
  ncaa_football: make('football', 4, 15, 0, 'down'),
  nba: make('basketball', 4, 12, 5, 'down'),
  ncaa_mens_basketball: make('basketball', 2, 20, 5, 'down'),
  fiba: make('basketball', 4, 10, 5, 'down'),
  soccer_league: make('soccer', 2, 45, 0, 'up'),
  soccer_cup: make('soccer', 2, 45, 15, 'up'),
  nhl: make('hockey', 3, 20, 5, 'down'),
  nhl_playoffs: make('hockey', 3, 20, 20, 'down'),
  pwhl: make('hockey', 3, 20, 5, 'up'),
  pwhl_playoffs: make('hockey', 3, 20, 20, 'up'),
  mlb: make('baseball', 9, 0, 0, 'none'),
};

export function rulesOf(meta) {
  return RULESETS[meta?.ruleset_id] ?? make(meta?.sport ?? '', 4, 0, 0, 'none');
}

/** How long a period is, milliseconds; 0 if it has no clock. */
export function lengthOf(rules, period) {
  return period <= rules.periods ? rules.periodMs : rules.overtimeMs;
}

/** Milliseconds of play before a period begins. */
export function startOf(rules, period) {
  let total = 0;
  for (let index = 1; index < period; index += 1) total += lengthOf(rules, index);
  return total;
}

/** Milliseconds since the game's start, null where there is no clock. */
export function elapsed(rules, period, clockMs) {
  if (rules.counts === 'none' || clockMs === null || clockMs === undefined) return null;
  const length = lengthOf(rules, period);
  const played = rules.counts === 'up' ? clockMs : Math.max(0, length - clockMs);
  return startOf(rules, period) + played;
}

/** How a period is called; the newest one's name comes from the server. */
export function periodName(rules, period) {
  if (rules.sport === 'baseball') return String(period);
  if (period > rules.periods) {
    const extra = period - rules.periods;
    const name = rules.sport === 'soccer' ? 'ET' : 'OT';
    return extra === 1 ? name : `${name}${extra}`;
  }
  if (rules.periods === 4) return `Q${period}`;
  if (rules.periods === 2) return period === 1 ? '1st half' : '2nd half';
  return ['1st', '2nd', '3rd'][period - 1] ?? String(period);
}

/** The same in a column of a table. */
export function periodShort(rules, period) {
  if (period > rules.periods && rules.sport !== 'baseball') return periodName(rules, period);
  return String(period);
}
