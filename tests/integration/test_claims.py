"""Rule B1 at a real server: a claimed box score is kept, compared and shown to operators only."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.integration.test_numbers import GAME, META, live, play
from tests.support.server import PATIENCE, ROOT, Server, running

MESSAGES = f"/v1/feeds/arena/games/{GAME}/messages"


def ask(server: Server, authid: str, ticket: str, *calls):
    client = [sys.executable, str(ROOT / "tests/integration/clients/ask_autobahn.py")]
    done = subprocess.run(
        [*client, server.ws, authid, ticket, json.dumps(calls)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def claims(server):
    listed = ["scoreboard.v1.ops.boxscore.list", {"game_id": GAME}]
    return ask(server, "desk", "operate", listed)[0]["claims"]


def box(points, **more):
    lines = [
        {"team_id": "home", "set": {"pts": points}},
        {"team_id": "home", "name": "J. Brown", "jersey": "7", "set": {"pts": points, "min": 31}},
    ]
    return {"type": "boxscore", "lines": lines, **more}


def told(server):
    """A live game with one basket of J. Brown."""
    assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
    brown = [{"role": "shooter", "name": "J. Brown", "jersey": "7"}]
    for message in (live(1), play(3, participants=brown, result="made")):
        said = {name: value for name, value in message.items() if name != "dense"}
        assert server.request("POST", MESSAGES, said).json["status"] == "accepted"


@pytest.fixture
def server(tmp_path):
    with running(tmp_path) as started:
        told(started)
        yield started


def test_the_derived_box_score_is_published_and_the_claim_is_answered_with_the_differences(server):
    before = server.request("GET", f"/v1/games/{GAME}/boxscore", token=None).json
    reply = server.request("POST", MESSAGES, box(3))
    said = reply.json
    assert (reply.status, said["status"], said["code"], said["rule"]) == (
        200,
        "flagged",
        "stats_mismatch",
        "B1",
    )
    assert "home pts 3, 2 by the plays" in said["problem"]
    assert [(d["name"], d["stat"], d["claimed"], d["derived"]) for d in said["differences"]] == [
        (None, "pts", 3, 2),
        ("J. Brown", "pts", 3, 2),
    ]
    assert "seq" not in said
    assert server.request("GET", f"/v1/games/{GAME}/boxscore", token=None).json == before
    (shown,) = claims(server)
    assert (shown["source"], shown["figures"], len(shown["differences"])) == ("arena", 2, 2)


def test_what_the_server_tells_can_be_claimed_as_it_is_and_agrees(server):
    derived = server.request("GET", f"/v1/games/{GAME}/boxscore", token=None).json["lines"]
    message = {"type": "boxscore", "lines": derived, "complete": True}
    reply = server.request("POST", MESSAGES, message)
    assert (reply.json["status"], reply.json.get("differences")) == ("accepted", None)
    assert claims(server)[0]["differences"] == []


def test_over_wamp_it_is_the_same(server):
    client = ROOT / "tests/integration/clients/submit_autobahn.py"
    messages = json.dumps([box(2), box(3), box(3)])
    done = subprocess.run(
        [sys.executable, str(client), server.ws, "arena", "secret", GAME, messages],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["status"] for answer in answers] == ["accepted", "flagged", "duplicate"]
    assert len(answers[2]["differences"]) == 2


def test_operators_see_it_in_the_feeds_until_a_correction_mends_it(server):
    feeds = ["scoreboard.v1.ops.feed.list", {"game_id": GAME}]
    server.request("POST", MESSAGES, box(3))
    (game,) = ask(server, "desk", "operate", feeds)[0]["games"]
    assert game["flags"] == ["stats_mismatch:arena"]
    amended = play(
        3,
        play_type="3pt",
        points=3,
        result="made",
        participants=[{"role": "shooter", "name": "J. Brown", "jersey": "7"}],
    )
    mended = {**amended, "rev": 1, "reason": "behind the line", "dense": False, "source_seq": 9}
    assert server.request("POST", MESSAGES, mended).json["status"] == "accepted"
    (game,) = ask(server, "desk", "operate", feeds)[0]["games"]
    assert game["flags"] == []
    assert claims(server)[0]["differences"] == []


@pytest.mark.parametrize(("authid", "ticket"), [("", ""), ("arena", "secret"), ("ann", "whistle")])
def test_it_is_for_operators(server, authid, ticket):
    refused = ask(
        server,
        authid,
        ticket,
        ["scoreboard.v1.ops.boxscore.list", {"game_id": GAME}],
        ["subscribe", {"topic": f"scoreboard.v1.ops.boxscore.{GAME}"}],
    )
    assert [one["error"] for one in refused] == ["wamp.error.not_authorized"] * 2


def test_an_operator_may_follow_claims(server):
    (said,) = ask(
        server, "desk", "operate", ["subscribe", {"topic": f"scoreboard.v1.ops.boxscore.{GAME}"}]
    )
    assert said["subscription"]


def test_a_claim_is_there_after_a_crash(tmp_path):
    server = Server(tmp_path)
    told(server)
    assert server.request("POST", MESSAGES, box(3)).json["status"] == "flagged"
    assert server.request("POST", MESSAGES, box(4)).json["status"] == "flagged"
    before = claims(server)
    server.stop(signal.SIGKILL)
    with running(tmp_path) as again:
        assert claims(again) == before
        assert [one["claimed"] for one in before[0]["differences"]] == [4, 4]
        assert again.request("POST", MESSAGES, box(4)).json["status"] == "duplicate"
        assert again.request("POST", MESSAGES, box(2)).json["status"] == "accepted"


def test_a_claim_of_another_league_or_of_nobody_is_refused(server):
    path = f"/v1/feeds/football/games/{GAME}/messages"
    assert server.request("POST", path, box(3), token="touchdown").status == 403
    reply = server.request("POST", MESSAGES, {"type": "boxscore", "lines": []})
    assert (reply.status, reply.json["code"]) == (400, "malformed")
    assert claims(server) == []
