"""
Who is connected: every WAMP session and every event stream, to be seen and to be closed.

Rule: looked up when somebody asks; a connection keeps nothing for it. Shell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from scoreboard.gateway.sockets import untaken
from scoreboard.gateway.sse import EventStream, EventStreams
from scoreboard.gateway.wamp import Connection
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.hub.hub import Hub

#: What those hear who are closed; apps come back when they have waited.
KICKED = "an operator has closed this; retry_ms=1000"

#: What an event stream speaks, where a session has its subprotocol.
SSE = "sse"


@attrs.frozen(eq=False)
class Connected:
    """
    One connection.

    Attributes:
        session: the id of a WAMP session; the number of an event stream.
        backlog: bytes that it was sent and has not taken.
        is_slow: whether it does not keep up.
    """

    session: int
    protocol: str
    who: str
    peer: str
    subscriptions: int
    backlog: int
    is_slow: bool
    member: Connection | EventStream

    def kick(self) -> None:
        """Send it away."""
        if isinstance(self.member, EventStream):
            self.member.goodbye(KICKED)
        else:
            self.member.kick(KICKED)


class Connections:
    """All connections of a server that follow, or may."""

    def __init__(self, hub: Hub, sockets: ChannelFactory, events: EventStreams) -> None:
        self._hub = hub
        self._sockets = sockets
        self._events = events

    def all(self) -> list[Connected]:
        """As they are now."""
        slow = set(self._hub.slow)
        return [
            Connected(
                session=session,
                protocol=protocol,
                who=who,
                peer=_peer(transport),
                subscriptions=self._hub.subscriptions(member),
                backlog=untaken(transport),
                is_slow=member in slow,
                member=member,
            )
            for session, protocol, who, transport, member in self._each()
        ]

    def kick(self, session: int) -> bool:
        """Close one; whether there was one of that id."""
        found = [one for one in self.all() if one.session == session]
        for one in found:
            one.kick()
        return bool(found)

    def kick_slow(self) -> int:
        """Close all that do not keep up; how many they were."""
        found = [one for one in self.all() if one.is_slow]
        for one in found:
            one.kick()
        return len(found)

    def _each(self) -> Iterator[tuple[int, str, str, Any, Connection | EventStream]]:
        for channel in list(self._sockets.channels):
            talk = channel.conversation
            if isinstance(talk, Connection):
                principal = talk.session.principal
                who = f"{principal.authid} ({principal.role})"
                yield talk.session.id, talk.subprotocol, who, channel.transport, talk
        for stream in list(self._events.streams):
            if stream.transport is not None:
                yield stream.number, SSE, "", stream.transport, stream


def _peer(transport: Any) -> str:
    where = transport.getPeer()
    return f"{where.host}:{where.port}" if hasattr(where, "port") else "-"
