"""What each row of a running score counts."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.parsers.running.running_score import ClaimRow, Ruling, reckon
from scoreboard.model.side import Score, Side

HOME, AWAY = Side.HOME, Side.AWAY


def row(claim, points=0, side=None, clock=None, text=None, period=1, label="row"):
    """A row whose claim is "home-away"; the clock in seconds."""
    score = None if claim is None else Score(*map(int, claim.split("-")))
    return ClaimRow(
        label, period, None if clock is None else clock * 1000, score, points, side, text
    )


def counted(rows: Sequence[ClaimRow]) -> list[int]:
    return [ruling.points for ruling in reckon(rows)]


def published(rulings: Sequence[Ruling]) -> list[Score]:
    """The score after each row, as a follower sees it."""
    score, seen = Score(), []
    for ruling in rulings:
        score = ruling.gap.score if ruling.gap else score
        if ruling.side:
            score = score.plus(ruling.side, ruling.points)
        seen.append(score)
    return seen


def gaps(rows: Sequence[ClaimRow]) -> list[tuple[int, str, bool]]:
    """(row, score, correction) of each move of the score without a play."""
    return [
        (index, f"{r.gap.score.home}-{r.gap.score.away}", r.gap.correction)
        for index, r in enumerate(reckon(rows))
        if r.gap
    ]


def quirks(rows: Sequence[ClaimRow]) -> list[tuple[int, str]]:
    return [(index, quirk) for index, r in enumerate(reckon(rows)) for quirk in r.quirks]


def test_a_made_shot_whose_score_rises_counts():
    rows = [row("0-0"), row("2-0", 2, HOME), row("2-3", 3, AWAY), row("2-3")]
    assert [0, 2, 3, 0] == counted(rows)
    assert [] == gaps(rows)
    assert [] == quirks(rows)
    assert [r.claim for r in rows] == [r.stands for r in reckon(rows)]


def test_a_row_that_stands_twice_counts_once():
    shot = row("2-0", 2, HOME, clock=60, text="Smith made Layup.")
    rows = [shot, shot, row("2-0")]
    assert [2, 0, 0] == counted(rows)
    assert [] == gaps(rows)
    assert [(1, "repeated row")] == quirks(rows)


def test_two_equal_free_throws_count_twice_if_the_score_says_so():
    first = row("1-0", 1, HOME, clock=60, text="Smith made Free Throw.")
    second = row("2-0", 1, HOME, clock=60, text="Smith made Free Throw.")
    assert [1, 1] == counted([first, second])
    assert [] == quirks([first, second])


def test_a_jump_that_stays_means_that_rows_are_missing():
    rows = [row("29-21", label="row 8"), row("34-24", label="row 9"), row("36-24", 2, HOME)]
    assert [0, 0, 2] == counted(rows)
    assert [(0, "29-21", False), (1, "34-24", False)] == gaps(rows)
    gap = reckon(rows)[1].gap
    assert gap is not None
    assert (
        "rows are missing before row 9: the score goes from 29-21 to 34-24 (home-away) "
        "without a play"
    ) == gap.reason


def test_a_jump_on_a_row_that_also_scores_leaves_the_row_its_points():
    rows = [row("45-48"), row("50-48", 2, HOME)]
    assert [(0, "45-48", False), (1, "48-48", False)] == gaps(rows)
    assert [0, 2] == counted(rows)


def test_a_jump_of_both_sides_is_one_gap():
    rows = [row("0-2", 2, AWAY), row("3-4", 2, AWAY)]
    assert [(1, "3-2", False)] == gaps(rows)
    assert [2, 2] == counted(rows)


def test_a_score_that_falls_on_one_row_is_stale():
    rows = [row("15-8"), row("15-9", 1, AWAY), row("15-8"), row("18-9", 3, HOME)]
    assert [0, 1, 0, 3] == counted(rows)
    assert [(0, "15-8", False)] == gaps(rows)
    assert (2, "stale score") in quirks(rows)
    assert reckon(rows)[2].stands is None


def test_a_small_fall_that_many_rows_stand_by_is_a_correction_although_it_is_made_good():
    rows = [row("9-0", 9, HOME), *[row("8-0")] * 11, row("9-0")]
    assert [(1, "8-0", True), (12, "9-0", False)] == gaps(rows)


def test_a_basket_on_a_row_with_a_stale_score_counts():
    rows = [row("9-0", 9, HOME), row("8-2", 2, AWAY), row("10-2", 2, HOME), row("11-2")]
    assert [9, 2, 2, 0] == counted(rows)
    assert [] == gaps(rows)


def test_a_fall_that_stays_is_a_correction():
    rows = [
        row("10-0", 10, HOME),
        row("12-0", 2, HOME),
        row("10-0"),
        row("13-0", 3, HOME),
        row("13-0"),
    ]
    assert [10, 2, 0, 3, 0] == counted(rows)
    assert [(2, "10-0", True)] == gaps(rows)
    assert [(2, "score taken back")] == quirks(rows)


def test_a_fall_on_the_very_last_row_is_not_believed_before_a_second_row_stands_by_it():
    rows = [row("12-0", 12, HOME), row("10-0")]
    assert [] == gaps(rows)
    assert [(1, "stale score")] == quirks(rows)
    assert [] == gaps([*rows, row(None)])
    assert [(1, "10-0", True)] == gaps([*rows, row("10-0")])


def test_an_old_score_on_the_last_row_is_stale():
    rows = [row("70-60", 70, HOME), row("70-62", 2, AWAY), row("0-0", text="End of Game")]
    assert Score(70, 62) == published(reckon(rows))[-1]
    assert [(2, "stale score")] == quirks(rows)[1:]


def test_a_big_fall_that_many_rows_stand_by_is_a_correction():
    rows = [*[row("20-12")] * 12, *[row("12-20")] * 12]
    assert [(0, "20-12", False), (12, "12-20", True)] == gaps(rows)


def test_a_slip_upwards_that_is_gone_on_the_next_row_is_never_published():
    rows = [row("9-4"), row("90-4"), row("9-4"), row("11-4", 2, HOME)]
    assert [(0, "9-4", False)] == gaps(rows)
    assert (1, "score slip") in quirks(rows)


@pytest.mark.parametrize("early", [True, False])
def test_a_score_that_moves_one_row_early_or_late_belongs_to_its_play(early):
    beside, play = row("2-0", clock=60), row("2-0" if early else "0-0", 2, HOME, clock=60)
    rows = [row("0-0"), *([beside, play] if early else [play, beside]), row("2-0", clock=50)]
    assert [0, *([0, 2] if early else [2, 0]), 0] == counted(rows)
    assert [] == gaps(rows)
    assert [(rows.index(play), "score on another row")] == quirks(rows)


def test_two_baskets_of_one_moment_in_the_wrong_order_both_count():
    rows = [row("15-0", 15, HOME), row("20-0", 2, HOME, 60), row("18-0", 3, HOME, 60), row("20-0")]
    assert [15, 2, 3, 0] == counted(rows)
    assert [] == gaps(rows)


def test_every_basket_counts_where_it_stands_if_the_score_is_always_one_row_late():
    rows = [row("0-0", 2, HOME), row("2-0", 1, HOME), row("3-0"), row("3-0", 3, HOME), row("6-0")]
    assert [2, 1, 0, 3, 0] == counted(rows)
    assert [] == gaps(rows)


def test_a_row_that_does_not_name_the_scorer_scores_for_the_side_that_rises():
    rows = [row("0-0"), row("0-3", 3), row("2-3", 2), row("2-3", 1), row("3-3")]
    rulings = reckon(rows)
    assert [None, AWAY, HOME, HOME, None] == [ruling.side for ruling in rulings]
    assert [0, 3, 2, 1, 0] == counted(rows)


def test_a_shot_whose_points_are_not_those_of_the_score_counts_nothing():
    rows = [row("0-0"), row("2-0", 3, HOME), row("2-0")]
    assert [0, 0, 0] == counted(rows)
    assert [(1, "2-0", False)] == gaps(rows)
    assert [(1, "missing rows"), (1, "shot without score")] == quirks(rows)


def test_rows_without_a_score_are_explained_by_the_next_that_has_one():
    rows = [row("0-0"), row(None, 2, HOME), row(None), row(None, 3, AWAY), row("2-3")]
    assert [0, 2, 0, 3, 0] == counted(rows)
    assert [] == gaps(rows)


def test_plays_after_the_last_score_are_believed():
    assert [0, 2, 3] == counted([row("0-0"), row(None, 2, HOME), row(None, 3, AWAY)])


def test_nothing_is_looked_for_across_a_correction():
    rows = [row("0-0"), row("2-0"), row("0-0", 2, HOME), row("0-0")]
    assert all(score.home >= 0 for score in published(reckon(rows)))


# Random games, with known damage.


@attrs.frozen
class Game:
    rows: list[ClaimRow]
    final: Score


@st.composite
def clean_games(draw):
    """A game whose every point is explained on its own row, each at another moment."""
    plays = draw(
        st.lists(st.tuples(st.sampled_from((0, 0, 0, 1, 2, 3)), st.sampled_from(Side)), max_size=40)
    )
    rows, score = [], Score()
    for index, (points, side) in enumerate(plays):
        score = score.plus(side, points)
        rows.append(
            ClaimRow(
                f"row {index}", 1, 100_000 - index * 1000, score, points, side, f"play {index}"
            )
        )
    return Game(rows, score)


@st.composite
def damaged_games(draw):
    """A clean game with rows lost, rows twice, and stale scores, one of them perhaps the last."""
    game = draw(clean_games())
    rows, old = [], Score()
    for known in game.rows:
        match draw(st.sampled_from(("sound",) * 6 + ("lost", "twice", "stale"))):
            case "sound":
                rows.append(known)
            case "twice":
                rows += [known, known]
            case "stale":
                rows += [
                    known,
                    row(f"{old.home}-{old.away}", text="Timeout"),
                    attrs.evolve(known, points=0, text="Foul"),
                ]
            case "lost":
                pass
        old = known.claim if draw(st.booleans()) else old
    tail = [ClaimRow("tail", 1, 0, game.final, text=text) for text in ("End", "End of Game")]
    stale = [row(f"{old.home}-{old.away}", text="Postgame")] if draw(st.booleans()) else []
    return Game([*rows, *tail, *stale], game.final)


wild_rows = st.lists(
    st.builds(
        ClaimRow,
        label=st.just("row"),
        period_index=st.sampled_from((1, 2)),
        clock_ms=st.sampled_from((None, 1000, 2000)),
        claim=st.none() | st.builds(Score, st.integers(0, 12), st.integers(0, 12)),
        points=st.integers(0, 3),
        side=st.sampled_from((None, HOME, AWAY)),
        text=st.sampled_from((None, "a", "b")),
    ),
    max_size=30,
)


def explained_once(rows: Sequence[ClaimRow]) -> None:
    """What must hold of any rulings: no fall but by a correction, a play counts its worth or 0."""
    rulings = reckon(rows)
    assert len(rows) == len(rulings)
    score = Score()
    for known, ruling in zip(rows, rulings, strict=True):
        assert ruling.points in (0, known.points)
        assert (ruling.points > 0) == (ruling.side is not None)
        if ruling.gap:
            fell = ruling.gap.score.home < score.home or ruling.gap.score.away < score.away
            assert fell == ruling.gap.correction
            assert ruling.gap.score != score
            score = ruling.gap.score
        score = score.plus(ruling.side, ruling.points) if ruling.side else score
        assert score.home >= 0
        assert score.away >= 0
        assert ruling.stands in (None, score)


@settings(deadline=None)
@given(clean_games())
def test_a_sound_game_needs_no_gap_and_shows_every_claim(game):
    rulings = reckon(game.rows)
    assert [r.claim for r in game.rows] == published(rulings)
    assert not any(ruling.gap or ruling.quirks for ruling in rulings)


@settings(deadline=None)
@given(damaged_games())
def test_the_total_of_a_damaged_game_is_the_last_score_that_its_rows_stand_by(game):
    rulings = reckon(game.rows)
    explained_once(game.rows)
    assert game.final == published(rulings)[-1]
    assert sum(r.points for r in rulings) <= game.final.home + game.final.away


@settings(deadline=None)
@given(damaged_games())
def test_the_published_score_never_passes_the_final_and_never_falls_if_nothing_was_taken_back(game):
    before = Score()
    for score in published(reckon(game.rows)):
        assert before.home <= score.home <= game.final.home
        assert before.away <= score.away <= game.final.away
        before = score


@settings(deadline=None)
@given(clean_games(), st.data())
def test_a_basket_that_is_taken_back_is_gone_from_the_total(game, data):
    baskets = [index for index, known in enumerate(game.rows) if known.points]
    if not baskets:
        return
    basket = data.draw(st.sampled_from(baskets))
    taken = game.rows[basket]
    lost = Score().plus(taken.side, taken.points)
    since = data.draw(st.integers(basket + 1, len(game.rows)))
    end = [attrs.evolve(game.rows[-1], points=0, text=text) for text in ("End", "End of Game")]
    rows = [
        attrs.evolve(known, claim=known.claim - lost) if index >= since else known
        for index, known in enumerate([*game.rows, *end])
    ]
    explained_once(rows)
    assert game.final - lost == published(reckon(rows))[-1]


@settings(deadline=None)
@given(wild_rows)
def test_no_rows_whatever_make_the_score_fall_without_a_correction(rows):
    explained_once(rows)


@settings(deadline=None)
@given(wild_rows, st.integers(0, 60), st.integers(0, 60))
def test_a_dozen_sound_rows_at_the_end_settle_the_total(rows, home, away):
    """However wild the rows before, a score that many rows stand by is the final one."""
    end = [row(f"{home + 40}-{away + 40}", text=f"end {n}") for n in range(12)]
    assert Score(home + 40, away + 40) == published(reckon([*rows, *end]))[-1]
