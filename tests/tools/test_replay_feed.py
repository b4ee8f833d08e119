"""One game's feed in a replay: a clock that is moved, a server that says what it is told."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest
from twisted.internet.defer import Deferred, DeferredSemaphore
from twisted.internet.task import Clock

from scoreboard.tools.replay_feed import MAX_BATCH, MAX_BYTES, GameFeed, Script, Stage
from scoreboard.tools.replay_http import RefusedRequest, TooFast, Unreachable
from scoreboard.tools.replay_schedule import Pace
from scoreboard.tools.replay_tally import GameTally, Tally
from tests.support.deferreds import started

ACCEPTED = {"status": "accepted", "score": {"home": 2, "away": 0}}
BUSY = {"status": "rejected", "code": "unavailable", "retry_ms": 1000}


@attrs.define
class FakeServer:
    """
    Answers everything with `accepted`, but for what `script` says first.

    Attributes:
        script: an exception, a list of answers, or a Deferred, for each next request.
    """

    clock: Clock
    script: list = attrs.field(factory=list)
    requests: list[tuple[float, str, list[str]]] = attrs.field(factory=list)

    async def put_game(self, game_id: str, meta: bytes) -> None:
        await self._next(game_id, [meta])

    async def post_messages(self, game_id: str, lines) -> list:
        return await self._next(game_id, lines)

    async def _next(self, game_id, lines):
        self.requests.append((self.clock.seconds(), game_id, [line.decode() for line in lines]))
        said = self.script.pop(0) if self.script else None
        if isinstance(said, Deferred):
            said = await said
        if isinstance(said, Exception):
            raise said
        return said or [ACCEPTED for _ in lines]


@attrs.define
class Play:
    """A replay of one or more games."""

    clock: Clock
    server: FakeServer
    stage: Stage
    shown: list[str]
    running: list[Deferred] = attrs.field(factory=list)

    def begin(self, name, offsets, lines=None):
        lines = lines or [f"{name}{n}" for n in range(len(offsets))]
        tally = GameTally(name, "A-B", len(lines))
        self.stage.tally.games.append(tally)
        script = Script(
            name,
            b"meta",
            tuple(line.encode() for line in lines),
            tuple(f"play {line}" for line in lines),
            tuple(offsets),
        )
        self.running.append(started(GameFeed(self.stage, script, tally).run()))
        return tally

    @property
    def posted(self):
        """What was sent when, the games' own requests left out."""
        return [(at, lines) for at, _, lines in self.server.requests if lines != ["meta"]]


@pytest.fixture
def replay():
    def make(speed=1.0, script=(), requests=64):
        clock, shown = Clock(), []
        server = FakeServer(clock, list(script))
        semaphore = DeferredSemaphore(requests)
        stage = Stage(
            clock, server, Pace(speed), Tally([]), lambda: 0.5, semaphore, shown.append, 0.0
        )
        return Play(clock, server, stage, shown)

    return make


def test_the_game_is_told_before_its_first_message(replay):
    play = replay()
    play.begin("g", [5_000])
    assert play.server.requests == [(0.0, "g", ["meta"])]


def test_messages_go_out_when_they_are_due(replay):
    play = replay(speed=2.0)
    tally = play.begin("g", [0, 4_000, 4_000, 10_000])
    play.clock.pump([1.0] * 6)
    assert play.posted == [(0.0, ["g0"]), (2.0, ["g1", "g2"]), (5.0, ["g3"])]
    assert tally.done


def test_games_are_sent_in_the_order_of_recorded_time(replay):
    play = replay()
    play.begin("a", [0, 3_000])
    play.begin("b", [1_000, 2_000])
    play.clock.pump([0.5] * 8)
    assert [lines[0] for _, lines in play.posted] == ["a0", "b0", "b1", "a1"]


def test_without_a_speed_everything_goes_in_few_requests(replay):
    play = replay(speed=None)
    play.begin("g", range(0, 450_000, 1_000))
    assert [len(lines) for _, lines in play.posted] == [MAX_BATCH, MAX_BATCH, 50]


def test_a_request_is_bounded_in_bytes(replay):
    play = replay(speed=None)
    play.begin("g", [0, 0, 0], ["x" * (MAX_BYTES // 2)] * 3)
    assert [len(lines) for _, lines in play.posted] == [1, 1, 1]


def test_only_one_request_of_a_game_is_under_way(replay):
    waiting: Deferred = Deferred()
    play = replay(script=[None, waiting])
    play.begin("g", [0, 1_000, 2_000])
    play.clock.pump([1.0] * 5)
    assert play.posted == [(0.0, ["g0"])]
    waiting.callback([ACCEPTED])
    assert play.posted[1:] == [(5.0, ["g1", "g2"])]


def test_the_requests_of_all_games_are_bounded(replay):
    waiting: Deferred = Deferred()
    play = replay(speed=None, script=[waiting], requests=1)
    play.begin("a", [0])
    play.begin("b", [0])
    assert [game for _, game, _ in play.server.requests] == ["a"]
    waiting.callback(None)
    assert all(game.done for game in play.stage.tally.games)


def test_a_request_that_was_perhaps_not_heard_is_sent_again_for_as_long_as_it_takes(replay):
    lost = [Unreachable("connection refused") for _ in range(12)]
    play = replay(script=[None, *lost])
    tally = play.begin("g", [0])
    play.clock.pump([0.1] * 600)
    assert tally.done
    times = [at for at, lines in play.posted]
    waits = [b - a for a, b in pairwise(times)]
    assert len(waits) == 12
    assert waits[0] == pytest.approx(0.1, abs=0.11)
    assert max(waits) <= 2.6  # half of the cap: the chance is 0.5
    assert {tuple(lines) for _, lines in play.posted} == {("g0",)}


def test_waiting_is_told_once_and_its_end_too(replay):
    play = replay(script=[Unreachable("no route"), Unreachable("no route")])
    play.begin("g", [0])
    assert play.stage.tally.waiting == "no route"
    play.clock.pump([0.1] * 50)
    assert play.shown == ["no route; trying again until it answers", "the server answers again"]
    assert (play.stage.tally.retries, play.stage.tally.waiting) == (2, "")


def test_a_server_that_asks_to_wait_is_not_asked_before(replay):
    play = replay(script=[None, Unreachable("busy", retry_ms=3_000)])
    play.begin("g", [0])
    play.clock.pump([0.1] * 40)
    first, second = (at for at, _ in play.posted)
    assert 3.0 <= second - first <= 3.3


def test_messages_that_were_not_looked_at_are_sent_again_with_all_behind_them(replay):
    play = replay(speed=None, script=[None, [ACCEPTED, BUSY, BUSY]])
    tally = play.begin("g", [0, 0, 0])
    assert (tally.sent, tally.done) == (1, False)
    play.clock.pump([0.1] * 20)
    assert [lines for _, lines in play.posted] == [["g0", "g1", "g2"], ["g1", "g2"]]
    assert (tally.done, tally.answers) == (True, {"accepted": 3})


def test_a_postponed_message_without_a_time_waits_too(replay):
    play = replay(speed=None, script=[None, [{"status": "rejected", "code": "busy"}]])
    tally = play.begin("g", [0])
    play.clock.pump([0.1] * 5)
    assert tally.done


def test_a_request_that_is_refused_as_a_whole_ends_its_game_and_no_other(replay):
    play = replay(speed=None, script=[RefusedRequest("HTTP 401 unauthorized: no feed")])
    bad, good = play.begin("bad", [0]), play.begin("good", [0])
    assert (bad.trouble, bad.fails, good.done) == ("HTTP 401 unauthorized: no feed", True, True)
    assert play.shown == ["bad: HTTP 401 unauthorized: no feed"]


def test_a_refused_message_is_shown_with_the_row_and_the_game_goes_on(replay):
    no = {"status": "quarantined", "rule": "S3", "problem": "7 points", "hint": "fewer"}
    play = replay(speed=None, script=[None, [ACCEPTED, no, ACCEPTED]])
    tally = play.begin("g", [0, 0, 0])
    assert (tally.done, tally.fails) == (True, True)
    assert play.shown == ["g: play g1: quarantined by S3: 7 points (fewer)"]


def test_a_game_without_messages_is_told_and_done(replay):
    play = replay()
    tally = play.begin("g", [])
    assert (tally.done, play.running[0].called) == (True, True)


def test_a_server_that_lets_nobody_send_faster_is_obeyed_and_that_is_told_once(replay):
    slow = [TooFast("one source may send 50 messages a second", retry_ms=1_500) for _ in range(3)]
    play = replay(speed=None, script=[None, *slow])
    tally = play.begin("g", [0])
    play.clock.pump([0.1] * 60)
    assert tally.done
    # 1.5 s as told and half of 0.2 s by chance, again and again: it does not grow.
    assert [at for at, _ in play.posted] == pytest.approx([0.0, 1.6, 3.2, 4.8], abs=0.11)
    assert play.shown == ["slower than asked for: one source may send 50 messages a second"]
    account = play.stage.tally
    assert (account.retries, account.slow) == (3, "one source may send 50 messages a second")
    assert account.lines(1.0)[-1].startswith("slowed down: one source")
    assert account.document(1.0, [])["slowed_down"] == account.slow
    assert "as fast as the server lets it" in account.progress(1.0, "")
