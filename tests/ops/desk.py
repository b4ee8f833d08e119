"""A server as operators see it, made up."""

from __future__ import annotations

from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.ids import GameId, SourceId
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
)

BOS = GameRow(GameId("g0000000001"), "nba_", "ORL", "BOS", 20, 31, "in_progress", 120, 7)
DAL = GameRow(GameId("g0000000002"), "nfl_", "NYG", "DAL", 0, 0, "scheduled", 1, 0)
ARENA = FeedRow(
    BOS.game_id, SourceId("arena"), "scoring", 0, ("plays", "clock"), "fit", 20, 31, 1.25, 0.5
)
RADIO = FeedRow(BOS.game_id, SourceId("radio"))
SLOW = SessionRow(71, "wamp.2.json", "jo (scorer)", "10.0.0.1:5", 3, 65_536, True)
QUICK = SessionRow(72, "sse", "", "10.0.0.2:6", 1, 0, False)
HELD = HeldRow("q1", BOS.game_id, SourceId("radio"), "S2", "a score of 99\x1b[2J" + "x" * 60, 61.0)


class Desk:
    """Remembers what was done."""

    def __init__(self) -> None:
        self.done: list[tuple] = []
        self.levels: dict[str, str] = {"": "debug"}
        self.answer = Answer(Outcome.ACCEPTED, seq=9)

    async def _decide(self, what: str, *given: str) -> Answer:
        self.done.append((what, *given))
        return self.answer

    def controls(self) -> Controls:
        done = self.done
        return Controls(
            games=lambda: [BOS, DAL],
            game={
                BOS.game_id: GameView(BOS, (("epoch", "3"),), ("review:p1",), (ARENA, RADIO)),
                DAL.game_id: GameView(DAL, ()),
            }.get,
            sessions=lambda: [QUICK, SLOW],
            feeds=lambda: [ARENA, RADIO],
            switch=lambda *given: self._decide("switch", *given),
            quarantine=Quarantined(
                lambda: [HELD],
                lambda *given: self._decide("release", *given),
                lambda *given: self._decide("drop", *given),
            ),
            kick=lambda session: done.append(("kick", session)) or session == SLOW.session,
            kick_slow=lambda: 4,
            drain=lambda: done.append(("drain",)) or "the server stops",
            streams=lambda: [
                StreamRow("game.g0000000001", 40, 9_000, 7, 1),
                StreamRow("league.nba_", 60, 0, 0, 0),
            ],
            levels=Levels(
                ("debug", "info"), lambda: sorted(self.levels.items()), self.levels.__setitem__
            ),
        )
