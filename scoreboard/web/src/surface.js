// Courts, rinks, pitches and fields: their lines, and where a place is on them.
//
// Rule: both sides are drawn on one surface: home attacks to the right, away to the left; a
// place's `x` goes from the own end (0) to the attacked one (100), `y` from the attacker's
// left (0) to its right (100). So for home the left is up, for away everything is turned by
// half. Pure: lengths in the surface's own unit, no document.

const rect = (x, y, width, height, extra = {}) => ({ tag: 'rect', x, y, width, height, ...extra });
const line = (x1, y1, x2, y2, extra = {}) => ({ tag: 'line', x1, y1, x2, y2, ...extra });
const circle = (cx, cy, r, extra = {}) => ({ tag: 'circle', cx, cy, r, ...extra });
const path = (d, extra = {}) => ({ tag: 'path', d, ...extra });

/** Shapes of one end (drawn for the left) and the same for the right one. */
const both = (length, width, left) => [
  ...left,
  { tag: 'turn', length, width, shapes: left },
];

function basketball(length, width, { arc, corner, hoop }) {
  const mid = width / 2;
  // Where the straight part of the three-point line meets its arc.
  const side = mid - corner;
  const along = hoop + Math.sqrt(Math.max(0, arc * arc - side * side));
  const end = [
    rect(0, mid - 8, 19, 16, { role: 'paint' }),
    circle(19, mid, 6),
    path(`M0 ${corner} H${along.toFixed(2)} A${arc} ${arc} 0 0 1 ${along.toFixed(2)} ${width - corner} H0`),
    path(`M${hoop} ${mid - 4} A4 4 0 0 1 ${hoop} ${mid + 4}`),
    line(4, mid - 3, 4, mid + 3, { role: 'strong' }),
    circle(hoop, mid, 0.75, { role: 'target' }),
  ];
  return {
    length,
    width,
    unit: 1,
    shapes: [
      rect(0, 0, length, width, { role: 'edge' }),
      line(length / 2, 0, length / 2, width),
      circle(length / 2, mid, 6),
      ...both(length, width, end),
    ],
  };
}

function hockey() {
  const [length, width, mid] = [200, 85, 42.5];
  const dots = [20.5, 64.5];
  const end = [
    line(11, 4.6, 11, 80.4, { role: 'goal' }),
    path(`M11 ${mid - 4} H15.5 A6 6 0 0 1 15.5 ${mid + 4} H11`, { role: 'crease' }),
    rect(7.5, mid - 3, 3.5, 6, { role: 'target' }),
    line(75, 0, 75, width, { role: 'blue' }),
    ...dots.flatMap((y) => [
      circle(31, y, 15, { role: 'goal' }),
      circle(31, y, 1, { role: 'dot' }),
      circle(80, y, 1, { role: 'dot' }),
    ]),
  ];
  return {
    length,
    width,
    unit: 2,
    shapes: [
      rect(0, 0, length, width, { rx: 28, role: 'edge' }),
      line(100, 0, 100, width, { role: 'red' }),
      circle(100, mid, 15, { role: 'blue' }),
      ...both(length, width, end),
    ],
  };
}

function soccer() {
  // Metres.
  const [length, width, mid] = [105, 68, 34];
  const end = [
    rect(0, mid - 20.16, 16.5, 40.32),
    rect(0, mid - 9.16, 5.5, 18.32),
    circle(11, mid, 0.5, { role: 'dot' }),
    path(`M16.5 ${mid - 7.31} A9.15 9.15 0 0 1 16.5 ${mid + 7.31}`),
    rect(-2, mid - 3.66, 2, 7.32, { role: 'target' }),
    path('M0 1 A1 1 0 0 0 1 0'),
    path(`M0 ${width - 1} A1 1 0 0 1 1 ${width}`),
  ];
  return {
    length,
    width,
    unit: 1.1,
    shapes: [
      ...[0, 2, 4, 6].map((band) => rect((band * length) / 7, 0, length / 7, width, { role: 'band' })),
      rect(0, 0, length, width, { role: 'edge' }),
      line(length / 2, 0, length / 2, width),
      circle(length / 2, mid, 9.15),
      circle(length / 2, mid, 0.5, { role: 'dot' }),
      ...both(length, width, end),
    ],
  };
}

function football() {
  // Yards: the field of play from 10 to 110.
  const [length, width] = [120, 53.3];
  const lines = [];
  for (let yard = 10; yard <= 110; yard += 5) {
    lines.push(line(yard, 0, yard, width, { role: yard % 10 ? 'faint' : 'line' }));
  }
  return {
    length,
    width,
    unit: 1.2,
    shapes: [
      // Each side's own end zone is behind it.
      rect(0, 0, 10, width, { role: 'zone home' }),
      rect(110, 0, 10, width, { role: 'zone away' }),
      ...lines,
      rect(0, 0, length, width, { role: 'edge' }),
    ],
  };
}

const SURFACES = {
  nba: () => basketball(94, 50, { arc: 23.75, corner: 3, hoop: 5.25 }),
  ncaa_mens_basketball: () => basketball(94, 50, { arc: 22.15, corner: 3.34, hoop: 5.25 }),
  fiba: () => basketball(91.86, 49.21, { arc: 22.15, corner: 2.95, hoop: 5.17 }),
};

const BY_SPORT = { basketball: SURFACES.nba, hockey, soccer, football };

/** The surface that a game is played on, null for sports whose places we do not draw. */
export function surfaceOf(meta) {
  return (SURFACES[meta.ruleset_id] ?? BY_SPORT[meta.sport])?.() ?? null;
}

/** Where a place is on a surface. */
export function onSurface({ x, y }, side, { length, width }) {
  const [along, across] = [(x / 100) * length, (y / 100) * width];
  return side === 'away' ? { x: length - along, y: width - across } : { x: along, y: across };
}

/** Shots as they are drawn: those that count, with a place on the surface. */
export function marks(shots, meta, surface) {
  const away = meta.teams.away.team_id;
  return shots
    .filter((shot) => !shot.voided && shot.loc)
    .map((shot) => {
      const side = shot.team_id === away ? 'away' : 'home';
      return { ...onSurface(shot.loc, side, surface), shot, side };
    });
}

/**
 * The football field seen from the side: yards from the left goal line, 0 to 100. Home
 * attacks to the left end here as well as the away side to the right one, since their end
 * zones are where their names are: away left, home right.
 */
export function gridiron(situation, side) {
  const { yards_to_goal: goal, distance, down } = situation ?? {};
  if (typeof goal !== 'number' || side === null) return null;
  const ball = side === 'away' ? 100 - goal : goal;
  const forward = side === 'away' ? 1 : -1;
  const first = down && typeof distance === 'number' ? ball + forward * distance : null;
  const isGoal = first !== null && (first <= 0 || first >= 100);
  return { ball, forward, first: isGoal ? null : first, redZone: goal <= 20 };
}
