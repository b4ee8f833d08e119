"""A recorded document as the messages that its feed would have sent."""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.telling.timeline import DELETED, timeline
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Confidence
from tests.ingest.parsers.rows import document, hearing, play, score, words


def messages(*rows, **fields):
    return [arrival.message for arrival in timeline(document(*rows, **fields))]


def test_every_row_is_told_once_in_the_order_of_the_document():
    rows = [play("a", order=1), play("b", order=2, points=2), play("c", order=3)]
    assert words(messages(*rows)) == [
        "pregame 1",
        "in_progress 1",
        "play a",
        "play b",
        "play c",
        "final 1",
    ]


def test_messages_are_counted_from_one_without_a_gap():
    found = messages(play("a", order=1), play("b", order=2, deleted=True))
    assert list(range(1, len(found) + 1)) == [message.source_seq for message in found]


def test_a_deleted_row_is_told_and_taken_back():
    found = messages(play("a", order=1), play("b", order=2, deleted=True))
    assert words(found)[-3:] == ["play b", "void b", "final 1"]
    assert found[-2].report.reason == DELETED


def test_a_row_that_came_late_is_told_late_and_keeps_its_place():
    rows = [
        play("a", order=1, points=2),
        play("late", order=2, points=3, arrival=5.0),
        play("b", order=3, points=2),
    ]
    found = messages(*rows)
    assert words(found)[-4:] == ["play a", "play b", "play late", "final 1"]
    state = hearing().hear(*found).state
    assert [p.refs[0].ref for p in state.plays] == ["a", "late", "b"]
    assert Score(7, 0) == state.score


def test_a_running_score_is_told_where_it_can_be_checked():
    rows = [play("a", order=1, points=2, score_after=Score(2, 0))]
    assert "play a 2-0" in words(messages(*rows))


def test_a_running_score_is_kept_back_while_a_row_before_it_is_missing():
    rows = [
        play("a", order=1, points=2, score_after=Score(2, 0)),
        play("late", order=2, points=3, score_after=Score(5, 0), arrival=3.5),
        play("b", order=3, points=2, score_after=Score(7, 0)),
        play("c", order=4, points=2, score_after=Score(9, 0)),
    ]
    found = messages(*rows)
    assert words(found)[-5:] == ["play a 2-0", "play b", "play late", "play c 9-0", "final 1"]
    heard = hearing().hear(*found)
    assert heard.troubles == []
    assert Confidence.CONFIRMED is heard.state.confidence


def test_a_row_that_came_early_spoils_no_running_score():
    rows = [
        play("a", order=1, points=2, score_after=Score(2, 0)),
        play("b", order=2, points=2, score_after=Score(4, 0)),
        play("early", order=3, points=2, score_after=Score(6, 0), arrival=1.5),
        play("c", order=4, points=2, score_after=Score(8, 0)),
    ]
    found = messages(*rows)
    assert words(found)[3:6] == ["play early", "play b", "play c 8-0"]
    assert hearing().hear(*found).troubles == []


def test_a_running_score_of_a_deleted_row_is_not_told():
    rows = [play("a", order=1, deleted=True, score_after=Score(2, 0))]
    assert "play a" in words(messages(*rows))


def test_a_score_row_is_told_as_the_provider_has_it():
    rows = [
        play("a", order=1, points=2),
        score("gap", 2, 10, 5),
        play("b", order=3, points=2, side=Side.AWAY, score_after=Score(10, 7)),
    ]
    found = messages(*rows)
    assert words(found)[2:5] == ["play a", "score 10-5 corrected", "play b 10-7"]
    assert Score(10, 7) == hearing().hear(*found).state.score


def test_a_score_row_before_which_a_row_is_missing_counts_no_point_twice():
    rows = [
        play("a", order=1, points=2),
        play("late", order=2, points=3, arrival=9.0),
        score("gap", 3, 10, 0),
        play("b", order=4, points=2),
    ]
    found = messages(*rows)
    assert words(found)[2:6] == ["play a", "score 7-0 corrected", "play b", "play late"]
    assert Score(12, 0) == hearing().hear(*found).state.score


def test_a_score_that_fell_is_told_as_a_correction():
    rows = [play("a", order=1, points=2), score("fall", 2, 0, 0, correction=True)]
    found = messages(*rows)
    assert "score 0-0 corrected" in words(found)
    heard = hearing().hear(*found)
    assert (Score(0, 0), []) == (heard.state.score, heard.troubles)


def test_times_never_fall_and_line_ups_come_before_the_first_play():
    rows = [
        play("a", order=1, wallclock_ms=1_000_000),
        play("b", order=2, wallclock_ms=2_000_000),
        play("late", order=3, wallclock_ms=2_500_000, arrival=4.5),
        play("c", order=4, wallclock_ms=3_000_000),
    ]
    arrivals = timeline(document(*rows))
    times = [arrival.at_ms for arrival in arrivals]
    assert times == sorted(times)
    told = dict(zip(words(a.message for a in arrivals), times, strict=True))
    assert [
        told["pregame 1"],
        told["play a"],
        told["play late"],
    ] == [940_000, 1_000_000, 3_000_000]


def test_a_break_begins_when_the_last_row_before_it_came():
    rows = [
        play("a", order=1, wallclock_ms=1_000_000),
        play("b", order=2, period=2, wallclock_ms=1_300_000),
    ]
    arrivals = timeline(document(*rows))
    told = {
        word: a.at_ms for a, word in zip(arrivals, words(a.message for a in arrivals), strict=True)
    }
    assert (told["end_period 1"], told["in_progress 2"]) == (1_000_000, 1_300_000)


def test_a_document_without_rows_says_its_status_at_the_scheduled_start():
    about = attrs.evolve(document().meta, scheduled_start_ms=5_000)
    assert [arrival.at_ms for arrival in timeline(document(about=about))] == [5_000, 5_000]
