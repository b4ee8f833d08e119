"""The log in Redis under what Redis can do to it: real servers, killed, stopped, cut off."""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest
from twisted.internet.defer import Deferred, DeferredList

from scoreboard.log.interface import LogBusy, LogUnavailable, NotAtTip
from scoreboard.log.redis import RedisLog
from scoreboard.log.redis_access import Access, Address, Login, Tls
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position
from tests.support.certificates import loopback
from tests.support.entries import GAME, OTHER, entries, entry
from tests.support.held_line import HeldLine
from tests.support.redis import (
    DURABLE,
    Redis,
    RedisError,
    free_port,
    needs_redis,
    redis,
    replicated,
    until,
)
from tests.support.turning import come, soon, turned

pytestmark = needs_redis

STREAM = f"scoreboard:log:{GAME}"
#: What `docs/redis.md` allows the server.
ACL = Path(__file__).parents[2] / "docs" / "redis.md"


class Logs:
    """Opens logs and closes what a test left open."""

    def __init__(self) -> None:
        from twisted.internet import reactor

        self.reactor: Any = reactor
        self._opened: list[RedisLog] = []

    def make(self, *nodes: Redis, **options: Any) -> RedisLog:
        addresses = tuple(Address("127.0.0.1", node.port) for node in nodes)
        access = Access(addresses, **{"reply_s": 2.0, "wait_s": 1.0, **options})
        log = RedisLog(self.reactor, access, count(100).__next__)
        self._opened.append(log)
        return log

    def open(self, *nodes: Redis, **options: Any) -> RedisLog:
        log = self.make(*nodes, **options)
        turned(log.start())
        return log

    def close_all(self) -> None:
        for log in self._opened:
            turned(log.close())


@pytest.fixture
def logs() -> Iterator[Logs]:
    one = Logs()
    yield one
    one.close_all()


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Iterator[Redis]:
    with redis(tmp_path_factory.mktemp("redis")) as node:
        yield node


@pytest.fixture
def node(shared) -> Redis:
    """A Redis that a test may write to, but not end."""
    shared.ask("FLUSHALL")
    return shared


@pytest.fixture
def own(tmp_path) -> Iterator[Redis]:
    """A Redis that a test may end."""
    with redis(tmp_path / "redis") as one:
        yield one


def fault_of(deferred: Deferred[Any]) -> LocalError:
    with pytest.raises(LocalError) as caught:
        turned(deferred)
    return caught.value


def ids(node: Redis, stream: str = STREAM) -> list[bytes]:
    return [identity for identity, _ in node.ask("XRANGE", stream, "-", "+")]


def again(call: Callable[[], Deferred[Any]]) -> Any:
    """The result of `call`, which is called until it has one."""
    end = time.monotonic() + 20
    while True:
        try:
            return turned(call())
        except LogUnavailable:
            assert time.monotonic() < end
            turned(soon())


class TestTwoWriters:
    def test_exactly_one_of_two_gets_each_place(self, logs, node):
        won: dict[int, str] = {}

        async def writes(log: RedisLog, name: str) -> None:
            draw, seq = random.Random(name), 0
            while seq < 60:
                await soon(draw.uniform(0, 0.03))
                try:
                    tip = await log.append(GAME, seq, [entry(seq + 1, name)])
                except NotAtTip as fault:
                    seq = max(seq, fault.actual)
                else:
                    seq = tip.seq
                    assert won.setdefault(seq, name) == name

        writers = [(logs.open(node), name) for name in ("a", "b", "c")]
        turned(
            DeferredList(
                [Deferred.fromCoroutine(writes(*one)) for one in writers], fireOnOneErrback=True
            )
        )
        written = turned(writers[0][0].read(GAME, 0, 1000))
        assert [one.seq for one in written] == list(range(1, len(written) + 1))
        assert won == {one.seq: one.event.play.facts.text for one in written}
        assert len(set(won.values())) > 1

    def test_of_several_entries_none_is_written_when_the_first_has_no_place(self, logs, node):
        mine, other = logs.open(node), logs.open(node)
        turned(mine.append(GAME, 0, entries(1, 4)))
        turned(other.append(GAME, 4, [entry(5, "other")]))
        fault = fault_of(mine.append(GAME, 4, entries(5, 7, "mine")))
        assert isinstance(fault, NotAtTip)
        assert (fault.expected, fault.actual) == (4, 5)
        assert turned(mine.read(GAME, 4, 10)) == (entry(5, "other"),)

    def test_both_make_one_game_and_it_has_one_epoch(self, logs, node):
        both = [logs.open(node), logs.open(node)]
        answers = [log.append(GAME, 0, [entry(1, str(n))]) for n, log in enumerate(both)]
        results = turned(DeferredList(answers, consumeErrors=True))
        assert sorted(good for good, _ in results) == [False, True]
        assert turned(both[0].tip(GAME)) == turned(both[1].tip(GAME))

    def test_a_refusal_costs_no_other_game_of_its_batch(self, logs, node):
        mine, other = logs.open(node), logs.open(node)
        turned(other.append(GAME, 0, [entry(1)]))
        answers = [mine.append(GAME, 0, [entry(1)]), mine.append(OTHER, 0, [entry(1)])]
        assert isinstance(fault_of(answers[0]), NotAtTip)
        assert turned(answers[1]).seq == 1


class TestLateTransaction:
    """See Note [A late transaction] in `log.redis_writer`."""

    @pytest.fixture
    def line(self, logs, node) -> Iterator[HeldLine]:
        one = HeldLine(logs.reactor, node.port)
        self.port = turned(Deferred.fromCoroutine(one.start()))
        yield one
        logs.close_all()
        turned(Deferred.fromCoroutine(one.stop()))

    def behind(self, logs) -> RedisLog:
        return logs.open(attrs.make_class("At", ["port"])(self.port), reply_s=0.3, wait_s=0.1)

    def test_it_does_nothing_if_another_was_first(self, logs, node, line):
        slow, quick = self.behind(logs), logs.open(node)
        turned(slow.append(GAME, 0, [entry(1)]))
        held = line.hold(b"EXEC")
        late = slow.append(GAME, 1, entries(2, 4, "late"))
        turned(held)
        assert isinstance(fault_of(late), LogUnavailable)
        turned(quick.append(GAME, 1, [entry(2, "first")]))
        runs = self.runs(node, "exec")
        line.let_go()
        come(lambda: self.runs(node, "exec") > runs)
        assert ids(node) == [b"1-0", b"2-0"]
        assert turned(quick.read(GAME, 1, 10)) == (entry(2, "first"),)

    def test_what_it_has_written_is_found_before_anything_else_is(self, logs, node, line):
        slow = self.behind(logs)
        turned(slow.append(GAME, 0, [entry(1)]))
        held = line.hold(b"EXEC")
        late = slow.append(GAME, 1, [entry(2, "late")])
        turned(held)
        assert isinstance(fault_of(late), LogUnavailable)
        line.let_go()
        come(lambda: len(ids(node)) == 2)
        again(lambda: slow.tip(GAME))
        fault = again(lambda: slow.append(GAME, 1, [entry(2, "again")]).addErrback(not_at_tip))
        assert (fault.expected, fault.actual) == (1, 2)
        assert turned(slow.read(GAME, 1, 10)) == (entry(2, "late"),)

    @staticmethod
    def runs(node: Redis, command: str) -> int:
        text = node.ask("INFO", "commandstats").decode()
        found = re.search(rf"cmdstat_{command}:calls=(\d+)", text)
        return int(found[1]) if found else 0


def not_at_tip(failure: Any) -> NotAtTip:
    failure.trap(NotAtTip)
    fault: NotAtTip = failure.value
    return fault


class TestRedisGone:
    def test_what_was_acknowledged_is_there_after_a_kill(self, logs, own):
        log = logs.open(own)
        for round_ in range(5):
            since = round_ * 40
            answers = [log.append(GAME, seq, [entry(seq + 1)]) for seq in range(since, since + 40)]
            turned(answers[20])
            own.kill()
            turned(DeferredList(answers, consumeErrors=True))
            assert isinstance(fault_of(log.append(OTHER, 0, [entry(1)])), LogUnavailable)
            own.restart()
            tip = again(lambda: log.tip(GAME)).seq
            assert tip >= since + 21
            assert turned(log.read(GAME, 0, 1000)) == tuple(entries(1, tip))
            if tip < since + 40:
                rest = entries(tip + 1, since + 40)
                again(lambda tip=tip, rest=rest: log.append(GAME, tip, rest))

    def test_while_it_hangs_everybody_hears_so_in_time(self, logs, own):
        log = logs.open(own, reply_s=2.0, wait_s=1.0)
        turned(log.append(GAME, 0, [entry(1)]))
        own.pause()
        try:
            began = time.monotonic()
            calls = [log.append(GAME, seq, [entry(seq + 1, "x")]) for seq in range(1, 50)]
            reads = [log.read(GAME, 0, 5), log.tip(GAME), log.games(), log.sides(GAME)]
            for call in [*calls, *reads]:
                assert isinstance(fault_of(call), (LogUnavailable, NotAtTip))
            assert time.monotonic() - began < 2.5
            began = time.monotonic()
            while time.monotonic() - began < 5:
                asked = time.monotonic()
                assert isinstance(fault_of(log.append(GAME, 1, [entry(2)])), LogUnavailable)
                assert isinstance(fault_of(log.read(GAME, 0, 5)), LogUnavailable)
                assert time.monotonic() - asked < 0.5
                turned(log.ping())
                turned(soon(0.1))
        finally:
            own.resume()
        tip = again(lambda: log.tip(GAME)).seq
        again(lambda: log.append(GAME, tip, [entry(tip + 1)]))
        written = turned(log.read(GAME, 0, 100))
        assert [one.seq for one in written] == list(range(1, tip + 2))

    def test_more_than_may_wait_is_refused_at_once(self, logs, own):
        log = logs.open(own, max_waiting=10)
        own.pause()
        calls = [log.append(GAME, seq, [entry(seq + 1)]) for seq in range(10)]
        busy = fault_of(log.append(GAME, 10, [entry(11)]))
        assert isinstance(busy, LogBusy)
        own.resume()
        turned(DeferredList(calls, consumeErrors=True))
        assert log.waiting == 0

    def test_a_primary_that_has_lost_what_was_acknowledged_is_not_written_to(self, logs, node):
        log = logs.open(node)
        turned(log.append(GAME, 0, entries(1, 5)))
        node.ask("XDEL", STREAM, "5-0", "4-0")
        fault = fault_of(log.append(GAME, 5, [entry(6)]))
        assert isinstance(fault, LogUnavailable)
        assert "is at 3, but entries up to 5 were acknowledged" in str(fault)
        assert ids(node) == [b"1-0", b"2-0", b"3-0"]

    def test_a_hole_in_a_stream_is_told_and_not_read_over(self, logs, node):
        log = logs.open(node)
        turned(log.append(GAME, 0, entries(1, 5)))
        node.ask("XDEL", STREAM, "3-0")
        assert "entry 3 is missing" in str(fault_of(log.read(GAME, 0, 10)))

    def test_a_key_that_is_not_ours_is_told(self, logs, node):
        log = logs.open(node)
        node.ask("SET", STREAM, "no stream")
        good = log.append(OTHER, 0, [entry(1)])
        assert "WRONGTYPE" in str(fault_of(log.append(GAME, 0, [entry(1)])))
        assert turned(good).seq == 1
        assert "WRONGTYPE" in str(fault_of(log.read(GAME, 0, 10)))


class TestReplicas:
    def test_without_its_replica_nothing_is_acknowledged_or_shown(self, logs, tmp_path):
        with replicated(tmp_path) as (primary, replica):
            log = logs.open(primary, replicas=1)
            turned(log.append(GAME, 0, [entry(1)]))
            replica.kill()
            fault = fault_of(log.append(GAME, 1, [entry(2)]))
            assert isinstance(fault, LogUnavailable)
            assert "0 of 1 replicas" in str(fault)
            # It is in the primary; but a failover may take it back, so nobody may see it.
            assert ids(primary) == [b"1-0", b"2-0"]
            for asked in (log.read(GAME, 0, 10), log.tip(GAME)):
                assert isinstance(fault_of(asked), LogUnavailable)
            stranger = logs.open(primary, replicas=1)
            assert isinstance(fault_of(stranger.read(GAME, 0, 10)), LogUnavailable)
            # What is known to be everywhere is served on.
            assert turned(log.read(GAME, 0, 1)) == (entry(1),)
            replica.restart()
            assert again(lambda: log.tip(GAME)).seq == 2
            assert isinstance(fault_of(log.append(GAME, 1, [entry(2, "again")])), NotAtTip)
            assert written(log, 2, entry(3)).seq == 3

    def test_a_primary_that_wants_replicas_itself_takes_nothing(self, logs, tmp_path):
        more = ("--min-replicas-to-write 1", "--min-replicas-max-lag 1")
        with replicated(tmp_path, 1, *more) as (primary, replica):
            log = logs.open(primary, replicas=1)
            turned(log.append(GAME, 0, [entry(1)]))
            replica.kill()
            until(lambda: refuses(primary))
            assert "NOREPLICAS" in str(fault_of(log.append(GAME, 1, [entry(2)])))
            assert ids(primary) == [b"1-0"]
            assert turned(log.read(GAME, 0, 10)) == (entry(1),)
            # A server that starts now can at least show what there is.
            assert turned(logs.open(primary, replicas=0).read(GAME, 0, 10)) == (entry(1),)
            replica.restart()
            assert written(log, 1, entry(2)).seq == 2


def written(log, expected, one):
    """
    Where the log stands when it has taken an entry again.

    An attempt that was not confirmed in time may have been written all the same.
    """
    try:
        return again(lambda: log.append(GAME, expected, [one]))
    except NotAtTip:
        return again(lambda: log.tip(GAME))


def refuses(primary: Redis) -> bool:
    try:
        primary.ask("SET", "anything", "1")
    except RedisError:
        return True
    return False


class TestStart:
    def fault(self, logs, *nodes: Any, **options: Any) -> str:
        log = logs.make(*nodes, **options)
        fault = fault_of(log.start())
        assert isinstance(fault_of(log.tip(GAME)), LogUnavailable)
        return str(fault)

    def test_one_that_is_not_there_is_named(self, logs):
        port = free_port()
        nowhere = attrs.make_class("At", ["port"])(port)
        assert f"redis 127.0.0.1:{port} cannot be reached" in self.fault(logs, nowhere)

    def test_one_that_hangs_is_given_up(self, logs, own):
        own.pause()
        assert "no answer within 0.5 s" in self.fault(logs, own, connect_s=0.5)
        own.resume()

    def test_a_replica_is_refused_and_the_primary_found(self, logs, tmp_path):
        with replicated(tmp_path) as (primary, replica):
            assert "is a slave, not the primary" in self.fault(logs, replica)
            log = logs.open(replica, primary)
            assert turned(log.append(GAME, 0, [entry(1)])).seq == 1

    def test_one_that_writes_nothing_down_is_refused(self, logs, tmp_path):
        one = Redis(tmp_path / "redis")
        try:
            assert "set appendonly yes" in self.fault(logs, one)
        finally:
            one.stop()

    def test_one_that_throws_away_is_refused(self, logs, tmp_path):
        more = ("--maxmemory 100mb", "--maxmemory-policy allkeys-lru")
        with redis(tmp_path / "redis", *more) as one:
            assert "set maxmemory-policy noeviction" in self.fault(logs, one)

    def test_a_password_is_wanted_and_must_be_right(self, logs, tmp_path):
        with redis(tmp_path / "redis", "--requirepass sesame") as one:
            assert "NOAUTH" in self.fault(logs, one)
            assert "WRONGPASS" in self.fault(logs, one, login=Login(password="wrong"))
            assert turned(logs.open(one, login=Login(password="sesame")).games()) == ()

    def test_a_log_of_a_newer_server_is_not_touched(self, logs, node):
        node.ask("SET", "scoreboard:format", "2")
        assert "scoreboard:format is '2'; this server knows 1" in self.fault(logs, node)

    def test_two_logs_in_one_redis_have_prefixes_of_their_own(self, logs, node):
        one, two = logs.open(node, prefix="one:"), logs.open(node, prefix="two:")
        turned(one.append(GAME, 0, [entry(1)]))
        assert turned(two.games()) == ()
        assert turned(one.games()) == (GAME,)


class TestUser:
    """The user that `docs/redis.md` shows, word for word."""

    @pytest.fixture
    def guarded(self, tmp_path) -> Iterator[Redis]:
        line = next(
            x for x in ACL.read_text().splitlines() if x.strip().startswith("user scoreboard")
        )
        users = tmp_path / "users.acl"
        users.write_text(line + "\nuser default off\n")
        with redis(tmp_path / "redis", f"--aclfile {users}") as one:
            yield one

    LOGIN = Login("scoreboard", "change-me")

    def test_may_do_all_that_the_log_does(self, logs, guarded):
        log = logs.open(guarded, login=self.LOGIN)
        turned(log.append(GAME, 0, entries(1, 3)))
        side = GameId(f"{GAME}~arena")
        turned(log.append(side, 0, [entry(1)]))
        assert turned(log.read(GAME, 0, 10)) == tuple(entries(1, 3))
        assert (turned(log.games()), turned(log.sides(GAME))) == ((GAME,), (side,))
        assert isinstance(fault_of(log.append(GAME, 2, [entry(3)])), NotAtTip)

    @pytest.mark.parametrize(
        "command",
        [
            ("EVAL", "return 1", "0"),
            ("CONFIG", "GET", "*"),
            ("CONFIG", "SET", "appendfsync", "no"),
            ("FLUSHALL",),
            ("DEL", STREAM),
            ("XDEL", STREAM, "1-0"),
            ("XTRIM", STREAM, "MAXLEN", "0"),
            ("SCRIPT", "LOAD", "return 1"),
            ("MODULE", "LIST"),
            ("RESTORE", "x", "0", "x"),
            ("KEYS", "*"),
            ("GET", "another"),
            ("XADD", "another", "1-0", "b", "x"),
            ("SHUTDOWN",),
            ("REPLICAOF", "NO", "ONE"),
            ("ACL", "LIST"),
        ],
        ids=lambda words: " ".join(words[:2]),
    )
    def test_may_do_nothing_else(self, logs, guarded, command):
        from scoreboard.log.redis_connection import dial

        async def asked() -> list[Any]:
            line = await dial(logs.reactor, Address("127.0.0.1", guarded.port), None, 2.0)
            try:
                return await line.ask([self.LOGIN.command, command], 2.0)
            finally:
                line.abort("done")

        login, answer = turned(Deferred.fromCoroutine(asked()))
        assert login in (b"OK", "OK")
        assert str(answer).startswith("NOPERM")

    def test_a_right_that_lacks_is_told_at_the_start(self, logs, tmp_path):
        users = tmp_path / "users.acl"
        users.write_text(
            "user scoreboard on >change-me ~scoreboard:* &scoreboard:* "
            "+@all -xadd -wait -@scripting\n"
        )
        with redis(tmp_path / "redis", f"--aclfile {users}") as one:
            text = str(fault_of(logs.make(one, login=self.LOGIN).start()))
        assert "user 'scoreboard' may not do WAIT, XADD on scoreboard:*" in text


class TestTls:
    @pytest.fixture
    def secured(self, tmp_path) -> Iterator[Redis]:
        certificate, key = loopback(tmp_path / "tls")
        self.files = Tls(str(certificate), str(certificate), str(key))
        port = free_port()
        options = (
            f"--tls-port {port}",
            f"--tls-cert-file {certificate}",
            f"--tls-key-file {key}",
            f"--tls-ca-cert-file {certificate}",
        )
        with redis(tmp_path / "redis", *options):
            yield attrs.make_class("At", ["port"])(port)

    def test_a_log_over_tls(self, logs, secured):
        log = logs.open(secured, tls=self.files)
        assert turned(log.append(GAME, 0, entries(1, 300))).seq == 300
        assert turned(log.read(GAME, 0, 1000)) == tuple(entries(1, 300))

    def test_a_server_that_is_not_vouched_for_is_refused(self, logs, secured, tmp_path):
        stranger, key = loopback(tmp_path / "stranger")
        tls = Tls(str(stranger), str(stranger), str(key))
        assert isinstance(fault_of(logs.make(secured, tls=tls).start()), LocalError)

    def test_a_file_that_is_not_there_is_named(self, logs, secured):
        text = str(fault_of(logs.make(secured, tls=Tls("/nowhere/ca.pem")).start()))
        assert "/nowhere/ca.pem" in text


@contextmanager
def deaf(port: int) -> Iterator[None]:
    """A port on which nobody takes connections, so that they stay on their way."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        while True:
            line = stack.enter_context(socket.socket())
            line.settimeout(0.2)
            try:
                line.connect(("127.0.0.1", port))
            except TimeoutError:
                break
        yield


def test_a_log_is_closed_while_it_is_connecting_again(logs, own):
    log = logs.open(own, connect_s=20.0)
    own.kill()
    with deaf(own.port):
        come(lambda: not log.is_up)
        # The first attempt comes after 0.05 s, and then waits.
        turned(soon(0.5))
        turned(log.close())


def test_a_log_that_is_closed_while_it_greets_one_redis_does_not_stay_with_the_next(
    logs, own, node, tmp_path
):
    with redis(tmp_path / "mute") as mute:
        # At first the first one is asked, after that the second one first.
        log = logs.open(own, mute, node, connect_s=20.0)
        # Its kernel goes on taking connections, and nobody answers a greeting.
        mute.pause()
        own.kill()
        come(lambda: not log.is_up)
        turned(soon(0.5))
        ended: list[Any] = []
        log.close().addBoth(ended.append)
        come(lambda: ended, 10.0)


def test_a_redis_to_which_no_connection_comes_about_is_told_as_such(logs, own):
    from scoreboard.log.redis_connection import dial

    own.kill()
    with deaf(own.port):
        # A name is looked up first, by what has a word of its own for "given up".
        for host in ("127.0.0.1", "localhost"):
            dialing = dial(logs.reactor, Address(host, own.port), None, 0.5)
            fault = fault_of(Deferred.fromCoroutine(dialing))
            assert isinstance(fault, LogUnavailable)
            assert "cannot be reached" in str(fault)


def test_it_is_written_down_as_documented(logs, node):
    log = logs.open(node)
    turned(log.append(GAME, 0, entries(1, 2)))
    turned(log.append(GameId(f"{GAME}~arena"), 0, [entry(1)]))
    assert sorted(node.ask("KEYS", "*")) == [
        b"scoreboard:format",
        b"scoreboard:games",
        f"scoreboard:log:{GAME}".encode(),
        f"scoreboard:log:{GAME}~arena".encode(),
        f"scoreboard:sides:{GAME}".encode(),
    ]
    assert ids(node) == [b"1-0", b"2-0"]
    assert node.ask("HGETALL", "scoreboard:games") == [GAME.encode(), b"100"]
    assert turned(log.tip(GAME)) == Position(100, 2)


def test_durable_is_what_the_document_says():
    text = ACL.read_text()
    for option in DURABLE:
        if not option.startswith("--save"):
            assert option.removeprefix("--") in text
