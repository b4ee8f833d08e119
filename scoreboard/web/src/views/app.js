// The frame of the page: where we are, how the connection stands, what is chosen.

import { html, nothing, svg } from 'lit';
import { isFavourite } from '../board.js';
import { ageText } from '../clock.js';
import * as kept from '../kept.js';
import { store } from '../store.js';
import { statusText } from '../words.js';
import './board-view.js';
import './compare-view.js';
import './game-view.js';
import { Light, followed, ticker } from './light.js';

/** Milliseconds for which the page says that it is back. */
const BACK_MS = 6000;

const GAME = /^\/game\/(g[0-9a-z]{10})$/;

/** Where the address leads: { view, id, at }. */
export function routeOf({ pathname, search }) {
  const id = GAME.exec(pathname)?.[1];
  if (id) {
    const at = new URLSearchParams(search).get('at');
    return { view: 'game', id, at: /^\d{1,9}$/.test(at ?? '') ? Number(at) : null };
  }
  return { view: pathname === '/compare' ? 'compare' : 'board', id: null, at: null };
}

const SAYS = {
  connecting: 'Connecting',
  'catching up': 'Catching up',
  waiting: 'Connection lost',
  stopped: 'Stopped',
};

const THEMES = { system: 'dark', dark: 'light', light: 'system' };
const THEME_NAMES = { system: 'As the system', dark: 'Dark', light: 'Light' };

class App extends Light {
  static properties = { route: { state: true }, news: { state: true } };
  #tick = () => this.#age();

  constructor() {
    super();
    this.route = routeOf(location);
    this.news = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren(); // what stood here while the page was loading
    store.addEventListener('change', () => this.#changed());
    store.addEventListener('scored', (event) => this.#scored(event.detail));
    addEventListener('popstate', () => this.#moved());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.requestUpdate());
    ticker.add(this.#tick);
    store.start();
    this.#watch();
  }

  #changed() {
    this.#watch();
    this.requestUpdate();
  }

  #moved() {
    const before = this.route;
    this.route = routeOf(location);
    this.#watch();
    // Who reads with the keyboard or by ear begins where the new view begins.
    if (before.view !== this.route.view || before.id !== this.route.id) {
      this.querySelector('main')?.focus({ preventScroll: true });
    }
  }

  #watch() {
    const { view, id } = this.route;
    store.watch(view === 'game' ? [id] : view === 'compare' ? store.compared : []);
  }

  /** Only favourites are read aloud: everything at once helps nobody. */
  #scored(game) {
    if (!game?.line || !isFavourite(game, store.favourites) || store.isMasked(game.id)) return;
    const { home, away } = game.line;
    this.news = `${away.abbrev} ${away.points}, ${home.abbrev} ${home.points}, ${statusText(game.line, game.meta?.sport)}`;
  }

  /** The age ticks without drawing the page anew. */
  #age() {
    const place = this.querySelector('.link .age');
    if (!place) return;
    const { heardMs } = store.link;
    const text = heardMs ? ageText(Date.now() - heardMs) : '';
    if (place.textContent !== text) place.textContent = text;
  }

  render() {
    const { view, id, at } = this.route;
    return html`<a class="skip" href="#main">To the games</a>
      <header class="top">
        <a class="brand" href="/" @click=${followed} aria-label="Scoreboard, all games"
          ><span class="mark" aria-hidden="true"><i></i><i></i></span><b>Scoreboard</b></a
        >
        ${view === 'board'
          ? nothing
          : html`<a class="backlink" href="/" @click=${followed}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7" /></svg>All games</a>`}
        <span class="gap"></span>
        ${this.#link()}
        <button class="icon" aria-pressed=${store.hidden} aria-label="Hide scores on the board" title=${store.hidden ? 'Scores are hidden' : 'Hide scores'} @click=${() => store.toggleHidden()}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M2.5 12S6 5.5 12 5.5 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z" /><circle cx="12" cy="12" r="3" />
            ${store.hidden ? svg`<path d="M4 20L20 4" />` : nothing}
          </svg>
        </button>
        ${this.#theme()}
      </header>
      ${this.#banner()}
      <main id="main" tabindex="-1">
        ${view === 'board'
          ? html`<sb-board .board=${store.board} .favourites=${store.favourites}></sb-board>`
          : view === 'compare'
            ? html`<sb-compare .ids=${store.compared} .games=${new Map(store.games)} .board=${store.board} .favourites=${store.favourites}></sb-compare>`
            : html`<sb-game .gameId=${id} .at=${at} .live=${store.games.get(id)} .board=${store.board} .favourites=${store.favourites}></sb-game>`}
      </main>
      <p class="hush" aria-live="polite" data-news>${this.news}</p>`;
  }

  updated() {
    // Choices that are not properties of the views: hidden scores, the games side by side, theme.
    for (const view of this.querySelectorAll('sb-board, sb-game')) view.requestUpdate();
    document.title = this.#title();
    this.#age();
  }

  #title() {
    const game = store.games.get(this.route.id);
    if (this.route.view !== 'game' || !game) return 'Scoreboard';
    const { home, away } = game.meta.teams;
    const { score } = game;
    return `${away.abbrev} ${score.away.points} – ${score.home.points} ${home.abbrev} · Scoreboard`;
  }

  #link() {
    const { state, why } = store.link;
    const isLive = state === 'live';
    return html`<span class="link ${state.replace(' ', '-')}" title=${why ?? ''} data-state=${state}>
      <i class="dot" aria-hidden="true"></i>${isLive ? 'Live' : SAYS[state]}<span class="age"></span>
    </span>`;
  }

  #banner() {
    const { state } = store.link;
    if (state === 'waiting' || (state === 'connecting' && store.ready)) {
      return html`<p class="banner lost" role="status">
        <b>The connection is lost.</b> What you see is the last we know. Coming back by itself; nothing will be missing.
      </p>`;
    }
    if (state === 'catching up' && store.ready && store.back === null) return nothing;
    const { back } = store;
    if (state !== 'live' || back === null || Date.now() - back.at > BACK_MS) return nothing;
    setTimeout(() => this.requestUpdate(), BACK_MS);
    const caught = back.missed > 0 ? ` ${back.missed} updates caught up, none missing.` : ' Nothing was missed.';
    return html`<p class="banner back" role="status"><b>Live again</b> after ${ageText(back.away)}.${caught}</p>`;
  }

  #theme() {
    const theme = kept.theme();
    const choose = () => {
      kept.setTheme(THEMES[theme]);
      this.requestUpdate();
      store.touch();
    };
    const icons = {
      system: svg`<circle cx="12" cy="12" r="8" /><path d="M12 4a8 8 0 0 1 0 16z" class="full" />`,
      dark: svg`<path d="M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z" />`,
      light: svg`<circle cx="12" cy="12" r="4" /><path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2" />`,
    };
    return html`<button class="icon" aria-label="Theme: ${THEME_NAMES[theme]}" title="Theme: ${THEME_NAMES[theme]}" @click=${choose}>
      <svg viewBox="0 0 24 24" aria-hidden="true">${icons[theme]}</svg>
    </button>`;
  }
}

customElements.define('sb-app', App);
