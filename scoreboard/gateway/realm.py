"""
The realm: what all sessions share, and who may do what in it.

Rule: who a session is is decided once, when it joins; what it may do follows from its
role. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from scoreboard.gateway.encoded import Piece
from scoreboard.gateway.messages import Code, Message, error
from scoreboard.gateway.rejected import Rejected
from scoreboard.hub.hub import Hub
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import RemoteError

#: Role of everybody who does not say who he is.
VIEWER = "viewer"
#: Role that may follow the private topics.
OPS = "ops"

#: The procedure that a realm with event history has (WAMP advanced profile, event history).
EVENT_HISTORY = "wamp.subscription.get_events"


@attrs.frozen
class Principal:
    """Who is at the other end: a name, and the role that it has been given."""

    authid: str
    role: str


#: Who follows without a name.
ANONYMOUS = Principal("anonymous", VIEWER)


@attrs.frozen
class Caller:
    """
    Who calls a procedure, and in which session.

    Attributes:
        octets: that the call came in; 0 if they were counted with another one.
    """

    session: int
    principal: Principal
    octets: int = 0

    @property
    def authid(self) -> str:
        """The caller's name."""
        return self.principal.authid

    @property
    def role(self) -> str:
        """The caller's role."""
        return self.principal.role


class CallError(RemoteError):
    """
    A call is answered with an ERROR.

    Attributes:
        uri: of the error, for instance "scoreboard.error.unknown_game".
        args: for people, by custom one sentence.
        kwargs: for programs.
    """

    def __init__(self, uri: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args)
        self.uri = uri
        self.kwargs = kwargs


@attrs.frozen
class Reply:
    """What a call is answered with, if it is neither only `kwargs` nor a single value."""

    args: list[Any]
    kwargs: dict[str, Any] | Piece = attrs.field(factory=dict)


#: (caller, args, kwargs) -> a dict or Piece (keyword arguments of the result), a Reply, or any
#: other single value; or a Deferred or coroutine of one of these. A RemoteError is the caller's
#: fault and is told to it.
Procedure = Callable[[Caller, list[Any], dict[str, Any]], Any]

#: (session) -> None: it has left.
Left = Callable[[int], None]

#: (authid, ticket) -> who that is, None if the ticket is not good. Must take the same time
#: for every ticket.
Authenticate = Callable[[str, str], Principal | None]

#: (game id, epoch, seq) -> what the game has published in its stream after that position.
#: Raises CallError if that cannot be told, all of it.
Missed = Callable[[str, int, int], Sequence[Publication]]


@attrs.frozen
class SessionLimits:
    """
    What one session may have.

    Attributes:
        max_subscriptions: at a time.
        max_unusual: different subscriptions of the whole server to something else than one kind,
            or all kinds, of a game, team or league that there is.
        max_retained: publications that one `get_retained` may bring.
        max_calls: that are not answered yet.
    """

    max_subscriptions: int = 128
    max_retained: int = 500
    max_calls: int = 16
    max_unusual: int = 5_000


def _not_missed(_session: int) -> None:
    """Nobody minds that a session has left."""


@attrs.frozen(eq=False)
class Realm:
    """
    What the sessions of a server share.

    Attributes:
        procedures: URI -> procedure; `wamp.*` are added by `gateway.meta`.
        missed: for SUBSCRIBE with `_since`; without it that option is ignored.
        left: called when a session that had joined has left.
        sessions: ids of those that have joined.
        refused: how often what was refused, by error URI.
        rejected: how often a limit was met, by `Reason`; of the whole server.
        turned_away: what somebody hears whose ticket is not good.
        unusual: ids of the subscriptions that there were too few reasons for; see
            `SessionLimits.max_unusual`.
    """

    hub: Hub
    procedures: Mapping[str, Procedure]
    authenticate: Authenticate
    limits: SessionLimits = SessionLimits()
    missed: Missed | None = None
    left: Left = _not_missed
    name: str = "scoreboard"
    sessions: set[int] = attrs.field(factory=set)
    refused: Counter[str] = attrs.field(factory=Counter)
    rejected: Rejected = attrs.field(factory=Counter)
    turned_away: str = "this ticket is not the one of that authid"
    unusual: set[int] = attrs.field(factory=set)

    def refusal(self, message: Message, uri: str, why: str, **kwargs: Any) -> Message:
        """The ERROR that answers the request `message`; it is counted."""
        self.refused[uri] += 1
        return error(Code(message[0]), message[1], uri, [why], kwargs)
