"""
HTTP at an edge: the addresses that are written to, none of which takes anything.

Rule: as `edge`: a sender hears where to go, before anything of what it sends is looked at. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NoReturn

from twisted.web.server import Request

from scoreboard.gateway.edge import Edge
from scoreboard.gateway.reads import Library, Whole
from scoreboard.gateway.request import Leaf, Refused


class Closed(Leaf):
    """
    An address that is written to elsewhere.

    Args:
        methods: that write.
        reads: method -> what answers it.
    """

    def __init__(
        self,
        edge: Edge,
        methods: tuple[bytes, ...],
        reads: dict[bytes, Callable[[Request], Awaitable[None]]],
        parameters: frozenset[bytes] | None = None,
    ) -> None:
        self._edge = edge
        self.parameters = parameters
        self.methods = {**reads, **dict.fromkeys(methods, self._refuse)}

    async def _refuse(self, _request: Request) -> NoReturn:
        raise Refused(self._edge.problem)


def closed(parts: list[str], library: Library, edge: Edge) -> Closed | None:
    """What serves an address of which something is written elsewhere; None: there is none."""
    match parts:
        case ["v1", "games", game]:
            whole = Whole(library, game)
            return Closed(edge, (b"PUT",), whole.methods, Whole.parameters)
        case ["v1", "games", _, "scorer", _] | ["v1", "feeds", _, "games", _, "messages"]:
            return Closed(edge, (b"POST",), {})
        case _:
            return None
