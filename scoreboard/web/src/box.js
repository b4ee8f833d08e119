// Box score lines as tables. Pure; columns are whatever the server tells, in its order.

import { sideOf } from './words.js';

const NAMES = {
  basketball: ['pts', 'reb', 'ast', 'fgm', 'fga', 'fg3m', 'fg3a', 'ftm', 'fta', 'stl', 'blk', 'to', 'pf'],
  football: ['td', 'pass_cmp', 'pass_att', 'pass_td', 'pass_int', 'rush_att', 'rush_td', 'rec', 'rec_td', 'tkl', 'sacks', 'int', 'fum_lost'],
  hockey: ['g', 'a', 'pts', 'sog', 'blk', 'hits', 'pen', 'sa', 'sv', 'ga'],
  soccer: ['g', 'a', 'shots', 'sot', 'fouls', 'offsides', 'yc', 'rc', 'saves'],
  baseball: ['ab', 'r', 'h', '2b', '3b', 'hr', 'bb', 'so', 'sb', 'p_so', 'p_h', 'p_bb'],
};

/** Lines of both sides: { home: { team, people }, away: ..., columns }. */
export function tables(stats, meta) {
  const found = { home: { team: null, people: [] }, away: { team: null, people: [] } };
  const seen = new Set();
  for (const line of stats.values()) {
    const side = sideOf(line.team_id, meta);
    if (side === null) continue;
    for (const key of Object.keys(line.set)) seen.add(key);
    if (line.name || line.person_id || line.jersey) found[side].people.push(line);
    else found[side].team = line;
  }
  const known = (NAMES[meta.sport] ?? []).filter((key) => seen.has(key));
  const columns = known.length ? known : [...seen].slice(0, 12);
  const weight = (line) => columns.reduce((sum, key, index) => sum + (line.set[key] ?? 0) / (index + 1), 0);
  for (const side of ['home', 'away']) found[side].people.sort((a, b) => weight(b) - weight(a));
  return { ...found, columns };
}

export const columnName = (key) => key.replace('fg3', '3p').replace('pass_', 'p ').replace('rush_', 'ru ').replaceAll('_', ' ').toUpperCase();
