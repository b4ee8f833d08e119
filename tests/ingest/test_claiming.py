"""Claimed box scores beside the game: kept on disk, compared, never published to the public."""

from __future__ import annotations

import pytest

from scoreboard.log.interface import LogUnavailable
from scoreboard.model.answer import Outcome
from scoreboard.model.boxscore import StatLine
from scoreboard.model.ids import SourceId, side_log
from scoreboard.model.message import BoxScoreReport, Heartbeat
from scoreboard.model.side import Score, Side
from tests.ingest.test_numbered import HOLD_S, LIVE, OTHER, Table, points
from tests.support.deferreds import result, started, waits
from tests.support.games import SOURCE

STATS = SourceId("stats")
GAME_KEY = "g0000000001"


def box(complete=False, **counts):
    return BoxScoreReport((StatLine(Side.HOME, None, counts),), complete)


@pytest.fixture
def table():
    made = Table()
    result(made.send((1, LIVE), (3, points(3)), dense=False))
    made.told.clear()
    return made


def claim(table, *reports, source=SOURCE):
    return result(table.send(*((None, report) for report in reports), source=source, dense=False))


def side(table):
    return result(table.log.read(side_log(GAME_KEY, "B"), 0, 100))


def test_a_claim_that_agrees_is_accepted_and_kept_beside_the_game(table):
    before = table.keeper.states[GAME_KEY]
    (answer,) = claim(table, box(pts=2))
    assert (answer.outcome, answer.seq, answer.differences) == (Outcome.ACCEPTED, None, ())
    assert table.keeper.states[GAME_KEY] is before
    assert [(entry.seq, entry.source) for entry in side(table)] == [(1, SOURCE)]


def test_a_claim_that_differs_is_flagged_with_every_difference(table):
    (answer,) = claim(table, box(pts=9, fga=4))
    assert (answer.outcome, answer.code, answer.rule) == (Outcome.FLAGGED, "stats_mismatch", "B1")
    assert answer.flags == ("stats_mismatch",)
    assert [(one.stat, one.claimed, one.derived) for one in answer.differences] == [
        ("fga", 4, 1),
        ("pts", 9, 2),
    ]
    assert answer.score == Score(2, 0)
    assert [entry.flags for entry in side(table)] == [("stats_mismatch",)]


def test_operators_are_told_and_nobody_else(table):
    claim(table, box(pts=9))
    (told,) = table.told
    assert (told.topic, told.kind) == ("scoreboard.v1.ops.boxscore.g0000000001", "boxscore")
    assert (told.stream, told.body.figures) == ("ops", 1)
    assert [one.stat for one in told.body.differences] == ["pts"]
    assert table.keeper.feed_status(GAME_KEY).flags == (f"stats_mismatch:{SOURCE}",)


def test_the_newest_claim_of_each_source_stands_until_the_plays_agree(table):
    claim(table, box(pts=9), box(pts=4))
    claim(table, box(pts=2), source=STATS)
    found = {one.source: dict(one.lines[0].counts) for one in table.keeper.claims(GAME_KEY)}
    assert found == {SOURCE: {"pts": 4}, STATS: {"pts": 2}}
    result(table.send((5, points(5)), dense=False))
    assert table.keeper.feed_status(GAME_KEY).flags == (f"stats_mismatch:{STATS}",)


def test_a_claim_survives_a_restart(table):
    claim(table, box(pts=9), box(pts=4, complete=True))
    before = table.keeper.claims(GAME_KEY)
    table.again()
    assert table.keeper.claims(GAME_KEY) == before
    assert before[0].complete
    (answer,) = claim(table, box(pts=7))
    assert answer.outcome is Outcome.FLAGGED
    assert [entry.seq for entry in side(table)] == [1, 2, 3]


def test_a_claim_sent_again_is_written_once_and_compared_again(table):
    claim(table, box(pts=4))
    (again,) = claim(table, box(pts=4))
    assert (again.outcome, len(again.differences)) == (Outcome.DUPLICATE, 1)
    result(table.send((5, points(5)), dense=False))
    (mended,) = claim(table, box(pts=4))
    assert (mended.outcome, mended.differences) == (Outcome.DUPLICATE, ())
    assert len(side(table)) == 1


def test_nobody_hears_kept_before_the_disk_has_it(table):
    table.log.hold = True
    first = table.send((None, box(pts=9)), dense=False)
    second = table.send((None, box(pts=9)), dense=False)
    assert waits(first)
    assert waits(second)
    assert table.keeper.claims(GAME_KEY) == ()
    table.log.fail(LogUnavailable("full"))
    table.log.fail(LogUnavailable("full"))
    assert {answer.code for answer in result(first) + result(second)} == {"unavailable"}
    table.log.hold = False
    assert claim(table, box(pts=9))[0].outcome is Outcome.FLAGGED
    assert (table.told[-1].kind, len(side(table))) == ("boxscore", 1)


def test_who_only_claims_tells_of_no_game(table):
    claim(table, box(pts=2), source=STATS)
    assert [one.source for one in table.keeper.feed_status(GAME_KEY).sources] == [SOURCE]
    (answer,) = result(table.send((5, points(5)), dense=False))
    assert answer.outcome in (Outcome.ACCEPTED, Outcome.FLAGGED)


def test_a_source_that_is_not_believed_may_claim_too(table):
    result(table.send((1, Heartbeat()), source=OTHER, dense=False))
    result(table.send((2, LIVE), source=OTHER, dense=False))
    (answer,) = claim(table, box(pts=2), source=OTHER)
    assert answer.outcome is Outcome.ACCEPTED
    assert [one.source for one in table.keeper.claims(GAME_KEY)] == [OTHER]


def test_a_claim_of_a_stranger_team_or_by_force_is_refused(table):
    raw = {"type": "boxscore", "lines": [{"team_id": "nobody", "set": {"pts": 1}}]}
    forced = {
        "type": "boxscore",
        "force": True,
        "reason": "x",
        "lines": [{"team_id": "home", "set": {"pts": 1}}],
    }
    answers = result(started(table.keeper.submit(SOURCE, GAME_KEY, [raw, forced])))
    assert [answer.code for answer in answers] == ["unknown_team", "forbidden"]
    assert table.keeper.claims(GAME_KEY) == ()


def test_a_claim_of_a_source_that_counts_has_its_turn(table):
    result(table.send((1, Heartbeat()), source=OTHER))
    early = table.send((3, box(pts=2)), source=OTHER)
    assert waits(early)
    table.clock.advance(HOLD_S)
    (answer,) = result(early)
    assert (answer.flags, answer.resend) == (("gap",), (2, 2))


def test_claims_of_a_game_that_nobody_knows_are_none(table):
    assert table.keeper.claims("g9999999999") == ()
