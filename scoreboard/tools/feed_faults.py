"""
The faults of a fake provider: which, how often, and when.

Rule: the same seed makes the same faults at the same answers and lines, whatever the time
and whoever asks; nothing is lied about, or lost, for ever. Pure.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence

import attrs

#: Fault -> what it is, and how often it is made unless a rate is given: per answer, or line.
FAULTS: dict[str, tuple[str, float]] = {
    "stall": ("nothing comes for a while", 0.01),
    "drop": ("a row is missing; it comes later", 0.05),
    "duplicate": ("the same document, or line, once more", 0.05),
    "reorder": ("two rows in the wrong order", 0.05),
    "stale": ("an older document, or line, again", 0.05),
    "lie": ("a wrong score, corrected later", 0.02),
    "die": ("the provider is gone for a while, or for good", 0.002),
}

#: Faults reach so many rows back.
_REACH = 8
#: A lie of a stream is corrected after so many lines.
_CORRECTED = 3


def read_faults(text: str) -> dict[str, float]:
    """
    Faults and their rates out of "stall,drop=0.1" ("all" is all of them, "" none).

    Raises:
        ValueError: naming the word that is wrong.
    """
    rates: dict[str, float] = {}
    for word in filter(None, text.split(",")):
        name, _, rate = word.partition("=")
        names = list(FAULTS) if name == "all" else [name]
        if name not in (*FAULTS, "all"):
            raise ValueError(f"{name!r} is none of: all, {', '.join(FAULTS)}")
        try:
            value = float(rate) if rate else None
        except ValueError:
            value = -1.0
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{word!r}: a rate is a number from 0 to 1")
        rates |= {one: FAULTS[one][1] if value is None else value for one in names}
    if sum(rates.values()) > 1:
        raise ValueError("the rates of all faults together are over 1")
    return rates


@attrs.frozen
class Fault:
    """One fault; `where`: 0 or more and below 1, which row it is made to."""

    kind: str
    where: float


def fault(seed: int, game: str, number: int, rates: Mapping[str, float]) -> Fault | None:
    """
    The fault of one answer or line; mostly none.

    Args:
        number: of the answer to polls of `game`, or of its line.
    """
    chance = random.Random(f"{seed}/{game}/{number}")  # noqa: S311 - no secret
    drawn = chance.random()
    for kind in FAULTS:
        drawn -= rates.get(kind, 0.0)
        if drawn < 0:
            return Fault(kind, chance.random())
    return None


def _back(count: int, where: float) -> int:
    """One of the last rows of `count`."""
    reach = min(_REACH, count)
    return count - 1 - int(where * reach)


def dropped(rows: Sequence[bytes], where: float) -> list[bytes]:
    """Without one of the last rows."""
    place = _back(len(rows), where)
    return [row for index, row in enumerate(rows) if index != place]


def reordered(rows: Sequence[bytes], where: float) -> list[bytes]:
    """With two neighbours among the last rows in each other's place."""
    place = max(1, _back(len(rows), where))
    return [*rows[: place - 1], *reversed(rows[place - 1 : place + 1]), *rows[place + 1 :]]


def stale(rows: Sequence[bytes], where: float) -> list[bytes]:
    """As it stood some rows ago."""
    return list(rows[: max(1, _back(len(rows), where))])


@attrs.frozen
class Step:
    """
    One line of a stream.

    Attributes:
        offset_ms: when it is due, recorded milliseconds after the start.
        line: without its end; empty: the step is the fault alone.
        fault: that is made with it; empty: none.
    """

    offset_ms: int
    line: bytes
    fault: str = ""


def steps(
    game: str, lines: Sequence[bytes], offsets: Sequence[int], rates: Mapping[str, float], seed: int
) -> tuple[Step, ...]:
    """
    All that a stream of `game` sends, with its faults.

    Args:
        lines: messages; the last one is not tampered with, since nothing can mend it. What was
            lost or lied about is mended before the next status or absolute score.
    """
    maker = _Steps()
    voided = {_ref(line) for line in lines if b'"type":"void"' in line}
    for number, (line, offset) in enumerate(zip(lines, offsets, strict=True)):
        made = fault(seed, game, number, rates) if number < len(lines) - 1 else None
        if made is not None and made.kind in ("drop", "lie") and _ref(line) in voided:
            made = None
        maker.take(line, offset, made, last=number == len(lines) - 1)
    return tuple(maker.steps)


class _Steps:
    """The steps so far, and what has to be mended."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._lost: list[bytes] = []
        self._truths: list[tuple[int, bytes]] = []
        self._second: Step | None = None

    def take(self, line: bytes, offset: int, made: Fault | None, *, last: bool) -> None:
        """One line more."""
        # Providers confirm the ends of periods, and count before they state a score.
        if last or b'"type":"status"' in line or b'"type":"score"' in line:
            self._mend(offset)
        kind = "" if made is None else made.kind
        play = b'"type":"play"' in line
        step = Step(offset, line)
        if kind == "drop" and play:
            self._lost.append(line)
            self.steps.append(Step(offset, b"", kind))
        elif kind == "reorder" and play and self._second is None:
            self._second = attrs.evolve(step, fault=kind)
            return
        elif kind == "lie" and (false := lied(line)) is not None:
            self.steps.append(Step(offset, false, kind))
            self._truths.append((len(self.steps) + _CORRECTED, corrected(line)))
        else:
            self.steps.append(step)
            self._besides(offset, line, made)
        if self._second is not None:
            second, self._second = self._second, None
            self.steps.append(attrs.evolve(second, offset_ms=max(offset, second.offset_ms)))
        self._correct(offset)

    def _besides(self, offset: int, line: bytes, made: Fault | None) -> None:
        """What is sent besides a line that is sent as it is."""
        if made is None:
            return
        if made.kind == "duplicate":
            self.steps.append(Step(offset, line, made.kind))
        elif made.kind == "stale":
            older = self.steps[_back(len(self.steps), made.where)].line
            self.steps.append(Step(offset, older, made.kind))
        elif made.kind in ("stall", "die"):
            self.steps.append(Step(offset, b"", made.kind))

    def _correct(self, offset: int) -> None:
        while self._truths and self._truths[0][0] <= len(self.steps):
            self.steps.append(Step(offset, self._truths.pop(0)[1]))

    def _mend(self, offset: int) -> None:
        """Send what was lost, and what is still wrong."""
        if self._second is not None:
            self.steps.append(self._second)
            self._second = None
        self.steps += [Step(offset, line) for line in self._lost]
        self.steps += [Step(offset, truth) for _, truth in self._truths]
        self._truths.clear()
        self._lost.clear()


def _ref(line: bytes) -> str:
    ref = json.loads(line).get("provider_play_id")
    return ref if isinstance(ref, str) else ""


def lied(line: bytes) -> bytes | None:
    """A play with its points taken away; None if it has none."""
    message = json.loads(line)
    play = message.get("play") or {}
    if not play.get("points"):
        return None
    play["points"] = 0
    message.pop("score_after", None)
    return json.dumps(message, separators=(",", ":")).encode()


def corrected(line: bytes) -> bytes:
    """The truth about a play that was lied about: its first revision."""
    message = json.loads(line)
    message |= {"rev": 1, "reason": "corrected by the provider"}
    message.pop("score_after", None)
    message.pop("source_seq", None)
    return json.dumps(message, separators=(",", ":")).encode()
