from __future__ import annotations

from itertools import count

import pytest

from scoreboard.log.interface import LogBusy, LogUnavailable, NotAtTip
from scoreboard.log.waiting import Queue
from scoreboard.model.errors import LocalError
from scoreboard.model.position import Position
from tests.support.entries import GAME, OTHER, entries, entry


@pytest.fixture
def queue() -> Queue:
    return Queue(count(100).__next__, 1_000, "the printer")


def heard(deferred) -> list[object]:
    """Whatever it is answered, as soon as it is."""
    found: list[object] = []
    deferred.addCallbacks(found.append, lambda failure: found.append(failure.value))
    return found


def test_what_waits_is_taken_in_the_order_of_the_calls(queue):
    for game, seq in ((GAME, 0), (OTHER, 0), (GAME, 1)):
        queue.add(game, seq, [entry(seq + 1)])
    batch = [one.append for one in queue.taken()]
    assert [(GAME, 0), (OTHER, 0), (GAME, 1)] == [(one.game, one.expected_seq) for one in batch]
    assert queue.taken() == []


def test_an_epoch_is_made_for_the_first_entry_of_a_game_only(queue):
    for seq in (0, 1, 0):
        queue.add(GAME, seq, [entry(seq + 1)])
    assert [one.append.epoch for one in queue.taken()] == [100, 0, 101]


def test_everybody_hears_what_became_of_the_own_append(queue):
    answers = [heard(queue.add(game, 0, entries(1, 3))) for game in (GAME, OTHER)]
    batch = queue.taken()
    assert (answers, queue.entries) == ([[], []], 6)
    refused = NotAtTip(OTHER, 0, 9)
    queue.answer(1, batch, [Position(100, 3), refused])
    assert (answers, queue.entries) == ([[Position(100, 3)], [refused]], 0)


def test_an_append_says_which_batch_had_been_answered_when_it_was_called(queue):
    first = queue.add(GAME, 0, [entry(1)])
    called: list[object] = []
    first.addErrback(lambda _: called.append(queue.add(GAME, 0, [entry(1)])))
    queue.add(GAME, 1, [entry(2)])
    (one, two) = queue.taken()
    queue.answer(1, [one], [LogUnavailable("torn")])
    assert [one.append.answered for one in (one, two, *queue.taken())] == [0, 0, 1]
    assert len(called) == 1


def test_more_than_may_wait_is_refused_until_something_is_answered(queue):
    queue.add(GAME, 0, entries(1, 999))
    batch = queue.taken()
    with pytest.raises(LogBusy, match="999 entries wait for the printer"):
        queue.add(GAME, 999, entries(1_000, 1_001))
    queue.answer(1, batch, [Position(100, 999)])
    queue.add(GAME, 999, entries(1_000, 1_001))
    assert queue.entries == 2


@pytest.mark.parametrize("wrong", [[], [entry(2)], ["text"]], ids=str)
def test_what_cannot_be_written_does_not_wait(queue, wrong):
    with pytest.raises(LocalError):
        queue.add(GAME, 0, wrong)
    assert (queue.entries, queue.taken()) == (0, [])


def test_a_batch_has_so_many_appends_at_most(queue):
    for seq in range(300):
        queue.add(GAME, seq, [entry(seq + 1)])
    assert [256, 44, 0] == [len(queue.taken()) for _ in range(3)]


def test_a_batch_ends_with_the_append_that_makes_it_large(queue):
    long = "x" * 600_000
    for seq in range(3):
        queue.add(GAME, seq, [entry(seq + 1, long)])
    assert [2, 1, 0] == [len(queue.taken()) for _ in range(3)]
