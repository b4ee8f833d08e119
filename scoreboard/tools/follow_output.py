"""
Where `follow` writes: a picture in a terminal, lines of text, or JSON.

Rule: standard output has games and nothing else; how the connection is goes to standard
error, except in the picture. Shell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Protocol, TextIO

import attrs

from scoreboard.client.board import GameView
from scoreboard.client.following import Following
from scoreboard.client.link import Link, LinkState
from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.tools.follow_lines import ChangeLog, GameSummary, summary_document, summary_lines
from scoreboard.tools.follow_screen import Frame, board, link_text
from scoreboard.tools.styled import shown
from scoreboard.tools.terminal import Terminal


@attrs.frozen
class Place:
    """
    What all outputs need.

    Attributes:
        seconds: the clock of the follower.
        plays, whole: as in `follow_screen.Frame`.
    """

    url: str
    seconds: Callable[[], float]
    zone: tzinfo
    plays: int
    whole: bool


class Output(Protocol):
    """What becomes of what the follower hears."""

    def linked(self, link: Link, /) -> None:
        """The connection has changed."""

    def told(self, event: Envelope, view: GameView, /) -> None:
        """An event was shown; `view` is its game after it."""

    def restored(self, snapshot: Snapshot, view: GameView, /) -> None:
        """A whole game was shown; `view` is that game."""

    def noted(self, note: str) -> None:
        """Something that the user should know."""

    def beat(self, follower: Following, /) -> None:
        """A tenth of a second has passed."""

    def standing(self, follower: Following, /) -> None:
        """Show the board once, as it is."""

    def summary(self, found: Sequence[GameSummary]) -> None:
        """It is over: the finals."""

    def close(self) -> None:
        """Nothing comes any more."""


def picture(place: Place, follower: Following, width: int, height: int | None) -> Frame:
    """The frame that shows the follower as it is now."""
    return Frame(
        url=place.url,
        games=list(follower.board.games.values()),
        link=follower.link,
        heard_s=follower.heard_s,
        now_s=place.seconds(),
        zone=place.zone,
        width=width,
        height=height,
        plays=place.plays,
        whole=place.whole,
    )


class _Written:
    """What lines and JSON have in common: the connection on standard error."""

    def __init__(self, place: Place, stream: TextIO, errors: TextIO) -> None:
        self._place = place
        self._stream = stream
        self._errors = errors
        self._said = ""

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def linked(self, link: Link) -> None:
        """See Output."""
        if link.state in (LinkState.CATCHING_UP, LinkState.CONNECTING, LinkState.STOPPED):
            return
        text = link_text(link, None, self._place.seconds()).text
        if link.state is LinkState.WAITING or text != self._said:
            self._said = text
            self.noted(text)

    def noted(self, note: str) -> None:
        """See Output."""
        print(f"scoreboard follow: {note}", file=self._errors, flush=True)

    def beat(self, follower: Following) -> None:
        """See Output."""

    def close(self) -> None:
        """See Output."""


class LinesOutput(_Written):
    """One line per change."""

    def __init__(self, place: Place, stream: TextIO, errors: TextIO, width: int) -> None:
        super().__init__(place, stream, errors)
        self._width = width
        self._changes = ChangeLog(place.zone)

    def told(self, event: Envelope, view: GameView) -> None:
        """See Output."""
        text = self._changes.line(event, view, self._place.seconds())
        if text is not None:
            self._say(text)

    def restored(self, snapshot: Snapshot, view: GameView) -> None:
        """See Output."""
        self._say(self._changes.standing(view, snapshot.ts_ms, self._place.seconds()))

    def standing(self, follower: Following) -> None:
        """See Output."""
        lines = board(picture(self._place, follower, self._width, None))
        self._say("\n".join(shown(lines[1:], self._width, colours=False)))

    def summary(self, found: Sequence[GameSummary]) -> None:
        """See Output."""
        self._say("\n".join(summary_lines(found)))


class JsonOutput(_Written):
    """Everything as it was received, one document a line."""

    def told(self, event: Envelope, _view: GameView) -> None:
        """See Output."""
        self._write(dict(event.raw))

    def restored(self, snapshot: Snapshot, _view: GameView) -> None:
        """See Output."""
        self._write({"type": "snapshot", **snapshot.raw})

    def standing(self, follower: Following) -> None:
        """The board as summaries: what was received is written already."""

    def summary(self, found: Sequence[GameSummary]) -> None:
        """See Output."""
        self._write(summary_document(found))

    def _write(self, document: object) -> None:
        self._say(json.dumps(document, separators=(",", ":"), ensure_ascii=False))


class ScreenOutput:
    """A picture that is drawn over."""

    def __init__(self, place: Place, stream: TextIO) -> None:
        self._place = place
        self._stream = stream
        self._terminal = Terminal(stream)
        self._notes: list[str] = []

    def linked(self, link: Link) -> None:
        """See Output."""

    def told(self, event: Envelope, view: GameView) -> None:
        """See Output."""

    def restored(self, snapshot: Snapshot, view: GameView) -> None:
        """See Output."""

    def noted(self, note: str) -> None:
        """See Output."""
        if note not in self._notes:
            self._notes.append(note)

    def beat(self, follower: Following) -> None:
        """See Output."""
        width, height = self._terminal.size
        frame = picture(self._place, follower, width, height)
        frame = attrs.evolve(frame, notes=tuple(self._notes[-2:]))
        self._terminal.draw(shown(board(frame)[:height], width, colours=True))

    def standing(self, follower: Following) -> None:
        """See Output."""
        width, _ = self._terminal.size
        frame = picture(self._place, follower, width, None)
        self._lines(shown(board(frame)[1:], width, colours=True))

    def summary(self, found: Sequence[GameSummary]) -> None:
        """See Output."""
        self._lines(summary_lines(found))

    def close(self) -> None:
        """See Output."""
        self._terminal.close()

    def _lines(self, lines: Sequence[str]) -> None:
        self._terminal.close()
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()


def views_of(follower: Following) -> list[GameView]:
    """The games of a follower, in the order of their ids."""
    return [view for _, view in sorted(follower.board.games.items())]
