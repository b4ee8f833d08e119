"""`scoreboard replay` without a server."""

from __future__ import annotations

import argparse
import io

import pytest

from scoreboard.codec.json_text import read_json
from scoreboard.codec.meta import read_meta
from scoreboard.codec.reports import read_message
from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.sports.registry import RULESETS
from scoreboard.tools import replay
from scoreboard.tools.datasets import find, load
from scoreboard.tools.main import main
from scoreboard.tools.progress import ProgressLine
from tests.tools.samples import dataset, espn_csv

SPORTS = {ruleset.id: ruleset.sport for ruleset in RULESETS.values()}


def prepared(*paths, patterns=(), align=False):
    return replay.prepare(paths, patterns, align=align, progress=ProgressLine(io.StringIO()))


def arguments(*words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    replay.add_arguments(parser)
    return parser.parse_args(words)


def test_a_game_becomes_its_meta_and_its_messages(tmp_path):
    folder = dataset(tmp_path / "day")
    (script,) = prepared(folder).scripts
    document = load(find([folder]).games[0])
    assert read_meta(read_json(script.meta), script.game_id, SPORTS) == document.meta
    told = [read_message(read_json(line), document.meta).message for line in script.lines]
    assert told == [arrival.message for arrival in timeline(document)]
    assert len(script.offsets) == len(script.about) == len(script.lines)


def test_games_can_be_chosen_by_part_of_their_name_or_by_a_pattern(tmp_path):
    folder = dataset(tmp_path / "day", games=3)

    def chosen(*patterns):
        return [tally.name for tally in prepared(folder, patterns=patterns).tallies]

    assert chosen("0002") == ["401000002"]
    assert chosen("*[13]") == ["401000001", "401000003"]
    assert chosen("0001", "0002") == ["401000001", "401000002"]


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_on(tmp_path, capsys):
    folder = dataset(tmp_path / "day")
    (folder / "401000002.csv").write_text(espn_csv().replace("19:00", "nineteen"))
    ready = prepared(folder)
    assert [tally.name for tally in ready.tallies] == ["401000001"]
    assert "401000002.csv: row 6" in ready.unreadable[0]
    assert "401000002.csv: row 6" in capsys.readouterr().err


def test_aligned_games_have_their_first_plays_at_the_same_time(tmp_path):
    folder = dataset(tmp_path / "day", games=2)
    late = espn_csv("401000002").replace("March 15", "March 16")
    (folder / "401000002.csv.gz").unlink()
    (folder / "401000002.csv").write_text(late)
    apart, aligned = prepared(folder).plan, prepared(folder, align=True).plan
    assert apart.longest_silence_ms > 20 * 3600 * 1000
    assert aligned.offsets[0] == aligned.offsets[1]


@pytest.fixture
def refused(capsys):
    """Runs the command, which must end with code 2; what it says."""

    def run(*words):
        assert main(["replay", *map(str, words)]) == 2
        return capsys.readouterr().err.removeprefix("scoreboard: ").rstrip("\n")

    return run


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("SCOREBOARD_TOKEN", "secret")


def test_without_a_token_the_user_hears_where_to_put_it(tmp_path, refused, monkeypatch):
    monkeypatch.delenv("SCOREBOARD_TOKEN", raising=False)
    said = refused(dataset(tmp_path))
    assert said.startswith("no token: set SCOREBOARD_TOKEN, or use --token-file FILE")
    assert "[feeds.replay]" in said


def test_games_that_lie_days_apart_are_not_waited_for(tmp_path, refused, token):
    folder = dataset(tmp_path)
    (folder / "z.csv").write_text(espn_csv("9").replace("2018", "2019"))
    assert refused(folder).startswith("at this speed nothing would happen for 8758 hours")


def test_a_name_that_fits_no_game_is_told(tmp_path, refused, token):
    folder = dataset(tmp_path)
    assert refused(folder, "--game", "x", "--game", "y") == (
        f"no recorded game that fits x or y in {folder}"
    )


def test_a_wrong_source_is_told(tmp_path, refused, token):
    assert refused(dataset(tmp_path), "--source", "9").startswith("--source: source '9' must be")


def test_a_wrong_address_is_told(tmp_path, refused, token):
    assert refused(dataset(tmp_path), "--to", "here").startswith("--to here: write it as http://")


@pytest.mark.parametrize("words", [["--speed", "0"], ["--speed", "fast"], ["--seed", "x"]])
def test_a_wrong_number_is_refused(words):
    with pytest.raises((argparse.ArgumentError, SystemExit)):
        arguments("x", *words)


def test_without_options_a_game_is_sent_in_real_time_to_this_machine():
    args = arguments("x")
    assert (args.speed, args.to, args.source) == (1.0, "http://127.0.0.1:8080", "replay")
    assert (args.align, args.json, args.game, args.seed) == (False, False, None, None)
