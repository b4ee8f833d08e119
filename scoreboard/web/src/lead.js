// The lead over the course of a game, as two lines for a chart. Pure.

import { elapsed, lengthOf, rulesOf, startOf } from './rulesets.js';
import { isGone } from './words.js';

/**
 * { x, margin, plays, marks, unit }: x in minutes of play, or in plays where there is no
 * clock; margin home minus away; `marks` the beginnings of periods.
 */
export function leadOf(game) {
  const rules = rulesOf(game.meta);
  const timed = rules.counts !== 'none';
  const [x, margin, plays] = [[0], [0], [null]];
  const starts = new Map();
  let last = 0;
  game.plays.forEach((play, index) => {
    if (isGone(play) || play.shootout) return;
    const ms = timed ? elapsed(rules, play.period_index, play.clock_ms) : index + 1;
    const at = ms === null ? last : timed ? ms / 60_000 : ms;
    if (!starts.has(play.period_index)) starts.set(play.period_index, at);
    last = Math.max(last, at);
    const lead = play.score_after.home - play.score_after.away;
    if (lead === margin.at(-1)) return;
    x.push(last);
    margin.push(lead);
    plays.push(play);
  });
  x.push(Math.max(last, x.at(-1)));
  margin.push(margin.at(-1));
  plays.push(null);
  const begun = [...starts.keys()].sort((a, b) => a - b);
  const most = Math.max(rules.periods, ...begun);
  const all = Array.from({ length: most }, (_, index) => index + 1);
  const marks = (timed ? all : begun).map((period) => ({
    period,
    at: timed ? startOf(rules, period) / 60_000 : starts.get(period),
  }));
  const full = timed && rules.periodMs ? (startOf(rules, most) + lengthOf(rules, most)) / 60_000 : x.at(-1);
  return { x, margin, plays, marks, end: Math.max(full, x.at(-1)), timed };
}

/** The biggest leads and how often the lead changed: what is said beside the chart. */
export function leadFacts({ margin }) {
  let [changes, ties, leader] = [0, 0, 0];
  margin.forEach((lead, index) => {
    const sign = Math.sign(lead);
    if (sign === 0) {
      if (index > 0 && margin[index - 1] !== 0) ties += 1;
      return;
    }
    if (leader !== 0 && sign !== leader) changes += 1;
    leader = sign;
  });
  return { home: Math.max(0, ...margin), away: Math.max(0, ...margin.map((lead) => -lead)), changes, ties };
}
