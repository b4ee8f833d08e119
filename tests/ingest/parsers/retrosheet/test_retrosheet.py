"""What is read out of Retrosheet event files, game by game."""

from __future__ import annotations

import gzip
import json

import pytest

from scoreboard.ingest.parsers.document import BadDocument, Document, PlayRow
from scoreboard.ingest.parsers.retrosheet import parser as retrosheet
from scoreboard.model.ids import game_id, person_id, team_id
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import BaseballSituation
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.baseball import BASEBALL
from tests.support.recorded import needs_recorded, recorded

HEAD = """id,SLN202007150
version,2
info,visteam,CHN
info,hometeam,SLN
info,date,2020/07/15
info,number,2
info,site,STL10
info,innings,7
info,wp,p2
start,a1,"Al One",0,1,8
start,a2,"Al Two",0,2,4
start,p1,"Pit One",0,0,1
start,h1,"Ho One",1,1,8
start,h2,"Ho Two",1,2,4
start,p2,"Pit Two",1,0,1
"""


def _parse(text: str) -> Document:
    return retrosheet.parse((HEAD + text).encode(), {})


def _facts(document: Document) -> list[PlayFacts]:
    return [row.facts for row in document.rows if isinstance(row, PlayRow)]


def _total(document: Document) -> Score:
    return sum((facts.score for facts in _facts(document)), Score())


OUT = "play,{},{},a1,00,,K\n"


def _side_out(inning: int, side: int) -> str:
    return OUT.format(inning, side) * 3


def test_a_game_says_who_plays_where_and_when():
    meta = _parse("play,1,0,a1,00,,K\n").meta
    assert game_id("mlb_", "retrosheet", "SLN202007150") == meta.game_id
    assert ("2020-07-15", "2020", 2, "STL10") == (
        meta.official_date,
        meta.season,
        meta.game_number,
        meta.venue,
    )
    assert ("St. Louis Cardinals", "STL", team_id("mlb_", "SLN")) == (
        meta.home.name,
        meta.home.abbrev,
        meta.home.team_id,
    )
    assert (("retrosheet", "CHN"),) == meta.away.provider_refs


def test_a_club_that_nobody_knows_is_called_by_its_code():
    text = HEAD.replace("visteam,CHN", "visteam,XXX")
    assert ("XXX", "XXX") == (
        retrosheet.parse(text.encode(), {}).meta.away.name,
        retrosheet.parse(text.encode(), {}).meta.away.abbrev,
    )


def test_a_play_carries_count_outs_bases_and_people():
    document = _parse("play,1,0,a1,31,BBBSB,W\nplay,1,0,a2,02,SSX,HR/F.1-H\n")
    facts = _facts(document)[1]
    assert BaseballSituation("top", 0, 2, 0, (True, False, False)) == facts.situation
    assert (2, Side.AWAY, Side.AWAY, "home_run", "HR/F.1-H") == (
        facts.points,
        facts.points_to,
        facts.side,
        facts.play_type,
        facts.text,
    )
    assert [
        ("batter", "Al Two"),
        ("pitcher", "Pit Two"),
        ("run_scorer", "Al One"),
        ("run_scorer", "Al Two"),
    ] == [(person.role, person.name) for person in facts.participants]
    assert person_id("mlb_", "retrosheet", "a2") == facts.participants[0].person_id


def test_a_count_that_is_not_known_is_not_made_up():
    situation = _facts(_parse("play,1,0,a1,??,,K\n"))[0].situation
    assert BaseballSituation("top", None, None, 0, (False, False, False)) == situation


def test_the_runner_is_the_actor_of_a_steal():
    facts = _facts(_parse("play,1,0,a1,00,,S8\nplay,1,0,a2,00,,SB2\n"))[1]
    assert ["runner", "batter", "pitcher"] == [person.role for person in facts.participants]
    assert "a1" == facts.participants[0].ref


def test_a_full_inning_ends_with_a_row():
    document = _parse(_side_out(1, 0) + _side_out(1, 1) + 'com,"Rain"\nplay,2,0,a1,00,,K\n')
    rows = [row.ref for row in document.rows]
    assert ["play-21", "com-22", "inning-1-end", "play-23"] == rows[-4:]
    assert sorted({facts.order for facts in _facts(document)}) == [
        facts.order for facts in _facts(document)
    ]


def test_an_inning_without_its_third_out_has_no_end():
    document = _parse(_side_out(1, 0) + "play,1,1,h1,00,,HR\n")
    assert "play-19" == document.rows[-1].ref
    assert () == document.notes


def test_a_rematch_of_an_inning_does_not_end_it_twice():
    text = "".join(_side_out(i, s) for i, s in ((1, 0), (1, 1), (2, 0), (1, 0), (1, 1), (2, 0)))
    document = _parse(text)
    assert 1 == sum(row.ref == "inning-1-end" for row in document.rows)
    assert 1 == dict(document.quirks)["inning steps back"]


def test_a_half_inning_with_less_than_three_outs_is_doubted():
    document = _parse("play,1,0,a1,00,,K\nplay,1,1,h1,00,,K\n")
    quirks = dict(document.quirks)
    assert (1, 1) == (quirks["half-inning left with 1 out"], quirks["game ends with 1 out"])
    assert document.notes[0].startswith("line 17: half-inning left with 1 out")


def test_a_play_after_the_third_out_is_doubted():
    assert 1 == dict(_parse(_side_out(1, 0) + OUT.format(1, 0)).quirks)["play after the third out"]


def test_an_event_that_cannot_be_read_is_noted_with_its_line():
    document = _parse("play,1,0,a1,00,,XYZ\n")
    assert "line 16: event text not understood: 'XYZ' (1,0,a1,00,,XYZ)" in document.notes


def test_a_placed_runner_stands_on_his_base_when_the_half_begins():
    text = _side_out(9, 0) + _side_out(9, 1) + "radj,a2,2\nplay,10,0,a1,00,,S8.2-H\n"
    document = _parse(text)
    assert (False, True, False) == _facts(document)[-1].situation.bases
    assert "Al Two" == _facts(document)[-1].participants[-1].name
    assert Score(0, 1) == _total(document)


def test_a_placed_runner_may_follow_the_first_record_of_the_half():
    text = _side_out(9, 1) + "play,10,0,a1,00,,NP\nradj,a2,2\nplay,10,0,a1,00,,K\n"
    assert (False, True, False) == _facts(_parse(text))[-1].situation.bases


def test_a_runner_may_be_placed_on_any_base():
    text = _side_out(9, 1) + "radj,a2,1\nradj,a3,3\nplay,10,0,a1,00,,K\n"
    assert (True, False, True) == _facts(_parse(text))[-1].situation.bases


def test_a_pinch_runner_scores_for_the_man_he_runs_for():
    text = (
        'play,1,0,a1,00,,S8\nplay,1,0,a2,00,,NP\nsub,a9,"Al Nine",0,1,12\nplay,1,0,a2,00,,HR.1-H\n'
    )
    facts = _facts(_parse(text))
    assert ("substitution", "pinch_runner", Side.AWAY) == (
        facts[1].play_type,
        facts[1].subtype,
        facts[1].side,
    )
    assert [("in", "a9"), ("out", "a1")] == [(p.role, p.ref) for p in facts[1].participants]
    assert ["a9", "a2"] == [p.ref for p in facts[2].participants if p.role == "run_scorer"]


@pytest.mark.parametrize(
    ("record", "subtype"),
    [
        ('sub,p9,"New",1,0,1', "pitcher"),
        ('sub,h9,"New",1,1,11', "pinch_hitter"),
        ('sub,h9,"New",1,1,10', "designated_hitter"),
        ('sub,h9,"New",1,1,7', "fielder"),
        ('sub,h1,"Ho One",1,1,7', "change_of_position"),
    ],
)
def test_a_substitution_says_of_what_kind_it_is(record, subtype):
    assert subtype == _facts(_parse(record + "\n"))[0].subtype


def test_a_new_pitcher_faces_the_next_batter():
    facts = _facts(_parse('sub,p9,"New",1,0,1\nplay,1,0,a1,00,,K\n'))[-1]
    assert "New" == facts.participants[1].name


def test_somebody_without_a_place_in_the_order_replaces_nobody():
    facts = _facts(_parse('sub,x9,"",1,9,7\n'))[0]
    assert (["in"], "x9 (fielder)") == ([p.role for p in facts.participants], facts.text)


def test_comments_are_kept_and_reviews_are_told_apart():
    text = (
        'com,"Mound Visit"\ncom,"$Mets challenged that he was safe; call"\n'
        'com,"overturned - force out"\ncom,"$"\n'
    )
    facts = _facts(_parse(text))
    assert [
        ("comment", None, "Mound Visit"),
        ("review", "overturned", "Mets challenged that he was safe; call overturned - force out"),
        ("comment", None, None),
    ] == [(fact.play_type, fact.result, fact.text) for fact in facts]


def test_a_shortened_game_is_decided_as_scheduled():
    assert StatusLine(Status.FINAL, "REG") == _parse(_side_out(7, 1)).status


@pytest.mark.parametrize(("inning", "decided"), [(5, "F/5"), (9, "F/9")])
def test_more_or_fewer_innings_than_scheduled_are_said(inning, decided):
    assert StatusLine(Status.FINAL, decided) == _parse(_side_out(inning, 1)).status


def test_a_file_without_a_play_has_no_status():
    assert (None, ()) == (_parse("").status, _parse("").rows)


def test_the_home_side_may_bat_first():
    text = HEAD + "info,htbf,true\nplay,1,1,h1,00,,HR\n"
    facts = _facts(retrosheet.parse(text.encode(), {}))[0]
    assert ("top", Side.HOME, Side.HOME) == (facts.half, facts.side, facts.points_to)


def test_a_winning_pitcher_on_the_losing_side_is_noted():
    document = _parse("play,1,0,a1,00,,HR\n")
    assert 1 == dict(document.quirks)["winning pitcher on a side that did not win"]
    assert "info wp: p2 pitched for the home side" in document.notes[-1]


def test_rosters_name_people_whom_the_game_does_not():
    rosters = {"roster.CHN": b"a7,Seven,Al,R,R,CHN,OF\nx\n", "else": b"a7,Wrong,No\n"}
    document = retrosheet.parse((HEAD + "play,1,0,a7,00,,K\n").encode(), rosters)
    assert "Al Seven" == _facts(document)[0].participants[0].name


def test_records_that_change_nothing_are_passed_over_and_unknown_ones_counted():
    document = _parse("badj,a1,L\npadj,p1,L\nladj,0,1\npresadj,p1,1\ndata,er,p1,0\nzzz,1\n")
    assert 1 == dict(document.quirks)["record of unknown kind"]
    assert () == document.rows


def test_names_in_an_old_code_page_are_read():
    text = HEAD.replace("Al One", "Peña").encode("latin-1") + b"play,1,0,a1,00,,K\n\x1a"
    assert "Peña" == _facts(retrosheet.parse(text, {}))[0].participants[0].name


def test_a_batter_without_an_id_is_nobody():
    assert ["pitcher"] == [p.role for p in _facts(_parse("play,1,0,,00,,K\n"))[0].participants]


def test_a_play_before_any_pitcher_is_known_has_none():
    text = "id,SLN202007150\ninfo,visteam\nplay,1,0,a1,00,,K\n"
    facts = _facts(retrosheet.parse(text.encode(), {}))[0]
    assert [("batter", None)] == [(p.role, p.name) for p in facts.participants]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: no id record"),
        ("info,visteam,CHN\n", "line 1: 'info' stands before the id record"),
        ("id\n", "line 1: id has 0 fields, 1 are needed"),
        ("id,nonsense\n", "line 1: 'NONSENSE' is not a game id like ANA201909290"),
        (HEAD + "id,SLN202007160\n", "line 16: a second game, 'SLN202007160', begins"),
        (HEAD + "play,1,0,a1\n", "line 16: play has 3 fields, 6 are needed"),
        (HEAD + "play,x,0,a1,00,,K\n", "line 16, play inning: 'x' is not in 1 to 99"),
        (HEAD + "play,0,0,a1,00,,K\n", "line 16, play inning: '0' is not in 1 to 99"),
        (HEAD + "play,1,2,a1,00,,K\n", "line 16, play side: '2' is not in 0 to 1"),
        (HEAD + "sub,a1\n", "line 16: sub has 1 fields, 5 are needed"),
        (HEAD + "radj,a1,4\n", "line 16, radj base: '4' is not in 1 to 3"),
        (HEAD + "com," + "x" * 200_000 + "\n", "line 16: not comma-separated fields"),
    ],
)
def test_what_is_not_one_game_is_refused_with_its_line(text, words):
    with pytest.raises(BadDocument) as caught:
        retrosheet.parse(text.encode(), {})
    assert str(caught.value).startswith(words)


def test_the_format_is_told_by_its_content():
    assert retrosheet.looks_like("any.bin", HEAD.encode())
    assert not retrosheet.looks_like("2019ANA.EVA", b'{"id": "ANA201909290"}')
    assert not retrosheet.looks_like("2019ANA.EVA", b"id,ANA201909290\n")


@needs_recorded
def test_recorded_games_end_as_they_did():
    folder = recorded("mlb-2019-09-29")
    games = json.loads((folder / "finals.json").read_text())["games"]
    for game in games:
        data = gzip.decompress((folder / game["file"]).read_bytes())
        document = retrosheet.parse(data, {})
        plays = [row for row in document.rows if row.ref.startswith("play-")]
        assert (Score(game["home_score"], game["away_score"]), game["plays"]) == (
            _total(document),
            len(plays),
        ), game["game_id"]
        # Nothing in these games contradicts itself.
        assert () == document.notes, game["game_id"]
        assert all(
            facts.points in BASEBALL.play_types[facts.play_type].points
            for facts in _facts(document)
        )
