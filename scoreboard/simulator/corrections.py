"""
Corrections: how the person at the scorer's table errs, and puts it right.

Rule: what is said in the end is what happened; a slip is only ever something that is
said first, late, or once too often. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Side
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club
from scoreboard.simulator.pace import SECOND

#: (share, seconds) from a play to its last edit, above what an ordinary entry takes.
#: Measured on the recorded NBA game 0022000001: 90 % within 192 s, the largest 4,069 s,
#: cut here at 20 minutes, since a correction has to come before the game is official.
_DELAY_S = ((0.0, 6.0), (0.5, 25.0), (0.75, 90.0), (0.9, 192.0), (0.97, 365.0), (1.0, 1_200.0))

#: Seconds until a slip of the finger is noticed and taken back: assumed, the recorded
#: feeds keep the deleted row but not the time of its deletion.
_NOTICED_S = ((0.0, 4.0), (0.5, 15.0), (0.9, 60.0), (1.0, 240.0))

#: Distance at which two points and three are easily taken for one another, feet.
_NEAR_THE_LINE_FT = (20.5, 25.0)


@attrs.frozen
class Habits:
    """
    How often the scorers of a sport err.

    Attributes:
        doubled: share of plays that are entered twice, once of them deleted.
        late: share of plays that are forgotten and put in between others later.
        late_kinds: the same for kinds of play that are forgotten more often.
        amended: share of plays that are told wrongly at first.
        amended_kinds: the same for kinds that are harder to see.
    """

    doubled: float
    late: float
    amended: float
    late_kinds: Mapping[str, float] = attrs.field(factory=dict)
    amended_kinds: Mapping[str, float] = attrs.field(factory=dict)


#: Deleted rows: 24 of 5,395 on the two recorded NFL Sundays. Rows put in late: 87 of 5,843 on
#: the recorded NBA night; 6 of 2,864 on the NFL Sunday of 2019, 152 of 2,531 on that of
#: 2024, nearly all of them time-outs (of about 120). Amendments: 12 reversed rulings in 16
#: NFL games; 107 of 610 rows of an NBA game were edited after more than a minute, most of
#: them without a change that a follower would see, so that the shares are assumed.
HABITS: dict[str, Habits] = {
    "football": Habits(0.0045, 0.002, 0.008, {"timeout": 0.3}, {"sack": 0.04}),
    "basketball": Habits(0.004, 0.008, 0.02, {"rebound": 0.03, "substitution": 0.03}),
    "soccer": Habits(0.004, 0.01, 0.01, {"substitution": 0.05}, {"goal": 0.06}),
    "hockey": Habits(0.004, 0.01, 0.01, {"hit": 0.03}, {"goal": 0.12}),
    "baseball": Habits(0.004, 0.006, 0.01, {"substitution": 0.05}, {"error": 0.2, "single": 0.03}),
}

#: Never entered twice, late or wrongly: the frame of the game, and what the game hangs on.
_SURE = frozenset(
    {"period_start", "period_end", "game_start", "game_end", "lineup", "review", "var"}
    | {"shootout_kick", "shootout_shot", "shootout_winner", "two_minute_warning"}
)


@attrs.frozen
class Right:
    """Told once, and correctly."""


@attrs.frozen
class Doubled:
    """Told twice; the second is taken back after `delay_ms`."""

    delay_ms: int


@attrs.frozen
class Late:
    """Forgotten; told after `delay_ms`."""

    delay_ms: int


@attrs.frozen
class Mistaken:
    """Told as `first`; put right after `delay_ms`."""

    first: PlayFacts
    delay_ms: int
    reason: str


Slip = Right | Doubled | Late | Mistaken


def slip(sport: str, facts: PlayFacts, clubs: Mapping[Side, Club], draw: Chance) -> Slip:
    """
    What the scorer does with a play that happened as `facts` say.

    Scores are never late: a feed whose running score lags its own plays would be
    in doubt, and that is the business of tests, not of an ordinary day.
    """
    if facts.play_type in _SURE or facts.shootout:
        return Right()
    habits = HABITS[sport]
    kind = facts.play_type
    if draw.happens(habits.amended_kinds.get(kind, habits.amended)):
        mistaken = _mistaken(facts, clubs, draw)
        return mistaken or Right()
    if facts.points and sport != "basketball":
        return Right()
    if draw.happens(habits.doubled):
        return Doubled(round(draw.measured(_NOTICED_S) * SECOND))
    if not facts.points and draw.happens(habits.late_kinds.get(kind, habits.late)):
        return Late(round(draw.measured(_DELAY_S) * SECOND))
    return Right()


def _mistaken(facts: PlayFacts, clubs: Mapping[Side, Club], draw: Chance) -> Mistaken | None:
    delay_ms = round(draw.measured(_DELAY_S) * SECOND)
    special = _BY_KIND.get(facts.play_type)
    if special is not None and draw.happens(0.5):
        found = special(facts)
        if found is not None:
            return Mistaken(found[0], delay_ms, found[1])
    first = _wrong_person(facts, clubs, draw)
    if first is None:
        return None
    return Mistaken(first, delay_ms, "credited to the wrong player")


def _wrong_person(facts: PlayFacts, clubs: Mapping[Side, Club], draw: Chance) -> PlayFacts | None:
    """The same play with a team-mate of nearly the same work in the place of one who acted."""
    if not facts.participants:
        return None
    right = facts.participants[-1]
    if right.side is None or right.role in {"in", "out", "goalkeeper"}:
        return None
    named = {person.person_id for person in facts.participants}
    people = clubs[right.side].people
    position = next((p.position for p in people if p.person_id == right.person_id), "")
    others = [p for p in clubs[right.side].at(position) if p.person_id not in named]
    if not others:
        return None
    wrong: Participant = draw.one_of(others).acting(right.role, right.side)
    text = facts.text
    if text and right.name and wrong.name:
        text = text.replace(right.name, wrong.name)
    return attrs.evolve(facts, participants=(*facts.participants[:-1], wrong), text=text)


def _on_the_line(facts: PlayFacts) -> tuple[PlayFacts, str] | None:
    """A shot from near the line, taken for one from the other side of it."""
    shot = facts.shot
    low, high = _NEAR_THE_LINE_FT
    if shot is None or shot.distance_ft is None or not low <= shot.distance_ft <= high:
        return None
    three = facts.play_type == "3pt"
    value = 2 if three else 3
    text = facts.text or ""
    words = (" three-pointer", " jumper")
    text = text.replace(words[0], words[1]) if three else text.replace(words[1], words[0])
    first = attrs.evolve(
        facts,
        play_type=f"{value}pt",
        points=value if shot.made else 0,
        shot=attrs.evolve(shot, value=value),
        text=text,
    )
    return first, "behind the line" if three else "foot on the line"


def _free_throw(facts: PlayFacts) -> tuple[PlayFacts, str] | None:
    """A free throw, seen the other way round."""
    made = bool(facts.points)
    text = facts.text or ""
    right, wrong = (" makes ", " misses ") if made else (" misses ", " makes ")
    first = attrs.evolve(
        facts,
        points=0 if made else 1,
        points_to=None if made else facts.side,
        result="missed" if made else "made",
        text=text.replace(right, wrong),
    )
    return first, "free throw was good" if made else "free throw was missed"


def _assist_forgotten(facts: PlayFacts) -> tuple[PlayFacts, str] | None:
    """A goal without the pass that made it."""
    alone = tuple(person for person in facts.participants if person.role != "assist")
    if len(alone) == len(facts.participants):
        return None
    text = (facts.text or "").partition(" (assist")[0]
    return attrs.evolve(facts, participants=alone, text=text), "assist added"


def _error_or_hit(facts: PlayFacts) -> tuple[PlayFacts, str] | None:
    """A hit scored as an error, or the reverse: the official scorer's judgement."""
    was_hit = facts.play_type == "single"
    text = facts.text or ""
    words = (" singles", " reaches on an error")
    right, wrong = words if was_hit else words[::-1]
    first = attrs.evolve(
        facts,
        play_type="error" if was_hit else "single",
        text=text.replace(right, wrong),
    )
    return first, "ruled a hit" if was_hit else "ruled an error"


#: Kind of play -> how it can be mistaken for another: (as told first, reason of the correction).
_BY_KIND: dict[str, Callable[[PlayFacts], tuple[PlayFacts, str] | None]] = {
    "2pt": _on_the_line,
    "3pt": _on_the_line,
    "freethrow": _free_throw,
    "goal": _assist_forgotten,
    "single": _error_or_hit,
    "error": _error_or_hit,
}
