"""Two nodes with one log: one writes a game, the other has the same; a game moves; nobody forks."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.defer import fail, succeed
from twisted.logger import globalLogPublisher

from scoreboard.codec.shape import envelope
from scoreboard.codec.shape_message import write_message
from scoreboard.hub.subscription import Policy
from scoreboard.log.interface import LogUnavailable
from scoreboard.model.answer import Outcome
from scoreboard.model.errors import LocalError
from scoreboard.model.event import HomeMoved
from scoreboard.model.ids import GameId, League
from scoreboard.model.message import Message, StatusReport
from scoreboard.model.status import Status, StatusLine
from tests.hub.fakes import FakeMember, TextWire
from tests.shard.nodes import GAME, Cluster
from tests.support.deferreds import result, started, waits
from tests.support.games import SOURCE, basket, meta

LIVE = StatusReport(StatusLine(Status.IN_PROGRESS), 1)
OTHER = attrs.evolve(meta(), game_id=GameId("g0000000009"), league=League("nhl_"))


@pytest.fixture
def cluster():
    return Cluster()


def follow(node, uri=f"scoreboard.v1.game.{GAME}", policy=Policy.PREFIX):
    member = FakeMember(TextWire())
    node.hub.subscribe(member, uri, policy)
    node.clock.advance(0)
    return member


def of_game(node, seq=0):
    """What a node has published of the game behind `seq`, as it is written."""
    return [envelope(p) for p in node.told if p.stream == f"game.{GAME}" and p.seq > seq]


def test_who_follows_elsewhere_gets_the_same(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away)
    home.create()
    home.send(LIVE, *(basket(f"p{n}") for n in range(5)))
    cluster.pass_time(0.1)
    assert away.state() == home.state()
    assert of_game(away) == of_game(home)


def test_a_node_on_which_nobody_follows_does_nothing(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    home.send(LIVE, basket("p1"))
    cluster.pass_time(10.0)
    counts = away.tails.counts
    assert (counts.looks, counts.told, counts.entries, len(away.tails)) == (0, 0, 0, 0)
    assert GAME not in away.keeper.states


def test_what_was_read_of_others_is_counted_once(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away)
    home.create()
    home.send(LIVE, *(basket(f"p{n}") for n in range(5)))
    cluster.pass_time(10.0)
    assert away.tails.counts.entries == away.state().seq == home.state().seq
    home.near(GAME)
    home.send(basket("more"))
    cluster.pass_time(10.0)
    assert away.tails.counts.entries == home.state().seq
    assert home.tails.counts.entries == 0


def test_looks_at_several_games_at_once_are_all_counted(cluster):
    home, away = cluster["n1"], cluster["n2"]
    for about in (meta(), OTHER):
        home.create(about)
        follow(away, f"scoreboard.v1.game.{about.game_id}")
    away.relay.cut()
    for about in (meta(), OTHER):
        home.send(LIVE, about=about)
    cluster.log.held = []
    away.relay.mend()
    held, cluster.log.held = cluster.log.held, None
    for answer in held:
        answer()
    assert len(held) == 2
    assert away.tails.counts.entries == sum(away.state(g).seq for g in (GAME, OTHER.game_id))


def test_interest_comes_and_goes(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    member = follow(away)
    assert away.state().seq == home.state().seq
    away.hub.leave(member)
    cluster.pass_time(0.1)
    assert len(away.tails) == 0
    looks = away.tails.counts.looks
    home.send(LIVE)
    cluster.pass_time(10.0)
    assert (away.tails.counts.looks, away.state().seq) == (looks, 1)
    follow(away)
    assert away.state() == home.state()
    assert of_game(away) == of_game(home)


def test_a_league_brings_its_games_and_no_others(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    home.create(OTHER)
    away = cluster["n3"]
    follow(away, "scoreboard.v1.league.nba_.slate", Policy.EXACT)
    assert len(away.tails) == 1
    home.send(LIVE)
    home.send(LIVE, about=OTHER)
    cluster.pass_time(0.1)
    assert away.state() == home.state()
    assert away.state(OTHER.game_id).seq < home.state(OTHER.game_id).seq


def test_a_question_brings_a_game_and_keeps_it_for_a_minute(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    away.near(GAME)
    assert away.state() == home.state()
    home.send(LIVE)
    cluster.pass_time(30.0)
    assert away.state() == home.state()
    cluster.pass_time(40.0)
    home.send(basket("p1"))
    cluster.pass_time(5.0)
    assert away.state().seq < home.state().seq
    away.near(GAME)
    assert away.state() == home.state()


def test_a_game_that_nobody_knows_is_not_kept_and_may_come(cluster):
    home, away = cluster["n1"], cluster["n2"]
    away.near(*(f"g{number:010d}" for number in range(500)))
    assert (len(away.tails), dict(away.keeper.states)) == (0, {})
    home.create()
    away.near(GAME)
    assert away.state() == home.state()


def test_who_follows_a_game_that_is_not_there_yet_hears_of_it(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away)
    home.create()
    cluster.pass_time(0.1)
    assert away.state() == home.state()


def test_all_games_are_listed_once_a_second_at_most(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    for _ in range(3):
        result(started(away.tails.near(None)))
    assert away.state() == home.state()
    home.create(OTHER)
    cluster.pass_time(1.0)
    result(started(away.tails.near(None)))
    assert OTHER.game_id in away.keeper.states


def test_looking_at_games_that_are_at_home_holds_nobody_up(cluster):
    home = cluster["n1"]
    follow(home)
    home.create()
    home.send(LIVE)
    reads = cluster.log.reads
    cluster.pass_time(10.0)
    assert home.tails.counts.looks > 0
    assert cluster.log.reads == reads
    assert not home.keeper._games.need(GAME).record.is_doubtful


def test_what_was_told_while_the_relay_was_away_is_read(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away)
    home.create()
    away.relay.cut()
    home.send(LIVE, basket("p1"))
    assert away.state().seq < home.state().seq
    away.relay.mend()
    assert of_game(away) == of_game(home)


def test_what_a_relay_lost_without_a_word_is_found_before_long(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away)
    home.create()
    away.relay.cut()
    home.send(LIVE, basket("p1"))
    cluster.pass_time(2.0)
    assert of_game(away) == of_game(home)


def test_a_game_moves_with_its_feed_under_a_higher_term(cluster):
    first, second = cluster["n1"], cluster["n2"]
    first.create()
    first.send(LIVE, basket("p1"))
    before = first.state()
    assert (before.home, before.term) == ("n1", 2)
    (answer,) = second.send(basket("p2"))
    assert answer.outcome.recorded
    after = second.state()
    assert (after.home, after.term, after.score.home) == ("n2", 3, 4)
    entries = result(cluster.log.read(GAME, 0, 100))
    assert [entry.seq for entry in entries] == list(range(1, after.seq + 1))
    assert [e.event.node for e in entries if isinstance(e.event, HomeMoved)] == ["n1", "n2"]


def test_a_node_that_wakes_up_is_fenced_and_finds_what_it_missed(cluster):
    first, second = cluster["n1"], cluster["n2"]
    first.create()
    first.send(LIVE, basket("p1"))
    second.send(basket("p2"))
    # It has not heard of that, decides on what it knows, and is refused by the log.
    (answer,) = first.send(basket("p3"))
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "unavailable")
    (answer,) = first.send(basket("p3"))
    assert answer.outcome.recorded
    assert (first.state().home, first.state().score.home) == ("n1", 6)
    second.near(GAME)
    assert second.state() == first.state()


def test_the_same_message_to_two_nodes_counts_once(cluster):
    first, second = cluster["n1"], cluster["n2"]
    first.create()
    first.send(LIVE, basket("p1"))
    (answer,) = second.send(basket("p1"))
    assert answer.outcome is Outcome.DUPLICATE
    assert second.state().score.home == 2


def test_a_game_is_made_once_whoever_makes_it(cluster):
    first, second = cluster["n1"], cluster["n2"]
    assert first.create().outcome is Outcome.ACCEPTED
    assert second.create().outcome is Outcome.DUPLICATE
    entries = result(cluster.log.read(GAME, 0, 100))
    assert isinstance(entries[-1].event, HomeMoved)


def test_a_node_that_starts_has_what_the_others_wrote(cluster):
    first = cluster["n1"]
    first.create()
    first.send(LIVE, *(basket(f"p{n}") for n in range(300)))
    late = cluster["n9"]
    assert late.state() == first.state()


def test_who_follows_a_league_hears_of_a_game_that_is_made_elsewhere(cluster):
    home, away, idle = cluster["n1"], cluster["n2"], cluster["n3"]
    follow(away, "scoreboard.v1.league.nba_.slate", Policy.EXACT)
    home.create()
    home.create(OTHER)
    cluster.pass_time(0.1)
    home.send(LIVE)
    assert away.state() == home.state()
    assert OTHER.game_id in away.keeper.states
    assert len(away.tails) == 1
    assert dict(idle.keeper.states) == {}


def test_who_begins_to_follow_everything_meets_what_was_made_before(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    home.create(OTHER)
    follow(away, "scoreboard.v1.game..score", Policy.WILDCARD)
    cluster.pass_time(0.1)
    home.send(LIVE)
    home.send(LIVE, about=OTHER)
    assert {g: s.seq for g, s in away.keeper.states.items()} == {
        g: s.seq for g, s in home.keeper.states.items()
    }


def test_a_game_that_was_made_while_the_relay_was_away_is_met(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away, "scoreboard.v1.league.nba_.slate", Policy.EXACT)
    away.relay.cut()
    home.create()
    away.relay.mend()
    cluster.pass_time(0.1)
    home.send(LIVE)
    assert away.state() == home.state()


def test_a_look_that_had_to_wait_does_not_read_what_is_being_written(cluster):
    """A look waits for a game's move; when it may begin, the next entry is on its way."""
    first, second = cluster["n1"], cluster["n2"]
    first.create()
    first.send(LIVE)
    second.near(GAME)
    record = second.keeper._games.need(GAME).record
    cluster.log.held = []
    looks = [started(second.keeper.look(GAME))]
    raws = [write_message(Message(basket("p1")), meta())]
    sent = started(second.keeper.submit(SOURCE, GAME, raws))
    looks.append(started(second.keeper.look(GAME)))
    while cluster.log.held:
        cluster.log.held.pop(0)()
    assert [look.called for look in looks] == [True, True]
    (answer,) = result(sent)
    assert answer.outcome.recorded
    assert record.tip.state is record.durable
    told = [(p.seq, p.topic) for p in second.told]
    assert len(told) == len(set(told))
    assert second.state().home == "n2"


def test_all_who_ask_for_a_game_at_once_wait_until_it_is_here(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    cluster.log.held = []
    asked = [started(away.tails.near([GAME])) for _ in range(3)]
    assert all(waits(one) for one in asked)
    while cluster.log.held:
        cluster.log.held.pop(0)()
        for one in asked:
            assert waits(one) or away.state() == home.state()
    for one in asked:
        result(one)
    assert away.state() == home.state()


def test_a_game_that_the_log_cannot_be_asked_for_is_not_unknown(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    cluster.log.is_away = True
    with pytest.raises(LogUnavailable, match=f"{GAME} is not known here"):
        away.near(GAME)
    assert [answer.code for answer in away.send(LIVE)] == ["unavailable"]
    cluster.log.is_away = False
    away.near(GAME)
    assert away.state() == home.state()
    assert [answer.outcome for answer in away.send(LIVE)] == [Outcome.ACCEPTED]


def test_of_all_games_those_are_told_that_are_known_while_the_log_is_away(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    away.near(GAME)
    home.create(OTHER)
    cluster.log.is_away = True
    result(started(away.tails.near(None)))
    assert set(away.keeper.states) == {GAME}
    cluster.log.is_away = False
    result(started(away.tails.near(None)))
    assert set(away.keeper.states) == {GAME, OTHER.game_id}


def test_a_question_about_all_games_is_answered_of_what_is_known_while_the_log_is_away(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    assert result(started(away.tails.near(None))) is None
    home.create(OTHER)
    cluster.log.is_away = True
    cluster.pass_time(1.5)
    assert result(started(away.tails.near(None))) is None
    assert set(away.keeper.states) == {GAME}
    cluster.log.is_away = False
    cluster.pass_time(1.5)
    result(started(away.tails.near(None)))
    assert set(away.keeper.states) == {GAME, OTHER.game_id}


@pytest.mark.parametrize("answers", [0, 1])
def test_games_that_could_not_be_met_are_met_before_long(cluster, answers):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    if answers:
        # The list is answered, but not the game.
        cluster.log.games = lambda: succeed((GAME,))
    cluster.log.is_away = True
    follow(away, "scoreboard.v1.league.nba_.slate", Policy.EXACT)
    assert GAME not in away.keeper.states
    cluster.log.is_away = False
    cluster.pass_time(2.0)
    assert away.state() == home.state()


def test_who_writes_does_not_wait_for_a_game_that_is_known_and_followed_by_nobody(cluster):
    home = cluster["n1"]
    home.create()
    home.send(LIVE)
    cluster.log.held = []
    looks = home.tails.counts.looks
    result(started(home.tails.meet([GAME])))
    assert (home.tails.counts.looks, len(home.tails), cluster.log.held) == (looks, 0, [])


def test_who_writes_to_a_game_that_is_new_here_waits_until_it_is_known(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    result(started(away.tails.meet([GAME, OTHER.game_id])))
    assert away.state() == home.state()
    assert (len(away.tails), OTHER.game_id in away.keeper.states) == (0, False)
    home.create(OTHER)
    cluster.log.is_away = True
    with pytest.raises(LogUnavailable, match=OTHER.game_id):
        result(started(away.tails.meet([OTHER.game_id])))


def test_a_new_game_of_which_nothing_was_heard_is_met_before_long(cluster):
    home, away = cluster["n1"], cluster["n2"]
    follow(away, f"scoreboard.v1.league.{OTHER.league}")
    away.relay.cut()
    home.create(OTHER)
    cluster.log.is_away = True
    away.relay.mend()
    cluster.pass_time(0.1)
    assert OTHER.game_id not in away.keeper.states
    cluster.log.is_away = False
    cluster.pass_time(2.5)
    assert away.state(OTHER.game_id).seq == home.state(OTHER.game_id).seq
    home.send(LIVE, about=OTHER)
    cluster.pass_time(0.1)
    assert away.state(OTHER.game_id) == home.state(OTHER.game_id)


@pytest.fixture
def logged():
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def test_a_fault_in_a_look_is_told_and_leaves_nobody_waiting(cluster, logged):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    cluster.log.held = []
    asked = [started(away.tails.near([GAME])) for _ in range(2)]
    cluster.log.read = lambda *_: fail(ValueError("a fault of ours"))
    while cluster.log.held:
        cluster.log.held.pop(0)()
    for one in asked:
        with pytest.raises(LogUnavailable, match=GAME):
            result(one)
    assert {event["log_format"] for event in logged} == {"a look at {game} failed"}
    del cluster.log.read
    cluster.log.held = None
    away.near(GAME)
    assert away.state() == home.state()


def test_a_game_that_the_relay_refuses_is_looked_at_all_the_same(cluster, logged):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    away.relay.follow = lambda _game: fail(LocalError("redis: NOPERM no access to the channel"))
    away.near(GAME)
    assert [event["log_format"] for event in logged] == ["the relay tells nothing of {game}"]
    home.send(LIVE)
    assert away.state() != home.state()
    cluster.pass_time(2.0)
    assert away.state() == home.state()


def test_a_game_that_could_not_be_read_to_its_end_is_told_once(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    home.send(LIVE)
    cluster.log.sides = lambda _game: fail(LogUnavailable("it is away"))
    with pytest.raises(LogUnavailable, match=GAME):
        away.near(GAME)
    del cluster.log.sides
    away.near(GAME)
    assert of_game(away) == of_game(home)


def test_a_node_that_has_stopped_hears_and_looks_at_nothing(cluster):
    home, away = cluster["n1"], cluster["n2"]
    home.create()
    follow(away)
    away.relay.cut()
    away.relay.mend()
    looks = away.tails.counts.looks
    away.stop()
    home.send(LIVE)
    cluster.pass_time(5.0)
    assert (away.tails.counts.looks, away.tails.counts.told) == (looks, 0)
