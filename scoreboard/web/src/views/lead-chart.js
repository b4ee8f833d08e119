// The lead over time: above the line one side, below it the other.

import { html, nothing } from 'lit';
import uPlot from 'uplot';
import { leadFacts, leadOf } from '../lead.js';
import { periodShort, rulesOf } from '../rulesets.js';
import { letters, playClock } from '../words.js';
import { Light } from './light.js';

const HEIGHT = 180;

class LeadChart extends Light {
  static properties = { game: {}, colors: {}, dark: {}, said: { state: true } };
  #plot = null;
  #drawn = '';
  #lead = null;
  #width = new ResizeObserver(() => this.#size());

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#width.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  render() {
    const { game } = this;
    if (!game) return nothing;
    this.#lead = leadOf(game);
    const facts = leadFacts(this.#lead);
    const { home, away } = game.meta.teams;
    const words = `Biggest lead ${away.abbrev} ${facts.away}, ${home.abbrev} ${facts.home}. Lead changes ${facts.changes}, times tied ${facts.ties}.`;
    return html`<div class="lead">
      <div class="bar"><h2>Lead</h2><span class="said" aria-hidden="true">${this.said ?? ''}</span></div>
      <div class="plot" role="img" aria-label="Lead over the game. ${words}">
        <span class="end away" aria-hidden="true">${letters(away)}</span><span class="end home" aria-hidden="true">${letters(home)}</span>
      </div>
      <dl class="facts">
        <div><dt>Biggest lead</dt><dd><span class="away">${letters(away)} ${facts.away}</span> <span class="home">${letters(home)} ${facts.home}</span></dd></div>
        <div><dt>Lead changes</dt><dd>${facts.changes}</dd></div>
        <div><dt>Times tied</dt><dd>${facts.ties}</dd></div>
      </dl>
    </div>`;
  }

  updated() {
    const place = this.querySelector('.plot');
    if (!place) return;
    const look = JSON.stringify([this.colors.home, this.colors.away, this.dark, this.game.game_id]);
    if (look !== this.#drawn) {
      this.#drawn = look;
      this.#plot?.destroy();
      this.#width.disconnect();
      this.#plot = new uPlot(this.#options(place.clientWidth), this.#data(), place);
      this.#width.observe(place);
    } else {
      this.#plot.setData(this.#data());
    }
  }

  #size() {
    const width = this.querySelector('.plot')?.clientWidth ?? 0;
    if (width > 0 && this.#plot && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  /** Away above the line, home below it: the order of the line score. */
  #data() {
    const { x, margin } = this.#lead;
    return [x, margin.map((lead) => Math.max(0, -lead)), margin.map((lead) => Math.min(0, -lead))];
  }

  #options(width) {
    const { color: ink, outlineColor: line } = getComputedStyle(this.querySelector('.plot'));
    const font = '12px system-ui, sans-serif';
    const stepped = uPlot.paths.stepped({ align: 1 });
    const series = (color) => ({ stroke: color, fill: `${color}40`, width: 2, paths: stepped, points: { show: false } });
    const rules = rulesOf(this.game.meta);
    return {
      width: Math.max(200, width),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      padding: [10, 10, 0, 0],
      scales: {
        x: { time: false, range: () => [0, Math.max(1, this.#lead.end)] },
        y: {
          range: (_, low, high) => {
            const most = Math.max(4, Math.abs(low ?? 0), Math.abs(high ?? 0)) * 1.15;
            return [-most, most];
          },
        },
      },
      axes: [
        {
          stroke: ink,
          font,
          size: 26,
          grid: { stroke: line, width: 1 },
          ticks: { show: false },
          splits: () => this.#lead.marks.map((mark) => mark.at),
          values: () => this.#lead.marks.map((mark) => periodShort(rules, mark.period)),
        },
        {
          stroke: ink,
          font,
          size: 34,
          grid: { stroke: line, width: 1 },
          ticks: { show: false },
          incrs: [1, 2, 5, 10, 20, 50],
          values: (_, values) => values.map((value) => Math.abs(value)),
        },
      ],
      series: [{}, series(this.colors.away), series(this.colors.home)],
      hooks: { setCursor: [(plot) => this.#say(plot.cursor.idx)], draw: [(plot) => zero(plot, ink)] },
    };
  }

  #say(index) {
    const lead = this.#lead;
    const play = index === null || index === undefined ? null : lead.plays[index];
    if (!play) {
      this.said = null;
      return;
    }
    const { home, away } = this.game.meta.teams;
    const { score_after: after } = play;
    this.said = `${periodShort(rulesOf(this.game.meta), play.period_index)} ${playClock(play, this.game.meta)}: ${away.abbrev} ${after.away}, ${home.abbrev} ${after.home}`;
  }
}

/** The line of a level score. */
function zero(plot, color) {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(0, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

customElements.define('sb-lead', LeadChart);
