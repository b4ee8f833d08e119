"""The files of a cluster are those that servers take."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.settings.reading import parse
from scoreboard.tools.cluster_files import command, config, config_name
from scoreboard.tools.cluster_plan import Kind, Wanted, laid_out
from tests.support.haproxy import needs_haproxy

SHIPPED = (Path(__file__).parents[2] / "conf" / "haproxy.cfg").read_text()
FOLDER = Path("/srv/a cluster")
BARE, WHOLE = Wanted(1), Wanted(2, replicas=2, edges=1, sentinel=True)


def files(wanted, folder=FOLDER):
    cluster = laid_out(wanted, 8000, range(9001, 9001 + wanted.ports), "secret")
    return {
        member.name: config(cluster, member, folder, SHIPPED, 4_200) for member in cluster.members
    }


def test_a_home_node_waits_for_one_replica_and_asks_the_sentinels():
    settings = parse(files(WHOLE)["n2"], "n2")
    assert settings.log.provider == "redis"
    redis = settings.log.redis
    assert (redis.replicas, redis.sentinel) == (1, "scores")
    assert redis.addresses == ("127.0.0.1:9004", "127.0.0.1:9005", "127.0.0.1:9006")
    assert (settings.shard.node, settings.shard.role) == ("n2", "home")
    assert set(settings.feeds) == {"simulate", "replay"}
    assert {name: feed.token for name, feed in settings.feeds.items()} == {
        "simulate": "simulate-secret",
        "replay": "replay-secret",
    }
    assert (settings.listen.port, settings.ops.port) == (9009, 9010)
    assert settings.drain.elsewhere == "http://127.0.0.1:8000"


def test_a_node_alone_waits_for_nobody():
    redis = parse(files(BARE)["n1"], "n1").log.redis
    assert (redis.replicas, redis.sentinel, redis.addresses) == (0, "", ("127.0.0.1:9001",))


def test_an_edge_reads_from_its_replica_and_says_where_messages_go():
    settings = parse(files(WHOLE)["e1"], "e1")
    assert settings.shard.is_edge
    assert settings.shard.ingest == "http://127.0.0.1:8000"
    assert settings.log.redis.addresses == ("127.0.0.1:9002", "127.0.0.1:9003")
    assert settings.log.redis.sentinel == ""
    assert settings.feeds == {}


def test_redis_keeps_what_it_was_given_and_replicas_know_their_primary():
    made = files(WHOLE)
    assert "appendfsync always" in made["redis1"]
    assert 'dir "/srv/a cluster/redis1"' in made["redis1"]
    assert "replicaof" not in made["redis1"]
    assert "replicaof 127.0.0.1 9001" in made["redis3"]
    assert "min-replicas-to-write 1" in made["redis2"]
    assert "min-replicas" not in files(BARE)["redis1"]
    assert "sentinel monitor scores 127.0.0.1 9001 2" in made["sentinel3"]


def test_edges_stand_before_followers_only():
    text = files(WHOLE)["haproxy"]
    nodes, anywhere = text.split("\nbackend nodes")[1].split("\nbackend anywhere")
    assert "server n1 127.0.0.1:9007 id 1 check port 9008" in nodes
    assert "server n2 127.0.0.1:9009 id 2 check port 9010" in nodes
    assert "server n2 127.0.0.1:9009 track nodes/n2" in anywhere
    assert "server e1 127.0.0.1:9011 check port 9012 " in anywhere
    assert "server e1" not in nodes
    assert "server node1" not in text


def test_the_proxy_takes_no_more_connections_than_it_may_have():
    text = files(BARE)["haproxy"]
    assert "maxconn 2000\n" in text
    assert "bind 127.0.0.1:8000" in text
    assert f"stats socket {FOLDER}/admin.sock" in text
    assert "status 429" not in text


@needs_haproxy
@pytest.mark.parametrize("wanted", [BARE, WHOLE], ids=["bare", "whole"])
def test_haproxy_finds_nothing_wrong_with_its_file(tmp_path, wanted):
    file = tmp_path / "haproxy.cfg"
    file.write_text(files(wanted, tmp_path)["haproxy"])
    program = shutil.which("haproxy")
    checked = subprocess.run(
        [program, "-c", "-V", "-f", str(file)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "WARNING" not in checked.stderr


@pytest.mark.parametrize(
    "shipped",
    ["", SHIPPED.replace("backend anywhere", "backend elsewhere")],
    ids=["empty", "other"],
)
def test_a_shipped_file_of_another_form_is_told(shipped):
    cluster = laid_out(BARE, 8000, range(9001, 9010), "secret")
    with pytest.raises(LocalError, match=r"conf/haproxy\.cfg has"):
        config(cluster, cluster.of(Kind.PROXY)[0], FOLDER, shipped, 1_024)


def test_each_is_started_with_its_file():
    cluster = laid_out(WHOLE, 8000, range(9001, 9001 + WHOLE.ports), "secret")
    words = {one.kind: command(one, FOLDER, "/bin/twistd") for one in cluster.members}
    assert words[Kind.SENTINEL][-1] == "--sentinel"
    assert words[Kind.EDGE][0] == "/bin/twistd"
    for member in cluster.members:
        path = str(FOLDER / member.name / config_name(member))
        assert path in command(member, FOLDER, "twistd")
