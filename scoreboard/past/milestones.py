"""
The milestones of all games: kept in the log as games pass them, and read when somebody asks.

Rule: they are a cache. What is lost, damaged or of other code costs a fold from the beginning,
and is kept anew at the next start; nobody waits for one to be written. Pure, but for the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scoreboard.log.interface import IEventLog
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId
from scoreboard.model.position import PAGE, Position
from scoreboard.past.stored import (
    Label,
    Step,
    is_whole,
    read_milestone,
    read_step,
    state_name,
    step_name,
    write_milestone,
    write_step,
)
from scoreboard.past.undoing import milestone_of, restored, undone
from scoreboard.projection.state import GameState


class Milestones:
    """
    Of one node.

    Args:
        log: has them.
        version: of the code that makes states.
        writes: whether those of a game are written here; others may read them.

    Attributes:
        kept: how many were given to the log.
        used: how many were read from it.
        unfit: how many were asked for and could not be read.
    """

    def __init__(self, log: IEventLog, version: str, writes: Callable[[GameState], bool]) -> None:
        self.kept = self.used = self.unfit = 0
        self._log = log
        self._version = version
        self._writes = writes
        # The state at the newest end of a page: it has nearly everything in common with the
        # game as it stands.
        self._last: dict[GameId, GameState] = {}
        #: Pages that need not be written, while a game is loaded.
        self._known: dict[GameId, set[int]] = {}

    async def meet(self, game_id: GameId, tip: Position) -> None:
        """A game is going to be loaded: see which pages the log has milestones of."""
        numbers = range(1, tip.seq // PAGE)
        names = [of(number) for number in numbers for of in (step_name, state_name)]
        notes = iter(await self._notes(game_id, names))
        self._known[game_id] = {
            number
            for number, step, state in zip(numbers, notes, notes, strict=True)
            if self._has(game_id, tip.epoch, number, step, state)
        }

    def met(self, game_id: GameId) -> None:
        """It is loaded."""
        self._known.pop(game_id, None)

    def passed(self, state: GameState) -> None:
        """A game has come to the end of a page, and the log has it."""
        game_id = state.meta.game_id
        before = self._last.get(game_id)
        self._last[game_id] = state
        if before is None or (before.epoch, before.seq + PAGE) != (state.epoch, state.seq):
            return
        if before.seq // PAGE not in self._known.get(game_id, ()):
            self.keep(before, state)

    def keep(self, before: GameState, after: GameState) -> None:
        """
        Have the milestone `before` kept.

        Args:
            after: the state at the end of the next page.
        """
        if not self._writes(after):
            return
        game_id, number = before.meta.game_id, before.seq // PAGE
        label = self._label(game_id, before.epoch, number)
        try:
            notes = {
                step_name(number): write_step(label, before, undone(before, after)),
                state_name(number): write_milestone(label, milestone_of(before)),
            }
        except LocalError:
            # What the log could take, this can write; and if not, there is none.
            return
        self._log.keep(game_id, notes)
        self.kept += 1

    async def at(self, now: GameState, number: int) -> GameState | None:
        """
        A game as it stood at the end of a page.

        Args:
            now: as it stands.
            number: of the page, from 1.

        Returns:
            None: it must be folded.
        """
        last = self._newest(now)
        top = 0 if last is None else last.seq // PAGE
        if last is None or not 0 < number <= top:
            return None
        if number == top:
            return last
        game_id = now.meta.game_id
        names = [step_name(one) for one in range(number, top)]
        *notes, note = await self._notes(game_id, [*names, state_name(number)])
        milestone = read_milestone(self._label(game_id, now.epoch, number), note)
        steps = self._steps(now, number, notes)
        state = None
        if milestone is not None and len(steps) == top - number:
            state = restored(milestone, last, [step.undone for step in reversed(steps)])
        if state is None or state.seq != number * PAGE:
            self.unfit += 1
            return None
        self.used += 1
        return state

    async def number_at(self, now: GameState, until_ms: int) -> int:
        """The last page that ended by a time, milliseconds UTC; 0: none, or it is not known."""
        last = self._newest(now)
        if last is None:
            return 0
        top = last.seq // PAGE
        if last.ts_ms <= until_ms:
            return top
        notes = await self._notes(now.meta.game_id, [step_name(one) for one in range(1, top)])
        return sum(step.ts_ms <= until_ms for step in self._steps(now, 1, notes))

    def _has(self, game_id: GameId, epoch: int, number: int, *notes: bytes | None) -> bool:
        label = self._label(game_id, epoch, number)
        return all(is_whole(label, note) for note in notes)

    def _newest(self, now: GameState) -> GameState | None:
        last = self._last.get(now.meta.game_id)
        return last if last is not None and last.epoch == now.epoch else None

    def _steps(self, now: GameState, first: int, notes: Sequence[bytes | None]) -> list[Step]:
        """Those of `notes` up to the first that cannot be used."""
        steps: list[Step] = []
        for number, note in enumerate(notes, start=first):
            step = read_step(self._label(now.meta.game_id, now.epoch, number), note)
            if step is None:
                break
            steps.append(step)
        return steps

    async def _notes(self, game_id: GameId, names: Sequence[str]) -> Sequence[bytes | None]:
        try:
            return await self._log.kept(game_id, names) if names else ()
        except LocalError:
            # Who cannot read this cannot read the log either, and will say so.
            return [None] * len(names)

    def _label(self, game_id: GameId, epoch: int, number: int) -> Label:
        return Label(self._version, game_id, epoch, number)
