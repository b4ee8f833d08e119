"""
What operators see and do, made of the parts of a server.

Rule: read-only but for the calls that operators are given; nothing here is kept. Pure, but
for what it is handed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scoreboard.gateway.connected import Connections
from scoreboard.gateway.snapshots import stream_name
from scoreboard.hub.hub import Hub
from scoreboard.model.feed import Aspect
from scoreboard.model.ids import GameId, SourceId
from scoreboard.ops.views import Controls, FeedRow, GameRow, GameView, Levels, SessionRow, StreamRow
from scoreboard.projection.state import GameState


def controls(
    states: Mapping[GameId, GameState],
    hub: Hub,
    connections: Connections,
    levels: Levels,
    drain: Callable[[], str],
) -> Controls:
    """What a server offers to operators."""
    watched = _Watched(states, hub)
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
        kick=connections.kick,
        kick_slow=connections.kick_slow,
        drain=drain,
        streams=lambda: [
            StreamRow(one.name, one.kept, one.size, one.followers, one.lagging)
            for one in hub.census()
        ],
        levels=levels,
    )


class _Watched:
    """The games, as operators see them: what the log says, holds of officials included."""

    def __init__(self, states: Mapping[GameId, GameState], hub: Hub) -> None:
        self._states = states
        self._hub = hub

    def games(self) -> list[GameRow]:
        followers = {one.name: one.followers for one in self._hub.census()}
        return [_row(state, followers) for state in self._states.values()]

    def game(self, game_id: GameId) -> GameView | None:
        state = self._states.get(game_id)
        if state is None:
            return None
        followers = {one.name: one.followers for one in self._hub.census()}
        row, feeds = _row(state, followers), tuple(_feeds(state))
        return GameView(row, _facts(state), state.doubts, feeds)

    def feeds(self) -> list[FeedRow]:
        return [row for state in self._states.values() for row in _feeds(state)]


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


def _feeds(state: GameState) -> list[FeedRow]:
    """The sources that the log knows: who is believed, and who has told plays."""
    believed: dict[SourceId, list[str]] = {}
    for aspect in Aspect:
        source = state.believed(aspect)
        if source is not None:
            believed.setdefault(source, []).append(aspect.value)
    for source in sorted({ref.source for ref in state.refs}):
        believed.setdefault(source, [])
    game_id = state.meta.game_id
    return [FeedRow(game_id, source, believed=tuple(of)) for source, of in believed.items()]
