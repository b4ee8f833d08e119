"""
An edge: a node from which nothing is written, and what those hear who want to.

Rule: whoever comes to the wrong place hears that it is the wrong place, not that his token or
his message is wrong, and where to go. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from scoreboard.gateway.problem import Problem
from scoreboard.gateway.realm import Caller, CallError, Procedure
from scoreboard.model.answer import Answer, Outcome

#: What is wrong, for programs.
CODE = "read_only"
#: Its URI over WAMP.
ERROR = f"scoreboard.error.{CODE}"

_PROBLEM = "this node is an edge: it shows games and takes nothing in"

#: Calls that write, or that are about what a home node alone knows.
_WRITES = ("scoreboard.v1.scorer.", "scoreboard.v1.feed.", "scoreboard.v1.quarantine.")
_CHANGES = frozenset(
    {
        "scoreboard.v1.ops.feed.list",
        "scoreboard.v1.ops.feed.switch",
        "scoreboard.v1.ops.source.add",
        "scoreboard.v1.ops.source.remove",
        "scoreboard.v1.ops.source.list",
        "scoreboard.v1.ops.boxscore.list",
    }
)


@attrs.frozen
class Edge:
    """
    What an edge says.

    Attributes:
        ingest: address of the nodes that write; "": it is not known here.
    """

    ingest: str = ""

    @property
    def hint(self) -> str:
        """Where to go."""
        return f"go to {self.ingest or 'a home node'}"

    @property
    def problem(self) -> Problem:
        """What is said over HTTP."""
        return Problem(CODE, _PROBLEM, self.hint)

    @property
    def answer(self) -> Answer:
        """What a message is answered, by whichever way it has come in."""
        return Answer(Outcome.REJECTED, code=CODE, problem=_PROBLEM, hint=self.hint)

    @property
    def turned_away(self) -> str:
        """What somebody hears whose ticket is not known here."""
        return f"{_PROBLEM}, and knows no feeds and no scorers; {self.hint}"

    def refusing(self, calls: Mapping[str, Procedure]) -> dict[str, Procedure]:
        """The same calls; those that write are refused, whoever makes them."""
        return {uri: self._refuse if _writes(uri) else call for uri, call in calls.items()}

    def _refuse(self, _caller: Caller, _args: list[Any], _kwargs: dict[str, Any]) -> Any:
        raise CallError(ERROR, _PROBLEM, code=CODE, problem=_PROBLEM, hint=self.hint)


def _writes(uri: str) -> bool:
    return uri.startswith(_WRITES) or uri in _CHANGES
