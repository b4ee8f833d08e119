// Follows games with wampy until all are over, then prints the board.
// node follow_wampy.mjs URL exact|prefix|wildcard json|msgpack|cbor GAMES [GAME_ID...]

import { Wampy } from 'wampy';
import { WebSocket } from 'ws';
import { Board, settings, topics } from './board.mjs';

const { url, mode, serializer, games, ids } = settings();
const board = new Board({ wholeGames: mode === 'prefix', games });

async function chosen(name) {
  if (name === 'msgpack') return new (await import('wampy/MsgpackSerializer.js')).MsgpackSerializer();
  if (name === 'cbor') return new (await import('wampy/CborSerializer.js')).CborSerializer();
  return new (await import('wampy/JsonSerializer.js')).JsonSerializer();
}

const server = new Wampy(url, {
  ws: WebSocket,
  realm: 'scoreboard',
  serializer: await chosen(serializer),
  onError: (why) => {
    console.error('wampy:', why);
    process.exit(1);
  },
});

function heard({ argsDict }) {
  board.hear(argsDict);
  if (board.over) {
    board.report();
    process.exit(0);
  }
}

await server.connect();
for (const [topic, match] of topics(mode, ids)) await server.subscribe(topic, heard, { match });
console.error('ready');
