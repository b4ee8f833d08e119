import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counts, EMPTY, fits, sections, withLine, withState } from '../src/board.js';

const line = (id, league, state, start = '2026-11-23T19:00:00Z', more = {}) => ({
  game_id: id,
  league,
  state,
  scheduled_start: start,
  home: { team_id: `t${id}h`, abbrev: 'BOS', points: 0 },
  away: { team_id: `t${id}a`, abbrev: 'ORL', points: 0 },
  ...more,
});

const board = (...lines) => lines.reduce((all, one) => withLine(all, one, 0), EMPTY);

test('favourites come first, then leagues with live games; live, soon, final within', () => {
  const all = board(line('g1', 'nfl_', 'pre'), line('g2', 'nba_', 'post'), line('g3', 'nba_', 'in'), line('g4', 'nba_', 'pre'), line('g5', 'nba_', 'in', '2026-11-23T18:00:00Z'));
  const found = sections(all, new Set(['tg1h']));
  assert.deepEqual(found.map((part) => [part.key, part.live, part.games.map(({ id }) => id)]), [
    ['favourites', 0, ['g1']],
    ['nba_', 2, ['g5', 'g3', 'g4', 'g2']],
  ]);
});

test('a score that changes lights up on its side; the first line does not', () => {
  const first = board(line('g1', 'nba_', 'in'));
  assert.equal(first.get('g1').flash, null);
  const next = withLine(first, line('g1', 'nba_', 'in', undefined, { away: { team_id: 'tg1a', abbrev: 'ORL', points: 2 } }), 99);
  assert.deepEqual(next.get('g1').flash, { side: 'away', at: 99 });
});

test('states may come before the line, and are kept beside it', () => {
  const meta = { teams: { home: { name: 'Boston' }, away: { name: 'Orlando' } } };
  let all = withState(EMPTY, { game_id: 'g1', type: 'meta', data: meta, ts: 't' });
  assert.deepEqual(sections(all, new Set()), []);
  all = withLine(all, line('g1', 'nba_', 'in'), 0);
  all = withState(all, { game_id: 'g1', type: 'clock', data: { value_ms: 5 }, ts: '2026' });
  assert.deepEqual([all.get('g1').meta, all.get('g1').clockTs], [meta, '2026']);
  assert.equal(fits(all.get('g1'), { text: 'orlando' }), true);
  assert.equal(fits(all.get('g1'), { text: 'orlando', show: 'post' }), false);
  assert.equal(fits(all.get('g1'), { text: 'chicago' }), false);
});

test('the board knows how many games are live and which leagues there are', () => {
  const found = counts(board(line('g1', 'nfl_', 'pre'), line('g3', 'nba_', 'in')));
  assert.deepEqual([found.all, found.in, found.pre, found.post, [...found.leagues]], [2, 1, 1, 0, ['nfl_', 'nba_']]);
});
