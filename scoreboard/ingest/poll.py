"""
A poller: one game's document, fetched again and again and told as messages.

Rule: absence of data is never data: whatever goes wrong with a document, the last good
state stands, and the error names the address and the reason. What was not taken is told
again before anything newer (`outbox`). Shell.

Reading a document takes some 10-100 ms of processor time, so it is done in a thread of its
own (`Desk.in_thread`), and the loop goes on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import attrs
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.download import CannotFetch, Downloads, Page
from scoreboard.ingest.health import Health
from scoreboard.ingest.outbox import PASSING, Outbox
from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.formats import FORMATS, HEAD, Format, recognise
from scoreboard.ingest.polling import Rhythm
from scoreboard.ingest.recall import recalled
from scoreboard.model.answer import Answer
from scoreboard.model.errors import RemoteError
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Heartbeat, Message, PlayReport, VoidReport
from scoreboard.model.source import SourceSpec
from scoreboard.projection.state import GameState

#: Messages that are submitted at a time: a slice of the loop's time, some 40 ms.
_BATCH = 100
#: Wait before what was not taken is told again, seconds, unless the answer says how long.
_RETELL_S = 0.5

PutMeta = Callable[[SourceId, GameMeta], Awaitable[Answer]]
Submit = Callable[[SourceId, GameId, Sequence[Any]], Awaitable[list[Answer]]]


class BadPage(RemoteError):
    """What was fetched cannot be understood, or is of another game; the text says where."""


@attrs.frozen
class Desk:
    """
    What all sources share.

    Attributes:
        chance: random numbers, 0 or more and below 1, for the waits.
        put_meta: creates a game or changes its circumstances.
        submit: takes messages of one source about one game, in order.
        states: the games that are recorded.
        in_thread: calls a function in a thread; its result.
    """

    clock: IReactorTime
    downloads: Downloads
    chance: Callable[[], float]
    put_meta: PutMeta
    submit: Submit
    states: Mapping[GameId, GameState]
    in_thread: Callable[..., Awaitable[Any]]

    def now_ms(self) -> int:
        """Milliseconds UTC."""
        return int(self.clock.seconds() * 1000)

    def sleep(self, seconds: float) -> Deferred[None]:
        """Fires after so long; can be cancelled."""
        return deferLater(self.clock, seconds, lambda: None)


def _form(spec: SourceSpec, body: bytes) -> Format:
    """The format of a document. Raises: BadPage."""
    if spec.format:
        return next(form for form in FORMATS if form.provider == spec.format)
    name = spec.url.partition("?")[0].rpartition("/")[2]
    form = recognise(name, body[:HEAD])
    if form is None:
        raise BadPage(f"{spec.url}: in no format that is known; set format if it should be one")
    return form


def parse(spec: SourceSpec, body: bytes, companions: Mapping[str, bytes]) -> Document:
    """
    The document, in our terms.

    Raises:
        BadPage: naming the address and what is wrong.
    """
    form = _form(spec, body)
    try:
        document = form.parse(body, companions)
    except RemoteError as why:
        raise BadPage(f"{spec.url}: not a {form.provider} document: {why}") from why
    except Exception as why:  # a parser that stumbles costs its own source only
        raise BadPage(f"{spec.url}: the {form.provider} parser failed: {why!r}"[:500]) from why
    if spec.game and document.meta.game_id != spec.game:
        raise BadPage(f"{spec.url}: is of game {document.meta.game_id}, not of {spec.game}")
    return document


class Poller:
    """
    Polls one document.

    Args:
        name: of the source; its messages are judged under it.
    """

    _log = Logger()

    def __init__(self, desk: Desk, name: SourceId, spec: SourceSpec) -> None:
        self.health = Health()
        self._desk = desk
        self._name = name
        self._spec = spec
        self._rhythm = Rhythm(spec.interval_s)
        self._pages: dict[str, Page] = {}
        self._read: tuple[Page, ...] = ()
        self._meta: GameMeta | None = None
        self._outbox: Outbox | None = None
        self._running: Deferred[None] | None = None

    def start(self) -> None:
        """Begin to poll."""
        self._running = Deferred.fromCoroutine(self._run())
        self._running.addErrback(self._ended)

    def _ended(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            self.health.bad(self._desk.now_ms(), f"stopped: {failure.value!r}")
            self._log.failure("the poller {name} has ended", failure, name=self._name)

    def stop(self) -> None:
        """Poll no more."""
        if self._running is not None:
            self._running.cancel()

    async def _run(self) -> None:
        # Sources that begin together do not poll together.
        await self._desk.sleep(self._spec.interval_s * self._desk.chance() / 2)
        while True:
            self.health.next_ms = None
            self.health.rounds += 1
            await self._poll()
            wait_s = self._rhythm.wait_s(self._desk.chance())
            self.health.next_ms = self._desk.now_ms() + int(wait_s * 1000)
            await self._desk.sleep(wait_s)

    async def _poll(self) -> None:
        """Fetch, read, tell; what goes wrong is in the health and slows the rhythm."""
        try:
            await self._tell()
            pages = await self._fetch()
            told = await self._take(pages)
            if not told:
                await self._beat()
        except CannotFetch as why:
            self._rhythm = self._rhythm.bad(why.retry_s)
            self._trouble(str(why))
        except RemoteError as why:
            self._rhythm = self._rhythm.bad()
            self._trouble(str(why))
        else:
            over = self._outbox is not None and self._outbox.is_over
            spec = self._spec
            self.health.over = over
            self._rhythm = self._rhythm.good(spec.final_interval_s if over else spec.interval_s)
            if self.health.error:
                self._log.info("{name}: goes on", name=self._name)
            self.health.good(self._desk.now_ms())

    def _trouble(self, why: str) -> None:
        if not self.health.error:
            self._log.warn("{name}: {why}", name=self._name, why=why)
        self.health.bad(self._desk.now_ms(), why)

    async def _fetch(self) -> tuple[Page, ...]:
        """The document and its companions, as they are now."""
        spec = self._spec
        for url in (spec.url, *spec.companions.values()):
            last = self._pages.get(url)
            self._pages[url] = await self._desk.downloads.get(
                url, last, spec.timeout_s, spec.max_bytes
            )
        return tuple(self._pages[url] for url in (spec.url, *spec.companions.values()))

    async def _take(self, pages: tuple[Page, ...]) -> bool:
        """Tell what is new in `pages`; whether anything was."""
        now_s, settle_s = self._desk.clock.seconds(), self._spec.settle_s
        if self._outbox is not None and self._is_read(pages):
            self._outbox = self._outbox.again(now_s, settle_s, whole=self._spec.whole)
        else:
            companions = dict(
                zip(self._spec.companions, (page.body for page in pages[1:]), strict=True)
            )
            document = await self._desk.in_thread(parse, self._spec, pages[0].body, companions)
            await self._create(document.meta)
            outbox = self._outbox or self._begin(document)
            read = partial(outbox.read, document, now_s, settle_s, whole=self._spec.whole)
            self._outbox = await self._desk.in_thread(read)
            self._read = pages
            self.health.absent = self._outbox.known.absent
        return await self._tell()

    def _is_read(self, pages: tuple[Page, ...]) -> bool:
        return [page.body for page in pages] == [page.body for page in self._read]

    def _begin(self, document: Document) -> Outbox:
        """Begin with what the log says that this source has told already."""
        state = self._desk.states.get(document.meta.game_id)
        if state is None:
            return Outbox()
        return Outbox(recalled(state, self._name, document))

    async def _create(self, meta: GameMeta) -> None:
        """Make sure that the game is there, as the document has it. Raises: BadPage."""
        if meta == self._meta:
            return
        if self._meta is not None and meta.game_id != self._meta.game_id:
            raise BadPage(f"{self._spec.url}: was of {self._meta.game_id}, is of {meta.game_id}")
        answer = await self._desk.put_meta(self._name, meta)
        if not answer.outcome.recorded:
            raise BadPage(f"{meta.game_id} cannot be created: {answer.problem}")
        self._meta = meta

    async def _tell(self) -> bool:
        """Tell what is left to be told, until it is taken; whether there was anything."""
        outbox, meta = self._outbox, self._meta
        if outbox is None or meta is None:
            return False
        told = bool(outbox.left)
        while self._outbox is not None and self._outbox.left:
            some = self._outbox.left[:_BATCH]
            answers = await self._submit(meta, some)
            self._outbox = self._outbox.answered(answers)
            later = next((a for a in answers if a.code in PASSING), None)
            if later is not None:
                await self._desk.sleep((later.retry_ms or 0) / 1000 or _RETELL_S)
            elif self._outbox.left:
                await self._desk.sleep(0)
        return told

    async def _submit(self, meta: GameMeta, messages: Sequence[Message]) -> list[Answer]:
        raw = [write_message(message, meta) for message in messages]
        answers = await self._desk.submit(self._name, meta.game_id, raw)
        self.health.answered(zip(map(about, messages), answers, strict=True))
        return answers

    async def _beat(self) -> None:
        """Nothing is new: the source is alive all the same."""
        if self._meta is not None:
            await self._submit(self._meta, [Message(Heartbeat())])


def about(message: Message) -> str:
    """What a message speaks of, for a person."""
    report = message.report
    kind = type(report).__name__.removesuffix("Report").lower()
    return f"{kind} {report.ref}" if isinstance(report, PlayReport | VoidReport) else kind
