"""Statuses that nobody sends, told from the rows."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.rows import CUP, FINAL, MLB, NBA, NFL, document, hearing, play, words


def told(*rows, about=NBA, status=FINAL) -> list[str]:
    """The statuses of a timeline, none of which the rules refuse."""
    messages = [
        arrival.message for arrival in timeline(document(*rows, about=about, status=status))
    ]
    assert hearing(about).hear(*messages).troubles == []
    return [word for word in words(messages) if not word.startswith(("play", "void", "score"))]


def quarter(number, base):
    return [
        play(f"a{number}", order=base, period=number),
        play(f"z{number}", "period_end", order=base + 1, period=number),
    ]


def test_a_game_begins_with_the_first_row_that_is_no_line_up():
    rows = [
        play("1", "lineup", order=1),
        play("2", "game_start", order=2),
        play("3", "jumpball", order=3),
    ]
    assert told(*rows) == ["pregame 1", "in_progress 1", "final 1"]


def test_breaks_begin_with_the_end_of_a_period_and_end_with_the_next():
    rows = [row for number in (1, 2, 3, 4) for row in quarter(number, number * 10)]
    assert told(*rows) == [
        "pregame 1",
        "in_progress 1",
        "end_period 1",
        "in_progress 2",
        "halftime 2",
        "in_progress 3",
        "end_period 3",
        "in_progress 4",
        "end_period 4",
        "final 4",
    ]


def test_without_rows_that_end_a_period_a_break_is_over_when_the_next_one_begins():
    rows = [play("1", "pass", order=1, period=1), play("2", "pass", order=2, period=2)]
    assert told(*rows, about=CUP) == [
        "pregame 1",
        "in_progress 1",
        "halftime 1",
        "in_progress 2",
        "final 2",
    ]


def test_a_foul_at_the_buzzer_is_played_before_the_break_goes_on():
    rows = [
        *quarter(1, 10),
        play("late", "foul", order=12),
        play("ft", "freethrow", order=13, points=1),
        play("2", order=20, period=2),
    ]
    assert told(*rows) == [
        "pregame 1",
        "in_progress 1",
        "end_period 1",
        "in_progress 1",
        "end_period 1",
        "in_progress 2",
        "final 2",
    ]


def test_a_review_after_the_buzzer_does_not_end_the_break():
    rows = [*quarter(1, 10), play("r", "review", order=12), play("2", order=20, period=2)]
    assert told(*rows) == [
        "pregame 1",
        "in_progress 1",
        "end_period 1",
        "in_progress 2",
        "final 2",
    ]


def test_a_late_row_of_an_earlier_period_says_nothing_about_the_present():
    rows = [
        play("1", order=1),
        play("late", "period_end", order=2, arrival=99.0),
        play("2", order=10, period=2),
    ]
    assert told(*rows) == [
        "pregame 1",
        "in_progress 1",
        "end_period 1",
        "in_progress 2",
        "final 2",
    ]


def test_a_shoot_out_begins_with_its_first_attempt_and_has_no_breaks():
    rows = [
        *[play(str(n), "pass", order=n, period=n) for n in (1, 2, 3, 4)],
        play("5", "shootout_kick", order=5, period=5, points=1, shootout=True),
        play("6", "period_end", order=6, period=5),
    ]
    assert told(*rows, about=CUP)[-3:] == ["end_period 4", "shootout 5", "final 5"]


def test_nobody_is_told_of_the_breaks_between_innings():
    rows = [
        play("1", "out", order=1, half="top"),
        play("2", "out", order=2, half="bottom"),
        play("3", "out", order=3, half="top", period=2),
    ]
    assert told(*rows, about=MLB) == ["pregame 1", "in_progress 1", "final 2"]


def test_a_delay_is_told_by_its_row_and_ends_with_the_next_play():
    delayed = StatusLine(Status.DELAYED, reason="lightning")
    rows = [
        play("1", "rush", order=1),
        play("2", "comment", order=2, status=delayed),
        play("3", "timeout", order=3),
        play("4", "rush", order=4),
    ]
    assert told(*rows, about=NFL) == [
        "pregame 1",
        "in_progress 1",
        "delayed 1",
        "in_progress 1",
        "final 1",
    ]


def test_a_row_that_says_that_play_goes_on_ends_a_delay():
    rows = [
        play("1", "rush", order=1),
        play("2", "comment", order=2, status=StatusLine(Status.DELAYED)),
        play("3", "comment", order=3, status=StatusLine(Status.IN_PROGRESS)),
        play("4", "rush", order=4),
    ]
    assert told(*rows, about=NFL) == [
        "pregame 1",
        "in_progress 1",
        "delayed 1",
        "in_progress 1",
        "final 1",
    ]


def test_a_status_that_is_said_twice_is_told_once():
    delayed = StatusLine(Status.DELAYED)
    rows = [
        play("1", "rush", order=1),
        play("2", "comment", order=2, status=delayed),
        play("3", "comment", order=3, status=delayed),
    ]
    assert told(*rows, about=NFL, status=None) == ["pregame 1", "in_progress 1", "delayed 1"]


def test_what_ends_a_game_is_told_after_its_last_row():
    cancelled = StatusLine(Status.CANCELLED, reason="called off")
    rows = [
        play("1", "rush", order=1),
        play("2", "comment", order=2, status=cancelled),
        play("3", "comment", order=3),
    ]
    status = StatusLine(Status.CANCELLED)
    messages = [a.message for a in timeline(document(*rows, about=NFL, status=status))]
    assert words(messages)[-2:] == ["play 3", "cancelled 1"]
    assert cancelled == messages[-1].report.line


def test_plays_that_were_all_taken_back_show_that_the_game_had_begun():
    rows = [play("1", "unknown", order=1, deleted=True)]
    status = StatusLine(Status.CANCELLED)
    assert told(*rows, about=NFL, status=status) == ["pregame 1", "in_progress 1", "cancelled 1"]


def test_a_final_without_a_play_passes_through_the_game():
    assert told() == ["in_progress 1", "final 1"]


@pytest.mark.parametrize("status", [Status.POSTPONED, Status.CANCELLED, Status.PREGAME])
def test_a_game_without_rows_has_the_status_of_its_document(status):
    assert [f"{status.value} 1"] == told(status=StatusLine(status))


def test_a_document_that_says_in_progress_ends_no_break():
    rows = quarter(1, 10)
    assert told(*rows, status=StatusLine(Status.IN_PROGRESS))[-1] == "end_period 1"


def test_a_document_that_still_says_scheduled_is_not_believed_over_its_plays():
    rows = [play("1", order=1)]
    assert told(*rows, status=StatusLine(Status.SCHEDULED)) == ["pregame 1", "in_progress 1"]


def test_a_document_without_a_status_ends_nothing():
    assert told(play("1", order=1), status=None) == ["pregame 1", "in_progress 1"]
