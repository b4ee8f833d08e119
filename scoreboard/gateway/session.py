"""
A WAMP session: who is there, what it asks, and what it is answered.

Rule: which message may come when is one table, and one that may not come ends the session,
and nobody else's. What cannot be done is an ERROR that says so. Pure.

Source: WAMP basic profile, sessions, publish and subscribe, remote procedure calls;
advanced profile, ticket authentication, pattern-based subscriptions, event retention.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any, ClassVar

from scoreboard.gateway.calls import Calls
from scoreboard.gateway.following import Following
from scoreboard.gateway.messages import (
    Code,
    Message,
    ProtocolViolation,
    code_of,
    dict_at,
    id_at,
    text_at,
)
from scoreboard.gateway.port import Port
from scoreboard.gateway.realm import (
    ANONYMOUS,
    EVENT_HISTORY,
    Caller,
    CallError,
    Principal,
    Procedure,
    Realm,
)
from scoreboard.model.transition import following

#: WebSocket close codes (RFC 6455, 7.4.1): bye, protocol error, policy violation.
BYE, BROKEN, REFUSED = 1000, 1002, 1008

#: What we can do, by role; only what is true. Clients index `features` unguarded.
_BROKER = {"pattern_based_subscription": True, "event_retention": True}
ROLES: Mapping[str, Any] = {
    "broker": {"features": _BROKER},
    "dealer": {"features": {"call_canceling": True}},
}
#: The same, where the past can be asked for.
ROLES_WITH_HISTORY: Mapping[str, Any] = {
    **ROLES,
    "broker": {"features": {**_BROKER, "event_history": True}},
}


class State(Enum):
    """Where in its life a session is."""

    NEW = auto()  #: connected; owes us a HELLO
    CHALLENGED = auto()  #: owes us its ticket
    JOINED = auto()  #: may subscribe and call
    CLOSED = auto()  #: terminal: the last word was said, or the connection is gone


class Input(Enum):
    """What moves it on."""

    CHALLENGE = auto()  #: it named itself and must prove it
    WELCOME = auto()  #: it is in
    LEAVE = auto()  #: GOODBYE, ABORT of either side, or the connection is gone


#: (state, input) -> next state; a pair that is absent is a LocalError.
TRANSITIONS = {
    (State.NEW, Input.CHALLENGE): State.CHALLENGED,
    (State.NEW, Input.WELCOME): State.JOINED,
    (State.NEW, Input.LEAVE): State.CLOSED,
    (State.CHALLENGED, Input.WELCOME): State.JOINED,
    (State.CHALLENGED, Input.LEAVE): State.CLOSED,
    (State.JOINED, Input.LEAVE): State.CLOSED,
    (State.CLOSED, Input.LEAVE): State.CLOSED,
}


class Session:
    """
    One session.

    Args:
        procedures: those of the realm and the meta procedures.
        session_id: random, 1 to 2**53 (WAMP basic profile, identifiers).
    """

    __slots__ = (
        "_calls",
        "_claimed",
        "_following",
        "_id",
        "_octets",
        "_port",
        "_principal",
        "_procedures",
        "_realm",
        "state",
    )

    def __init__(
        self, realm: Realm, procedures: Mapping[str, Procedure], port: Port, session_id: int
    ) -> None:
        self.state = State.NEW
        self._realm = realm
        self._port = port
        self._id = session_id
        self._claimed = ""
        self._octets = 0
        self._principal = ANONYMOUS
        self._procedures = procedures
        # Most sessions never call, some never follow.
        self._following: Following | None = None
        self._calls: Calls | None = None

    @property
    def id(self) -> int:
        """As WELCOME says it."""
        return self._id

    @property
    def principal(self) -> Principal:
        """Who it is; nobody in particular before it has joined."""
        return self._principal

    def receive(self, message: Any, octets: int = 0) -> None:
        """
        A decoded message from the client.

        Args:
            octets: that it came in; 0 if they were counted with another one.
        """
        self._octets = octets
        if self.state is State.CLOSED:
            return
        try:
            code = code_of(message)
            act = self.ACTS.get((self.state, code))
            if act is None:
                raise ProtocolViolation(f"{code.name} may not come in state {self.state.name}")
            act(self, message)
        except ProtocolViolation as why:
            self.abort("wamp.error.protocol_violation", str(why), BROKEN)

    def abort(self, uri: str, why: str, close_code: int) -> None:
        """Say why the session ends, and end it; nothing if it has ended."""
        if self.state is State.CLOSED:
            return
        self._realm.refused[uri] += 1
        self._port.send([int(Code.ABORT), {"message": why}, uri])
        self._leave()
        self._port.close(close_code, why)

    @property
    def role(self) -> str:
        """What it may do: the role that it has joined with, a viewer's until then."""
        return self._principal.role

    def goodbye(self, uri: str, why: str, close_code: int, **details: Any) -> None:
        """End the session for a reason of ours; nothing if it has ended."""
        if self.state is State.JOINED:
            self._port.send([int(Code.GOODBYE), {"message": why, **details}, uri])
            self._leave()
            self._port.close(close_code, why)
        else:
            self.abort(uri, why, close_code)

    def gone(self) -> None:
        """The connection is gone; said once, and the last that is said."""
        self._leave()
        # Connection and session know each other: left like that, they would wait for the
        # garbage collector. What is not called when CLOSED does not miss the port.
        self._calls = self._following = None
        del self._port

    def returned(self, request: int, value: Any) -> None:
        """A procedure has answered."""
        if self._calls is not None:
            self._calls.returned(request, value)

    def failed(self, request: int, fault: CallError) -> None:
        """A procedure has refused or failed."""
        if self._calls is not None:
            self._calls.failed(request, fault)

    # What may come when; see ACTS.

    def _hello(self, message: Message) -> None:
        name, details = text_at(message, 1), dict_at(message, 2)
        if name != self._realm.name:
            self.abort("wamp.error.no_such_realm", "there is no such realm", REFUSED)
            return
        methods = details.get("authmethods") or ["anonymous"]
        claimed = details.get("authid")
        if not isinstance(methods, list):
            raise ProtocolViolation("HELLO.authmethods must be a list")
        if "ticket" in methods and isinstance(claimed, str) and claimed:
            self._claimed = claimed
            self._move(Input.CHALLENGE)
            self._port.send([int(Code.CHALLENGE), "ticket", {}])
        elif "anonymous" in methods:
            self._welcome(ANONYMOUS, "anonymous")
        else:
            why = "join with authmethods anonymous, or ticket and an authid"
            self.abort("wamp.error.no_matching_auth_method", why, REFUSED)

    def _authenticate(self, message: Message) -> None:
        principal = self._realm.authenticate(self._claimed, text_at(message, 1))
        if principal is None:
            why = self._realm.turned_away
            self.abort("wamp.error.authentication_failed", why, REFUSED)
        else:
            self._welcome(principal, "ticket")

    def _welcome(self, principal: Principal, method: str) -> None:
        self._principal = principal
        self._move(Input.WELCOME)
        self._realm.sessions.add(self._id)
        details = {
            "realm": self._realm.name,
            "authid": principal.authid,
            "authrole": principal.role,
            "authmethod": method,
            "authprovider": "scoreboard",
            "roles": ROLES_WITH_HISTORY if EVENT_HISTORY in self._realm.procedures else ROLES,
        }
        self._port.send([int(Code.WELCOME), self._id, details])

    def _subscribe(self, message: Message) -> None:
        self._follows().subscribe(message, self._principal)

    def _unsubscribe(self, message: Message) -> None:
        self._follows().unsubscribe(message)

    def _follows(self) -> Following:
        if self._following is None:
            self._following = Following(self._realm, self._port)
        return self._following

    def _call(self, message: Message) -> None:
        self._asks().call(message, Caller(self._id, self._principal, self._octets))

    def _cancel(self, message: Message) -> None:
        self._asks().cancel(message)

    def _asks(self) -> Calls:
        if self._calls is None:
            self._calls = Calls(self._realm, self._procedures, self._port)
        return self._calls

    def _publish(self, message: Message) -> None:
        id_at(message, 1)
        if dict_at(message, 2).get("acknowledge") is True:
            self._refuse(message, "wamp.error.not_authorized", "nobody publishes here")
        else:
            self._realm.refused["wamp.error.not_authorized"] += 1

    def _register(self, message: Message) -> None:
        id_at(message, 1)
        self._refuse(message, "wamp.error.not_authorized", "nobody registers here")

    def _unregister(self, message: Message) -> None:
        id_at(message, 1)
        self._refuse(message, "wamp.error.no_such_registration", "you have no registration")

    def _goodbye(self, message: Message) -> None:
        dict_at(message, 1)
        self._port.send([int(Code.GOODBYE), {}, "wamp.close.goodbye_and_out"])
        self._leave()
        self._port.close(BYE, "")

    def _aborted(self, _message: Message) -> None:
        self._leave()
        self._port.close(BYE, "")

    def _refuse(self, message: Message, uri: str, why: str) -> None:
        self._port.send(self._realm.refusal(message, uri, why))

    def _move(self, step: Input) -> None:
        self.state = following(TRANSITIONS, self.state, step)

    def _leave(self) -> None:
        self._move(Input.LEAVE)
        if self._id in self._realm.sessions:
            self._realm.sessions.remove(self._id)
            self._realm.left(self._id)
        if self._following is not None:
            self._following.drop()
        if self._calls is not None:
            self._calls.drop()

    #: (state, message) -> what is done; a pair that is absent is a protocol violation. In
    #: state CLOSED every message is ignored: the client cannot know yet.
    ACTS: ClassVar[Mapping[tuple[State, Code], Callable[[Session, Message], None]]] = {
        (State.NEW, Code.HELLO): _hello,
        (State.NEW, Code.ABORT): _aborted,
        (State.CHALLENGED, Code.AUTHENTICATE): _authenticate,
        (State.CHALLENGED, Code.ABORT): _aborted,
        (State.JOINED, Code.SUBSCRIBE): _subscribe,
        (State.JOINED, Code.UNSUBSCRIBE): _unsubscribe,
        (State.JOINED, Code.CALL): _call,
        (State.JOINED, Code.CANCEL): _cancel,
        (State.JOINED, Code.PUBLISH): _publish,
        (State.JOINED, Code.REGISTER): _register,
        (State.JOINED, Code.UNREGISTER): _unregister,
        (State.JOINED, Code.GOODBYE): _goodbye,
        (State.JOINED, Code.ABORT): _aborted,
    }
