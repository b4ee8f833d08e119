// A game: score, situation, plays, lead, shots, and the timeline under them.

import { html, nothing } from 'lit';
import { columnName, tables } from '../box.js';
import { isDark } from '../kept.js';
import { periodShort, rulesOf } from '../rulesets.js';
import { seqOf } from '../game.js';
import { store } from '../store.js';
import {
  leagueName,
  letters,
  playClock,
  playText,
  possessionSide,
  scorers,
  situationText,
  startText,
  statusText,
  trustOf,
} from '../words.js';
import { strip } from './board-view.js';
import { Light, go } from './light.js';
import { badge, clockPiece, colorsOf, diamond, fieldStrip, points, star, strength } from './pieces.js';
import './lead-chart.js';
import './plays.js';
import './scrubber.js';
import './shot-chart.js';

/** Away first, as it is written in North America; soccer names the home side first. */
export const orderOf = (meta) => (meta.sport === 'soccer' ? ['home', 'away'] : ['away', 'home']);

export function situationPiece(game) {
  const { situation, meta, status } = game;
  if (!situation || status.state !== 'in') return nothing;
  const text = situationText(situation, meta.sport);
  if (meta.sport === 'football') {
    const isRed = situation.down && situation.yards_to_goal <= 20;
    return html`<div class="situation">
      <p>${text}${isRed ? html` <span class="tag red">Red zone</span>` : nothing}</p>
      ${fieldStrip(situation, meta)}
    </div>`;
  }
  if (meta.sport === 'baseball') {
    return html`<div class="situation baseball">${situation.bases ? diamond(situation, 'large') : nothing}<p>${text}</p></div>`;
  }
  if (meta.sport === 'hockey') return html`<div class="situation">${strength(situation, meta)}</div>`;
  return nothing;
}

/** Points by period, with the total. */
export function lineScore(game) {
  const { meta, score, status } = game;
  const rules = rulesOf(meta);
  const most = Math.max(rules.periods, score.home.periods.length, score.away.periods.length, status.period_index ?? 0);
  if (status.state === 'pre') return nothing;
  const periods = Array.from({ length: most }, (_, index) => index + 1);
  const hasShootout = score.shootout !== null && score.shootout !== undefined;
  // Who has not been at bat in this inning yet has nothing there.
  const waits = (side, period) => side === 'home' && period === status.period_index && game.situation?.half === 'top';
  const value = (side, period) =>
    score[side].periods[period - 1] ?? (period <= (status.period_index ?? 0) && !waits(side, period) ? 0 : '');
  return html`<div class="scrolls" tabindex="0" role="group" aria-label="Line score"><table class="linescore ${periods.length > 6 ? 'many' : ''}">
    <caption class="hush">Score by period</caption>
    <thead>
      <tr>
        <th scope="col"><span class="hush">Team</span></th>
        ${periods.map((period) => html`<th scope="col" class=${period === status.period_index && status.state === 'in' ? 'now' : ''}>${periodShort(rules, period)}</th>`)}
        ${hasShootout ? html`<th scope="col">SO</th>` : nothing}
        <th scope="col">T</th>
      </tr>
    </thead>
    <tbody>
      ${orderOf(meta).map(
        (side) => html`<tr>
          <th scope="row">${letters(meta.teams[side])}</th>
          ${periods.map((period) => html`<td class=${period === status.period_index && status.state === 'in' ? 'now' : ''}>${value(side, period)}</td>`)}
          ${hasShootout ? html`<td>${score.shootout[side]}</td>` : nothing}
          <td class="total">${score[side].points}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

class GameView extends Light {
  static properties = {
    gameId: {},
    at: {},
    live: {},
    board: {},
    favourites: {},
    past: { state: true },
    chosen: { state: true },
    tab: { state: true },
    fault: { state: true },
  };
  #wanted = null;
  #busy = false;

  constructor() {
    super();
    this.past = null;
    this.chosen = null;
    this.tab = 'plays';
    this.choose = (id) => this.#choose(id);
    this.pick = (id) => (this.chosen = this.chosen === id ? null : id);
    this.seek = (seq) => this.#seek(seq);
  }

  willUpdate(changed) {
    if (changed.has('gameId')) Object.assign(this, { past: null, chosen: null, fault: null, tab: 'plays' });
    if (this.at === null) this.past = null;
    else if (this.live && (changed.has('at') || changed.has('gameId') || this.past === null)) this.#load();
  }

  /** The state that is wanted now; while one is on its way only the newest wish counts. */
  async #load() {
    this.#wanted = this.at;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#wanted !== null) {
        const seq = this.#wanted;
        const id = this.gameId;
        this.#wanted = null;
        const past = await store.past(id, seq);
        if (this.at !== null && id === this.gameId) Object.assign(this, { past, fault: null });
      }
    } catch (error) {
      this.fault = `That state cannot be shown: ${error.message}`;
    } finally {
      this.#busy = false;
    }
  }

  #seek(seq) {
    go(seq === null ? `/game/${this.gameId}` : `/game/${this.gameId}?at=${seq}`, { replace: true });
  }

  /** A play of the list was chosen: the game as it stood, with its shot marked. */
  #choose(id) {
    const again = this.chosen === id;
    this.chosen = again ? null : id;
    if (again) return;
    const play = this.live.plays.find((one) => one.play_id === id);
    if (play) this.#seek(seqOf(play));
  }

  render() {
    if (!this.live) {
      const why = store.unknown.get(this.gameId);
      return html`<p class="empty">${why ? `This game cannot be followed: ${why}.` : 'Asking the server for the game ...'}</p>`;
    }
    const isPast = this.at !== null;
    const game = isPast ? (this.past ?? this.live) : this.live;
    const colors = colorsOf(game.meta);
    return html`<div class="game ${isPast ? 'is-past' : ''}" data-tab=${this.tab} data-seq=${game.seq} .style=${colors.css}>
      ${strip(this.board, this.favourites, this.gameId)}
      ${this.#hero(game, isPast, colors)}
      ${isPast ? this.#banner(game) : nothing}
      ${this.fault ? html`<p class="fault" role="alert">${this.fault}</p>` : nothing}
      ${this.#tabs(game)}
      <div class="columns">
        <section class="panel plays-panel" aria-label="Plays">
          <sb-plays .game=${game} .chosen=${this.chosen} .choose=${this.choose}></sb-plays>
        </section>
        <div class="aside">
          <section class="panel lead-panel" aria-label="Lead">
            <sb-lead .game=${game} .colors=${colors} .dark=${isDark()}></sb-lead>
          </section>
          ${game.shots.length > 0
            ? html`<section class="panel shots-panel" aria-label="Shots">
                <sb-shots .game=${game} .chosen=${this.chosen} .choose=${this.pick}></sb-shots>
              </section>`
            : nothing}
          ${this.#box(game, isPast)} ${this.#alerts(game)} ${this.#about(game)}
        </div>
      </div>
      <sb-scrubber .game=${this.live} .at=${this.at} .seek=${this.seek}></sb-scrubber>
    </div>`;
  }

  #hero(game, isPast, colors) {
    const { meta, status, score, situation } = game;
    const order = orderOf(meta);
    const flash = this.board.get(this.gameId)?.flash;
    const side = (which) => {
      const team = meta.teams[which];
      const other = which === 'home' ? 'away' : 'home';
      const lost = status.state === 'post' && score[which].points < score[other].points;
      const hasBall = status.status === 'in_progress' && possessionSide(situation, meta) === which;
      const goals = ['soccer', 'hockey'].includes(meta.sport) ? scorers(game.plays, meta, which) : [];
      return html`<div class="side ${which} ${lost ? 'lost' : ''}">
        <div class="club">
          ${badge(team, 'big', colors[which])}
          <div class="names">
            <h2>${team.name ?? team.abbrev}</h2>
            <p>${team.record ? html`<span>${team.record}</span>` : nothing}${star(team.team_id, team.name ?? team.abbrev)}</p>
          </div>
        </div>
        <div class="score">
          ${hasBall ? html`<i class="ball" title="has the ball"><span class="hush">has the ball</span></i>` : nothing}
          ${status.state === 'pre' ? nothing : points(score[which].points, isPast ? null : flash, which)}
        </div>
        ${goals.length ? html`<ul class="goals">${goals.map((goal) => html`<li>${goal}</li>`)}</ul>` : nothing}
      </div>`;
    };
    return html`<section class="hero" aria-label="Score">
      <h1 class="hush">${meta.teams.away.name ?? meta.teams.away.abbrev} at ${meta.teams.home.name ?? meta.teams.home.abbrev}</h1>
      <p class="crumb">
        ${leagueName(meta.league)}${meta.stage ? html` · ${meta.stage}` : nothing}${meta.venue ? html` · ${meta.venue}` : nothing}
      </p>
      <div class="versus">
        ${side(order[0])}
        <div class="middle">${this.#status(game, isPast)}${this.#trust(game)}</div>
        ${side(order[1])}
      </div>
      <div class="under">${lineScore(game)}${situationPiece(game)}</div>
      ${isPast ? nothing : this.#latest(game)}
    </section>`;
  }

  #status({ meta, status, clock, clockTs, situation }, isPast) {
    const ticks = status.status === 'in_progress' && clock?.period_index === status.period_index;
    const isSoccer = meta.sport === 'soccer' && ticks;
    const text = status.status === 'scheduled' ? startText(meta.scheduled_start) : statusText({ ...status, half: situation?.half }, meta.sport);
    return html`<p class="state ${status.state}">
      ${status.state === 'in' && !isPast ? html`<i class="dot" aria-hidden="true"></i>` : nothing}
      ${isSoccer ? nothing : html`<span>${text}</span>`}
      ${ticks ? clockPiece(clock, clockTs, meta, isPast) : nothing}
      ${status.reason ? html`<small>${status.reason}</small>` : nothing}
    </p>`;
  }

  #trust(game) {
    return html`<ul class="trust">
      ${trustOf(game).map(({ level, text }) => html`<li class="tag ${level}">${text}</li>`)}
    </ul>`;
  }

  #latest({ plays, meta, status }) {
    const play = plays.at(-1);
    if (!play || status.state !== 'in') return nothing;
    return html`<p class="latest"><b>Last play</b> <span>${playClock(play, meta)} ${playText(play)}</span></p>`;
  }

  #banner(game) {
    const { score, meta } = this.live;
    const { home, away } = meta.teams;
    return html`<div class="banner past" role="status">
      <span><b>As it stood</b> ${new Date(game.as_of).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' })}
      <span class="quiet">now ${away.abbrev} ${score.away.points}, ${home.abbrev} ${score.home.points}</span></span>
      <button class="primary" @click=${() => this.#seek(null)}>
        ${this.live.status.state === 'post' ? 'Back to the end' : 'Back to live'}
      </button>
    </div>`;
  }

  #tabs(game) {
    const names = [
      ['plays', 'Plays'],
      ['lead', 'Lead'],
      ...(game.shots.length ? [['shots', 'Shots']] : []),
      ...(game.stats.size ? [['box', 'Box']] : []),
      ['about', 'About'],
    ];
    return html`<div class="tabs segments" role="group" aria-label="Parts of the page">
      ${names.map(([key, name]) => html`<button aria-pressed=${this.tab === key} @click=${() => (this.tab = key)}>${name}</button>`)}
    </div>`;
  }

  /** The box score is that of now: the past has none. */
  #box(game, isPast) {
    if (isPast || game.stats.size === 0) return nothing;
    const box = tables(game.stats, game.meta);
    return html`<section class="panel box-panel" aria-label="Box score">
      <div class="bar"><h2>Box score</h2></div>
      ${orderOf(game.meta).map(
        (side) => html`<div class="scrolls" tabindex="0" role="group" aria-label=${game.meta.teams[side].abbrev}>
          <table class="box">
            <thead><tr><th scope="col">${game.meta.teams[side].abbrev}</th>${box.columns.map((key) => html`<th scope="col">${columnName(key)}</th>`)}</tr></thead>
            <tbody>
              ${box[side].people.map((line) => this.#statLine(line.name ?? `#${line.jersey}`, line, box.columns))}
              ${box[side].team ? this.#statLine('Team', box[side].team, box.columns, 'total') : nothing}
            </tbody>
          </table>
        </div>`,
      )}
    </section>`;
  }

  #statLine(name, line, columns, kind = '') {
    return html`<tr class=${kind}><th scope="row">${name}</th>${columns.map((key) => html`<td>${line.set[key] ?? ''}</td>`)}</tr>`;
  }

  #alerts(game) {
    if (game.alerts.length === 0) return nothing;
    return html`<section class="panel about-panel" aria-label="Alerts">
      <div class="bar"><h2>Alerts</h2></div>
      <ul class="alerts">
        ${game.alerts.slice(-8).reverse().map((one) => html`<li><b>${(one.kind ?? '').replaceAll('_', ' ')}</b> ${one.title ?? ''}</li>`)}
      </ul>
    </section>`;
  }

  #about(game) {
    const { meta, feed } = game;
    const rows = [
      ['Start', startText(meta.scheduled_start)],
      ['Venue', meta.venue],
      ['Season', meta.season && `${meta.season}${meta.season_type ? `, ${meta.season_type}` : ''}`],
      ['Feed', feed ? `${feed.authority ?? 'none'} (${feed.mode})` : game.source],
      ['Doubts', feed?.doubts?.length ? feed.doubts.join(', ') : null],
      ['Position', `${game.seq} of log ${game.epoch}`],
    ].filter(([, value]) => value);
    return html`<section class="panel about-panel" aria-label="About the game">
      <div class="bar"><h2>About</h2></div>
      <dl class="about">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </section>`;
  }
}

customElements.define('sb-game', GameView);
