"""The board in a terminal."""

import attrs
import pytest

from scoreboard.client.link import Link, LinkState
from scoreboard.model.clock import Clock
from scoreboard.model.message import ClockReport, ScoreReport, VoidReport
from scoreboard.model.side import Score, Side
from scoreboard.tools.follow_screen import board, link_text, ordered
from scoreboard.tools.styled import Style
from tests.support.games import NOW_MS, basket
from tests.tools.boards import about, frame, status, text, view


def game(number, state="in_progress", league="nba_", *reports, doubt=None):
    of = about(game_id=f"g{number:010}", league=league)
    begun = [status("in_progress", 1)] if state in {"in_progress", "final"} else []
    after = [status(state, 4)] if state != "in_progress" else []
    return view(*begun, *reports, *after, of=of, doubt=doubt)


def one_game(*reports, doubt=None):
    clock = ClockReport(Clock(2, 511_000, running=True, as_of_ms=NOW_MS + 5000))
    return view(
        status("in_progress", 1),
        basket("1", 3),
        basket("2", 2, Side.AWAY, period=2),
        *reports,
        clock,
        doubt=doubt,
    )


def test_games_stand_by_league_live_ones_first():
    games = [
        game(1, "final", "nba_"),
        game(2, "scheduled", "nhl_"),
        game(3, "final", "nhl_"),
        game(4, "in_progress", "nfl_"),
        game(5, "in_progress", "nba_"),
    ]
    found = [(league, [v.game_id[-1] for v in views]) for league, views in ordered(games)]
    assert found == [("nba_", ["5", "1"]), ("nfl_", ["4"]), ("nhl_", ["2", "3"])]


def test_a_board_of_many_games_has_one_row_a_game():
    games = [game(1, "in_progress", "nba_", basket("1", 3)), game(2, "final", "nhl_")]
    assert text(board(frame(*games))) == [
        "live · 0.4 s  1 live of 2                                 ws://127.0.0.1:8080/ws",
        "NBA",
        " AWY    0  HOM    3  Q1",
        "NHL",
        " AWY    0  HOM    0  Final",
    ]


def test_a_game_to_come_shows_no_score():
    lines = text(board(frame(game(1, "scheduled"), game(2))))
    assert " AWY       HOM" in lines[3]


def test_a_row_shows_clock_situation_and_doubt():
    doubtful = game(1, "in_progress", "nba_", basket("1", 3), doubt="claimed")
    assert "score uncertain" in text(board(frame(doubtful, game(2))))[2]


def test_a_single_game_is_shown_by_periods_with_its_plays():
    assert text(board(frame(one_game()))) == [
        "live · 0.4 s                                              ws://127.0.0.1:8080/ws",
        "Away City at Home Town                                                       NBA",
        "        Q1   Q2     T",
        "AWY      0    2     2",
        "HOM      3    0     3",
        "Q2 8:30",
        "Q2        AWY   2pt made +2                                                  2-3",
        "Q1        HOM   3pt made +3                                                  0-3",
    ]


def test_corrected_plays_are_marked_and_say_why():
    lines = board(frame(one_game(VoidReport("1", overturned=True, reason="review"))))
    gone = next(spans for spans in lines if any(span.style is Style.GONE for span in spans))
    assert "[overturned: review] 3pt made" in text([gone])[0]
    assert "0-3" not in text([gone])[0]


def test_a_correction_of_the_score_alone_is_shown():
    report = ScoreReport(Score(3, 1), correction=True, reason="scorer's slip")
    assert text(board(frame(one_game(report))))[-1] == (
        "score corrected 2-3 to 1-3: scorer's slip (arena)"
    )


def test_a_shootout_has_a_column_of_its_own():
    shown = one_game()
    score = attrs.evolve(shown.score.value, shootout=Score(2, 1))
    shown = attrs.evolve(shown, score=attrs.evolve(shown.score, value=score))
    assert text(board(frame(shown)))[2:5] == [
        "        Q1   Q2     T   SO",
        "AWY      0    2     2    1",
        "HOM      3    0     3    2",
    ]


@pytest.mark.parametrize("width", [1, 5, 12, 20, 40, 80, 200])
@pytest.mark.parametrize("height", [1, 2, 5, 10, 24, 60])
def test_a_board_fits_into_any_window(width, height):
    many = [game(n, "in_progress" if n % 3 else "final", f"lg{n % 4}_") for n in range(1, 40)]
    for games in (many, [one_game()]):
        lines = board(frame(*games, width=width, height=height))
        assert len(lines) <= max(height, 8 if len(games) == 1 else 2)
        assert max(map(len, text(lines, width))) <= width


def test_what_does_not_fit_is_said_and_live_games_stay():
    games = [game(n, "in_progress" if n < 4 else "final") for n in range(1, 30)]
    lines = text(board(frame(*games, height=8)))
    assert sum("Q1" in line for line in lines) == 3
    assert lines[-1].startswith("… and 26 more")


def test_too_many_live_games_are_cut():
    games = [game(n) for n in range(1, 30)]
    lines = text(board(frame(*games, height=10)))
    assert len(lines) == 10
    assert lines[-1].startswith("… and 22 more")


def test_the_early_periods_give_way_in_a_narrow_window():
    inning = [status("in_progress", 1)]
    many = view(*inning, of=about("mlb", "baseball"))
    score = attrs.evolve(many.score.value, periods=tuple(Score(n, 0) for n in range(12)))
    many = attrs.evolve(many, score=attrs.evolve(many.score, value=score))
    head, _, home = text(board(frame(many, width=30)), 30)[2:5]
    assert head.split() == ["9th", "10", "11", "T"] or head.split()[-1] == "T"
    assert home.split()[-2] == "11"


def test_no_games_are_said_to_be_none():
    assert text(board(frame()))[1:] == ["no games"]


def test_notes_stand_below_the_header():
    assert text(board(frame(one_game(), notes=("no such team: bos",))))[1] == "no such team: bos"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (Link(LinkState.LIVE), "live · 0.4 s"),
        (Link(LinkState.WAITING, 0.0, "refused", 1.6), "reconnecting in 1.2 s · refused"),
        (Link(LinkState.CONNECTING, 0.0, "refused"), "connecting · refused"),
        (Link(LinkState.CATCHING_UP), "catching up"),
        (Link(LinkState.STOPPED), "stopped"),
    ],
)
def test_the_connection_is_said_as_it_is(link, expected):
    assert link_text(link, 0.0, 0.4).text == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59.94, "59.9 s"), (60, "1 min"), (3599, "59 min"), (7260, "2 h 1 min")],
)
def test_the_age_of_the_news_is_said(seconds, expected):
    assert link_text(Link(LinkState.LIVE), 0.0, seconds).text == f"live · {expected}"


def test_a_clock_stands_while_the_connection_is_gone():
    lost = Link(LinkState.WAITING, 3.0, "gone", 63.0, lost_s=2.0)
    assert text(board(frame(one_game(), now_s=60.0, link=lost)))[5] == "Q2 8:29"


def test_a_single_game_of_uncertain_score_says_so():
    doubtful = one_game(doubt="claimed")
    assert "score uncertain" in text(board(frame(doubtful)))


def test_a_single_game_of_everything_is_a_row():
    assert text(board(frame(one_game(), whole=False)))[1:] == [
        "NBA",
        " AWY    2  HOM    3  Q2 8:30",
    ]
