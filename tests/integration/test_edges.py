"""A real home node, an edge, a replica between them: followers, senders, a replica killed."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from twisted.python.usage import UsageError

from scoreboard.service import Options
from tests.durability.talk import GAME, begin, play, shown
from tests.integration.test_nodes import Events, nodes
from tests.integration.test_redis_log import META, table
from tests.support.redis import DURABLE, Redis, needs_redis, until
from tests.support.server import Server
from tests.support.stranger import ABORT, ERROR, Stranger

pytestmark = needs_redis

OTHER = "g0000000002"
INGEST = "https://feeds.scores.example"

#: Of an edge: nobody may write there.
SETTINGS = """
[drain]
{drain}
[listen]
port = {port}
[log]
path = "{path}"
{log}
"""
SHARD = f"""
[shard]
node = "e1"
role = "edge"
ingest = "{INGEST}"
[ops]
port = 0
"""


@contextmanager
def regional(folder: Path, *, spare: bool = False) -> Iterator[tuple[Redis, Redis]]:
    """
    A primary, and a replica that keeps nothing on its disk: it is there to be read from.

    `spare`: whether there is another replica, which the home node can go on with.
    """
    # By itself a primary waits some seconds for further replicas that may come.
    primary = Redis(folder / "primary", *DURABLE, "--repl-diskless-sync-delay 0")
    started = [primary]
    try:
        of = f"--replicaof 127.0.0.1 {primary.port}"
        started.extend(
            Redis(folder / name, "--appendonly no", "--save ''", of)
            for name in (("near", "spare") if spare else ("near",))
        )
        until(lambda: primary.ask("WAIT", len(started) - 1, 100) == len(started) - 1)
        yield primary, started[1]
    finally:
        for one in started:
            one.stop()


@contextmanager
def edge(folder: Path, *stores: Redis, **settings: Any) -> Iterator[Server]:
    """An edge node; it must have no fault of its own."""
    folder.mkdir()
    server = Server(folder, log=table(*stores, **settings), settings=SETTINGS, more=SHARD)
    try:
        yield server
        assert server.complaints == [], "".join(server.output)
    finally:
        server.stop(signal.SIGKILL)


def ready(server: Server) -> Any:
    """What an edge says of itself; it takes followers whatever it says."""
    reply = server.request("GET", "/readyz", token=None)
    assert reply.status == 200
    return reply.json


def fed(home: Server, numbers: range) -> int:
    """Baskets; where the game stands then."""
    lines = b"\n".join(json.dumps(play(f"p{number}")).encode() for number in numbers)
    path = f"/v1/feeds/arena/games/{GAME}/messages"
    reply = home.request("POST", path, lines, content_type="application/x-ndjson")
    assert reply.status == 200
    seq: int = shown(home)["seq"]
    return seq


def seqs(stream: Events) -> list[int]:
    """Of every position once, in the order in which they came."""
    return list(dict.fromkeys(json.loads(text)["seq"] for text in stream.envelopes))


def test_a_follower_at_the_edge_gets_the_same_bytes_as_at_home(tmp_path):
    with (
        regional(tmp_path / "redis") as (primary, replica),
        nodes(tmp_path, primary, names=("n1",), replicas=1) as (home,),
        edge(tmp_path / "e1", replica, replicas=1) as far,
    ):
        assert home.request("PUT", f"/v1/games/{GAME}", META).status == 200
        paths = (f"/v1/events?game={GAME}", f"/v1/events?game={GAME}&kinds=score")
        pairs = [[Events(server, path) for server in (home, far)] for path in paths]
        begin(home)
        for some in (range(5), range(5, 12)):
            fed(home, some)
        tip = fed(home, range(12, 20))
        for pair in pairs:
            for one in pair:
                until(lambda one=one: any(f'"seq":{tip},' in text for text in one.envelopes))
            assert pair[0].envelopes == pair[1].envelopes
            assert len(pair[0].envelopes) >= 20
        for path in (f"/v1/games/{GAME}", f"/v1/games/{GAME}/boxscore", f"/v1/games/{GAME}/plays"):
            said = [server.request("GET", path, token=None) for server in (home, far)]
            assert (said[0].status, said[0].body) == (200, said[1].body)
        lines = [one.request("GET", "/v1/games", token=None).json["games"] for one in (home, far)]
        assert lines[0] == lines[1]
        assert lines[0][0]["seq"] == tip
        standing = ready(far)
        assert (standing["role"], standing["log"]["supply"]) == ("edge", "following")
        assert standing["log"]["at"] == replica.address
        for pair in pairs:
            for one in pair:
                one.close()


def test_whoever_wants_to_write_at_an_edge_hears_where_to_go(tmp_path):
    with (
        regional(tmp_path / "redis") as (primary, replica),
        nodes(tmp_path, primary, names=("n1",)) as (home,),
        edge(tmp_path / "e1", replica) as far,
    ):
        begin(home)
        tip = shown(home)["seq"]
        until(lambda: shown(far)["seq"] == tip)
        tries = [
            ("PUT", f"/v1/games/{GAME}", META),
            ("POST", f"/v1/feeds/arena/games/{GAME}/messages", play("1")),
            ("POST", f"/v1/games/{GAME}/scorer/record", {}),
            ("POST", f"/v1/games/{GAME}/scorer/undo", None),
            ("PUT", "/v1/games/g0000000009", None),
        ]
        for token in ("secret", None):
            for method, path, body in tries:
                reply = far.request(method, path, body, token=token)
                said = (reply.status, reply.json["code"], reply.json["hint"])
                assert said == (421, "read_only", f"go to {INGEST}"), (method, path)
        with Stranger(far) as session:
            session.look()
            refused = session.call(1, "scoreboard.v1.feed.submit", game_id=GAME, messages=[])
            assert (refused[0], refused[4]) == (ERROR, "scoreboard.error.read_only")
            assert refused[6]["hint"] == f"go to {INGEST}"
            refused = session.call(2, "scoreboard.v1.scorer.undo", game_id=GAME)
            assert refused[4] == "scoreboard.error.read_only"
        with Stranger(far) as session:
            said = session.knock("arena", "secret")
            assert (said[0], said[2]) == (ABORT, "wamp.error.authentication_failed")
            assert INGEST in said[1]["message"]
        assert shown(home)["seq"] == shown(far)["seq"] == tip
        assert replica.ask("HKEYS", "scoreboard:games") == [GAME.encode()]


def test_an_edge_whose_replica_is_killed_says_so_and_catches_up_without_a_hole(tmp_path):
    with (
        regional(tmp_path / "redis", spare=True) as (primary, near),
        nodes(tmp_path, primary, names=("n1",), replicas=1) as (home,),
        edge(tmp_path / "e1", near, replicas=1) as far,
    ):
        begin(home)
        stream = Events(far, f"/v1/events?game={GAME}")
        league = Events(far, "/v1/events?league=nba_")
        before = fed(home, range(5))
        until(lambda: before in seqs(stream))
        near.kill()
        until(lambda: ready(far)["log"]["supply"] == "away")
        assert near.address in ready(far)["log"]["why"]
        tip = fed(home, range(5, 12))
        begin(home, OTHER)
        # What it has it shows on, to those who come now as well.
        assert shown(far)["seq"] == before
        slate = far.request("GET", "/v1/games", token=None)
        assert [line["seq"] for line in slate.json["games"]] == [before]
        near.restart()
        until(lambda: tip in seqs(stream))
        assert seqs(stream) == list(range(seqs(stream)[0], tip + 1))
        assert shown(far) == shown(home)
        until(lambda: ready(far)["log"]["supply"] == "following")
        # A game that was made meanwhile, and that nobody has named.
        until(lambda: any(OTHER in text for text in league.envelopes))
        stream.close()
        league.close()


def test_an_edge_whose_replica_was_cut_off_looks_again(tmp_path):
    with (
        regional(tmp_path / "redis") as (primary, replica),
        nodes(tmp_path, primary, names=("n1",)) as (home,),
        edge(tmp_path / "e1", replica) as far,
    ):
        begin(home)
        stream = Events(far, f"/v1/events?game={GAME}")
        # Nothing is published to followers of a replica that gets all of it at once.
        replica.ask("REPLICAOF", "NO", "ONE")
        tip = fed(home, range(6))
        assert shown(far)["seq"] < tip
        replica.ask("REPLICAOF", "127.0.0.1", primary.port)
        until(lambda: tip in seqs(stream))
        assert seqs(stream) == list(range(seqs(stream)[0], tip + 1))
        stream.close()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[feeds.arena]\ntoken = "x"\n', "feeds.arena has no place on an edge"),
        ("", "has no log yet"),
    ],
)
def test_an_edge_that_cannot_be_one_says_why(tmp_path, more, says):
    with regional(tmp_path / "redis") as (_, replica):
        folder = tmp_path / "e1"
        folder.mkdir()
        with pytest.raises(AssertionError, match=says):
            Server(folder, log=table(replica), settings=SETTINGS, more=SHARD + more)


def test_one_of_several_nodes_keeps_no_log_of_its_own(tmp_path):
    settings = tmp_path / "n1.toml"
    settings.write_text('[log]\nprovider = "redis"\n[shard]\nnode = "n1"\n')
    options = Options()
    with pytest.raises(UsageError, match=r"--log games\.sqlite: n1 is one of several nodes"):
        options.parseOptions(["--config", str(settings), "--log", "games.sqlite"])
