// The books and the client, without a server. Run: node --test clients/js

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff, Lines, Resume, retryMs } from './resume.mjs';
import { Scoreboard } from './scoreboard.mjs';

const GAME = 'g0000000001';
const event = (seq, prev, type = 'score', epoch = 7) => ({ game_id: GAME, epoch, seq, prev, type });

function live(seq = 3) {
  const resume = new Resume();
  resume.follow(GAME);
  resume.asked([GAME]);
  resume.answered(GAME, { mode: 'snapshot', epoch: 7, seq, state: { seq } });
  return resume;
}

test('a game that nothing is known of is asked for as null', () => {
  const resume = new Resume();
  resume.follow(GAME);
  assert.deepEqual(resume.wanted(), { [GAME]: null });
});

test('events that come before the answer are held, and those up to the cut dropped', () => {
  const resume = new Resume();
  resume.follow(GAME);
  resume.asked([GAME]);
  for (const seq of [2, 3, 4]) assert.deepEqual(resume.received(event(seq, seq - 1)), []);
  const { snapshot, events } = resume.answered(GAME, { mode: 'snapshot', epoch: 7, seq: 3, state: {} });
  assert.deepEqual([snapshot, events.map((e) => e.seq)], [{}, [4]]);
});

test('a live event is told once', () => {
  const resume = live();
  assert.equal(resume.received(event(4, 3)).length, 1);
  assert.deepEqual(resume.received(event(4, 3)), []);
  assert.equal(resume.counts()[GAME].repeats, 1);
});

test('a hole in what is critical is asked for, and then told in order', () => {
  const resume = live();
  resume.received(event(4, 3));
  assert.deepEqual(resume.received(event(6, 5)), []);
  assert.deepEqual(resume.wanted(), { [GAME]: [7, 3] });
  resume.asked([GAME]);
  const missed = [event(4, 3), event(5, 4), event(6, 5)];
  const { events } = resume.answered(GAME, { mode: 'delta', epoch: 7, seq: 6, events: missed });
  assert.deepEqual(events.map((e) => e.seq), [5, 6]);
  assert.equal(resume.counts()[GAME].holes, 1);
});

test('a jump in whole states is no hole', () => {
  const resume = live();
  assert.equal(resume.received(event(9, 8, 'clock')).length, 1);
});

test('another epoch begins anew', () => {
  const resume = live();
  assert.deepEqual(resume.received(event(1, 0, 'score', 8)), []);
  resume.asked([GAME]);
  const answer = { mode: 'snapshot', epoch: 8, seq: 1, state: { seq: 1 } };
  assert.deepEqual(resume.answered(GAME, answer), { snapshot: { seq: 1 }, events: [] });
});

test('after a break within an entry its other part comes, and nothing twice', () => {
  const resume = live();
  resume.received(event(4, 3, 'play'));
  resume.lost();
  assert.deepEqual(resume.wanted(), { [GAME]: [7, 3] });
  resume.asked([GAME]);
  const events = [event(4, 3, 'play'), event(4, 3, 'score')];
  const told = resume.answered(GAME, { mode: 'delta', epoch: 7, seq: 4, events }).events;
  assert.deepEqual(told.map((e) => e.type), ['score']);
});

test('numbers may come as BigInt', () => {
  const resume = new Resume();
  resume.follow(GAME);
  resume.asked([GAME]);
  resume.answered(GAME, { mode: 'snapshot', epoch: 7n, seq: 3n, state: {} });
  assert.equal(resume.received(event(4n, 3n, 'score', 7n))[0].seq, 4);
});

test('a line is told when it is new', () => {
  const lines = new Lines();
  assert.deepEqual(
    [[7, 1], [7, 1], [7, 2], [7, 1], [8, 1]].map(([epoch, seq]) => lines.isNew(GAME, epoch, seq)),
    [true, false, true, false, true],
  );
});

test('waits double, are drawn from the whole range, and begin with what the server asked', () => {
  const backoff = new Backoff({ random: () => 0.5 });
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(() => backoff.wait(null)), [
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
  assert.equal(backoff.wait(60_000, 2_000), 2_500);
  assert.equal(retryMs('closed with 4008 lagging retry_ms=1500'), 1500);
  assert.equal(retryMs('{"retry_ms":1500}'), 1500);
  assert.deepEqual([retryMs('the server stops'), retryMs(undefined)], [0, 0]);
});

// The client with a wampy and a socket that a test holds in its hand.

class Socket extends EventTarget {
  close() {
    this.end(1000, '');
  }

  end(code, reason) {
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
}

class Fake {
  static made = [];

  constructor(url, options) {
    Object.assign(this, { url, options, topics: [], calls: [] });
    Fake.made.push(this);
  }

  async connect() {
    this.socket = new this.options.ws(this.url, ['wamp.2.json'], null, undefined, undefined);
  }

  async subscribe(topic, heard, { match }) {
    this.topics.push([topic, match]);
    this.heard = (argsDict) => heard({ argsDict });
  }

  async call(procedure, { argsDict }) {
    this.calls.push([procedure, argsDict]);
    const answer = { epoch: 7, seq: 3, mode: 'snapshot', state: { seq: 3 } };
    return { argsDict: { games: Object.fromEntries(Object.keys(argsDict.games).map((id) => [id, answer])) } };
  }
}

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

test('a follower subscribes before it asks, tells its states, and waits as the server asked', async () => {
  Fake.made = [];
  const told = [];
  const board = new Scoreboard({
    url: 'ws://x/ws',
    Wampy: Fake,
    WebSocket: Socket,
    games: [GAME],
    backoff: { baseMs: 0 },
    onState: (state, why) => told.push(why ? `${state}: ${why}` : state),
    onSnapshot: (snapshot) => told.push(snapshot),
    onEvent: ({ seq }) => told.push(seq),
  }).start();
  await turn(5);
  const [first] = Fake.made;
  assert.deepEqual(first.topics, [[`scoreboard.v1.game.${GAME}`, 'prefix']]);
  assert.deepEqual(first.calls, [['scoreboard.v1.sync', { games: { [GAME]: null } }]]);
  first.heard(event(4, 3));
  const began = Date.now();
  first.socket.end(4008, 'lagging retry_ms=80');
  await turn(40);
  assert.equal(Fake.made.length, 1);
  await turn(80);
  assert.ok(Date.now() - began >= 80);
  assert.deepEqual(Fake.made[1].calls, [['scoreboard.v1.sync', { games: { [GAME]: [7, 3] } }]]);
  await board.stop();
  assert.deepEqual(told.slice(0, 6), [
    'connecting',
    'catching up',
    { seq: 3 },
    'live',
    4,
    'waiting: closed with 4008 lagging retry_ms=80',
  ]);
  assert.equal(told.at(-1), 'stopped');
});

test('a game that is followed no longer is not told of', async () => {
  Fake.made = [];
  const told = [];
  const board = new Scoreboard({
    url: 'ws://x/ws',
    Wampy: Fake,
    WebSocket: Socket,
    games: [GAME],
    onEvent: ({ seq }) => told.push(seq),
  }).start();
  await turn(5);
  Fake.made[0].heard(event(4, 3));
  board.unfollow([GAME]);
  Fake.made[0].heard(event(5, 4));
  await board.stop();
  assert.deepEqual(told, [4]);
});
