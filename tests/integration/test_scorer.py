"""People score a game over WAMP and HTTP; followers, and who comes late, see what stands."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scoreboard.codec.shape import snapshot
from scoreboard.log.sqlite_file import open_to_read
from scoreboard.log.sqlite_store import read, tip
from scoreboard.projection.fold import fold
from scoreboard.projection.view import snapshot_of
from tests.support.server import PATIENCE, running

CLIENT = Path(__file__).parent / "clients" / "score_autobahn.py"
COUNT = pytest.StashKey[int]()
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
LIVE = {"status": "in_progress", "period_index": 1}
TWO = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2, "result": "made"}
THREE = TWO | {"play_type": "3pt", "points": 3}
AWAY = TWO | {"team_id": "away"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


class Table:
    """One game of the server, and the calls about it over HTTP."""

    def __init__(self, server, game, **about):
        self.server = server
        self.game = game
        assert server.request("PUT", f"/v1/games/{game}", META | about).status == 200

    def post(self, call, token="whistle", body=None, **data):
        path = f"/v1/games/{self.game}/scorer/{call}"
        return self.server.request("POST", path, data if body is None else body, token=token)

    def say(self, call, token="whistle", **data):
        reply = self.post(call, token, **data)
        assert reply.status == 200, reply.body
        self.late()
        return reply.json

    def call(self, *calls, authid="ann", ticket="whistle"):
        """Calls over WAMP: the events and the answers, as they came."""
        done = subprocess.run(
            [
                *(sys.executable, str(CLIENT), self.server.ws, authid, ticket, self.game),
                json.dumps(calls),
            ],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        events = [line["event"] for line in lines if "event" in line]
        self.late()
        return events, [line["answer"] for line in lines if "answer" in line]

    def late(self):
        """What somebody sees who comes now: what the log says, and no voided play counted."""
        seen = self.server.request("GET", f"/v1/games/{self.game}").json
        entries, epoch = self.log()
        assert seen == json.loads(json.dumps(snapshot(snapshot_of(fold(entries, epoch)))))
        return seen

    def log(self):
        """The entries on disk, read by another reader than the server."""
        return read_log(self.server.folder / "games.sqlite", self.game)

    def counted(self):
        """The score as the plays that stand add up."""
        plays = self.late()["plays"]
        standing = [p for p in plays if p["state"] not in ("voided", "overturned")]
        home, away = (self.late()["meta"]["teams"][side]["team_id"] for side in ("home", "away"))
        return tuple(
            sum(p["points"] for p in standing if p["points_to"] == team) for team in (home, away)
        )


def read_log(path, game):
    with closing(open_to_read(path)) as connection:
        return read(connection, game, 0, 10_000), tip(connection, game).epoch


def score(home, away):
    return {"home": home, "away": away}


def new_table(server, request, **about):
    number = request.config.stash.setdefault(COUNT, 0) + 1
    request.config.stash[COUNT] = number
    made = Table(server, f"g{number:010}", **about)
    made.say("set_status", **LIVE)
    return made


@pytest.fixture
def table(server, request):
    return new_table(server, request)


@pytest.fixture
def rink(server, request):
    return new_table(server, request, league="nhl_", ruleset_id="nhl")


def of(events, kind):
    return [event["data"] for event in events if event["type"] == kind]


def statuses(answers):
    return [answer.get("error") or answer["status"] for answer in answers]


def test_a_game_is_scored_over_wamp(table):
    player = {"participants": [{"role": "shooter", "name": "B. Able"}]}
    events, answers = table.call(
        ["record", {"play": TWO}],
        ["record", {"play": AWAY, "command_id": "c1"}],
        ["record", {"play": AWAY, "command_id": "c1"}],
        ["amend", {"play_id": "p3", "play": player, "reason": "wrong man"}],
        ["void", {"play_id": "p3", "overturned": True, "reason": "review"}],
        ["undo", {"count": 1}],
        ["undo", {"count": 2, "replace": {"play": THREE}}],
        ["record", {"play": TWO | {"points": 9}}],
    )
    assert statuses(answers) == [
        *["accepted"] * 2,
        "duplicate",
        *["accepted"] * 3,
        "flagged",  # the same side scores again
        "scoreboard.error.illegal_points",
    ]
    assert answers[2]["seq"] == answers[1]["seq"]
    corrections = of(events, "correction")
    assert [c["kind"] for c in corrections] == ["amend", "overturn", "amend", "amend", "void"]
    assert {c["by"] for c in corrections} == {"official:ann"}
    assert corrections[1]["before"]["score"] == score(2, 2)
    assert corrections[1]["after"]["score"] == score(0, 2)
    assert answers[-2]["score"] == score(5, 0)
    assert table.counted() == (5, 0)


def test_an_override_pins_the_score_and_the_game_goes_on(table):
    events, answers = table.call(
        ["record", {"play": TWO}],
        ["override", {"score": score(20, 18), "reason": "the board was off"}],
        ["record", {"play": THREE}],
        ["void", {"play_id": "p3", "reason": "twice"}],
        ["override", {"score": score(0, 0)}],
    )
    assert [a["score"] for a in answers] == [
        score(2, 0),
        score(20, 18),
        score(23, 18),
        score(21, 18),
        score(0, 0),
    ]
    assert [c["kind"] for c in of(events, "correction")] == [
        "score.override",
        "void",
        "score.override",
    ]


def test_the_public_score_is_held_and_released(table):
    table.say("record", play=TWO)
    events, answers = table.call(
        ["hold", {"reason": "they confer"}],
        ["record", {"play": THREE}],
        ["void", {"play_id": "p3", "reason": "no basket"}],
    )
    assert answers[-1]["score"] == score(3, 0)
    assert [s["home"]["points"] for s in of(events, "score")] == [2]
    assert [s["public_hold"] for s in of(events, "status")] == [True]
    assert [p["score_after"] for p in of(events, "play")] == [None, None]
    assert of(events, "correction")[0]["after"]["score"] == score(2, 0)
    late = table.late()
    assert (late["score"]["home"]["points"], late["status"]["public_hold"]) == (2, True)
    events, _ = table.call(["release", {}])
    assert [s["home"]["points"] for s in of(events, "score")] == [3]
    assert table.counted() == (3, 0)
    assert table.late()["plays"][1]["score_after"] == score(3, 0)


def test_no_alert_speaks_of_a_held_score_until_it_is_released(rink):
    goal = {"play_type": "goal", "period_index": 1, "points": 1, "result": "made"}
    home, away = goal | {"team_id": "home"}, goal | {"team_id": "away"}
    events, answers = rink.call(
        ["record", {"play": home}],
        ["hold", {"reason": "video"}],
        ["record", {"play": away}],
        ["void", {"play_id": "p5", "reason": "offside"}],
        ["record", {"play": away}],
        ["record", {"play": away}],
        ["void", {"play_id": "p3", "reason": "kicked in"}],
    )
    assert set(statuses(answers)) == {"accepted"}
    told = [one["notif_id"] for data in of(events, "alert") for one in data["alerts"]]
    assert told == [f"{rink.game}:score:p3", f"{rink.game}:first_lead:p3"]
    shown = rink.server.request("GET", f"/v1/games/{rink.game}/alerts").json["alerts"]
    assert [one["withdrawn"] for one in shown] == [None, None, None]

    events, _ = rink.call(["release", {"reason": "seen"}], ["hold", {}], ["release", {}])
    (data,) = of(events, "alert")
    assert [one["notif_id"].partition(":")[2] for one in data["alerts"]] == [
        "correction:score:p3",
        "correction:first_lead:p3",
        "score:p7",
        "score:p8",
        "first_lead:p7",
    ]
    assert (data["state"]["home"], data["state"]["away"]) == (0, 2)


def test_a_lock_is_seen_and_keeps_others_out(table):
    events, answers = table.call(
        ["lock", {"aspects": ["plays"], "reason": "mending"}], ["record", {"play": TWO}]
    )
    assert [lock["by"] for lock in of(events, "feed")[0]["locks"]] == ["ann"]
    assert statuses(answers) == ["accepted", "accepted"]
    refused = table.post("record", "flag", play=TWO)
    assert (refused.status, refused.json["code"]) == (423, "locked")
    assert table.late()["feed"]["locks"][0]["aspects"] == ["plays"]
    events, _ = table.call(["unlock", {}])
    assert of(events, "feed")[0]["locks"] == []


def test_a_query_a_period_and_the_end(table):
    table.say("record", "pencil", play=AWAY)
    events, _ = table.call(["score_query", {}], authid="jo", ticket="pencil")
    assert of(events, "score")[0]["confidence"] == "uncertain"
    asked = table.post("confirm_period", "pencil")
    assert (asked.status, asked.json["code"]) == (409, "confirm_required")
    confirmed = table.say("confirm_period", "pencil", score=asked.json["score"])
    assert confirmed["changes"][0] == {
        "path": "/status",
        "from": "in_progress",
        "to": "end_period",
    }
    assert table.late()["score"]["confidence"] == "confirmed"
    table.say("set_status", status="final", reason="called")
    table.say("reopen", reason="0.4 s put back")
    table.say("set_clock", value_ms=400, reason="0.4 s put back")
    table.say("set_status", status="final", reason="called")
    assert table.say("finalize")["status"] == "accepted"
    assert table.late()["status"]["status"] == "official"


def test_an_official_result_is_corrected_and_its_winner_by_two(table):
    table.say("record", play=TWO)
    table.say("record", play=THREE | {"team_id": "away"})
    table.say("set_status", status="final", reason="called")
    table.say("finalize")
    amend = {"play_id": "p4", "play": {"text": "from the corner"}}
    refused = table.post("amend", **amend)
    assert (refused.status, refused.json["code"]) == (422, "reason_required")
    events, _ = table.call(["amend", {**amend, "reason": "stats review"}])
    assert of(events, "correction")[0]["after_final"] is True
    void = {"play_id": "p4", "reason": "foul before it"}
    first = table.post("void", **void)
    assert (first.status, first.json["code"]) == (202, "result_change")
    assert table.late()["feed"]["doubts"] == ["result_change:ann:p4:2-0"]
    assert table.say("void", "flag", **void)["score"] == score(2, 0)
    assert table.counted() == (2, 0)
    assert table.late()["feed"]["doubts"] == []


@pytest.mark.parametrize(
    ("call", "token", "data", "status", "code"),
    [
        ("hold", None, {}, 401, "unauthorized"),
        ("hold", "nothing", {}, 401, "unauthorized"),
        ("hold", "secret", {}, 403, "forbidden"),
        ("hold", "pencil", {}, 403, "forbidden"),
        ("hold", "stopwatch", {}, 403, "forbidden"),
        ("dance", "whistle", {}, 404, "not_found"),
        ("void", "whistle", {"play_id": "p99"}, 422, "unknown_target"),
        ("void", "whistle", {"play_id": 99}, 400, "malformed"),
        ("void", "whistle", {"body": b"{"}, 400, "malformed"),
        ("record", "whistle", {"body": b" " * 65_537}, 413, "too_large"),
    ],
)
def test_who_may_not_and_what_is_wrong_is_told(table, call, token, data, status, code):
    reply = table.post(call, token, **data)
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.json["hint"]


def test_the_game_must_be_known(table):
    table.game = "g9999999999"
    assert table.post("hold").status == 404
    assert table.server.request("GET", f"/v1/games/{table.game}/scorer/hold").status == 405


def test_a_viewer_and_a_feed_score_nothing(table):
    _, answers = table.call(["record", {"play": TWO}], authid="arena", ticket="secret")
    assert statuses(answers) == ["wamp.error.not_authorized"]
