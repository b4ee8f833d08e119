"""Several feeds of one game against a real server: who is believed, who may see it and say it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.support.server import PATIENCE, ROOT, running
from tests.support.vectors import vectors

#: How much faster than in reality the vectors are played.
SPEED = 15
#: So slow that nobody is lost while a test asks: what is seen is what was chosen.
SLOW = 0.01
#: All vectors at once, with a machine that has other things to do.
PATIENCE_S = 120
SETTINGS = """
[arbitration]
speed = {speed}
[feeds.primary]
token = "secret-p"
rank = 0
[feeds.backup]
token = "secret-b"
rank = 1
[feeds.console]
token = "secret-c"
role = "console"
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = SETTINGS.format(speed=SLOW)
    with running(tmp_path_factory.mktemp("server"), more=settings) as started:
        yield started


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """vector -> what was wrong with it."""
    settings = SETTINGS.format(speed=SPEED)
    with running(tmp_path_factory.mktemp("fast"), more=settings) as server:
        return _play(server)


def _play(server):
    client = [sys.executable, "-m", "tests.integration.clients.play_vectors"]
    done = subprocess.run(
        [*client, server.url, str(SPEED)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["vector"]: line["problems"] for line in lines}


def call(server, authid, ticket, *calls):
    """Calls and subscriptions in one session: what each of them was answered."""
    client = [sys.executable, str(ROOT / "tests/integration/clients/ask_autobahn.py")]
    done = subprocess.run(
        [*client, server.ws, authid, ticket, json.dumps(calls)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


GAME = "g0000000042"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
LIVE = {"type": "status", "status": "in_progress", "period_index": 1}


@pytest.fixture(scope="module")
def game(server):
    """A game that primary and backup have told of."""
    assert server.request("PUT", f"/v1/games/{GAME}", META, token="secret-p").status == 200
    answers = {}
    for source, token in (("primary", "secret-p"), ("backup", "secret-b")):
        path = f"/v1/feeds/{source}/games/{GAME}/messages"
        answers[source] = server.request("POST", path, LIVE, token=token)
    assert (answers["primary"].json["status"], answers["primary"].json["term"]) == ("accepted", 1)
    assert answers["backup"].json["code"] == "not_authoritative"
    return GAME


def test_feeds_learn_for_what_they_are_believed(server, game):
    held, beaten = call(
        server,
        *("backup", "secret-b"),
        ["scoreboard.v1.feed.lease", {"game_id": game}],
        ["scoreboard.v1.feed.heartbeat", {"games": [game, "g9999999999"]}],
    )
    assert held["authority"] in ("primary", "backup")
    assert held["believed"]["plays"] is (held["authority"] == "backup")
    assert beaten["games"][game] == held
    assert beaten["games"]["g9999999999"]["error"] == "scoreboard.error.unknown_game"


def test_operators_see_and_choose(server, game):
    before, switched, after = call(
        server,
        *("desk", "operate"),
        ["scoreboard.v1.ops.feed.list", {"game_id": game}],
        ["scoreboard.v1.ops.feed.switch", {"game_id": game, "to": "backup", "reason": "a test"}],
        ["scoreboard.v1.ops.feed.list", {}],
    )
    assert {one["source"] for one in before["games"][0]["sources"]} == {"primary", "backup"}
    assert switched["status"] in ("accepted", "duplicate")
    (shown,) = [one for one in after["games"] if one["game_id"] == game]
    assert (shown["authority"]["plays"], shown["term"]) == ("backup", switched["term"])
    assert server.request("GET", f"/v1/games/{game}").json["feed"]["authority"] == "backup"
    assert shown["chosen"] is True


def test_operators_let_go_of_what_they_have_chosen(server, game):
    choice = {"game_id": game, "to": "backup", "reason": "a test"}
    held, free, after = call(
        server,
        *("desk", "operate"),
        ["scoreboard.v1.ops.feed.switch", choice],
        ["scoreboard.v1.ops.feed.switch", choice | {"hold": False}],
        ["scoreboard.v1.ops.feed.list", {"game_id": game}],
    )
    assert held["status"] in ("accepted", "duplicate")
    assert (free["status"], free["term"]) == ("accepted", held["term"] + 1)
    assert after["games"][0]["chosen"] is False


@pytest.mark.parametrize(
    ("authid", "ticket"), [("", ""), ("primary", "secret-p"), ("jo", "pencil"), ("ann", "whistle")]
)
def test_how_the_feeds_are_is_for_operators(server, game, authid, ticket):
    refused = call(
        server,
        authid,
        ticket,
        ["scoreboard.v1.ops.feed.list", {"game_id": game}],
        ["scoreboard.v1.ops.feed.switch", {"game_id": game, "to": "backup", "reason": "x"}],
        ["subscribe", {"topic": f"scoreboard.v1.ops.feed.{game}"}],
        ["subscribe", {"topic": "scoreboard.v1.ops", "match": "prefix"}],
    )
    assert [one["error"] for one in refused] == ["wamp.error.not_authorized"] * 4


def cases():
    """Each vector; one that fails for a reason that is known must fail."""
    for vector in vectors():
        marks = pytest.mark.xfail(reason=vector.known, strict=True) if vector.known else ()
        yield pytest.param(vector.name, id=vector.name, marks=marks)


@pytest.mark.parametrize("name", cases())
def test_what_the_vector_says_is_seen(played, name):
    assert played[name] == []
