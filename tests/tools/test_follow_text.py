"""A game in words."""

from datetime import UTC

import attrs
import pytest

from scoreboard.model.clock import Clock
from scoreboard.model.message import ClockReport, PlayReport, SituationReport, VoidReport
from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
)
from scoreboard.tools.follow_text import (
    game_clock,
    league_name,
    period_name,
    play_mark,
    play_text,
    situation_text,
    status_text,
)
from tests.support.games import NOW_MS, basket
from tests.tools.boards import about, status, view

NOON_MS = 1_577_620_800_000


def said(game, now_s=0.0):
    return status_text(game, now_s, UTC)


def clock(value_ms, *, running=True, period=1):
    """A reading in the third entry of a log, as fresh as it can be."""
    return ClockReport(Clock(period, value_ms, running, NOW_MS + 3000))


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (status("halftime", 2), "Halftime"),
        (status("end_period", 1), "End Q1"),
        (status("delayed", 1, reason="lightning"), "Delayed: lightning  Q1"),
        (status("final", 4, decided_in="REG"), "Final"),
        (status("final", 5, decided_in="2OT"), "Final/2OT"),
        (status("abandoned", 1, reason="crowd"), "Abandoned: crowd"),
    ],
)
def test_a_status_is_said_in_a_few_words(report, expected):
    assert said(view(status("in_progress", 1), report)) == expected


def test_a_game_to_come_says_when_it_begins():
    game = view(of=attrs.evolve(about(), scheduled_start_ms=NOON_MS))
    assert said(game) == "Sun 12:00"


def test_a_game_whose_time_is_not_known_says_so():
    assert said(view(status("tbd"))) == "time to be set"


def test_a_running_clock_ticks():
    game = view(status("in_progress", 1), clock(511_000))
    assert (said(game), said(game, 1.0)) == ("Q1 8:31", "Q1 8:30")


def test_the_last_minute_shows_tenths_where_the_league_does():
    assert said(view(status("in_progress", 1), clock(45_320))) == "Q1 45.3"


@pytest.mark.parametrize(
    ("period", "value_ms", "expected"),
    [
        (1, 67_000, "1:07"),
        (2, 22 * 60_000 + 10_000, "67:10"),
        (1, 47 * 60_000 + 5_000, "45+2:05"),
        (2, 48 * 60_000, "90+3:00"),
    ],
)
def test_soccer_counts_minutes_from_the_kick_off(period, value_ms, expected):
    game = view(of=about("soccer_league", "soccer"))
    assert game_clock(game, value_ms, period) == expected


def test_a_sport_without_a_clock_shows_none():
    assert game_clock(view(of=about("mlb", "baseball")), 5_000, 1) == ""


def test_a_ruleset_that_is_not_known_shows_minutes_and_numbers():
    game = view()
    game = attrs.evolve(game, meta=None)
    assert (game_clock(game, 61_000, 1), period_name(game, 3)) == ("1:01", "3")


@pytest.mark.parametrize(
    ("sport", "ruleset", "situation", "expected"),
    [
        ("basketball", "nba", Possession(Side.HOME), "HOM ball"),
        (
            "football",
            "nfl",
            FootballSituation(Side.AWAY, 3, 7, 42, "HOM 42"),
            "AWY 3rd & 7 at HOM 42",
        ),
        ("hockey", "nhl", HockeySituation(5, 4), "5v4"),
        ("hockey", "nhl", HockeySituation(5, 5), ""),
        (
            "baseball",
            "mlb",
            BaseballSituation("top", 2, 1, 1, (True, False, True)),
            "▲ 2-1 1 out on 1st & 3rd",
        ),
    ],
)
def test_a_situation_is_said_in_the_words_of_its_sport(sport, ruleset, situation, expected):
    game = view(status("in_progress", 1), SituationReport(situation), of=about(ruleset, sport))
    assert situation_text(game) == expected


def test_a_game_that_is_over_has_no_situation():
    game = view(
        status("in_progress", 1), SituationReport(Possession(Side.HOME)), status("final", 4)
    )
    assert situation_text(game) == ""


def test_a_play_without_a_text_is_put_in_words():
    facts = PlayFacts(
        "3pt",
        1,
        side=Side.HOME,
        points=3,
        points_to=Side.HOME,
        result="made",
        participants=(Participant("shooter", name="A. Player"),),
    )
    game = view(status("in_progress", 1), PlayReport("1", facts))
    assert play_text(game.last_plays(1)[0]) == "3pt made A. Player +3"


def test_a_play_has_the_words_of_its_source():
    facts = PlayFacts("turnover", 1, text="Bad pass")
    game = view(status("in_progress", 1), PlayReport("1", facts))
    assert play_text(game.last_plays(1)[0]) == "Bad pass"


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (VoidReport("1", reason="never happened"), "taken back: never happened"),
        (VoidReport("1", overturned=True, reason="review"), "overturned: review"),
        (attrs.evolve(basket("1", 3, rev=1), reason="foot behind the line"), "corrected: foot"),
    ],
)
def test_a_corrected_play_says_what_became_of_it_and_why(report, expected):
    game = view(status("in_progress", 1), basket("1"), report)
    assert play_mark(game, game.last_plays(1)[0]).startswith(expected)


def test_a_play_that_stands_has_no_mark():
    game = view(status("in_progress", 1), basket("1"))
    assert play_mark(game, game.last_plays(1)[0]) == ""


def test_a_league_is_named_by_its_code():
    assert [league_name(code) for code in ("nba_", "pwhl", "")] == ["NBA", "PWHL", "?"]


def test_the_clock_of_an_earlier_period_is_not_shown_in_the_next():
    game = view(status("in_progress", 1), clock(0, running=False), status("in_progress", 2))
    game = attrs.evolve(game, clock=attrs.evolve(game.clock, seq=3))
    standing = attrs.evolve(game.standing, period_index=2, period_label="Q2")
    assert said(attrs.evolve(game, status=attrs.evolve(game.status, value=standing))) == "Q2"


def test_a_game_of_which_nothing_is_known_says_nothing():
    game = attrs.evolve(view(), status=None, line=None)
    assert said(game) == ""
