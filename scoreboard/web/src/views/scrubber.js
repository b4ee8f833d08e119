// The timeline: every play of the game, and the way back to now.

import { html, nothing, svg } from 'lit';
import { stopAt, stopsOf } from '../game.js';
import { periodName, rulesOf } from '../rulesets.js';
import { isGone, isScoring, playClock, playText, sideOf } from '../words.js';
import { Light } from './light.js';

class Scrubber extends Light {
  /** `game`: as it stands now; `at`: the position that is shown, null for now. */
  static properties = { game: {}, at: {}, seek: {} };

  render() {
    const { game } = this;
    if (!game || game.plays.length === 0) return nothing;
    const stops = stopsOf(game);
    const last = stops.length - 1;
    const index = this.at === null ? last : Math.max(0, stopAt(stops, this.at));
    const { play } = stops[index];
    const isLive = this.at === null;
    const rules = rulesOf(game.meta);
    const clock = playClock(play, game.meta);
    const when = rules.counts === 'none' ? clock : `${periodName(rules, play.period_index)} ${clock}`.trim();
    const text = `${when}: ${playText(play)}`;
    const isOver = game.status.state === 'post';
    return html`<div class="scrubber ${isLive ? '' : 'past'}" role="group" aria-label="Timeline">
      <p class="said" aria-hidden="true">
        ${isLive
          ? html`<b>${isOver ? 'End' : 'Now'}</b> <span>Drag to see the game as it stood</span>`
          : html`<b>${when}</b> <span>${playText(play)}</span>`}
      </p>
      <div class="line">
        <button class="icon" aria-label="Play before" ?disabled=${index <= 0} @click=${() => this.#to(stops, index - 1)}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7" /></svg>
        </button>
        <div class="track">
          ${this.#marks(stops, rules)}
          <input
            type="range"
            min="0"
            max=${last}
            .value=${String(index)}
            aria-label="Play"
            aria-valuetext=${isLive ? 'now' : text}
            @input=${(event) => this.#to(stops, Number(event.target.value))}
          />
        </div>
        <button class="icon" aria-label="Play after" ?disabled=${isLive} @click=${() => this.#to(stops, index + 1)}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5l7 7-7 7" /></svg>
        </button>
        <button class="golive ${isLive && !isOver ? 'on' : ''}" aria-pressed=${isLive} @click=${() => this.seek(null)}>
          ${isOver ? 'End' : html`<i class="dot" aria-hidden="true"></i>Live`}
        </button>
      </div>
    </div>`;
  }

  #to(stops, index) {
    this.seek(index >= stops.length - 1 ? null : stops[Math.max(0, index)].seq);
  }

  /** Periods and scores along the track. */
  #marks(stops, rules) {
    const most = Math.max(1, stops.length - 1);
    const x = (index) => ((index / most) * 1000).toFixed(1);
    const begun = new Set();
    const found = stops.map(({ play }, index) => {
      const isNew = !begun.has(play.period_index);
      begun.add(play.period_index);
      const side = sideOf(play.points_to, this.game.meta);
      const scored = isScoring(play) && !isGone(play) && side !== null;
      return [
        isNew && index > 0 ? svg`<line class="period" x1=${x(index)} x2=${x(index)} y1="0" y2="24"/>` : nothing,
        scored ? svg`<line class="score ${side}" x1=${x(index)} x2=${x(index)} y1=${side === 'away' ? 3 : 12} y2=${side === 'away' ? 12 : 21}/>` : nothing,
        isGone(play) ? svg`<circle class="gone" cx=${x(index)} cy="12" r="3"/>` : nothing,
      ];
    });
    return html`<svg class="marks" viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">${found}</svg>`;
  }
}

customElements.define('sb-scrubber', Scrubber);
