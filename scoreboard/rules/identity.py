"""
Rules I: whom and what a message speaks of.

Rule: a message that names a stranger is refused; one that was heard before changes
nothing. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import PlayReport, VoidReport
from scoreboard.model.play import PlayState
from scoreboard.rules.case import Case, Finding


def i2_unknown_team(case: Case) -> Finding | None:
    """I2: a team that does not play this game."""
    if not case.unknown_teams:
        return None
    meta = case.state.meta
    return Finding(
        rule="I2",
        outcome=Outcome.REJECTED,
        code="unknown_team",
        problem=f"{case.unknown_teams[0]!r} does not play in {meta.game_id}",
        hint=f"write 'home', 'away', {meta.home.team_id} or {meta.away.team_id}",
    )


def i5_repeat(case: Case) -> Finding | None:
    """I5: a play or message that was heard before, or a revision that contradicts one."""
    report, known = case.message.report, case.known
    if isinstance(report, VoidReport):
        return _void_repeat(case)
    if not isinstance(report, PlayReport):
        return _message_repeat(case)
    if known is None:
        return _absorbed(case)
    if report.rev < known.source_rev or known.digest == case.digest:
        return _repeat(known.seq)
    if report.rev > known.source_rev:
        return None
    return Finding(
        rule="I5",
        outcome=Outcome.REJECTED,
        code="rev_conflict",
        problem=f"play {report.ref!r} rev {report.rev} was reported with other content",
        hint=f"send the change as rev {known.source_rev + 1}",
    )


def _absorbed(case: Case) -> Finding | None:
    """A play that the score has already, though not under this name."""
    ref = case.ref
    if ref is None or ref not in case.state.absorbed:
        return None
    absorbed, seq = case.state.absorbed[ref]
    return _repeat(seq) if absorbed.digest == case.digest else None


def _void_repeat(case: Case) -> Finding | None:
    if case.known is None:
        return None
    play = case.state.play(case.known)
    return None if play.state.counts else _repeat(case.known.seq)


def _message_repeat(case: Case) -> Finding | None:
    """Reports without an id of their own are told apart by the sender's counter."""
    if case.message.source_seq is None:
        return None
    seq = case.state.seen.get(case.digest)
    return None if seq is None else _repeat(seq)


def _repeat(seq: int) -> Finding:
    return Finding(
        rule="I5",
        outcome=Outcome.DUPLICATE,
        code="duplicate",
        problem="this was recorded before",
        hint="nothing to do",
        seq=seq,
    )


def r1_unknown_target(case: Case) -> Finding | None:
    """R1: a correction of a play that we do not have."""
    report = case.message.report
    if not isinstance(report, VoidReport) or case.known is not None:
        return None
    return Finding(
        rule="R1",
        outcome=Outcome.REJECTED,
        code="unknown_target",
        problem=f"no play {report.ref!r} of source {case.source} is in the game",
        hint="send the play first, then its correction",
    )


def r2_bad_target(case: Case) -> Finding | None:
    """R2: taking back the end of a period after which the game went on."""
    if not isinstance(case.message.report, VoidReport) or case.known is None:
        return None
    play = case.state.play(case.known)
    later = play.facts.period_index < case.state.period_index
    if play.facts.play_type != "period_end" or not later or play.state is PlayState.VOIDED:
        return None
    return Finding(
        rule="R2",
        outcome=Outcome.REJECTED,
        code="bad_target",
        problem="the period is over and a later one has been played",
        hint="correct the plays of the period; its end stands",
    )
