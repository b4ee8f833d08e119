"""
What operators see and do, made of the parts of a server.

Rule: read-only but for the calls that operators are given; nothing here is kept. Pure, but
for what it is handed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import attrs

from scoreboard.gateway.connected import Connections
from scoreboard.gateway.quarantine import Ruling
from scoreboard.gateway.snapshots import stream_name
from scoreboard.hub.hub import Hub
from scoreboard.model.answer import Answer
from scoreboard.model.feed import Aspect
from scoreboard.model.feed_status import FeedStatus
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.quarantine import Held
from scoreboard.ops.views import (
    Controls,
    FeedRow,
    GameRow,
    GameView,
    HeldRow,
    Levels,
    Quarantined,
    SessionRow,
    StreamRow,
    Switch,
)
from scoreboard.projection.state import GameState


def controls(
    watched: Watched,
    connections: Connections,
    switch: Switch,
    rule: Ruling,
    levels: Levels,
    drain: Callable[[], str],
) -> Controls:
    """What a server offers to operators."""
    return Controls(
        games=watched.games,
        game=watched.game,
        sessions=lambda: [
            SessionRow(
                one.session,
                one.protocol,
                one.who,
                one.peer,
                one.subscriptions,
                one.backlog,
                one.is_slow,
            )
            for one in connections.all()
        ],
        feeds=watched.feeds,
        switch=switch,
        quarantine=quarantined(watched.held_rows, rule),
        kick=connections.kick,
        kick_slow=connections.kick_slow,
        drain=drain,
        streams=watched.streams,
        levels=levels,
    )


def quarantined(held: Callable[[], Sequence[HeldRow]], rule: Ruling) -> Quarantined:
    """What is held of all games, and an operator's word about it."""

    def release(who: SourceId, game_id: GameId, name: str, reason: str) -> Awaitable[Answer]:
        return rule(who, game_id, name, reason, lets_in=True)

    def drop(who: SourceId, game_id: GameId, name: str, reason: str) -> Awaitable[Answer]:
        return rule(who, game_id, name, reason, lets_in=False)

    return Quarantined(held, release, drop)


@attrs.frozen
class Watched:
    """
    The games, as operators see them: what the log says, holds of officials included.

    Attributes:
        status: how the feeds of a known game are.
        held: what is in quarantine of a game, oldest first.
        now_ms: the time, for how long ago a source was heard.
    """

    states: Mapping[GameId, GameState]
    status: Callable[[GameId], FeedStatus]
    held: Callable[[GameId], Sequence[Held]]
    hub: Hub
    now_ms: Callable[[], int]

    def games(self) -> list[GameRow]:
        """All of them."""
        followers = {one.name: one.followers for one in self.hub.census()}
        return [_row(state, followers) for state in self.states.values()]

    def game(self, game_id: GameId) -> GameView | None:
        """One of them; None if there is none of that id."""
        state = self.states.get(game_id)
        if state is None:
            return None
        followers = {one.name: one.followers for one in self.hub.census()}
        row, feeds = _row(state, followers), tuple(self._feeds(game_id))
        return GameView(row, _facts(state), state.doubts, feeds)

    def feeds(self) -> list[FeedRow]:
        """The sources of all games."""
        return [row for game_id in self.states for row in self._feeds(game_id)]

    def streams(self) -> list[StreamRow]:
        """The rings, and who reads them."""
        return [
            StreamRow(one.name, one.kept, one.size, one.followers, one.lagging)
            for one in self.hub.census()
        ]

    def held_rows(self) -> list[HeldRow]:
        """What is in quarantine of all games."""
        now_ms = self.now_ms()
        return [
            HeldRow(
                one.quarantine_id,
                game_id,
                one.source,
                f"{one.rule} {one.code}",
                one.problem,
                max(now_ms - one.since_ms, 0) / 1_000,
            )
            for game_id in self.states
            for one in self.held(game_id)
        ]

    def _feeds(self, game_id: GameId) -> list[FeedRow]:
        return feed_rows(self.status(game_id), self.now_ms())


def _row(state: GameState, followers: Mapping[str, int]) -> GameRow:
    meta, score = state.meta, state.score
    return GameRow(
        game_id=meta.game_id,
        league=meta.league,
        away=meta.away.abbrev,
        home=meta.home.abbrev,
        away_points=score.away,
        home_points=score.home,
        status=state.line.status.value,
        seq=state.seq,
        followers=followers.get(stream_name(meta.game_id), 0),
    )


def _facts(state: GameState) -> tuple[tuple[str, str], ...]:
    clock = state.clock
    return (
        ("epoch", str(state.epoch)),
        ("period", state.ruleset.label(state.period_index)),
        ("clock", "-" if clock is None else f"{clock.value_ms / 1000:.1f}s"),
        ("plays", str(len(state.plays))),
        ("confidence", state.confidence.value),
        ("public", "held by officials" if state.held is not None else "as it is"),
        ("mode", state.mode.value),
        ("term", str(state.term)),
        *((f"believed for {aspect.value}", state.believed(aspect) or "-") for aspect in Aspect),
        ("locks", str(len(state.locks))),
    )


def feed_rows(status: FeedStatus, now_ms: int) -> list[FeedRow]:
    """The sources of a game, the best one first; then who is believed and is none of them."""
    believed: dict[SourceId, list[str]] = {}
    for aspect, source in status.believed:
        if source is not None:
            believed.setdefault(source, []).append(aspect.value)
    rows = [
        FeedRow(
            status.game_id,
            one.source,
            role=one.role.value,
            rank=one.rank,
            believed=tuple(believed.pop(one.source, ())),
            health=one.health,
            away_points=None if one.score is None else one.score.away,
            home_points=None if one.score is None else one.score.home,
            heard_s=None if one.heard_ms is None else max(now_ms - one.heard_ms, 0) / 1_000,
            lag_s=None if one.lag_ms is None else one.lag_ms / 1_000,
        )
        for one in status.sources
    ]
    others = believed.items()
    return rows + [FeedRow(status.game_id, who, believed=tuple(of)) for who, of in others]
