// What the page knows, and the connections that it knows it from.
//
// Rule: games change only by `board.js` and `game.js`; here is what talks to the server. Two
// connections at most: one for the board, one for the games that are open. Shell.

import { Wampy } from 'wampy';
import { Scoreboard } from '../../../clients/js/scoreboard.mjs';
import * as board from './board.js';
import { Skew } from './clock.js';
import { apply, begin, hasCorrections, withCorrections, withLines } from './game.js';
import * as kept from './kept.js';

/** Milliseconds between two drawings, at the least. */
const DRAW_MS = 60;
/** Past states that are kept. */
const PASTS = 160;

const ORDER = ['live', 'catching up', 'connecting', 'waiting', 'stopped'];

const address = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** One connection and how it stands. */
class Line {
  state = 'connecting';
  why = null;
  heardMs = null;
  #lostMs = null;
  missed = 0; // events that came while catching up

  constructor(options, changed) {
    const became = (state, why) => {
      if (state === 'waiting') this.#lostMs ??= Date.now();
      if (state === 'connecting') this.missed = 0;
      const isBack = state === 'live' && this.#lostMs !== null;
      const away = isBack ? Date.now() - this.#lostMs : null;
      if (isBack) this.#lostMs = null;
      Object.assign(this, { state, why });
      changed(isBack ? { away, missed: this.missed } : null);
    };
    this.client = new Scoreboard({
      url: address(),
      Wampy,
      backoff: { baseMs: 500, capMs: 15_000 },
      ...options,
      onHeard: () => (this.heardMs = Date.now()),
      onState: became,
    }).start();
  }
}

class Store extends EventTarget {
  board = board.EMPTY;
  games = new Map();
  unknown = new Map(); // game id -> why it cannot be followed
  favourites = kept.favourites();
  compared = kept.compared();
  hidden = kept.hidden();
  revealed = new Set();
  skew = new Skew();
  back = null; // { away, missed, at }: the last time that we came back
  ready = false; // the board was told once
  #boardLine = null;
  #gameLine = null;
  #watched = [];
  #pasts = new Map();
  #drawn = 0;
  #timer = null;

  start() {
    this.#boardLine = new Line(
      {
        everything: true,
        states: ['meta', 'clock', 'situation'],
        onLine: (line, envelope) => this.#line(line, envelope),
        onWhole: (envelope) => {
          this.board = board.withState(this.board, envelope);
          this.#changed();
        },
      },
      (back) => {
        if (this.#boardLine?.state === 'live') this.ready = true;
        this.#became(back);
      },
    );
  }

  /** How the connection stands: { state, why, heardMs }, of the worse of both. */
  get link() {
    const lines = [this.#boardLine, this.#gameLine].filter(Boolean);
    const worst = lines.reduce((a, b) => (ORDER.indexOf(b.state) > ORDER.indexOf(a.state) ? b : a));
    return { state: worst.state, why: worst.why, heardMs: Math.max(0, ...lines.map((line) => line.heardMs ?? 0)) };
  }

  /** Follow these games whole, and no others. */
  watch(ids) {
    const wanted = [...new Set(ids)];
    if (wanted.length === this.#watched.length && wanted.every((id) => this.#watched.includes(id))) return;
    const isMore = this.#gameLine && this.#watched.every((id) => wanted.includes(id));
    this.#watched = wanted;
    if (isMore) {
      this.#gameLine.client.follow({ games: wanted });
      return;
    }
    this.#gameLine?.client.stop();
    this.#gameLine = null;
    for (const id of [...this.games.keys()]) if (!wanted.includes(id)) this.games.delete(id);
    if (wanted.length > 0) this.#gameLine = this.#open(wanted);
  }

  #open(games) {
    const line = new Line(
      {
        games,
        onSnapshot: (snapshot) => this.#began(snapshot),
        onEvent: (envelope) => this.#event(envelope, line),
        onUnknown: (id, why) => {
          this.unknown.set(id, why);
          this.#changed();
        },
      },
      (back) => this.#became(back),
    );
    return line;
  }

  #became(back) {
    if (back) this.back = { ...back, at: Date.now() };
    this.#changed();
  }

  #line(line, envelope) {
    const before = this.board.get(line.game_id)?.line;
    this.board = board.withLine(this.board, line, Date.now());
    if (envelope) this.skew.heard(envelope.ts, Date.now());
    const isNews = before && ['home', 'away'].some((side) => before[side].points !== line[side].points);
    if (isNews) this.dispatchEvent(new CustomEvent('scored', { detail: this.board.get(line.game_id) }));
    this.#changed();
  }

  #began(snapshot) {
    const id = snapshot.game_id;
    const before = this.games.get(id);
    const corrections = before?.epoch === snapshot.epoch ? before.corrections : [];
    this.unknown.delete(id);
    this.games.set(id, begin(snapshot, corrections));
    if (hasCorrections(snapshot)) this.#reasons(id, snapshot.epoch);
    this.#boxscore(id, snapshot.epoch);
    this.#changed();
  }

  #event(envelope, line) {
    const game = this.games.get(envelope.game_id);
    if (!game) return;
    if (line.state !== 'live') line.missed += 1;
    else this.skew.heard(envelope.ts, Date.now());
    this.games.set(envelope.game_id, apply(game, envelope));
    this.#changed();
  }

  /** Put more into a game that is still the same one. */
  #add(id, epoch, change) {
    const game = this.games.get(id);
    if (game?.epoch !== epoch) return;
    this.games.set(id, { ...game, ...change(game) });
    this.#changed();
  }

  /** A snapshot says which plays were corrected; why, the log says. */
  async #reasons(id, epoch) {
    const { events } = await read(`/v1/games/${id}/events?kinds=correction`).catch(() => ({ events: [] }));
    const told = events.map(({ seq, data }) => ({ ...data, seq }));
    this.#add(id, epoch, ({ corrections }) => ({ corrections: withCorrections(corrections, told) }));
  }

  /** Servers that keep no box score answer 404; then there is none on the page. */
  async #boxscore(id, epoch) {
    const { lines } = await read(`/v1/games/${id}/boxscore`).catch(() => ({ lines: [] }));
    if (lines.length === 0) return;
    // What has come live meanwhile is newer.
    this.#add(id, epoch, ({ stats }) => ({ stats: withLines(withLines(new Map(), lines), [...stats.values()]) }));
  }

  /** A game as it stood at a position of its log. */
  async past(id, seq) {
    const now = this.games.get(id);
    const key = `${id} ${now?.epoch} ${seq}`;
    const known = this.#pasts.get(key);
    const game = known ?? begin(await read(`/v1/games/${id}?asof=${seq}`));
    if (!known) {
      this.#pasts.set(key, game);
      if (this.#pasts.size > PASTS) this.#pasts.delete(this.#pasts.keys().next().value);
    }
    return { ...game, corrections: now?.corrections ?? [] };
  }

  toggleFavourite(id) {
    const liked = new Set(this.favourites);
    if (!liked.delete(id)) liked.add(id);
    this.favourites = liked;
    kept.keepFavourites(liked);
    this.#changed();
  }

  /** The games side by side; at most six. */
  toggleCompared(id) {
    const is = this.compared.includes(id);
    this.compared = is ? this.compared.filter((other) => other !== id) : [...this.compared, id].slice(-6);
    kept.keepCompared(this.compared);
    this.#changed();
  }

  clearCompared() {
    this.compared = [];
    kept.keepCompared([]);
    this.#changed();
  }

  toggleHidden() {
    this.hidden = !this.hidden;
    this.revealed = new Set();
    kept.keepHidden(this.hidden);
    this.#changed();
  }

  reveal(id) {
    this.revealed = new Set(this.revealed).add(id);
    this.#changed();
  }

  isMasked(id) {
    return this.hidden && !this.revealed.has(id);
  }

  /** Tell that something has changed: at once, but not more often than can be seen. */
  #changed() {
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#drawn + DRAW_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#drawn = Date.now();
      this.dispatchEvent(new Event('change'));
    }, wait);
  }

  /** Draw again, since something outside has changed. */
  touch() {
    this.#changed();
  }
}

export const store = new Store();
