"""
What a rule looks at, and what it finds.

Rule: a finding says which rule, how bad, and what the sender can do. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.feed import Aspect
from scoreboard.model.ids import SourceId
from scoreboard.model.message import (
    ClockReport,
    Message,
    PlayReport,
    Report,
    StatusReport,
    VoidReport,
)
from scoreboard.model.once import once
from scoreboard.model.play import PlayFacts, PlayRef
from scoreboard.model.side import Side
from scoreboard.projection.state import GameState, Known
from scoreboard.sports.playtype import Credit, PlayType, Sport
from scoreboard.sports.registry import SPORTS


def aspect_of(report: Report) -> Aspect:
    """What of the game a report speaks of."""
    if isinstance(report, ClockReport):
        return Aspect.CLOCK
    return Aspect.STATUS if isinstance(report, StatusReport) else Aspect.PLAYS


@attrs.frozen(slots=False)
class Case:
    """
    A message and the state that it meets.

    Attributes:
        digest: hash of the message, for repeats.
        unknown_teams: team references in it that are neither of the game's teams.
        now_ms: milliseconds UTC.
    """

    state: GameState
    message: Message
    source: SourceId
    digest: int
    now_ms: int
    unknown_teams: tuple[str, ...] = ()

    @once
    def sport(self) -> Sport:
        """The game's sport."""
        return SPORTS[self.state.meta.sport]

    @once
    def facts(self) -> PlayFacts | None:
        """The play that is reported, if one is."""
        report = self.message.report
        return report.facts if isinstance(report, PlayReport) else None

    @once
    def play_type(self) -> PlayType | None:
        """What the sport says of the reported play's type; None if it is unknown."""
        return None if self.facts is None else self.sport.play_types.get(self.facts.play_type)

    @once
    def ref(self) -> PlayRef | None:
        """The source's name for the play that it means, if it means one."""
        report = self.message.report
        if isinstance(report, PlayReport | VoidReport):
            return PlayRef(self.source, report.ref)
        return None

    @once
    def known(self) -> Known | None:
        """The play that the source means, if we have it."""
        return None if self.ref is None else self.state.refs.get(self.ref)

    @once
    def is_new_play(self) -> bool:
        """Whether a play is reported that we do not have."""
        return self.facts is not None and self.known is None

    @once
    def is_last(self) -> bool:
        """Whether the reported play would stand at the end of the game."""
        if not self.is_new_play or self.facts is None:
            return False
        return self.facts.order is None or self.facts.order >= self.state.last_order

    @once
    def points_to(self) -> Side | None:
        """Who gets the reported play's points: as the sender says, else as the type says."""
        facts = self.facts
        if facts is None or not facts.points:
            return None
        if facts.points_to is not None or facts.side is None:
            return facts.points_to
        opponent = self.play_type is not None and self.play_type.credit is Credit.OPPONENT
        return facts.side.other if opponent else facts.side


@attrs.frozen
class Finding:
    """
    What a rule found.

    Attributes:
        outcome: what has to become of the message on its account.
        code: for a program.
        problem: for a person.
        hint: what the sender can do.
        seq: for a duplicate, the position of the original.
    """

    rule: str
    outcome: Outcome
    code: str
    problem: str
    hint: str
    seq: int | None = None
