// One game as its follower knows it: a snapshot, and what happened since.
//
// Rule: after every event the game is what the server's snapshot of the same `seq` says, but
// for what a score says of the moment at which it was told; kinds that we do not know change
// nothing. Pure; games are never changed, only replaced.

const number = (playId) => Number(playId.slice(1));

/** The order of plays in a game: by `order`, then by their place in the log. */
export const byOrder = (a, b) => a.order - b.order || number(a.play_id) - number(b.play_id);

/** The position in the log at which a play came. */
export const seqOf = (play) => number(play.play_id);

/** A game from the whole of it. `corrections`: of which we know, with their `seq`, in order. */
export function begin(snapshot, corrections = []) {
  return {
    ...snapshot,
    clockTs: snapshot.as_of,
    plays: [...snapshot.plays].sort(byOrder),
    shots: [...snapshot.shots],
    corrections,
    stats: new Map(),
    alerts: [],
  };
}

/** Where a play is in a sorted list, or where it would stand. */
function placeOf(plays, play) {
  let [low, high] = [0, plays.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byOrder(plays[middle], play) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withPlay(plays, play) {
  const kept = plays.slice();
  const known = kept.findIndex((other) => other.play_id === play.play_id);
  if (known >= 0) {
    if (kept[known].rev > play.rev) return plays;
    kept.splice(known, 1);
  }
  kept.splice(placeOf(kept, play), 0, play);
  return kept;
}

function withShot(shots, shot, plays) {
  const known = shots.findIndex((other) => other.play_id === shot.play_id);
  if (known >= 0) {
    if (shots[known].rev > shot.rev) return shots;
    return shots.map((other, index) => (index === known ? shot : other));
  }
  // In the order of the plays, as the server has them.
  const place = new Map(plays.map((play, index) => [play.play_id, index]));
  const at = (one) => place.get(one.play_id) ?? Infinity;
  const before = shots.findIndex((other) => at(other) > at(shot));
  return before < 0 ? [...shots, shot] : [...shots.slice(0, before), shot, ...shots.slice(before)];
}

/** Plays behind a corrected one stand in another score than they did. */
function shifted(plays, { target, before, after }) {
  const change = {
    home: (after?.score?.home ?? 0) - (before?.score?.home ?? 0),
    away: (after?.score?.away ?? 0) - (before?.score?.away ?? 0),
  };
  const from = plays.findIndex((play) => play.play_id === target);
  if (from < 0 || (change.home === 0 && change.away === 0)) return plays;
  return plays.map((play, index) =>
    index <= from
      ? play
      : {
          ...play,
          score_after: {
            home: play.score_after.home + change.home,
            away: play.score_after.away + change.away,
          },
        },
  );
}

const lineKey = (line) =>
  [line.team_id, line.person_id ?? line.ref ?? `${line.jersey ?? ''} ${line.name ?? ''}`].join('|');

/** Box score lines, each in the place of what was known of it. */
export function withLines(stats, lines) {
  const known = new Map(stats);
  for (const line of lines) {
    if (Object.keys(line.set).length === 0) known.delete(lineKey(line));
    else known.set(lineKey(line), line);
  }
  return known;
}

/** Alerts, each once; what one of them retracts is gone. */
function withAlerts(known, { alerts = [], title }, ts) {
  const told = new Map(known.map((one) => [one.notif_id, one]));
  for (const one of alerts) {
    told.delete(one.retracts);
    if (!one.retracts) told.set(one.notif_id, { ...one, ts, title });
  }
  return [...told.values()].slice(-50);
}

const CHANGES = {
  meta: (game, data) => ({ meta: data }),
  score: (game, data) => ({ score: data }),
  status: (game, data) => ({ status: data }),
  situation: (game, data) => ({ situation: data }),
  clock: (game, data, { ts }) => ({ clock: data, clockTs: ts }),
  feed: (game, data) => ({ feed: data }),
  play: (game, data) => ({ plays: withPlay(game.plays, data) }),
  shot: (game, data) => ({ shots: withShot(game.shots, data, game.plays) }),
  correction: (game, data, { seq }) => ({
    corrections: withCorrections(game.corrections, [{ ...data, seq }]),
    plays: shifted(game.plays, data),
  }),
  stats: (game, data) => ({ stats: withLines(game.stats, data.lines ?? []) }),
  alert: (game, data, { ts }) => ({ alerts: withAlerts(game.alerts, data, ts) }),
};

/** The game after an envelope. */
export function apply(game, envelope) {
  if (envelope.epoch !== game.epoch) return game;
  const change = CHANGES[envelope.type]?.(game, envelope.data, envelope) ?? {};
  const { seq, ts, source, term } = envelope;
  return { ...game, ...change, seq: Math.max(game.seq, seq), as_of: ts, source, term };
}

/** Corrections in the order of the log, each once. */
export function withCorrections(known, more) {
  const all = new Map([...known, ...more].map((one) => [`${one.seq} ${one.target}`, one]));
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}

/** The newest correction of each play, as the game stands. */
export function newestCorrections({ corrections, seq }) {
  return new Map(corrections.filter((one) => one.seq <= seq).map((one) => [one.target, one]));
}

/** Whether a snapshot speaks of corrections, of which it does not tell the reasons. */
export function hasCorrections({ plays }) {
  let last = 0;
  return [...plays].sort(byOrder).some((play) => {
    const isLate = seqOf(play) < last;
    last = Math.max(last, seqOf(play));
    return isLate || play.rev > 0 || play.state === 'voided' || play.state === 'overturned';
  });
}

/**
 * What can be gone back to: the game after each play, in the order in which they became
 * known. [{ seq, play }].
 */
export function stopsOf(game) {
  return game.plays
    .map((play) => ({ seq: seqOf(play), play }))
    .sort((a, b) => a.seq - b.seq);
}

/** The stop at or before a position, -1 if there is none. */
export function stopAt(stops, seq) {
  let [low, high] = [0, stops.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stops[middle].seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
