"""
Settings: what an operator can choose, with defaults that are right for one machine.

Rule: read once at start; an unknown or wrong setting is an error that names it, never
ignored. `conf/scoreboard.toml` explains each one. Pure: the text is read by the caller.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import attrs
import cattrs

from scoreboard.model.errors import LocalError
from scoreboard.model.ids import BadId, SourceId, parse_source_id
from scoreboard.model.source import BadSource, SourceSpec, check

_MIB = 1024 * 1024

#: A name or a number, in brackets if it is IPv6's, and a port.
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]\s]+)(:\d{1,5})?")
#: The name of a node.
_NODE = re.compile(r"[a-z0-9-]{1,32}")


@attrs.frozen
class Listen:
    """The one public port, for WebSocket and HTTP."""

    interface: str = "127.0.0.1"
    port: int = 8080
    backlog: int = 4096


@attrs.frozen
class RedisSettings:
    """
    Redis as the log (docs/redis.md).

    Attributes:
        addresses: host:port of Redis; with `sentinel`, of the Sentinels.
        sentinel: name under which Sentinel knows the primary; "": `addresses` are Redis.
        username, password: of Redis; `sentinel_...`: of the Sentinels.
        tls: whether to speak TLS, to the Sentinels too.
        authorities, certificate, key: paths of PEM files; "": the system's, none.
        prefix: of every key.
        replicas: that must have an entry before it counts as written.
        wait_s: seconds that they may take.
        reply_s: seconds that Redis may take, with its replicas.
        connect_s: seconds that a connection may take.
        max_retry_s: seconds between two attempts to connect, at most.
    """

    addresses: tuple[str, ...] = ("127.0.0.1:6379",)
    sentinel: str = ""
    username: str = ""
    password: str = ""
    sentinel_username: str = ""
    sentinel_password: str = ""
    tls: bool = False
    authorities: str = ""
    certificate: str = ""
    key: str = ""
    prefix: str = "scoreboard:"
    replicas: int = 0
    wait_s: float = 1.0
    reply_s: float = 2.0
    connect_s: float = 2.0
    max_retry_s: float = 0.5


@attrs.frozen
class LimitSettings:
    """
    How many may come, how fast, and how fast they may ask; `docs/limits.md` has all limits.

    Attributes:
        max_connections: in all; what the process may open is kept to as well.
        arrivals_per_s, arrivals_burst: of new connections; who is too fast waits.
        address_connections: of one address (IPv6: of its first 64 bits); 0: no limit.
        address_arrivals_per_s, address_arrivals_burst: new ones of one address.
        requests_per_s, requests_burst: over HTTP, without a token, of one address.
        trusted: networks whose addresses are not those of one client: balancers, this machine.
        max_unusual: different subscriptions to something else than a kind, or all, of a game,
            team or league that there is.
    """

    max_connections: int = 15_000
    arrivals_per_s: float = 1_000.0
    arrivals_burst: int = 1_000
    address_connections: int = 200
    address_arrivals_per_s: float = 5.0
    address_arrivals_burst: int = 50
    requests_per_s: float = 20.0
    requests_burst: int = 100
    trusted: tuple[str, ...] = ("127.0.0.0/8", "::1")
    max_unusual: int = 5_000


@attrs.frozen
class LogSettings:
    """
    Where games are recorded. `provider` is "sqlite", "redis" or "memory".

    Attributes:
        shared_memory: whether `path` is on a file system that can map memory between
            processes; without it reads wait behind commits.
    """

    provider: str = "sqlite"
    path: str = "var/scoreboard.sqlite"
    max_waiting: int = 20_000
    shared_memory: bool = True
    redis: RedisSettings = attrs.field(factory=RedisSettings)


@attrs.frozen
class WebSocketSettings:
    """
    WebSocket and WAMP.

    Attributes:
        ping_interval_s, ping_timeout_s: server-side heartbeat, seconds.
        stall_s: seconds after which a peer that is there, but takes nothing, is dropped.
        handshake_timeout_s: seconds from the connection to the upgrade, or to the end of the
            head of a request over HTTP.
        hello_timeout_s: seconds from the upgrade until the session has joined.
        message_timeout_s: seconds that a message may take to come in whole.
        max_handshake_bytes, max_handshake_fields, max_uri_bytes: of the head of a request, of
            HTTP as well.
        allowed_origins: of pages that may connect; `*` in one stands for any text.
        max_viewer_bytes: of an inbound message.
        max_message_bytes: the same of those who have shown a ticket.
        max_fragments: frames of an inbound message.
        max_pinned_bytes: of all messages that have not come in whole, over all connections.
        messages_per_s, messages_burst: inbound, of one session.
        ticket_messages_per_s, ticket_messages_burst: the same of those with a ticket.
        controls_per_s, controls_burst: pings and pongs, inbound.
        max_subscriptions: of one session.
        max_retained: publications that one `get_retained` may bring.
        write_buffer_bytes: that wait for one peer before it is not written to for a while.
        kernel_buffer_bytes: that the kernel keeps for one peer (SO_SNDBUF); 0: its default.
        kernel_unsent_bytes: of them not sent yet (TCP_NOTSENT_LOWAT); 0: its default.
        deflate: whether permessage-deflate is agreed to with peers that offer it.
    """

    ping_interval_s: float = 20.0
    ping_timeout_s: float = 10.0
    stall_s: float = 60.0
    handshake_timeout_s: float = 5.0
    hello_timeout_s: float = 10.0
    message_timeout_s: float = 5.0
    max_handshake_bytes: int = 8 * 1024
    max_handshake_fields: int = 40
    max_uri_bytes: int = 1_024
    allowed_origins: tuple[str, ...] = ("*",)
    max_viewer_bytes: int = 16 * 1024
    max_message_bytes: int = 64 * 1024
    max_fragments: int = 16
    max_pinned_bytes: int = 16 * _MIB
    messages_per_s: float = 10.0
    messages_burst: int = 200
    ticket_messages_per_s: float = 2_000.0
    ticket_messages_burst: int = 10_000
    controls_per_s: float = 2.0
    controls_burst: int = 10
    max_subscriptions: int = 128
    max_retained: int = 500
    write_buffer_bytes: int = 32 * 1024
    kernel_buffer_bytes: int = 64 * 1024
    kernel_unsent_bytes: int = 16 * 1024
    deflate: bool = True


@attrs.frozen
class HttpSettings:
    """
    HTTP: sizes in bytes.

    Attributes:
        body_timeout_s: seconds for the body of a request.
        idle_s: seconds until the next request, or to take something of an answer.
        max_streams: event streams (`/v1/events`) at a time; their buffers, subscriptions and
            patience are those of WebSocket.
        stream_beat_s: seconds between the signs of life on an event stream.
        idempotency_s: how long an answer is kept for its `Idempotency-Key`, seconds.
        max_idempotency_keys: that are kept at a time; beyond: the oldest goes.
    """

    max_body_bytes: int = 512 * 1024
    max_batch: int = 2_000
    body_timeout_s: float = 30.0
    idle_s: float = 10.0
    max_streams: int = 3_000
    stream_beat_s: float = 15.0
    idempotency_s: float = 600.0
    max_idempotency_keys: int = 10_000


@attrs.frozen
class RingSettings:
    """Recent publications that a stream keeps: at most so many, and so many bytes of them."""

    max_publications: int = 4_096
    max_bytes: int = 8 * _MIB


@attrs.frozen
class FeedSettings:
    """
    A source that may send.

    Attributes:
        token: its bearer token and WAMP ticket; better is `token_sha256`, its hash in hex.
        leagues: leagues that it may write; empty: all.
        role: "scoring" (tells plays) or "console" (the arena's console: clock and score).
        rank: 0 is the primary of a game, 1 its first backup ...; -1: as they come.
        dense: whether it counts every message of a game, so that a hole in its numbers is a
            message that is missing (rules Q1-Q3).
        messages_per_s: that it may send in the long run (rule X1); 0: as many as it likes.
        burst: messages that it may send at once, after a silence.
        bytes_per_min: that it may send, and as many at once; 0: as many as it likes.
    """

    token: str = ""
    token_sha256: str = ""
    leagues: tuple[str, ...] = ()
    role: str = "scoring"
    rank: int = -1
    dense: bool = False
    messages_per_s: float = 50.0
    burst: int = 2_000
    bytes_per_min: int = 5_000_000


@attrs.frozen
class ArbitrationSettings:
    """
    When another source of a game is believed; seconds of the game's own time.

    Attributes:
        speed: how much faster than in reality games are played here (a replay at 60 times
            needs 60): all that is measured in seconds is divided by it.
        beat_s: between a source's signs of life; silence of three is a loss.
        dwell_s: from a switch until the way back, at least.
        probation_s: that a better source must be there again before the way back.
        max_auto: switches within ten minutes that are made without a person.
        failback: "auto", "ask" or "never"; "": ask while an official is connected.
    """

    speed: float = 1.0
    beat_s: float = 5.0
    dwell_s: float = 120.0
    probation_s: float = 60.0
    max_auto: int = 2
    failback: str = ""


@attrs.frozen
class ScorerSettings:
    """
    A person at the scorer's table.

    Attributes:
        token: bearer token and WAMP ticket; better is `token_sha256`, its hash in hex.
        role: "scorer" (records and mends plays) or "official" (everything).
        leagues: leagues whose games he may score; empty: all.
    """

    token: str = ""
    token_sha256: str = ""
    role: str = "scorer"
    leagues: tuple[str, ...] = ()


@attrs.frozen
class OperatorSettings:
    """
    Somebody who runs the server.

    Attributes:
        token: the WAMP ticket; better is `token_sha256`, its hash in hex.
    """

    token: str = ""
    token_sha256: str = ""


@attrs.frozen
class ManholeSettings:
    """
    The operators' shell over SSH.

    Attributes:
        port: 0: there is none.
        interface: an address of loopback; others are refused.
        authorized_keys: file with the public keys of operators, in OpenSSH's form.
        host_key: file with the server's own key; made at the first start.
        login_timeout_s: seconds from the connection to the login.
        attempts: logins that may fail over one connection.
        max_sessions: operators at a time.
        idle_s: seconds after which one who does nothing is sent away.
        audit: file to which everything typed is added.
        unsafe: whether operators may run raw Python in the server.
    """

    port: int = 0
    interface: str = "127.0.0.1"
    authorized_keys: str = ""
    host_key: str = "var/ssh_host_ed25519"
    login_timeout_s: float = 30.0
    attempts: int = 3
    max_sessions: int = 2
    idle_s: float = 600.0
    audit: str = "var/audit.log"
    unsafe: bool = False


@attrs.frozen
class DemoSettings:
    """
    The games of `--demo`: how many of each sport, how fast, from which seed.

    Attributes:
        seed: same seed, same games; 0: other games at every start.
    """

    seed: int = 0
    speed: float = 1.0
    football: int = 16
    soccer: int = 10
    basketball: int = 13
    hockey: int = 0


@attrs.frozen
class OpsSettings:
    """
    The listener of those who watch the server: `/metrics`, `/healthz`, `/readyz`.

    Attributes:
        port: 0: any free one, which is then logged; -1: none.
    """

    interface: str = "127.0.0.1"
    port: int = -1


@attrs.frozen
class DrainSettings:
    """
    What happens after SIGTERM.

    Attributes:
        accept_s: seconds for which clients are still taken while `/readyz` says no.
        spread_s: seconds over which followers are sent away, at most.
        deadline_s: seconds after which the process exits, whatever is left to do.
        elsewhere: address that who leaves is told to come back to at once; "": here, later.
    """

    accept_s: float = 2.0
    spread_s: float = 20.0
    deadline_s: float = 40.0
    elsewhere: str = ""


@attrs.frozen
class LogsSettings:
    """
    How the server's own log is written.

    Attributes:
        format: "text" or "json".
        lines_per_s: of one kind that are written; the others are counted. 0: all.
    """

    format: str = "text"
    lines_per_s: float = 100.0


@attrs.frozen
class ShardSettings:
    """
    One of several nodes that have one log in Redis (docs/nodes.md).

    Attributes:
        node: its name, which no other node has; "": it is alone.
    """

    node: str = ""


@attrs.frozen
class Settings:
    """All of them."""

    listen: Listen = attrs.field(factory=Listen)
    limits: LimitSettings = attrs.field(factory=LimitSettings)
    log: LogSettings = attrs.field(factory=LogSettings)
    shard: ShardSettings = attrs.field(factory=ShardSettings)
    websocket: WebSocketSettings = attrs.field(factory=WebSocketSettings)
    http: HttpSettings = attrs.field(factory=HttpSettings)
    ring: RingSettings = attrs.field(factory=RingSettings)
    arbitration: ArbitrationSettings = attrs.field(factory=ArbitrationSettings)
    ops: OpsSettings = attrs.field(factory=OpsSettings)
    drain: DrainSettings = attrs.field(factory=DrainSettings)
    logs: LogsSettings = attrs.field(factory=LogsSettings)
    manhole: ManholeSettings = attrs.field(factory=ManholeSettings)
    demo: DemoSettings = attrs.field(factory=DemoSettings)
    feeds: Mapping[str, FeedSettings] = attrs.field(factory=dict)
    scorers: Mapping[str, ScorerSettings] = attrs.field(factory=dict)
    operators: Mapping[str, OperatorSettings] = attrs.field(factory=dict)
    sources: Mapping[str, SourceSpec] = attrs.field(factory=dict)


class BadSettings(LocalError):
    """A setting that is unknown, of the wrong type, or impossible; the text names it."""


def parse(text: str, origin: str) -> Settings:
    """
    Settings out of TOML.

    Args:
        origin: name of the file, for errors.

    Raises:
        BadSettings: naming `origin`, the table and the setting.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise BadSettings(f"{origin}: {why}") from why
    try:
        settings = _CONVERTER.structure(data, Settings)
    except cattrs.BaseValidationError as why:
        problems = "; ".join(cattrs.transform_error(why, path=""))
        raise BadSettings(f"{origin}: {problems.replace(' @ .', ' in ')}") from why
    _check(settings, origin)
    return settings


def _check(settings: Settings, origin: str) -> None:
    if settings.log.provider not in ("sqlite", "redis", "memory"):
        raise BadSettings(f"{origin}: log.provider must be sqlite, redis or memory")
    _check_redis(settings.log.redis, origin)
    _check_shard(settings, origin)
    if not 0 <= settings.listen.port < 65536:
        raise BadSettings(f"{origin}: listen.port must be 0-65535")
    _check_limits(settings, origin)
    _check_ops(settings, origin)
    _check_arbitration(settings, origin)
    _check_names(settings, origin)
    _check_people(settings, origin)
    for name, spec in settings.sources.items():
        try:
            check(name, spec)
        except BadSource as why:
            raise BadSettings(f"{origin}: {why}") from why


def _check_shard(settings: Settings, origin: str) -> None:
    node = settings.shard.node
    if node and not _NODE.fullmatch(node):
        raise BadSettings(f"{origin}: shard.node {node!r} is not 1 to 32 of a-z0-9-")
    if node and settings.log.provider != "redis":
        raise BadSettings(f"{origin}: shard.node needs log.provider redis, the log of all nodes")


def _check_redis(redis: RedisSettings, origin: str) -> None:
    if not redis.addresses:
        raise BadSettings(f"{origin}: log.redis.addresses must have at least one host:port")
    for address in redis.addresses:
        if not _ADDRESS.fullmatch(address):
            raise BadSettings(f"{origin}: log.redis.addresses: {address!r} is not host:port")
    if redis.replicas < 0:
        raise BadSettings(f"{origin}: log.redis.replicas must not be below 0")
    for name in ("wait_s", "reply_s", "connect_s", "max_retry_s"):
        if getattr(redis, name) <= 0:
            raise BadSettings(f"{origin}: log.redis.{name} must be above 0")
    if redis.wait_s >= redis.reply_s:
        raise BadSettings(f"{origin}: log.redis.wait_s must be below log.redis.reply_s")
    if not redis.prefix:
        raise BadSettings(f"{origin}: log.redis.prefix must not be empty")
    for name in ("username", "sentinel_username"):
        if getattr(redis, name) and not getattr(redis, name.replace("username", "password")):
            raise BadSettings(f"{origin}: log.redis.{name} needs a password")
    if redis.key and not redis.certificate:
        raise BadSettings(f"{origin}: log.redis.key needs log.redis.certificate")
    files = redis.authorities or redis.certificate
    if files and not redis.tls:
        raise BadSettings(f"{origin}: log.redis.tls is false, but {files!r} is given for it")


def _check_limits(settings: Settings, origin: str) -> None:
    for table in ("limits", "websocket", "http", "logs"):
        for name, value in attrs.asdict(getattr(settings, table)).items():
            if isinstance(value, int | float) and value < 0:
                raise BadSettings(f"{origin}: {table}.{name} must not be below 0")
    for network in settings.limits.trusted:
        try:
            ipaddress.ip_network(network)
        except ValueError as why:
            raise BadSettings(f"{origin}: limits.trusted: {why}") from why
    if settings.websocket.max_viewer_bytes > settings.websocket.max_message_bytes:
        raise BadSettings(
            f"{origin}: websocket.max_viewer_bytes must not be above max_message_bytes"
        )


def _check_arbitration(settings: Settings, origin: str) -> None:
    chosen = settings.arbitration
    if chosen.failback not in ("", "auto", "ask", "never"):
        raise BadSettings(f"{origin}: arbitration.failback must be auto, ask, never or empty")
    if chosen.speed <= 0:
        raise BadSettings(f"{origin}: arbitration.speed must be above 0")
    _check_manhole(settings.manhole, origin)
    for name, feed in settings.feeds.items():
        if feed.role not in ("scoring", "console"):
            raise BadSettings(f"{origin}: feeds.{name}.role must be scoring or console")
        _check_pace(feed, f"{origin}: feeds.{name}")


def _check_pace(feed: FeedSettings, where: str) -> None:
    if not 0 <= feed.messages_per_s < math.inf:
        raise BadSettings(f"{where}.messages_per_s must be 0 (no limit) or above, and finite")
    if feed.bytes_per_min < 0:
        raise BadSettings(f"{where}.bytes_per_min must be 0 (no limit) or above")
    if feed.burst < 1:
        raise BadSettings(f"{where}.burst must be at least 1")


def _check_names(settings: Settings, origin: str) -> None:
    """A name stands for one of them all: it is the source of what is logged."""
    names: dict[str, str] = {}
    for table in ("feeds", "scorers", "operators", "sources"):
        for name in getattr(settings, table):
            _check_name(name, f"{origin}: {table}")
            if name in names:
                both = f"{names[name]}.{name} and {table}.{name}"
                raise BadSettings(f"{origin}: {both} are one name; take another")
            names[name] = table


def _check_people(settings: Settings, origin: str) -> None:
    for table in ("feeds", "scorers", "operators"):
        for name, entry in getattr(settings, table).items():
            if not entry.token and not entry.token_sha256:
                raise BadSettings(f"{origin}: {table}.{name} needs token or token_sha256")
    for name, scorer in settings.scorers.items():
        if scorer.role not in ("scorer", "official"):
            raise BadSettings(f"{origin}: scorers.{name}.role must be scorer or official")


def _check_ops(settings: Settings, origin: str) -> None:
    if not -1 <= settings.ops.port < 65536:
        raise BadSettings(f"{origin}: ops.port must be -1-65535")
    if settings.logs.format not in ("text", "json"):
        raise BadSettings(f"{origin}: logs.format must be text or json")
    drain = settings.drain
    if min(drain.accept_s, drain.spread_s) < 0:
        raise BadSettings(f"{origin}: drain.accept_s and drain.spread_s must not be below 0")
    if drain.deadline_s <= drain.accept_s + drain.spread_s:
        raise BadSettings(
            f"{origin}: drain.deadline_s must be above accept_s and spread_s together"
        )


def _check_manhole(manhole: ManholeSettings, origin: str) -> None:
    if not 0 <= manhole.port < 65536:
        raise BadSettings(f"{origin}: manhole.port must be 0-65535")
    if manhole.port and not manhole.authorized_keys:
        raise BadSettings(f"{origin}: manhole.port needs manhole.authorized_keys")
    if not _is_loopback(manhole.interface):
        raise BadSettings(
            f"{origin}: manhole.interface must be an address of loopback (127.0.0.1, ::1), "
            f"not {manhole.interface!r}"
        )
    for name in ("login_timeout_s", "attempts", "max_sessions", "idle_s"):
        if getattr(manhole, name) <= 0:
            raise BadSettings(f"{origin}: manhole.{name} must be above 0")


def _is_loopback(interface: str) -> bool:
    try:
        return ipaddress.ip_address(interface).is_loopback
    except ValueError:
        return False


def _check_name(name: str, where: str) -> None:
    try:
        parse_source_id(name)
    except BadId as why:
        raise BadSettings(f"{where}: {why}") from why


def read_source(name: str, data: Mapping[str, Any]) -> SourceSpec:
    """
    A source out of plain data, as an operator's call or a file has it.

    Raises:
        BadId, BadSource: naming the source and the setting.
    """
    parse_source_id(name)
    try:
        spec = _CONVERTER.structure(data, SourceSpec)
    except cattrs.BaseValidationError as why:
        problems = "; ".join(cattrs.transform_error(why, path=""))
        raise BadSource(f"sources.{name}: {problems.replace(' @ .', ' in ')}") from why
    check(name, spec)
    return spec


def token_hash(entry: FeedSettings | ScorerSettings | OperatorSettings) -> str:
    """SHA-256 of the token, in hex."""
    return (entry.token_sha256 or hashlib.sha256(entry.token.encode()).hexdigest()).lower()


def _strict(kind: type) -> Any:
    """Refuses a value of another type, where cattrs would convert it ("8080" to 8080)."""

    def read(value: Any, _: type) -> Any:
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, bool) is not (kind is bool) or not isinstance(value, kind):
            raise TypeError(f"must be {kind.__name__}, not {value!r}")
        return value

    return read


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for kind in (int, float, str, bool):
        converter.register_structure_hook(kind, _strict(kind))
    return converter


_CONVERTER = _converter()


@attrs.frozen
class Feeds:
    """The sources that may send, by their tokens."""

    feeds: Mapping[str, FeedSettings]

    def admits(self, source: str, token: str) -> SourceId | None:
        """
        `source`, if that is its token; None otherwise.

        The comparison takes the same time for every token, and also for an unknown
        source, so that neither can be guessed by the clock.
        """
        feed = self.feeds.get(source, FeedSettings(token_sha256="0" * 64))
        wanted = token_hash(feed)
        given = hashlib.sha256(token.encode()).hexdigest()
        good = hmac.compare_digest(wanted, given)
        return SourceId(source) if good and source in self.feeds else None

    def whose(self, token: str) -> SourceId | None:
        """The source whose token it is; every one is compared, whichever it is."""
        owners = [source for source in self.feeds if self.admits(source, token) is not None]
        return SourceId(owners[0]) if owners else None

    def may_write(self, source: str, league: str) -> bool:
        """Whether `source` may send for games of `league` (rule E3)."""
        feed = self.feeds.get(source)
        return feed is not None and (not feed.leagues or league in feed.leagues)
