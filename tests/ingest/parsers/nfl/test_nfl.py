"""What NFL game details say of the game as a whole: clubs, status, header, claims."""

from __future__ import annotations

from typing import Any

import pytest

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.ingest.parsers.nfl import parser as nfl
from scoreboard.model.ids import game_id, team_id
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.nfl.nfl_sample import (
    AWAY,
    HOME,
    START,
    parse,
    play,
    row_of,
    touchdown,
)


def test_a_game_says_who_plays_where_and_when():
    meta = parse(
        date="2019-12-29",
        time="2019-12-29T18:00:00Z",
        season=2019,
        seasonType="REG",
        weekType="REG",
        week=17,
        neutralSite=True,
        venue={"name": "TIAA Bank Field"},
        externalIds=[
            {"source": "gsis", "id": "58142"},
            {"source": "elias", "id": 2019122902},
            {"source": None, "id": "x"},
        ],
    ).meta
    assert game_id("nfl_", "nfl", "game-1") == meta.game_id
    assert (("elias", "2019122902"), ("gsis", "58142"), ("nfl", "game-1")) == meta.provider_refs
    assert ("2019", "REG", "Week 17", "2019-12-29", 1577642400000, True, "TIAA Bank Field") == (
        meta.season,
        meta.season_type,
        meta.stage,
        meta.official_date,
        meta.scheduled_start_ms,
        meta.neutral_site,
        meta.venue,
    )
    assert (team_id("nfl_", HOME), "JAX", "Jacksonville Jaguars", (("nfl", HOME),)) == (
        meta.home.team_id,
        meta.home.abbrev,
        meta.home.name,
        meta.home.provider_refs,
    )
    assert "GB" == meta.away.abbrev


@pytest.mark.parametrize(
    ("members", "stage"),
    [({"weekType": "WC", "week": 1}, "WC"), ({"weekType": "PRE", "week": 2}, "Week 2"), ({}, None)],
)
def test_the_round_is_the_stage_of_a_playoff_game(members, stage):
    assert stage == parse(**members).meta.stage


def test_a_club_that_no_play_names_is_called_by_the_table_or_by_its_name():
    away = {"id": "10402520-96bf-e9f2-4f68-8521ca896060", "fullName": "Las Vegas Raiders"}
    home = {"id": "new", "fullName": "London Monarchs"}
    meta = parse(chart={"plays": []}, awayTeam=away, homeTeam=home).meta
    assert ("LV", "MON") == (meta.away.abbrev, meta.home.abbrev)


def test_a_club_without_a_name_is_called_by_its_id():
    meta = parse(chart={"plays": []}, homeTeam={"id": "x1", "fullName": None}).meta
    assert ("x1", "X1") == (meta.home.name, meta.home.abbrev)


def test_the_home_club_may_be_named_first():
    home = {"id": "10401800-ab22-323d-721a-cee4713c4c2d", "fullName": "Green Bay Packers"}
    away = {"id": "10402250-89fe-7b86-ef98-9062cd354256", "fullName": "Jacksonville Jaguars"}
    document = parse(play(10), homeTeam=home, awayTeam=away)
    assert ("GB", "JAX") == (document.meta.home.abbrev, document.meta.away.abbrev)
    assert Side.HOME is row_of(document, "10").facts.side


def test_the_table_knows_the_codes_of_the_game_book():
    home = {"id": "10402250-89fe-7b86-ef98-9062cd354256", "fullName": "Jacksonville Jaguars"}
    told = play(10, prePlayByPlay="JAC  1-10  JAC 29")
    assert Side.HOME is row_of(parse(chart={"plays": [told]}, homeTeam=home), "10").facts.side


# Status, header, claims.


@pytest.mark.parametrize(
    ("members", "line"),
    [
        ({"status": "CANCELLED", "summary": {"phase": "PREGAME"}}, StatusLine(Status.CANCELLED)),
        ({"status": "POSTPONED"}, StatusLine(Status.POSTPONED)),
        ({"status": "SCHEDULED", "summary": {"phase": "FINAL"}}, StatusLine(Status.FINAL, "REG")),
        ({"summary": {"phase": "FINAL_OVERTIME"}}, StatusLine(Status.FINAL, "OT")),
        ({"summary": {"phase": "PREGAME"}}, StatusLine(Status.PREGAME)),
        ({"summary": {"phase": "INGAME", "quarter": "Q2"}}, StatusLine(Status.IN_PROGRESS)),
        ({"summary": {"phase": "INGAME", "quarter": "HALFTIME"}}, StatusLine(Status.HALFTIME)),
        ({"summary": {"phase": "HALFTIME"}}, StatusLine(Status.HALFTIME)),
        ({"summary": {"phase": "SUSPENDED"}}, StatusLine(Status.SUSPENDED)),
        ({"summary": {"phase": "WHATEVER"}}, None),
        ({"status": "FINAL"}, StatusLine(Status.FINAL, "REG")),
        ({}, None),
    ],
)
def test_the_phase_says_the_status(members, line):
    assert line == parse(**members).status


def test_a_phase_that_nobody_knows_is_noted():
    assert ("summary.phase: WHATEVER",) == parse(summary={"phase": "WHATEVER"}).notes


def test_the_row_that_ends_the_game_ends_it_without_a_phase():
    assert StatusLine(Status.FINAL, "OT") == parse(play(9, playType="END_GAME", quarter=5)).status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("The game has been suspended. Lightning Strike", Status.DELAYED),
        ("The game has been suspended.", Status.SUSPENDED),
        ("The game has resumed. Lightning Delay: 2 hr. 2 min.", Status.IN_PROGRESS),
        ("The game has been cancelled.", Status.CANCELLED),
    ],
)
def test_a_comment_may_say_the_status_outright(text, status):
    row = row_of(parse(play(10, playType="COMMENT", playDescription=text)), "10")
    reason = None if status is Status.IN_PROGRESS else text
    assert StatusLine(status, reason=reason) == row.status


@pytest.mark.parametrize("text", ["End of half - 2.27 pm", None])
def test_other_comments_say_nothing_of_the_status(text):
    document = parse(play(10, playType="COMMENT", playDescription=text))
    assert None is row_of(document, "10").status


def _claimed(**periods: int) -> dict[str, Any]:
    """A header with the away side's points, the home side at nothing."""
    names = ("q1", "q2", "q3", "q4", "ot", "total")
    away = {name: periods.get(name, 0) for name in names}
    return {"awayTeam": {"score": away}, "homeTeam": {"score": dict.fromkeys(names, 0)}}


def _summary(number: int, ref: int, away: int, **members: Any) -> dict[str, Any]:
    return {
        "sequence": number,
        "scoringPlayId": ref,
        "patPlayId": 0,
        "scoringTeamId": AWAY,
        "scoreType": "TOUCHDOWN",
        "homeScore": 0,
        "awayScore": away,
    } | members


def test_header_and_claims_stand_beside_the_plays():
    document = parse(
        touchdown(10),
        summary=_claimed(q1=6, total=6),
        chart={
            "plays": [START, touchdown(10)],
            "scoringSummaries": [_summary(2, 10, None), _summary(1, 10, 6)],
        },
    )
    assert Score(0, 6) == document.header
    assert (("scoring summaries", Score(0, 6)), ("play flags", Score(0, 6))) == document.claims
    assert () == document.notes


def test_a_game_without_header_and_summaries_claims_only_its_flags():
    document = parse()
    assert (None, (("play flags", Score()),)) == (document.header, document.claims)


def test_a_quarter_that_the_plays_do_not_bear_out_is_noted():
    document = parse(touchdown(10, quarter=6), summary=_claimed(q4=3, ot=6, total=9))
    assert ("summary score.q4: header away 3, home 0; plays away 0, home 0",) == document.notes


def test_a_header_without_quarters_is_compared_as_a_whole():
    header = {"awayTeam": {"score": {"total": 7}}, "homeTeam": {"score": {"total": 0}}}
    document = parse(touchdown(10), summary=header)
    assert ("summary score.total: header away 7, home 0; plays away 6, home 0",) == document.notes


@pytest.mark.parametrize(
    ("summary", "note"),
    [
        (
            _summary(1, 99, 8, scoreType="SAFETY"),
            "playId 99: summary says SAFETY for the away side, the play is not marked as a score",
        ),
        (
            _summary(1, 10, 8, scoringTeamId=HOME),
            "playId 10: summary says TOUCHDOWN for the home side, the play scores for the other",
        ),
        (_summary(1, 0, 8), "playId 10: 6 points that no summary has"),
    ],
)
def test_a_summary_that_the_plays_do_not_bear_out_is_noted(summary, note):
    chart = {"plays": [START, touchdown(10)], "scoringSummaries": [summary]}
    assert note in parse(chart=chart).notes


def test_a_try_needs_no_summary_of_its_own():
    kick = touchdown(20, playType="XP_KICK", scoringPlayType="PAT")
    chart = {
        "plays": [START, touchdown(10), kick],
        "scoringSummaries": [_summary(1, 10, 7, scoringTeamId="else")],
    }
    assert () == parse(chart=chart).notes


# The format.


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "the document: [] is not an object"),
        (b"{}", "homeTeam.id: None must be the id of a team"),
        (b'{"homeTeam": {"id": "a"}, "awayTeam": {}}', "awayTeam.id: None must be the id"),
        (b'{"homeTeam": {"id": "a"}, "awayTeam": {"id": "a"}}', "awayTeam.id: 'a' is also"),
        (b'{"homeTeam": {"id": "a"}, "awayTeam": {"id": "b"}}', "id: must be the id of the game"),
    ],
)
def test_what_is_no_such_document_is_refused_with_its_member(data, words):
    with pytest.raises(BadDocument) as caught:
        nfl.parse(data, {})
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (7, "driveChart.plays[1]: 7 is not an object"),
        (play(10, stats=[3]), "driveChart.plays[1].stats[0]: 3 is not an object"),
        (play(10, quarter="third"), "driveChart.plays[1].quarter: 'third' is not a number"),
    ],
)
def test_a_row_of_another_shape_is_refused_with_its_place(play, words):
    with pytest.raises(BadDocument) as caught:
        parse(play)
    assert str(caught.value).startswith(words)


def test_the_format_is_told_by_its_content():
    assert nfl.looks_like("x", b'\xef\xbb\xbf {"id": "1", "homeTeam": {}, "driveChart": {')
    assert nfl.looks_like("x", b'{"homeTeam": {}, "weekType": "REG", "externalIds": [{"gsis"')
    assert not nfl.looks_like("2019_17_NO_CAR.json", b'{"homeTeam": {}, "game": {}}')
    assert not nfl.looks_like("x", b"id,ANA201909290\n")
