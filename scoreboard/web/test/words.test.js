import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tables } from '../src/box.js';
import { contrast, inkOn, legible, pair, rgbOf } from '../src/colors.js';
import { leadFacts, leadOf } from '../src/lead.js';
import { correctionText, isKey, letters, playText, scorers, situationText, statusText, trustOf } from '../src/words.js';

test('a status is said as on television', () => {
  const said = (line, sport = 'basketball') => statusText(line, sport);
  assert.equal(said({ status: 'in_progress', period_label: 'Q3' }), 'Q3');
  assert.equal(said({ status: 'in_progress', period_label: '5th', half: 'bottom' }, 'baseball'), 'Bot 5th');
  assert.equal(said({ status: 'end_period', period_label: 'Q1' }), 'End of Q1');
  assert.equal(said({ status: 'final', decided_in: 'REG' }), 'Final');
  assert.equal(said({ status: 'official', decided_in: '2OT' }), 'Final/2OT');
  assert.equal(said({ status: 'final', decided_in: 'F/11' }), 'Final/11');
  assert.equal(said({ status: 'halftime' }), 'Halftime');
  assert.equal(said({ status: 'something_new' }), 'something new');
});

test('a situation is said in the words of its sport', () => {
  const football = { down: 3, distance: 7, yards_to_goal: 42, yard_line: 'GB 42' };
  assert.equal(situationText(football, 'football'), '3rd & 7 at GB 42');
  assert.equal(situationText({ down: 1, distance: 6, yards_to_goal: 6, yard_line: 'GB 6' }, 'football'), '1st & Goal at GB 6');
  assert.equal(situationText({ down: null, yard_line: 'KC 35' }, 'football'), 'Ball at KC 35');
  assert.equal(situationText({ balls: 2, strikes: 1, outs: 1 }, 'baseball'), '2-1, 1 out');
  assert.equal(situationText({ home_skaters: 5, away_skaters: 4 }, 'hockey'), 'Power play 5 on 4');
  assert.equal(situationText({ home_skaters: 5, away_skaters: 5 }, 'hockey'), '');
  assert.equal(situationText(null, 'football'), '');
});

test('what was corrected says why, if anybody told', () => {
  assert.equal(correctionText({ state: 'overturned', rev: 1 }, { kind: 'overturn', reason: 'offensive foul' }), 'Overturned: offensive foul');
  assert.equal(correctionText({ state: 'voided', rev: 1 }, undefined), 'Taken back');
  assert.equal(correctionText({ state: 'provisional', rev: 0 }, { kind: 'insert', reason: null }), 'Added later');
  assert.equal(correctionText({ state: 'provisional', rev: 1 }, { kind: 'amend', changes: [{ path: '/points', from: 3, to: 2 }] }), 'Corrected: points');
  assert.equal(correctionText({ state: 'provisional', rev: 0 }, undefined), '');
});

test('a play without a text, or in notation, is told from its parts', () => {
  const play = (text, name, more = {}) => ({ text, subtype: null, play_type: 'home_run', participants: [{ name }], ...more });
  assert.equal(playText(play(null, 'J. Brown', { subtype: 'jump', play_type: '2pt' })), 'Jump 2pt: J. Brown');
  assert.equal(playText(play('HR/89/F', 'Tyler Austin')), 'Home run: Tyler Austin (HR/89/F)');
  assert.equal(playText(play('Shot (goal)', 'L. Mousset')), 'Shot (goal), L. Mousset');
  assert.equal(playText(play('L. Mousset shoots', 'L. Mousset')), 'L. Mousset shoots');
  assert.equal(playText(play('Start of Q1', null)), 'Start of Q1');
});

test('long names of teams become a few letters where there is no room', () => {
  assert.deepEqual(['BOS', 'Burnley', 'West Ham', ''].map((abbrev) => letters({ abbrev })), ['BOS', 'BUR', 'WHA', '']);
});

test('important plays stay when only those are wanted', () => {
  const play = (play_type, more = {}) => ({ play_type, points: 0, points_to: null, state: 'provisional', ...more });
  assert.equal(isKey(play('pass'), 'soccer'), false);
  assert.equal(isKey(play('card'), 'soccer'), true);
  assert.equal(isKey(play('pass', { state: 'voided' }), 'soccer'), true);
});

const teams = { home: { team_id: 't000000000h', abbrev: 'HOM' }, away: { team_id: 't000000000a', abbrev: 'AWY' } };

test('the scorers of a match are told with their minutes', () => {
  const meta = { ruleset_id: 'soccer_league', sport: 'soccer', teams };
  const goal = (minute, name, more = {}) => ({
    play_type: 'goal', points: 1, points_to: 't000000000h', period_index: 1, clock_ms: minute * 60_000, state: 'provisional', participants: [{ name }], ...more,
  });
  const plays = [goal(11, 'A'), goal(19, 'B', { state: 'overturned' }), goal(30, 'A'), goal(40, 'C', { play_type: 'own_goal' })];
  assert.deepEqual(scorers(plays, meta, 'home'), ["A 12', 31'", "C 41' (own goal)"]);
  assert.deepEqual(scorers(plays, meta, 'away'), []);
});

test('what is doubted is said, and nothing else is', () => {
  assert.deepEqual(trustOf({ feed: { mode: 'primary', confidence: 'confirmed', doubts: [], locks: [] } }), [{ level: 'ok', text: 'Score confirmed' }]);
  const said = trustOf({ feed: { mode: 'backup', confidence: 'uncertain', doubts: ['review:p9'], locks: [{}] }, status: { public_hold: true } });
  assert.deepEqual(said.map(({ text }) => text), ['Score held while officials confer', 'Backup feed', 'Score under review', 'Locked by an official']);
  assert.deepEqual(trustOf({ score: { confidence: 'uncertain' } }).map(({ text }) => text), ['Score not confirmed']);
});

test('team colours are legible on both grounds and told from each other', () => {
  for (const ground of ['#ffffff', '#161a20']) {
    for (const color of ['#000000', '#ffffff', '#ffd84d', '#1b4d7a']) {
      assert.ok(contrast(rgbOf(legible(color, ground)), rgbOf(ground)) >= 4.5);
      assert.ok(contrast(rgbOf(inkOn(color)), rgbOf(color)) >= 4.5);
    }
    const { home, away } = pair({ color: '#1b6f7a' }, { color: '#1b7a6f' }, ground);
    assert.notEqual(home, away);
  }
  assert.equal(pair({ abbrev: 'X' }, { abbrev: 'X' }, '#ffffff').home, pair({ abbrev: 'X' }, {}, '#ffffff').home);
});

test('the lead steps where the score changes and skips what was taken back', () => {
  const meta = { ruleset_id: 'nba', sport: 'basketball', teams };
  const play = (clock_ms, home, away, more = {}) => ({ period_index: 1, clock_ms, state: 'provisional', score_after: { home, away }, ...more });
  const lead = leadOf({ meta, plays: [play(700_000, 2, 0), play(690_000, 2, 3), play(680_000, 5, 3, { state: 'voided' }), play(660_000, 3, 3)] });
  assert.deepEqual(lead.margin, [0, 2, -1, 0, 0]);
  assert.equal(lead.end, 48);
  assert.deepEqual(lead.marks.map(({ at }) => at), [0, 12, 24, 36]);
  assert.deepEqual(leadFacts(lead), { home: 2, away: 1, changes: 1, ties: 1 });
});

test('box scores are tables of what is known', () => {
  const line = (side, name, set) => ({ team_id: teams[side].team_id, person_id: null, name, set });
  const stats = new Map([[1, line('home', 'A', { pts: 2, fgm: 1 })], [2, line('home', 'B', { pts: 9 })], [3, line('home', undefined, { pts: 11 })]]);
  const box = tables(stats, { sport: 'basketball', teams });
  assert.deepEqual(box.columns, ['pts', 'fgm']);
  assert.deepEqual(box.home.people.map(({ name }) => name), ['B', 'A']);
  assert.equal(box.home.team.set.pts, 11);
});
