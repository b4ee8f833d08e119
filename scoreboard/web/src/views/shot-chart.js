// Every located shot on the surface it was taken on.

import { html, nothing, svg } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { periodShort, rulesOf } from '../rulesets.js';
import { marks, surfaceOf } from '../surface.js';
import { letters, playClock, playText } from '../words.js';
import { Light } from './light.js';

function shape(one) {
  const { tag, role = 'line', ...at } = one;
  if (tag === 'turn') {
    return svg`<g transform="rotate(180 ${at.length / 2} ${at.width / 2})">${at.shapes.map(shape)}</g>`;
  }
  const kind = `mark-${role}`.replace(' ', ' mark-');
  if (tag === 'rect') return svg`<rect class=${kind} x=${at.x} y=${at.y} width=${at.width} height=${at.height} rx=${at.rx ?? 0}/>`;
  if (tag === 'line') return svg`<line class=${kind} x1=${at.x1} y1=${at.y1} x2=${at.x2} y2=${at.y2}/>`;
  if (tag === 'circle') return svg`<circle class=${kind} cx=${at.cx} cy=${at.cy} r=${at.r}/>`;
  return svg`<path class=${kind} d=${at.d}/>`;
}

class ShotChart extends Light {
  static properties = { game: {}, chosen: {}, choose: {}, side: { state: true }, period: { state: true } };

  constructor() {
    super();
    this.side = 'both';
    this.period = 0;
  }

  render() {
    const { game } = this;
    const surface = game && surfaceOf(game.meta);
    if (!surface || game.shots.length === 0) return nothing;
    const all = marks(game.shots, game.meta, surface);
    const shown = all.filter(
      ({ side, shot }) =>
        (this.side === 'both' || this.side === side) && (this.period === 0 || this.period === shot.period_index),
    );
    const { home, away } = game.meta.teams;
    const rules = rulesOf(game.meta);
    const periods = [...new Set(all.map(({ shot }) => shot.period_index))].sort((a, b) => a - b);
    const { length, width, unit } = surface;
    const pad = unit * 3;
    return html`<div class="shots">
      <div class="bar">
        <h2>Shots</h2>
        <div class="segments small" role="group" aria-label="Team">
          ${[['away', letters(away)], ['both', 'Both'], ['home', letters(home)]].map(
            ([key, name]) => html`<button aria-pressed=${this.side === key} @click=${() => (this.side = key)}>${name}</button>`,
          )}
        </div>
      </div>
      <svg
        class="surface ${game.meta.sport}"
        viewBox="${-pad} ${-pad} ${length + 2 * pad} ${width + 2 * pad}"
        role="img"
        aria-label=${this.#words(shown)}
        @click=${(event) => this.#tapped(event)}
      >
        <rect class="ground" x=${-pad} y=${-pad} width=${length + 2 * pad} height=${width + 2 * pad} rx=${unit * 2} />
        ${surface.shapes.map(shape)}
        ${repeat(shown, ({ shot }) => shot.play_id, (mark) => this.#mark(mark, unit))}
      </svg>
      <div class="keys">
        <span><i class="key made away"></i>${letters(away)} <b>${this.#share(shown, 'away')}</b></span>
        <span><i class="key made home"></i>${letters(home)} <b>${this.#share(shown, 'home')}</b></span>
        <span class="quiet"><i class="key made"></i>made <i class="key missed"></i>missed</span>
      </div>
      <div class="segments small wrap" role="group" aria-label="Period">
        ${[0, ...periods].map(
          (period) => html`<button aria-pressed=${this.period === period} @click=${() => (this.period = period)}>
            ${period === 0 ? 'Game' : periodShort(rules, period)}
          </button>`,
        )}
      </div>
      <p class="told" aria-live="polite">${this.#told()}</p>
    </div>`;
  }

  #mark({ x, y, shot, side }, unit) {
    const size = unit * (this.game.meta.sport === 'basketball' ? 0.95 : 1.5);
    const kind = `shot ${side} ${shot.made ? 'made' : 'missed'} ${this.chosen === shot.play_id ? 'chosen' : ''}`;
    return svg`<g class=${kind} data-shot=${shot.play_id} transform="translate(${x.toFixed(2)} ${y.toFixed(2)})">
      <circle class="reach" r=${size * 2.2}/>
      ${
        shot.made
          ? svg`<circle class="face" r=${size}/>`
          : svg`<path class="face" d="M${-size * 0.75} ${-size * 0.75}L${size * 0.75} ${size * 0.75}M${size * 0.75} ${-size * 0.75}L${-size * 0.75} ${size * 0.75}"/>`
      }
    </g>`;
  }

  /** The shot that is nearest to where the finger was. */
  #tapped(event) {
    const id = event.target.closest('[data-shot]')?.dataset.shot;
    if (id) this.choose(id);
  }

  #share(shown, side) {
    const of = shown.filter((mark) => mark.side === side);
    return `${of.filter(({ shot }) => shot.made).length}/${of.length}`;
  }

  #words(shown) {
    const { home, away } = this.game.meta.teams;
    return `${shown.length} shots. Made: ${away.abbrev} ${this.#share(shown, 'away')}, ${home.abbrev} ${this.#share(shown, 'home')}.`;
  }

  #told() {
    const play = this.game.plays.find((one) => one.play_id === this.chosen);
    if (!play || !this.game.shots.some((shot) => shot.play_id === this.chosen)) {
      return 'Tap a shot to see what it was.';
    }
    return `${periodShort(rulesOf(this.game.meta), play.period_index)} ${playClock(play, this.game.meta)}  ${playText(play)}`;
  }
}

customElements.define('sb-shots', ShotChart);
