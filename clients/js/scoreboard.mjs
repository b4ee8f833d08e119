// Follow live games of a scoreboard server, without a gap, over wampy. See README.md.

import { Backoff, Lines, Resume, plain, retryMs } from './resume.mjs';

const ROOT = 'scoreboard.v1';
/** Games that one `sync` asks for. */
const BATCH = 8;
/** Milliseconds within which the server must answer. */
const ANSWER_MS = 15_000;
/** Milliseconds of silence after which the server is asked whether it is there. */
const SILENCE_MS = 30_000;
/** Milliseconds between two questions about a game that stays incomplete. */
const PAUSE_MS = 250;

/** The connection is gone, and how long the server asked to wait. */
class LinkLost extends Error {
  constructor(why, retry = retryMs(why)) {
    super(why);
    this.retryMs = retry;
  }
}

/** Resolves after `ms`, or as `sooner` does. */
async function pause(ms, sooner) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    await Promise.race([late, sooner]);
  } finally {
    clearTimeout(timer);
  }
}

/** One connection: a wampy that does not reconnect, and why it ended. */
class Link {
  #end;
  #wampy;
  #socket = null;
  #reason = '';

  constructor({ url, Wampy, WebSocket, realm, wampy }, heard) {
    this.lost = new Promise((_, reject) => (this.#end = reject));
    this.lost.catch(() => {}); // whoever waits for something races it with this
    this.heard = () => {
      this.heardMs = Date.now();
      heard();
    };
    const link = this;
    // wampy tells neither code nor reason of a close, so the socket itself is listened to.
    function Recorded(address, protocols, ...rest) {
      const socket = new WebSocket(address, protocols, ...(rest.some(Boolean) ? rest : []));
      socket.addEventListener('message', () => link.heard());
      socket.addEventListener('close', ({ code, reason }) => {
        link.fail(`closed with ${code} ${reason ?? ''} ${link.#reason}`.trim());
      });
      link.#socket = socket;
      return socket;
    }
    this.#wampy = new Wampy(url, {
      ...wampy,
      realm,
      ws: Recorded,
      autoReconnect: false,
      onError: (error) => (this.#reason = describe(error)),
    });
  }

  fail(why) {
    this.#end(new LinkLost(why));
  }

  /** `promise`, unless the link is lost before or it takes too long. */
  async within(what, promise) {
    promise.catch(() => {});
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new LinkLost(`no answer to ${what}`)), ANSWER_MS);
    });
    try {
      return await Promise.race([promise, this.lost, late]);
    } catch (error) {
      throw error instanceof LinkLost ? error : new LinkLost(`${what}: ${describe(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  open() {
    return this.within('connect', this.#wampy.connect());
  }

  subscribe(topic, options, hear) {
    const heard = ({ argsDict }) => hear(argsDict);
    return this.within(topic, this.#wampy.subscribe(`${ROOT}.${topic}`, heard, options));
  }

  async call(procedure, argsDict = {}) {
    const answer = await this.within(procedure, this.#wampy.call(procedure, { argsDict }));
    return answer.argsDict ?? {};
  }

  close() {
    this.fail('closed by us');
    this.#socket?.close();
  }
}

function describe(error) {
  const details = error?.details?.message ?? error?.argsList?.join(' ') ?? '';
  return `${error?.errorUri ?? error?.error ?? ''} ${details} ${error?.message ?? error}`.trim();
}

/**
 * A follower of games, teams and leagues.
 *
 * Options:
 *   url         the server's, for instance "wss://scores.example/ws"
 *   Wampy       the class of the npm package wampy, version 8
 *   WebSocket   the browser's, or that of the npm package ws; default: the global one
 *   wampy       more options for wampy, for instance { serializer }
 *   games       ids of games to follow whole
 *   teams       ids of teams whose games are followed as lines
 *   leagues     codes of leagues whose games are followed as lines
 *   everything  true: the games of all leagues are followed as lines
 *   states      kinds of whole states ("clock", "situation", "meta") of which the newest is
 *               told of every game of the server
 *   whole       true: games that appear in lines are followed whole, too
 *   backoff     { baseMs, capMs, stableMs, random }
 *   onSnapshot  (snapshot): the whole game, in the place of what you have
 *   onEvent     (envelope): what happened next in a game; each once, in order
 *   onLine      (line, envelope | null): a game in one line
 *   onWhole     (envelope): the newest of one of the `states`; may come again
 *   onHeard     (): something has come from the server, whatever it was
 *   onUnknown   (gameId, why): the game cannot be followed, at least not yet
 *   onState     (state, why): "connecting", "catching up", "live", "waiting", "stopped"
 */
export class Scoreboard {
  #options;
  #backoff;
  #resume = new Resume();
  #lines = new Lines();
  #teams = new Set();
  #leagues = new Set();
  #games = new Set(); // followed whole
  #unwanted = new Set(); // were followed; lines do not bring them back
  #link = null;
  #topics = new Set(); // that are subscribed on the present connection
  #liveSince = null;
  #ring = () => {};
  #state = 'stopped';
  #running = null;

  constructor(options) {
    this.#options = {
      realm: 'scoreboard',
      WebSocket: globalThis.WebSocket,
      wampy: {},
      whole: false,
      everything: false,
      states: [],
      ...options,
    };
    this.#backoff = new Backoff(options.backoff);
    this.follow(options);
  }

  /** "connecting", "catching up", "live", "waiting" or "stopped". */
  get state() {
    return this.#state;
  }

  /** What has happened to each game's stream: { events, holes, repeats, deltas, snapshots }. */
  get counts() {
    return this.#resume.counts();
  }

  /** Connect, and stay connected until `stop`. */
  start() {
    this.#running ??= this.#run();
    return this;
  }

  /** Say goodbye; resolves when nothing more is told. */
  async stop() {
    const running = this.#running;
    this.#running = null;
    this.#link?.close();
    this.#ring();
    await running;
    this.#become('stopped');
  }

  /** Follow more. */
  follow({ games = [], teams = [], leagues = [] }) {
    for (const id of games) {
      this.#unwanted.delete(id);
      this.#games.add(id);
      this.#resume.follow(id);
    }
    for (const id of teams) this.#teams.add(id);
    for (const id of leagues) this.#leagues.add(id);
    this.#ring();
  }

  /**
   * Follow these games no longer: nothing more is told of them. The server goes on sending
   * them until the next connection, since wampy 8 cannot unsubscribe from a pattern.
   */
  unfollow(games) {
    for (const id of games) this.#forget(id);
  }

  #forget(gameId) {
    this.#games.delete(gameId);
    this.#unwanted.add(gameId);
    this.#resume.drop(gameId);
  }

  async #run() {
    const wanted = () => this.#running !== null;
    await null; // `start` has returned
    while (wanted()) {
      this.#become('connecting');
      const fault = await this.#attend();
      this.#resume.lost();
      if (!wanted()) break;
      const lived = this.#liveSince === null ? null : Date.now() - this.#liveSince;
      const ms = this.#backoff.wait(lived, fault.retryMs);
      this.#become('waiting', fault.message);
      await pause(ms, this.#stopped(wanted));
    }
  }

  async #stopped(wanted) {
    while (wanted()) await this.#bell();
  }

  #bell() {
    return new Promise((resolve) => (this.#ring = resolve));
  }

  /** One connection, from its beginning to what ended it. */
  async #attend() {
    this.#liveSince = null;
    this.#topics.clear();
    const link = (this.#link = new Link(this.#options, () => this.#tell('onHeard')));
    const watch = setInterval(() => this.#check(link), SILENCE_MS / 3);
    try {
      await link.open();
      this.#become('catching up');
      for (;;) {
        const bell = this.#bell();
        await this.#catchUp(link);
        this.#liveSince ??= Date.now();
        this.#become('live');
        await Promise.race([bell, link.lost]);
        this.#become('catching up');
        await pause(PAUSE_MS, link.lost);
      }
    } catch (error) {
      return error instanceof LinkLost ? error : new LinkLost(describe(error));
    } finally {
      clearInterval(watch);
      link.close();
      this.#link = null;
    }
  }

  /** A link that is silent is asked for a sign; without one it is lost. */
  #check(link) {
    if (Date.now() - (link.heardMs ?? Date.now()) < SILENCE_MS) return;
    link.call('wamp.session.count').catch((error) => link.fail(error.message));
  }

  /** Subscribe to what is not subscribed yet and ask for what is missing, until nothing is. */
  async #catchUp(link) {
    await this.#subscribeLines(link);
    for (;;) {
      const ids = Object.keys(this.#resume.wanted());
      const fresh = ids.filter((id) => !this.#topics.has(`game.${id}`));
      await Promise.all(fresh.map((id) => this.#subscribeGame(link, id)));
      const wanted = this.#resume.wanted(BATCH);
      if (Object.keys(wanted).length === 0) return;
      this.#resume.asked(Object.keys(wanted));
      const { games = {} } = await link.call(`${ROOT}.sync`, { games: wanted });
      for (const id of Object.keys(wanted)) this.#answered(id, games[id]);
      const again = this.#resume.wanted();
      if (Object.keys(wanted).some((id) => id in again)) {
        await pause(PAUSE_MS, link.lost);
      }
    }
  }

  #answered(gameId, answer) {
    if (answer === undefined) throw new LinkLost(`the answer to sync lacks ${gameId}`);
    if (answer.mode === 'unknown') {
      this.#resume.drop(gameId); // its first event begins it anew
      this.#tell('onUnknown', gameId, 'the server has no such game yet');
      return;
    }
    const { snapshot, events } = this.#resume.answered(gameId, answer);
    if (snapshot !== null) this.#tell('onSnapshot', snapshot);
    for (const event of events) this.#tell('onEvent', event);
  }

  /** Slates first, then what they say now: a line that changes in between comes after. */
  async #subscribeLines(link) {
    const { everything, states } = this.#options;
    await Promise.all(states.map((kind) => this.#subscribeStates(link, `game..${kind}`)));
    const topics = [
      ...(everything ? ['league..slate'] : [...this.#leagues].map((id) => `league.${id}.slate`)),
      ...[...this.#teams].map((id) => `team.${id}.slate`),
    ].filter((topic) => !this.#topics.has(topic));
    if (topics.length === 0) return;
    const match = (topic) => (topic === 'league..slate' ? 'wildcard' : 'exact');
    await Promise.all(topics.map((topic) => this.#subscribe(link, topic, match(topic))));
    const { games = [] } = await link.call(`${ROOT}.slate.get`);
    for (const line of games) {
      if (this.#isWanted(line)) this.#line(line, line.epoch, line.seq, null);
    }
  }

  #isWanted({ league, home, away }) {
    const teams = this.#teams;
    if (this.#options.everything) return true;
    return this.#leagues.has(league) || teams.has(home.team_id) || teams.has(away.team_id);
  }

  /** Whole states of every game: first what they are, then what they become. */
  async #subscribeStates(link, topic) {
    if (this.#topics.has(topic)) return;
    this.#topics.add(topic);
    const hear = (envelope) => {
      if (link === this.#link) this.#tell('onWhole', plain(envelope));
    };
    try {
      await link.subscribe(topic, { match: 'wildcard', get_retained: true }, hear);
    } catch (error) {
      // More games than the server tells at once: then only what changes from here on.
      if (!error.message.includes('too_many_retained')) throw error;
      await link.subscribe(topic, { match: 'wildcard' }, hear);
    }
  }

  async #subscribeGame(link, gameId) {
    try {
      await this.#subscribe(link, `game.${gameId}`, 'prefix');
    } catch (error) {
      if (!error.message.includes('too_many_subscriptions')) throw error;
      this.#forget(gameId);
      this.#tell('onUnknown', gameId, 'the server allows no more subscriptions');
    }
  }

  async #subscribe(link, topic, match) {
    this.#topics.add(topic);
    await link.subscribe(topic, { match }, (envelope) => {
      if (link === this.#link) this.#received(envelope);
    });
  }

  #received(envelope) {
    if (envelope.type === 'slate') {
      this.#line(envelope.data, envelope.epoch, envelope.seq, plain(envelope));
      return;
    }
    const gameId = envelope.game_id;
    if (!this.#games.has(gameId)) return; // no longer
    for (const event of this.#resume.received(envelope)) this.#tell('onEvent', event);
    if (gameId in this.#resume.wanted()) this.#ring();
  }

  #line(line, epoch, seq, envelope) {
    if (this.#lines.isNew(line.game_id, epoch, seq)) this.#tell('onLine', line, envelope);
    const id = line.game_id;
    if (this.#options.whole && !this.#games.has(id) && !this.#unwanted.has(id)) {
      this.follow({ games: [id] });
    }
  }

  #become(state, why = null) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell('onState', state, why);
  }

  #tell(name, ...what) {
    if (this.#running !== null || name === 'onState') this.#options[name]?.(...what);
  }
}

export { Backoff, Lines, Resume, retryMs };
