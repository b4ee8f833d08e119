"""
HTTP: before a game is read, it is brought here from the node that writes it.

Rule: as `nearby`: an answer is of the game as its log has it, on whichever node. Shell.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.web.resource import IResource
from twisted.web.server import NOT_DONE_YET, Request

from scoreboard.gateway.last import Last
from scoreboard.gateway.nearby import RETRY_MS, Meet, Near, named
from scoreboard.gateway.problem import Problem
from scoreboard.gateway.request import Refused, failed, refuse
from scoreboard.log.interface import LogUnavailable
from scoreboard.model.ids import GameId

#: Addresses that are of all games.
_OF_ALL = (["v1", "games"], ["v1", "changes"])

#: How is asked; all else is to write.
_READS = (b"GET", b"HEAD", b"OPTIONS")


def games_of(parts: list[str], request: Request) -> list[GameId] | None:
    """The games that an address is of; None: all."""
    if parts in _OF_ALL:
        return None
    match parts:
        case ["v1", "events"]:
            asked = b",".join((request.args or {}).get(b"game", []))
            return named(asked.decode("utf-8", "replace").split(","))
        case ["v1", "games", game, *_] | ["v1", "feeds", _, "games", game, "messages"]:
            return named([game])
        case _:
            return []


class Nearby(Last):
    """
    A resource that is rendered when its games are here.

    Args:
        games: None: all.
    """

    def __init__(
        self, resource: IResource, games: list[GameId] | None, near: Near, meet: Meet
    ) -> None:
        self._resource = resource
        self._games = games
        self._near = near
        self._meet = meet

    def render(self, request: Request) -> int:
        """Bring the games here, then answer."""
        Deferred.fromCoroutine(self._bring(request)).addErrback(failed, request)
        return NOT_DONE_YET

    async def _bring(self, request: Request) -> None:
        try:
            if self._games is None or request.method in _READS:
                await self._near(self._games)
            else:
                await self._meet(self._games)
        except LogUnavailable as why:
            # It may well be there: "not found" would be wrong.
            hint = "come back in a moment"
            refuse(request, Refused(Problem("unavailable", str(why), hint, RETRY_MS)))
            return
        if not request._disconnected:  # noqa: SLF001 - as `request.answer` asks
            self._resource.render(request)
