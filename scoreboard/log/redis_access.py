"""
Where Redis is, as whom it is spoken to, and one way to say what is wrong with it. Shell only by
its package: it touches nothing.

Rule: an address is a host and a port, and a fault names it.
"""

from __future__ import annotations

import attrs

from scoreboard.model.errors import LocalError

#: Redis' own port.
_PORT = 6379


@attrs.frozen
class Address:
    """A host, by name or number, and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """
        `host`, `host:port`, or with brackets `[v6]:port`.

        Raises:
            LocalError: it is none of them.
        """
        if text.startswith("["):
            host, closed, rest = text[1:].partition("]")
            good = bool(closed) and (not rest or rest.startswith(":"))
            port = rest[1:] if rest else str(_PORT)
        else:
            host, colon, port = text.partition(":")
            good, port = True, port if colon else str(_PORT)
        if not good or not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise LocalError(f"{text!r} is no address: it must be host:port")
        return cls(host, int(port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@attrs.frozen
class Login:
    """As whom; both empty: as Redis' default user without a password."""

    username: str = ""
    password: str = attrs.field(default="", repr=False)

    @property
    def command(self) -> tuple[str, ...]:
        """What logs in; empty if nothing does."""
        if not self.password:
            return ()
        return ("AUTH", *([self.username] if self.username else []), self.password)


@attrs.frozen
class Tls:
    """
    TLS to Redis and to Sentinel; paths of PEM files.

    Attributes:
        authorities: of those who sign servers; "": the system's.
        certificate, key: of ours, if Redis asks for one; "": none.
    """

    authorities: str = ""
    certificate: str = ""
    key: str = ""


@attrs.frozen
class Access:
    """
    Everything that is said of Redis but what is written there.

    Attributes:
        addresses: of Redis, or of the Sentinels.
        sentinel: the name under which Sentinel knows the primary; "": `addresses` are Redis.
        prefix: of every key.
        replicas: that must have an entry before it counts as written.
        connect_s: seconds for one connection with its greeting.
        reply_s: seconds for a batch of commands; then the connection is given up.
        wait_s: seconds for the replicas, within `reply_s`.
        max_retry_s: seconds between two attempts to connect, at most.
        is_edge: whether it is only read from; then the first of `addresses` is preferred, and
            it may be a replica.
    """

    addresses: tuple[Address, ...]
    sentinel: str = ""
    login: Login = Login()
    sentinel_login: Login = Login()
    tls: Tls | None = None
    prefix: str = "scoreboard:"
    replicas: int = 0
    connect_s: float = 2.0
    reply_s: float = 2.0
    wait_s: float = 1.0
    max_retry_s: float = 0.5
    max_waiting: int = 20_000
    is_edge: bool = False
