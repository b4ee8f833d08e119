"""
What a rule looks at, and what it finds.

Rule: a finding says which rule, how bad, and what the sender can do. A play is judged by
the game as it stood at the play's place, not as it stands now; what that takes is worked
out when the first rule asks, and looks at a bounded number of plays. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.boxscore import Difference
from scoreboard.model.ids import SourceId
from scoreboard.model.message import BoxScoreReport, Message, PlayReport, VoidReport
from scoreboard.model.once import once
from scoreboard.model.play import Play, PlayFacts, PlayRef
from scoreboard.model.side import Score, Side
from scoreboard.projection.claims import differences
from scoreboard.projection.state import GameState, Known
from scoreboard.sports.playtype import Credit, PlayType, Sport
from scoreboard.sports.registry import SPORTS

#: How many plays back a rule looks that asks for the course of the game.
NEAR = 16


@attrs.frozen(slots=False)
class Case:
    """
    A message and the state that it meets.

    Attributes:
        digest: hash of the message, for repeats.
        unknown_teams: team references in it that are neither of the game's teams.
        now_ms: milliseconds UTC.
        official: the source is an official of the game, not a feed.
        expected: the `source_seq` that this source would count next, if it counts every
            message; None: nobody counts, or the number means nothing.
        lifted: ids of rules that an official has decided against for this message.
    """

    state: GameState
    message: Message
    source: SourceId
    digest: int
    now_ms: int
    unknown_teams: tuple[str, ...] = ()
    official: bool = False
    expected: int | None = None
    lifted: frozenset[str] = frozenset()

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
    def is_late(self) -> bool:
        """Whether a new play is reported that belongs before others that are there."""
        return self.is_new_play and not self.is_last

    @once
    def at(self) -> int:
        """How many plays stand before the reported one, at its place in the game."""
        state = self.state
        if self.facts is None or self.is_last or self.known is not None:
            return len(state.plays) if self.known is None else state.position(self.known.place)
        return state.position((self.facts.order or 0, state.seq + 1))

    def earlier(self, most: int = NEAR) -> Iterator[Play]:
        """The plays before the reported one that count, newest first; looks at `most`."""
        near = self.state.plays[max(self.at - most, 0) : self.at]
        return (play for play in reversed(near) if play.state.counts)

    @once
    def score_before(self) -> Score:
        """
        The score before the reported play, at its place in the game.

        Of a late play: what came after it is taken off, which is mostly little.
        """
        score = self.state.score
        if self.facts is None or self.at == len(self.state.plays):
            return score
        order = self.state.plays[self.at].order if self.known else self.facts.order or 0
        for play in self.state.plays[self.at :]:
            if play.facts.points:
                score -= play.score
        for adjustment in reversed(self.state.adjustments):
            if adjustment.after_order < order:
                break
            score -= adjustment.change
        return score

    @once
    def neighbours(self) -> tuple[Play | None, Play | None]:
        """The plays before and behind the place of the reported one, whether they count or not."""
        plays, at = self.state.plays, self.at
        return (plays[at - 1] if at else None, plays[at] if at < len(plays) else None)

    @once
    def differences(self) -> tuple[Difference, ...]:
        """Where a reported box score is not the derived one; nowhere if none is reported."""
        report = self.message.report
        if not isinstance(report, BoxScoreReport):
            return ()
        return differences(self.state, report.lines, complete=report.complete)

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
        stands: no official can force it.
    """

    rule: str
    outcome: Outcome
    code: str
    problem: str
    hint: str
    seq: int | None = None
    stands: bool = False
