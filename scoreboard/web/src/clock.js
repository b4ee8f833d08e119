// The game clock: what it shows now, and how that is written.
//
// Rule: a clock that runs is carried on only from what the server said and for as long as
// that can be true; what is older stands still. Pure: the time is an argument.

import { lengthOf } from './rulesets.js';

/** Milliseconds for which a clock is carried on without a word from the server. */
export const CARRY_MS = 20 * 60_000;

/**
 * The time at which the value was right: what the source says, but not after we heard it.
 * Games that are played faster than in reality have clocks of the future.
 */
export function anchorOf(clock, heardTs) {
  if (!clock) return null;
  const said = Date.parse(clock.as_of ?? heardTs);
  const heard = Date.parse(heardTs ?? clock.as_of);
  return Number.isFinite(said) && Number.isFinite(heard) ? Math.min(said, heard) : null;
}

/** What the clock shows, milliseconds; null where there is none. */
export function valueAt(clock, anchorMs, nowMs, rules) {
  if (!clock || clock.direction === 'none' || clock.value_ms === null) return null;
  const passed = nowMs - (anchorMs ?? nowMs);
  if (!clock.running || passed <= 0 || passed > CARRY_MS) return clock.value_ms;
  if (clock.direction === 'down') return Math.max(0, clock.value_ms - passed);
  const most = rules ? lengthOf(rules, clock.period_index) + 30 * 60_000 : Infinity;
  return Math.min(most, clock.value_ms + passed);
}

const two = (number) => String(number).padStart(2, '0');

/** "4:32"; the last minute of a basketball period in tenths, "32.4". */
export function clockText(ms, { direction = 'down', tenths = false } = {}) {
  if (ms === null || ms === undefined) return '';
  if (tenths && direction === 'down' && ms < 60_000) return (Math.floor(ms / 100) / 10).toFixed(1);
  // What is left is rounded up, as on a scoreboard: 0:00 means that time is over.
  const seconds = direction === 'down' ? Math.ceil(ms / 1000) : Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** The minute of a soccer match as it is written: "63'", "45+2'". */
export function minuteText(ms, period, rules) {
  if (ms === null || ms === undefined) return '';
  const length = lengthOf(rules, period) / 60_000;
  let start = 0;
  for (let index = 1; index < period; index += 1) start += lengthOf(rules, index) / 60_000;
  const minute = Math.floor(ms / 60_000) + 1;
  if (length > 0 && ms >= length * 60_000) return `${start + length}+${minute - length}'`;
  return `${start + minute}'`;
}

/** The clock of a game as its sport writes it. */
export function gameClock(ms, period, rules) {
  if (ms === null || ms === undefined || rules.counts === 'none') return '';
  if (rules.sport === 'soccer') return minuteText(ms, period, rules);
  return clockText(ms, { direction: rules.counts, tenths: rules.sport === 'basketball' });
}

/** "0.4 s", "12 s", "3 min": how old something is. */
export function ageText(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** How far this machine's clock is ahead of the server's, from events as they come. */
export class Skew {
  #least = null;

  /** An event of `ts` came at `nowMs`. The least of the differences has the least delay in it. */
  heard(ts, nowMs) {
    const difference = nowMs - Date.parse(ts);
    if (Number.isFinite(difference)) this.#least = Math.min(this.#least ?? difference, difference);
  }

  /** Server time, for this machine's time. */
  server(nowMs) {
    return nowMs - (this.#least ?? 0);
  }
}
