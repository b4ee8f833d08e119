"""
What things cost: figures that were measured on one machine, read from a file.

Rule: a figure has its unit in its name and is never guessed: a file that lacks one, or has
another, is refused by name. Pure, but for the reading of the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from scoreboard.tools.usage import UsageError

#: The figures that come with the package; `scripts/measure-capacity` has made them.
PACKAGED = Path(__file__).with_name("plan_figures.json")


@attrs.frozen(kw_only=True)
class Figures:
    """
    Processor time in microseconds, memory in KiB or MiB, latencies in milliseconds.

    Attributes:
        node_idle_us_s: of a node that nobody uses, in a second.
        session_idle_us_s: of a session to which nothing is said, in a second: its pings.
        join_us: of a connection, its handshake and HELLO.
        subscribe_us: of a SUBSCRIBE.
        resume_us, resume_game_us: of a session that was cut and is back, with one game; and
            of each further game that it follows.
        ingest_us: of a message at its home, from the request to the publications.
        flush_us: of one event for one cohort: chosen, encoded, framed.
        send_us: of one write to a follower of one game.
        several_us: of one write to a follower of several games.
        relay_us: of a message that another node wrote, on one that follows its game.
        look_us: of a look at a game that is followed, which finds nothing.
        redis_base_us_s, redis_idle_us_s: of Redis in a second: by itself, and for each node.
        redis_append_us: of one message that comes alone: its transaction, synced.
        redis_relay_us: of telling one node of a message, and of its reading it.
        redis_look_us: of a look that finds nothing.
        redis_replica_us: of a message, at the primary, for one replica.
        redis_apply_us: of a message, at a replica.
        client_event_us, client_join_us, feed_us: of the load generator: for an event that it
            receives, a session that it opens, a message.
        client_resume_us, client_resume_game_us: of the same, as resume_us and resume_game_us.
        proxy_event_us, proxy_join_us: of HAProxy, for a write that passes, a session.
        proxy_kib: that HAProxy keeps for an idle session.
        node_mib: of a node without games and sessions.
        session_kib, subscription_kib: of a session and of each of its subscriptions.
        kernel_kib: that Linux keeps for an idle connection: the sum of its objects.
        message_kib: of a message in the rings of a node that knows its game.
        wire_bytes: wire format -> bytes of one event of a score, frame included.
        sync_bytes: of the answer to a session that comes back, for each game.
        accept_ms: of a message at its home until it is in Redis' file: p50, p99.
        home_ms, across_ms: from a message's due time to a follower's socket, on its home and
            on another node: p50, p99.
    """

    node_idle_us_s: float
    session_idle_us_s: float
    join_us: float
    subscribe_us: float
    resume_us: float
    resume_game_us: float
    ingest_us: float
    flush_us: float
    send_us: float
    several_us: float
    relay_us: float
    look_us: float
    redis_base_us_s: float
    redis_idle_us_s: float
    redis_append_us: float
    redis_relay_us: float
    redis_look_us: float
    redis_replica_us: float
    redis_apply_us: float
    client_event_us: float
    client_join_us: float
    client_resume_us: float
    client_resume_game_us: float
    feed_us: float
    proxy_event_us: float
    proxy_join_us: float
    proxy_kib: float
    node_mib: float
    session_kib: float
    subscription_kib: float
    kernel_kib: float
    message_kib: float
    wire_bytes: Mapping[str, float]
    sync_bytes: float
    accept_ms: tuple[float, float]
    home_ms: tuple[float, float]
    across_ms: tuple[float, float]


@attrs.frozen
class Measured:
    """
    Figures, and where they come from.

    Attributes:
        machine: its facts.
        command: that measured them.
    """

    figures: Figures
    machine: Mapping[str, str]
    command: str

    @property
    def caption(self) -> str:
        """The machine in a line."""
        known = {name: self.machine.get(name, "unknown") for name in ("cpu", "cores", "date")}
        return f"{known['cpu']}, {known['cores']} cores, {known['date']}"


_FIELDS = attrs.fields_dict(Figures)


def read_figures(path: Path) -> Measured:
    """
    The figures of a file.

    Raises:
        UsageError: there is no such file, or something in it is not as it must be.
    """
    try:
        raw = json.loads(path.read_text())
    except OSError as why:
        raise UsageError(f"{path}: {why.strerror}") from why
    except ValueError as why:
        raise UsageError(f"{path}: this is no JSON: {why}") from why
    try:
        return measured(raw)
    except UsageError as why:
        raise UsageError(f"{path}: {why}") from why


def measured(raw: Any) -> Measured:
    """The same of a document. Raises: UsageError."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("figures"), Mapping):
        raise UsageError('it has no object "figures"; scripts/measure-capacity makes such a file')
    given = raw["figures"]
    lacking, more = sorted(_FIELDS.keys() - given), sorted(given.keys() - _FIELDS.keys())
    if lacking or more:
        parts = [f"lacks {', '.join(lacking)}"] if lacking else []
        parts += [f"has {', '.join(more)}, which is not known"] if more else []
        raise UsageError(f"figures: it {' and '.join(parts)}; measure them with this version")
    figures = Figures(**{name: _value(name, value) for name, value in given.items()})
    if "json" not in figures.wire_bytes:
        raise UsageError("wire_bytes: it lacks json")
    machine = raw.get("machine", {})
    facts = {str(k): str(v) for k, v in machine.items()} if isinstance(machine, Mapping) else {}
    return Measured(figures, facts, str(raw.get("command", "unknown")))


def _value(name: str, value: Any) -> Any:
    if name == "wire_bytes":
        if not isinstance(value, Mapping) or not value:
            raise UsageError(f"{name}: it must be an object of wire formats")
        return {str(key): _number(f"{name}.{key}", one) for key, one in value.items()}
    if name.endswith("_ms"):
        if not isinstance(value, list) or len(value) != 2:
            raise UsageError(f"{name}: it must be a list of p50 and p99")
        return (_number(name, value[0]), _number(name, value[1]))
    return _number(name, value)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise UsageError(f"{name}: {value!r} is no number from 0 on")
    return float(value)


def document(figures: Figures, machine: Mapping[str, str], command: str) -> dict[str, Any]:
    """As it stands in the file."""
    plain = {name: _rounded(value) for name, value in attrs.asdict(figures, recurse=False).items()}
    return {"command": command, "machine": dict(machine), "figures": plain}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_rounded(one) for one in value]
    return float(f"{value:.4g}")
