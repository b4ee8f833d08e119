// Small pieces that several views are made of.

import { html, nothing, svg } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { anchorOf } from '../clock.js';
import { inkOn, ownColor, pair } from '../colors.js';
import { isDark } from '../kept.js';
import { rulesOf } from '../rulesets.js';
import { store } from '../store.js';
import { gridiron } from '../surface.js';
import { letters, possessionSide, powerPlay, situationText, startText, statusText } from '../words.js';

export const groundOf = () => (isDark() ? '#161a20' : '#ffffff');

/** Colours of both sides as custom properties. */
export function colorsOf(meta, line) {
  const team = (side) => meta?.teams[side] ?? line?.[side] ?? {};
  const { home, away } = pair(team('home'), team('away'), groundOf());
  return {
    home,
    away,
    css: `--home:${home};--away:${away};--home-own:${home};--away-own:${away}`,
  };
}

/** A team's letters on its colour; within a game on the colour that it has there. */
export function badge(team, size = '', given = null) {
  const color = given ?? ownColor(team);
  return html`<span class="badge ${size}" .style=${`--own:${color};--ink-on:${inkOn(color)}`} aria-hidden="true"
    >${letters(team)}</span
  >`;
}

/** Points that light up when they change. */
export function points(value, flash, side, masked = false) {
  if (masked) return html`<span class="points masked" aria-label="hidden">–</span>`;
  const isNew = flash?.side === side && Date.now() - flash.at < 4000;
  return keyed(isNew ? flash.at : 0, html`<span class="points ${isNew ? 'flash' : ''}">${value}</span>`);
}

export function clockPiece(clock, heardTs, meta, isPast = false) {
  const rules = rulesOf(meta);
  if (!clock || rules.counts === 'none') return nothing;
  const state = { clock, anchor: anchorOf(clock, heardTs), period: clock.period_index, rules, isPast };
  return html`<sb-clock class="clock" .state=${state}></sb-clock>`;
}

/** Status and clock of a game on the board. */
export function statusPiece({ line, meta, clock, clockTs, situation }) {
  const sport = meta?.sport;
  const text =
    line.status === 'scheduled'
      ? startText(line.scheduled_start)
      : statusText({ ...line, half: situation?.half }, sport);
  const ticks = line.status === 'in_progress' && clock?.period_index === line.period_index;
  const label = sport === 'soccer' && ticks ? nothing : html`<span>${text}</span>`;
  const isLive = line.state === 'in';
  return html`<span class="status ${line.state} ${line.status}"
    >${isLive ? html`<i class="dot" aria-hidden="true"></i><span class="hush">Live. </span>` : nothing}${label}
    ${ticks ? clockPiece(clock, clockTs, meta) : nothing}</span
  >`;
}

/** The bases as a diamond, with the outs below. */
export function diamond(situation, size = 'small') {
  const [first, second, third] = situation.bases ?? [0, 0, 0];
  const base = (x, y, taken) =>
    svg`<rect class=${taken ? 'base taken' : 'base'} x=${x - 5} y=${y - 5} width="10" height="10" transform="rotate(45 ${x} ${y})"/>`;
  const outs = situation.outs ?? 0;
  const names = ['first', 'second', 'third'].filter((_, index) => situation.bases?.[index]);
  const words = `${names.length ? `Runners on ${names.join(', ')}` : 'Bases empty'}, ${outs} out`;
  return html`<svg class="diamond ${size}" viewBox="0 0 48 42" role="img" aria-label=${words}>
    ${base(24, 9, second)}${base(11, 22, third)}${base(37, 22, first)}
    ${[0, 1, 2].map((out) => svg`<circle class=${out < outs ? 'out taken' : 'out'} cx=${14 + out * 10} cy="38" r="3"/>`)}
  </svg>`;
}

/** The field from the side: ball, first-down line, who drives where. */
export function fieldStrip(situation, meta) {
  const side = possessionSide(situation, meta);
  const at = gridiron(situation, side);
  if (!at) return nothing;
  const x = (yards) => 10 + yards;
  const yards = [10, 20, 30, 40, 50, 60, 70, 80, 90];
  const words = `${meta.teams[side].abbrev} ball, ${situationText(situation, 'football') || `${situation.yards_to_goal} yards to go`}`;
  return html`<svg class="gridiron" viewBox="0 0 120 24" role="img" aria-label=${words}>
    <rect class="turf" x="0" y="0" width="120" height="24" rx="3" />
    <path class="zone away" d="M3 0H10V24H3A3 3 0 0 1 0 21V3A3 3 0 0 1 3 0Z" />
    <path class="zone home" d="M110 0H117A3 3 0 0 1 120 3V21A3 3 0 0 1 117 24H110Z" />
    ${yards.map((yard) => svg`<line class="yard" x1=${x(yard)} x2=${x(yard)} y1="0" y2="24"/>`)}
    ${yards.map((yard) => svg`<text class="yardage" x=${x(yard)} y="22.4">${yard > 50 ? 100 - yard : yard}</text>`)}
    <text class="end" transform="translate(6.7 12) rotate(-90)">${letters(meta.teams.away)}</text>
    <text class="end" transform="translate(113.3 12) rotate(90)">${letters(meta.teams.home)}</text>
    ${at.first === null ? nothing : svg`<line class="first" x1=${x(at.first)} x2=${x(at.first)} y1="0" y2="24"/>`}
    <line class="scrimmage" x1=${x(at.ball)} x2=${x(at.ball)} y1="0" y2="24" />
    <path class="drive ${side}" d="M${x(at.ball)} 7 l${at.forward * 5} 4 l${-at.forward * 5} 4z" />
    <ellipse class="ball" cx=${x(at.ball)} cy="11" rx="2.2" ry="1.4" />
  </svg>`;
}

/** Skaters of both sides, as on the ice. */
export function strength(situation, meta) {
  const side = powerPlay(situation);
  const { home_skaters: home, away_skaters: away } = situation ?? {};
  if (typeof home !== 'number' || typeof away !== 'number') return nothing;
  const row = (count, whose) =>
    html`<span class="skaters ${whose}">${Array.from({ length: count }, () => html`<i></i>`)}</span>`;
  const words = side === null ? `Even strength, ${away} on ${home}` : `Power play for ${meta.teams[side].abbrev}`;
  return html`<span class="strength" role="img" aria-label=${words}>
    ${row(away, 'away')}<b class=${side ?? ''}>${side === null ? `${away} on ${home}` : 'Power play'}</b>${row(home, 'home')}
  </span>`;
}

export function star(id, name, label = name) {
  const on = store.favourites.has(id);
  return html`<button
    class="icon star ${on ? 'on' : ''}"
    aria-pressed=${on}
    aria-label="Favourite: ${label}"
    title=${on ? `${name} is a favourite` : `Make ${name} a favourite`}
    @click=${() => store.toggleFavourite(id)}
  >
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2.8l2.8 6 6.5.8-4.8 4.5 1.3 6.5L12 17.4l-5.8 3.2 1.3-6.5L2.7 9.6l6.5-.8z" /></svg>
  </button>`;
}
