"""What a cluster consists of, by what was asked for."""

from __future__ import annotations

import json

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.tools.cluster_plan import (
    FOLDER,
    MOST,
    Kind,
    Process,
    Wanted,
    laid_out,
    read,
    waves,
    written,
)
from scoreboard.tools.usage import UsageError

ALL = Wanted(3, replicas=2, edges=3, sentinel=True)


def made(wanted=ALL):
    return laid_out(wanted, 8000, range(9001, 9001 + wanted.ports), "secret")


def test_every_process_has_a_name_and_ports_of_its_own():
    cluster = made()
    names = [member.name for member in cluster.members]
    assert names == [
        *("redis1", "redis2", "redis3", "sentinel1", "sentinel2", "sentinel3"),
        *("n1", "n2", "n3", "e1", "e2", "e3", "haproxy"),
    ]
    ports = [port for one in cluster.members for port in (one.port, one.ops) if port]
    assert sorted(ports) == [8000, *range(9001, 9001 + ALL.ports)]
    assert cluster.url == "http://127.0.0.1:8000"
    assert all(FOLDER.fullmatch(name) for name in names)
    assert not FOLDER.fullmatch("notes")


def test_replicas_read_from_the_first_redis_and_edges_from_a_replica_each():
    cluster = made()
    reads = {member.name: member.reads for member in cluster.members if member.reads}
    assert reads == {
        "redis2": ("redis1",),
        "redis3": ("redis1",),
        "e1": ("redis2", "redis3"),
        "e2": ("redis3", "redis2"),
        "e3": ("redis2", "redis3"),
    }
    assert cluster.replicas == 2


def test_nobody_is_started_before_those_that_it_needs():
    order = [[member.kind for member in wave] for wave in waves(made(Wanted(2, 1, 1)))]
    assert order == [
        [Kind.REDIS],
        [Kind.REDIS],
        [Kind.HOME, Kind.HOME],
        [Kind.EDGE],
        [Kind.PROXY],
    ]
    assert len(waves(made(Wanted(1)))) == 3


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(0), "nodes: 0 is not 1 to 64"),
        (Wanted(MOST + 1), "nodes: 65"),
        (Wanted(1, replicas=-1), "--replicas: -1 is not 0 to 64"),
        (Wanted(1, edges=1), "an edge reads from a replica"),
        (Wanted(1, replicas=1, edges=MOST + 1), "--edges: 65"),
        (Wanted(1, sentinel=True), "nothing could take over"),
    ],
)
def test_what_cannot_be_is_refused(wanted, says):
    with pytest.raises(UsageError, match=says):
        laid_out(wanted, 8000, [], "")


def test_a_name_that_nobody_has_is_answered_with_those_there_are():
    with pytest.raises(UsageError, match="no 'n2' here: redis1, n1, haproxy"):
        made(Wanted(1)).named("n2")


def test_what_is_written_down_is_read_again():
    cluster = made()
    processes = {"n1": Process(17, 4711)}
    assert read(json.loads(json.dumps(written(cluster, processes)))) == (cluster, processes)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"version": 2}, {"version": 1, "members": [{"name": "x"}]}]
)
def test_what_a_cluster_has_not_written_is_told(data):
    with pytest.raises(LocalError):
        read(data)
