"""
A command and the state that it meets; what the rules say of what an official reports.

Rule: the rules warn an official and never stop him: what may be true, however improbable,
is lifted by `force`. What cannot be written down at all stays refused. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.codec.digest import digest_message
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.command import Command
from scoreboard.model.event import Entry, Event
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.message import Message, Report
from scoreboard.model.once import once
from scoreboard.model.play import Play
from scoreboard.projection.state import GameState, Known
from scoreboard.rules.case import Case, Finding
from scoreboard.rules.catalogue import judge
from scoreboard.rules.event import UNSPECIFIED

#: Rules that `force` does not lift: whom it is about, and figures that no game has.
FIXED = frozenset({"E1", "I1", "I2", "I5", "C0", "S1", "R1"})
#: Rules about what a person may do, which the command itself was asked (`scoring`).
DECIDED = frozenset({"E3", "R3", "R4"})


@attrs.frozen
class CommandCase:
    """
    A command and the state that it meets.

    Attributes:
        official: who commands.
        recent: the log up to `state`, as far back as an undo may have to look.
    """

    state: GameState
    command: Command
    official: SourceId
    now_ms: int
    recent: Sequence[Entry] = ()

    @property
    def reason(self) -> str:
        """Why, for the log."""
        return self.command.reason or UNSPECIFIED


@attrs.frozen
class Step:
    """An event of a command, and the doubts that the rules had of it."""

    event: Event
    flags: tuple[str, ...] = ()


Steps = tuple[Step, ...]


def entry_after(
    state: GameState,
    event: Event,
    official: SourceId,
    now_ms: int,
    flags: tuple[str, ...] = (),
    digest: int = 0,
) -> Entry:
    """The entry of an official that follows `state`."""
    return Entry(
        seq=state.seq + 1,
        ts_ms=max(now_ms, state.ts_ms),
        source=official,
        term=state.term,
        event=event,
        digest=digest,
        flags=flags,
        official=True,
    )


def refusal(code: str, rule: str | None, problem: str, hint: str) -> Answer:
    """The answer to a command that cannot be done."""
    return Answer(Outcome.REJECTED, code=code, rule=rule, problem=problem, hint=hint)


def nothing_to_do(problem: str, seq: int | None = None) -> Answer:
    """The answer to a command that changes nothing."""
    return Answer(
        Outcome.DUPLICATE, code="duplicate", problem=problem, hint="nothing to do", seq=seq
    )


def unknown_target(case: CommandCase, play_id: PlayId) -> Answer:
    """R1: there is no such play."""
    game_id = case.state.meta.game_id
    hint = f"GET /v1/games/{game_id} has the plays"
    return refusal("unknown_target", "R1", f"no play {play_id} is in {game_id}", hint)


def voided_target(play: Play) -> Answer:
    """R2: the play counts nothing any more."""
    problem = f"{play.play_id} is {play.state.value}"
    return refusal("bad_target", "R2", problem, "undo that, or record the play anew")


@attrs.frozen(slots=False)
class _Correction(Case):
    """The rules' view of an official who corrects a play, whoever had reported it."""

    target: Play | None = None

    @once
    def known(self) -> Known | None:
        """The play that is corrected."""
        play = self.target
        if play is None:
            return super().known
        return Known(
            play.play_id, play.rev, play.digest, 0, play.place_in_game, source_rev=play.source_rev
        )


def rules_case(case: CommandCase, report: Report, target: Play | None = None) -> Case:
    """
    What the rules look at when an official says `report`.

    Args:
        target: the play that it corrects, None if it corrects none.
    """
    message = Message(report)
    return _Correction(
        state=case.state,
        message=message,
        source=case.official,
        digest=digest_message(message),
        now_ms=case.now_ms,
        target=target,
    )


def warnings(case: CommandCase, asked: Case) -> tuple[str, ...] | Answer:
    """
    Codes of the doubts that the rules have and that do not stop the official; or the answer
    that stops him.
    """
    codes = []
    for finding in judge(asked).findings:
        if finding.outcome is Outcome.SHADOW or finding.rule in DECIDED:
            continue  # a person is not a feed that could be believed or not
        if finding.outcome is Outcome.DUPLICATE:
            return attrs.evolve(nothing_to_do(finding.problem, finding.seq), rule=finding.rule)
        stops = finding.outcome is not Outcome.FLAGGED
        if stops and (not case.command.force or finding.rule in FIXED):
            return _stopped(finding)
        codes.append(finding.code)
    return tuple(codes)


def _stopped(finding: Finding) -> Answer:
    hint = finding.hint
    if finding.rule not in FIXED:
        hint = f"{hint}; or say it again with force and a reason"
    return refusal(finding.code, finding.rule, finding.problem, hint)
