// A plain wampy that comes back with `_since`, and reads the past with `get_events`.
// node resume_wampy.mjs URL GAME_ID EPOCH SEQ

import { Wampy } from 'wampy';
import { WebSocket } from 'ws';

const [url, game, epoch, seq] = process.argv.slice(2);
const topic = `scoreboard.v1.game.${game}`;
const server = new Wampy(url, { ws: WebSocket, realm: 'scoreboard', autoReconnect: false });
const place = ({ seq: at, type }) => [at, type];

const welcome = await server.connect();
const missed = [];
const { subscriptionId } = await server.subscribe(topic, ({ argsDict }) => missed.push(place(argsDict)), {
  match: 'prefix',
  _since: Number(seq),
  _epoch: Number(epoch),
});
const lost = await server
  .subscribe(`${topic}.score`, () => {}, { _since: 1, _epoch: Number(epoch) + 1 })
  .catch((error) => ({ uri: error.errorUri, ...error.argsDict }));

const past = [];
for (let more = true, after; more; ) {
  const options = { limit: 1000, ...(after && { after_publication: after }) };
  const answer = await server.call('wamp.subscription.get_events', {
    argsList: [subscriptionId],
    argsDict: options,
  });
  past.push(...answer.argsList.map(({ kwargs }) => place(kwargs)));
  after = answer.argsList.at(-1)?.publication;
  more = answer.argsDict.more;
}
const { event_history: announced } = welcome.roles.broker.features;
console.log(JSON.stringify({ announced, missed, lost, past }));
await server.disconnect();
