"""The past of a game: exact, and cheap however long the game."""

from __future__ import annotations

import pytest
from twisted.internet.defer import succeed

from scoreboard.gateway.history import PAGE, History, last_page
from scoreboard.model.errors import LocalError
from scoreboard.projection.fold import fold
from tests.gateway.node import GAME, Node
from tests.support.deferreds import result, started
from tests.support.games import EPOCH

LONG = 3 * PAGE + 40


@pytest.fixture(scope="module")
def node():
    made = Node(ring=64)
    made.play(1, LONG - 1)
    return made


@pytest.fixture
def history(node):
    node.log.entries = 0
    return History(node.log, node.hub.since)


def done(coroutine):
    return result(started(coroutine))


def entries(node):
    return result(node.log.log.read(GAME, 0, LONG))


@pytest.mark.parametrize("seq", [1, 2, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, LONG - 1, LONG])
def test_a_game_as_it_stood_is_the_fold_of_its_log_until_then(node, history, seq):
    expected = fold(entries(node)[:seq], EPOCH)
    assert expected == done(history.at(node.now, seq))
    assert expected == done(history.at(node.now, seq))


def test_a_game_at_a_time_has_every_entry_until_then(node, history):
    for at_ms in [*range(0, LONG * 1_000, 97_000), 999, 1_000, (PAGE - 1) * 1_000, LONG * 1_000]:
        expected = fold([entry for entry in entries(node) if entry.ts_ms <= at_ms], EPOCH)
        assert expected == done(history.at_time(node.now, at_ms))


def test_before_its_first_entry_there_is_no_game(node, history):
    assert done(history.at(node.now, 0)) is None
    assert done(history.at_time(node.now, -1)) is None


def test_beyond_its_last_entry_the_game_is_as_it_is(node, history):
    assert node.now is done(history.at(node.now, LONG + 5))
    assert history.folded == 0


def test_looking_again_costs_no_more_than_a_page(node, history):
    done(history.at(node.now, LONG - 1))
    for seq in range(1, LONG, 37):
        before = history.folded
        done(history.at(node.now, seq))
        assert history.folded - before < PAGE


def test_what_came_since_is_what_was_published(node, history):
    for seq in (0, 1, PAGE - 1, PAGE, 2 * PAGE + 7, LONG - 60, LONG - 1, LONG):
        reached, published = done(history.since(node.now, seq))
        assert (LONG, node.of_the_game(seq)) == (reached, list(published))


@pytest.mark.parametrize("limit", [1, 3, 50, 10_000])
def test_what_came_since_can_be_had_in_parts(node, history, limit):
    at, found = 0, []
    while at < LONG:
        reached, part = done(history.since(node.now, at, limit))
        assert reached > at
        assert len(part) <= limit or {p.seq for p in part} == {reached}
        at, found = reached, [*found, *part]
    assert node.of_the_game() == found


def test_the_ring_is_asked_before_the_log(node, history):
    assert node.of_the_game(LONG - 3) == list(done(history.since(node.now, LONG - 3))[1])
    assert node.log.entries == 0


def test_pages_that_are_whole_are_folded_once(node, history):
    done(history.since(node.now, 0))
    before = history.folded
    done(history.since(node.now, 0))
    assert history.folded - before == LONG % PAGE


def test_all_pages_together_are_the_game(node, history):
    pages = [done(history.page(node.now, n)) for n in range(last_page(node.now) + 1)]
    assert node.of_the_game() == [publication for page in pages for publication in page]
    assert done(history.page(node.now, last_page(node.now) + 1)) == []


def test_a_page_ends_where_the_game_stood_when_it_was_asked_for():
    node = Node()
    node.play(1, 5)
    then = node.now
    node.play(6, 8)
    assert node.of_the_game()[-1].seq == 9
    assert {p.seq for p in done(node.games.history.page(then, 0))} == set(range(1, 7))


def test_what_is_kept_is_bounded(node):
    history = History(node.log, node.hub.since, states=2, pages=1)
    done(history.since(node.now, 0))
    assert (len(history._states._values), len(history._pages._values)) == (2, 1)
    assert node.of_the_game() == done(history.since(node.now, 0))[1]


def test_a_log_that_ends_before_its_state_is_a_fault_of_ours(node):
    class Short:
        def read(self, *_):
            return succeed(())

    with pytest.raises(LocalError, match="the log ends at 0"):
        done(History(Short(), lambda *_: None).at(node.now, 3))
