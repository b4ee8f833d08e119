"""
A play: what happened, where, by whom, and what it was worth.

Rule: `PlayFacts` is what a source says and nothing else; `Play` is the same play
as the log knows it, with our id, revision and life. Points are never inferred
from a text or a clock: a play carries them or is worth nothing. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.model.ids import PersonId, PlayId, SourceId
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Situation

#: Distance between the orders of two neighbouring plays when a source gives none:
#: ten late plays fit between two others before a midpoint has to be shared.
ORDER_STEP = 1024


@attrs.frozen
class Participant:
    """
    A person in a play, with a role ("shooter", "assist", "passer", "goalkeeper", ...).

    Attributes:
        person_id: ours; None when only a name or a number is known.
        ref: the provider's own id, as text.
        jersey: number on the shirt, as text, since "00" and "0" are two players.
    """

    role: str
    person_id: PersonId | None = None
    name: str | None = None
    jersey: str | None = None
    side: Side | None = None
    ref: str | None = None


@attrs.frozen
class RawPlace:
    """A place as the provider gave it, with its frame ("nba_legacy", "wyscout", ...)."""

    x: float
    y: float
    frame: str


@attrs.frozen
class Place:
    """
    A place seen by the attacker.

    Attributes:
        x: 0 at the acting side's own end, 100 at the end that it attacks.
        y: 0 at the attacker's left edge, 100 at the right edge.
        raw: the provider's figures, untouched.
    """

    x: float
    y: float
    raw: RawPlace | None = None


@attrs.frozen
class ShotFacts:
    """
    An attempt to score.

    Attributes:
        value: points at stake.
        made: whether it scored.
        distance_ft: feet to the target, None if unknown.
        zone: the provider's or the sport's name of the area.
    """

    value: int
    made: bool
    distance_ft: float | None = None
    zone: str | None = None


@attrs.frozen
class PlayFacts:
    """
    What a source says of one play.

    Attributes:
        play_type: a key of the sport's play types (`scoreboard.sports`).
        period_index: absolute, from 1.
        half: "top" or "bottom" where the sport has half-innings.
        clock_ms: in the period, in the ruleset's direction; None if unknown.
        wallclock_ms: when it happened, milliseconds UTC; None if unknown.
        order: where in the game it belongs; late plays go between their neighbours.
            None: at the end.
        side: who acted.
        points: what the play is worth; 0 if nothing.
        points_to: who gets the points; None if there are none. Differs from `side`
            for an own goal or a safety.
        shootout: a kick or shot of a shoot-out, whose goals have a tally of their own.
        situation: down and distance, bases, strength ... as the play began.
    """

    play_type: str
    period_index: int
    subtype: str | None = None
    qualifiers: tuple[str, ...] = ()
    half: str | None = None
    clock_ms: int | None = None
    wallclock_ms: int | None = None
    order: int | None = None
    side: Side | None = None
    points: int = 0
    points_to: Side | None = None
    result: str | None = None
    shootout: bool = False
    participants: tuple[Participant, ...] = ()
    place: Place | None = None
    shot: ShotFacts | None = None
    situation: Situation | None = None
    text: str | None = None

    @property
    def score(self) -> Score:
        """What the play adds to the score of the game (nothing in a shoot-out)."""
        if self.points_to is None or self.shootout:
            return Score()
        return Score().plus(self.points_to, self.points)

    @property
    def shootout_score(self) -> Score:
        """What the play adds to the tally of the shoot-out."""
        if self.points_to is None or not self.shootout:
            return Score()
        return Score().plus(self.points_to, self.points)


class PlayState(Enum):
    """The life of a play. Voided and overturned plays stay in the log and count nothing."""

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    UNDER_REVIEW = "under_review"
    UPHELD = "upheld"
    OVERTURNED = "overturned"  #: it happened; officials reversed it
    VOIDED = "voided"  #: it never happened; a scorer's slip

    @property
    def counts(self) -> bool:
        """Whether the play's points are in the score."""
        return self not in (PlayState.OVERTURNED, PlayState.VOIDED)


@attrs.frozen
class PlayRef:
    """How a source names a play."""

    source: SourceId
    ref: str


@attrs.frozen
class Play:
    """
    A play as the log knows it.

    Attributes:
        rev: revision, from 0; rises with each correction.
        order: where in the game it belongs.
        refs: the names that sources have for it.
        digest: hash of what the source said, to tell a repeat from a change.
        source_rev: the source's own count of revisions; ours counts voids too.
        withheld: points that its source claims and that the score had already when it
            came; not in `facts.points`.
    """

    play_id: PlayId
    rev: int
    order: int
    facts: PlayFacts
    state: PlayState = PlayState.PROVISIONAL
    refs: tuple[PlayRef, ...] = ()
    digest: int = 0
    source_rev: int = 0
    flags: tuple[str, ...] = ()
    withheld: int = 0

    @property
    def score(self) -> Score:
        """What the play adds to the score now."""
        return self.facts.score if self.state.counts else Score()

    @property
    def shootout_score(self) -> Score:
        """What the play adds to the shoot-out's tally now."""
        return self.facts.shootout_score if self.state.counts else Score()

    @property
    def place_in_game(self) -> tuple[int, int]:
        """Sort key: `order`, then the position in the log."""
        return (self.order, int(self.play_id[1:]))
