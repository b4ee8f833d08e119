"""ESPN game summaries."""

from __future__ import annotations

import copy
import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.parsers.college import espn_json
from scoreboard.model.play import ORDER_STEP
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.totals import bad, moves, plays, survives_damage, total
from tests.support.recorded import needs_recorded, recorded


def club(number, side, name, short, score, *periods):
    return {
        "id": number,
        "homeAway": side,
        "team": {
            "id": number,
            "uid": f"s:40~l:41~t:{number}",
            "location": name,
            "displayName": f"{name} Somethings",
            "abbreviation": short,
            "color": "003300",
        },
        "score": score,
        "linescores": [{"displayValue": str(points)} for points in periods],
        "record": [{"type": "home", "summary": "1-0"}, {"type": "total", "summary": "9-2"}],
        "rank": 3,
    }


def play(number, kind, text, home, away, team=None, clock="10:00", period=1, **more):
    made = {
        "id": f"88{number:04d}",
        "sequenceNumber": str(number),
        "type": {"id": "1", "text": kind},
        "text": text,
        "homeScore": home,
        "awayScore": away,
        "period": {"number": period},
        "clock": {"displayValue": clock},
        "scoringPlay": more.pop("scoring", False),
        "scoreValue": more.pop("value", 0),
        "shootingPlay": more.pop("shooting", False),
        **more,
    }
    return made if team is None else {**made, "team": {"id": team}}


def people(*numbers):
    return [{"athlete": {"id": number}} for number in numbers]


SUMMARY = {
    "boxscore": {
        "players": [
            {
                "team": {"id": "41"},
                "statistics": [
                    {
                        "athletes": [
                            {"athlete": {"id": "7", "displayName": "Ann Lee", "jersey": "00"}},
                            {"athlete": {"id": "8", "displayName": "Bo Ray"}},
                            {"athlete": {}},
                        ]
                    }
                ],
            }
        ]
    },
    "header": {
        "id": "880",
        "season": {"year": 2026, "type": 2},
        "gameNote": "A CLASSIC",
        "league": {"slug": "mens-college-basketball"},
        "competitions": [
            {
                "id": "880",
                "date": "2026-03-01T01:30Z",
                "neutralSite": True,
                "competitors": [
                    club("41", "home", "UConn", "CONN", "6", 2, 4),
                    club("183", "away", "Syracuse", "SYR", "3", 3, 0),
                ],
                "status": {"type": {"name": "STATUS_FINAL"}},
            }
        ],
    },
    "gameInfo": {"venue": {"fullName": "The Garden"}},
    "format": {"regulation": {"periods": 2}},
    "plays": [
        play(1, "Jumpball", "Start game", 0, 0, clock="20:00"),
        play(
            2,
            "JumpShot",
            "Bo Ray makes 24-foot jumper (Ann Lee assists)",
            2,
            0,
            "41",
            "19:23",
            scoring=True,
            value=2,
            shooting=True,
            coordinate={"x": 2, "y": -2},
            participants=people("7", "8"),
            wallclock="2026-03-01T01:31:00Z",
        ),
        play(
            3,
            "JumpShot",
            "Cy Dee misses 23-foot three point jumper",
            2,
            0,
            "183",
            "19:00",
            value=3,
            shooting=True,
            coordinate={"x": -214748340, "y": -214748365},
            participants=people("99"),
            wallclock="2026-03-01T01:30:30Z",
        ),
        play(4, "Foul Turnover", "Foul on Bo Ray", 2, 0, "41", coordinate={"x": 25, "y": 0}),
        play(
            5,
            "MadeFreeThrow",
            "Cy Dee makes free throw 1 of 1",
            2,
            1,
            "183",
            "45.3",
            scoring=True,
            value=1,
            shooting=True,
            coordinate={"x": 25, "y": 0},
        ),
        play(6, "Not Available", None, 2, 1),
        play(7, "End Period", "End of 1st half", 2, 3, clock="0:00"),
        play(
            8,
            "DunkShot",
            "Ann Lee made Dunk.",
            4,
            3,
            "41",
            period=2,
            scoring=True,
            value=2,
            shooting=True,
        ),
        play(
            10,
            "LayUpShot",
            "Ann Lee made Layup.",
            6,
            3,
            "41",
            "9:00",
            2,
            scoring=True,
            value=2,
            shooting=True,
        ),
        play(9, "Strange", "Something else", 6, 3, "41", "8:00", 2),
        play(11, "End Game", "End of Game", 6, 3, clock="0:00", period=2),
    ],
}


def summary(change=None) -> bytes:
    """The summary, after `change` has had it."""
    document = copy.deepcopy(SUMMARY)
    if change:
        change(document)
    return json.dumps(document).encode()


def game(change=None):
    return espn_json.parse(summary(change), {})


def facts(number):
    return next(row.facts for row in plays(game()) if row.ref == f"88{number:04d}")


def test_the_format_is_told_by_its_ids():
    assert espn_json.looks_like("x", summary()[:2000])
    assert not espn_json.looks_like("espn.json", b'{"events": [], "teams": {}}')
    assert not espn_json.looks_like("espn.csv", b'"uid": "s:40~l:41~t:1"')


def test_the_header_is_the_official_word():
    document = game()
    assert Score(6, 3) == document.header == total(document)
    assert (("last play", Score(6, 3)), ("points by period", Score(6, 3))) == document.claims
    assert StatusLine(Status.FINAL, "REG") == document.status


def test_game_and_teams_are_named():
    meta = game().meta
    assert (
        "ncam",
        "ncaa_mens_basketball",
        "2025-26",
        "regular",
        "A CLASSIC",
        "2026-02-28",
        1_772_328_600_000,
        True,
        "The Garden",
    ) == (
        meta.league,
        meta.ruleset,
        meta.season,
        meta.season_type,
        meta.stage,
        meta.official_date,
        meta.scheduled_start_ms,
        meta.neutral_site,
        meta.venue,
    )
    assert ("UConn", "CONN", "9-2", 3, "#003300", (("espn", "41"),)) == (
        meta.home.name,
        meta.home.abbrev,
        meta.home.record,
        meta.home.rank,
        meta.home.color,
        meta.home.provider_refs,
    )


def test_the_oddities_are_counted():
    assert {
        "derived period end": 1,
        "missing rows": 1,
        "no location": 1,
        "no team": 4,
        "sequence steps back": 1,
        "unknown play": 1,
        "wall clock steps back": 1,
    } == dict(game().quirks)
    assert [Score(2, 3)] == [row.score for row in moves(game())]


def test_a_shot_has_its_place_worth_and_people():
    shot = facts(2)
    assert ("2pt", Side.HOME, 2, "made", 1_163_000, 1_772_328_660_000) == (
        shot.play_type,
        shot.side,
        shot.points,
        shot.result,
        shot.clock_ms,
        shot.wallclock_ms,
    )
    assert (96.543, 4.0, 24.0) == (shot.place.x, shot.place.y, shot.shot.distance_ft)
    # The list has the two in another order than the text; the box score has their names.
    assert [("assist", "Ann Lee", "00", Side.HOME), ("shooter", "Bo Ray", None, Side.HOME)] == [
        (person.role, person.name, person.jersey, person.side) for person in shot.participants
    ]


def test_a_value_on_a_miss_is_not_a_score_and_the_sentinel_is_no_place():
    miss = facts(3)
    assert ("3pt", 0, "missed", 3, False, None) == (
        miss.play_type,
        miss.points,
        miss.result,
        miss.shot.value,
        miss.shot.made,
        miss.place,
    )
    assert [("shooter", "Cy Dee", "99")] == [(p.role, p.name, p.ref) for p in miss.participants]


def test_coordinates_of_free_throws_and_fouls_are_no_places():
    assert facts(4).place is None
    assert facts(5).place is None
    assert (45_300, "freethrow") == (facts(5).clock_ms, facts(5).play_type)


def test_a_text_says_more_than_the_name_of_the_type():
    assert "foul" == facts(4).play_type
    assert "comment" == facts(6).play_type


def test_places_in_the_game_are_the_sequence_numbers_as_long_as_they_rise():
    orders = {row.ref: row.facts.order for row in plays(game())}
    assert 8 * ORDER_STEP == orders["880008"]
    assert 10 * ORDER_STEP == orders["880010"]
    assert 10 * ORDER_STEP < orders["880009"] < orders["880011"]


def test_a_play_added_later_does_not_move_the_others():
    shorter = game(lambda d: d["plays"].pop(2))
    before = {row.ref: row.facts.order for row in plays(shorter)}
    after = {row.ref: row.facts.order for row in plays(game())}
    assert before == {ref: order for ref, order in after.items() if ref in before}


def test_a_game_without_plays_has_a_header_and_a_status():
    def scheduled(document):
        document["plays"] = None
        document["header"]["competitions"][0]["status"]["type"]["name"] = "STATUS_SCHEDULED"
        for side in document["header"]["competitions"][0]["competitors"]:
            side.update(score=None, linescores=None)

    document = game(scheduled)
    assert ((), None, StatusLine(Status.SCHEDULED), ()) == (
        document.rows,
        document.header,
        document.status,
        document.claims,
    )


def test_an_unknown_status_is_none_and_counted():
    def odd(document):
        document["header"]["competitions"][0]["status"]["type"]["name"] = "STATUS_ODD"

    assert game(odd).status is None
    assert 1 == dict(game(odd).quirks)["unknown status"]


def test_a_header_may_be_bare():
    def bare(document):
        game = document["header"]["competitions"][0]
        del game["date"], document["header"]["season"], document["boxscore"]
        for side in game["competitors"]:
            del side["team"]["color"], side["record"], side["rank"]

    meta = game(bare).meta
    assert (None, None, None, None) == (
        meta.official_date,
        meta.scheduled_start_ms,
        meta.season,
        meta.season_type,
    )
    assert (None, None, None) == (meta.home.color, meta.home.record, meta.home.rank)


def test_people_without_a_number_are_left_out():
    document = game(changed(("plays", 1, "participants"), [{"athlete": {}}, *people("123")]))
    shot = next(row.facts for row in plays(document) if row.ref == "880002")
    assert [("assist", "123", "Ann Lee")] == [(p.role, p.ref, p.name) for p in shot.participants]


def test_a_header_that_disagrees_is_shown_and_not_patched():
    def other(document):
        document["header"]["competitions"][0]["competitors"][0]["score"] = 7

    document = game(other)
    assert (Score(7, 3), Score(6, 3)) == (document.header, total(document))
    assert "the header says 7-3, the last row 6-3 (home-away)" == document.notes[-1]


def test_professional_teams_are_known_by_the_leagues_own_short_names():
    def pro(document):
        document["header"]["league"]["slug"] = "nba"
        document["format"]["regulation"]["periods"] = 4
        document["header"]["competitions"][0]["competitors"][0]["team"]["abbreviation"] = "GS"

    meta = game(pro).meta
    assert ("nba_", "nba", "GSW", "UConn Somethings") == (
        meta.league,
        meta.ruleset,
        meta.home.abbrev,
        meta.home.name,
    )


@pytest.mark.parametrize(("periods", "ruleset"), [(2, "ncaa_mens_basketball"), (4, "fiba")])
def test_womens_college_games_had_halves_and_have_quarters(periods, ruleset):
    def womens(document):
        document["header"]["league"]["slug"] = "womens-college-basketball"
        document["format"]["regulation"]["periods"] = periods

    meta = game(womens).meta
    assert ("ncaw", ruleset) == (meta.league, meta.ruleset)


def changed(path, value):
    def change(document):
        *parents, last = path
        for name in parents:
            document = document[name]
        document[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("header", "league", "slug"), "nfl", "header.league.slug: 'nfl' is not one of mens-"),
        (("header", "competitions"), [], "header.competitions: [] must hold one game"),
        (
            ("header", "competitions", 0, "competitors", 0, "homeAway"),
            "away",
            "header.competitions[0].competitors: ",
        ),
        (("plays", 1, "homeScore"), -1, "plays[1].homeScore: -1 is not in 0-999"),
        (("plays", 1, "clock"), {"displayValue": "x"}, "plays[1].clock.displayValue: 'x' is no c"),
        (("plays", 1, "period"), {"number": 99}, "plays[1].period.number: 99 is not in 1-60"),
        (("plays", 1, "wallclock"), "then", "plays[1].wallclock: 'then' is not an ISO 8601 time"),
        (("plays", 1), [], "plays[1]: [] is not an object"),
        (("plays",), 5, "plays: 5 is not a list"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_member(path, value, why):
    assert bad(lambda: game(changed(path, value))).startswith(why)


def test_a_summary_without_a_game_or_a_name_is_refused():
    def nameless(document):
        del document["header"]["id"], document["header"]["competitions"][0]["id"]

    def no_team_name(document):
        document["header"]["competitions"][0]["competitors"][0]["team"] = {"id": "41"}

    def no_play_id(document):
        del document["plays"][1]["id"], document["plays"][1]["sequenceNumber"]

    assert "header.id: None must name the game" == bad(lambda: game(nameless))
    assert "must have a name" in bad(lambda: game(no_team_name))
    assert "plays[1].id: None must name the play" == bad(lambda: game(no_play_id))


def test_a_play_without_period_or_number_stands_where_the_document_has_it():
    def bare(document):
        del document["plays"][8]["period"], document["plays"][8]["sequenceNumber"]

    assert [2] * 5 == [row.facts.period_index for row in plays(game(bare))][-5:]
    assert Score(6, 3) == total(game(bare))


@given(st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_read_and_never_crash(position, byte):
    survives_damage(lambda data: espn_json.parse(data, {}), summary(), position, byte)


@needs_recorded
@pytest.mark.parametrize(
    ("name", "score", "line", "read"),
    [
        ("290710041-syracuse-uconn-6ot", Score(117, 127), "6OT", 648),
        ("330452197-austin-peay-eastern-illinois", Score(64, 71), "REG", 324),
        ("401706886-kansas-duke", Score(72, 75), "REG", 307),
        ("401820771-virginia-duke", Score(77, 51), "REG", 446),
    ],
)
def test_the_recorded_games_end_as_their_headers_say(name, score, line, read):
    data = gzip.decompress(recorded("feed-samples", f"espn-ncaam-{name}.json.gz").read_bytes())
    assert espn_json.looks_like("", data[:65536])
    document = espn_json.parse(data, {})
    assert score == total(document) == document.header
    assert StatusLine(Status.FINAL, line) == document.status
    assert read == document.rows_read
    assert [] == moves(document)
    assert {score} == {claim for _, claim in document.claims}
