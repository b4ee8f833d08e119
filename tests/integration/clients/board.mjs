// What a follower keeps, and what it checks: no hole and no repeat, by `prev` on each topic
// and, for a follower of whole games, by `seq`.

const CRITICAL = new Set(['play', 'score', 'status', 'correction', 'shot', 'lineup']);

export class Board {
  constructor({ wholeGames, games }) {
    this.wholeGames = wholeGames;
    this.wanted = games;
    this.games = new Map();
    this.faults = [];
    this.events = 0;
  }

  game(id) {
    if (!this.games.has(id)) {
      this.games.set(id, { last: {}, seq: 0, home: null, away: null, status: null });
    }
    return this.games.get(id);
  }

  hear(event) {
    const { game_id: id, seq, prev, type, data } = event;
    const game = this.game(id);
    const last = game.last[type] ?? 0;
    // What is not critical may have been merged, and then says how many it stands for.
    // Lines of a box score are merged with later ones of the same lines, which say so when they come.
    const says = type === 'stats' || Number(event.merged ?? 0) > 0;
    const merged = !CRITICAL.has(type) && says && Number(prev) > last;
    if (Number(prev) !== last && !merged) {
      this.faults.push(`${id} ${type} ${seq}: prev ${prev}, had ${last}`);
    }
    if (Number(seq) <= last) this.faults.push(`${id} ${type} ${seq}: repeat of ${last}`);
    if (this.wholeGames && Number(seq) !== game.seq && Number(seq) !== game.seq + 1) {
      this.faults.push(`${id} ${type} ${seq}: after ${game.seq}`);
    }
    game.last[type] = Number(seq);
    game.seq = Number(seq);
    this.events += 1;
    if (type === 'score') {
      game.home = data.home.points;
      game.away = data.away.points;
    }
    if (type === 'status') game.status = data.status;
  }

  get over() {
    const done = [...this.games.values()].filter((g) => ['final', 'cancelled'].includes(g.status));
    return done.length >= this.wanted;
  }

  // Once: an entry that ends the last game gives more events than its status.
  report() {
    if (this.reported) return;
    this.reported = true;
    const games = {};
    for (const [id, g] of this.games) {
      games[id] = { home: g.home, away: g.away, status: g.status, seq: g.seq };
    }
    console.log(JSON.stringify({ events: this.events, faults: this.faults.slice(0, 20), games }));
  }
}

// [topic, match] pairs for one way of following.
export function topics(mode, ids) {
  const root = 'scoreboard.v1.game';
  const kinds = ['score', 'status', 'play', 'correction'];
  if (mode === 'exact') {
    return ids.flatMap((id) => kinds.map((kind) => [`${root}.${id}.${kind}`, 'exact']));
  }
  if (mode === 'prefix') return ids.map((id) => [`${root}.${id}`, 'prefix']);
  return kinds.map((kind) => [`${root}..${kind}`, 'wildcard']);
}

export function settings() {
  const [url, mode, serializer, count, ...ids] = process.argv.slice(2);
  return { url, mode, serializer, games: Number(count), ids };
}
