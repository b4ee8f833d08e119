// Resume: what a follower has of each game, what is missing, and when to ask for it.
//
// Rule: what is given out is each publication once, in the order of the game's log, with
// nothing critical missing between two of them; what cannot be given out yet is held.
// Pure: no clock, no chance, no network. The same contract as `scoreboard.client` in Python.
//
// What a position includes. One entry of the log gives several publications that all carry
// its `seq`. When the link breaks between two of them, the follower has seen `seq` 5 and
// lacks a part of entry 5. So an event with `seq` 5 shows only that all before 5 is
// complete, and 4 is what `sync` is asked with; what comes again is known by its kind.
//
// What a hole is. `prev` of an event is the `seq` of the one before it on the same topic. It
// must not be beyond what is known of that kind. Kinds that the server may merge are whole
// states; for them a jump is no hole.

/** Kinds of which none may be missed. */
export const CRITICAL = new Set(['play', 'score', 'status', 'correction', 'shot', 'lineup', 'alert']);
/** Kinds of which the newest is enough. */
export const LATEST = new Set(['clock', 'situation', 'meta', 'stats', 'feed']);

// How a game stands with the server: something is missing (WANTED), `sync` is under way
// (ASKED), or events are given out as they come (LIVE). In the first two they are held.
const [WANTED, ASKED, LIVE] = ['wanted', 'asked', 'live'];

class Game {
  stage = WANTED;
  epoch = null; // of the log; null while nothing is known
  cut = 0; // `seq` of the last answer to `sync`: what is not beyond it is known
  complete = 0; // every publication up to this `seq` is known
  last = new Map(); // kind -> `seq` of the newest that was given out
  held = [];
  counts = { events: 0, holes: 0, repeats: 0, deltas: 0, snapshots: 0 };

  known(kind) {
    return Math.max(this.cut, this.last.get(kind) ?? 0);
  }

  isNew({ type, epoch, seq }) {
    if (epoch !== this.epoch) return false;
    const last = this.last.get(type) ?? 0;
    // Of a kind that we do not know, one entry may have several.
    return CRITICAL.has(type) || LATEST.has(type) ? seq > last : seq >= last;
  }

  take(event) {
    this.last.set(event.type, Math.max(this.last.get(event.type) ?? 0, event.seq));
    this.complete = Math.max(this.complete, event.seq - 1);
    this.counts.events += 1;
  }

  /** A live event: [event] if it may be shown now, else []. */
  offer(event) {
    if (event.epoch !== this.epoch) {
      this.stage = WANTED;
      this.held.push(event);
      return [];
    }
    if (event.seq <= this.cut) return [];
    if (!this.isNew(event)) {
      this.counts.repeats += 1;
      return [];
    }
    if (CRITICAL.has(event.type) && event.prev > this.known(event.type)) {
      this.stage = WANTED;
      this.held.push(event);
      this.counts.holes += 1;
      // Other kinds have gone on meanwhile; what is missing is asked for from before it.
      this.complete = Math.min(this.complete, this.known(event.type));
      return [];
    }
    this.take(event);
    return [event];
  }

  /** What was held and may now be shown; what shows a hole is held again, with the rest. */
  release() {
    const held = this.held;
    this.held = [];
    return held.flatMap((event) => {
      if (this.stage !== LIVE) {
        this.held.push(event);
        return [];
      }
      return event.epoch === this.epoch ? this.offer(event) : [];
    });
  }
}

/** An envelope with plain numbers: some decoders give BigInt. */
export function plain(envelope) {
  const { seq, prev, epoch } = envelope;
  return { ...envelope, seq: Number(seq), prev: Number(prev), epoch: Number(epoch) };
}

/** The books of all games that are followed whole. */
export class Resume {
  #games = new Map();

  /** Want a game from here on; no effect if it is wanted already. */
  follow(gameId) {
    if (!this.#games.has(gameId)) this.#games.set(gameId, new Game());
  }

  /** Want it no longer. */
  drop(gameId) {
    this.#games.delete(gameId);
  }

  /** What has happened, by game: { events, holes, repeats, deltas, snapshots }. */
  counts() {
    return Object.fromEntries([...this.#games].map(([id, game]) => [id, { ...game.counts }]));
  }

  /** What `sync` must be asked for: game id -> [epoch, seq] or null; at most `most` games. */
  wanted(most = Infinity) {
    const wanted = [...this.#games].filter(([, game]) => game.stage === WANTED).slice(0, most);
    return Object.fromEntries(
      wanted.map(([id, game]) => [id, game.epoch === null ? null : [game.epoch, game.complete]]),
    );
  }

  /** `sync` was sent for these. */
  asked(gameIds) {
    for (const id of gameIds) this.#games.get(id).stage = ASKED;
  }

  /** The connection is gone: every game is wanted again, and what is held comes again. */
  lost() {
    for (const game of this.#games.values()) {
      game.stage = WANTED;
      game.held = [];
    }
  }

  /** A live event; returns those that may be shown now. A new game is followed from here on. */
  received(envelope) {
    const event = plain(envelope);
    this.follow(event.game_id);
    const game = this.#games.get(event.game_id);
    if (game.stage === LIVE) return game.offer(event);
    game.held.push(event);
    return [];
  }

  /**
   * The answer to `sync` for one game, not of mode "unknown".
   *
   * Returns { snapshot, events }: the whole game, in the place of what was shown, or null if
   * that stands; and what comes after it, in order.
   */
  answered(gameId, { mode, epoch: givenEpoch, seq: givenSeq, state = null, events = [] }) {
    const game = this.#games.get(gameId);
    if (game === undefined) return { snapshot: null, events: [] }; // dropped meanwhile
    const [epoch, seq] = [Number(givenEpoch), Number(givenSeq)];
    game.stage = LIVE;
    let snapshot = mode === 'snapshot' ? state : null;
    if (game.epoch !== epoch) {
      Object.assign(game, { epoch, cut: 0, complete: 0 });
      game.last.clear();
    } else if (seq < game.complete) {
      snapshot = null; // a server that is behind what we have has nothing to tell us
    }
    const missed = events.map(plain).filter((event) => game.isNew(event) && event.seq > game.cut);
    for (const event of missed) game.take(event);
    game.counts.deltas += missed.length > 0 ? 1 : 0;
    game.counts.snapshots += snapshot === null ? 0 : 1;
    game.cut = Math.max(game.cut, seq);
    game.complete = Math.max(game.complete, seq);
    return { snapshot, events: [...missed, ...game.release()] };
  }
}

/** The newest slate line of each game, whichever topic brought it. */
export class Lines {
  #last = new Map();

  /** Whether a line says something new; then it is noted. */
  isNew(gameId, epoch, seq) {
    const last = this.#last.get(gameId);
    const given = [Number(epoch), Number(seq)];
    if (last !== undefined && last[0] === given[0] && given[1] <= last[1]) return false;
    this.#last.set(gameId, given);
    return true;
  }
}

/**
 * How long to wait before connecting again: full jitter over a range that doubles, on top of
 * what the server asks for, since everybody was told the same.
 */
export class Backoff {
  #failures = 0;

  constructor({ baseMs = 1000, capMs = 30_000, stableMs = 10_000, random = Math.random } = {}) {
    Object.assign(this, { baseMs, capMs, stableMs, random });
  }

  /** After a connection that was of use for `livedMs` (null: never): milliseconds to wait. */
  wait(livedMs, hintMs = 0) {
    const good = livedMs !== null && livedMs >= this.stableMs;
    this.#failures = good ? 1 : this.#failures + 1;
    const doublings = Math.min(this.#failures - 1, 30);
    return hintMs + this.random() * Math.min(this.capMs, this.baseMs * 2 ** doublings);
  }
}

/** What a reason of the server asks to wait, milliseconds; 0 if nothing. */
export function retryMs(text) {
  return Number(/retry_ms"?[=:]\s*(\d{1,9})/.exec(text ?? '')?.[1] ?? 0);
}
