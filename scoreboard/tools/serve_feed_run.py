"""
The reactor's part of `scoreboard serve-feed`: HTTP, TCP, and time.

Rule: every fault is made here and counted where it is made. Shell.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall, deferLater, react
from twisted.protocols.basic import LineOnlyReceiver
from twisted.web import http
from twisted.web.resource import IResource
from twisted.web.server import NOT_DONE_YET, Request, Site
from zope.interface import implementer

from scoreboard.codec.json_text import NotJson, read_json, write_json
from scoreboard.model.errors import LocalError
from scoreboard.tools.feed_game import FeedDesk, FeedGame
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.replay_schedule import Pace
from scoreboard.tools.table import aligned

#: The progress line is written so often, seconds; without a terminal every 40th time.
_PROGRESS_S = 0.5
_RARELY = 40
#: How often a stream looks whether something is due, seconds.
_TICK_S = 0.02
#: A stream that has nothing to say beats so often, seconds.
_BEAT_S = 5.0
#: Steps that one stream takes at a time.
_SLICE = 50


@attrs.frozen
class Offer:
    """
    How the games are served.

    Attributes:
        waits: whether time begins with the first poll or connection.
        rates: fault -> rate.
        stall_s, die_s: seconds; `die_s` 0: for good.
        seconds: after which it ends; None: when it is stopped.
    """

    interface: str
    port: int
    stream_port: int
    pace: Pace
    waits: bool
    seed: int
    rates: Mapping[str, float]
    stall_s: float
    die_s: float
    seconds: float | None


@attrs.define
class Tally:
    """What was served, and what was made wrong."""

    desks: dict[str, FeedDesk]
    polls: Counter[str] = attrs.field(factory=Counter)
    unchanged: Counter[str] = attrs.field(factory=Counter)
    streams: Counter[str] = attrs.field(factory=Counter)
    sent: Counter[str] = attrs.field(factory=Counter)

    def lines(self) -> list[str]:
        """A table for people."""
        head = ("game", "name", "format", "polls", "304", "streams", "lines", "faults")
        rows = [head]
        for game_id, desk in self.desks.items():
            counts = (self.polls, self.unchanged, self.streams, self.sent)
            if not any(count[game_id] for count in counts) and not desk.made:
                continue
            made = ", ".join(f"{kind} {number}" for kind, number in sorted(desk.made.items()))
            numbers = [str(count[game_id]) for count in counts]
            rows.append((game_id, desk.game.name, desk.game.provider, *numbers, made))  # type: ignore[arg-type]
        total: Counter[str] = sum((desk.made for desk in self.desks.values()), Counter())
        made = ", ".join(f"{kind} {number}" for kind, number in sorted(total.items())) or "none"
        return [*aligned(rows, (3, 4, 5, 6)), f"faults in all: {made}"]

    def document(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "games": [
                {
                    "game_id": game_id,
                    "name": desk.game.name,
                    "polls": self.polls[game_id],
                    "unchanged": self.unchanged[game_id],
                    "streams": self.streams[game_id],
                    "lines": self.sent[game_id],
                    "faults": dict(desk.made),
                }
                for game_id, desk in self.desks.items()
            ]
        }


class Provider:
    """What polls and streams share: the time, the games, life and death."""

    def __init__(self, reactor: Any, offer: Offer, games: Sequence[FeedGame]) -> None:
        self.reactor = reactor
        self.offer = offer
        self.tally = Tally({g.game_id: FeedDesk(g, offer.seed, offer.rates) for g in games})
        self.ended: Deferred[None] = Deferred()
        self._began_s: float | None = None if offer.waits else reactor.seconds()
        self._ports: dict[str, Any] = {}
        self._died: set[tuple[str, int]] = set()
        self._dead = False
        self.consoles: set[Console] = set()
        self.stream_port = offer.stream_port

    def position_ms(self) -> float:
        """How far recorded time has come."""
        if self._began_s is None:
            self._began_s = self.reactor.seconds()
        return self.offer.pace.position_ms(self.reactor.seconds() - self._began_s)

    async def listen(self) -> tuple[int, int]:
        """
        Open both ports; their numbers.

        Raises:
            LocalError: one is taken.
        """
        offer = self.offer
        site = _Site(Pages(self))  # type: ignore[no-untyped-call]
        consoles = Consoles(self)
        numbers = []
        for name, port, factory in (
            ("http", offer.port, site),
            ("stream", offer.stream_port, consoles),
        ):
            endpoint = TCP4ServerEndpoint(self.reactor, port, interface=offer.interface)
            try:
                self._ports[name] = await endpoint.listen(factory)
            except CannotListenError as why:
                raise LocalError(f"cannot listen on {offer.interface}:{port}: {why}") from why
            numbers.append(self._ports[name].getHost().port)
        self.stream_port = numbers[1]
        return numbers[0], numbers[1]

    def die(self, name: str, who: str, number: int, connection: Any) -> None:
        """
        Be gone: hang up on everyone, refuse connections; come back unless it is for good.

        Args:
            name: of the port.
            number: of the line or answer; each kills once.
        """
        if (who, number) in self._died or self._dead:
            return
        self._died.add((who, number))
        self._dead = True
        port = self._ports[name]
        again = (port.getHost().port, port.factory)
        connection.abortConnection()
        for console in list(self.consoles) if name == "stream" else []:
            console.end()
        Deferred.fromCoroutine(self._die(name, port, *again)).addErrback(self._failed)

    async def _die(self, name: str, port: Any, number: int, factory: Any) -> None:
        await port.stopListening()
        if not self.offer.die_s:
            self.ended.callback(None)
            return
        await deferLater(self.reactor, self.offer.die_s, lambda: None)
        endpoint = TCP4ServerEndpoint(self.reactor, number, interface=self.offer.interface)
        self._ports[name] = await endpoint.listen(factory)
        self._dead = False

    def _failed(self, failure: Any) -> None:
        if not self.ended.called:
            self.ended.errback(failure)

    async def close(self) -> None:
        """Close what is open."""
        for port in self._ports.values():
            await port.stopListening()
        for console in list(self.consoles):
            console.end()


class _Site(Site):
    """A site that does not write a line for every request."""

    noisy = False

    def log(self, request: http.Request) -> None:
        """Nothing: polls are counted."""


@implementer(IResource)
class Pages:
    """`/games` and what is below it."""

    isLeaf = True

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def getChildWithDefault(self, name: bytes, request: Request) -> IResource:
        """Not asked: this is all."""
        del name, request
        return self

    def putChild(self, path: bytes, child: IResource) -> None:
        """Not possible."""
        raise NotImplementedError

    def render(self, request: Request) -> int:
        """Answer a request."""
        parts = [part.decode("utf-8", "replace") for part in request.postpath or []]
        desks = self._provider.tally.desks
        match [part for part in parts if part]:
            case ["games"]:
                self._answer(request, self._list(request))
            case ["games", game_id] if game_id in desks:
                return self._document(request, desks[game_id])
            case ["games", game_id, role] if game_id in desks:
                position = self._provider.position_ms()
                self._answer(request, desks[game_id].companion(role, position))
            case _:
                self._answer(request, None)
        return NOT_DONE_YET

    def _list(self, request: Request) -> bytes:
        host: Any = request.getHost()
        base = f"http://{host.host}:{host.port}"
        games = [
            {
                "game_id": game.game_id,
                "name": game.name,
                "format": game.provider,
                "url": f"{base}/games/{game.game_id}",
                "companions": {
                    role: f"{base}/games/{game.game_id}/{role}" for role in game.pages.companions
                },
                "stream": {
                    "host": self._provider.offer.interface,
                    "port": self._provider.stream_port,
                    "hello": json.dumps({"game_id": game.game_id}),
                },
                "meta": game.meta,
                "over": self._provider.position_ms() >= game.end_ms,
            }
            for game in (desk.game for desk in self._provider.tally.desks.values())
        ]
        return write_json({"games": games})

    def _document(self, request: Request, desk: FeedDesk) -> int:
        provider = self._provider
        provider.tally.polls[desk.game.game_id] += 1
        said = desk.answer(provider.position_ms())
        kind = "" if said.fault is None else said.fault.kind
        if kind == "die":
            transport: Any = request.channel.transport
            provider.die("http", desk.game.game_id, desk.number, transport)
        elif kind == "stall":
            provider.reactor.callLater(
                provider.offer.stall_s, self._answer, request, said.body, desk.game.game_id
            )
        else:
            # A document that is sent twice is sent whole, whatever the poller knows.
            self._answer(request, said.body, desk.game.game_id, whole=kind == "duplicate")
        return NOT_DONE_YET

    def _answer(
        self, request: Request, body: bytes | None, game_id: str = "", *, whole: bool = False
    ) -> None:
        if request.finished or request._disconnected:  # noqa: SLF001
            return
        if body is None:
            request.setResponseCode(http.NOT_FOUND)
            body = b"no such game; see /games\n"
        else:
            etag = b'"' + hashlib.blake2b(body, digest_size=8).hexdigest().encode() + b'"'
            if whole:
                request.setHeader(b"etag", etag)
            elif request.setETag(etag) is http.CACHED:
                self._provider.tally.unchanged[game_id] += bool(game_id)
                body = b""
        request.setHeader(b"content-length", b"%d" % len(body))
        if request.method != b"HEAD":
            request.write(body)
        request.finish()


@implementer(IPushProducer)
class Console(LineOnlyReceiver):
    """One stream."""

    delimiter = b"\n"

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._games: list[tuple[FeedDesk, list[int]]] = []
        self._paused = False
        self._until_s = 0.0
        self._beat_s = 0.0
        self._loop = LoopingCall(self._look)
        self._loop.clock = provider.reactor

    def connectionMade(self) -> None:
        """Wait for the line that names the game."""
        self._provider.consoles.add(self)
        transport: Any = self.transport
        transport.registerProducer(self, True)

    def lineReceived(self, line: bytes) -> None:
        """Which game is wanted."""
        if self._games:
            return
        desks = self._provider.tally.desks
        try:
            asked = read_json(line.strip()).get("game_id")
        except (NotJson, AttributeError):
            asked = ""
        wanted = list(desks.values()) if asked is None else [desks[asked]] if asked in desks else []
        if not wanted:
            self._say(b'{"error":"no such game: send {\\"game_id\\": ID} or {}"}')
            self.end()
            return
        self._games = [(desk, [0]) for desk in wanted]
        self._provider.tally.streams.update(desk.game.game_id for desk in wanted)
        self._loop.start(_TICK_S).addErrback(self._provider._failed)  # noqa: SLF001

    def _say(self, line: bytes) -> None:
        transport: Any = self.transport
        transport.write(line + b"\r\n")

    def _look(self) -> None:
        """Send what is due."""
        now_s = self._provider.reactor.seconds()
        if self._paused or now_s < self._until_s:
            return
        position = self._provider.position_ms()
        sent = sum(self._send(desk, place, position) for desk, place in self._games)
        if sent:
            self._beat_s = now_s
        elif now_s - self._beat_s > _BEAT_S:
            self._beat_s = now_s
            for desk, _ in self._games:
                beat = {"game_id": desk.game.game_id, "type": "heartbeat"}
                self._say(write_json(beat))

    def _send(self, desk: FeedDesk, place: list[int], position: float) -> int:
        steps = desk.game.steps
        sent = 0
        while place[0] < len(steps) and sent < _SLICE:
            step = steps[place[0]]
            if step.offset_ms > position:
                break
            number = place[0]
            place[0] += 1
            if step.fault:
                desk.made[step.fault] += 1
            if step.line:
                sent += 1
                self._provider.tally.sent[desk.game.game_id] += 1
                self._say(step.line)
            if step.fault == "stall":
                self._until_s = self._provider.reactor.seconds() + self._provider.offer.stall_s
                break
            if step.fault == "die":
                self._provider.die("stream", desk.game.game_id, number, self.transport)
                break
        return sent

    def pauseProducing(self) -> None:
        """The peer takes no more for now."""
        self._paused = True

    def resumeProducing(self) -> None:
        """It does again."""
        self._paused = False

    def stopProducing(self) -> None:
        """It never will."""
        self.end()

    def end(self) -> None:
        """Hang up."""
        transport: Any = self.transport
        if transport is not None:
            transport.abortConnection()

    def connectionLost(self, reason: Any = None) -> None:
        """The peer has gone."""
        del reason
        self._provider.consoles.discard(self)
        if self._loop.running:
            self._loop.stop()


class Consoles(Factory):
    """Makes streams."""

    noisy = False

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def buildProtocol(self, addr: object) -> Console:
        """One more."""
        del addr
        return Console(self._provider)


def perform(offer: Offer, games: Sequence[FeedGame]) -> Tally:
    """Serve; runs the reactor until it is stopped. Raises: LocalError."""
    kept: list[Tally] = []

    async def main(reactor: Any) -> None:
        provider = Provider(reactor, offer, games)
        kept.append(provider.tally)
        await serve(provider)

    wrong: list[LocalError] = []

    async def guarded(reactor: Any) -> None:
        try:
            await main(reactor)
        except LocalError as why:
            wrong.append(why)

    try:
        react(guarded)
    except SystemExit as why:
        if why.code:
            raise
    if wrong:
        raise wrong[0]
    return kept[0]


async def serve(provider: Provider) -> None:
    """Serve on a reactor that runs, until the time is over, or for good."""
    port, stream = await provider.listen()
    offer = provider.offer
    line = ProgressLine(rarely=_RARELY)
    line.note(
        f"serving {len(provider.tally.desks)} games: http://{offer.interface}:{port}/games, "
        f"streams at {offer.interface}:{stream}, faults: "
        + (", ".join(f"{kind} {rate:g}" for kind, rate in offer.rates.items()) or "none")
        + f", seed {offer.seed}"
    )
    beating = LoopingCall(lambda: line.show(_progress(provider)))
    beating.clock = provider.reactor
    ticking = beating.start(_PROGRESS_S, now=False)
    if offer.seconds is not None:
        provider.reactor.callLater(offer.seconds, _end, provider)
    try:
        await provider.ended
    finally:
        beating.stop()
        await ticking
        line.clear()
        await provider.close()


def _end(provider: Provider) -> None:
    if not provider.ended.called:
        provider.ended.callback(None)


def _progress(provider: Provider) -> str:
    desks = provider.tally.desks.values()
    position = provider.position_ms() if not provider.offer.waits or _begun(provider) else 0.0
    over = sum(position >= desk.game.end_ms for desk in desks)
    faults = sum(sum(desk.made.values()) for desk in desks)
    tally = provider.tally
    return (
        f"{over}/{len(desks)} games over  {sum(tally.polls.values())} polls  "
        f"{sum(tally.sent.values())} lines  {faults} faults"
    )


def _begun(provider: Provider) -> bool:
    return provider._began_s is not None  # noqa: SLF001
