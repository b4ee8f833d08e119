from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.codec.cbor import encode_entry
from scoreboard.log.batch import Append, bodies, check_range, fresh_epoch, plan
from scoreboard.log.interface import NOWHERE, NotAtTip
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position
from tests.support.entries import GAME, OTHER, entries, entry


def append(game: GameId, expected: int, count: int = 1, answered: int = 0) -> Append:
    return Append(game, expected, 7, (b"x",) * count, answered)


def seqs(decided) -> list[int | None]:
    return [None if isinstance(outcome, NotAtTip) else outcome.seq for outcome in decided.outcomes]


class TestPlan:
    def test_appends_of_one_batch_build_on_each_other(self):
        decided = plan([append(GAME, 4), append(GAME, 5, 2)], {GAME: Position(9, 4)}, {}, 1)
        assert (Position(9, 5), Position(9, 7)) == decided.outcomes
        rows = ((GAME, 5, b"x"), (GAME, 6, b"x"), (GAME, 7, b"x"))
        assert rows == decided.rows
        assert {GAME: Position(9, 7)} == decided.tips
        assert tuple(decided.created) == ()

    def test_the_first_append_makes_the_game(self):
        decided = plan([append(GAME, 0), append(GAME, 1)], {}, {}, 1)
        assert decided.created == ((GAME, 7),)
        assert (Position(7, 1), Position(7, 2)) == decided.outcomes

    def test_an_append_that_does_not_fit_fails_alone(self):
        decided = plan([append(GAME, 3), append(OTHER, 0)], {}, {}, 1)
        assert seqs(decided) == [None, 1]
        assert decided.rows == ((OTHER, 1, b"x"),)

    def test_an_append_that_builds_on_a_failed_one_fails_though_it_fits(self):
        tips = {GAME: Position(9, 4)}
        decided = plan([append(GAME, 3), append(GAME, 4)], tips, {}, 1)
        assert seqs(decided) == [None, None]
        later = plan([append(GAME, 4)], tips, decided.failures, 2)
        assert seqs(later) == [None]

    def test_an_append_called_after_the_answer_of_the_failure_is_judged_by_the_tip(self):
        tips = {GAME: Position(9, 4)}
        failures = plan([append(GAME, 3)], tips, {}, 1).failures
        decided = plan([append(GAME, 4, answered=1)], tips, failures, 2)
        assert seqs(decided) == [5]
        assert decided.failures == {}

    def test_a_refusal_that_follows_from_another_makes_no_further_ones(self):
        """Otherwise two retries that are under way would refuse each other for ever."""
        tips = {GAME: Position(9, 4)}
        failures = plan([append(GAME, 3)], tips, {}, 1).failures
        failures = plan([append(GAME, 4)], tips, failures, 2).failures
        assert seqs(plan([append(GAME, 4, answered=1)], tips, failures, 3)) == [5]

    def test_nothing_that_was_given_is_changed(self):
        tips, failures = {GAME: Position(9, 4)}, {OTHER: 1}
        plan([append(GAME, 4), append(OTHER, 9, answered=1)], tips, failures, 2)
        assert ({GAME: Position(9, 4)}, {OTHER: 1}) == (tips, failures)

    @given(
        st.lists(
            st.tuples(st.sampled_from([GAME, OTHER]), st.integers(0, 4), st.integers(1, 3)),
            max_size=20,
        ),
        st.integers(1, 4),
    )
    def test_a_game_has_no_gap_and_no_repeat_whatever_is_asked(self, asked, batch_size):
        tips: dict[GameId, Position] = {}
        failures: dict[GameId, int] = {}
        written: dict[GameId, list[int]] = {GAME: [], OTHER: []}
        for number, at in enumerate(range(0, len(asked), batch_size), start=1):
            batch = [
                append(game, expected, count, answered=number - 1)
                for game, expected, count in asked[at : at + batch_size]
            ]
            decided = plan(batch, tips, failures, number)
            tips, failures = {**tips, **decided.tips}, decided.failures
            for game, seq, _ in decided.rows:
                written[game].append(seq)
        for game, numbers in written.items():
            assert list(range(1, len(numbers) + 1)) == numbers
            assert len(numbers) == tips.get(game, NOWHERE).seq


class TestChecks:
    def test_entries_become_bytes(self):
        assert tuple(map(encode_entry, entries(3, 4))) == bodies(2, entries(3, 4))

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ([], "at least one entry"),
            ([entry(4)], "entry 4 stands where 3 must be"),
            ([entry(3), entry(3)], "entry 3 stands where 4 must be"),
            (["text"], "'text' is not a Entry"),
        ],
    )
    def test_entries_that_do_not_follow_are_refused(self, wrong, says):
        with pytest.raises(LocalError, match=says):
            bodies(2, wrong)

    def test_a_range_begins_at_or_behind_the_start(self):
        check_range(0, 0)
        with pytest.raises(LocalError, match="behind -1"):
            check_range(-1, 5)

    @pytest.mark.parametrize("epoch", [1, 2**32 - 1])
    def test_an_epoch_is_given(self, epoch):
        assert epoch == fresh_epoch(lambda: epoch)

    @pytest.mark.parametrize("epoch", [0, -5, 2**32])
    def test_what_is_no_epoch_is_refused(self, epoch):
        with pytest.raises(LocalError, match="is no epoch"):
            fresh_epoch(lambda: epoch)
