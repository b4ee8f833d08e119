"""
Choosing: a person says which source is believed.

Rule: a person's word goes before everything that arbitration has found, but not before
another person's lock. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.authority.arbiter import chosen
from scoreboard.ingest.authority.policy import SourceSetting
from scoreboard.ingest.desk import Batch
from scoreboard.ingest.hearing import Memory, is_locked, switch
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.feed import Aspect, FeedMode, SourceRole
from scoreboard.model.ids import SourceId


@attrs.frozen
class Choice:
    """
    A person's word: believe `to` for the plays.

    Attributes:
        holds: until a person says otherwise or `to` is dead; otherwise arbitration goes on
            from there as it would, which is how a choice is let go of.
    """

    by: SourceId
    to: SourceId
    reason: str
    holds: bool = True


def choose(
    batch: Batch,
    memory: Memory,
    choice: Choice,
    settings: Mapping[SourceId, SourceSetting],
) -> tuple[Memory, Answer]:
    """
    Switch to the source that a person has chosen, in any mode, or say why not.

    Args:
        memory: with every sign of life that there was.
    """
    refused = _refusal(batch, choice, settings)
    if refused is not None:
        return memory, refused
    state, reason = batch.state, f"{choice.by}: {choice.reason}"
    move = chosen(memory.watch, state, settings, choice.to, reason, holds=choice.holds)
    is_so = state.authority == choice.to and state.chosen is choice.holds
    if is_so and state.mode in (move.mode, FeedMode.PROBATION):
        return memory, _answer(batch, Outcome.DUPLICATE)
    memory = switch(batch, memory, move)
    return memory, _answer(batch, Outcome.ACCEPTED)


def _answer(batch: Batch, outcome: Outcome) -> Answer:
    state = batch.state
    return Answer(
        outcome,
        seq=state.seq,
        score=state.score,
        period_index=state.period_index,
        term=state.term,
    )


def _refusal(
    batch: Batch, choice: Choice, settings: Mapping[SourceId, SourceSetting]
) -> Answer | None:
    state, to = batch.state, choice.to
    game_id = state.meta.game_id
    if not choice.reason:
        return _refused("reason_required", "R3", "a switch needs a reason", "say why")
    if to not in batch.shadows and to != state.authority:
        problem = f"{to} has told nothing of {game_id}"
        return _refused("unknown_source", "E4", problem, "scoreboard.v1.ops.feed.list names them")
    setting = settings.get(to)
    if setting is not None and setting.role is not SourceRole.SCORING:
        problem = f"{to} is a {setting.role.value} and tells no plays"
        return _refused("bad_source", "E4", problem, "choose a source of role scoring")
    if is_locked(batch, Aspect.PLAYS):
        by = next(lock.by for lock in state.locks if Aspect.PLAYS in lock.aspects)
        problem = f"{by} keeps the plays of {game_id} to himself"
        return _refused("locked", "E4", problem, "scoreboard.v1.scorer.unlock first")
    return None


def _refused(code: str, rule: str, problem: str, hint: str) -> Answer:
    return Answer(Outcome.REJECTED, code=code, rule=rule, problem=problem, hint=hint)
