"""
The reactor's part of `scoreboard follow`.

Rule: however it ends, the terminal is given back and the exit code says how it ended. Shell.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from datetime import UTC, datetime
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall, react
from zope.interface import implementer

from scoreboard.client.address import Address
from scoreboard.client.following import Following
from scoreboard.client.interest import Interest
from scoreboard.client.interface import IWatcher
from scoreboard.client.link import Link, LinkState
from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.client.session import dialer
from scoreboard.model.status import State
from scoreboard.tools.follow_lines import summaries
from scoreboard.tools.follow_output import (
    JsonOutput,
    LinesOutput,
    Output,
    Place,
    ScreenOutput,
    views_of,
)

#: Exit code of a program that a signal has ended: 128 and the signal's number.
_SIGNALLED = 128

#: The picture is drawn at most so often, seconds.
_BEAT_S = 0.1

#: For the farewell to reach the server, seconds.
_FAREWELL_S = 0.05

#: Width of a board that nobody looks at through a window, columns.
_WIDE = 120


@attrs.frozen
class Asked:
    """What the user asked for."""

    address: Address
    wire_format: str
    interest: Interest
    plays: int
    once: bool
    until_final: bool
    json: bool


def perform(asked: Asked) -> int:
    """Follow until it is over; runs the reactor. Returns the exit code."""

    async def main(reactor: Any) -> None:
        show = _Show(reactor, asked)
        # Once it runs, so that the signal handlers are ours and not the reactor's.
        reactor.callWhenRunning(show.start)
        raise SystemExit(await show.over)

    try:
        react(main)
    except SystemExit as why:
        return int(why.code or 0)
    raise AssertionError("unreachable: react ends with SystemExit")


@implementer(IWatcher)
class _Show:
    """
    One run of the command.

    Attributes:
        over: fires with the exit code when all is said.
    """

    def __init__(self, reactor: Any, asked: Asked) -> None:
        self._reactor = reactor
        self._asked = asked
        zone = datetime.now(UTC).astimezone().tzinfo or UTC
        whole = not asked.interest.everything
        self._place = Place(asked.address.url, reactor.seconds, zone, asked.plays, whole)
        self._output = self._chosen()
        self._following = Following(
            reactor,
            lambda: time.time_ns() // 1_000_000,
            random.SystemRandom().random,
            dialer(reactor, asked.address, asked.wire_format),
            asked.interest,
            self,
        )
        self._beating = LoopingCall(self._beat)
        self._beating.clock = reactor
        self._over = False
        self.over: Deferred[int] = Deferred()

    def _chosen(self) -> Output:
        if self._asked.json:
            return JsonOutput(self._place, sys.stdout, sys.stderr)
        if sys.stdout.isatty():
            return ScreenOutput(self._place, sys.stdout)
        return LinesOutput(self._place, sys.stdout, sys.stderr, _WIDE)

    def start(self) -> None:
        """Begin, on a reactor that runs (and has set its own signal handlers)."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._signalled)
        self._following.start()
        if not self._over:
            self._beating.start(_BEAT_S, now=not self._asked.once)

    def _signalled(self, number: int, _frame: object) -> None:
        self._reactor.callFromThread(self._finish, _SIGNALLED + number)

    def _finish(self, code: int) -> None:
        if self._over:
            return
        self._over = True
        self._following.stop()
        if self._beating.running:
            self._beating.stop()
        self._write(self._output.close)
        self._reactor.callLater(_FAREWELL_S, self.over.callback, code)

    def _write(self, write: Any, *args: Any) -> None:
        """Write; a reader that has gone ends the program."""
        try:
            write(*args)
        except BrokenPipeError:
            self._finish(1)

    # What the follower says.

    def linked(self, link: Link) -> None:
        """See IWatcher."""
        if self._over:
            return
        if self._asked.once:
            self._once(link)
            return
        self._write(self._output.linked, link)
        if link.state is LinkState.STOPPED:
            self._output.noted(link.why or "stopped")
            self._finish(1)
        self._end_if_over()

    def _once(self, link: Link) -> None:
        """The board is there, or will not come."""
        if link.state is LinkState.LIVE:
            self._write(self._output.standing, self._following)
            if self._asked.json:
                self._summary()
            found = self._following.board.games or self._asked.interest.everything
            self._finish(0 if found else 1)
        elif link.state in (LinkState.WAITING, LinkState.STOPPED):
            why = f"cannot follow {self._asked.address.url}: {link.why}"
            print(f"scoreboard follow: {why}", file=sys.stderr)
            self._finish(1)

    def told(self, event: Envelope) -> None:
        """See IWatcher."""
        if not (self._over or self._asked.once):
            self._write(self._output.told, event, self._following.board.games[event.game_id])
            if event.kind in ("status", "slate"):
                self._end_if_over()

    def restored(self, snapshot: Snapshot) -> None:
        """See IWatcher."""
        if not (self._over or self._asked.once):
            view = self._following.board.games[snapshot.game_id]
            self._write(self._output.restored, snapshot, view)

    def unmatched(self, name: str) -> None:
        """See IWatcher."""
        if not self._over:
            self._output.noted(f"the server has no {name} yet")

    def _beat(self) -> None:
        if not self._asked.once:
            self._write(self._output.beat, self._following)

    def _end_if_over(self) -> None:
        """With --until-final: end when the last game is over and nothing is missing."""
        board, following = self._following.board, self._following
        if not self._asked.until_final or following.link.state is not LinkState.LIVE:
            return
        named = self._asked.interest.games
        here = board.games and all(game_id in board.games for game_id in named)
        if here and all(view.state is State.POST for view in board.games.values()):
            # The last event's neighbours of the same entry are still on their way.
            self._reactor.callLater(_BEAT_S, self._end)

    def _end(self) -> None:
        if not self._over:
            self._summary()
            self._finish(0)

    def _summary(self) -> None:
        counts = self._following.resume.counts()
        found = summaries(views_of(self._following), counts, self._place.zone)
        self._write(self._output.summary, found)
