"""Rule X1 at a real server's doors: too fast is refused whole, and told how long to wait."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.support.server import PATIENCE, ROOT, Server, running
from tests.tools.samples import dataset

GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
LIVE = {"type": "status", "status": "in_progress", "period_index": 1}
SETTINGS = """
[ops]
port = 0
[feeds.usual]
token = "as-it-comes"
[feeds.slow]
token = "slow"
messages_per_s = 5
burst = 10
[feeds.wide]
token = "wide"
messages_per_s = 0
bytes_per_min = 6000
"""


def plays(first, number):
    """Baskets, of one side and the other in turn."""
    for n in range(first, first + number):
        side = "home" if n % 2 else "away"
        facts = {"play_type": "2pt", "period_index": 1, "team_id": side, "points": 2}
        yield {"type": "play", "provider_play_id": str(n), "play": facts}


def lines(messages):
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


@pytest.fixture
def server(tmp_path):
    with running(tmp_path, more=SETTINGS) as started:
        assert started.request("PUT", f"/v1/games/{GAME}", META).status == 200
        yield started


def post(server: Server, source: str, token: str, body, **headers):
    kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
    path = f"/v1/feeds/{source}/games/{GAME}/messages"
    return server.request("POST", path, body, token=token, **{"Content_Type": kind, **headers})


def seq(server):
    return server.request("GET", f"/v1/games/{GAME}").json["seq"]


def refusals(server):
    """How many messages were refused by X1, by /metrics."""
    found = [re.search(r"metrics at (\S+)", line) for line in server.output]
    where = next(one[1] for one in found if one)
    with urllib.request.urlopen(where, timeout=PATIENCE) as page:  # noqa: S310 - loopback
        text = page.read().decode()
    assert re.search(r"^scoreboard_answers_total{.*} ", text, re.MULTILINE)
    return sum(
        map(float, re.findall(r'^scoreboard_answers_total{.*"rate".*} (\S+)$', text, re.MULTILINE))
    )


def until_taken(server, source, token, body):
    """The answer after waiting as told, and how often that was."""
    for waits in range(100):
        reply = post(server, source, token, body)
        if reply.status != 429:
            return reply, waits
        assert reply.headers["retry-after"] == str(-(-reply.json["retry_ms"] // 1000))
        # The wait that is asked for is what is tested: nothing else says when it is over.
        time.sleep(reply.json["retry_ms"] / 1000)
    raise AssertionError("refused for ever")


def test_a_burst_passes_and_what_is_beyond_is_refused_whole_until_the_time_that_is_said(server):
    assert post(server, "slow", "slow", lines([LIVE, *plays(1, 9)])).status == 200
    before = seq(server)
    refused = post(server, "slow", "slow", lines(plays(10, 8)))
    problem = refused.json
    assert (refused.status, problem["code"]) == (429, "rate")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1_000 < problem["retry_ms"] <= 1_600
    assert "5 messages a second (10 at once)" in problem["detail"]
    assert "messages_per_s" in problem["hint"]
    assert seq(server) == before
    reply, waits = until_taken(server, "slow", "slow", lines(plays(10, 8)))
    assert (reply.status, waits > 0, seq(server)) == (200, True, before + 8)
    # One message by itself hears the same.
    single, waits = until_taken(server, "slow", "slow", next(plays(18, 1)))
    assert (single.status, waits > 0, single.json["seq"]) == (200, True, before + 9)
    assert refusals(server) >= 9


def test_a_refusal_is_not_kept_for_its_key(server):
    body, key = lines([LIVE, *plays(1, 9)]), {"Idempotency_Key": "k-1"}
    assert post(server, "slow", "slow", lines(plays(100, 10))).status in (200, 207)
    assert post(server, "slow", "slow", body, **key).status == 429
    time.sleep(2.01)
    assert post(server, "slow", "slow", body, **key).status == 200
    again = post(server, "slow", "slow", body, **key)
    assert (again.status, again.headers.get("idempotency-replayed")) == (200, "true")


def test_bytes_count_as_well_as_messages(server):
    assert post(server, "wide", "wide", LIVE).status == 200
    big = {**next(plays(1, 1)), "padding": "x" * 5_000}
    assert post(server, "wide", "wide", big).status == 200
    refused = post(server, "wide", "wide", {**next(plays(2, 1)), "padding": "x" * 5_000})
    assert (refused.status, refused.json["retry_ms"] > 30_000) == (429, True)


def test_by_default_two_thousand_messages_come_at_once_and_then_it_is_fifty_a_second(server):
    beats = lines([{"type": "heartbeat"}] * 2_000)
    assert post(server, "usual", "as-it-comes", beats).status == 200
    refused = post(server, "usual", "as-it-comes", lines([{"type": "heartbeat"}] * 50))
    assert (refused.status, 0 < refused.json["retry_ms"] <= 1_001) == (429, True)
    # One feed's limit is not another's.
    assert post(server, "slow", "slow", lines([{"type": "heartbeat"}] * 10)).status == 200


def test_over_wamp_it_is_an_error_with_the_time_to_wait(server):
    client = ROOT / "tests/integration/clients/submit_autobahn.py"
    messages = json.dumps([LIVE, *plays(1, 14)])
    done = subprocess.run(
        [sys.executable, str(client), server.ws, "slow", "slow", GAME, messages],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a.get("status") for a in answers[:10]] == ["accepted"] * 10
    refused = [a for a in answers if a.get("error") == "scoreboard.error.rate"]
    assert refused
    assert {(a["status"], a["code"], a["rule"], 0 < a["retry_ms"] <= 201) for a in refused} == {
        ("rejected", "rate", "X1", True)
    }
    taken = sum(a.get("status") == "accepted" for a in answers)
    assert (taken + len(refused), seq(server)) == (15, 1 + taken)
    assert refusals(server) == len(refused)


def scoreboard(*words):
    return subprocess.run(
        [sys.executable, "-m", "scoreboard", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )


def test_a_replay_at_full_speed_succeeds_slower_and_says_why(server, tmp_path):
    folder = dataset(tmp_path / "day", games=6)
    to = ("--to", server.url, "--source", "slow", "--token", "slow", "--seed", "1")
    ended = scoreboard("replay", str(folder), *to, "--speed", "max")
    assert ended.returncode == 0, ended.stderr
    assert "6 of 6 games" in ended.stdout
    assert "slowed down: the server answers HTTP 429 rate" in ended.stdout
    assert ended.stderr.count("slower than asked for") == 1
    assert "messages_per_s" in ended.stderr


def test_a_load_that_the_server_limits_is_told_in_one_line_and_measures_nothing(server):
    to = ("--to", server.url, "--source", "slow", "--token", "slow", "--sessions", "2")
    for way in ("http", "wamp"):
        words = (*to, "--processes", "1", "--rate", "200", "--seconds", "2", "--feed", way)
        ended = scoreboard("load", *words)
        assert ended.returncode != 0
        assert "rule X1: one source may send 5 messages a second" in ended.stderr
        assert "Traceback" not in ended.stderr
