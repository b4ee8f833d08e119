"""`scoreboard simulate` without a server."""

import argparse
import json
from argparse import ArgumentTypeError

import pytest

from scoreboard.model.side import Score
from scoreboard.simulator.day import Slate, game_day
from scoreboard.tools import simulate
from scoreboard.tools.feed_options import address_of, speed, token_of
from scoreboard.tools.main import main
from scoreboard.tools.simulate_plan import laid_out, listed, result_lines, tally_of
from scoreboard.tools.usage import UsageError

START_MS = 1_790_000_000_000
GAMES = game_day(1, START_MS, Slate(soccer=1, hockey=1))


def arguments(*words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    simulate.add_arguments(parser)
    return parser.parse_args(words)


def test_a_day_without_numbers_is_a_small_one():
    assert simulate.slate_of(arguments()) == Slate(football=2, soccer=2, basketball=2)


def test_a_number_of_one_sport_is_none_of_the_others():
    assert simulate.slate_of(arguments("--hockey", "3")) == Slate(hockey=3)


def test_no_games_at_all_are_a_mistake():
    with pytest.raises(UsageError, match="--football"):
        simulate.slate_of(arguments("--hockey", "0"))


@pytest.mark.parametrize("words", [["--soccer", "-1"], ["--speed", "0"], ["--start", "noon"]])
def test_a_wrong_number_is_refused(words):
    with pytest.raises(argparse.ArgumentError):
        arguments(*words)


def test_the_same_seed_gives_the_same_list(capsys):
    start = ["--start", "2026-11-23T18:00:00Z"]
    words = ["simulate", "--list", "--seed", "7", "--soccer", "1", "--baseball", "1", *start]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == first
    assert len(first.splitlines()) == 3


def test_every_message_is_sent_at_its_time():
    plan, scripts = laid_out(GAMES, START_MS)
    assert [len(script.lines) for script in scripts] == [len(game.reports) for game in GAMES]
    assert plan.offsets == tuple(script.offsets for script in scripts)
    for game, script in zip(GAMES, scripts, strict=True):
        assert list(script.offsets) == [timed.at_ms - START_MS for timed in game.reports]
        assert json.loads(script.meta)["game_id"] == game.meta.game_id
        assert json.loads(script.lines[0])["type"] == "status"


def test_the_list_has_the_true_finals():
    lines = listed(GAMES)
    assert GAMES[0].meta.game_id in lines[1]
    assert f"{GAMES[0].final.away}-{GAMES[0].final.home}" in lines[1]


def test_finals_that_are_the_same_are_counted():
    found = {game.meta.game_id: (game.final, game.shootout) for game in GAMES}
    assert result_lines(GAMES, found) == (["2 of 2 finals on the server are the true ones"], 0)


def test_every_difference_is_named():
    found = {GAMES[0].meta.game_id: (Score(99, 98), None)}
    lines, wrong = result_lines(GAMES, found)
    assert wrong == 2
    assert lines[0].endswith("the server has 98-99")
    assert lines[1].endswith("was not asked for")


def test_the_account_begins_with_every_message_to_be_sent():
    assert [account.total for account in tally_of(GAMES)] == [len(g.reports) for g in GAMES]


def test_a_speed_is_a_number_or_the_most():
    assert [speed("2"), speed("0.5"), speed("max")] == [2.0, 0.5, None]
    for wrong in ("0", "-1", "inf", "nan", "fast"):
        with pytest.raises(ArgumentTypeError, match="a number above 0, or max"):
            speed(wrong)


def test_the_address_has_no_slash_at_its_end():
    assert address_of(arguments("--to", "http://a:1/")) == "http://a:1"
    with pytest.raises(UsageError):
        address_of(arguments("--to", "ws://a:1/ws"))


def test_a_token_comes_from_an_option_a_file_or_the_environment(tmp_path, monkeypatch):
    path = tmp_path / "token"
    path.write_text("from a file\n")
    monkeypatch.setenv("SCOREBOARD_TOKEN", "from the environment")
    assert token_of(arguments("--token", "given")) == "given"
    assert token_of(arguments("--token-file", str(path))) == "from a file"
    assert token_of(arguments()) == "from the environment"


def test_a_token_that_is_nowhere_is_a_mistake(tmp_path, monkeypatch):
    monkeypatch.delenv("SCOREBOARD_TOKEN", raising=False)
    with pytest.raises(UsageError, match=r"feeds\.simulate"):
        token_of(arguments())
    with pytest.raises(UsageError, match="nowhere"):
        token_of(arguments("--token-file", str(tmp_path / "nowhere")))


def test_a_mistake_costs_one_line(capsys, monkeypatch):
    monkeypatch.delenv("SCOREBOARD_TOKEN", raising=False)
    assert main(["simulate", "--soccer", "1"]) == 2
    assert capsys.readouterr().err.startswith("scoreboard: no token")
