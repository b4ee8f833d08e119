"""
The port: a session's connection, as the session sees it.

Rule: sessions neither encode nor wait; both are the port's. Pure.
"""

from __future__ import annotations

from typing import Any, Protocol

from scoreboard.gateway.frames import Wire
from scoreboard.gateway.messages import Message
from scoreboard.gateway.realm import Caller, Procedure
from scoreboard.hub.member import Member


class Port(Member, Protocol):
    """A connection, which is also the member that the hub writes to."""

    @property
    def wire(self) -> Wire:
        """How it speaks."""

    def send(self, message: Message) -> None:
        """
        Write a message, after everything that was delivered before.

        Raises:
            ValueError, TypeError: it cannot be encoded; nothing was written.
        """

    def invoke(
        self,
        request: int,
        procedure: Procedure,
        caller: Caller,
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> None:
        """Call `procedure`, then `Session.returned` or `Session.failed`, once."""
