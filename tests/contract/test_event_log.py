"""What every `IEventLog` promises, tried on each provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from zope.interface.verify import verifyObject

from scoreboard.log.interface import IEventLog, LogUnavailable, NotAtTip
from scoreboard.log.memory import MemoryLog
from scoreboard.log.redis import RedisLog
from scoreboard.log.redis_access import Access, Address
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId, side_log
from scoreboard.model.position import Position
from tests.support.entries import GAME, OTHER, entries, entry
from tests.support.pump import Pump
from tests.support.redis import needs_redis, redis, replicated
from tests.support.turning import turned

#: The first epoch that a log under test is given; each new game gets the next.
EPOCH = 100


@attrs.define
class Bench:
    """
    A provider under test.

    Attributes:
        open: a started log; for a durable provider, each on the same history.
        wait: the result of a Deferred of the log, turning what must turn.
    """

    open: Callable[[], Any]
    wait: Callable[[Deferred[Any]], Any]
    durable: bool


def memory(_folder: Path) -> Bench:
    pump = Pump()

    def started() -> MemoryLog:
        log = MemoryLog(count(EPOCH).__next__)
        pump.wait(log.start())
        return log

    return Bench(started, pump.wait, durable=False)


def sqlite(folder: Path, **options: Any) -> Bench:
    """On a reactor that is turned by hand; `sqlite_on_the_reactor` has Twisted's."""
    pump = Pump()
    epochs = count(EPOCH)

    def started() -> SqliteLog:
        # The start itself asks for one, for games that come from a backup.
        log = SqliteLog(pump, folder / "log.sqlite", epochs.__next__, **options)
        pump.wait(log.start())
        return log

    return Bench(started, pump.wait, durable=True)


def sqlite_alone(folder: Path) -> Bench:
    return sqlite(folder, shared_memory=False)


def sqlite_on_the_reactor(folder: Path) -> Bench:
    """On Twisted's reactor, turned while a test waits, with and without pytest-twisted."""
    from twisted.internet import reactor

    epochs = count(EPOCH)

    def started() -> SqliteLog:
        log = SqliteLog(reactor, folder / "log.sqlite", epochs.__next__)
        turned(log.start())
        return log

    return Bench(started, turned, durable=True)


def redis_at(node: Any, replicas: int) -> Bench:
    """On a Redis that is emptied first: to start one takes longer than a test."""
    from twisted.internet import reactor

    node.ask("FLUSHALL")
    epochs = count(EPOCH)
    access = Access((Address.parse(node.address),), replicas=replicas)

    def started() -> RedisLog:
        log = RedisLog(reactor, access, epochs.__next__)
        turned(log.start())
        return log

    return Bench(started, turned, durable=True)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    with redis(tmp_path_factory.mktemp("redis")) as node:
        yield node


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with replicated(tmp_path_factory.mktemp("redis")) as nodes:
        yield nodes[0]


PROVIDERS = [memory, sqlite, sqlite_alone, sqlite_on_the_reactor]
#: Fixture with the Redis -> replicas that must have what is acknowledged.
REDISES = {"alone": 0, "pair": 1}


@pytest.fixture(
    params=[
        *(pytest.param(provider, id=provider.__name__) for provider in PROVIDERS),
        *(pytest.param(name, id=f"redis_{name}", marks=needs_redis) for name in REDISES),
    ]
)
def bench(request, tmp_path) -> Bench:
    if request.param in REDISES:
        return redis_at(request.getfixturevalue(request.param), REDISES[request.param])
    return request.param(tmp_path)


@pytest.fixture
def wait(bench):
    return bench.wait


@pytest.fixture
def log(bench) -> Iterator[Any]:
    opened = bench.open()
    yield opened
    bench.wait(opened.close())


def failure(wait, deferred: Deferred[Any]) -> LocalError:
    with pytest.raises(LocalError) as caught:
        wait(deferred)
    return caught.value


def test_a_provider_has_the_whole_interface(log):
    assert verifyObject(IEventLog, log)


class TestAppend:
    def test_an_unknown_game_is_nowhere(self, log, wait):
        assert Position(0, 0) == wait(log.tip(GAME))
        assert wait(log.read(GAME, 0, 10)) == ()
        assert wait(log.games()) == ()

    def test_an_append_is_answered_with_the_new_tip(self, log, wait):
        first = wait(log.append(GAME, 0, [entry(1)]))
        second = wait(log.append(GAME, 1, entries(2, 4)))
        assert (first.seq, second.seq) == (1, 4)
        assert first.epoch == second.epoch >= EPOCH
        assert second == wait(log.tip(GAME))

    def test_what_was_appended_is_read(self, log, wait):
        wait(log.append(GAME, 0, entries(1, 3, "Tor für Ö.")))
        assert tuple(entries(1, 3, "Tor für Ö.")) == wait(log.read(GAME, 0, 10))

    def test_a_writer_that_is_behind_the_tip_is_refused(self, log, wait):
        wait(log.append(GAME, 0, entries(1, 2)))
        fault = failure(wait, log.append(GAME, 1, [entry(2, "late")]))
        assert isinstance(fault, NotAtTip)
        assert (fault.expected, fault.actual) == (1, 2)
        assert tuple(entries(1, 2)) == wait(log.read(GAME, 0, 10))

    def test_a_writer_that_is_ahead_of_the_tip_is_refused(self, log, wait):
        fault = failure(wait, log.append(GAME, 5, [entry(6)]))
        assert isinstance(fault, NotAtTip)
        assert (fault.expected, fault.actual) == (5, 0)
        assert wait(log.games()) == ()

    @pytest.mark.parametrize(
        ("expected_seq", "wrong"),
        [
            (0, []),
            (0, [entry(2)]),
            (0, [entry(1), entry(3)]),
            (0, [entry(1), entry(1)]),
            (1, [entry(1)]),
            (0, [entry(1), attrs.evolve(entry(2), flags="not a tuple")]),
            (0, [entry(1), attrs.evolve(entry(2), ts_ms=2**60)]),
        ],
        ids=["none", "not first", "a gap", "a repeat", "not behind", "a wrong type", "too large"],
    )
    def test_entries_that_cannot_follow_are_refused_all_of_them(
        self, log, wait, expected_seq, wrong
    ):
        fault = failure(wait, log.append(GAME, expected_seq, wrong))
        assert not isinstance(fault, (NotAtTip, LogUnavailable))
        assert wait(log.games()) == ()

    def test_after_a_refusal_the_writer_that_knows_the_tip_goes_on(self, log, wait):
        wait(log.append(GAME, 0, [entry(1)]))
        failure(wait, log.append(GAME, 0, [entry(1, "again")]))
        assert wait(log.append(GAME, 1, [entry(2)])).seq == 2
        assert (entry(1), entry(2)) == wait(log.read(GAME, 0, 10))


class TestPipeline:
    def test_appends_need_not_wait_for_each_other(self, log, wait):
        answers = [log.append(GAME, seq - 1, [entry(seq)]) for seq in range(1, 301)]
        assert list(range(1, 301)) == [wait(answer).seq for answer in answers]
        assert tuple(entries(1, 300)) == wait(log.read(GAME, 0, 1000))

    def test_appends_of_a_game_are_answered_in_order(self, log, wait):
        answered: list[int] = []
        pending = [log.append(GAME, seq - 1, [entry(seq)]) for seq in range(1, 51)]
        for one in pending:
            one.addCallback(lambda position: answered.append(position.seq))
        for one in pending:
            wait(one)
        assert list(range(1, 51)) == answered

    def test_what_builds_on_a_failed_append_fails(self, log, wait):
        wait(log.append(GAME, 0, [entry(1)]))
        wrong = log.append(GAME, 0, [entry(1, "a")])
        builds_on_it = [log.append(GAME, seq - 1, [entry(seq, "a")]) for seq in range(3, 6)]
        for one in [wrong, *builds_on_it]:
            assert isinstance(failure(wait, one), NotAtTip)
        assert Position(wait(log.tip(GAME)).epoch, 1) == wait(log.tip(GAME))

    def test_a_refused_game_leaves_the_others_alone(self, log, wait):
        good = log.append(GAME, 0, [entry(1)])
        bad = log.append(OTHER, 7, [entry(8)])
        also_good = log.append(GAME, 1, [entry(2)])
        assert wait(good).seq == 1
        assert isinstance(failure(wait, bad), NotAtTip)
        assert wait(also_good).seq == 2

    def test_a_writer_that_was_answered_may_try_again_at_once(self, log, wait):
        wait(log.append(GAME, 0, [entry(1)]))
        retried: Deferred[Position] = Deferred()

        def retry(fault) -> None:
            log.append(GAME, fault.value.actual, [entry(2, "b")]).chainDeferred(retried)

        log.append(GAME, 0, [entry(1, "b")]).addErrback(retry)
        assert wait(retried).seq == 2

    def test_two_writers_that_retry_both_come_through(self, log, wait):
        """Each goes on from the tip that its refusal names, as often as it takes."""
        wait(log.append(GAME, 0, [entry(1)]))
        done = []

        def attempt(name: str, expected: int) -> Deferred[None]:
            answer = log.append(GAME, expected, [entry(expected + 1, name)])
            return answer.addCallbacks(
                lambda _: done.append(name), lambda fault: attempt(name, fault.value.actual)
            )

        both = [attempt("a", 0), attempt("b", 0)]
        for one in both:
            wait(one)
        assert sorted(done) == ["a", "b"]
        written = wait(log.read(GAME, 1, 10))
        assert sorted(one.event.play.facts.text for one in written) == ["a", "b"]

    def test_many_games_are_written_side_by_side(self, log, wait):
        games = [GameId(f"g{number:010}") for number in range(40)]
        answers = {
            (game, seq): log.append(game, seq - 1, [entry(seq, game)])
            for seq in range(1, 11)
            for game in games
        }
        tips = {key: wait(answer) for key, answer in answers.items()}
        assert all(seq == position.seq for (_, seq), position in tips.items())
        assert tuple(games) == wait(log.games())
        for game in games:
            assert tuple(entries(1, 10, game)) == wait(log.read(game, 0, 100))

    def test_cancelling_takes_nothing_back(self, log, wait):
        wait(log.append(GAME, 0, [entry(1)]))
        given_up = log.append(GAME, 1, [entry(2)])
        given_up.addErrback(lambda _: None)
        given_up.cancel()
        assert wait(log.append(GAME, 2, [entry(3)])).seq == 3


class TestRead:
    @pytest.mark.parametrize(
        ("since", "limit", "expected"),
        [
            (0, 100, (1, 2, 3, 4, 5, 6)),
            (0, 2, (1, 2)),
            (2, 2, (3, 4)),
            (5, 10, (6,)),
            (6, 10, ()),
            (99, 10, ()),
            (0, 0, ()),
            (0, 2**40, (1, 2, 3, 4, 5, 6)),
        ],
    )
    def test_a_range_is_read(self, log, wait, since, limit, expected):
        wait(log.append(OTHER, 0, entries(1, 9)))
        wait(log.append(GAME, 0, entries(1, 6)))
        assert expected == tuple(one.seq for one in wait(log.read(GAME, since, limit)))

    @pytest.mark.parametrize(("since", "limit"), [(-1, 5), (0, -1)])
    def test_a_range_that_is_none_is_refused(self, log, wait, since, limit):
        assert not isinstance(failure(wait, log.read(GAME, since, limit)), LogUnavailable)

    def test_games_are_sorted(self, log, wait):
        wait(log.append(OTHER, 0, [entry(1)]))
        wait(log.append(GAME, 0, [entry(1)]))
        assert wait(log.games()) == (GAME, OTHER)

    def test_side_logs_are_no_games_and_are_found_by_their_game(self, log, wait):
        sides = [side_log(GAME, name) for name in ("Q", "arena", "wire")]
        for key in (OTHER, side_log(OTHER, "arena"), *sides[::-1], GAME):
            wait(log.append(key, 0, [entry(1)]))
        assert wait(log.games()) == (GAME, OTHER)
        assert wait(log.sides(GAME)) == tuple(sides)
        assert wait(log.sides(GameId("gnone000000"))) == ()
        wait(log.append(sides[1], 1, [entry(2)]))
        assert (entry(2),) == wait(log.read(sides[1], 1, 5))
        assert wait(log.tip(GAME)).seq == 1

    def test_a_read_after_the_answer_sees_the_append(self, log, wait):
        for seq in range(1, 30):
            wait(log.append(GAME, seq - 1, [entry(seq)]))
            assert (entry(seq),) == wait(log.read(GAME, seq - 1, 5))
            assert wait(log.tip(GAME)).seq == seq


class TestLife:
    def test_before_the_start_nothing_is_taken(self, tmp_path):
        for log in (
            MemoryLog(count(1).__next__),
            SqliteLog(Pump(), tmp_path / "log.sqlite", count(1).__next__),
            RedisLog(Clock(), Access((Address("127.0.0.1", 1),)), count(1).__next__),
        ):
            wait = Pump().wait
            for answer in (log.append(GAME, 0, [entry(1)]), log.read(GAME, 0, 1), log.tip(GAME)):
                assert isinstance(failure(wait, answer), LogUnavailable)
            wait(log.close())

    def test_closing_writes_what_waits(self, bench, wait):
        log = bench.open()
        answers = [log.append(GAME, seq - 1, [entry(seq)]) for seq in range(1, 101)]
        closed = log.close()
        wait(closed)
        assert list(range(1, 101)) == [wait(answer).seq for answer in answers]
        if bench.durable:
            log = bench.open()
            assert tuple(entries(1, 100)) == wait(log.read(GAME, 0, 1000))
            wait(log.close())

    def test_a_ping_is_answered_behind_what_was_asked_before(self, bench, wait):
        log = bench.open()
        done: list[str] = []
        log.append(GAME, 0, entries(1, 1)).addCallback(lambda _: done.append("append"))
        wait(log.ping().addCallback(lambda _: done.append("ping")))
        assert done == ["append", "ping"]
        assert log.waiting == 0
        assert log.is_up
        wait(log.close())
        failed = failure(wait, log.ping())
        assert isinstance(failed, LogUnavailable)

    def test_a_closed_log_takes_nothing(self, bench, wait):
        log = bench.open()
        wait(log.append(GAME, 0, [entry(1)]))
        wait(log.close())
        for answer in (
            log.append(GAME, 1, [entry(2)]),
            log.read(GAME, 0, 1),
            log.tip(GAME),
            log.games(),
        ):
            assert isinstance(failure(wait, answer), LogUnavailable)

    def test_a_log_may_be_closed_twice(self, bench, wait):
        log = bench.open()
        first, second = log.close(), log.close()
        wait(first)
        wait(second)
        wait(log.close())

    def test_each_game_keeps_its_epoch_when_the_log_is_opened_again(self, bench, wait):
        if not bench.durable:
            pytest.skip("a log in memory has no history to keep")
        log = bench.open()
        tips = {game: wait(log.append(game, 0, [entry(1)])) for game in (GAME, OTHER)}
        wait(log.close())
        again = bench.open()
        for game, position in tips.items():
            assert position == wait(again.tip(game))
            assert Position(position.epoch, 2) == wait(again.append(game, 1, [entry(2)]))
        wait(again.close())

    def test_a_game_gets_one_epoch_for_good(self, log, wait):
        first = wait(log.append(GAME, 0, [entry(1)]))
        failure(wait, log.append(GAME, 0, [entry(1)]))
        wait(log.append(OTHER, 0, [entry(1)]))
        assert first.epoch == wait(log.append(GAME, 1, [entry(2)])).epoch


@pytest.mark.parametrize("epoch", [0, -1, 2**32])
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_number_that_is_no_epoch_is_refused(tmp_path, kind, epoch):
    pump = Pump()
    given = iter([1, epoch])
    log = (
        MemoryLog(lambda: epoch)
        if kind == "memory"
        else SqliteLog(pump, tmp_path / "log.sqlite", given.__next__)
    )
    pump.wait(log.start())
    assert "is no epoch" in str(failure(pump.wait, log.append(GAME, 0, [entry(1)])))
    pump.wait(log.close())


class TestNotes:
    def test_what_was_kept_is_there_after_the_next_append(self, log, wait):
        log.keep(GAME, {"a": b"one", "b": b"\x00\xff"})
        wait(log.append(GAME, 0, [entry(1)]))
        assert wait(log.kept(GAME, ["b", "a"])) == (b"\x00\xff", b"one")

    def test_what_was_not_kept_is_none(self, log, wait):
        assert wait(log.kept(GAME, ["a", "b"])) == (None, None)
        assert wait(log.kept(GAME, [])) == ()

    def test_a_note_stands_in_the_place_of_the_earlier_one_of_that_game(self, log, wait):
        log.keep(GAME, {"a": b"one", "b": b"two"})
        log.keep(OTHER, {"a": b"other"})
        log.keep(GAME, {"a": b"three"})
        wait(log.append(GAME, 0, [entry(1)]))
        wait(log.append(GAME, 1, [entry(2)]))
        assert wait(log.kept(GAME, ["a", "b"])) == (b"three", b"two")
        assert wait(log.kept(OTHER, ["a"])) == (b"other",)

    def test_notes_are_no_games_and_no_side_logs(self, log, wait):
        log.keep(GAME, {"a": b"one"})
        wait(log.append(OTHER, 0, [entry(1)]))
        assert wait(log.games()) == (OTHER,)
        assert wait(log.sides(GAME)) == ()
        assert Position(0, 0) == wait(log.tip(GAME))

    def test_many_notes_need_no_append(self, log, wait):
        for number in range(200):
            log.keep(GAME, {f"n{number}": b"%d" % number})
        wait(log.ping())
        found = wait(log.kept(GAME, [f"n{number}" for number in range(100)]))
        assert found == tuple(b"%d" % number for number in range(100))

    def test_a_durable_log_has_them_when_it_is_opened_again(self, bench, wait):
        if not bench.durable:
            pytest.skip("its disk is the process")
        log = bench.open()
        wait(log.append(GAME, 0, [entry(1)]))
        log.keep(GAME, {"a": b"one"})
        wait(log.kept(GAME, ["a"]))
        wait(log.close())
        again = bench.open()
        assert wait(again.kept(GAME, ["a"])) == (b"one",)
        wait(again.close())

    def test_a_log_that_is_closed_takes_none_and_gives_none(self, bench, wait):
        log = bench.open()
        wait(log.close())
        log.keep(GAME, {"a": b"one"})
        assert isinstance(failure(wait, log.kept(GAME, ["a"])), LogUnavailable)
