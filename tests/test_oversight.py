"""The feeds of a game as operators see them."""

from __future__ import annotations

import attrs

from scoreboard.model.feed import Aspect, FeedMode, SourceRole
from scoreboard.model.feed_status import FeedStatus, SourceStatus
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.quarantine import Held
from scoreboard.model.side import Score
from scoreboard.ops.views import FeedRow, HeldRow
from scoreboard.oversight import Watched, feed_rows

GAME = GameId("g0000000001")
ARENA, RADIO, DESK = SourceId("arena"), SourceId("radio"), SourceId("desk")
NOW_MS = 1_000_000

STATUS = FeedStatus(
    game_id=GAME,
    mode=FeedMode.PRIMARY,
    term=1,
    believed=((Aspect.PLAYS, ARENA), (Aspect.CLOCK, ARENA), (Aspect.STATUS, None)),
    score=Score(2, 0),
    sources=(
        SourceStatus(
            ARENA, SourceRole.SCORING, 0, "up", Score(2, 0), heard_ms=NOW_MS - 1_500, lag_ms=250
        ),
        SourceStatus(RADIO, SourceRole.CONSOLE, None, "down"),
    ),
)


def test_each_source_is_a_row_the_best_one_first():
    assert feed_rows(STATUS, NOW_MS) == [
        FeedRow(GAME, ARENA, "scoring", 0, ("plays", "clock"), "up", 0, 2, 1.5, 0.25),
        FeedRow(GAME, RADIO, "console", None, (), "down"),
    ]


def test_who_is_believed_and_no_source_has_a_row():
    believed = ((Aspect.PLAYS, DESK), (Aspect.CLOCK, ARENA), (Aspect.STATUS, DESK))
    rows = feed_rows(attrs.evolve(STATUS, believed=believed), NOW_MS)
    assert [(row.source, row.believed) for row in rows] == [
        (ARENA, ("clock",)),
        (RADIO, ()),
        (DESK, ("plays", "status")),
    ]


def test_a_clock_that_was_set_back_makes_nobody_heard_in_the_future():
    assert feed_rows(STATUS, NOW_MS - 60_000)[0].heard_s == 0


def test_what_is_held_of_all_games_is_told_with_how_long():
    held = Held("qx", RADIO, {}, "S3", "illegal_points", "not worth 4", NOW_MS - 2_500, NOW_MS)
    watched = Watched({GAME: None}, None, {GAME: [held]}.__getitem__, None, lambda: NOW_MS)
    row = HeldRow("qx", GAME, RADIO, "S3 illegal_points", "not worth 4", 2.5)
    assert watched.held_rows() == [row]
