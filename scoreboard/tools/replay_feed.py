"""
One game's feed in a replay: sends what is due, in order, until all of it is recorded.

Rule: at most one request is under way, and the next messages go out only when the
server has answered for those before. A request that was perhaps not heard is sent
again, for as long as it takes: a repeat is harmless. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import attrs
from twisted.internet.defer import DeferredSemaphore
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from scoreboard.client.backoff import Backoff
from scoreboard.tools.replay_http import RefusedRequest, TooFast, Unreachable
from scoreboard.tools.replay_schedule import Pace, batch, due
from scoreboard.tools.replay_tally import GameTally, Tally

#: Messages in one request.
MAX_BATCH = 200

#: Bytes of one request: half of what a server takes by default (settings, [http]).
MAX_BYTES = 256 * 1024

#: Longest wait between two attempts, seconds, unless the server asks for more.
_CAP_S = 5.0

#: Codes of an answer to one message that was not looked at: send it again.
_PASSING = ("unavailable", "busy")


class Server(Protocol):
    """The two requests that a feed makes."""

    async def put_game(self, game_id: str, meta: bytes) -> None:
        """Create a game."""

    async def post_messages(self, game_id: str, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """Send messages, one a line; their answers."""


@attrs.frozen
class Script:
    """
    What a game's feed has to send.

    Attributes:
        meta: the game's meta, as JSON.
        lines: every message, as JSON.
        about: what each message speaks of, for a person.
        offsets: when each is due, recorded milliseconds after the start of the replay.
    """

    game_id: str
    meta: bytes
    lines: tuple[bytes, ...]
    about: tuple[str, ...]
    offsets: tuple[int, ...]


@attrs.frozen
class Stage:
    """
    What all feeds of a replay share.

    Attributes:
        chance: random numbers, 0 or more and below 1, for the waits.
        requests: how many may be under way.
        show: called with a line for the user.
        began_s: by the clock, when recorded time started.
    """

    clock: IReactorTime
    server: Server
    pace: Pace
    tally: Tally
    chance: Callable[[], float]
    requests: DeferredSemaphore
    show: Callable[[str], None]
    began_s: float

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return self.clock.seconds() - self.began_s

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await deferLater(self.clock, seconds, lambda: None)


class GameFeed:
    """The feed of one game."""

    def __init__(self, stage: Stage, script: Script, tally: GameTally) -> None:
        self._stage = stage
        self._script = script
        self._tally = tally
        self._sizes = [len(line) + 1 for line in script.lines]

    async def run(self) -> None:
        """Send the whole game; what goes wrong is in the tally."""
        try:
            await self._create()
            while self._tally.sent < len(self._script.lines):
                await self._send_due()
        except RefusedRequest as why:
            self._tally.trouble = str(why)
            self._stage.show(f"{self._tally.name}: {why}")

    async def _create(self) -> None:
        """Tell of the game at once: schedules are known long before the first whistle."""
        server, script = self._stage.server, self._script
        await self._insisting(lambda: server.put_game(script.game_id, script.meta))

    async def _wait_for(self, offset_ms: int) -> None:
        stage = self._stage
        wait = stage.pace.wait_s(offset_ms, stage.elapsed_s)
        if wait > 0:
            await stage.sleep(wait)

    async def _send_due(self) -> None:
        """Send what is due now as one request, waiting for it first if nothing is."""
        stage, script, sent = self._stage, self._script, self._tally.sent
        await self._wait_for(script.offsets[sent])
        number = due(script.offsets, sent, stage.pace.position_ms(stage.elapsed_s))
        taken = batch(self._sizes, sent, max(1, number), MAX_BATCH, MAX_BYTES)
        lines = script.lines[sent : sent + taken]
        server = stage.server
        answers = await self._insisting(lambda: server.post_messages(script.game_id, lines))
        for place, answer in enumerate(answers):
            if answer.get("code") in _PASSING:
                await self._postponed(answer)
                return
            about = script.about[sent + place]
            if stage.tally.answered(self._tally, about, answer):
                stage.show(stage.tally.refused[-1].text())

    async def _postponed(self, answer: dict[str, Any]) -> None:
        """One message, and so all behind it, was not looked at."""
        stage = self._stage
        stage.tally.retries += 1
        retry_ms = answer.get("retry_ms")
        hint = retry_ms if isinstance(retry_ms, int) else None
        await stage.sleep(Backoff(base_s=0.2, cap_s=_CAP_S).wait_s(stage.chance(), hint))

    async def _insisting(self, request: Callable[[], Any]) -> Any:
        """The answer to a request that is made until there is one."""
        stage = self._stage
        backoff = Backoff(base_s=0.2, cap_s=_CAP_S)
        while True:
            await stage.requests.acquire()
            try:
                answer = await request()
            except Unreachable as why:
                waiting = why
            else:
                if stage.tally.waiting:
                    stage.tally.waiting = ""
                    stage.show("the server answers again")
                return answer
            finally:
                stage.requests.release()
            stage.tally.retries += 1
            if isinstance(waiting, TooFast):
                if stage.tally.slowed(str(waiting)):
                    stage.show(f"slower than asked for: {waiting}")
                # As told: the server is well, and whoever came later was told to wait longer.
                await stage.sleep(backoff.wait_s(stage.chance(), waiting.retry_ms))
                continue
            if not stage.tally.waiting:
                stage.show(f"{waiting}; trying again until it answers")
            stage.tally.waiting = str(waiting)
            backoff = backoff.ended(None)
            await stage.sleep(backoff.wait_s(stage.chance(), waiting.retry_ms))
