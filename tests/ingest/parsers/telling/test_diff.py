"""What changed between two polls of a document."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.ingest.parsers.formats import FORMATS
from scoreboard.ingest.parsers.telling.diff import CHANGED, EXPLAINED, RESTORED, Known, diff
from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.tools.datasets import find, load
from tests.ingest.parsers.rows import FINAL, document, hearing, play, score, whole, words
from tests.support.recorded import needs_recorded, recorded

LIVE = StatusLine(Status.IN_PROGRESS)


def polls(*documents, about=None):
    """What each poll says, and the game that heard all of it."""
    known, heard, said = Known(), hearing(documents[0].meta), []
    for polled in documents:
        messages, known = diff(known, polled)
        heard.hear(*messages)
        said.append(words(messages))
    return said, heard, known


def live(*rows):
    return document(*rows, status=LIVE)


A = play("a", order=10, points=2)
B = play("b", order=20, points=2, side=Side.AWAY)
C = play("c", order=30, points=3)


def test_the_first_poll_tells_everything():
    said, heard, _ = polls(live(A, B))
    assert said == [["pregame 1", "in_progress 1", "play a", "play b"]]
    assert heard.state.score == Score(2, 2)


def test_a_poll_that_finds_nothing_new_says_nothing():
    said, _, _ = polls(live(A, B), live(A, B))
    assert said[1] == []


def test_a_new_row_is_told_with_the_running_score():
    after = attrs.evolve(B, score_after=Score(2, 2))
    said, heard, _ = polls(live(A), live(A, after))
    assert said[1] == ["play b 2-2"]
    assert heard.troubles == []


def test_a_row_that_changed_is_told_with_a_higher_revision():
    changed = play("a", order=10, points=3)
    said, heard, known = polls(live(A, B), live(changed, B))
    assert said[1] == ["play a.1"]
    assert (heard.state.score, known.told) == (Score(3, 2), Score(3, 2))
    assert heard.troubles == []


def test_a_change_says_who_made_it():
    _, known = diff(Known(), live(A))
    messages, _ = diff(known, live(play("a", order=10, points=3)))
    assert messages[0].report.reason == CHANGED


def test_a_row_that_is_marked_as_deleted_is_taken_back_once():
    gone = play("a", "unknown", order=10, deleted=True)
    said, heard, known = polls(live(A, B), live(gone, B), live(gone, B))
    assert said[1:] == [["void a"], []]
    assert (heard.state.score, known.told) == (Score(0, 2), Score(0, 2))


def test_a_deleted_row_that_comes_back_is_told_again():
    gone = attrs.evolve(A, deleted=True)
    _, known = diff(diff(Known(), live(A))[1], live(gone))
    messages, known = diff(known, live(A))
    assert (words(messages), messages[0].report.reason) == (["play a.1"], RESTORED)
    said, heard, _ = polls(live(A), live(gone), live(A))
    assert said[1:] == [["void a"], ["play a.1"]]
    assert heard.state.score == Score(2, 0)


def test_a_row_that_was_deleted_before_we_saw_it_is_told_and_taken_back():
    said, heard, _ = polls(live(A), live(A, attrs.evolve(B, deleted=True)))
    assert said[1] == ["play b", "void b"]
    assert heard.state.score == Score(2, 0)


def test_rows_that_are_absent_stand_and_are_counted():
    said, heard, known = polls(live(A, B), live(B))
    assert (said[1], known.absent) == ([], 1)
    assert heard.state.score == Score(2, 2)


def test_rows_that_were_absent_for_a_poll_are_not_told_again():
    said, _, known = polls(live(A, B), live(), live(A, B))
    assert (said[1:], known.absent) == ([[], []], 0)


def test_a_late_row_goes_between_its_neighbours_though_the_document_counts_anew():
    first = [play("a", order=1, points=2), play("c", order=2, points=2)]
    then = [
        play("a", order=1, points=2),
        play("b", order=2, points=2),
        play("c", order=3, points=2),
    ]
    said, heard, _ = polls(live(*first), live(*then))
    assert said[1] == ["play b"]
    assert [p.refs[0].ref for p in heard.state.plays] == ["a", "b", "c"]


def test_a_row_that_is_moved_is_told_with_its_new_place():
    moved = attrs.evolve(C, facts=attrs.evolve(C.facts, order=5))
    said, heard, _ = polls(live(A, B, C), live(moved, A, B))
    assert said[1] == ["play c.1"]
    assert [p.refs[0].ref for p in heard.state.plays] == ["c", "a", "b"]


def test_a_score_row_is_told_once():
    rows = [A, score("gap", 15, 10, 0)]
    said, heard, _ = polls(live(*rows), live(*rows))
    assert said == [["pregame 1", "in_progress 1", "play a", "score 10-0 corrected"], []]
    assert heard.state.score == Score(10, 0)


def test_plays_that_fill_a_hole_replace_what_the_score_row_had_added():
    hole = [A, score("gap", 15, 4, 3), play("d", order=40)]
    filled = [
        A,
        play("x", order=12, points=2),
        play("y", order=13, points=3, side=Side.AWAY),
        play("d", order=40),
    ]
    said, heard, _ = polls(live(*hole), live(*filled))
    assert said[1] == ["score 2-0 corrected", "play x", "play y"]
    assert heard.state.score == Score(4, 3)


def test_a_correction_of_a_score_row_says_why():
    _, known = diff(Known(), live(A, score("gap", 15, 10, 0)))
    messages, _ = diff(known, live(A))
    assert messages[0].report.reason == EXPLAINED


def test_a_hole_that_shrinks_adds_what_is_left_of_it():
    hole = [A, score("gap", 15, 7, 0)]
    smaller = [A, play("x", order=12, points=3), score("gap", 15, 7, 0)]
    said, heard, _ = polls(live(*hole), live(*smaller))
    assert said[1] == ["score 2-0 corrected", "play x", "score 7-0"]
    assert heard.state.score == Score(7, 0)


def test_a_score_row_that_only_has_another_name_is_not_told_again():
    said, heard, _ = polls(
        live(A, score("row 7", 15, 10, 0)),
        live(A, score("row 8", 15, 10, 0)),
        live(A, score("row 8", 15, 10, 0)),
    )
    assert said[1:] == [[], []]
    assert heard.state.score == Score(10, 0)


def test_a_play_that_changed_before_a_score_row_leaves_the_providers_score_standing():
    rows = [A, score("gap", 15, 10, 0)]
    changed = [play("a", order=10, points=3), score("gap", 15, 10, 0)]
    _, heard, _ = polls(live(*rows), live(*changed))
    assert heard.state.score == Score(10, 0)


def test_the_status_is_told_when_it_changes():
    halftime = document(A, status=StatusLine(Status.HALFTIME))
    said, heard, _ = polls(live(A), halftime, halftime, document(A))
    assert said[1:] == [["halftime 1"], [], ["final 1"]]
    assert heard.state.line == FINAL


def test_a_row_that_came_with_a_status_is_told_with_it():
    row = play("d", "comment", order=40, status=StatusLine(Status.DELAYED))
    said, _, _ = polls(live(A), live(A, row))
    assert said[1] == ["play d", "delayed 1"]


def test_a_status_with_a_reason_is_not_replaced_by_the_bare_one():
    said_so = StatusLine(Status.CANCELLED, reason="snow")
    row = play("d", "comment", order=40, status=said_so)
    called_off = document(A, row, status=StatusLine(Status.CANCELLED))
    _, heard, _ = polls(live(A), live(A, row), called_off)
    assert heard.state.line == said_so


def test_messages_are_counted_over_all_polls():
    known, counted = Known(), []
    for polled in (live(A), live(A), live(A, B), document(A, B)):
        messages, known = diff(known, polled)
        counted += [message.source_seq for message in messages]
    assert counted == list(range(1, len(counted) + 1))


GAMES = [
    ("nfl-edge-games", "2018_01_TEN_MIA"),
    ("nfl-edge-games", "2022_17_BUF_CIN"),
    ("nba-edge-4ot/events", "0021500391"),
    ("feed-samples", "nba-live-playbyplay-0022000001"),
    ("ncaam-2023-tournament", "2547377"),
    ("hockey-pwhl-2026-01-28", "269"),
    ("mlb-2019-09-29", "COL201909290"),
    ("soccer-edge-extra-time", "2058005"),
]


def _recorded(folder, name):
    found = [game for game in find([recorded(folder)]).games if game.name == name]
    return load(found[0])


@needs_recorded
@pytest.mark.parametrize(("folder", "name"), GAMES)
def test_polling_a_growing_document_ends_where_its_timeline_ends(folder, name):
    whole_document = _recorded(folder, name)
    number = len(whole_document.rows)
    steps = [*range(0, number, max(1, number // 12)), number]
    # The document of a game that is being played would not say that it is over.
    growing = [
        attrs.evolve(whole_document, rows=whole_document.rows[:n], status=None) for n in steps
    ]
    _, polled, known = polls(*growing, whole_document)
    told = hearing(whole_document.meta).hear(*(a.message for a in timeline(whole_document)))
    assert whole(polled.state) == whole(told.state)
    assert (polled.state.score, 0) == (known.told, known.absent)


@needs_recorded
@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("ncaam-2023-tournament", "2547377"),
        ("ncaam-2018-03-15-two-providers/espn", "401025834"),
        ("nba-edge-4ot/events", "0021500391"),
    ],
)
def test_polling_a_growing_file_ends_where_the_whole_file_ends(folder, name):
    """The parser sees the rows that are there so far, and may think otherwise later."""
    from scoreboard.tools.datasets import read

    game = next(game for game in find([recorded(folder)]).games if game.name == name)
    form = next(form for form in FORMATS if form.provider == game.provider)
    companions = {role: read(path) for role, path in game.companions}
    lines = read(game.path).splitlines(keepends=True)
    steps = [*range(20, len(lines), len(lines) // 8), len(lines)]
    growing = [form.parse(b"".join(lines[:n]), companions) for n in steps]
    growing = [*(attrs.evolve(each, status=LIVE) for each in growing[:-1]), growing[-1]]
    _, polled, _ = polls(*growing)
    told = hearing(growing[-1].meta).hear(*(a.message for a in timeline(growing[-1])))
    assert polled.state.score == told.state.score
    assert [t for t in polled.troubles if not t.startswith(("S4", "S6"))] == []
