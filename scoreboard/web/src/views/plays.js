// The list of plays, by period, newest first.

import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { newestCorrections } from '../game.js';
import { periodName, rulesOf } from '../rulesets.js';
import { correctionText, isGone, isKey, isScoring, letters, playClock, playText, sideOf } from '../words.js';
import { Light } from './light.js';

/** Plays that are drawn at first; a soccer match has 1,600. */
const FIRST = 80;

const FILTERS = [
  ['all', 'All'],
  ['key', 'Key'],
  ['score', 'Scoring'],
  ['fixed', 'Corrected'],
];

class Plays extends Light {
  static properties = { game: {}, chosen: {}, choose: {}, show: { state: true }, most: { state: true } };

  constructor() {
    super();
    this.show = null;
    this.most = FIRST;
  }

  #wanted(play, corrections, show) {
    if (show === 'score') return isScoring(play);
    if (show === 'key') return isKey(play, this.game.meta.sport);
    if (show === 'fixed') return isGone(play) || play.rev > 0 || corrections.has(play.play_id);
    return true;
  }

  render() {
    const { game } = this;
    if (!game) return nothing;
    const corrections = newestCorrections(game);
    const show = this.show ?? (game.meta.sport === 'soccer' ? 'key' : 'all');
    const wanted = game.plays.filter((play) => this.#wanted(play, corrections, show)).reverse();
    const periods = Map.groupBy
      ? Map.groupBy(wanted.slice(0, this.most), (play) => play.period_index)
      : grouped(wanted.slice(0, this.most));
    return html`<div class="plays">
      <div class="bar">
        <h2>Plays</h2>
        <div class="segments small" role="group" aria-label="Plays shown">
          ${FILTERS.map(
            ([key, name]) => html`<button aria-pressed=${show === key} @click=${() => (this.show = key)}>${name}</button>`,
          )}
        </div>
      </div>
      ${wanted.length === 0 ? html`<p class="empty">${game.plays.length === 0 ? 'Nothing has happened yet.' : 'None so far.'}</p>` : nothing}
      ${repeat(
        [...periods],
        ([period]) => period,
        ([period, plays]) => html`<h3>${this.#name(period)}</h3>
          <ol>
            ${repeat(plays, (play) => play.play_id, (play) => this.#play(play, corrections.get(play.play_id)))}
          </ol>`,
      )}
      ${wanted.length > this.most
        ? html`<button class="more" @click=${() => (this.most += 300)}>Show ${Math.min(300, wanted.length - this.most)} earlier plays</button>`
        : nothing}
    </div>`;
  }

  #name(period) {
    const rules = rulesOf(this.game.meta);
    const { period_index: now, period_label: label } = this.game.status;
    if (rules.sport === 'baseball') return `Inning ${period}`;
    return period === now && period > rules.periods ? label : periodName(rules, period);
  }

  #play(play, correction) {
    const { meta } = this.game;
    const side = sideOf(play.points_to ?? play.team_id, meta);
    const gone = isGone(play);
    const isReview = play.state === 'under_review';
    const scored = isScoring(play) && !gone;
    const text = playText(play);
    const why = correctionText(play, correction);
    const abbrev = side === null ? '' : letters(meta.teams[side]);
    const after = play.score_after;
    const kinds = [scored ? 'scored' : '', gone ? 'gone' : '', isReview ? 'review' : '', side ?? 'none'];
    return html`<li
      class="play ${kinds.join(' ')} ${this.chosen === play.play_id ? 'chosen' : ''}"
      data-play=${play.play_id}
    >
      <button @click=${() => this.choose(play.play_id)} title="Show the game as it stood">
        <span class="when">${playClock(play, meta)}</span>
        <span class="whose">${abbrev}</span>
        <span class="what">
          ${gone ? html`<s>${text}</s>` : text}
          ${isReview ? html`<em class="note">Under review</em>` : nothing}
          ${why ? html`<em class="note">${why}</em>` : nothing}
        </span>
        ${scored && !play.shootout
          ? html`<span class="after"><span class=${side === 'away' ? 'now' : ''}>${after.away}</span>–<span class=${side === 'home' ? 'now' : ''}>${after.home}</span></span>`
          : nothing}
      </button>
    </li>`;
  }
}

function grouped(plays) {
  const found = new Map();
  for (const play of plays) found.set(play.period_index, [...(found.get(play.period_index) ?? []), play]);
  return found;
}

customElements.define('sb-plays', Plays);
