// The board: all games, live ones first.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { counts, sections } from '../board.js';
import { store } from '../store.js';
import { leagueName, letters, possessionSide, situationText } from '../words.js';
import { Light, followed, go } from './light.js';
import { badge, colorsOf, diamond, points, star, statusPiece } from './pieces.js';

const teamOf = (game, side) => ({ ...game.line[side], ...game.meta?.teams[side] });

/** What is to be said below the teams: count and bases, down and distance, power play. */
function foot(game) {
  const { line, meta, situation } = game;
  if (line.state !== 'in' || !meta || !situation) return nothing;
  const text = situationText(situation, meta.sport);
  const isBaseball = meta.sport === 'baseball';
  if (!text && !isBaseball) return nothing;
  const isRed = meta.sport === 'football' && situation.down && situation.yards_to_goal <= 20;
  return html`<p class="foot">
    ${isBaseball && situation.bases ? diamond(situation) : nothing}<span>${text}</span>
    ${isRed ? html`<span class="tag red">Red zone</span>` : nothing}
  </p>`;
}

function row(game, side, masked) {
  const { line, meta, situation, flash } = game;
  const team = teamOf(game, side);
  const other = side === 'home' ? 'away' : 'home';
  const isOver = line.state === 'post';
  const lost = !masked && isOver && line[side].points < line[other].points;
  const ahead = !masked && line.leader === side;
  const hasBall = line.status === 'in_progress' && possessionSide(situation, meta) === side;
  return html`<div class="team ${lost ? 'lost' : ''} ${ahead ? 'ahead' : ''}">
    ${badge(team)}
    <span class="name"><b>${team.name ?? team.abbrev}</b>${team.record ? html`<small>${team.record}</small>` : nothing}</span>
    ${hasBall ? html`<i class="ball" title="has the ball"><span class="hush">has the ball</span></i>` : nothing}
    ${line.state === 'pre' ? nothing : points(line[side].points, flash, side, masked)}
  </div>`;
}

export function card(game) {
  const { id, line, meta } = game;
  const masked = store.isMasked(id) && line.state !== 'pre';
  const isCompared = store.compared.includes(id);
  const name = `${teamOf(game, 'away').name ?? line.away.abbrev} at ${teamOf(game, 'home').name ?? line.home.abbrev}`;
  const order = meta?.sport === 'soccer' ? ['home', 'away'] : ['away', 'home'];
  return html`<article class="card ${line.state}" data-game=${id} .style=${colorsOf(meta, line).css}>
    <header>
      ${statusPiece(game)}
      <span class="tools">
        <button
          class="icon side ${isCompared ? 'on' : ''}"
          aria-pressed=${isCompared}
          aria-label="Side by side: ${name}"
          title="Side by side"
          @click=${() => store.toggleCompared(id)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="5" width="8" height="14" rx="2" /><rect x="13" y="5" width="8" height="14" rx="2" /></svg>
        </button>
        ${star(id, 'This game', name)}
      </span>
    </header>
    <a class="whole" href="/game/${id}" @click=${followed}><span class="hush">${name}</span></a>
    ${order.map((side) => row(game, side, masked))} ${foot(game)}
    ${masked ? html`<button class="reveal" @click=${() => store.reveal(id)}>Show score</button>` : nothing}
  </article>`;
}

const SHOWN = [
  ['all', 'All'],
  ['in', 'Live'],
  ['pre', 'Upcoming'],
  ['post', 'Final'],
];

class BoardView extends Light {
  static properties = { board: {}, favourites: {}, filter: { state: true } };

  constructor() {
    super();
    this.filter = { show: 'all', league: '', text: '' };
  }

  #set(change) {
    this.filter = { ...this.filter, ...change };
  }

  render() {
    const found = counts(this.board);
    const parts = sections(this.board, this.favourites, this.filter);
    const leagues = [...found.leagues].sort((a, b) => leagueName(a).localeCompare(leagueName(b)));
    return html`<div class="board">
      <h1 class="hush">All games</h1>
      <div class="filters" role="search">
        <div class="segments" role="group" aria-label="Games shown">
          ${SHOWN.map(
            ([key, name]) => html`<button aria-pressed=${this.filter.show === key} @click=${() => this.#set({ show: key })}>
              ${name}${key === 'all' ? nothing : html` <span class="count">${found[key]}</span>`}
            </button>`,
          )}
        </div>
        ${leagues.length > 1
          ? html`<select aria-label="League" @change=${(event) => this.#set({ league: event.target.value })}>
              <option value="">All leagues</option>
              ${leagues.map((code) => html`<option value=${code} ?selected=${code === this.filter.league}>${leagueName(code)}</option>`)}
            </select>`
          : nothing}
        <input
          type="search"
          placeholder="Team"
          aria-label="Find a team"
          .value=${this.filter.text}
          @input=${(event) => this.#set({ text: event.target.value })}
        />
      </div>
      ${parts.length === 0 ? this.#empty(found) : nothing}
      ${repeat(
        parts,
        (part) => part.key,
        (part) => html`<section class="league" aria-labelledby="l-${part.key}">
          <h2 id="l-${part.key}">
            ${part.title}${part.live ? html`<span class="tag live">${part.live} live</span>` : nothing}
          </h2>
          <div class="cards">${repeat(part.games, (game) => game.id, card)}</div>
        </section>`,
      )}
      ${this.#tray()}
    </div>`;
  }

  #empty(found) {
    const text = !store.ready
      ? 'Asking the server for its games ...'
      : found.all === 0
        ? 'No games yet. They appear here by themselves.'
        : 'No game fits. Try another filter.';
    return html`<p class="empty">${text}</p>`;
  }

  #tray() {
    const chosen = store.compared.filter((id) => this.board.has(id));
    if (chosen.length === 0) return nothing;
    return html`<div class="tray">
      <span>${chosen.map((id) => this.#short(id)).join(' · ')}</span>
      <button class="plain" @click=${() => store.clearCompared()}>Clear</button>
      <button class="primary" ?disabled=${chosen.length < 2} @click=${() => go('/compare')}>
        ${chosen.length < 2 ? 'Choose another' : `${chosen.length} side by side`}
      </button>
    </div>`;
  }

  #short(id) {
    const { line } = this.board.get(id);
    return line ? `${line.away.abbrev}-${line.home.abbrev}` : id;
  }
}

customElements.define('sb-board', BoardView);

/** Other games in a strip: where else something happens. */
export function strip(board, favourites, but) {
  const games = sections(board, favourites)
    .flatMap((part) => part.games)
    .filter((game) => game.id !== but && game.line.state !== 'pre')
    .slice(0, 24);
  if (games.length === 0) return nothing;
  return html`<nav class="strip" aria-label="Other games">
    ${repeat(
      games,
      (game) => game.id,
      (game) => {
        const masked = store.isMasked(game.id);
        return html`<a href="/game/${game.id}" class=${game.line.state} @click=${followed}>
          ${statusPiece(game)}
          ${['away', 'home'].map(
            (side) => html`<span class="mini"><b>${letters(game.line[side])}</b>${points(game.line[side].points, game.flash, side, masked)}</span>`,
          )}
        </a>`;
      },
    )}
  </nav>`;
}
