"""Messages and meta as plain data: strict in types, tolerant of unknown fields."""

from __future__ import annotations

import json

import pytest

from scoreboard.codec.answer import write_answer
from scoreboard.codec.fields import MAX_TEXT, Fields, Malformed
from scoreboard.codec.json_text import NotJson, read_json, write_json
from scoreboard.codec.meta import read_meta
from scoreboard.codec.reports import read_message
from scoreboard.codec.shape_game import meta as meta_shape
from scoreboard.codec.shape_message import write_message
from scoreboard.codec.text import clock_text, iso, parse_iso
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, PersonId, team_id
from scoreboard.model.message import (
    BoxScoreReport,
    ClockReport,
    Heartbeat,
    Message,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import Participant, Place, PlayFacts, RawPlace, ShotFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
)
from scoreboard.model.status import Status, StatusLine
from tests.support.games import AWAY, HOME, meta

NBA = meta()

FULL = PlayFacts(
    play_type="3pt",
    period_index=2,
    subtype="jump shot",
    qualifiers=("fastbreak", "fromturnover"),
    clock_ms=12_300,
    wallclock_ms=1_577_642_400_123,
    order=4096,
    side=Side.HOME,
    points=3,
    points_to=Side.HOME,
    result="made",
    participants=(
        Participant("shooter", PersonId("x0123456789"), "A. Able", "00", Side.HOME, "77"),
        Participant("assist", name="B. Baker"),
    ),
    place=Place(75.5, 40.0, RawPlace(-1.5, 20.0, "nba_legacy")),
    shot=ShotFacts(3, made=True, distance_ft=24.5, zone="arc"),
    situation=Possession(Side.HOME),
    text="Able 24' 3PT",
)


@pytest.mark.parametrize(
    ("about", "report"),
    [
        (NBA, PlayReport("184", FULL, rev=2, score_after=Score(72, 68), reason="review")),
        (NBA, PlayReport("1", PlayFacts("foul", 1))),
        (NBA, VoidReport("184", overturned=True, reason="review")),
        (NBA, VoidReport("184")),
        (NBA, StatusReport(StatusLine(Status.DELAYED, reason="rain", expected_resume_ms=1000), 3)),
        (NBA, StatusReport(StatusLine(Status.FINAL, "OT"))),
        (NBA, ClockReport(Clock(1, 60_000, running=True, as_of_ms=99), ClockCause.START)),
        (NBA, ClockReport(Clock(1, 0))),
        (NBA, ScoreReport(Score(72, 68), correction=True, reason="table", period_index=3)),
        (NBA, ScoreReport(Score(0, 0))),
        (NBA, SituationReport(Possession(Side.AWAY))),
        (NBA, Heartbeat()),
        (NBA, BoxScoreReport((StatLine(Side.HOME, None, {"fgm": 1, "pts": 2.5}),), complete=True)),
        (
            NBA,
            BoxScoreReport(
                (
                    StatLine(
                        Side.AWAY,
                        Participant("player", PersonId("x0123456789"), "A. Able", "7"),
                        {"pts": 0},
                    ),
                    StatLine(Side.AWAY, Participant("player", ref="12"), {}),
                )
            ),
        ),
        (
            meta("nfl", "football"),
            SituationReport(FootballSituation(Side.AWAY, 3, 7, 42, "KC 42")),
        ),
        (
            meta("mlb", "baseball"),
            SituationReport(BaseballSituation("top", 2, 1, 1, (True, False, True))),
        ),
        (meta("mlb", "baseball"), SituationReport(BaseballSituation("bottom"))),
        (meta("nhl", "hockey"), SituationReport(HockeySituation(5, 4))),
        (
            meta("soccer_cup", "soccer"),
            PlayReport(
                "k1",
                PlayFacts(
                    "shootout_kick",
                    5,
                    side=Side.AWAY,
                    points=1,
                    points_to=Side.AWAY,
                    shootout=True,
                ),
            ),
        ),
        (meta("mlb", "baseball"), PlayReport("1", PlayFacts("single", 1, half="top"))),
    ],
)
def test_a_message_comes_back_as_it_was_sent(about, report):
    message = Message(report, source_seq=7, sent_at_ms=1_577_642_400_000)
    wire = json.loads(json.dumps(write_message(message, about)))
    received = read_message(wire, about)
    assert received.message == message
    assert (received.unknown_teams, received.ignored) == ((), ())


def test_a_play_needs_no_type():
    wire = {"provider_play_id": "1", "play": {"play_type": "foul", "period_index": 1}}
    assert read_message(wire, NBA).message.report == PlayReport("1", PlayFacts("foul", 1))


def test_teams_may_be_named_by_id():
    wire = {
        "provider_play_id": "1",
        "play": {"play_type": "foul", "period_index": 1, "team_id": AWAY},
    }
    report = read_message(wire, NBA).message.report
    assert report.facts.side is Side.AWAY


def test_strangers_among_the_teams_are_told():
    wire = {
        "provider_play_id": "1",
        "play": {"play_type": "foul", "period_index": 1, "team_id": "xyz"},
    }
    assert read_message(wire, NBA).unknown_teams == ("xyz",)


def test_unknown_fields_are_named_and_ignored():
    wire = {
        "type": "play",
        "odds": 3,
        "provider_play_id": "1",
        "play": {"play_type": "foul", "period_index": 1, "mood": "bad"},
    }
    assert read_message(wire, NBA).ignored == ("play.mood", "odds")


@pytest.mark.parametrize(
    ("wire", "path"),
    [
        ([], ""),
        ({}, "type"),
        ({"type": "dance"}, "type"),
        ({"type": 3}, "type"),
        ({"type": "play"}, "play"),
        ({"type": "play", "play": 3}, "play"),
        ({"type": "play", "play": {}}, "provider_play_id"),
        ({"type": "play", "provider_play_id": "1", "play": {}}, "play.play_type"),
        ({"type": "play", "provider_play_id": 1, "play": {}}, "provider_play_id"),
        (
            {"provider_play_id": "1", "play": {"play_type": "a", "period_index": "1"}},
            "play.period_index",
        ),
        (
            {"provider_play_id": "1", "play": {"play_type": "a", "period_index": 1.5}},
            "play.period_index",
        ),
        (
            {"provider_play_id": "1", "play": {"play_type": "a", "period_index": True}},
            "play.period_index",
        ),
        (
            {"provider_play_id": "1", "rev": -1, "play": {"play_type": "a", "period_index": 1}},
            "rev",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "order": -(2**52) - 1},
            },
            "play.order",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "loc": {"x": 10**400, "y": 1}},
            },
            "play.loc.x",
        ),
        ({"type": "heartbeat"} | {f"f{n}": n for n in range(64)}, ""),
        ({"type": "score", "home": 1}, "away"),
        ({"type": "score", "home": 2**53, "away": 0}, "home"),
        ({"type": "score", "home": 1, "away": 0, "correction": "yes"}, "correction"),
        ({"type": "status", "status": "over"}, "status"),
        ({"type": "status"}, "status"),
        ({"type": "status", "status": "delayed", "expected_resume": "soon"}, "expected_resume"),
        ({"type": "clock", "period_index": 1}, "value_ms"),
        ({"type": "void"}, "provider_play_id"),
        ({"type": "situation"}, "situation"),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "loc": {"x": "1", "y": 1}},
            },
            "play.loc.x",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "loc": {"x": float("nan"), "y": 1}},
            },
            "play.loc.x",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "loc": {"y": 1}},
            },
            "play.loc.x",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "participants": {}},
            },
            "play.participants",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "participants": [{}]},
            },
            "play.participants[0].role",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "qualifiers": ["a"] * 65},
            },
            "play.qualifiers",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "qualifiers": [3]},
            },
            "play.qualifiers[0]",
        ),
        (
            {
                "provider_play_id": "1",
                "play": {"play_type": "a", "period_index": 1, "text": "x" * (MAX_TEXT + 1)},
            },
            "play.text",
        ),
    ],
)
def test_a_wrong_field_is_named(wire, path):
    with pytest.raises(Malformed) as caught:
        read_message(wire, NBA)
    assert caught.value.path == path


@pytest.mark.parametrize("bases", [[1, 0], [1, 0, 2]])
def test_bases_are_three_bits(bases):
    wire = {"type": "situation", "situation": {"bases": bases}}
    with pytest.raises(Malformed):
        read_message(wire, meta("mlb", "baseball"))


def test_a_person_id_has_its_form():
    person = {"role": "shooter", "person_id": "Able"}
    wire = {
        "provider_play_id": "1",
        "play": {"play_type": "a", "period_index": 1, "participants": [person]},
    }
    with pytest.raises(RemoteError, match="person id 'Able'"):
        read_message(wire, NBA)


SPORTS = {"nba": "basketball", "nfl": "football"}


def test_meta_comes_back_as_it_was_sent():
    assert read_meta(meta_shape(NBA), NBA.game_id, SPORTS) == NBA
    wire = meta_shape(NBA) | {"provider_refs": {"b": "2", "a": "1"}}
    assert read_meta(wire, NBA.game_id, SPORTS).provider_refs == (("a", "1"), ("b", "2"))


def test_teams_get_ids_from_league_and_abbreviation():
    wire = meta_shape(NBA)
    del wire["teams"]["home"]["team_id"]
    assert read_meta(wire, NBA.game_id, SPORTS).home.team_id == team_id("nba_", "HOM")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"game_id": "g1111111111"}, "game_id"),
        ({"league": None}, "league"),
        ({"ruleset_id": "cricket"}, "ruleset_id"),
        ({"sport": "football"}, "sport"),
        ({"teams": {"home": {"abbrev": "A"}}}, "teams.away"),
        ({"teams": {"home": {"abbrev": "A"}, "away": {"abbrev": "A"}}}, "teams"),
        ({"provider_refs": []}, "provider_refs"),
        ({"provider_refs": [1]}, "provider_refs"),
        ({"provider_refs": {"nba": 3}}, "provider_refs"),
        ({"provider_refs": {f"p{n}": "x" for n in range(17)}}, "provider_refs"),
    ],
)
def test_wrong_meta_is_named(change, path):
    wire = meta_shape(NBA) | change
    if change == {"provider_refs": []}:
        assert read_meta(wire, NBA.game_id, SPORTS) == NBA
        return
    with pytest.raises(Malformed) as caught:
        read_meta(wire, NBA.game_id, SPORTS)
    assert caught.value.path == path


def test_a_league_has_its_form():
    with pytest.raises(RemoteError, match="league 'NBA'"):
        read_meta(meta_shape(NBA) | {"league": "NBA"}, GameId("g0000000001"), SPORTS)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "at line 1"),
        (b"NaN", "NaN is not JSON"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b'{"a":1,"a":2}', "'a' stands twice"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "limit"),
    ],
)
def test_what_is_not_json_is_refused(data, why):
    with pytest.raises(NotJson, match=why):
        read_json(data)


def test_json_is_short_and_comes_back():
    value = {"a": [1, 2.5, None, "é"]}
    assert write_json(value) == '{"a":[1,2.5,null,"é"]}'.encode()
    assert read_json(write_json(value)) == value


def test_times_are_utc_with_milliseconds():
    assert iso(1_577_642_400_007) == "2019-12-29T18:00:00.007Z"
    assert parse_iso("2019-12-29T18:00:00.007Z") == 1_577_642_400_007
    assert parse_iso("2019-12-29T13:00:00.007-05:00") == 1_577_642_400_007
    assert parse_iso("2019-12-29T18:00:00") == 1_577_642_400_000


def test_a_clock_reads_as_on_a_scoreboard():
    assert [clock_text(ms) for ms in (None, 0, 59_999, 724_000)] == ["", "0:00", "0:59", "12:04"]


def test_an_answer_shows_what_it_says_and_nothing_else():
    assert write_answer(Answer(Outcome.ACCEPTED)) == {"status": "accepted"}
    full = Answer(
        Outcome.FLAGGED, code="score_jump", seq=3, score=Score(1, 2), flags=("x",), ignored=("y",)
    )
    assert write_answer(full) == {
        "status": "flagged",
        "code": "score_jump",
        "seq": 3,
        "score": {"home": 1, "away": 2},
        "flags": ["x"],
        "ignored": ["y"],
    }


def test_a_cause_that_is_not_said_is_a_setting():
    wire = {"type": "clock", "period_index": 1, "value_ms": 5}
    assert read_message(wire, NBA).message.report == ClockReport(Clock(1, 5), ClockCause.SET)


def test_a_null_is_absent():
    assert Fields({"a": None}).integer("a") is None
    assert HOME != AWAY


def test_an_officials_force_and_a_feeds_term_are_read_as_they_were_written():
    from scoreboard.model.message import ScoreReport as Total

    forced = Message(Total(Score(9, 0)), 3, dense=True, term=4, force=True, reason="console")
    shape = write_message(forced, NBA)
    assert (shape["force"], shape["reason"], shape["dense"], shape["term"]) == (
        True,
        "console",
        True,
        4,
    )
    said = read_message(shape, NBA).message
    assert (said.force, said.reason, said.dense, said.term) == (True, "console", True, 4)
    assert read_message({"type": "heartbeat", "reason": "x"}, NBA).message.reason is None


def test_a_zero_has_no_sign_as_the_log_keeps_none():
    place = {"x": -0.0, "y": 0, "raw": {"x": -0.0, "y": 1, "frame": "nba_legacy"}}
    play = {"play_type": "2pt", "period_index": 1, "loc": place}
    told = {"type": "play", "provider_play_id": "1", "play": play}
    report = read_message(told, NBA).message.report
    read = report.facts.place
    assert [str(number) for number in (read.x, read.y, read.raw.x)] == ["0.0", "0.0", "0.0"]


def box(*lines):
    return {"type": "boxscore", "lines": list(lines)}


def test_a_box_score_is_read_as_boxscore_get_tells_it():
    line = {"team_id": AWAY, "person_id": None, "set": {"pts": 8.0, "ast": 1, "pf": None}}
    (read,) = read_message(box(line), NBA).message.report.lines
    assert read == StatLine(Side.AWAY, None, {"ast": 1, "pts": 8})
    assert list(read.counts) == ["ast", "pts"]
    assert type(read.counts["pts"]) is int


def test_a_box_score_names_what_this_version_does_not_know():
    line = {"team_id": "home", "set": {"pts": 1}, "starter": True}
    assert read_message(box(line), NBA).ignored == ("lines[0].starter",)


def test_a_line_of_a_stranger_team_is_told():
    received = read_message(box({"team_id": "nobody", "set": {}}), NBA)
    assert (received.unknown_teams, received.message.report.lines) == (("nobody",), ())


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"type": "boxscore"}, "lines: is missing or empty"),
        (box(), "lines: is missing or empty"),
        (box({"set": {}}), r"lines[0].team_id: is missing"),
        (box({"team_id": "home"}), r"lines[0].set: is missing"),
        (box({"team_id": "home", "set": {"pts": "8"}}), r"lines[0].set.pts: must be a number"),
        (box({"team_id": "home", "set": {"pts": True}}), r"lines[0].set.pts: must be a number"),
        (box({"team_id": "home", "set": {"x" * 33: 1}}), r"lines[0].set: has a name of over 32"),
        (box(*[{"team_id": "home", "set": {}}] * 257), "lines: has more than 256"),
    ],
)
def test_a_box_score_that_is_none_names_the_field(said, problem):
    with pytest.raises(Malformed) as caught:
        read_message(said, NBA)
    assert problem in str(caught.value)
