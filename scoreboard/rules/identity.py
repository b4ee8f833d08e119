"""
Rules I: whom and what a message speaks of.

Rule: a message that names a stranger is refused; one that was heard before changes
nothing. I1 (unknown game) is the desk's. Pure.
"""

from __future__ import annotations

from scoreboard.model.answer import Outcome
from scoreboard.model.message import PlayReport, VoidReport
from scoreboard.rules.case import Case
from scoreboard.rules.law import ALL, Found, law


@law(
    "I2",
    "unknown_team",
    Outcome.REJECTED,
    hint="write 'home', 'away' or one of the two team ids of the game",
    on=ALL,
    stands=True,
)
def i2_unknown_team(case: Case) -> Found | None:
    """A team that does not play this game."""
    if not case.unknown_teams:
        return None
    meta = case.state.meta
    return Found(
        f"{case.unknown_teams[0]!r} does not play in {meta.game_id}",
        hint=f"write 'home', 'away', {meta.home.team_id} or {meta.away.team_id}",
    )


@law(
    "I5",
    "duplicate rev_conflict",
    Outcome.DUPLICATE,
    Outcome.REJECTED,
    hint="nothing to do",
    on=ALL,
    stands=True,
)
def i5_repeat(case: Case) -> Found | None:
    """A play or message that was heard before, or a revision that contradicts one."""
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
    return Found(
        f"play {report.ref!r} rev {report.rev} was reported with other content",
        hint=f"send the change as rev {known.source_rev + 1}",
        outcome=Outcome.REJECTED,
        code="rev_conflict",
    )


def _absorbed(case: Case) -> Found | None:
    """A play that the score has already, though not under this name."""
    ref = case.ref
    if ref is None or ref not in case.state.absorbed:
        return None
    absorbed, seq = case.state.absorbed[ref]
    return _repeat(seq) if absorbed.digest == case.digest else None


def _void_repeat(case: Case) -> Found | None:
    if case.known is None:
        return None
    play = case.state.play(case.known)
    return None if play.state.counts else _repeat(case.known.seq)


def _message_repeat(case: Case) -> Found | None:
    """Reports without an id of their own are told apart by the sender's counter."""
    if case.message.source_seq is None:
        return None
    seq = case.state.seen.get(case.digest)
    return None if seq is None else _repeat(seq)


def _repeat(seq: int) -> Found:
    return Found("this was recorded before", seq=seq)
