"""A port that keeps what a session says, and a realm to say it in."""

from __future__ import annotations

from typing import Any

from scoreboard.codec.shape import envelope
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.meta import meta_procedures
from scoreboard.gateway.realm import Principal, Realm, SessionLimits
from scoreboard.gateway.serializers import JSON
from scoreboard.gateway.session import Session
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits

WIRES = Wires(envelope)
SESSION_ID = 4711


def unframed(data: bytes) -> list[bytes]:
    """The payloads of unmasked, unfragmented WebSocket frames."""
    payloads = []
    while data:
        length, at = data[1] & 0x7F, 2
        if length >= 126:
            at = 4 if length == 126 else 10
            length = int.from_bytes(data[2:at])
        payloads.append(data[at : at + length])
        data = data[at + length :]
    return payloads


class FakePort:
    """
    A connection that takes everything.

    Attributes:
        said: what the session and the hub have written, decoded, in order.
        calls: what was invoked: (request, procedure, caller, args, kwargs).
    """

    def __init__(self) -> None:
        self.wire = WIRES.wire("wamp.2.json", b"")
        self.writable = True
        self.said: list[Any] = []
        self.calls: list[tuple] = []
        self.closed: tuple[int, str] | None = None

    def send(self, message: list[Any]) -> None:
        self.deliver(self.wire.message(message))

    def deliver(self, data: bytes) -> None:
        assert self.closed is None, "written to after it was closed"
        self.said += [JSON.loads(payload) for payload in unframed(data)]

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def invoke(self, *call: Any) -> None:
        self.calls.append(call)

    def heard(self) -> list[Any]:
        """What was said since this was last asked."""
        said, self.said = self.said, []
        return said


PEOPLE = {
    ("console", "right"): Principal("console", "feed"),
    ("boss", "right"): Principal("boss", "ops"),
}


def make_realm(limits: SessionLimits | None = None, faults: list | None = None) -> Realm:
    reported = [] if faults is None else faults
    return Realm(
        hub=Hub(RingLimits(), reported.append),
        procedures={"scoreboard.v1.sync": lambda caller, args, kwargs: kwargs},
        authenticate=lambda authid, ticket: PEOPLE.get((authid, ticket)),
        limits=limits or SessionLimits(),
    )


class Talk:
    """A session and its port; `joined` ones have had their WELCOME."""

    def __init__(self, realm: Realm, session_id: int = SESSION_ID) -> None:
        self.realm = realm
        self.port = FakePort()
        procedures = {**realm.procedures, **meta_procedures(realm.hub, realm.sessions)}
        self.session = Session(realm, procedures, self.port, session_id)

    def say(self, *message: Any) -> list[Any]:
        """What the session says to that."""
        self.session.receive(list(message))
        return self.port.heard()

    @classmethod
    def joined(cls, realm: Realm, who: str = "") -> Talk:
        talk = cls(realm)
        if who:
            talk.say(1, "scoreboard", {"authmethods": ["ticket"], "authid": who})
            talk.say(5, "right", {})
        else:
            talk.say(1, "scoreboard", {})
        return talk
