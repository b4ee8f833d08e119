"""What `follow` writes without a terminal."""

from datetime import UTC

import attrs

from scoreboard.client.board import Board
from scoreboard.client.resume import Counts
from scoreboard.client.view_reading import read_line
from scoreboard.model.message import ScoreReport, VoidReport
from scoreboard.model.side import Score
from scoreboard.tools.follow_lines import (
    ChangeLog,
    summaries,
    summary_document,
    summary_lines,
)
from tests.client.origin import Origin, read
from tests.support.games import EPOCH, NOW_MS, basket
from tests.tools.boards import about, status, view


def told(*reports, kinds=None):
    """The lines of a game after its beginning."""
    origin, board, log = Origin.of(about()), Board(), ChangeLog(UTC)
    lines = []
    for report in reports:
        origin.hear(report)
    for event in read(origin.events()):
        if kinds is None or event.kind in kinds:
            board.apply(event, 0.0)
            line = log.line(event, board.games[event.game_id], 0.0)
            if event.seq > 2 and line is not None:
                lines.append(line)
    return lines


def test_a_basket_is_one_line():
    assert told(status("in_progress", 1), basket("1", 3)) == [
        "18:00:03  NBA  AWY 0-3 HOM  Q1  HOM 3pt made +3"
    ]


def test_a_follower_of_scores_alone_reads_the_score():
    lines = told(status("in_progress", 1), basket("1"), kinds={"meta", "status", "score"})
    assert lines == ["18:00:03  NBA  AWY 0-2 HOM  Q1  score"]


def test_a_correction_says_what_became_of_the_play():
    lines = told(status("in_progress", 1), basket("1"), VoidReport("1", reason="slip"))
    assert lines[-1].endswith("HOM [taken back: slip] 2pt made +2")


def test_a_correction_of_the_score_alone_says_why():
    report = ScoreReport(Score(2, 1), correction=True, reason="recount")
    lines = told(status("in_progress", 1), report)
    assert "AWY 1-2 HOM  Q1  score corrected: recount" in lines[0]


def test_a_late_play_is_one_line_with_the_score_of_now():
    late = basket("2", 1, order=5)
    lines = told(status("in_progress", 1), basket("1", 3, order=10), late)
    assert lines[1:] == ["18:00:04  NBA  AWY 0-4 HOM  Q1  HOM freethrow made +1"]


def test_the_end_of_a_game_is_a_line():
    lines = told(status("in_progress", 1), status("final"))
    assert lines == ["18:00:03  NBA  AWY 0-0 HOM  Final"]


def test_text_from_outside_stays_on_its_line():
    report = ScoreReport(Score(2, 1), correction=True, reason="two\nlines\x1b[2J")
    assert all(line.isprintable() for line in told(status("in_progress", 1), report))


def test_a_game_that_is_known_by_its_line_alone_is_a_line():
    origin, board = Origin.of(about()), Board()
    origin.hear(status("in_progress", 1))
    board.show_line(read_line(origin.line()), EPOCH, 2)
    (event,) = [e for e in read(origin.events()) if (e.seq, e.kind) == (2, "status")]
    slate = attrs.evolve(event, kind="slate")
    view_of_it = board.games[origin.game_id]
    assert ChangeLog(UTC).line(slate, view_of_it, 0.0) == "18:00:02  NBA  AWY 0-0 HOM  Q1"
    whole = attrs.evolve(view_of_it, score=view().score)
    assert ChangeLog(UTC).line(slate, whole, 0.0) is None


def test_where_a_game_stands_is_a_line():
    line = ChangeLog(UTC).standing(view(status("in_progress", 1), basket("1")), NOW_MS, 0.0)
    assert line == "18:00:00  NBA  AWY 0-2 HOM  Q1"


def test_a_correction_that_is_not_on_the_board_is_no_line():
    event = attrs.evolve(read(Origin().events())[0], kind="correction")
    assert ChangeLog(UTC).line(event, view(), 0.0) is None


FOUND = summaries(
    [view(status("in_progress", 1), basket("1"), status("final"))],
    {"g0000000001": Counts(events=9, holes=1, repeats=2, deltas=3, snapshots=1)},
    UTC,
)


def test_the_summary_has_finals_and_how_the_stream_was():
    assert summary_lines(FOUND) == [
        "game         teams       score  status  events  holes  repeats  synced",
        "g0000000001  AWY at HOM    0-2  Final        9      1        2       4",
        "1 games                                      9      1        2       4",
    ]


def test_a_program_reads_the_same_summary():
    assert summary_document(FOUND)["games"] == [
        {
            "game_id": "g0000000001",
            "away": "AWY",
            "home": "HOM",
            "score": {"home": 2, "away": 0},
            "status": "Final",
            "events": 9,
            "holes": 1,
            "repeats": 2,
            "deltas": 3,
            "snapshots": 1,
        }
    ]


def test_a_game_without_counts_has_none():
    assert summaries([view()], {}, UTC)[0].counts == Counts()
