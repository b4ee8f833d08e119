import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridiron, marks, onSurface, surfaceOf } from '../src/surface.js';

const meta = (ruleset_id, sport) => ({
  ruleset_id,
  sport,
  teams: { home: { team_id: 't000000000h' }, away: { team_id: 't000000000a' } },
});
const nba = surfaceOf(meta('nba', 'basketball'));

test('home attacks to the right with its left side up, away is turned by half', () => {
  // A lay-up in front of the hoop and a three from the left corner, as the attacker sees them.
  const [layup, corner] = [{ x: 94.4, y: 50 }, { x: 95, y: 3 }];
  const close = onSurface(layup, 'home', nba);
  assert.ok(Math.abs(close.x - (94 - 5.25)) < 0.1 && close.y === 25);
  const home = onSurface(corner, 'home', nba);
  const away = onSurface(corner, 'away', nba);
  assert.ok(home.x > 88 && home.y < 2);
  assert.ok(away.x < 6 && away.y > 48);
  assert.ok(Math.abs(home.x + away.x - 94) < 1e-9 && Math.abs(home.y + away.y - 50) < 1e-9);
});

test('the three-point line is 22 feet from the hoop in the corner and 23.75 at the top', () => {
  const line = nba.shapes.find((shape) => shape.d?.startsWith('M0 3 H'));
  const along = Number(/H([\d.]+)/.exec(line.d)[1]);
  assert.ok(Math.abs(Math.hypot(along - 5.25, 25 - 3) - 23.75) < 0.01);
});

test('every shot that counts and has a place is drawn, voided ones are not', () => {
  const shot = (play_id, team_id, more = {}) => ({ play_id, team_id, made: true, loc: { x: 90, y: 40 }, voided: false, ...more });
  const shots = [
    shot('p1', 't000000000h'),
    shot('p2', 't000000000a'),
    shot('p3', 't000000000h', { voided: true }),
    shot('p4', 't000000000h', { loc: null }),
  ];
  const found = marks(shots, meta('nba', 'basketball'), nba);
  assert.deepEqual(found.map((mark) => [mark.shot.play_id, mark.side]), [['p1', 'home'], ['p2', 'away']]);
});

test('surfaces have their own measures; a sport without one is not drawn', () => {
  assert.deepEqual([surfaceOf(meta('nhl', 'hockey')).length, surfaceOf(meta('nhl', 'hockey')).width], [200, 85]);
  assert.equal(surfaceOf(meta('soccer_cup', 'soccer')).length, 105);
  assert.equal(surfaceOf(meta('fiba', 'basketball')).length, 91.86);
  assert.equal(surfaceOf(meta('mlb', 'baseball')), null);
});

test('the side with the ball drives to the end zone of the other', () => {
  assert.deepEqual(gridiron({ yards_to_goal: 30, distance: 10, down: 1 }, 'away'), { ball: 70, forward: 1, first: 80, redZone: false });
  assert.deepEqual(gridiron({ yards_to_goal: 30, distance: 10, down: 1 }, 'home'), { ball: 30, forward: -1, first: 20, redZone: false });
});

test('first and goal has no line to gain, and nobody has the ball sometimes', () => {
  assert.equal(gridiron({ yards_to_goal: 6, distance: 6, down: 1 }, 'home').first, null);
  assert.equal(gridiron({ yards_to_goal: 6, distance: 6, down: 1 }, 'home').redZone, true);
  assert.equal(gridiron({ yards_to_goal: 35, distance: null, down: null }, 'away').first, null);
  assert.equal(gridiron({ possession: null }, null), null);
});
