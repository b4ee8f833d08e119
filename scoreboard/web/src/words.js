// What a fan reads: status, situation, plays in words. Pure.

import { gameClock, minuteText } from './clock.js';
import { periodName, rulesOf } from './rulesets.js';

const LEAGUES = {
  nfl_: 'NFL',
  nba_: 'NBA',
  nbag: 'G League',
  wnba: 'WNBA',
  nhl_: 'NHL',
  pwhl: 'PWHL',
  mlb_: 'MLB',
  ncam: 'NCAA men',
  ncaw: 'NCAA women',
  epl_: 'Premier League',
  wc__: 'World Cup',
  socr: 'Soccer',
  dfl_: 'Demo Football',
  dbl_: 'Demo Basketball',
  dsl_: 'Demo Soccer',
  dhl_: 'Demo Hockey',
  dml_: 'Demo Baseball',
};

export function leagueName(code) {
  return LEAGUES[code] ?? code.replaceAll('_', ' ').trim().toUpperCase();
}

const STATUS = {
  tbd: 'Time to be decided',
  if_necessary: 'If necessary',
  pregame: 'Soon',
  delayed_start: 'Start delayed',
  halftime: 'Halftime',
  shootout: 'Shoot-out',
  delayed: 'Delayed',
  suspended: 'Suspended',
  final: 'Final',
  official: 'Final',
  postponed: 'Postponed',
  cancelled: 'Cancelled',
  abandoned: 'Abandoned',
  forfeited: 'Forfeited',
};

const HALVES = { top: 'Top', bottom: 'Bot' };

/**
 * Where a game stands: { text, clock }. `clock` is whether the text stands beside a clock
 * that is shown by itself.
 */
export function statusText({ status, period_label: label, decided_in: decided, period_index: index, half }, sport) {
  if (status === 'in_progress') {
    if (sport === 'baseball') return `${HALVES[half] ?? ''} ${label}`.trim();
    return label ?? `Period ${index}`;
  }
  if (status === 'end_period') return sport === 'baseball' ? `End ${label}` : `End of ${label}`;
  if (status === 'final' || status === 'official') {
    return decided && decided !== 'REG' ? `Final/${decided.replace('F/', '')}` : 'Final';
  }
  return STATUS[status] ?? (status ?? '').replaceAll('_', ' ');
}

/** "7:30 PM", or with the day if it is not today. */
export function startText(iso, now = new Date(), locale = undefined) {
  if (!iso) return 'Time to be decided';
  const start = new Date(iso);
  const time = start.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });
  if (start.toDateString() === now.toDateString()) return time;
  const day = start.toLocaleDateString(locale, { weekday: 'short', month: 'short', day: 'numeric' });
  return `${day}, ${time}`;
}

const ORDINALS = ['', '1st', '2nd', '3rd', '4th'];

/** The situation in a few words, '' if there is nothing to say. */
export function situationText(situation, sport) {
  if (!situation) return '';
  if (sport === 'football') {
    const { down, distance, yards_to_goal: goal, yard_line: line } = situation;
    if (!down) return line ? `Ball at ${line}` : '';
    const to = distance !== null && goal !== null && distance >= goal ? 'Goal' : distance;
    return `${ORDINALS[down] ?? down} & ${to ?? '?'}${line ? ` at ${line}` : ''}`;
  }
  if (sport === 'baseball') {
    const { balls, strikes, outs } = situation;
    const count = balls === null || strikes === null ? '' : `${balls}-${strikes}`;
    const out = outs === null ? '' : `${outs} out${outs === 1 ? '' : 's'}`;
    return [count, out].filter(Boolean).join(', ');
  }
  if (sport === 'hockey') {
    const { home_skaters: home, away_skaters: away } = situation;
    if (home === null || away === null || home === undefined || home === away) return '';
    return `Power play ${Math.max(home, away)} on ${Math.min(home, away)}`;
  }
  return '';
}

/** Whose power play it is: "home", "away" or null. */
export function powerPlay(situation) {
  const { home_skaters: home, away_skaters: away } = situation ?? {};
  if (typeof home !== 'number' || typeof away !== 'number' || home === away) return null;
  return home > away ? 'home' : 'away';
}

/** Who has the ball: "home", "away" or null. */
export function possessionSide(situation, meta) {
  const id = situation?.possession;
  if (!id || !meta) return null;
  if (id === meta.teams.home.team_id) return 'home';
  return id === meta.teams.away.team_id ? 'away' : null;
}

/** The side of a team id, null if it is neither's. */
export function sideOf(teamId, meta) {
  if (!teamId) return null;
  if (teamId === meta.teams.home.team_id) return 'home';
  return teamId === meta.teams.away.team_id ? 'away' : null;
}

const capital = (text) => (text ? text[0].toUpperCase() + text.slice(1) : '');

/** A scorer's notation ("HR/89/F"), which only scorers read. */
const isNotation = (text) => text.length < 24 && !/[a-z]/.test(text) && !text.includes(' ');

/** A play in words: the feed's, else what its parts say; with a name, if there is one. */
export function playText(play) {
  const names = play.participants.map((person) => person.name).filter(Boolean);
  if (play.text && !isNotation(play.text)) {
    const isNamed = names.length === 0 || names.some((name) => play.text.includes(name.split(' ').at(-1)));
    return isNamed ? play.text : `${play.text}, ${names[0]}`;
  }
  const kind = capital([play.subtype, play.play_type].filter(Boolean).join(' ').replaceAll('_', ' '));
  const said = names.length ? `${kind}: ${names[0]}` : kind;
  return play.text ? `${said} (${play.text})` : said;
}

/** Letters for a team where there is room for four. */
export function letters({ abbrev }) {
  if (!abbrev || abbrev.length <= 4) return abbrev ?? '';
  const words = abbrev.split(/\s+/);
  const short = words.length > 1 ? words[0][0] + words.at(-1).slice(0, 2) : abbrev.slice(0, 3);
  return short.toUpperCase();
}

/** When a play was, in its period. */
export function playClock(play, meta) {
  const rules = rulesOf(meta);
  if (rules.counts === 'none') return play.half ? `${HALVES[play.half] ?? ''} ${play.period_index}` : '';
  return gameClock(play.clock_ms, play.period_index, rules);
}

/** Plays that stay in the list when only the important ones are wanted, by sport. */
const KEY = {
  soccer: new Set(['goal', 'own_goal', 'penalty_kick', 'shootout_kick', 'shot', 'card', 'substitution', 'var', 'corner', 'offside']),
  hockey: new Set(['goal', 'penalty', 'penalty_shot', 'shootout_shot', 'shootout_winner', 'shot', 'goalie_change']),
  basketball: new Set(['2pt', '3pt', 'freethrow', 'ejection', 'timeout']),
  football: new Set(['touchdown', 'field_goal', 'interception', 'fumble', 'safety', 'two_point', 'extra_point', 'sack', 'punt', 'kickoff']),
  baseball: new Set(['single', 'double', 'triple', 'home_run', 'walk', 'strikeout', 'error', 'steal', 'caught_stealing', 'hit_by_pitch']),
};

const FRAME = new Set(['period_start', 'period_end', 'game_start', 'game_end']);

export const isGone = (play) => play.state === 'voided' || play.state === 'overturned';
export const isScoring = (play) => play.points > 0 && play.points_to !== null;

export function isKey(play, sport) {
  if (isScoring(play) || isGone(play) || FRAME.has(play.play_type) || play.state === 'under_review') return true;
  return KEY[sport]?.has(play.play_type) ?? false;
}

/** What a correction did, in a few words. */
export function correctionText(play, correction) {
  const what =
    play.state === 'overturned'
      ? 'Overturned'
      : play.state === 'voided'
        ? 'Taken back'
        : correction?.kind === 'insert'
          ? 'Added later'
          : play.rev > 0 || correction
            ? 'Corrected'
            : '';
  if (!what) return '';
  const changed = (correction?.changes ?? [])
    .filter(({ path }) => !['/state', '/rev'].includes(path))
    .map(({ path }) => path.replace(/^\//, '').replaceAll('_', ' ').replaceAll('/', ' '));
  const reason = correction?.reason ?? (what === 'Corrected' && changed.length ? changed.slice(0, 3).join(', ') : '');
  return reason ? `${what}: ${reason}` : what;
}

/** Scorers of a side for the head of the page (soccer, hockey): "T. Burrowes 23', 61'". */
export function scorers(plays, meta, side) {
  const id = meta.teams[side].team_id;
  const rules = rulesOf(meta);
  const found = new Map();
  for (const play of plays) {
    if (!isScoring(play) || isGone(play) || play.shootout || play.points_to !== id) continue;
    const name = play.participants[0]?.name ?? capital(play.play_type.replaceAll('_', ' '));
    const when =
      rules.sport === 'soccer'
        ? minuteText(play.clock_ms, play.period_index, rules)
        : `${periodName(rules, play.period_index)} ${gameClock(play.clock_ms, play.period_index, rules)}`;
    const mark = play.play_type === 'own_goal' ? ' (own goal)' : play.play_type === 'penalty_kick' ? ' (pen.)' : '';
    found.set(name, [...(found.get(name) ?? []), when + mark]);
  }
  return [...found].map(([name, times]) => `${name} ${times.join(', ')}`);
}

const MODES = {
  backup: 'Backup feed',
  probation: 'Main feed is back, on trial',
  dark: 'No feed can be believed now',
  manual: 'An official keeps the score',
  latched: 'Waiting for a person to decide',
};

/** What there is to say of the feed: [{ level: "ok"|"doubt", text }]. */
export function trustOf(game) {
  const { feed, score, status } = game;
  const said = [];
  const doubt = (text) => said.push({ level: 'doubt', text });
  if (status?.public_hold) doubt('Score held while officials confer');
  if (feed?.mode && MODES[feed.mode]) doubt(MODES[feed.mode]);
  const doubts = feed?.doubts ?? [];
  if (doubts.some((one) => one.startsWith('review'))) doubt('Score under review');
  else if ((feed?.confidence ?? score?.confidence) === 'uncertain') doubt('Score not confirmed');
  if (feed?.locks?.length) doubt('Locked by an official');
  if (said.length === 0) said.push({ level: 'ok', text: 'Score confirmed' });
  return said;
}
