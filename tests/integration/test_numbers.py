"""Rules Q1-Q3 at a real server: a source that counts is heard in order, and told what it owes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from scoreboard.tools.load_line import Line
from tests.integration.test_sources import add as add_source
from tests.integration.test_sources import arena, console, told, until
from tests.support.server import PATIENCE, ROOT, Server, running

GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
SETTINGS = """
[feeds.counts]
token = "one-two-three"
dense = true
"""


def live(number):
    status = {"type": "status", "status": "in_progress", "period_index": 1}
    return {**status, "source_seq": number, "dense": True}


def play(number, **facts):
    side = "home" if number % 2 else "away"
    told = {"play_type": "2pt", "period_index": 1, "team_id": side, "points": 2, **facts}
    message = {"type": "play", "provider_play_id": f"n{number}", "play": told}
    return {**message, "source_seq": number, "dense": True}


def post(server: Server, *messages, source="arena", token="secret"):
    """The answers, one a message."""
    body = b"".join(json.dumps(message).encode() + b"\n" for message in messages)
    path = f"/v1/feeds/{source}/games/{GAME}/messages"
    return server.request("POST", path, body, token, Content_Type="application/x-ndjson").lines


class Posting(threading.Thread):
    """A request that is on its way."""

    def __init__(self, server, *messages) -> None:
        super().__init__(daemon=True)
        self._asks = (server, messages)
        self.answers: list = []
        self.failed = False
        self.start()

    def run(self) -> None:
        server, messages = self._asks
        try:
            self.answers = post(server, *messages)
        except OSError:
            self.failed = True

    def ended(self) -> list:
        self.join(PATIENCE)
        assert not self.is_alive()
        return self.answers


@pytest.fixture
def server(tmp_path):
    with running(tmp_path, more=SETTINGS) as started:
        assert started.request("PUT", f"/v1/games/{GAME}", META).status == 200
        yield started


def score(server):
    game = server.request("GET", f"/v1/games/{GAME}").json
    return (game["score"]["home"]["points"], game["score"]["away"]["points"])


def feeds(server):
    """The sources of the game, as operators see them."""
    client = [sys.executable, str(ROOT / "tests/integration/clients/ask_autobahn.py")]
    calls = json.dumps([["scoreboard.v1.ops.feed.list", {"game_id": GAME}]])
    done = subprocess.run(
        [*client, server.ws, "desk", "operate", calls],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    (game,) = json.loads(done.stdout)["games"]
    return {one["source"]: one for one in game["sources"]}


def test_requests_that_overtake_each_other_are_recorded_in_order(server):
    assert post(server, live(1))[0]["status"] == "accepted"
    early = Posting(server, play(3))
    until(lambda: feeds(server)["arena"]["missing"] == [[2, 2]])
    (first,) = post(server, play(2))
    (second,) = early.ended()
    assert (first["status"], second["status"]) == ("accepted", "accepted")
    assert (first["seq"], second["seq"]) == (3, 4)
    assert feeds(server)["arena"]["missing"] == []


def test_calls_that_overtake_each_other_over_wamp_too(server):
    line = Line("127.0.0.1", server.port, "counts", "one-two-three", PATIENCE)
    numbers = {}
    for message in (live(1), play(4), play(3), play(2)):
        # The settings say that this feed counts; its messages need not.
        told = {name: value for name, value in message.items() if name != "dense"}
        numbers[line.submit(GAME, [told])] = message["source_seq"]
    line.flush()
    answers = {}
    while line.open:
        for call, (answer,) in line.answers():
            answers[numbers[call]] = answer
    line.close()
    assert [answers[number]["status"] for number in (1, 2, 3, 4)] == ["accepted"] * 4
    assert [answers[number]["seq"] for number in (1, 2, 3, 4)] == [2, 3, 4, 5]


def test_what_never_comes_is_given_up_asked_for_and_makes_the_source_degraded(server):
    began = time.monotonic()
    assert post(server, live(1))[0]["status"] == "accepted"
    (answer,) = post(server, play(4))
    assert time.monotonic() - began >= 2.0
    assert (answer["status"], answer["code"], answer["flags"]) == ("flagged", "gap", ["gap"])
    assert (answer["resend"], answer["expected_next"]) == ({"from": 2, "to": 3}, 2)
    degraded = until(lambda: (s := feeds(server)["arena"])["health"] == "degraded" and s)
    assert degraded["missing"] == [[2, 3]]
    # In the game since then: the answer did not wait for what is missing for ever.
    assert score(server) == (0, 2)
    placed, nowhere = post(server, play(2, order=1), play(3))
    assert placed["status"] in ("accepted", "flagged")
    assert (nowhere["status"], nowhere["code"]) == ("quarantined", "late")
    until(lambda: feeds(server)["arena"]["health"] == "up")
    assert feeds(server)["arena"]["missing"] == []


def test_a_crash_loses_only_what_nobody_was_told_to_be_recorded(tmp_path):
    server = Server(tmp_path)
    assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
    assert post(server, live(1), play(2))[1]["status"] == "accepted"
    early = Posting(server, play(4))
    until(lambda: feeds(server)["arena"]["missing"] == [[3, 3]])
    server.stop(signal.SIGKILL)
    early.join(PATIENCE)
    assert (early.failed, early.answers) == (True, [])
    with running(tmp_path, port=server.port) as again:
        assert score(again) == (0, 2)
        # What was not answered is sent again, and by chance again in the wrong order.
        answers = post(again, play(4)) + post(again, play(3), play(2))
        assert [answer["status"] for answer in answers[::2]] == ["flagged", "duplicate"]
        assert "gap" not in {flag for answer in answers for flag in answer.get("flags", ())}
        assert score(again) == (2, 4)


def test_who_waits_when_the_server_stops_is_told_to_send_it_again(tmp_path):
    server = Server(tmp_path)
    assert server.request("PUT", f"/v1/games/{GAME}", META).status == 200
    assert post(server, live(1))[0]["status"] == "accepted"
    early = Posting(server, play(3))
    until(lambda: feeds(server)["arena"]["missing"] == [[2, 2]])
    assert server.stop() == 0
    (answer,) = early.ended()
    assert (answer["status"], answer["code"]) == ("rejected", "unavailable")
    assert server.complaints == []


def test_a_console_that_counts_is_not_held_up_by_its_own_early_line(tmp_path):
    lines = [live(1), play(3), play(2), play(5), play(4), play(6), play(9)]
    plain = [{k: v for k, v in one.items() if k != "dense"} for one in lines]
    with running(tmp_path) as server, arena(told(*plain)) as venue:
        add_source(server, "venue", **console(venue.port, dense=True, answers=True))
        until(lambda: len(venue.heard) == len(lines))
        answers = sorted(map(json.loads, venue.heard), key=lambda answer: answer["seq"])
        assert [answer["status"] for answer in answers] == ["accepted"] * 6 + ["flagged"]
        assert answers[-1]["resend"] == {"from": 7, "to": 8}
        assert score(server) == (6, 6)
