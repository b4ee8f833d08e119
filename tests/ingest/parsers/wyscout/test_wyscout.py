"""Wyscout soccer matches."""

from __future__ import annotations

import copy
import gzip
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.parsers.wyscout import parser as wyscout
from scoreboard.ingest.parsers.wyscout import pitch as wyscout_pitch
from scoreboard.model.play import Place, RawPlace
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.parsers.totals import bad, plays, survives_damage, tally, total
from tests.support.recorded import needs_recorded, recorded

HOME, AWAY = 9598, 7712


def event(number, period, at, name, sub, team, *tags, player=0, spots=((50, 50), (60, 60))):
    return {
        "id": number,
        "matchId": 205,
        "matchPeriod": period,
        "eventSec": at,
        "eventName": name,
        "subEventName": sub,
        "teamId": team,
        "playerId": player,
        "tags": [{"id": tag} for tag in tags],
        "positions": [{"x": x, "y": y} for x, y in spots],
    }


MATCH = {
    "events": [
        event(10, "1H", 0.1, "Pass", "Simple pass", HOME, 1801, player=5, spots=((50, 50),)),
        event(12, "1H", 8.0, "Pass", "Cross", HOME, 301, 1801, player=5),
        event(
            11, "1H", 9.0, "Shot", "Shot", HOME, 101, 402, 1801, player=6, spots=((90, 50), (0, 0))
        ),
        event(
            13,
            "1H",
            10.5,
            "Save attempt",
            "Reflexes",
            AWAY,
            101,
            1802,
            player=7,
            spots=((100, 100), (10, 50)),
        ),
        event(14, "1H", 99.0, "Foul", "Foul", AWAY, 1702, player=8),
        event(
            15,
            "1H",
            200.0,
            "Free Kick",
            "Corner",
            HOME,
            801,
            player=6,
            spots=((100, 100), (90, 50)),
        ),
        event(16, "2H", 30.0, "Others on the ball", "Touch", HOME, 102, player=6),
        event(17, "2H", 31.0, "Save attempt", "Reflexes", HOME, 101, player=5),
        event(18, "2H", 50.0, "Offside", "", AWAY, player=8, spots=()),
        event(19, "2H", 60.0, "Something new", "", AWAY),
        event(
            20, "E1", 5.0, "Free Kick", "Penalty", AWAY, 1802, player=8, spots=((11, 51), (0, 0))
        ),
        event(21, "E2", 7.0, "Duel", "Air duel", HOME, 703, player=5),
        event(22, "P", 20.0, "Free Kick", "Penalty", HOME, 101, player=6, spots=((90, 50), (0, 0))),
        event(23, "P", 21.0, "Save attempt", "Reflexes", AWAY, 101, player=7),
        event(
            24, "P", 60.0, "Free Kick", "Penalty", AWAY, 1802, player=8, spots=((10, 50), (0, 0))
        ),
    ],
    "teams": {
        str(HOME): {
            "team": {
                "wyId": HOME,
                "name": "Croatia",
                "type": "national",
                "area": {"alpha3code": "HRV"},
            }
        },
        str(AWAY): {"team": {"wyId": AWAY, "name": "Br\\u00f8ndby", "type": "club"}},
    },
    "players": {
        str(HOME): [
            {"player": {"wyId": 5, "shortName": "A. Begovi\\u0107"}},
            {"player": {"wyId": 6, "shortName": "B. Smile \\ud83d\\ude00"}},
        ],
        str(AWAY): [{"player": {"wyId": 7, "shortName": "C. Keeper"}}],
    },
}

RECORD = {
    "wyId": 205,
    "status": "Played",
    "duration": "Penalties",
    "competitionId": 28,
    "gameweek": 0,
    "dateutc": "2018-07-01 18:00:00",
    "venue": "Stadion",
    "label": "Croatia - Brondby, 1 - 1 (P)",
    "teamsData": {
        str(AWAY): {"side": "away", "teamId": AWAY, "score": 1, "scoreET": 1, "scoreP": 0},
        str(HOME): {"side": "home", "teamId": HOME, "score": 1, "scoreET": 1, "scoreP": 1},
    },
}


def match(change=None) -> bytes:
    document = copy.deepcopy(MATCH)
    if change:
        change(document)
    return json.dumps(document).encode()


def matches(**changes):
    return {"matches": json.dumps([{"wyId": 1}, {**RECORD, **changes}]).encode()}


def game(change=None, companions=None):
    return wyscout.parse(match(change), matches() if companions is None else companions)


def facts(number):
    return next(row.facts for row in plays(game()) if row.ref == str(number))


def test_the_format_is_told_by_its_members():
    assert wyscout.looks_like("", match()[:3000])
    assert not wyscout.looks_like("205.json", b'[{"matchPeriod": "1H", "eventSec": 1}]')
    assert not wyscout.looks_like("205.json", b'{"events": []}')


def test_goals_are_counted_once_and_own_goals_for_the_others():
    document = game()
    assert Score(1, 1) == total(document) == document.header
    assert (("label", Score(1, 1)),) == document.claims
    assert ("goal", Side.HOME, Side.HOME, "goal") == (
        facts(11).play_type,
        facts(11).side,
        facts(11).points_to,
        facts(11).result,
    )
    assert ("own_goal", Side.HOME, Side.AWAY, "own goal") == (
        facts(16).play_type,
        facts(16).side,
        facts(16).points_to,
        facts(16).result,
    )
    assert [("save", 0), ("save", 0)] == [(facts(n).play_type, facts(n).points) for n in (13, 17)]


def test_kicks_of_the_shootout_have_a_tally_of_their_own():
    document = game()
    assert Score(1, 0) == tally(document) == document.shootout
    assert [("shootout_kick", True, 1, True), ("shootout_kick", True, 0, False)] == [
        (facts(n).play_type, facts(n).shootout, facts(n).points, facts(n).shot.made)
        for n in (22, 24)
    ]
    assert StatusLine(Status.FINAL, "PENS") == document.status


def test_the_oddities_are_counted():
    assert {
        "derived period end": 5,
        "escaped name": 3,
        "id steps back": 1,
        "no location": 1,
        "no player": 1,
        "one position": 1,
        "placeholder location": 5,
        "unknown play": 1,
    } == dict(game().quirks)
    assert 15 == game().rows_read


def test_names_that_were_escaped_twice_are_decoded():
    assert "A. Begović" == facts(10).participants[0].name
    assert "B. Smile \U0001f600" == facts(11).participants[0].name
    assert "Brøndby" == game().meta.away.name


def test_the_periods_are_absolute_and_end():
    ends = [row.facts for row in plays(game(), "period_end")]
    assert [(1, 200_000), (2, 60_000), (3, 5000), (4, 7000), (5, 60_000)] == [
        (end.period_index, end.clock_ms) for end in ends
    ]
    assert [False] * 4 + [True] == [end.shootout for end in ends]


def test_a_goal_names_who_gave_the_assist():
    assert [("shooter", "6"), ("assist", "5")] == [
        (person.role, person.ref) for person in facts(11).participants
    ]
    assert ["player"] == [person.role for person in facts(16).participants]


def test_an_assist_of_long_ago_of_another_half_or_of_the_other_side_is_none():
    def later(document):
        document["events"][2]["eventSec"] = 80

    def of_them(document):
        document["events"][1]["teamId"] = AWAY

    def before_the_break(document):
        document["events"][2]["matchPeriod"] = "2H"

    for change in (later, of_them, before_the_break):
        goal = next(row for row in plays(game(change)) if row.ref == "11")
        assert ["shooter"] == [person.role for person in goal.facts.participants]


def test_a_card_is_a_play_beside_the_foul_that_it_was_shown_for():
    rows = {row.ref: row.facts for row in plays(game())}
    assert ("foul", "card", "yellow") == (
        rows["14"].play_type,
        rows["14-card"].play_type,
        rows["14-card"].subtype,
    )
    assert rows["14"].order < rows["14-card"].order < rows["15"].order


def test_what_events_are_called():
    assert ["pass", "pass", "goal", "save", "foul", "card", "corner"] == [
        row.facts.play_type for row in plays(game())
    ][:7]
    assert ["offside", "unknown", "period_end", "penalty_kick", "period_end", "duel"] == [
        row.facts.play_type for row in plays(game())
    ][10:16]
    assert ("won", "inaccurate", "accurate") == (
        facts(21).result,
        facts(20).result,
        facts(10).result,
    )
    assert ("right_foot",) == facts(11).qualifiers


def test_left_is_left_and_the_attacked_goal_is_at_100():
    # A left back's throw-in near his own corner, a lay-off before the attacked goal.
    assert Place(5, 2, RawPlace(5, 2, "wyscout")) == wyscout_pitch.seen(5, 2)
    assert Place(95, 50, RawPlace(95, 50, "wyscout")) == wyscout_pitch.seen(95, 50)
    assert 17.2 == wyscout_pitch.distance_ft(wyscout_pitch.seen(95, 50))


def test_a_corner_that_stands_for_unknown_is_no_place_but_a_corner_kick_is_taken_there():
    assert wyscout_pitch.seen(0, 0) is None
    assert wyscout_pitch.seen(100, 100) is None
    assert facts(13).place is None
    assert (100, 100) == (facts(15).place.x, facts(15).place.y)
    assert (99, 97) == (
        wyscout_pitch.seen(1, 3, corner=True).x,
        wyscout_pitch.seen(1, 3, corner=True).y,
    )


def test_a_penalty_given_from_the_other_end_is_turned():
    assert Place(89, 49, RawPlace(11, 51, "wyscout")) == facts(20).place
    assert (
        (90, 50) == (facts(22).place.x, facts(22).place.y) == (facts(24).place.x, facts(24).place.y)
    )


def test_the_record_names_the_match():
    meta = game().meta
    assert ("wc__", "soccer_cup", "2018", None, "2018-07-01", 1_530_468_000_000, "Stadion") == (
        meta.league,
        meta.ruleset,
        meta.season,
        meta.stage,
        meta.official_date,
        meta.scheduled_start_ms,
        meta.venue,
    )
    assert ("HRV", "Brøndby", (("wyscout", "7712"),)) == (
        meta.home.abbrev,
        meta.away.abbrev,
        meta.away.provider_refs,
    )


def test_a_league_match_has_two_halves_and_a_gameweek():
    def halves(document):
        document["events"] = document["events"][:9]

    companions = matches(competitionId=364, gameweek=38, duration="Regular")
    document = game(halves, companions)
    assert ("epl_", "soccer_league", "2018-19", "Gameweek 38") == (
        document.meta.league,
        document.meta.ruleset,
        document.meta.season,
        document.meta.stage,
    )
    assert StatusLine(Status.FINAL, "REG") == document.status
    assert document.shootout is None


@pytest.mark.parametrize("competition", [999, None])
def test_a_competition_that_is_not_known_is_any(competition):
    meta = game(companions=matches(competitionId=competition)).meta
    assert ("socr", None) == (meta.league, meta.season)


def test_the_sides_are_the_records():
    swapped = {number: dict(club) for number, club in RECORD["teamsData"].items()}
    swapped[str(HOME)]["side"], swapped[str(AWAY)]["side"] = "away", "home"
    meta = game(companions=matches(teamsData=swapped)).meta
    assert ("Brøndby", "Croatia") == (meta.home.name, meta.away.name)


@pytest.mark.parametrize("companions", [{}, {"matches": b'[{"wyId": 1}]'}])
def test_without_a_record_there_is_no_header_and_the_first_team_is_at_home(companions):
    document = game(companions=companions)
    assert (None, None, ()) == (document.header, document.shootout, document.claims)
    assert ("Croatia", "socr", None) == (
        document.meta.home.name,
        document.meta.league,
        document.meta.scheduled_start_ms,
    )
    assert StatusLine(Status.FINAL, "PENS") == document.status
    assert Score(1, 1) == total(document)
    assert bool(companions) == ("not in matches" in dict(document.quirks))


@pytest.mark.parametrize(("events", "decided"), [(9, "REG"), (11, "AET"), (15, "PENS")])
def test_how_a_match_was_decided_is_told_by_its_periods_where_the_record_does_not_say(
    events, decided
):
    def shortened(document):
        document["events"] = document["events"][:events]

    document = game(shortened, matches(duration=None))
    assert StatusLine(Status.FINAL, decided) == document.status


def test_a_match_that_is_not_over_has_no_last_end():
    document = game(companions=matches(status="Suspended"))
    assert StatusLine(Status.SUSPENDED) == document.status
    assert 4 == len(plays(document, "period_end"))
    odd = game(companions=matches(status="Odd"))
    assert 1 == dict(odd.quirks)["unknown status"]


def test_the_header_counts_the_goals_of_extra_time():
    clubs = {number: {**club, "scoreET": 2} for number, club in RECORD["teamsData"].items()}
    document = game(companions=matches(duration="ExtraTime", teamsData=clubs))
    assert Score(2, 2) == document.header
    assert ("the header says 2-2, the last row 1-1 (home-away)",) == document.notes
    assert StatusLine(Status.FINAL, "AET") == document.status


def test_a_tally_that_disagrees_is_said():
    clubs = {number: {**club, "scoreP": 3} for number, club in RECORD["teamsData"].items()}
    document = game(companions=matches(teamsData=clubs))
    assert Score(3, 3) == document.shootout
    assert "the record's shoot-out is 3-3, the kicks make 1-0 (home-away)" in document.notes


def test_a_goal_that_is_tagged_on_two_events_in_a_row_counts_once():
    def twice(document):
        document["events"].insert(3, {**document["events"][2], "id": 77, "eventSec": 9.4})

    document = game(twice)
    assert Score(1, 1) == total(document)
    assert 1 == dict(document.quirks)["repeated goal"]
    repeat = next(row.facts for row in plays(document) if row.ref == "77")
    assert ("shot", 0, "repeated goal") == (repeat.play_type, repeat.points, repeat.result)


def test_a_goal_straight_from_a_free_kick_is_a_goal_and_a_penalty_stays_one():
    def goals(document):
        document["events"][5].update(subEventName="Free kick shot", tags=[{"id": 101}])
        document["events"][10]["tags"] = [{"id": 101}]

    rows = {row.ref: row.facts for row in plays(game(goals))}
    assert ("goal", 1, True) == (rows["15"].play_type, rows["15"].points, rows["15"].shot.made)
    assert ("penalty_kick", 1, "goal") == (
        rows["20"].play_type,
        rows["20"].points,
        rows["20"].result,
    )


def test_a_goal_of_the_shootout_is_a_kick_whatever_the_event_is_called():
    def shot(document):
        document["events"][12].update(eventName="Shot", subEventName="Shot")

    kick = next(row.facts for row in plays(game(shot)) if row.ref == "22")
    assert ("shootout_kick", True, 1) == (kick.play_type, kick.shootout, kick.points)
    assert Score(1, 1) == total(game(shot))


def test_a_position_without_figures_and_a_player_without_a_name_are_none():
    def holes(document):
        document["events"][0]["positions"] = [{"x": 5}]
        document["players"][str(HOME)][0]["player"]["shortName"] = ""

    first = plays(game(holes))[0].facts
    assert (None, None) == (first.place, first.participants[0].name)


def test_an_event_of_neither_team_is_of_no_side():
    def stranger(document):
        document["events"][2]["teamId"] = 0
        document["events"][8].update(eventName=None, subEventName=None)

    document = game(stranger)
    assert Score(0, 1) == total(document)
    assert next(row for row in plays(document) if row.ref == "11").facts.side is None


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
        (("events",), [], "events: no events, so nothing says which match this is"),
        (
            ("events", 0, "matchPeriod"),
            "3H",
            "events[0].matchPeriod: '3H' is not one of 1H, 2H, E1",
        ),
        (("events", 1, "eventSec"), -1, "events[1].eventSec: -1 must be the seconds since the per"),
        (("events", 1, "eventSec"), None, "events[1].eventSec: None must be the seconds since"),
        (("events", 1, "matchId"), 206, "events[1].matchId: 206 is another match than 205"),
        (("events", 0, "matchId"), None, "events[0].matchId: None must name the match"),
        (("events", 1, "id"), None, "events[1].id: None must name the event"),
        (("events", 1, "tags"), {}, "events[1].tags: {} is not a list"),
        (("teams",), {}, "teams: {} must hold two teams"),
        (("teams",), [1, 2], "teams: [1, 2] is not an object"),
        (("teams", "7712", "team", "name"), None, "teams.7712.team: "),
        (("players",), 7, "players: 7 is not an object"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_member(path, value, why):
    assert bad(lambda: game(changed(path, value))).startswith(why)


def test_a_broken_list_of_matches_is_named():
    assert bad(lambda: game(companions={"matches": b"x"})).startswith("matches: not JSON")
    assert "matches: {} is not a list" == bad(lambda: game(companions={"matches": b"{}"}))
    wrong = matches(teamsData=[1])
    assert "matches[1].teamsData: [1] is not an object" == bad(lambda: game(companions=wrong))


def test_a_record_without_scores_label_or_date_says_nothing_of_them():
    document = game(companions=matches(teamsData={}, label="?", dateutc=None, venue=None))
    assert (None, None, (), None) == (
        document.header,
        document.shootout,
        document.claims,
        document.meta.official_date,
    )


@given(st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_refused_or_read_and_never_crash(position, byte):
    survives_damage(lambda data: wyscout.parse(data, matches()), match(), position, byte)


LEAGUE = "soccer-premier-league-2018-05-13"
CUP = "soccer-edge-extra-time"


@needs_recorded
@pytest.mark.parametrize("folder", [LEAGUE, CUP])
def test_every_recorded_match_ends_as_its_record_says(folder):
    companions = {"matches": recorded(folder, "matches.json").read_bytes()}
    quirks = Counter()
    for known in json.loads(recorded(folder, "finals.json").read_text())["matches"]:
        data = gzip.decompress(recorded(folder, known["file"]).read_bytes())
        document = wyscout.parse(data, companions)
        assert Score(known["home_score"], known["away_score"]) == total(document) == document.header
        assert known["events"] == document.rows_read
        if known["shootout"]:
            away, home = known["shootout"]
            assert Score(home, away) == tally(document) == document.shootout
        alone = wyscout.parse(data, {})
        assert (known["home"], known["away"]) == (alone.meta.home.name, alone.meta.away.name)
        quirks.update(dict(document.quirks))
    if folder == LEAGUE:
        # The counts that come with the collection, but for 38 corner kicks from a corner.
        assert (3564, 1153, 3) == (
            quirks["id steps back"],
            quirks["no player"],
            quirks["one position"],
        )
        assert 1425 - 38 == quirks["placeholder location"]
