"""
Numbered messages: those of sources that count all that they say of a game, and whoever waits
for their answers.

Rule: a message that waits for its turn is answered when it has had it and the log has it; it
is in memory only until then, and nobody has been told otherwise. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from scoreboard.codec.reports import Received
from scoreboard.ingest import sequence as numbers
from scoreboard.ingest.replies import is_written, unavailable
from scoreboard.ingest.sequence import Ready
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.ids import SourceId


@attrs.define(eq=False)
class Told:
    """
    A message with a number.

    Attributes:
        raw: as it came, decoded.
        answer: once it was judged; it may not be given yet.
        answered: fires with the answer when that may be given.
    """

    source: SourceId
    number: int
    received: Received
    raw: object
    answer: Answer | None = None
    answered: Deferred[Answer] = attrs.field(factory=Deferred)

    @property
    def outcome(self) -> Outcome | None:
        """What has become of it; None until it was judged."""
        return None if self.answer is None else self.answer.outcome

    def say(self, answer: Answer) -> None:
        """Give the answer, to whoever still waits for it."""
        self.answer = answer
        self.answered.callback(answer)


class Numbered:
    """
    The numbers of one game's sources.

    Args:
        due: called when somebody has waited for long enough: `due` must be asked then.

    Attributes:
        is_used: whether any source of the game counts.
    """

    def __init__(self, clock: IReactorTime, due: Callable[[], None]) -> None:
        self._clock = clock
        self._due = due
        self._sequences: dict[SourceId, numbers.Sequence] = {}
        self._call: IDelayedCall | None = None
        self.is_used = False

    def arrive(self, told: Told, now_ms: int) -> tuple[Ready, ...]:
        """A message comes; those whose turn it is now, in order."""
        before = self._sequences.get(told.source) or numbers.Sequence()
        after, ready = numbers.arrive(before, told.number, told, now_ms)
        self._sequences[told.source] = after
        self.is_used = True
        if before.waiting or after.waiting:
            self._wake()
        return ready

    def due(self, now_ms: int) -> list[Ready]:
        """Those that have waited long enough, in order."""
        found: list[Ready] = []
        for source, sequence in self._sequences.items():
            self._sequences[source], ready = numbers.due(sequence, now_ms)
            found += ready
        self._wake()
        return found

    def settle(self, judged: Sequence[Told], now_ms: int, *, lasting: bool) -> None:
        """
        Give the answers of messages that were judged.

        Args:
            lasting: whether everything that they speak of is on disk.
        """
        for one in judged:
            answer = one.answer or unavailable()
            if not lasting and is_written(answer):
                answer = unavailable()
            if answer.outcome is Outcome.REJECTED:
                self._sequences[one.source] = numbers.may_come_again(
                    self._sequences[one.source], one.number, now_ms
                )
            one.say(answer)

    def release(self, answer: Answer) -> None:
        """Nobody's turn comes any more: all who wait hear `answer`."""
        for source, sequence in self._sequences.items():
            self._sequences[source] = attrs.evolve(sequence, waiting=())
            for one in sequence.waiting:
                one.message.say(answer)
        self._wake()

    @property
    def holes(self) -> Mapping[SourceId, int]:
        """Sources of which something is missing, and since when, milliseconds UTC."""
        found = ((source, numbers.hole_ms(one)) for source, one in self._sequences.items())
        return {source: since for source, since in found if since is not None}

    @property
    def missing(self) -> Mapping[SourceId, tuple[tuple[int, int], ...]]:
        """What is missing of each source: first and last number of every hole."""
        return {
            source: tuple((hole.first, hole.last) for hole in numbers.missing(one))
            for source, one in self._sequences.items()
        }

    def _wake(self) -> None:
        """Be called when the next one has waited for long enough."""
        if self._call is not None and self._call.active():
            self._call.cancel()
        due = (numbers.due_ms(one) for one in self._sequences.values())
        next_ms = min((ms for ms in due if ms is not None), default=None)
        if next_ms is None:
            self._call = None
        else:
            wait_s = max(0.0, next_ms / 1_000 - self._clock.seconds())
            self._call = self._clock.callLater(wait_s, self._due)
