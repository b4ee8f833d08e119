"""The log as an edge reads it: from a real replica, and from what becomes of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from scoreboard.log.interface import LogUnavailable
from scoreboard.log.life import State
from scoreboard.log.redis import RedisLog
from scoreboard.log.redis_access import Access, Address
from scoreboard.log.redis_replica import ReplicaLog, Supply
from scoreboard.model.errors import LocalError
from tests.support.entries import GAME, entries
from tests.support.redis import Redis, free_port, needs_redis, replicated
from tests.support.turning import come, turned

pytestmark = needs_redis


class Logs:
    """Opens logs and closes what a test left open."""

    def __init__(self) -> None:
        from twisted.internet import reactor

        self._reactor: Any = reactor
        self._opened: list[Any] = []

    def home(self, node: Redis, **options: Any) -> RedisLog:
        log = RedisLog(self._reactor, self._access([node], **options), lambda: 7)
        self._opened.append(log)
        turned(log.start())
        return log

    def edge(self, *nodes: Redis, **options: Any) -> ReplicaLog:
        log = ReplicaLog(self._reactor, self._access(nodes, is_edge=True, **options))
        self._opened.append(log)
        return log

    def _access(self, nodes, **options) -> Access:
        addresses = tuple(Address("127.0.0.1", node.port) for node in nodes)
        return Access(addresses, **{"reply_s": 2.0, "wait_s": 1.0, **options})

    def close_all(self) -> None:
        for log in self._opened:
            turned(log.close())


def synced(replica: Redis) -> None:
    """Wait until it has the primary's log; before that it is refused."""
    come(lambda: replica.ask("EXISTS", "scoreboard:format"))


@pytest.fixture
def logs() -> Iterator[Logs]:
    one = Logs()
    yield one
    one.close_all()


@pytest.fixture
def pair(tmp_path) -> Iterator[list[Redis]]:
    with replicated(tmp_path) as nodes:
        yield nodes


def test_an_edge_reads_what_its_home_has_written_and_writes_nothing(pair, logs):
    primary, replica = pair
    home = logs.home(primary, replicas=1)
    turned(home.append(GAME, 0, entries(1, 3)))
    edge = logs.edge(replica, replicas=1)
    turned(edge.start())
    assert turned(edge.read(GAME, 0, 10)) == turned(home.read(GAME, 0, 10))
    assert turned(edge.tip(GAME)) == turned(home.tip(GAME))
    assert (turned(edge.games()), turned(edge.sides(GAME))) == ((GAME,), ())
    turned(edge.ping())
    with pytest.raises(LogUnavailable, match="writes nothing"):
        turned(edge.append(GAME, 3, entries(4, 4)))
    assert turned(home.tip(GAME)).seq == 3
    assert (edge.standing.supply, edge.standing.address) == (Supply.FOLLOWING, replica.address)


def test_what_a_replica_has_counts_as_one_and_what_a_primary_alone_has_does_not(pair, logs):
    primary, replica = pair
    home = logs.home(primary)
    synced(replica)
    turned(home.append(GAME, 0, entries(1, 2)))
    edge = logs.edge(primary, replicas=1)
    turned(edge.start())
    assert len(turned(edge.read(GAME, 0, 10))) == 2
    replica.kill()
    turned(home.append(GAME, 2, entries(3, 3)))
    with pytest.raises(LogUnavailable, match="0 of 1 replicas"):
        turned(edge.read(GAME, 2, 10))
    replica.restart()
    come(lambda: primary.ask("WAIT", 1, 50) == 1)
    assert [entry.seq for entry in turned(edge.read(GAME, 2, 10))] == [3]


def test_a_replica_that_becomes_the_primary_is_asked_for_its_replicas(pair, logs):
    primary, replica = pair
    turned(logs.home(primary, replicas=1).append(GAME, 0, entries(1, 1)))
    edge = logs.edge(replica, replicas=1)
    turned(edge.start())
    assert len(turned(edge.read(GAME, 0, 10))) == 1
    replica.ask("REPLICAOF", "NO", "ONE")
    turned(logs.home(replica).append(GAME, 1, entries(2, 2)))
    with pytest.raises(LogUnavailable, match="0 of 1 replicas"):
        turned(edge.read(GAME, 1, 10))


def test_a_replica_that_has_lost_its_primary_is_stale_until_it_has_it_again(pair, logs):
    primary, replica = pair
    logs.home(primary)
    synced(replica)
    edge = logs.edge(replica)
    turned(edge.start())
    replica.ask("REPLICAOF", "127.0.0.1", free_port())
    come(lambda: edge.standing.supply is Supply.STALE)
    assert "is away" in edge.standing.why
    replica.ask("REPLICAOF", "127.0.0.1", primary.port)
    come(lambda: edge.standing.supply is Supply.FOLLOWING)
    replica.pause()
    come(lambda: edge.standing.supply is Supply.AWAY)
    assert "no answer within" in edge.standing.why
    replica.resume()
    come(lambda: edge.standing.supply is Supply.FOLLOWING)


def test_the_nearest_of_several_is_taken_and_the_next_when_it_is_away(pair, logs):
    primary, replica = pair
    logs.home(primary)
    synced(replica)
    edge = logs.edge(replica, primary)
    turned(edge.start())
    assert edge.standing.address == replica.address
    replica.kill()
    come(lambda: edge.standing.address == primary.address)
    assert edge.standing.supply is Supply.FOLLOWING


def test_a_redis_without_a_log_is_not_read_from(pair, logs):
    _, replica = pair
    with pytest.raises(LocalError, match="has no log yet"):
        turned(logs.edge(replica).start())


def test_a_user_who_may_only_read_is_enough_and_one_who_may_not_is_named(pair, logs):
    primary, replica = pair
    turned(logs.home(primary).append(GAME, 0, entries(1, 1)))
    synced(replica)
    rights = ["&scoreboard:*", "~scoreboard:*", "-@all", "+auth", "+role", "+info", "+get"]
    reads = ["+hget", "+hkeys", "+xrange", "+xrevrange"]
    for name, more in (("edge", reads), ("half", reads[:2])):
        replica.ask(
            "ACL", "SETUSER", name, "on", ">x", "resetchannels", "resetkeys", *rights, *more
        )
    from scoreboard.log.redis_access import Login

    edge = logs.edge(replica, login=Login("edge", "x"))
    turned(edge.start())
    assert turned(edge.tip(GAME)).seq == 1
    with pytest.raises(LocalError, match="user 'half' may not do XREVRANGE, XRANGE"):
        turned(logs.edge(replica, login=Login("half", "x")).start())


def test_an_edge_that_is_closed_while_it_starts_asks_no_more(pair, logs):
    primary, replica = pair
    logs.home(primary)
    synced(replica)
    edge = logs.edge(replica)
    answer = Deferred()
    edge._reader.ask = lambda *_: answer
    began = edge.start()
    come(lambda: edge._life.state is State.OPEN)
    turned(edge.close())
    answer.errback(LogUnavailable("it is closed"))
    turned(began)
    assert not edge._asking.running
