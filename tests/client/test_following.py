"""A follower against a server that is stepped by hand."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.task import Clock

from scoreboard.client.following import Following
from scoreboard.client.interest import MOST_GAMES, Interest, Topic
from scoreboard.client.interface import LinkLost
from scoreboard.client.link import LinkState
from scoreboard.model.ids import GameId, TeamId
from scoreboard.model.message import StatusReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from tests.client.origin import GAME, Origin
from tests.client.wires import FakeServer, Notes
from tests.support.games import EPOCH, NOW_MS, basket, meta

OTHER = GameId("g0000000002")
EVERYTHING = Interest()
ONE = Interest(games=(GAME,))


def about(game_id, home="thome000000", away="taway000000", **changes):
    base = meta()
    return attrs.evolve(
        base,
        game_id=GameId(game_id),
        home=attrs.evolve(base.home, team_id=TeamId(home)),
        away=attrs.evolve(base.away, team_id=TeamId(away)),
        **changes,
    )


@attrs.define
class Case:
    """A follower, its server and its clock."""

    interest: Interest
    server: FakeServer = attrs.field(factory=FakeServer)
    clock: Clock = attrs.field(factory=Clock)
    notes: Notes = attrs.field(factory=Notes)
    follower: Following = attrs.field(init=False)

    def __attrs_post_init__(self):
        self.follower = Following(
            self.clock, lambda: NOW_MS, lambda: 0.5, self.server.dial, self.interest, self.notes
        )

    def start(self):
        self.follower.start()
        return self

    def points(self, game_id=GAME):
        return self.follower.board.games[game_id].points

    @property
    def state(self):
        return self.follower.link.state


def case(interest, *origins):
    made = Case(interest)
    for origin in origins:
        made.server.add(origin)
        origin.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    return made


def test_a_follower_connects_catches_up_and_is_live():
    one = case(ONE, Origin()).start()
    assert one.notes.states == ["CATCHING_UP", "LIVE"]
    assert one.server.wire.names() == ["sync"]
    one.server.hear(GAME, basket("1"))
    assert one.points() == Score(2, 0)
    assert [snapshot.game_id for snapshot in one.notes.snapshots] == [GAME]


def test_a_follower_of_everything_begins_with_the_slate_and_needs_no_sync():
    one = case(EVERYTHING, Origin(), Origin.of(about(OTHER))).start()
    assert one.server.wire.names() == ["slate.get"]
    one.server.hear(OTHER, basket("1", 3))
    assert (one.points(), one.points(OTHER)) == (Score(), Score(3, 0))
    assert {event.kind for event in one.notes.events} == {"score"}


def test_what_an_answer_covers_is_not_told_again():
    one = case(ONE, Origin())
    one.server.silent = True
    one.start()
    one.server.silent = False
    held = one.server.games[GAME].hear(basket("1"))
    assert one.notes.events == []
    one.clock.advance(15)
    one.clock.advance(1)
    for event in held:
        one.server.wire.send(event)
    assert one.points() == Score(2, 0)
    assert one.notes.events == []
    assert one.follower.resume.counts()[GAME].repeats == 0


def test_a_server_that_does_not_answer_is_left_and_tried_again():
    one = case(ONE, Origin())
    one.server.silent = True
    one.start()
    one.clock.advance(15)
    assert one.state is LinkState.WAITING
    assert one.follower.link.why == "no answer to subscribe within 15 s"
    assert one.server.wire.closed


def test_a_new_game_is_followed_from_its_first_event_on():
    one = case(EVERYTHING, Origin()).start()
    other = one.server.add(Origin.of(about(OTHER)))
    for event in other.events():
        one.server.wire.send(event)
    one.clock.advance(1)
    assert one.follower.board.games[OTHER].teams[0].name == "Home Town"
    one.server.hear(OTHER, basket("1"))
    assert one.points(OTHER) == Score(2, 0)
    assert one.state is LinkState.LIVE


def test_a_hole_is_filled_while_the_rest_goes_on():
    one = case(Interest(games=(GAME, OTHER)), Origin(), Origin.of(about(OTHER))).start()
    one.server.games[GAME].hear(basket("lost"))
    one.server.hear(GAME, basket("2"))
    one.server.hear(OTHER, basket("1"))
    assert (one.points(), one.points(OTHER)) == (Score(), Score(2, 0))
    one.clock.advance(1)
    assert one.points() == Score(4, 0)
    assert one.notes.states == ["CATCHING_UP", "LIVE", "CATCHING_UP", "LIVE"]
    assert one.follower.resume.counts()[GAME].holes == 1
    assert one.server.wire.calls[-1] == ("scoreboard.v1.sync", {"games": {GAME: [EPOCH, 2]}})


def test_a_follower_comes_back_by_itself_and_asks_only_for_what_it_missed():
    one = case(ONE, Origin()).start()
    one.server.hear(GAME, basket("1"))
    one.server.drop("cable pulled")
    link = one.follower.link
    assert (link.state, link.why, link.until_s) == (LinkState.WAITING, "cable pulled", 0.5)
    one.server.games[GAME].hear(basket("2"))
    one.clock.advance(0.5)
    assert one.state is LinkState.LIVE
    assert one.points() == Score(4, 0)
    assert one.server.wire.calls == [("scoreboard.v1.sync", {"games": {GAME: [EPOCH, 2]}})]
    seqs = [event.seq for event in one.notes.events if event.kind == "score"]
    assert seqs == [3, 4]


def test_a_follower_waits_at_least_as_long_as_the_server_asked():
    one = case(ONE, Origin()).start()
    one.server.drop("full", retry_ms=8000)
    one.clock.advance(7.9)
    assert len(one.server.wires) == 1
    one.clock.advance(0.6)
    assert len(one.server.wires) == 2


def test_waits_grow_while_nobody_is_there():
    one = case(ONE, Origin())
    one.server.refuses = LinkLost("refused")
    one.start()
    for _ in range(40):
        one.clock.advance(1)
    waits = [
        link.until_s - link.since_s for link in one.notes.links if link.state is LinkState.WAITING
    ]
    assert waits[:5] == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_a_team_is_followed_into_its_next_game():
    one = case(Interest(teams=("hom",)), Origin()).start()
    wire = one.server.wire
    slate = Topic("scoreboard.v1.team.thome000000.slate")
    assert slate in wire.topics
    other = one.server.add(Origin.of(about(OTHER)))
    line = {key: value for key, value in other.line().items() if key not in {"epoch", "seq"}}
    event = other.events()[0] | {"type": "slate", "data": line}
    wire.topics[slate](event)
    wire.topics[slate](event)
    one.clock.advance(1)
    one.server.hear(OTHER, basket("1"))
    assert one.points(OTHER) == Score(2, 0)
    assert wire.names() == ["slate.get", "sync", "sync"]


def test_a_league_is_followed_by_its_slate_and_its_games():
    other = Origin.of(about(OTHER, league="nfl_"))
    one = case(Interest(leagues=("nba_",)), Origin(), other).start()
    assert list(one.follower.board.games) == [GAME]
    assert one.server.wire.calls[0] == ("scoreboard.v1.slate.get", {"league": "nba_"})


def test_a_game_beyond_the_room_is_followed_by_its_lines_also_into_a_new_epoch():
    games = [Origin.of(about(f"g{n:010}")) for n in range(MOST_GAMES + 1)]
    one = case(Interest(leagues=("nba_",)), *games).start()
    last = games[-1]
    told = last.hear(basket("1"))
    line = {key: value for key, value in last.line().items() if key not in {"epoch", "seq"}}
    slate = told[0] | {"type": "slate", "data": line}
    one.server.wire.topics[Topic("scoreboard.v1.league.nba_.slate")](slate)
    assert one.points(last.game_id) == Score(2, 0)
    one.server.wire.topics[Topic("scoreboard.v1.league.nba_.slate")](slate | {"epoch": EPOCH + 1})
    assert one.follower.board.games[last.game_id].epoch == EPOCH + 1
    assert one.state is LinkState.LIVE


def test_a_game_that_comes_into_being_later_is_followed_then():
    one = case(ONE).start()
    assert one.notes.missing == [GAME]
    origin = one.server.add(Origin())
    for event in origin.events():
        one.server.wire.send(event)
    one.clock.advance(1)
    assert one.state is LinkState.LIVE
    assert GAME in one.follower.board.games


def test_a_link_that_breaks_in_the_middle_of_catching_up_is_made_again(monkeypatch):
    one = case(EVERYTHING, Origin())
    answer = FakeServer.answer

    def broken(self, procedure, arguments):
        self.drop("pulled")
        monkeypatch.setattr(FakeServer, "answer", answer)
        return answer(self, procedure, arguments)

    monkeypatch.setattr(FakeServer, "answer", broken)
    one.start()
    assert (one.state, one.follower.link.why) == (LinkState.WAITING, "pulled")
    one.clock.advance(1)
    assert one.state is LinkState.LIVE


def test_a_link_that_breaks_before_the_first_call_is_made_again():
    one = case(ONE, Origin())
    dial = one.server.dial
    one.follower._dial = lambda gone: (gone(LinkLost("at once")), dial(gone))[1]
    one.start()
    assert one.follower.link.why == "at once"


def test_a_server_that_leaves_a_hole_for_ever_is_asked_with_pauses():
    one = case(ONE, Origin()).start()
    origin = one.server.games[GAME]
    event = next(e for e in origin.hear(basket("1")) if e["type"] == "play")
    one.server.wire.send(event | {"seq": 50, "prev": 40})
    for _ in range(10):
        one.clock.advance(0.05)
    asked = one.server.wire.names().count("sync")
    assert 2 <= asked <= 12


def test_a_follower_that_was_never_started_can_be_stopped():
    one = case(ONE)
    one.follower.stop()
    one.clock.advance(0)
    assert one.notes.states == ["STOPPED"]


def test_what_does_not_exist_is_named_and_the_rest_is_followed():
    one = case(Interest(games=(GAME, OTHER), teams=("bos",)), Origin()).start()
    assert one.notes.missing == ["bos", OTHER]
    assert (one.state, list(one.follower.board.games)) == (LinkState.LIVE, [GAME])


def test_more_games_than_there_is_room_for_are_followed_by_their_lines():
    games = [Origin.of(about(f"g{n:010}")) for n in range(MOST_GAMES + 5)]
    one = case(Interest(leagues=("nba_",)), *games).start()
    assert len(one.follower.board.games) == MOST_GAMES + 5
    assert len(one.server.wire.topics) == MOST_GAMES + 1
    assert one.state is LinkState.LIVE
    asked = [len(call["games"]) for name, call in one.server.wire.calls if name.endswith("sync")]
    assert (sum(asked), max(asked)) == (MOST_GAMES, 8)


def test_an_event_that_cannot_be_read_costs_the_connection_and_nothing_else():
    one = case(ONE, Origin()).start()
    one.server.wire.send(one.server.games[GAME].events()[0] | {"seq": "x"})
    assert one.state is LinkState.WAITING
    assert "seq" in one.follower.link.why
    one.clock.advance(1)
    assert one.state is LinkState.LIVE


def test_a_refused_subscription_costs_the_connection():
    one = case(ONE, Origin())
    one.server.forbidden.add(f"scoreboard.v1.game.{GAME}")
    one.start()
    assert "not_authorized" in one.follower.link.why


def test_an_answer_that_lacks_a_game_costs_the_connection(monkeypatch):
    one = case(ONE, Origin())
    monkeypatch.setattr(FakeServer, "answer", lambda self, name, arguments: {"games": {}})
    one.start()
    assert f"lacks {GAME}" in one.follower.link.why


def test_a_stopped_follower_hears_and_does_nothing():
    one = case(ONE, Origin()).start()
    one.follower.stop()
    one.follower.stop()
    one.server.hear(GAME, basket("1"))
    one.clock.advance(0)
    assert one.notes.events == []
    assert one.state is LinkState.STOPPED
    assert one.server.wire.closed
    assert one.clock.getDelayedCalls() == []


@pytest.mark.parametrize("drop_first", [True, False])
def test_a_follower_can_be_stopped_while_it_waits(drop_first):
    one = case(ONE, Origin())
    if drop_first:
        one.start().server.drop()
    else:
        one.server.silent = True
        one.start()
    one.follower.stop()
    one.clock.advance(0)
    assert one.state is LinkState.STOPPED
    assert one.clock.getDelayedCalls() == []


@pytest.mark.parametrize("when", ["CATCHING_UP", "LIVE", "WAITING", "CONNECTING"])
def test_a_watcher_may_stop_the_follower_in_any_turn(when):
    one = case(ONE, Origin())

    class Stopper(Notes):
        def linked(self, link):
            super().linked(link)
            if link.state.name == when:
                one.follower.stop()

    one.notes = Stopper()
    one.__attrs_post_init__()
    one.start()
    if when in {"WAITING", "CONNECTING"}:
        one.server.drop()
        one.clock.advance(1)
    one.clock.advance(0)
    assert one.notes.states[-2:] == [when, "STOPPED"]
    assert one.server.wire.closed
    assert one.clock.getDelayedCalls() == []


def test_a_fault_of_our_own_ends_the_follower_and_says_so(monkeypatch):
    one = case(ONE, Origin())
    monkeypatch.setattr(one.follower.resume, "answered", lambda answer: 1 / 0)
    one.start()
    assert (one.state, one.follower.link.why) == (LinkState.STOPPED, "division by zero")
