"""A game as it stood is brought back from the log, or folded if that cannot be."""

from __future__ import annotations

import pytest
from twisted.internet.defer import fail

from scoreboard.log.interface import LogUnavailable
from scoreboard.model.position import PAGE
from scoreboard.past.milestones import Milestones
from scoreboard.past.stored import state_name, step_name
from scoreboard.projection.fold import fold
from tests.gateway.node import GAME, Node
from tests.support.deferreds import result, started
from tests.support.games import EPOCH

LONG = 5 * PAGE + 20


def done(coroutine):
    return result(started(coroutine))


@pytest.fixture(scope="module")
def played():
    made = Node(ring=64)
    made.play(1, LONG - 1)
    return made


@pytest.fixture
def node(played):
    """A node that has played the game, on a log of its own."""
    made = Node(ring=64)
    result(made.log.append(GAME, 0, result(played.log.read(GAME, 0, LONG))))
    done(made.keeper.load())
    made.clock.advance(LONG)
    return made


def restart(node, version="a version"):
    """As after a restart: nothing was asked for yet."""
    node.start(version)
    done(node.keeper.load())
    node.log.entries = 0
    return node.games.history


def as_folded(node, seq):
    return fold(result(node.log.log.read(GAME, 0, seq)), EPOCH)


def note(node, name):
    return result(node.log.kept(GAME, [name]))[0]


def test_the_first_question_after_a_restart_folds_less_than_a_page(node):
    for seq in (1, PAGE, PAGE + 1, 3 * PAGE - 1, 3 * PAGE, 4 * PAGE + 5, LONG - 1):
        history = restart(node)
        assert as_folded(node, seq) == done(history.at(node.now, seq))
        assert history.folded < PAGE
        assert node.log.entries <= PAGE


def test_a_time_is_found_without_a_fold_from_the_beginning(node):
    for seq in (2, PAGE + 3, 3 * PAGE, LONG - 1):
        history, expected = restart(node), as_folded(node, seq)
        assert expected == done(history.at_time(node.now, expected.ts_ms))
        assert history.folded < PAGE
    before = as_folded(node, 1).ts_ms - 1
    assert done(restart(node).at_time(node.now, before)) is None


def test_a_restart_writes_nothing_that_the_log_has(node):
    assert node.past.kept == 4
    restart(node)
    assert node.past.kept == 0


def test_a_game_that_goes_on_after_a_restart_goes_on_being_kept(node):
    restart(node)
    node.play(LONG, LONG + PAGE)
    assert node.past.kept == 1
    assert note(node, state_name(5)) is not None


def test_what_other_code_has_kept_is_not_used_and_kept_anew(node):
    before = note(node, state_name(2))
    history = restart(node, "another version")
    assert node.past.kept == 4
    assert before != note(node, state_name(2))
    assert as_folded(node, 2 * PAGE) == done(history.at(node.now, 2 * PAGE))


@pytest.mark.parametrize("name", [state_name(2), step_name(2), step_name(3)])
@pytest.mark.parametrize("body", [b"", b"\x00" * 40])
def test_a_damaged_milestone_is_folded_and_kept_anew_at_the_next_start(node, name, body):
    history, whole = restart(node), note(node, name)
    node.log.keep(GAME, {name: body})
    assert as_folded(node, 2 * PAGE + 1) == done(history.at(node.now, 2 * PAGE + 1))
    assert (node.past.unfit, history.folded) == (1, 2 * PAGE + 1)
    history = restart(node)
    assert (node.past.kept, note(node, name)) == (1, whole)
    assert as_folded(node, 2 * PAGE + 1) == done(history.at(node.now, 2 * PAGE + 1))
    assert history.folded == 1


def test_who_is_not_at_home_reads_and_does_not_write(node):
    away = Milestones(node.log, "a version", lambda _: False)
    first, last = as_folded(node, 4 * PAGE), as_folded(node, 5 * PAGE)
    node.log.keep(GAME, {state_name(4): b"", step_name(4): b""})
    away.passed(first)
    away.passed(last)
    assert away.kept == 0
    assert note(node, state_name(4)) == b""
    assert done(away.at(node.now, 4)) is None


def test_a_log_that_cannot_be_asked_is_as_one_without_milestones(node):
    class Mute:
        def kept(self, *_):
            return fail(LogUnavailable("no disk"))

    past = Milestones(Mute(), "a version", lambda _: True)
    past.passed(as_folded(node, 5 * PAGE))
    assert done(past.at(node.now, 2)) is None
    assert done(past.number_at(node.now, node.now.ts_ms - 80_000)) == 0


def test_what_cannot_be_written_is_not_kept(node):
    before, after = as_folded(node, PAGE), as_folded(node, 2 * PAGE)
    past = Milestones(node.log, "a version", lambda _: True)
    past.keep(before.evolved(period_index="first"), after)
    assert past.kept == 0


def test_of_a_game_of_another_epoch_nothing_is_said(node):
    other = node.now.evolved(epoch=EPOCH + 1)
    assert done(node.past.at(other, 2)) is None
    assert done(node.past.number_at(other, node.now.ts_ms)) == 0
    assert done(node.past.number_at(node.now, node.now.ts_ms)) == 5
    assert done(node.past.at(node.now, 0)) is None
    assert done(node.past.at(node.now, 6)) is None
