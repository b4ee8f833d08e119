// What all elements of the page share.

import { LitElement } from 'lit';
import { gameClock, valueAt } from '../clock.js';
import { store } from '../store.js';

/** An element without a shadow: one style sheet is for all. */
export class Light extends LitElement {
  createRenderRoot() {
    return this;
  }
}

/** Calls what is registered every quarter of a second, or tenth, while the page is seen. */
class Ticker {
  #calls = new Set();
  #timer = null;

  add(call) {
    this.#calls.add(call);
    this.#timer ??= setInterval(() => {
      if (!document.hidden) for (const one of this.#calls) one();
    }, 100);
  }

  remove(call) {
    this.#calls.delete(call);
    if (this.#calls.size === 0) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }
}

export const ticker = new Ticker();

/** A clock that ticks by itself; `.state` is { clock, anchor, period, rules, isPast }. */
class Clock extends HTMLElement {
  #state = null;
  #tick = () => this.#draw();

  set state(state) {
    this.#state = state;
    this.#draw();
  }

  connectedCallback() {
    ticker.add(this.#tick);
  }

  disconnectedCallback() {
    ticker.remove(this.#tick);
  }

  #draw() {
    if (this.#state === null) return;
    const { clock, anchor, period, rules, isPast } = this.#state;
    const now = isPast ? anchor : store.skew.server(Date.now());
    const text = gameClock(valueAt(clock, anchor, now, rules), period, rules);
    if (text !== this.textContent) this.textContent = text;
  }
}

customElements.define('sb-clock', Clock);

/** Follow a link of ours without loading the page anew. */
export function go(path, { replace = false } = {}) {
  if (path !== location.pathname + location.search) {
    history[replace ? 'replaceState' : 'pushState'](null, '', path);
  }
  dispatchEvent(new PopStateEvent('popstate'));
}

/** For a click on a link of ours. */
export function followed(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(event.currentTarget.getAttribute('href'));
  scrollTo(0, 0);
}
