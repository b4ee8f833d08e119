"""A feed that joins with its ticket submits over WAMP and hears the same answers as over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import PATIENCE, Server, running

CLIENT = Path(__file__).parent / "clients" / "submit_autobahn.py"
GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
LIVE = {"type": "status", "status": "in_progress", "period_index": 1, "source_seq": 1}


def play(ref, points):
    facts = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": points}
    return {"type": "play", "provider_play_id": ref, "play": facts}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        assert started.request("PUT", f"/v1/games/{GAME}", META).status == 200
        yield started


def submit(server: Server, authid: str, ticket: str, messages: list) -> list:
    done = subprocess.run(
        [sys.executable, str(CLIENT), server.ws, authid, ticket, GAME, json.dumps(messages)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_message_is_answered(server):
    answers = submit(server, "arena", "secret", [LIVE, play("1", 2), play("1", 2), play("2", -2)])
    assert [a.get("status") for a in answers] == ["accepted", "accepted", "duplicate", "rejected"]
    assert answers[3]["error"] == "scoreboard.error.bad_score"
    assert answers[1]["score"] == {"home": 2, "away": 0}
    assert server.request("GET", f"/v1/games/{GAME}").json["seq"] == answers[1]["seq"]


def test_a_league_of_others_is_forbidden(server):
    (answer,) = submit(server, "football", "touchdown", [play("3", 2)])
    assert answer["error"] == "scoreboard.error.forbidden"


def test_a_wrong_ticket_is_not_let_in(server):
    before = server.request("GET", f"/v1/games/{GAME}").json["seq"]
    assert submit(server, "arena", "wrong", [play("4", 2)]) == []
    assert server.request("GET", f"/v1/games/{GAME}").json["seq"] == before
