"""Recorded games in folders, and the results beside them."""

from __future__ import annotations

import gzip
import json

import pytest

from scoreboard.model.side import Score
from scoreboard.tools.datasets import BadFile, NoSuchPath, find, load, read
from scoreboard.tools.finals import Finals
from tests.support.recorded import needs_recorded, recorded
from tests.tools.samples import dataset, espn_csv


def reasons(found):
    return {skip.path.name: skip.reason for skip in found.skipped}


def test_games_are_found_at_any_depth_packed_or_not(tmp_path):
    dataset(tmp_path / "a" / "b")
    (tmp_path / "plain.csv").write_text(espn_csv("401000009"))
    found = find([tmp_path])
    assert [game.name for game in found.games] == ["401000001", "plain"]
    assert {game.provider for game in found.games} == {"espn_csv"}


def test_a_single_file_can_be_named(tmp_path):
    path = tmp_path / "game.csv"
    path.write_text(espn_csv())
    assert [game.path for game in find([path]).games] == [path]


def test_a_file_that_is_named_twice_is_one_game(tmp_path):
    folder = dataset(tmp_path / "a")
    assert len(find([folder, folder]).games) == 1


def test_files_that_are_no_games_are_skipped_with_the_reason(tmp_path):
    folder = dataset(tmp_path / "a")
    (folder / "README.md").write_text("hello")
    (folder / "notes.json").write_text("{}")
    (folder / "broken.json.gz").write_bytes(b"not packed")
    (folder / ".hidden.json").write_text("{}")
    assert reasons(find([folder])) == {
        "README.md": "no game by its name",
        "broken.json.gz": "cannot be read: "
        "Error -3 while decompressing data: incorrect header check",
        "finals.json": "official results",
        "notes.json": "in no format that is known",
    }


def test_a_file_whose_name_is_no_games_is_not_opened(tmp_path):
    path = tmp_path / "sealed.bin"
    path.write_text(espn_csv())
    path.chmod(0)
    assert reasons(find([tmp_path])) == {"sealed.bin": "no game by its name"}


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NoSuchPath, match="nowhere: no such file or folder"):
        find([tmp_path / "nowhere"])


def test_a_file_that_breaks_off_is_a_game_that_cannot_be_read(tmp_path):
    path = tmp_path / "401000001.csv.gz"
    path.write_bytes(gzip.compress(espn_csv().encode())[:-20])
    (game,) = find([tmp_path]).games
    with pytest.raises(BadFile, match=r"401000001\.csv\.gz: "):
        load(game)


def test_an_error_in_a_file_names_the_file_and_the_row(tmp_path):
    path = tmp_path / "401000001.csv"
    path.write_text(espn_csv().replace("19:00", "nineteen"))
    (game,) = find([tmp_path]).games
    with pytest.raises(BadFile, match=r"401000001\.csv: row 6"):
        load(game)


def test_a_game_is_counted_to_the_folder_that_has_its_result(tmp_path):
    inner = tmp_path / "day" / "espn"
    inner.mkdir(parents=True)
    (inner / "401000001.csv").write_text(espn_csv())
    assert [game.dataset for game in find([tmp_path]).games] == ["espn"]
    (tmp_path / "day" / "finals.json").write_text("{}")
    assert [game.dataset for game in find([tmp_path]).games] == ["day"]


def final_of(tmp_path, content, name="espn/401000001.csv"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    (tmp_path / "finals.json").write_text(json.dumps(content))
    return Finals().of(path)


SCORE = {"away_score": 3, "home_score": 5}


@pytest.mark.parametrize(
    "game",
    [
        {"game_id": "401000001"},
        {"game_id": 401000001},
        {"match_id": 401000001},
        {"espn_game_id": "401000001", "stats_game_id": "7"},
        {"file": "espn/401000001.csv"},
        {"espn_file": "espn/401000001.csv"},
    ],
)
@pytest.mark.parametrize("key", ["games", "matches", None])
def test_a_result_is_found_by_id_or_by_file(tmp_path, game, key):
    games = [game | SCORE]
    final = final_of(tmp_path, games if key is None else {key: games})
    assert final.score == Score(home=5, away=3)
    assert final.source == str(tmp_path / "finals.json")


def test_a_second_providers_result_is_its_own(tmp_path):
    game = SCORE | {"espn_game_id": "1", "stats_game_id": "401000001"}
    game["stats_final_away_home"] = [4, 6]
    assert final_of(tmp_path, [game]).score == Score(home=6, away=4)


def test_a_shoot_out_is_told_away_first(tmp_path):
    game = SCORE | {"game_id": "401000001", "shootout": [4, 3]}
    assert final_of(tmp_path, [game]).shootout == Score(home=3, away=4)


@pytest.mark.parametrize("shootout", [True, False, None, "4-3", [4], ["4", "3"]])
def test_what_is_no_tally_is_none(tmp_path, shootout):
    game = SCORE | {"game_id": "401000001", "shootout": shootout}
    assert final_of(tmp_path, [game]).shootout is None


@pytest.mark.parametrize(
    "content",
    [{}, [], {"games": 5}, {"games": [7]}, [{"game_id": "401000001"}], [SCORE | {"game_id": "2"}]],
)
def test_a_file_that_says_nothing_of_the_game_gives_no_result(tmp_path, content):
    assert final_of(tmp_path, content) is None


def test_without_results_there_is_none(tmp_path):
    path = tmp_path / "x" / "y" / "game.csv"
    path.parent.mkdir(parents=True)
    assert Finals().of(path) is None


def test_results_that_are_not_json_are_an_error_that_names_the_file(tmp_path):
    (tmp_path / "finals.json").write_text("{")
    with pytest.raises(BadFile, match=r"finals\.json: not JSON"):
        Finals().of(tmp_path / "game.csv")


@needs_recorded
def test_companions_are_found_beside_above_and_below_a_game():
    def roles(*parts):
        games = find([recorded(*parts)]).games
        return {role for game in games for role, _ in game.companions}

    assert roles("nba-edge-4ot") == {"shots"}
    assert roles("soccer-edge-extra-time") == {"matches"}
    assert roles("ncaam-2023-tournament") == {"schedule"}
    assert "roster.ANA" in roles("mlb-2019-09-29")
    assert roles("feed-samples") == {"boxscore", "shots.home", "shots.away", "summary"}


@needs_recorded
def test_every_recorded_file_is_a_game_or_belongs_to_one_or_is_named():
    unknown = [s.path.name for s in find([recorded()]).skipped if s.reason.startswith("in no")]
    assert unknown == ["score-timeline.csv"] * 3


@needs_recorded
def test_every_recorded_game_that_has_a_result_beside_it_finds_it():
    finals = Finals()
    without = [game.dataset for game in find([recorded()]).games if finals.of(game.path) is None]
    assert set(without) == {"feed-samples"}


def test_a_file_that_is_gone_cannot_be_read(tmp_path):
    with pytest.raises(BadFile, match=r"gone\.csv"):
        read(tmp_path / "gone.csv")
