"""What followers may ask, over WAMP calls: exact answers, clear errors."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from scoreboard.codec.shape import envelope
from scoreboard.codec.shape_message import write_message
from scoreboard.gateway.encoded import Piece
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.procedures import FEED, procedures
from scoreboard.gateway.queries import Games
from scoreboard.gateway.realm import ANONYMOUS, Caller, CallError, Principal
from scoreboard.gateway.serializers import JSON
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.memory import MemoryLog
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.model.message import Message, StatusReport, VoidReport
from scoreboard.model.play import Place, ShotFacts
from scoreboard.model.side import Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.settings.principals import Feeds, FeedSettings
from tests.support.deferreds import result, started
from tests.support.games import SOURCE, WHENEVER, basket, meta

GAME = meta().game_id
FEEDS = Feeds(
    {"arena": FeedSettings(token="secret"), "narrow": FeedSettings(token="x", leagues=("nfl_",))}
)


def _raise(fault):
    raise fault


@attrs.define(slots=False)
class Node:
    """A node without sockets: log, scorekeeper, hub, calls."""

    ring: int = 4096
    clock: Clock = attrs.field(factory=Clock)
    told: list = attrs.field(factory=list)

    def __attrs_post_init__(self):
        self.log = MemoryLog(lambda: 7)
        self.log.start()
        self.hub = Hub(RingLimits(max_publications=self.ring), _raise)
        self.keeper = Scorekeeper(self.clock, self.log, self.publish, lifted=WHENEVER)
        self.games = Games(self.keeper.states, self.log, self.hub.since)
        self.intake = Intake(
            admits=FEEDS.admits,
            whose=FEEDS.whose,
            may_write=FEEDS.may_write,
            put_meta=self.keeper.put_meta,
            submit=self.keeper.submit,
            sports={},
            pace=self.pace,
        )
        self.procedures = procedures(self.games, self.intake, 10)
        self.asked: list = []
        self.too_fast = None

    def pace(self, source, messages, octets):
        self.asked.append((source, messages, octets))
        return self.too_fast

    def publish(self, publications):
        self.told.extend(publications)
        self.hub.publish(publications)
        self.hub.flush()

    def send(self, *reports, about=None):
        about = about or meta()
        result(started(self.keeper.put_meta(SOURCE, about)))
        raws = [write_message(Message(report), about) for report in reports]
        return result(started(self.keeper.submit(SOURCE, about.game_id, raws)))

    def call(self, uri, *args, principal=ANONYMOUS, octets=0, **kwargs):
        answer = self.procedures[uri](Caller(1, principal, octets), list(args), kwargs)
        if hasattr(answer, "send"):
            answer = result(Deferred.fromCoroutine(answer))
        return JSON.loads(answer.form(JSON)) if isinstance(answer, Piece) else answer


@pytest.fixture
def node():
    made = Node()
    made.send(
        StatusReport(StatusLine(Status.IN_PROGRESS), 1),
        basket("1", order=100),
        basket("2", 3, Side.AWAY, order=200),
        VoidReport("1"),
    )
    return made


def test_a_game_is_given_whole(node):
    whole = node.call("scoreboard.v1.game.get", game_id=GAME)
    assert (whole["seq"], whole["epoch"]) == (5, 7)
    assert whole == node.call("scoreboard.v1.game.get", GAME)


def test_a_game_is_given_as_it_stood(node):
    then = node.call("scoreboard.v1.game.get", game_id=GAME, asof=3)
    assert (then["seq"], then["score"]["home"]["points"]) == (3, 2)


def test_parts_of_a_game_may_be_asked_for(node):
    whole = node.call("scoreboard.v1.game.get", game_id=GAME)
    assert node.call("scoreboard.v1.plays.list", GAME)["plays"] == whole["plays"]
    assert node.call("scoreboard.v1.plays.list", game_id=GAME, after=5)["plays"] == []
    first = node.call("scoreboard.v1.game.timecodes", game_id=GAME, limit=3)
    assert (first["more"], first["timecodes"][0][0]) == (True, 1)
    rest = node.call("scoreboard.v1.game.timecodes", game_id=GAME, after=first["seq"])
    assert [seq for seq, _ in first["timecodes"] + rest["timecodes"]] == [1, 2, 3, 4, 5]
    assert node.call("scoreboard.v1.shots.list", game_id=GAME)["shots"] == whole["shots"]


@pytest.mark.parametrize("call", ["plays.list", "shots.list", "game.timecodes"])
def test_parts_of_a_game_that_is_not_known_are_refused(node, call):
    with pytest.raises(CallError) as caught:
        node.call(f"scoreboard.v1.{call}", game_id="g9999999999")
    assert caught.value.uri == "scoreboard.error.unknown_game"


@pytest.mark.parametrize("wrong", [{"after": -1}, {"limit": "x"}, {"after": True}])
def test_a_page_that_is_none_is_refused(node, wrong):
    with pytest.raises(CallError, match="whole number"):
        node.call("scoreboard.v1.plays.list", game_id=GAME, **wrong)


@pytest.mark.parametrize("wrong", [{"league": "NBA"}, {"date": "2026"}, {"date": "yesterday"}])
def test_a_slate_that_is_none_is_refused(node, wrong):
    with pytest.raises(RemoteError):
        node.call("scoreboard.v1.slate.get", **wrong)


def test_beyond_the_end_is_the_end(node):
    assert node.call("scoreboard.v1.game.get", game_id=GAME, asof=99)["seq"] == 5


def test_what_came_since_is_what_was_published(node):
    answer = node.call("scoreboard.v1.game.since", game_id=GAME, from_seq=3)
    expected = [envelope(p) for p in node.told if p.seq > 3 and p.stream == f"game.{GAME}"]
    assert answer["events"] == expected
    assert answer["seq"] == 5


def test_what_came_since_may_be_asked_for_in_parts(node):
    answer = node.call("scoreboard.v1.game.since", game_id=GAME, from_seq=0, limit=10)
    assert (answer["seq"], answer["more"]) == (3, True)
    answer = node.call("scoreboard.v1.game.since", game_id=GAME, from_seq=3, limit=100)
    assert (answer["seq"], answer["more"]) == (5, False)


def test_what_the_ring_has_lost_comes_from_the_log():
    small = Node(ring=4)
    small.send(*(basket(str(n), order=n) for n in range(1, 9)))
    answer = small.call("scoreboard.v1.game.since", game_id=GAME, from_seq=2)
    expected = [envelope(p) for p in small.told if p.seq > 2 and p.stream == f"game.{GAME}"]
    assert answer["events"] == expected


def read(coroutine):
    return result(Deferred.fromCoroutine(coroutine))


def test_the_plays_are_all_of_them_or_those_that_have_changed_since(node):
    whole = node.call("scoreboard.v1.game.get", game_id=GAME)
    told = read(node.games.plays(GAME))
    assert (told["epoch"], told["seq"], told["as_of"]) == (7, 5, whole["as_of"])
    assert told["plays"] == whole["plays"]
    # Entry 5 takes play 3 back: it has changed, play 4 has not.
    assert read(node.games.plays(GAME, 4))["plays"] == whole["plays"][:1]
    assert read(node.games.plays(GAME, 5))["plays"] == []


def test_the_shots_are_those_of_the_whole_game():
    node = Node()
    facts = basket("1").facts
    shot = ShotFacts(2, made=True)
    node.send(attrs.evolve(basket("1"), facts=attrs.evolve(facts, shot=shot, place=Place(90, 50))))
    whole = node.call("scoreboard.v1.game.get", game_id=GAME)
    assert len(whole["shots"]) == 1
    assert read(node.games.shots(GAME))["shots"] == whole["shots"]


def test_every_position_of_a_game_is_told_with_its_time(node):
    told = read(node.games.timecodes(GAME))
    assert [seq for seq, _ in told["timecodes"]] == [1, 2, 3, 4, 5]
    times = {p.seq: envelope(p)["ts"] for p in node.told}
    assert dict(told["timecodes"]) == times


def test_what_was_published_is_told_by_kind(node):
    told = read(node.games.told(GAME, 2, ["correction", "play"]))
    expected = [p for p in node.told if p.seq > 2 and p.kind in ("correction", "play")]
    expected = [envelope(p) for p in expected if p.stream == f"game.{GAME}"]
    assert told["events"] == expected
    assert {event["type"] for event in read(node.games.told(GAME))["events"]} > {"play", "score"}


def test_sync_brings_nothing_a_difference_or_everything():
    node = Node()
    node.send(*(basket(str(n), order=n) for n in range(1, 21)))

    def sync(at):
        return node.call("scoreboard.v1.sync", games={GAME: at})["games"][GAME]

    assert sync([7, 21]) == {"mode": "current", "epoch": 7, "seq": 21}
    delta = sync([7, 19])
    expected = [envelope(p) for p in node.told if p.seq > 19 and p.stream == f"game.{GAME}"]
    assert delta == {"mode": "delta", "epoch": 7, "seq": 21, "events": expected}
    for at in (None, [7, 0], [6, 21], [7, 99]):
        whole = sync(at)
        assert (whole["mode"], whole["state"]["seq"]) == ("snapshot", 21)


def test_a_difference_that_is_longer_than_the_game_is_the_game(node):
    answer = node.call("scoreboard.v1.sync", games={GAME: [7, 1]})["games"][GAME]
    assert answer["mode"] == "snapshot"
    assert answer["state"] == node.call("scoreboard.v1.game.get", game_id=GAME)


def test_sync_of_a_stranger_says_so(node):
    answer = node.call("scoreboard.v1.sync", games={"g9999999999": None})
    assert answer["games"]["g9999999999"]["mode"] == "unknown"


def test_sync_beyond_the_ring_is_a_snapshot():
    small = Node(ring=4)
    small.send(*(basket(str(n), order=n) for n in range(1, 9)))
    answer = small.call("scoreboard.v1.sync", games={GAME: [7, 2]})
    assert answer["games"][GAME]["mode"] == "snapshot"


def test_the_slate_puts_live_games_first_and_chooses():
    node = Node()
    node.send(about=attrs.evolve(meta(), game_id="g0000000002", official_date="2026-11-23"))
    node.send(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    slate = node.call("scoreboard.v1.slate.get")["games"]
    assert [line["game_id"] for line in slate] == ["g0000000001", "g0000000002"]
    assert node.call("scoreboard.v1.slate.get", league="nfl_") == {"games": []}
    dated = node.call("scoreboard.v1.slate.get", league="nba_", date="2026-11-23")["games"]
    assert [line["game_id"] for line in dated] == ["g0000000002"]


def test_a_log_that_ends_before_its_state_is_a_fault_of_ours(node):
    node.log.read = lambda *_: succeed(())
    with pytest.raises(LocalError, match="the log ends at 0"):
        node.call("scoreboard.v1.game.get", game_id=GAME, asof=3)


@pytest.mark.parametrize(
    ("uri", "kwargs", "error"),
    [
        ("game.get", {}, "wamp.error.invalid_argument"),
        ("game.get", {"game_id": 3}, "wamp.error.invalid_argument"),
        ("game.get", {"game_id": "g9999999999"}, "scoreboard.error.unknown_game"),
        ("game.get", {"game_id": "g9999999999", "asof": 3}, "scoreboard.error.unknown_game"),
        ("game.get", {"game_id": GAME, "asof": 0}, "scoreboard.error.unknown_game"),
        ("game.get", {"game_id": GAME, "asof": "soon"}, "wamp.error.invalid_argument"),
        ("game.get", {"game_id": GAME, "asof": "٣"}, "wamp.error.invalid_argument"),
        ("game.get", {"game_id": GAME, "asof": "9" * 5_000}, "wamp.error.invalid_argument"),
        ("game.since", {"game_id": GAME, "from_seq": "1"}, "wamp.error.invalid_argument"),
        ("game.since", {"game_id": GAME, "from_seq": -1}, "wamp.error.invalid_argument"),
        ("game.since", {"game_id": GAME, "limit": "all"}, "wamp.error.invalid_argument"),
        ("game.since", {"game_id": "g9999999999"}, "scoreboard.error.unknown_game"),
        ("sync", {}, "wamp.error.invalid_argument"),
        ("sync", {"games": {GAME: 5}}, "wamp.error.invalid_argument"),
        ("sync", {"games": {GAME: [7, True]}}, "wamp.error.invalid_argument"),
        ("slate.get", {"league": 3}, "wamp.error.invalid_argument"),
        ("feed.submit", {"game_id": GAME, "message": {}}, "wamp.error.not_authorized"),
    ],
)
def test_a_wrong_call_hears_what_is_wrong(node, uri, kwargs, error):
    with pytest.raises(CallError) as caught:
        node.call(f"scoreboard.v1.{uri}", **kwargs)
    assert caught.value.uri == error


ARENA = Principal("arena", FEED)


def test_a_feed_submits_one_message(node):
    message = write_message(Message(basket("9", order=900)), meta())
    answer = node.call("scoreboard.v1.feed.submit", principal=ARENA, game_id=GAME, message=message)
    assert (answer["status"], answer["seq"]) == ("accepted", 6)


def test_a_feed_that_is_too_fast_is_refused_as_a_whole(node):
    before, uri = node.games.state(GAME), "scoreboard.v1.feed.submit"
    node.too_fast = Answer(Outcome.REJECTED, "rate", "X1", "too fast", "wait", retry_ms=17)
    messages = [{"type": "score", "home": n, "away": 9} for n in (10, 11)]
    with pytest.raises(CallError, match="too fast") as caught:
        node.call(uri, principal=ARENA, octets=123, game_id=GAME, messages=messages)
    assert (caught.value.uri, caught.value.kwargs["retry_ms"]) == ("scoreboard.error.rate", 17)
    assert node.asked == [("arena", 2, 123)]
    assert node.games.state(GAME) is before
    node.too_fast = None
    answers = node.call(uri, principal=ARENA, game_id=GAME, messages=messages)["answers"]
    assert {answer["status"] for answer in answers} <= {"accepted", "flagged", "quarantined"}


def test_without_a_pace_nobody_is_too_fast():
    plain = Intake(**{f.name: None for f in attrs.fields(Intake) if f.name != "pace"})
    assert plain.pace(ARENA, 10**6, 10**9) is None


def test_a_feed_submits_several(node):
    messages = [{"type": "heartbeat"}, {"type": "dance"}]
    answer = node.call(
        "scoreboard.v1.feed.submit", principal=ARENA, game_id=GAME, messages=messages
    )
    assert [a["status"] for a in answer["answers"]] == ["accepted", "rejected"]


@pytest.mark.parametrize(
    ("principal", "kwargs", "error"),
    [
        (ARENA, {"game_id": GAME}, "wamp.error.invalid_argument"),
        (ARENA, {"game_id": GAME, "messages": []}, "wamp.error.invalid_argument"),
        (ARENA, {"game_id": GAME, "messages": [{}] * 11}, "wamp.error.invalid_argument"),
        (ARENA, {"game_id": "g9999999999", "message": {}}, "scoreboard.error.unknown_game"),
        (ARENA, {"game_id": GAME, "message": {}}, "scoreboard.error.malformed"),
        (
            Principal("narrow", FEED),
            {"game_id": GAME, "message": {}},
            "scoreboard.error.forbidden",
        ),
    ],
)
def test_a_wrong_submission_hears_what_is_wrong(node, principal, kwargs, error):
    with pytest.raises(CallError) as caught:
        node.call("scoreboard.v1.feed.submit", principal=principal, **kwargs)
    assert caught.value.uri == error


def test_the_box_score_and_the_alerts_are_there_to_ask_for(node):
    box = node.call("scoreboard.v1.boxscore.get", game_id=GAME)
    assert (box["seq"], box["game_id"]) == (5, GAME)
    (team,) = box["lines"]  # the other team's basket was taken back
    assert (team["person_id"], team["set"]["pts"]) == (None, box["score"]["away"])
    told = node.call("scoreboard.v1.alerts.list", game_id=GAME)
    assert [one["kind"] for one in told["alerts"]][:1] == ["game_start"]
    assert told["seq"] == 5


@pytest.mark.parametrize("call", ["scoreboard.v1.boxscore.get", "scoreboard.v1.alerts.list"])
def test_an_unknown_game_has_neither_box_score_nor_alerts(node, call):
    with pytest.raises(CallError, match="no game"):
        node.call(call, game_id="gunknown000")


def test_a_part_of_a_game_is_written_once_for_all_who_ask(node):
    one = node.games.part("boxscore", GAME)
    assert one is node.games.part("boxscore", GAME)
    node.send(basket("9", order=99))
    assert one is not node.games.part("boxscore", GAME)
