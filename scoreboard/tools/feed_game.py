"""
A recorded game as a fake provider has it: its document at any time, and its stream.

Rule: what is served follows from the time, the seed and the number of the answer. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import attrs

from scoreboard.codec.json_text import write_json
from scoreboard.codec.shape_game import meta as write_meta
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.telling.timeline import Arrival
from scoreboard.model.message import PlayReport
from scoreboard.tools import feed_faults
from scoreboard.tools.feed_faults import Fault, Step
from scoreboard.tools.feed_pages import Frame, Pages

#: After this many answers with the whole document no more faults are made: the truth stands.
_HONEST_AFTER = 2


@attrs.frozen
class FeedGame:
    """
    One game.

    Attributes:
        name: of its file.
        meta: as `PUT /v1/games/{game}` takes it.
        times: when each row of `pages` is there, recorded milliseconds after the start.
        end_ms: when the document says that the game is over.
        steps: of its stream.
    """

    game_id: str
    name: str
    provider: str
    teams: str
    meta: dict[str, Any]
    pages: Pages
    times: tuple[int, ...]
    end_ms: int
    steps: tuple[Step, ...]


def feed_game(
    name: str,
    document: Document,
    arrivals: Sequence[Arrival],
    offsets: Sequence[int],
    pages: Pages,
    rates: Mapping[str, float],
    seed: int,
) -> FeedGame:
    """
    A game to be served.

    Args:
        arrivals: its timeline.
        offsets: when each of them is due, recorded milliseconds after the start.
    """
    meta = document.meta
    named = {"game_id": meta.game_id}
    lines = [write_json(named | write_message(a.message, meta)) for a in arrivals]
    told = {
        a.message.report.ref: offset
        for a, offset in zip(arrivals, offsets, strict=True)
        if isinstance(a.message.report, PlayReport)
    }
    return FeedGame(
        game_id=meta.game_id,
        name=name,
        provider=document.provider,
        teams=f"{meta.away.abbrev}-{meta.home.abbrev}",
        meta=write_meta(meta),
        pages=pages,
        times=_times(pages, told),
        end_ms=max(offsets, default=0),
        steps=feed_faults.steps(meta.game_id, lines, offsets, rates, seed),
    )


def _times(pages: Pages, told: Mapping[str, int]) -> tuple[int, ...]:
    """When each row is there. See Note [What is cut] in `feed_pages`."""
    known = [told.get(ref) for ref in pages.refs]
    if any(time is not None for time in known):
        # A row that is not told at all is there with the one in front of it.
        first = next(time for time in known if time is not None)
        return tuple(accumulate(known, _later, initial=first))[1:]
    moments = sorted(told.values()) or [0]
    return tuple(
        moments[place * len(moments) // len(pages.rows)] for place in range(len(pages.rows))
    )


def _later(last: int, time: int | None) -> int:
    return last if time is None else time


@attrs.frozen
class Answer:
    """
    What a poll is answered with.

    Attributes:
        fault: that was made; None: none.
    """

    body: bytes
    rows: int
    over: bool
    fault: Fault | None = None


@attrs.define
class FeedDesk:
    """
    The answers that a game has given.

    Attributes:
        number: of the next answer.
        whole: how many said that the game is over.
        made: faults, by kind.
    """

    game: FeedGame
    seed: int
    rates: Mapping[str, float]
    number: int = 0
    whole: int = 0
    last: bytes = b""
    made: Counter[str] = attrs.field(factory=Counter)

    def answer(self, position_ms: float) -> Answer:
        """The document at that time, perhaps with a fault."""
        game = self.game
        over = position_ms >= game.end_ms
        # By times, not by place: a row that came late stands among those before it.
        rows = [
            row
            for row, time in zip(game.pages.rows, game.times, strict=True)
            if over or time <= position_ms
        ] or list(game.pages.rows[:1])
        self.number += 1
        self.whole += over
        made = feed_faults.fault(self.seed, game.game_id, self.number, self.rates)
        if self.whole > _HONEST_AFTER or len(rows) < 2:
            made = None
        body, made = self._spoilt(rows, over, made)
        if made is not None:
            self.made[made.kind] += 1
        self.last = body
        return Answer(body, len(rows), over, made)

    def _spoilt(
        self, rows: list[bytes], over: bool, made: Fault | None
    ) -> tuple[bytes, Fault | None]:
        """The document, and the fault that is in it."""
        frame = self.game.pages.final if over else self.game.pages.live
        if made is None:
            return frame.document(rows), None
        if made.kind == "drop":
            rows = feed_faults.dropped(rows, made.where)
        elif made.kind == "reorder":
            rows = feed_faults.reordered(rows, made.where)
        elif made.kind == "stale":
            rows, frame = feed_faults.stale(rows, made.where), self.game.pages.live
        elif made.kind == "lie":
            return self._lied(rows, frame, made)
        elif made.kind == "duplicate":
            return (self.last, made) if self.last else (frame.document(rows), None)
        return frame.document(rows), made

    def _lied(self, rows: list[bytes], frame: Frame, made: Fault) -> tuple[bytes, Fault | None]:
        """With the last row that can be lied about spoilt."""
        for place in range(len(rows) - 1, -1, -1):
            false = self.game.pages.lie(rows[place])
            if false is not None:
                return frame.document([*rows[:place], false, *rows[place + 1 :]]), made
        return frame.document(rows), None

    def companion(self, role: str, position_ms: float) -> bytes | None:
        """A companion at that time; None: there is none in that role."""
        both = self.game.pages.companions.get(role)
        return None if both is None else both[position_ms >= self.game.end_ms]
