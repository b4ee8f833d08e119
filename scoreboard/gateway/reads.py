"""
HTTP: the games to read, whole or in parts, as they stand or as they stood.

Rule: an answer names the `seq` that it is exact for and has a strong tag, so that what has not
changed costs its head only; nothing is kept for an address that nobody but a stranger would
think of. Shell.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from email.utils import formatdate
from typing import Any

import attrs
from twisted.internet.defer import DeferredSemaphore
from twisted.internet.threads import deferToThread
from twisted.web.resource import IResource
from twisted.web.server import Request

from scoreboard.codec.json_text import write_json
from scoreboard.gateway import serializers
from scoreboard.gateway.bodies import Asked, Bodies, Body, Fields, changed, unchanged
from scoreboard.gateway.changes import MOST, Changes
from scoreboard.gateway.diff import difference, span
from scoreboard.gateway.lifetime import FOREVER, LIVE, lifetime
from scoreboard.gateway.page import Asset
from scoreboard.gateway.queries import Games, line_of
from scoreboard.gateway.request import Leaf, answer, send
from scoreboard.model.errors import RemoteError
from scoreboard.projection.state import GameState

#: Publications that an answer about a part of a game is made of, at most: beyond, `more` is
#: true. More than any game has had.
MOST_EVENTS = 20_000

#: Compression of what is sent once.
_QUICK = 1

#: The age of what moves with every game.
_LIVE = (b"cache-control", LIVE)

#: Names of kinds with commas between.
_KINDS = re.compile(r"[a-z_]{1,20}(,[a-z_]{1,20}){0,31}")

#: What makes the body of an answer.
Make = Callable[[], Awaitable[bytes]]


@attrs.frozen
class Library:
    """
    What is read from.

    Attributes:
        clock_ms: the time, milliseconds since 1970.
        diffs: lets few look for differences at a time.
    """

    games: Games
    changes: Changes
    clock_ms: Callable[[], int]
    bodies: Bodies = attrs.field(factory=Bodies)
    diffs: Any = attrs.field(factory=lambda: DeferredSemaphore(1))


def query(request: Request, name: bytes) -> str | None:
    """The first value of a parameter of the address, None if it is absent."""
    values = (request.args or {}).get(name)
    return None if not values else values[0].decode("utf-8", "replace")


def whole_number(request: Request, name: bytes, absent: int = 0) -> int:
    """A parameter that counts; `absent` if it is. Raises: RemoteError."""
    text = query(request, name)
    if text is None:
        return absent
    if not (text.isascii() and text.isdecimal()) or len(text) > 10:
        raise RemoteError(f"{name.decode()}={text[:20]!r} is not a whole number")
    return int(text)


def limit_of(request: Request, most: int) -> int:
    """The parameter `limit`, 1 to `most`; `most` if it is absent. Raises: RemoteError."""
    limit = whole_number(request, b"limit", most)
    if not 1 <= limit <= most:
        raise RemoteError(f"limit={limit} is not from 1 to {most}")
    return limit


def _kinds(request: Request) -> tuple[str, ...] | None:
    """The kinds that are wanted, in order; None for all. Raises: RemoteError."""
    text = query(request, b"kinds")
    if text is None:
        return None
    if not _KINDS.fullmatch(text):
        raise RemoteError("kinds are names with commas between, for instance score,correction")
    return tuple(sorted(set(text.split(","))))


def _asked(request: Request) -> Asked:
    return Asked(
        request.getHeader(b"if-none-match") or b"", request.getHeader(b"accept-encoding") or b""
    )


def _fields(state: GameState, age: bytes) -> Fields:
    """What the head of an answer about `state` says."""
    at = formatdate(state.ts_ms // 1_000, usegmt=True).encode()
    return (
        (b"cache-control", age),
        (b"last-modified", at),
        (b"x-seq", b"%d" % state.seq),
    )


class Reading(Leaf):
    """A resource that is only read."""

    parameters = frozenset[bytes]()

    def __init__(self, library: Library) -> None:
        self._library = library
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        raise NotImplementedError

    async def _answer(
        self, request: Request, state: GameState, part: str, make: Make, *, is_plain: bool = True
    ) -> None:
        """
        Answer about a game as it stands.

        Args:
            part: which part of it, and of which form.
            is_plain: whether others ask for the same, so that it is worth keeping.
        """
        name = f"{state.meta.game_id}{part}" if is_plain else ""
        tag = f"{state.meta.game_id}-{state.epoch}-{state.seq}{part}"
        fields = _fields(state, lifetime(state, self._library.clock_ms()))
        await self._tell(request, name, tag, fields, make)

    async def _tell(
        self, request: Request, name: str, tag: str, fields: Fields, make: Make
    ) -> None:
        """
        Answer with a body that `tag` names, if the client has it not.

        Args:
            name: of what the body is kept for; "": nobody else asks for it.
            tag: "" for none: it would never come again.
            make: the body, if it is not kept.
        """
        asked, bodies = _asked(request), self._library.bodies
        reply = unchanged(asked, tag, fields) if tag else None
        if reply is None:
            body = bodies.find(name, tag)
            if body is None:
                made = await make()
                body = bodies.keep(name, tag, made) if name else Body(made, _QUICK)
            reply = changed(asked, tag, body, fields)
        send(request, reply)


class Whole(Reading):
    """The snapshot of `/v1/games/{gid}`, also as it stood."""

    parameters = frozenset({b"asof"})

    def __init__(self, library: Library, game_id: str) -> None:
        super().__init__(library)
        self._game_id = game_id

    async def _get(self, request: Request) -> None:
        when = query(request, b"asof")
        if when is not None:
            await self._past(request, when)
            return
        state = self._library.games.state(self._game_id)

        async def make() -> bytes:
            return self._library.games.whole(self._game_id).form(serializers.JSON)

        await self._answer(request, state, "", make)

    async def _past(self, request: Request, when: str) -> None:
        games = self._library.games
        now = games.state(self._game_id)
        # What is behind the newest entry is still to come; a time may be, too.
        is_seq = when.isascii() and when.isdecimal() and len(when) <= 16
        is_past = is_seq and 1 <= int(when) <= now.seq
        tag = f"{now.meta.game_id}-{now.epoch}-at-{int(when)}" if is_past else ""
        fields = ((b"cache-control", FOREVER if is_past else LIVE),)

        async def make() -> bytes:
            return (await games.as_of(self._game_id, when)).form(serializers.JSON)

        await self._tell(request, "", tag, fields, make)


class Aspect(Reading):
    """`/v1/games/{gid}/boxscore` and `/v1/games/{gid}/alerts`."""

    def __init__(self, library: Library, game_id: str, aspect: str) -> None:
        super().__init__(library)
        self._game_id = game_id
        self._aspect = aspect

    async def _get(self, request: Request) -> None:
        games = self._library.games

        async def make() -> bytes:
            return games.part(self._aspect, self._game_id).form(serializers.JSON)

        await self._answer(request, games.state(self._game_id), f"-{self._aspect}", make)


#: The parts that can be read, and the parameters that each takes.
PARTS = {
    "plays": frozenset({b"after", b"limit"}),
    "shots": frozenset[bytes](),
    "timecodes": frozenset({b"after", b"limit"}),
    "events": frozenset({b"after", b"limit", b"kinds"}),
}


class Part(Reading):
    """`/v1/games/{gid}/{part}`: one part of a game."""

    def __init__(self, library: Library, game_id: str, part: str) -> None:
        super().__init__(library)
        self._game_id = game_id
        self._part = part
        self.parameters = PARTS[part]

    async def _get(self, request: Request) -> None:
        games, game_id = self._library.games, self._game_id
        state = games.state(game_id)
        after, kinds = whole_number(request, b"after"), _kinds(request)
        limit = limit_of(request, MOST_EVENTS)
        pick: dict[str, Callable[[], Awaitable[Any]]] = {
            "plays": lambda: games.plays(game_id, after, limit if request.args else None),
            "shots": lambda: games.shots(game_id),
            "timecodes": lambda: games.timecodes(game_id, after, limit),
            "events": lambda: games.told(game_id, after, kinds, limit),
        }

        async def make() -> bytes:
            return write_json(await pick[self._part]())

        form = f"-{after}-{limit}-{','.join(kinds or ())}" if request.args else ""
        part = f"-{self._part}{form}"
        await self._answer(request, state, part, make, is_plain=not request.args)


class Difference(Reading):
    """`/v1/games/{gid}/diff`: from one moment to another."""

    parameters = frozenset({b"from", b"to"})

    def __init__(self, library: Library, game_id: str) -> None:
        super().__init__(library)
        self._game_id = game_id

    async def _get(self, request: Request) -> None:
        library = self._library
        since, until = whole_number(request, b"from"), whole_number(request, b"to")
        between = await span(library.games, self._game_id, since, until)
        after = between.after
        fields = _fields(after, FOREVER if until else LIVE)
        tag = f"{after.meta.game_id}-{after.epoch}-{since}-to-{after.seq}"

        async def make() -> bytes:
            made: bytes = await library.diffs.run(deferToThread, difference, between)
            return made

        await self._tell(request, "", tag, fields, make)


class Slate(Reading):
    """`/v1/games`: one line a game."""

    parameters = frozenset({b"league", b"date", b"limit", b"offset"})

    async def _get(self, request: Request) -> None:
        league = query(request, b"league")
        states = self._library.games.chosen(league, query(request, b"date"))
        limit, offset = limit_of(request, MOST), whole_number(request, b"offset")
        page = states[offset : offset + limit]

        async def make() -> bytes:
            more = len(states) > offset + limit
            lines = [line_of(state) for state in page]
            return write_json({"total": len(states), "more": more, "games": lines})

        # Of leagues that there are: nobody thinks of more addresses than those.
        is_plain = bool(page) and (request.args or {}).keys() <= {b"league"}
        name, tag = f"slate-{league or ''}" if is_plain else "", _tag_of(len(states), page)
        await self._tell(request, name, tag, (_LIVE,), make)


class Moved(Reading):
    """`/v1/changes`: the games that have moved."""

    parameters = frozenset({b"since", b"limit"})

    async def _get(self, request: Request) -> None:
        place = query(request, b"since") or ""
        limit = limit_of(request, MOST)

        async def make() -> bytes:
            return write_json(self._library.changes.since(place, limit))

        await self._tell(request, "", "", (_LIVE,), make)


def _tag_of(total: int, page: Sequence[GameState]) -> str:
    """Names what a slate says, which says where each of its games stands."""
    places = " ".join([f"{state.meta.game_id}-{state.epoch}-{state.seq}" for state in page])
    return hashlib.sha256(f"{total} {places}".encode()).hexdigest()[:20]


class File(Leaf):
    """A file of the page."""

    def __init__(self, asset: Asset) -> None:
        self._asset = asset
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        asset = self._asset
        body, headers = asset.form(request.getHeader(b"accept-encoding") or b"")
        if request.setETag(dict(headers)[b"etag"]) is not None:
            answer(request, 304, b"", asset.content_type, headers)
            return
        answer(request, 200, body, asset.content_type, headers)


def reading(parts: list[str], library: Library) -> IResource | None:
    """What serves the address of something that is only read, None if the address is none."""
    match parts:
        case ["v1", "games"]:
            return Slate(library)
        case ["v1", "changes"]:
            return Moved(library)
        case ["v1", "games", game_id, "boxscore" | "alerts" as aspect]:
            return Aspect(library, game_id, aspect)
        case ["v1", "games", game_id, "diff"]:
            return Difference(library, game_id)
        case ["v1", "games", game_id, part] if part in PARTS:
            return Part(library, game_id, part)
        case _:
            return None
