"""
The crowd: who is in the house, and who may still come in.

Rule: what is remembered of addresses is bounded by the connections there are and by
`remembered`, whatever comes; who is at home (a proxy, this machine) counts for the house, and
not for his address. Pure: time is an argument.

Source: security page, L2, L3 and L20.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import islice

import attrs

from scoreboard.gateway.pace import Pace
from scoreboard.gateway.rejected import Reason, Rejected

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: How many come beyond a full house who are still told, in words, to come back later: their
#: descriptors are in the reserve. All others are only hung up on.
COURTESY = 64

#: Who shares a network of IPv6 of that size is one: a single customer has at least that many
#: addresses (RFC 6177).
_IPV6_BITS = 64

#: Addresses that are looked at, each time another one is noted, whether they can be forgotten.
_SWEPT = 2

#: The least that who finds the house full is told to stay away, seconds.
_LEAST_RETRY_S = 1.0


class Place(Enum):
    """What becomes of somebody who comes."""

    IN = auto()  #: he is let in
    LATER = auto()  #: the house is full: he is told so, and leaves
    OUT = auto()  #: the connection is closed, without a word


@attrs.frozen
class CrowdLimits:
    """
    How many may be in the house, and how fast they may come.

    Attributes:
        connections: in all.
        arrivals: of all; who is too fast waits.
        address_connections: of one address (IPv6: of a network of 64 bits); 0: no limit.
        address_arrivals: of one address.
        requests: over HTTP, of one address.
        trusted: addresses whose connections are not those of one client.
        remembered: addresses of which it is known how fast they came.
    """

    connections: int = 15_000
    arrivals: Pace = attrs.field(default=Pace.of(1_000, 1_000))
    address_connections: int = 200
    address_arrivals: Pace = attrs.field(default=Pace.of(5, 50))
    requests: Pace = attrs.field(default=Pace.of(20, 100))
    trusted: tuple[Network, ...] = (
        ipaddress.ip_network("127.0.0.0/8"),
        ipaddress.ip_network("::1"),
    )
    remembered: int = 65_536


@attrs.frozen
class Recent:
    """What an address has used up: the times until which its paces are used up."""

    arrivals: float = 0.0
    requests: float = 0.0


_NOTHING = Recent()


class Crowd:
    """
    Everybody who is connected.

    Args:
        rejected: where it is counted who was not let in, and why.

    Attributes:
        connections: that are open.
    """

    def __init__(self, limits: CrowdLimits, rejected: Rejected) -> None:
        self.connections = 0
        self._limits = limits
        self._rejected = rejected
        self._arrivals = 0.0
        self._turned_away = 0.0
        # By address: connections; and what was used up lately, the latest at the end.
        self._open: dict[int, int] = {}
        self._recent: dict[int, Recent] = {}

    def __len__(self) -> int:
        """How many addresses are known."""
        return len(self._open.keys() | self._recent.keys())

    def arrives(self, host: str, now: float) -> Place:
        """
        Somebody comes; unless he is `OUT`, he counts until `leaves` is called.

        Args:
            host: his address; "" if he has none.
            now: seconds; never decreasing.
        """
        limits = self._limits
        self._arrivals = max(self._arrivals, now) + limits.arrivals.step_s
        key = key_of(host, limits.trusted)
        if key is not None:
            why = self._why_not(key, now)
            if why is not None:
                self._rejected[why] += 1
                return Place.OUT
        place = Place.IN
        if self.connections >= limits.connections:
            self._rejected[Reason.CONNECTIONS] += 1
            self._turned_away = max(self._turned_away, now) + limits.arrivals.step_s
            if self.connections >= limits.connections + COURTESY:
                return Place.OUT
            place = Place.LATER
        self.connections += 1
        if key is not None:
            self._open[key] = self._open.get(key, 0) + 1
        return place

    def leaves(self, host: str) -> None:
        """Somebody who was not `OUT` is gone."""
        self.connections -= 1
        key = key_of(host, self._limits.trusted)
        if key is None:
            return
        left = self._open.get(key, 0) - 1
        if left > 0:
            self._open[key] = left
        else:
            self._open.pop(key, None)

    def may_ask(self, host: str, now: float, *, counts: bool = True) -> bool:
        """
        Whether somebody may make a request over HTTP.

        Args:
            counts: whether it counts as one; False: only who asked too often before may not.
        """
        key = key_of(host, self._limits.trusted)
        if key is None:
            return True
        recent = self._recent.get(key, _NOTHING)
        used = self._limits.requests.more(recent.requests, now)
        if used is None:
            self._rejected[Reason.REQUEST_RATE] += 1
            return False
        if counts:
            self._note(key, attrs.evolve(recent, requests=used), now)
        return True

    def reject(self, why: Reason) -> None:
        """Count somebody whom others have rejected."""
        self._rejected[why] += 1

    def wait_s(self, now: float) -> float:
        """Seconds until the next may come: they come faster than they are to."""
        return self._limits.arrivals.late_s(self._arrivals, now)

    def retry_ms(self, chance: float, now: float) -> int:
        """
        How long somebody who finds the house full should stay away, milliseconds.

        The more were turned away lately, the longer: they are to come back at the pace at
        which they may come.

        Args:
            chance: 0 to 1, so that they do not all come back together.
        """
        return int(max(_LEAST_RETRY_S, self._turned_away - now) * (1 + chance) * 1_000)

    def _why_not(self, key: int, now: float) -> Reason | None:
        limits = self._limits
        recent = self._recent.get(key, _NOTHING)
        used = limits.address_arrivals.more(recent.arrivals, now)
        if used is None:
            return Reason.ADDRESS_ARRIVALS
        self._note(key, attrs.evolve(recent, arrivals=used), now)
        if 0 < limits.address_connections <= self._open.get(key, 0):
            return Reason.ADDRESS_CONNECTIONS
        return None

    def _note(self, key: int, recent: Recent, now: float) -> None:
        """Remember what an address has used up, and forget what does not matter any more."""
        self._recent.pop(key, None)
        self._recent[key] = recent
        for old in list(self._forgettable(now)):
            del self._recent[old]

    def _forgettable(self, now: float) -> Iterator[int]:
        """Of the addresses that were noted longest ago, those that have used up nothing."""
        beyond = len(self._recent) - self._limits.remembered
        for place, (key, recent) in enumerate(islice(self._recent.items(), max(beyond, _SWEPT))):
            if place < beyond or max(recent.arrivals, recent.requests) <= now:
                yield key


def key_of(host: str, trusted: Sequence[Network]) -> int | None:
    """
    What stands for the client behind an address.

    Returns:
        The address; of IPv6, its first 64 bits, as a number below 0. None for an address that
        is trusted, and for what is no address (a socket of this machine).
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            is_trusted = any(address in network for network in trusted)
            return None if is_trusted else -1 - (int(address) >> _IPV6_BITS)
        address = address.ipv4_mapped
    return None if any(address in network for network in trusted) else int(address)
