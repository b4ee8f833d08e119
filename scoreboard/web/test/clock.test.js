import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageText, anchorOf, CARRY_MS, clockText, gameClock, minuteText, Skew, valueAt } from '../src/clock.js';
import { elapsed, rulesOf } from '../src/rulesets.js';

const nba = rulesOf({ ruleset_id: 'nba' });
const soccer = rulesOf({ ruleset_id: 'soccer_league' });
const T = Date.parse('2026-11-23T21:41:07.000Z');
const down = { period_index: 3, running: true, value_ms: 60_000, direction: 'down', as_of: '2026-11-23T21:41:07.000Z' };

test('a running clock is carried on from what the server said', () => {
  assert.equal(valueAt(down, T, T + 12_000, nba), 48_000);
  assert.equal(valueAt({ ...down, direction: 'up' }, T, T + 12_000, soccer), 72_000);
});

test('it never runs below nothing, and a stopped one stands still', () => {
  assert.equal(valueAt(down, T, T + 100_000, nba), 0);
  assert.equal(valueAt({ ...down, running: false }, T, T + 12_000, nba), 60_000);
});

test('a clock that was last heard of long ago, or in the future, is shown as it was said', () => {
  assert.equal(valueAt(down, T, T + CARRY_MS + 1, nba), 60_000);
  assert.equal(valueAt(down, T, T - 5000, nba), 60_000);
});

test('a clock of the future counts from when it was heard', () => {
  assert.equal(anchorOf(down, '2026-11-23T21:40:00.000Z'), T - 67_000);
  assert.equal(anchorOf(down, '2026-11-23T21:41:30.000Z'), T);
  assert.equal(anchorOf(null, '2026-11-23T21:41:30.000Z'), null);
});

test('what is left is rounded up to the second, what was played down', () => {
  assert.equal(clockText(239_001), '4:00');
  assert.equal(clockText(239_999, { direction: 'up' }), '3:59');
  assert.equal(clockText(null), '');
});

test('the last minute of a basketball period has tenths', () => {
  assert.equal(gameClock(32_450, 4, nba), '32.4');
  assert.equal(gameClock(60_000, 4, nba), '1:00');
});

test('soccer is told in minutes, stoppage apart', () => {
  assert.equal(minuteText(0, 1, soccer), "1'");
  assert.equal(minuteText(44 * 60_000 + 59_000, 1, soccer), "45'");
  assert.equal(minuteText(46 * 60_000, 1, soccer), "45+2'");
  assert.equal(minuteText(17 * 60_000, 2, soccer), "63'");
});

test('the time of play adds up over periods and overtimes', () => {
  assert.equal(elapsed(nba, 1, 720_000), 0);
  assert.equal(elapsed(nba, 5, 300_000), 48 * 60_000);
  assert.equal(elapsed(soccer, 2, 60_000), 46 * 60_000);
  assert.equal(elapsed(rulesOf({ ruleset_id: 'mlb' }), 2, null), null);
});

test('ages are told as coarsely as they are old', () => {
  assert.deepEqual([400, 12_345, 300_000, 9_000_000].map(ageText), ['0.4 s', '12 s', '5 min', '2 h']);
});

test('this machine may be ahead of the server or behind it', () => {
  const skew = new Skew();
  assert.equal(skew.server(T), T);
  skew.heard('2026-11-23T21:41:07.000Z', T + 5300);
  skew.heard('2026-11-23T21:41:08.000Z', T + 1000 + 5040);
  assert.equal(skew.server(T + 5040), T);
});
