// Team colours that can be seen: on light and on dark, and told from each other.
//
// Rule: colour never says anything that is not said in words or shape as well. Pure.

const PALETTE = ['#2563eb', '#dc2626', '#059669', '#9333ea', '#d97706', '#0891b2', '#be185d', '#4d7c0f'];

export function rgbOf(hex) {
  const digits = /^#?([0-9a-f]{6})$/i.exec(hex ?? '')?.[1];
  if (!digits) return null;
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

const hexOf = (rgb) =>
  `#${rgb.map((part) => Math.round(Math.min(255, Math.max(0, part))).toString(16).padStart(2, '0')).join('')}`;

const linear = (part) => {
  const share = part / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

export function luminance(rgb) {
  const [r, g, b] = rgb.map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** [hue 0-6, saturation 0-1, lightness 0-1] of a colour. */
function hslOf(rgb) {
  const [r, g, b] = rgb.map((part) => part / 255);
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)];
  const [spread, light] = [high - low, (high + low) / 2];
  if (spread === 0) return [0, 0, light];
  const full = spread / (1 - Math.abs(2 * light - 1));
  if (high === r) return [((g - b) / spread + 6) % 6, full, light];
  return [high === g ? (b - r) / spread + 2 : (r - g) / spread + 4, full, light];
}

function rgbOfHsl([hue, full, light]) {
  const spread = full * Math.min(light, 1 - light);
  return [0, 8, 4].map((at) => {
    const place = (at + hue * 2) % 12;
    return 255 * (light - spread * Math.max(-1, Math.min(place - 3, 9 - place, 1)));
  });
}

/** A colour made lighter or darker, of the same hue, until it stands out from the ground. */
export function legible(hex, ground, least = 5.2) {
  const base = rgbOf(ground);
  const [hue, full, light] = hslOf(rgbOf(hex));
  const goal = luminance(base) > 0.3 ? 0 : 1;
  for (let share = 0; share < 1; share += 0.02) {
    const tried = rgbOfHsl([hue, full, light + (goal - light) * share]);
    if (contrast(tried, base) >= least) return hexOf(tried);
  }
  return goal === 0 ? '#000000' : '#ffffff';
}

/** How different two colours look, 0 to about 765 (weighted by what eyes tell apart). */
export function difference(a, b) {
  const mean = (a[0] + b[0]) / 2;
  const [r, g, l] = a.map((part, index) => part - b[index]);
  return Math.sqrt((2 + mean / 256) * r * r + 4 * g * g + (2 + (255 - mean) / 256) * l * l);
}

const hash = (text) => [...text].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) >>> 0, 7);

/** A team's own colour, or one that it always gets. */
export function ownColor(team) {
  const own = rgbOf(team?.color) ? team.color : null;
  return own ?? PALETTE[hash(team?.abbrev ?? team?.team_id ?? '') % PALETTE.length];
}

/** Colours of both sides on a ground, apart from each other: { home, away }. */
export function pair(homeTeam, awayTeam, ground) {
  const home = legible(ownColor(homeTeam), ground);
  const apart = (color) => difference(rgbOf(home), rgbOf(color)) >= 160;
  const tried = [ownColor(awayTeam), ...PALETTE].map((color) => legible(color, ground));
  return { home, away: tried.find(apart) ?? tried[0] };
}

/** Black or white, whichever is read better on a colour. */
export function inkOn(hex) {
  const rgb = rgbOf(hex);
  return contrast(rgb, [255, 255, 255]) >= contrast(rgb, [17, 20, 24]) ? '#ffffff' : '#111418';
}
