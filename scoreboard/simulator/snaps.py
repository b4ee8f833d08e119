"""
Snaps: what a football side calls, and what comes of it.

Rule: only figures and draws; nothing here knows the score or the clock. Pure.

Figures: measured on the recorded NFL Sunday 2019-12-29, 16 games, 2,864 rows, unless
said otherwise.
"""

from __future__ import annotations

import attrs

from scoreboard.simulator.chance import Chance

#: (share, yards) of 839 rushes without kneels; the longest, 84, is cut to keep the mean.
_RUSH = (
    *((0.0, -14.0), (0.01, -7.0), (0.05, -2.0), (0.1, -1.0), (0.25, 1.0), (0.5, 3.0)),
    *((0.75, 6.0), (0.9, 12.0), (0.95, 16.0), (0.99, 36.0), (1.0, 60.0)),
)

#: (share, yards) of 665 completed passes.
_COMPLETED = (
    *((0.0, -8.0), (0.01, -6.0), (0.05, 0.0), (0.1, 2.0), (0.25, 5.0), (0.5, 9.0)),
    *((0.75, 15.0), (0.9, 24.0), (0.95, 32.0), (0.99, 48.0), (1.0, 75.0)),
)

#: Of 1,120 passes: 665 completed, 429 incomplete, 26 intercepted; 66 sacks besides.
_PASS = {"complete": 690.0, "incomplete": 404.0, "intercepted": 26.0, "sack": 66.0}

#: Near the goal there is less room: fewer passes are completed. Set so that touchdowns and
#: field goals come out as measured, 4.75 and 3.75 a game.
_CROWDED_YARDS = 15
_CROWDED = {"complete": 420.0, "incomplete": 630.0, "intercepted": 22.0, "sack": 66.0}

#: Down -> share of rushes among rushes, passes and sacks; third and long is for passing.
_RUSHES = {1: 0.533, 2: 0.406, 3: 0.5, 4: 0.45}
_LONG_YARDS = 3
_RUSHES_LONG = {1: 0.533, 2: 0.406, 3: 0.13, 4: 0.1}

#: On third and fourth down receivers run past the marker: share of catches that would be
#: short of it and are not. Set so that there are 7.8 punts a game, as measured.
_TO_THE_STICKS = 0.45

#: Share of rushes, catches and sacks that end with the ball lost: 20 in 16 games.
_FUMBLE_LOST = 0.012

#: Out of bounds: 60 of 839 rushes, 142 of 665 catches.
_OUT = {"rush": 0.072, "complete": 0.214}

#: Share of kick-offs: 104 of 169 were touchbacks.
TOUCHBACK = 0.615


@attrs.frozen
class Snap:
    """
    What came of a snap.

    Attributes:
        kind: "rush", "complete", "incomplete", "intercepted", "sack".
        yards: from the line of scrimmage; the place of the catch for an interception.
        lost: whether the ball was fumbled and lost.
        in_bounds: whether the clock runs on.
        seconds: how long it took.
    """

    kind: str
    yards: int
    lost: bool
    in_bounds: bool
    seconds: int


def snap(
    draw: Chance, down: int, distance: int, to_goal: int, *, rushes: float, form: float
) -> Snap:
    """
    A play from scrimmage.

    Args:
        rushes: times the ordinary share of rushes; 0 for a side in a hurry.
        form: how well the side plays today; 1 on an ordinary day.
    """
    share = (_RUSHES_LONG if distance > _LONG_YARDS else _RUSHES)[down]
    if draw.happens(share * rushes):
        return _snap(draw, "rush", round(draw.measured(_RUSH) * form), to_goal)
    weights = dict(_CROWDED if to_goal <= _CROWDED_YARDS else _PASS)
    weights["complete"] *= form
    kind = draw.weighted(weights)
    match kind:
        case "complete":
            yards = draw.measured(_COMPLETED) * form
            if down > 2 and yards < distance and draw.happens(_TO_THE_STICKS):
                yards = distance + draw.whole(0, 3)
        case "intercepted":
            yards = draw.bell(14, 10, -2, to_goal + 5)
        case "sack":
            yards = -draw.bell(6.3, 3, 1, 15)
        case _:
            yards = 0.0
    return _snap(draw, kind, round(yards), to_goal)


def _snap(draw: Chance, kind: str, yards: int, to_goal: int) -> Snap:
    carried = kind in {"rush", "complete", "sack"}
    lost = carried and yards < to_goal and draw.happens(_FUMBLE_LOST)
    out = kind == "incomplete" or draw.happens(_OUT.get(kind, 0.0))
    seconds = draw.whole(4, 6) if kind == "incomplete" else draw.whole(4, 8)
    return Snap(kind, yards, lost, not (out or lost), seconds)


@attrs.frozen
class Foul:
    """A foul: by whom, how many yards, and whether it gives a first down."""

    name: str
    by_offence: bool
    yards: int
    automatic: bool = False


#: Weights are the enforced fouls of the day; interference is at the spot, 18 yards on average.
_FOULS = {
    Foul("False Start", True, 5): 26.0,
    Foul("Offensive Holding", True, 10): 25.0,
    Foul("Neutral Zone Infraction", False, 5): 15.0,
    Foul("Unnecessary Roughness", False, 15, automatic=True): 10.0,
    Foul("Defensive Holding", False, 5, automatic=True): 9.0,
    Foul("Defensive Pass Interference", False, 18, automatic=True): 8.0,
    Foul("Offensive Pass Interference", True, 10): 7.0,
    Foul("Defensive Offside", False, 5): 7.0,
    Foul("Roughing the Passer", False, 15, automatic=True): 6.0,
    Foul("Delay of Game", True, 5): 6.0,
}

#: Share of snaps: 122 rows with nothing but a penalty.
PENALTY = 0.052


def foul(draw: Chance) -> Foul:
    """One of the fouls that are called."""
    return draw.weighted(_FOULS)


#: Longest distance, yards, and share of field goals made: 60 of 69, by tens of yards 16 of 16,
#: 18 of 21, 20 of 23, 6 of 9; evened out.
_FIELD_GOALS = ((29, 0.985), (39, 0.9), (49, 0.82), (99, 0.65))


def field_goal_is_good(draw: Chance, yards: int) -> bool:
    """Whether a field goal from `yards` is good."""
    return draw.happens(next(share for upto, share in _FIELD_GOALS if yards <= upto))


def punt(draw: Chance, to_goal: int) -> tuple[int, int]:
    """
    Gross yards of a punt (46.1, standard deviation 9) and yards of the return.

    A punt of `to_goal` yards or more is a touchback; punters aim short of that.
    """
    aimed = min(46.5, to_goal - 9)
    gross = round(draw.bell(aimed, 8.5, 18, 72))
    back = round(draw.wait(9)) if draw.happens(0.42) else 0
    return gross, back


def return_start(draw: Chance) -> int:
    """The yard line that a returned kick-off reaches."""
    return round(draw.bell(23.5, 6.5, 8, 55))
