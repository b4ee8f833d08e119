"""
HTTP: games to read, games and messages to write.

Rule: a request that is wrong hears what is wrong with it and costs nothing else; who may
write is decided before the body is looked at. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from twisted.web import http
from twisted.web.resource import IResource
from twisted.web.server import Request, Site
from zope.interface import implementer

from scoreboard.codec.answer import write_answer
from scoreboard.codec.fields import Malformed
from scoreboard.codec.json_text import NotJson, read_json, write_json
from scoreboard.codec.meta import read_meta
from scoreboard.gateway.beats import Beats
from scoreboard.gateway.edge import Edge
from scoreboard.gateway.edge_http import closed
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.http_channel import HttpTimes, LimitedChannel
from scoreboard.gateway.idempotency import Reply, digest
from scoreboard.gateway.nearby import Meet, Near
from scoreboard.gateway.nearby_http import Nearby, games_of
from scoreboard.gateway.once import Once
from scoreboard.gateway.page import Page
from scoreboard.gateway.problem import Problem, retry_after, status_of, too_soon
from scoreboard.gateway.queries import Games
from scoreboard.gateway.reads import File, Library, Whole, reading
from scoreboard.gateway.rejected import Rejected
from scoreboard.gateway.request import (
    JSON,
    NDJSON,
    Doorkeeping,
    Leaf,
    LimitedRequest,
    Refused,
    answer,
    bearer,
    refuse,
    send,
    unauthorized,
)
from scoreboard.gateway.scorer import Officials
from scoreboard.gateway.scorer_http import ScorerCall
from scoreboard.gateway.upgrade import HeadLimits
from scoreboard.model.answer import Answer
from scoreboard.model.ids import SourceId, parse_game_id
from scoreboard.model.readiness import PARAMETER, READY, readiness_status

#: Largest single message, bytes (rule E1).
MAX_MESSAGE = 64 * 1024

#: Codes of answers to messages that were not looked at: they are to be sent again.
_PASSING = {"unavailable", "busy"}
_RETRY = (b"retry-after", b"1")


@attrs.frozen
class Limits:
    """`body`: bytes of a request; `batch`: messages of a request."""

    body: int
    batch: int


def _source(intake: Intake, request: Request) -> SourceId:
    """The source whose token the request carries. Raises: Refused."""
    source = intake.whose(bearer(request))
    if source is None:
        raise unauthorized(request, "the feed's token")
    return source


def _forbidden(source: str, what: str) -> Refused:
    return Refused(
        Problem("forbidden", f"{source} may not write {what}", "use the feed that may (rule E3)")
    )


def _body(request: Request) -> bytes:
    return b"" if request.content is None else request.content.read()


class _Game(Leaf):
    """`/v1/games/{gid}`: the snapshot, and the game's meta."""

    parameters = Whole.parameters

    def __init__(self, game_id: str, library: Library, intake: Intake) -> None:
        self._game_id = game_id
        self._intake = intake
        self.methods = {**Whole(library, game_id).methods, b"PUT": self._put}

    async def _put(self, request: Request) -> None:
        source = _source(self._intake, request)
        meta = read_meta(
            read_json(_body(request)), parse_game_id(self._game_id), self._intake.sports
        )
        if not self._intake.may_write(source, meta.league):
            raise _forbidden(source, f"league {meta.league}")
        _answer_one(request, await self._intake.put_meta(source, meta))


class _Messages(Leaf):
    """`/v1/feeds/{source}/games/{gid}/messages`: what a feed has to say."""

    def __init__(
        self,
        source: str,
        game_id: str,
        games: Games,
        intake: Intake,
        limits: Limits,
        once: Once | None,
    ) -> None:
        self._once = once
        self._source = source
        self._game_id = game_id
        self._games = games
        self._intake = intake
        self._limits = limits
        self.methods = {b"POST": self._post}

    async def _post(self, request: Request) -> None:
        source = _source(self._intake, request)
        if source != self._source:
            raise _forbidden(source, f"as {self._source[:32]!r}")
        state = self._games.state(self._game_id)
        if not self._intake.may_write(source, state.meta.league):
            raise _forbidden(source, f"league {state.meta.league}")
        content_type = (request.getHeader(b"content-type") or JSON).split(b";")[0].strip()
        body, game_id = _body(request), state.meta.game_id

        async def do() -> tuple[Reply, bool]:
            many = content_type == NDJSON
            lines = _lines(body, self._limits.batch) if many else [(1, body)]
            refused = self._intake.pace(source, len(lines), len(body))
            if refused is not None:
                raise Refused(too_soon(refused))
            messages = _read(lines) if many else [_one(content_type, body)]
            answers = await self._intake.submit(source, game_id, messages)
            reply = _reply_many(answers) if many else _reply_one(answers[0])
            return reply, not any(said.code in _PASSING for said in answers)

        if self._once is None:
            reply, _ = await do()
        else:
            asks = digest(game_id.encode(), content_type, body)
            reply = await self._once.run(source, request.getHeader("idempotency-key"), asks, do)
        send(request, reply)


def _one(content_type: bytes, body: bytes) -> Any:
    """The one message of a JSON body. Raises: Refused, NotJson."""
    if content_type != JSON:
        problem = "the content type is neither application/json nor application/x-ndjson"
        raise Refused(Problem("unsupported_type", problem, "say which of them it is"))
    if len(body) > MAX_MESSAGE:
        raise Refused(_long_message(None))
    message = read_json(body)
    if isinstance(message, list):
        hint = "send one message, or one a line as application/x-ndjson"
        raise Refused(Problem("malformed", "a list is no message", hint))
    return message


def _long_message(line: int | None) -> Problem:
    where = "the message" if line is None else f"line {line}"
    return Problem("too_large", f"{where} is over {MAX_MESSAGE} bytes", "send less in one message")


def _lines(body: bytes, most: int) -> list[tuple[int, bytes]]:
    """The lines of an NDJSON body that are not blank, with their numbers."""
    found = enumerate(body.split(b"\n"), 1)
    lines = [(number, line) for number, line in found if line and not line.isspace()]
    if len(lines) > most:
        hint = f"send at most {most} in one request"
        raise Refused(Problem("too_large", f"more than {most} messages", hint))
    return lines


def _read(lines: Sequence[tuple[int, bytes]]) -> list[Any]:
    """
    The messages of an NDJSON body.

    A line that is not JSON refuses the whole request: what comes after it cannot be
    trusted to be lines.
    """
    messages = []
    for number, line in lines:
        if len(line) > MAX_MESSAGE:
            raise Refused(_long_message(number))
        try:
            messages.append(read_json(line))
        except NotJson as why:
            raise Malformed(f"line {number}", str(why)) from why
    return messages


def _answer_one(request: Request, said: Answer) -> None:
    send(request, _reply_one(said))


def _reply_one(said: Answer) -> Reply:
    headers = (retry_after(said.retry_ms),) if said.retry_ms else ()
    return Reply(status_of(said), JSON, write_json(write_answer(said)), headers)


def _reply_many(answers: Sequence[Answer]) -> Reply:
    """200 if all were recorded, 207 if some were not, 503 if none could be."""
    codes = {said.code for said in answers if not said.outcome.recorded}
    status = 207 if codes else 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if codes and codes <= _PASSING:
        status, headers = 503, (_RETRY,)
    body = b"".join(write_json(write_answer(said)) + b"\n" for said in answers)
    return Reply(status, NDJSON, body, headers)


class _Health(Leaf):
    """`/healthz`: whether the server is alive, and how late its loop is."""

    def __init__(self, health: Callable[[], dict[str, Any]]) -> None:
        self._health = health
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        answer(request, 200, write_json({"status": "ok", **self._health()}))


class _Ready(Leaf):
    """`/readyz`: whether new clients should be sent here; see `model.readiness`."""

    parameters = frozenset({PARAMETER})

    def __init__(self, state: str, standing: Mapping[str, Any]) -> None:
        self._state = state
        self._standing = standing
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        (asked, *_) = (request.args or {}).get(PARAMETER, [b""])
        status = readiness_status(self._state, asked)
        answer(request, status, write_json({"status": self._state, **self._standing}))


class _Text(Leaf):
    """A fixed text, for instance `/healthz`."""

    def __init__(self, text: bytes, content_type: bytes = b"text/plain; charset=utf-8") -> None:
        self._text = text
        self._type = content_type
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        answer(request, 200, self._text, self._type)


class _NotFound(Leaf):
    """Everything that is not."""

    def __init__(self) -> None:
        self.methods = {}

    async def _run(self, request: Request) -> None:
        problem = Problem("not_found", "nothing is at this address", "see GET /v1")
        refuse(request, Refused(problem))


_INDEX = b"""scoreboard: a live sports score server

GET  /v1/games?league=&date=&limit=&offset=      the games, one line each
GET  /v1/changes?since=                          the games that have moved, for who polls
GET  /v1/games/{game_id}?asof=                   one game, whole
GET  /v1/games/{game_id}/boxscore                its box score
GET  /v1/games/{game_id}/alerts                  its alerts
GET  /v1/games/{game_id}/plays?after=&limit=     its plays; so /shots, /timecodes, /events?kinds=
GET  /v1/games/{game_id}/diff?from=&to=          what changed, as a JSON patch and as events
PUT  /v1/games/{game_id}                         a game's meta (feeds)
POST /v1/feeds/{source}/games/{game_id}/messages what happened (feeds)
POST /v1/games/{game_id}/scorer/{call}           what a scorer says (docs/scoring.md)
GET  /v1/events?game=&team=&league=&kinds=       what happens, as server-sent events
     /ws                                         WAMP over WebSocket, realm scoreboard
GET  /healthz                                    whether the server is alive
GET  /readyz                                     whether it takes new clients
"""


@implementer(IResource)
class Root:
    """
    The whole tree of addresses; addresses are few, so they are matched here in one place.

    Args:
        library: what is read from.
        websocket: what serves `/ws`.
        health: what `/healthz` tells besides that it can be told.
        events: what serves `/v1/events`.
        officials: who may make the scorer's calls; None: nobody.
        readiness: `READY`, or why not, in a word.
        once: what answers repeats of requests with a key; without it keys say nothing.
        page: what browsers see.
        near: brings games here that other nodes write; None: there are none.
        meet: makes them known here.
        edge: what is said to those who want to write; None: they may.
        standing: what `/readyz` tells besides.
    """

    isLeaf = False

    def __init__(
        self,
        library: Library,
        intake: Intake,
        limits: Limits,
        websocket: IResource | None,
        health: Callable[[], dict[str, Any]] = dict,
        events: IResource | None = None,
        officials: Officials | None = None,
        readiness: Callable[[], str] = lambda: READY,
        once: Once | None = None,
        page: Page | None = None,
        near: Near | None = None,
        meet: Meet | None = None,
        edge: Edge | None = None,
        standing: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self._meet = meet
        self._edge = edge
        self._standing = standing
        self._near = near
        self._readiness = readiness
        self._officials = officials
        self._once = once
        self._library = library
        self._games = library.games
        self._intake = intake
        self._limits = limits
        self._websocket = websocket
        self._health = health
        self._events = events
        self._page = page or Page()

    def getChildWithDefault(self, name: bytes, request: Request) -> IResource:
        """The resource of the whole remaining path."""
        rest = [name, *(request.postpath or [])]
        request.postpath = []
        parts = [part.decode("utf-8", "replace") for part in rest]
        found = self._find(parts)
        if self._near is None or self._meet is None:
            return found
        games = games_of(parts, request)
        return found if games == [] else Nearby(found, games, self._near, self._meet)

    def _find(self, parts: list[str]) -> IResource:
        """What serves an address."""
        read = reading(parts, self._library)
        if read is not None:
            return read
        shut = None if self._edge is None else closed(parts, self._library, self._edge)
        if shut is not None:
            return shut
        asset = self._page.find(parts)
        if asset is not None:
            return File(asset)
        match parts:
            case ["ws"] if self._websocket is not None:
                return self._websocket
            case [""] | ["v1"]:
                return _Text(_INDEX)
            case ["healthz" | "readyz" as asked]:
                is_ready = asked == "readyz"
                if is_ready:
                    return _Ready(self._readiness(), self._standing())
                return _Health(self._health)
            case ["v1", "events"] if self._events is not None:
                return self._events
            case ["v1", "games", game_id]:
                return _Game(game_id, self._library, self._intake)
            case ["v1", "games", game_id, "scorer", call] if self._officials is not None:
                return ScorerCall(game_id, call, self._games, self._officials)
            case ["v1", "feeds", source, "games", game_id, "messages"]:
                return _Messages(
                    source, game_id, self._games, self._intake, self._limits, self._once
                )
            case _:
                return _NotFound()

    def putChild(self, path: bytes, child: IResource) -> None:
        """Not possible: the tree is fixed."""
        raise NotImplementedError

    def render(self, request: Request) -> int:
        """Only reached without a path."""
        return _NotFound().render(request)


class _Site(Site):
    """A site that does not write a line for every request: feeds send many."""

    noisy = False

    def log(self, request: http.Request) -> None:
        """Nothing: what matters of a request is in its answer."""


def make_site(
    reactor: Any,
    root: IResource,
    keeping: Doorkeeping,
    beats: Beats,
    times: HttpTimes,
    head: HeadLimits,
    rejected: Rejected,
) -> Site:
    """
    The HTTP factory, with bounds for all that comes in.

    Args:
        keeping: what a request is measured by.
        beats: shared by all connections.
        times: how long a peer may take.
        head: what the head of a request may have.
        rejected: where it is counted who met a limit.
    """

    class _Request(LimitedRequest):
        pass

    class _Channel(LimitedChannel):
        MAX_LENGTH = totalHeadersSize = head.octets
        maxHeaders = head.fields

    _Request.keeping = keeping
    _Channel.beats, _Channel.times, _Channel.head = beats, times, head
    _Channel.rejected = rejected
    site: Site = _Site(  # type: ignore[no-untyped-call]
        root, requestFactory=_Request, reactor=reactor, timeout=None
    )
    site.protocol = _Channel  # type: ignore[assignment]
    site.displayTracebacks = False
    return site
