// Follows games with the project's own client until so many are over, and checks what it is told.
// node follow_scoreboard.mjs URL json|msgpack|cbor GAMES LEAGUE...

import { Wampy } from 'wampy';
import { WebSocket } from 'ws';
import { Scoreboard } from '../../../clients/js/scoreboard.mjs';

const [url, name, count, ...leagues] = process.argv.slice(2);

const serializers = {
  json: async () => new (await import('wampy/JsonSerializer.js')).JsonSerializer(),
  msgpack: async () => new (await import('wampy/MsgpackSerializer.js')).MsgpackSerializer(),
  cbor: async () => new (await import('wampy/CborSerializer.js')).CborSerializer(),
};

const CRITICAL = new Set(['play', 'score', 'status', 'correction', 'shot', 'lineup']);
const games = new Map();
const faults = [];
const states = [];
let lines = 0;

function begin({ game_id: id, seq, score, status, plays }) {
  games.set(id, {
    base: Number(seq),
    last: {},
    score: [score.home.points, score.away.points],
    over: status.state === 'post',
    plays: Object.fromEntries(plays.map((play) => [play.play_id, Number(play.rev)])),
  });
}

function hear({ game_id: id, seq, prev, type, data }) {
  const game = games.get(id);
  const last = Math.max(game.base, game.last[type] ?? 0);
  if (seq <= last) faults.push(`${id} ${type} ${seq}: repeats ${last}`);
  if (CRITICAL.has(type) && prev > last) faults.push(`${id} ${type} ${seq}: ${prev} is missing`);
  if (seq < (game.seq ?? 0)) faults.push(`${id} ${type} ${seq}: after ${game.seq}`);
  game.seq = seq;
  game.last[type] = seq;
  if (type === 'score') game.score = [data.home.points, data.away.points];
  if (type === 'play') game.plays[data.play_id] = Number(data.rev);
  if (type === 'status') game.over = data.state === 'post';
  finish();
}

function finish() {
  if ([...games.values()].filter(({ over }) => over).length < Number(count)) return;
  // What follows the final, such as its line, may still be on its way.
  setTimeout(async () => {
    const { counts } = board;
    await board.stop();
    const told = [...games].map(([id, { score, plays }]) => [id, { score, plays }]);
    console.log(JSON.stringify({ games: Object.fromEntries(told), counts, faults, states, lines }));
    process.exit(0);
  }, 500);
}

const board = new Scoreboard({
  url,
  Wampy,
  WebSocket,
  wampy: { serializer: await serializers[name]() },
  leagues,
  whole: true,
  backoff: { baseMs: 200 },
  onSnapshot: (snapshot) => {
    begin(snapshot);
    finish();
  },
  onEvent: hear,
  onLine: () => (lines += 1),
  onUnknown: (id, why) => faults.push(`${id}: ${why}`),
  onState: (state, why) => {
    states.push(state);
    console.error(state, why ?? '');
  },
}).start();
