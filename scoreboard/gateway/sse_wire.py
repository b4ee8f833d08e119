"""
Server-sent events: publications as a text stream, and the ids by which one goes on.

Rule: who has the event with an id has everything up to it that it wants, and nothing behind
it; so who comes back with the id misses nothing and gets nothing twice. Pure.

Source: WHATWG HTML standard, 9.2 (server-sent events).

# Note [Ids]

One entry of a game gives several publications with the same `seq`, and a link may break
between them. So the id of an event of one game is `EPOCH:SEQ:KIND`: all before entry `SEQ`,
and of that entry all up to `KIND`, in the order in which they are published, which is the
same at every time and on every node. `EPOCH:SEQ` is the whole entry, as after a snapshot.
These hold beyond a restart, and on another node.

`seq` of several games have nothing to do with each other, and an id for each in every event
would be another text for every follower. So a stream of several names is written in the
order in which everything was published (`WireFormat.in_order`), and the id is the place in
it: `INCARNATION-NUMBER`. It means nothing to another process, which begins with snapshots.
A snapshot of several stands for a state between two events, but only all of them together
do; so the id stands in the last of them, and who lost the link before gets all again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from scoreboard.gateway.frames import Wire
from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Subscription

#: A sign of life, and of nothing else: a comment.
HEARTBEAT = b": hb\n\n"

_PLACE = re.compile(r"([0-9]{1,15}):([0-9]{1,15})(?::([a-z]{1,32}))?")
_NUMBER = re.compile(r"([0-9a-z]{1,32})-([0-9]{1,15})")


@attrs.frozen
class Place:
    """
    How far somebody has come in a game.

    Attributes:
        seq: everything before this entry is there.
        kind: of that entry everything up to this kind is there; "": all of it.
    """

    epoch: int
    seq: int
    kind: str = ""

    @property
    def id(self) -> bytes:
        """As it stands in an event."""
        whole = f"{self.epoch}:{self.seq}"
        return (f"{whole}:{self.kind}" if self.kind else whole).encode()

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that an id names; None if it is no such id."""
        found = _PLACE.fullmatch(text)
        return None if found is None else cls(int(found[1]), int(found[2]), found[3] or "")


def number_id(incarnation: str, number: int) -> bytes:
    """The id of the publication numbered `number` by the process `incarnation`."""
    return f"{incarnation}-{number}".encode()


def read_number(incarnation: str, text: str) -> int | None:
    """The number that an id names; None if it is no such id, or another process's."""
    found = _NUMBER.fullmatch(text)
    return int(found[2]) if found is not None and found[1] == incarnation else None


def block(kind: str, data: bytes, id: bytes = b"") -> tuple[bytes, bytes, bytes]:  # noqa: A002
    """
    An event, in parts, so that `data` is not copied.

    Args:
        data: one line.
        id: if empty, the one before stands.
    """
    named = b"id: %b\n" % id if id else b""
    return (b"event: %b\n%bdata: " % (kind.encode(), named), data, b"\n\n")


def retry(milliseconds: int) -> bytes:
    """How long to wait before coming back, from now on."""
    return b"retry: %d\n\n" % milliseconds


def goodbye(reason: str, retry_ms: int, where: str = "") -> bytes:
    """
    The last event of a stream that the server ends.

    Args:
        where: to come back; "" for the same place.
    """
    data = {"reason": reason, "retry_ms": retry_ms, **({"where": where} if where else {})}
    told = json.dumps(data, separators=(",", ":"))
    return b"event: goodbye\nretry: %d\ndata: %b\n\n" % (retry_ms, told.encode())


def slices(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    """What `parts` are together, in pieces of `size` bytes or somewhat more."""
    ready = b""
    for part in parts:
        for at in range(0, len(part), size):
            ready += part[at : at + size]
            if len(ready) >= size:
                yield ready
                ready = b""
    if ready:
        yield ready


class EventWire:
    """
    The hub's wire format of event streams.

    Args:
        plain: JSON, whose encoded publications are shared.
        incarnation: of the process, for streams of several names; "" for those of one game.
    """

    def __init__(self, plain: Wire, incarnation: str = "") -> None:
        self._plain = plain
        self._incarnation = incarnation

    @property
    def in_order(self) -> bool:
        """See Note [Ids]."""
        return bool(self._incarnation)

    def event(
        self, posted: Posted, subscriptions: Sequence[Subscription], merged: int = 0
    ) -> bytes:
        """One publication, once however many subscriptions it matches."""
        del subscriptions
        about = posted.publication
        _, data = self._plain.body(posted, merged)
        if self._incarnation:
            name = number_id(self._incarnation, posted.number)
        else:
            name = Place(about.epoch, about.seq, about.kind).id
        return b"".join(block(about.kind, data, name))

    def state(self, posted: Posted) -> bytes:
        """The envelope of a publication of the past, for who begins."""
        return self._plain.body(posted)[1]

    def pack(self, events: Sequence[bytes]) -> bytes:
        """One behind the other."""
        return b"".join(events)
