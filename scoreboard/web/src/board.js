// The board: every game in one line, in the order in which a fan looks for them. Pure.

import { leagueName } from './words.js';

const RANK = { in: 0, pre: 1, post: 2 };

/** Live, soon, final; within, by start, and then always in the same order. */
export function byInterest(a, b) {
  return (
    (RANK[a.line.state] ?? 3) - (RANK[b.line.state] ?? 3) ||
    (a.line.scheduled_start ?? '').localeCompare(b.line.scheduled_start ?? '') ||
    a.id.localeCompare(b.id)
  );
}

export const EMPTY = new Map();

const blank = (id) => ({ id, line: null, meta: null, clock: null, clockTs: null, situation: null, flash: null });

/** The board after a slate line. `flash`: which side has just scored, and when. */
export function withLine(board, line, nowMs) {
  const before = board.get(line.game_id) ?? blank(line.game_id);
  let { flash } = before;
  if (before.line) {
    for (const side of ['home', 'away']) {
      if (line[side].points !== before.line[side].points) flash = { side, at: nowMs };
    }
  }
  return new Map(board).set(line.game_id, { ...before, line, flash });
}

/** The board after a whole state of a game. */
export function withState(board, { game_id: id, type, data, ts }) {
  const before = board.get(id) ?? blank(id);
  const change = type === 'clock' ? { clock: data, clockTs: ts } : { [type]: data };
  return new Map(board).set(id, { ...before, ...change });
}

export const isFavourite = ({ id, line }, favourites) =>
  favourites.has(id) || favourites.has(line.home.team_id) || favourites.has(line.away.team_id);

const teamText = (game, side) => {
  const team = game.meta?.teams[side];
  return `${game.line[side].abbrev} ${team?.name ?? ''}`.toLowerCase();
};

/** Whether a game is wanted: `show` is "all", "in", "pre", "post"; `text` a part of a name. */
export function fits(game, { show = 'all', league = '', text = '' }) {
  if (show !== 'all' && game.line.state !== show) return false;
  if (league && game.line.league !== league) return false;
  const words = text.toLowerCase().trim();
  if (!words) return true;
  const all = `${teamText(game, 'home')} ${teamText(game, 'away')} ${leagueName(game.line.league)}`;
  return all.toLowerCase().includes(words);
}

/** Sections of the board: favourites first, then leagues, those with live games first. */
export function sections(board, favourites, filter = {}) {
  const games = [...board.values()].filter((game) => game.line && fits(game, filter)).sort(byInterest);
  const liked = games.filter((game) => isFavourite(game, favourites));
  const rest = games.filter((game) => !isFavourite(game, favourites));
  const leagues = new Map();
  for (const game of rest) {
    const code = game.line.league;
    leagues.set(code, [...(leagues.get(code) ?? []), game]);
  }
  const found = [...leagues].map(([code, of]) => ({
    key: code,
    title: leagueName(code),
    games: of,
    live: of.filter((game) => game.line.state === 'in').length,
  }));
  found.sort((a, b) => Math.sign(b.live) - Math.sign(a.live) || a.title.localeCompare(b.title));
  if (liked.length === 0) return found;
  const live = liked.filter((game) => game.line.state === 'in').length;
  return [{ key: 'favourites', title: 'Favourites', games: liked, live }, ...found];
}

/** How many games are live, to come, over, and which leagues there are. */
export function counts(board) {
  const found = { all: 0, in: 0, pre: 0, post: 0, leagues: new Set() };
  for (const { line } of board.values()) {
    if (!line) continue;
    found.all += 1;
    found[line.state] += 1;
    found.leagues.add(line.league);
  }
  return found;
}
