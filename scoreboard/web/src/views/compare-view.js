// Several games side by side: what is going on in each, and the way to the whole of it.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { sections } from '../board.js';
import { store } from '../store.js';
import { isGone, playClock, playText, sideOf } from '../words.js';
import { lineScore, orderOf, situationPiece } from './game-view.js';
import { Light, followed } from './light.js';
import { badge, colorsOf, points, statusPiece } from './pieces.js';

/** Plays that each game shows. */
const LAST = 6;

class CompareView extends Light {
  static properties = { ids: {}, games: {}, board: {}, favourites: {} };

  render() {
    const others = sections(this.board, this.favourites)
      .flatMap((part) => part.games)
      .filter((game) => !this.ids.includes(game.id));
    const isFull = this.ids.length >= 6;
    return html`<div class="compare">
      <div class="bar">
        <h1>Side by side</h1>
        ${isFull || others.length === 0
          ? nothing
          : html`<select aria-label="Add a game" @change=${(event) => this.#add(event)}>
              <option value="">Add a game</option>
              ${others.map(({ id, line }) => html`<option value=${id}>${line.away.abbrev} at ${line.home.abbrev}</option>`)}
            </select>`}
      </div>
      ${this.ids.length === 0 ? html`<p class="empty">No games chosen. Pick two to six on the board, or add one here.</p>` : nothing}
      <div class="grid">${repeat(this.ids, (id) => id, (id) => this.#panel(id))}</div>
    </div>`;
  }

  #add(event) {
    if (event.target.value) store.toggleCompared(event.target.value);
    event.target.value = '';
  }

  #panel(id) {
    const game = this.games.get(id);
    const row = this.board.get(id);
    if (!game || !row?.line) return html`<article class="panel"><p class="empty">Asking for the game ...</p></article>`;
    const { meta, score, plays } = game;
    const colors = colorsOf(meta);
    const name = `${meta.teams.away.abbrev} at ${meta.teams.home.abbrev}`;
    return html`<article class="panel one" data-game=${id} .style=${colors.css}>
      <header>
        ${statusPiece(row)}
        <button class="icon" aria-label="Take away ${name}" title="Take away" @click=${() => store.toggleCompared(id)}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
        </button>
      </header>
      ${orderOf(meta).map(
        (side) => html`<div class="team">
          ${badge(meta.teams[side], '', colors[side])}<span class="name"><b>${meta.teams[side].name ?? meta.teams[side].abbrev}</b></span>
          ${points(score[side].points, row.flash, side)}
        </div>`,
      )}
      ${situationPiece(game)} ${lineScore(game)}
      <ol class="brief">
        ${repeat(
          plays.slice(-LAST).reverse(),
          (play) => play.play_id,
          (play) => html`<li class=${sideOf(play.team_id, meta) ?? ''}>
            <span class="when">${playClock(play, meta)}</span>
            ${isGone(play) ? html`<s>${playText(play)}</s>` : html`<span>${playText(play)}</span>`}
          </li>`,
        )}
      </ol>
      <a class="open" href="/game/${id}" @click=${followed}>Open the game<span class="hush"> ${name}</span></a>
    </article>`;
  }
}

customElements.define('sb-compare', CompareView);
