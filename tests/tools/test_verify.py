"""`scoreboard verify`: recorded games against the official results."""

from __future__ import annotations

import json

import attrs
import pytest

from scoreboard.ingest.parsers.document import PlayRow
from scoreboard.model.message import Heartbeat
from scoreboard.model.play import Place, PlayFacts
from scoreboard.model.side import Score
from scoreboard.model.situation import BaseballSituation
from scoreboard.tools.main import main
from scoreboard.tools.recorded_fold import about, fold_recorded
from tests.ingest.parsers.rows import NFL, document, play, score
from tests.support.recorded import needs_recorded, recorded
from tests.tools.samples import dataset, espn_csv

#: A game of one home run, in the form of Retrosheet, which has no score of its own.
HOME_RUN = """id,AAA201901010
version,2
info,visteam,BBB
info,hometeam,AAA
info,date,2019/01/01
start,x,"Ann Archer",0,1,7
play,1,0,x,00,X,HR/78
"""


@pytest.fixture
def verify(capsys):
    """Runs the command; its exit code and what it printed on both streams."""

    def run(*words):
        code = main(["verify", "--jobs", "1", *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_a_game_that_agrees_is_a_line_and_exit_code_0(tmp_path, verify):
    code, out, err = verify(dataset(tmp_path / "day"))
    assert (code, err) == (0, "")
    game = next(line for line in out.splitlines() if line.startswith("401000001"))
    assert game.split()[:2] == ["401000001", "espn_csv"]
    assert "3-5       3-5  finals.json  agree" in game
    assert "1 agree" in out


def test_a_game_that_differs_is_exit_code_1(tmp_path, verify):
    (tmp_path / "AAA201901010.txt").write_text(HOME_RUN)
    final = {"game_id": "AAA201901010", "away_score": 2, "home_score": 0}
    (tmp_path / "finals.json").write_text(json.dumps([final]))
    code, out, _ = verify(tmp_path)
    assert code == 1
    assert "1-0       2-0  finals.json  DIFFERS" in out


def test_a_contradiction_of_the_provider_is_told_in_words_and_does_not_fail(tmp_path, verify):
    code, out, _ = verify(dataset(tmp_path / "day", home=6))
    assert code == 0
    assert "contradicts" in out
    assert "says 3-6, the last" in out


def test_without_a_result_nothing_fails_and_it_is_said(tmp_path, verify):
    (tmp_path / "game.csv").write_text(espn_csv())
    code, out, _ = verify(tmp_path)
    assert code == 0
    assert "1 no official" in out


def test_a_file_that_cannot_be_parsed_is_named_with_its_row_and_the_others_go_on(tmp_path, verify):
    folder = dataset(tmp_path / "day")
    (folder / "401000002.csv").write_text(espn_csv().replace("19:00", "nineteen"))
    code, out, err = verify(folder)
    assert (code, err) == (1, "")
    assert "401000002.csv: row 6, column time_remaining_half" in out
    assert "1 agree, 1 ERROR" in out


def test_results_that_cannot_be_read_fail_the_games_beside_them(tmp_path, verify):
    folder = dataset(tmp_path / "day")
    (folder / "finals.json").write_text("{")
    code, out, _ = verify(folder)
    assert code == 1
    assert "finals.json: not JSON" in out


def test_everything_is_in_the_json(tmp_path, verify):
    folder = dataset(tmp_path / "day", games=2)
    (folder / "notes.txt").write_text("x")
    code, out, _ = verify("--json", folder)
    found = json.loads(out)
    assert (code, found["ok"]) == (0, True)
    game = found["games"][0]
    assert (game["game"], game["verdict"], game["score"]) == (
        "401000001",
        "agree",
        {"home": 5, "away": 3},
    )
    assert game["official"]["source"].endswith("finals.json")
    assert {skip["reason"] for skip in found["skipped"]} == {
        "official results",
        "in no format that is known",
    }


def test_games_can_be_checked_side_by_side(tmp_path, capsys):
    folder = dataset(tmp_path / "day", games=3)
    assert main(["verify", "--jobs", "2", str(folder)]) == 0
    assert "3 agree" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_one_line_and_exit_code_2(tmp_path, verify):
    code, out, err = verify(tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert err == f"scoreboard: {tmp_path}/nowhere: no such file or folder\n"


def test_a_folder_without_games_is_exit_code_1(tmp_path, verify):
    assert verify(tmp_path) == (1, "", f"no recorded game in {tmp_path}\n")


@pytest.mark.parametrize("jobs", ["0", "65", "many"])
def test_a_wrong_number_of_jobs_is_exit_code_2(jobs, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["verify", ".", "--jobs", jobs])
    assert ended.value.code == 2
    assert "is not a number from 1 to 64" in capsys.readouterr().err


def test_corrections_are_counted_by_kind():
    folded = fold_recorded(
        document(
            play("a", order=1, points=2),
            play("late", order=2, points=2, arrival=3.5),
            play("b", order=3, deleted=True),
            score("gap", 4, 10, 0),
        )
    )
    assert folded.corrections == {"adjusted": 1, "inserted": 1, "voided": 1}
    assert folded.state.score == Score(10, 0)


def kept_out(row):
    """What the rules say of one row; that one row is no whole game is no matter (ST3)."""
    refusals = fold_recorded(document(row)).refusals
    return [refusal for refusal in refusals if refusal.rule != "ST3"]


def test_a_row_that_a_rule_refuses_is_kept_with_the_rule():
    row = PlayRow("x", PlayFacts("2pt", 1, order=1, points=7))
    (refusal,) = kept_out(row)
    assert (refusal.about, refusal.outcome, refusal.rule) == ("play x", "quarantined", "S3")


def test_a_row_that_has_no_wire_form_is_refused():
    row = PlayRow("x", PlayFacts("2pt", 1, order=1, text="long " * 1000))
    (refusal,) = kept_out(row)
    assert (refusal.rule, "longer than" in refusal.problem) == ("E1", True)


def test_a_row_that_is_another_after_the_wire_is_refused():
    count = BaseballSituation(balls=3)
    row = PlayRow("x", PlayFacts("2pt", 1, order=1, situation=count))
    (refusal,) = kept_out(row)
    assert (refusal.rule, refusal.problem) == ("wire", "another message after the wire")


def test_places_may_be_rounded_on_the_wire():
    row = PlayRow("x", PlayFacts("2pt", 1, order=1, place=Place(12.3456, 7.8912)))
    assert kept_out(row) == []


@pytest.mark.parametrize(("vouched", "expected"), [(True, 0), (False, 1)])
def test_a_row_that_is_kept_out_is_told_and_fails_if_nobody_vouches_for_the_rest(
    tmp_path, verify, monkeypatch, vouched, expected
):
    from scoreboard.ingest.parsers.college import espn_csv as parser
    from scoreboard.tools import datasets

    folder = dataset(tmp_path / "day")
    odd = PlayRow("odd", PlayFacts("rush", 1, order=1, points=1))

    def parse(data, companions):
        whole = parser.parse(data, companions)
        return attrs.evolve(whole, rows=(odd, *whole.rows))

    form = next(form for form in datasets.FORMATS if form.provider == "espn_csv")
    monkeypatch.setattr(datasets, "FORMATS", [attrs.evolve(form, parse=parse)])
    if not vouched:
        (folder / "finals.json").unlink()
    code, out, _ = verify(folder)
    assert code == expected
    assert ("  REFUSED" in out) is not vouched
    assert "quarantined by S3: play odd: " in out


def test_messages_are_named_for_people():
    assert about(Heartbeat()) == "heartbeat"
    assert [one.about for one in fold_recorded(document(about=NFL)).refusals] == ["status"]


@needs_recorded
@pytest.mark.parametrize(
    ("folder", "verdicts"),
    [
        ("nfl-edge-games", {"agree": 3, "contradicts": 1}),
        ("nba-edge-4ot", {"agree": 1}),
        ("soccer-edge-extra-time", {"agree": 2}),
        ("hockey-pwhl-2026-01-28", {"agree": 5}),
        ("mlb-2019-09-29", {"agree": 15}),
        ("feed-samples", {"agree": 6}),
    ],
)
def test_recorded_games_agree_with_their_results(folder, verdicts, verify):
    code, out, _ = verify("--json", recorded(folder))
    games = json.loads(out)["games"]
    counts: dict[str, int] = {}
    for game in games:
        counts[game["verdict"]] = counts.get(game["verdict"], 0) + 1
        assert game["refusals"] == []
    assert (code, counts) == (0, verdicts)


@needs_recorded
def test_a_provider_that_contradicts_itself_is_quoted(verify):
    _, out, _ = verify(recorded("ncaam-2023-tournament", "2547406.csv.gz"))
    assert "the header says 75-96, the last row 76-96" in out
