"""
HTTP: parts of a game to read, for those who do not need it whole.

Rule: as for the snapshot: an answer names the `seq` that it is exact for, and has a strong
tag, so that what has not changed costs its head only. Shell.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.web import http
from twisted.web.resource import IResource
from twisted.web.server import Request

from scoreboard.codec.json_text import write_json
from scoreboard.gateway.page import Asset
from scoreboard.gateway.queries import Games
from scoreboard.gateway.request import Leaf, answer
from scoreboard.model.errors import RemoteError

#: Names of kinds with commas between.
_KINDS = re.compile(r"[a-z_]{1,20}(,[a-z_]{1,20}){0,31}")

#: What makes the body of an answer.
Make = Callable[[], Awaitable[Any]]


def query(request: Request, name: bytes) -> str | None:
    """The first value of a parameter of the address, None if it is absent."""
    values = (request.args or {}).get(name)
    return None if not values else values[0].decode("utf-8", "replace")


def whole_number(request: Request, name: bytes) -> int:
    """A parameter that counts; 0 if it is absent. Raises: RemoteError."""
    text = query(request, name) or "0"
    if not text.isdecimal() or len(text) > 10:
        raise RemoteError(f"{name.decode()}={text[:20]!r} is not a whole number")
    return int(text)


def _kinds(request: Request) -> tuple[str, ...] | None:
    """The kinds that are wanted, in order; None for all. Raises: RemoteError."""
    text = query(request, b"kinds")
    if text is None:
        return None
    if not _KINDS.fullmatch(text):
        raise RemoteError("kinds are names with commas between, for instance score,correction")
    return tuple(sorted(set(text.split(","))))


class Part(Leaf):
    """`/v1/games/{gid}/{part}`: one part of a game."""

    def __init__(self, game_id: str, part: str, games: Games) -> None:
        self._game_id = game_id
        self._part = part
        self._games = games
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        state = self._games.state(self._game_id)
        after = whole_number(request, b"after")
        kinds = _kinds(request)
        position = f"{state.meta.game_id}-{state.epoch}-{state.seq}"
        etag = f'"{position}-{self._part}-{after}-{",".join(kinds or ())}"'
        headers = [(b"etag", etag.encode()), (b"cache-control", b"public, max-age=1")]
        if request.setETag(etag.encode()) is http.CACHED:
            answer(request, http.NOT_MODIFIED, b"", headers=headers)
            return
        games = self._games
        make: dict[str, Make] = {
            "plays": lambda: games.plays(self._game_id, after),
            "shots": lambda: games.shots(self._game_id),
            "timecodes": lambda: games.timecodes(self._game_id),
            "events": lambda: games.told(self._game_id, after, kinds),
        }
        answer(request, 200, write_json(await make[self._part]()), headers=headers)


#: The parts that can be read.
PARTS = frozenset({"plays", "shots", "timecodes", "events"})


class File(Leaf):
    """A file of the page."""

    def __init__(self, asset: Asset) -> None:
        self._asset = asset
        self.methods = {b"GET": self._get}

    async def _get(self, request: Request) -> None:
        body, headers = self._asset.form(request.getHeader(b"accept-encoding") or b"")
        if request.setETag(dict(headers)[b"etag"]) is http.CACHED:
            answer(request, http.NOT_MODIFIED, b"", self._asset.content_type, headers)
            return
        answer(request, 200, body, self._asset.content_type, headers)


def part_of(parts: list[str], games: Games) -> IResource | None:
    """What serves the address of a part of a game, None if the address is none."""
    match parts:
        case ["v1", "games", game_id, part] if part in PARTS:
            return Part(game_id, part, games)
        case _:
            return None
