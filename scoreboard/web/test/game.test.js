import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, begin, hasCorrections, newestCorrections, stopAt, stopsOf, withCorrections } from '../src/game.js';

const [HOME, AWAY] = ['t000000000h', 't000000000a'];

const play = (number, order, change = {}) => ({
  play_id: `p${number}`,
  rev: 0,
  order,
  period_index: 1,
  points: 0,
  points_to: null,
  state: 'provisional',
  score_after: { home: 0, away: 0 },
  ...change,
});

const snapshot = (plays = []) => ({
  game_id: 'g000000000x',
  epoch: 7,
  seq: 20,
  as_of: '2026-11-23T21:00:00.000Z',
  meta: { teams: { home: { team_id: HOME }, away: { team_id: AWAY } } },
  score: { home: { points: 0 }, away: { points: 0 } },
  status: { status: 'in_progress' },
  clock: null,
  situation: null,
  plays,
  shots: [],
});

const told = (type, seq, data, more = {}) => ({
  game_id: 'g000000000x', epoch: 7, seq, type, ts: '2026-11-23T21:00:01.000Z', data, ...more,
});

test('a play is put where it belongs, not where it came', () => {
  let game = begin(snapshot([play(2, 1024), play(5, 3072)]));
  game = apply(game, told('play', 21, play(21, 2048)));
  assert.deepEqual(game.plays.map((one) => one.play_id), ['p2', 'p21', 'p5']);
  assert.equal(game.seq, 21);
});

test('the highest revision of a play stands', () => {
  let game = begin(snapshot([play(2, 1024, { rev: 1, text: 'new' })]));
  game = apply(game, told('play', 21, play(2, 1024, { rev: 0, text: 'old' })));
  assert.equal(game.plays[0].text, 'new');
  game = apply(game, told('play', 22, play(2, 4096, { rev: 2, text: 'newest' })));
  assert.deepEqual(game.plays.map((one) => one.text), ['newest']);
});

test('a correction moves the score after all plays behind it, and no other', () => {
  const plays = [
    play(2, 1024, { score_after: { home: 2, away: 0 } }),
    play(5, 2048, { score_after: { home: 4, away: 0 } }),
    play(9, 3072, { score_after: { home: 4, away: 3 } }),
  ];
  const correction = { kind: 'overturn', target: 'p5', reason: 'foot on the line', before: { score: { home: 4, away: 3 } }, after: { score: { home: 2, away: 3 } }, changes: [] };
  let game = begin(snapshot(plays));
  game = apply(game, told('play', 21, { ...plays[1], rev: 1, state: 'overturned', score_after: { home: 2, away: 0 } }));
  game = apply(game, told('correction', 21, correction));
  assert.deepEqual(game.plays.map((one) => one.score_after.home), [2, 2, 2]);
  assert.equal(newestCorrections(game).get('p5').reason, 'foot on the line');
});

test('corrections are known once, and only from where they happened', () => {
  const [first, second] = [{ seq: 8, target: 'p5', reason: 'a' }, { seq: 12, target: 'p5', reason: 'b' }];
  const all = withCorrections([second], [first, second]);
  assert.deepEqual(all, [first, second]);
  assert.equal(newestCorrections({ corrections: all, seq: 10 }).get('p5').reason, 'a');
  assert.equal(newestCorrections({ corrections: all, seq: 12 }).get('p5').reason, 'b');
});

test('a snapshot shows whether something was corrected', () => {
  assert.equal(hasCorrections(snapshot([play(2, 1024), play(5, 2048)])), false);
  assert.equal(hasCorrections(snapshot([play(2, 1024), play(5, 2048, { rev: 1 })])), true);
  assert.equal(hasCorrections(snapshot([play(5, 1024), play(2, 2048)])), true);
});

test('kinds that are not known, and other incarnations, change nothing that is shown', () => {
  const before = begin(snapshot([play(2, 1024)]));
  const after = apply(before, told('fireworks', 21, { loud: true }));
  assert.deepEqual({ ...after, seq: before.seq, as_of: before.as_of, source: undefined, term: undefined }, { ...before, source: undefined, term: undefined });
  assert.equal(apply(before, told('score', 3, {}, { epoch: 8 })), before);
});

test('a shot stands among the shots where its play stands among the plays', () => {
  const shot = (id, change = {}) => ({ play_id: id, rev: 0, made: false, ...change });
  let game = begin({ ...snapshot([play(2, 1024), play(5, 2048), play(9, 3072)]), shots: [shot('p2'), shot('p9')] });
  game = apply(game, told('shot', 21, shot('p5')));
  assert.deepEqual(game.shots.map((one) => one.play_id), ['p2', 'p5', 'p9']);
  game = apply(game, told('shot', 22, shot('p5', { rev: 1, made: true })));
  assert.equal(game.shots[1].made, true);
});

test('the box score takes lines in the place of what it had', () => {
  let game = begin(snapshot());
  const line = (set) => ({ team_id: HOME, person_id: 'x1', name: 'A', set });
  game = apply(game, told('stats', 21, { lines: [line({ pts: 2 }), { team_id: HOME, person_id: null, set: { pts: 2 } }] }));
  game = apply(game, told('stats', 22, { lines: [line({ pts: 4 })] }));
  assert.deepEqual([...game.stats.values()].map((one) => one.set.pts), [4, 2]);
  game = apply(game, told('stats', 23, { lines: [line({})] }));
  assert.equal(game.stats.size, 1);
});

test('one can go back to every play in the order in which they became known', () => {
  const stops = stopsOf(begin(snapshot([play(9, 1024), play(3, 2048), play(5, 3072)])));
  assert.deepEqual(stops.map(({ seq }) => seq), [3, 5, 9]);
  assert.deepEqual([2, 3, 8, 9, 99].map((seq) => stopAt(stops, seq)), [-1, 0, 1, 2, 2]);
});

test('an alert is shown once, and not after it was retracted', () => {
  const tell = (seq, ...alerts) => told('alert', seq, { title: 'BOS 72, ORL 68', alerts });
  const [lead, late] = [{ notif_id: 'g:lead', kind: 'lead_change', retracts: null }, { notif_id: 'g:fix', kind: 'correction', retracts: 'g:lead' }];
  let game = apply(apply(begin(snapshot()), tell(21, lead)), tell(21, lead));
  assert.deepEqual(game.alerts.map((one) => [one.kind, one.title]), [['lead_change', 'BOS 72, ORL 68']]);
  game = apply(game, tell(22, late));
  assert.deepEqual(game.alerts, []);
});
