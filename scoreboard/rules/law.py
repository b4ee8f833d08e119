"""
What a rule is: its id, what it looks for, and what becomes of a message that it finds.

Rule: a rule is one pure function and its row in the catalogue; what the row says is what
senders hear and what `docs/rules.md` says, so neither can differ from the code. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.message import (
    BoxScoreReport,
    ClockReport,
    Heartbeat,
    PlayReport,
    Report,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.rules.case import Case, Finding

PLAYS: tuple[type[Report], ...] = (PlayReport,)
ALL: tuple[type[Report], ...] = (
    PlayReport,
    VoidReport,
    StatusReport,
    ClockReport,
    ScoreReport,
    SituationReport,
    BoxScoreReport,
    Heartbeat,
)
#: Kinds of report that the game is made of; a box score is only compared with it.
GAME: tuple[type[Report], ...] = tuple(kind for kind in ALL if kind is not BoxScoreReport)


@attrs.frozen
class Found:
    """
    What a check found, where that is more than a problem in words.

    Attributes:
        hint, outcome, code: instead of the rule's own.
        seq: for a duplicate, the position of the original.
        stands: no official can lift it: the log could not hold such a thing.
    """

    problem: str
    hint: str | None = None
    outcome: Outcome | None = None
    code: str | None = None
    seq: int | None = None
    stands: bool = False


Check = Callable[[Case], "str | Found | None"]


@attrs.frozen(eq=False)
class Rule:
    """
    A row of the catalogue.

    Attributes:
        id: "S2"; several rows may share one.
        codes, outcomes: all that it can give, the usual one first.
        hint: what the sender can do.
        check: the problem in words if there is one. It is called by `catalogue.judge` alone.
        on: the kinds of report that it is asked about.
        sports: the sports that it is asked in; empty: all.
        stands: no `force` lifts it.
        is_unchecked: rests on what everybody knows of the game and no rule book was cited
            for: it never does more than flag. "(K)" in the documents.
    """

    id: str
    codes: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    hint: str
    check: Check
    on: tuple[type[Report], ...]
    sports: tuple[str, ...]
    stands: bool
    is_unchecked: bool

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.check.__name__

    @property
    def summary(self) -> str:
        """What it looks for, in a sentence."""
        return (self.check.__doc__ or "").strip().splitlines()[0]

    def finding(self, found: str | Found) -> Finding:
        """What the sender hears."""
        more = found if isinstance(found, Found) else Found(found)
        return Finding(
            rule=self.id,
            outcome=more.outcome or self.outcomes[0],
            code=more.code or self.codes[0],
            problem=more.problem,
            hint=more.hint or self.hint,
            seq=more.seq,
            stands=self.stands or more.stands,
        )


def law(
    rule_id: str,
    codes: str,
    *outcomes: Outcome,
    hint: str,
    on: tuple[type[Report], ...] = PLAYS,
    sports: tuple[str, ...] = (),
    stands: bool = False,
    is_unchecked: bool = False,
) -> Callable[[Check], Rule]:
    """
    Make a rule of a check.

    Args:
        codes: with spaces between, the usual one first.
    """

    def made(check: Check) -> Rule:
        return Rule(
            rule_id,
            tuple(codes.split()),
            outcomes,
            hint,
            check,
            on,
            sports,
            stands or rule_id.startswith("R"),
            is_unchecked,
        )

    return made
