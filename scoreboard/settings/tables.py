"""
All settings, table by table, with the names that they have in the file.

Rule: a default is right for one machine. `conf/scoreboard.toml` explains each setting. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.source import SourceSpec
from scoreboard.settings.connections import HttpSettings, LimitSettings, Listen, WebSocketSettings
from scoreboard.settings.operation import DrainSettings, LogsSettings, ManholeSettings, OpsSettings
from scoreboard.settings.principals import FeedSettings, OperatorSettings, ScorerSettings
from scoreboard.settings.record import LogSettings, RingSettings, ShardSettings


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
class FanoutSettings:
    """
    How followers are written to.

    Attributes:
        spread_s: seconds over which a score that thousands follow is written to them, so that
            whoever is behind this node (a balancer) has room for other games; 0: at once.
    """

    spread_s: float = 0.0


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
class Settings:
    """All of them."""

    listen: Listen = attrs.field(factory=Listen)
    limits: LimitSettings = attrs.field(factory=LimitSettings)
    log: LogSettings = attrs.field(factory=LogSettings)
    shard: ShardSettings = attrs.field(factory=ShardSettings)
    websocket: WebSocketSettings = attrs.field(factory=WebSocketSettings)
    http: HttpSettings = attrs.field(factory=HttpSettings)
    ring: RingSettings = attrs.field(factory=RingSettings)
    fanout: FanoutSettings = attrs.field(factory=FanoutSettings)
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
