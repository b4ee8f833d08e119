"""A poller that begins anew goes on where the log says that it stood."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.ingest.parsers.telling.diff import Known, diff
from scoreboard.ingest.recall import recalled
from scoreboard.model.play import Place
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from scoreboard.tools.datasets import find, load
from tests.ingest.parsers.rows import document, hearing, play, score, words
from tests.support.games import SOURCE
from tests.support.recorded import needs_recorded, recorded

LIVE = StatusLine(Status.IN_PROGRESS)
A, B, C = play("a", order=10, points=2), play("b", order=20, points=2), play("c", order=30)


def live(*rows):
    return document(*rows, status=LIVE)


def restarted(*documents):
    """The last document is polled by a poller that knows nothing; what it says, and the game."""
    known, heard = Known(), hearing(documents[0].meta)
    for polled in documents[:-1]:
        messages, known = diff(known, polled)
        heard.hear(*messages)
    state = heard.state
    messages, known = diff(recalled(state, SOURCE, documents[-1]), documents[-1])
    heard.hear(*messages)
    assert heard.troubles == []
    return words(messages), heard.state, known


def test_what_was_told_is_not_told_again():
    said, _, _ = restarted(live(A, B), live(A, B))
    assert said == []


def test_what_came_meanwhile_is_told():
    said, state, _ = restarted(live(A), live(A, B, C))
    assert said == ["play b", "play c"]
    assert state.score == Score(4, 0)


def test_a_play_that_was_amended_is_amended_again_under_the_next_revision():
    first, second, third = (play("a", order=10, points=points) for points in (1, 2, 3))
    said, state, _ = restarted(live(first), live(second), live(third))
    assert said == ["play a.2"]
    assert state.score == Score(3, 0)


def test_a_play_that_was_taken_back_stays_so():
    gone = attrs.evolve(A, deleted=True)
    said, _, _ = restarted(live(A, B), live(gone, B), live(gone, B))
    assert said == []


def test_places_are_compared_as_they_are_recorded():
    placed = attrs.evolve(A, facts=attrs.evolve(A.facts, place=Place(10.26, 20.04)))
    said, _, known = restarted(live(placed), live(placed))
    assert said == []
    assert known.rows["a"].facts.place == Place(10.26, 20.04)


def test_a_row_that_the_document_lacks_now_stands():
    said, state, _ = restarted(live(A, B), live(A))
    assert said == []
    assert state.score == Score(4, 0)


def test_score_rows_that_were_told_are_not_counted_again():
    said, state, _ = restarted(live(A, score("s", 15, 5, 0)), live(A, score("s", 15, 5, 0)))
    assert said == []
    assert state.score == Score(5, 0)


def test_score_rows_that_are_others_now_are_told_anew():
    before, now = live(A, score("s", 15, 5, 0)), live(A, score("s", 15, 4, 1), C)
    said, state, known = restarted(before, now)
    assert said == ["score 2-0 corrected", "score 4-1", "play c"]
    assert state.score == known.told == Score(4, 1)


def test_the_count_of_messages_goes_on_behind_all_that_was_told():
    _, known = diff(Known(), live(A, B))
    state = hearing(live(A).meta).state
    assert recalled(state, SOURCE, live(A, B)).next_seq > known.next_seq


def test_plays_of_other_sources_are_not_its_own():
    known, heard = Known(), hearing(live(A).meta)
    messages, known = diff(known, live(A))
    heard.hear(*messages)
    assert recalled(heard.state, "other", live(A)).rows == {}


@needs_recorded
@pytest.mark.parametrize(
    "folder", ["nfl-edge-games", "feed-samples", "hockey-pwhl-2026-01-28", "nba-edge-4ot"]
)
def test_after_a_whole_recorded_game_nothing_is_left_to_be_told(folder):
    for game in find([recorded(folder)]).games:
        whole = load(game)
        heard = hearing(whole.meta)
        messages, _ = diff(Known(), whole)
        heard.hear(*messages)
        again, _ = diff(recalled(heard.state, SOURCE, whole), whole)
        assert words(again) == [], game.name
