"""
The acts that close something: a doubt, a period, the game; and the one that reopens it.

Rule: what cannot be taken back is confirmed by who does it: the end of a period by the
score, an official result by the absence of doubts, or by force with a reason. Pure.

Source: FIBA LiveStats asks for the score before it lets a quarter end.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.acts import reason_required
from scoreboard.ingest.authority.unseen import HOLE
from scoreboard.ingest.command_case import (
    CommandCase,
    Step,
    Steps,
    nothing_to_do,
    refusal,
)
from scoreboard.model.answer import Answer
from scoreboard.model.command import ConfirmPeriod, ScoreQuery
from scoreboard.model.event import DoubtSet, LockReleased, StatusSet
from scoreboard.model.game import Coverage
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.state import GameState
from scoreboard.projection.trust import CLAIMED

#: The doubt of a person at the table.
SCORE_QUERY = "score_query"
#: Doubts that are a wish to change an official result begin with this (rule R4).
RESULT = "result_change:"

#: Where a period can end.
_PLAYING = (Status.IN_PROGRESS, Status.SHOOTOUT)


def _settled(state: GameState) -> tuple[str, ...]:
    """The doubts that a person who says "the score stands" settles; others mend themselves."""
    return tuple(
        doubt
        for doubt in state.doubts
        if doubt in (SCORE_QUERY, CLAIMED, HOLE) or doubt.startswith(RESULT)
    )


def _closed(doubts: tuple[str, ...], reason: str) -> Steps:
    return tuple(Step(DoubtSet(doubt, is_open=False, reason=reason)) for doubt in doubts)


def score_query(case: CommandCase, act: ScoreQuery) -> Steps | Answer:
    """A person doubts the score, or says that it stands."""
    if act.is_open:
        if SCORE_QUERY in case.state.doubts:
            return nothing_to_do("the score is in doubt already")
        return (Step(DoubtSet(SCORE_QUERY, is_open=True, reason=case.reason)),)
    return _closed(_settled(case.state), case.reason) or nothing_to_do("no doubt to settle is open")


def confirm_period(case: CommandCase, act: ConfirmPeriod) -> Steps | Answer:
    """The present period is over, and the caller has the same score as we."""
    state = case.state
    index = act.period_index or state.period_index
    over = state.line.status in (Status.END_PERIOD, Status.HALFTIME)
    if over and index == state.period_index:
        return nothing_to_do(f"{state.ruleset.label(index)} is over already")
    if state.line.status not in _PLAYING or index != state.period_index:
        problem = f"the game is {state.line.status.value} in period {state.period_index}"
        hint = "only the period that is being played can be confirmed"
        return refusal("bad_period", "ST1", problem, hint)
    if act.score is None:
        problem = f"the end of {state.ruleset.label(index)} cannot be taken back"
        hint = "compare score with your own and say it again with that score"
        return refusal("confirm_required", None, problem, hint)
    if act.score != state.score:
        ours, yours = state.score, act.score
        problem = f"you have {_told(yours)}, we have {_told(ours)} (home-away)"
        hint = "mend the plays, or override the score with a reason"
        return refusal("score_mismatch", "S6", problem, hint)
    return _end_of_period(case, index)


def _told(score: Score) -> str:
    return f"{score.home}-{score.away}"


def _end_of_period(case: CommandCase, index: int) -> Steps:
    state = case.state
    half = state.ruleset.periods == 2 * index
    line = StatusLine(Status.HALFTIME if half else Status.END_PERIOD)
    flags = () if is_explained(state) else ("sum_mismatch",)
    mine = [held for held in state.locks if held.by == case.official and held.until_ms is None]
    return (
        Step(StatusSet(line, index), flags),
        *_closed(_settled(state), case.reason),
        *(Step(LockReleased(held.by, "the period is over")) for held in mine),
    )


def is_explained(state: GameState) -> bool:
    """S9: whether the score is what the plays are worth, where plays are told at all."""
    if state.meta.coverage is not Coverage.FULL:
        return True
    worth = Score()
    for play in state.plays:
        worth += play.score
    winner = None if state.shootout is None else state.shootout.leader
    decided = worth.plus(winner, 1) if state.ruleset.shootout_goal and winner else worth
    return state.score in (worth, decided)


def finalize(case: CommandCase, _act: object) -> Steps | Answer:
    """The final score is official; all doubts and locks end with that."""
    state, force = case.state, case.command.force
    if state.line.status is Status.OFFICIAL:
        return nothing_to_do("the game is official already")
    if state.line.status is not Status.FINAL:
        problem = f"the game is {state.line.status.value}"
        return refusal("bad_transition", "ST1", problem, "set the status final first")
    if state.held is not None:
        return refusal("held", None, "the public score is held", "release it first")
    lifted = [
        code
        for code, is_so in (
            ("open_doubts", bool(state.doubts)),
            ("sum_mismatch", not is_explained(state)),
        )
        if is_so
    ]
    if lifted and not force:
        return _not_final(state, lifted[0])
    official = attrs.evolve(state.line, status=Status.OFFICIAL)
    return (
        *_closed(state.doubts, case.reason),
        Step(StatusSet(official), tuple(lifted)),
        *(Step(LockReleased(held.by, "the game is official")) for held in state.locks),
    )


def _not_final(state: GameState, code: str) -> Answer:
    if code == "open_doubts":
        problem = f"open: {', '.join(state.doubts)}"
        hint = "settle them (score_query, review), or say it again with force and a reason"
        return refusal(code, None, problem, hint)
    problem = f"the plays do not add up to {_told(state.score)} (home-away)"
    hint = "mend the plays, or say it again with force and a reason"
    return refusal(code, "S9", problem, hint)


def reopen(case: CommandCase, _act: object) -> Steps | Answer:
    """A game that was final goes on."""
    state = case.state
    if state.line.status is not Status.FINAL:
        problem = f"the game is {state.line.status.value}"
        hint = "only a final game goes on; an official result is corrected as it is"
        return refusal("bad_transition", "ST1", problem, hint)
    if case.command.reason is None:
        return reason_required("a game that was over goes on")
    return (Step(StatusSet(StatusLine(Status.IN_PROGRESS, reason=case.reason))),)
