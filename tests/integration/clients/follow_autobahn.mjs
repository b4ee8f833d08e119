// Follows games with autobahn until all are over, then prints the board.
// node follow_autobahn.mjs URL exact|prefix|wildcard json|msgpack|cbor GAMES [GAME_ID...]

import autobahn from 'autobahn';
import { Board, settings, topics } from './board.mjs';

const { url, mode, serializer, games, ids } = settings();
const board = new Board({ wholeGames: mode === 'prefix', games });

const serializers = {
  json: () => new autobahn.serializer.JSONSerializer(),
  msgpack: () => new autobahn.serializer.MsgpackSerializer(),
  cbor: () => new autobahn.serializer.CBORSerializer(),
};

const connection = new autobahn.Connection({
  url,
  realm: 'scoreboard',
  max_retries: 0,
  serializers: [serializers[serializer]()],
});

connection.onclose = (reason, details) => {
  console.error('autobahn:', reason, details);
  process.exit(1);
};

connection.onopen = async (session) => {
  const heard = (_args, event) => {
    board.hear(event);
    if (board.over) {
      board.report();
      process.exit(0);
    }
  };
  for (const [topic, match] of topics(mode, ids)) await session.subscribe(topic, heard, { match });
  console.error('ready');
};

connection.open();
