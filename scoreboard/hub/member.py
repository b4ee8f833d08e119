"""
Who the hub writes to, and in which words.

Rule: the hub knows neither sockets nor encodings; it is handed both through the two
protocols below. Pure.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Subscription


class WireFormat(Hashable, Protocol):
    """How publications become bytes; equal for all members that are sent the same bytes."""

    @property
    def in_order(self) -> bool:
        """
        Whether all that a member is sent must stand in the order of publication.

        Otherwise that is promised within each game only, which costs less.
        """

    def event(
        self, posted: Posted, subscriptions: Sequence[Subscription], merged: int = 0
    ) -> bytes:
        """
        One publication, once per subscription that it matches.

        Args:
            merged: how many publications of its topic and key it stands for besides itself.
        """

    def pack(self, events: Sequence[bytes]) -> bytes:
        """What `event` gave, one or more, as it is to be written."""


class Member(Hashable, Protocol):
    """A session as the hub sees it; hashed by identity."""

    @property
    def wire(self) -> WireFormat:
        """Its words; they do not change while the member has subscriptions."""

    @property
    def writable(self) -> bool:
        """False while its transport has enough to send: not written to until `Hub.resume`."""

    def deliver(self, data: bytes) -> None:
        """Write `data`, in the order of the calls. What it raises costs this member only."""

    def close(self, code: int, reason: str) -> None:
        """The hub has given this member up. `code` is a WebSocket close code."""
