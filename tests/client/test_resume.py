"""What `client.resume` gives out: each publication once, in order, without a gap."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.client.board import Board
from scoreboard.client.reading import Mode, Snapshot, Synced
from scoreboard.client.resume import CRITICAL, TRANSITIONS, Input, Resume, Stage, _Game
from scoreboard.model.errors import LocalError
from scoreboard.model.message import StatusReport, VoidReport
from scoreboard.model.status import Status, StatusLine
from tests.client.origin import GAME, Origin, read, synced
from tests.client.reports import REPORTS
from tests.support.games import EPOCH, basket


def catch_up(resume, origin):
    """Ask for what is wanted until nothing is; everything that is given out."""
    shown = []
    while wanted := resume.wanted():
        resume.asked(wanted)
        for at in wanted.values():
            restored = resume.answered(synced(origin, at))
            if restored.snapshot is not None:
                shown.append(restored.snapshot)
            shown.extend(restored.events)
    return shown


def live(*reports):
    """A game, and a follower of it that is up to date."""
    origin, resume = Origin(), Resume()
    origin.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    for report in reports:
        origin.hear(report)
    resume.follow(GAME)
    catch_up(resume, origin)
    return origin, resume


def give(resume, events):
    return [shown for event in events for shown in resume.received(event)]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("cause", Input)
def test_a_game_does_what_the_table_says_and_nothing_else(stage, cause):
    game = _Game(stage)
    if (stage, cause) in TRANSITIONS:
        game.turn(cause)
        assert TRANSITIONS[stage, cause] is game.stage
    else:
        with pytest.raises(LocalError):
            game.turn(cause)


def test_a_game_that_is_followed_is_wanted_with_nothing():
    resume = Resume()
    resume.follow(GAME)
    assert resume.wanted() == {GAME: None}


def test_a_snapshot_is_shown_first_and_what_was_held_after_it():
    origin, resume = Origin(), Resume()
    resume.follow(GAME)
    assert give(resume, read(origin.hear(basket("1")))) == []
    resume.asked([GAME])
    answer = synced(origin, None)
    later = read(origin.hear(basket("2")))
    assert give(resume, later) == []
    restored = resume.answered(answer)
    assert restored.snapshot.seq == 2
    assert list(restored.events) == later


def test_what_a_snapshot_covers_is_not_shown_again():
    origin, resume = live(basket("1"))
    assert give(resume, read(origin.events())) == []
    assert resume.counts()[GAME].repeats == 0


def test_a_live_event_is_shown_at_once():
    origin, resume = live()
    events = read(origin.hear(basket("1")))
    assert give(resume, events) == events


def test_an_event_that_comes_again_is_shown_once_and_counted():
    origin, resume = live()
    events = read(origin.hear(basket("1")))
    assert give(resume, events + events) == events
    assert resume.counts()[GAME].repeats == len(events)


def test_an_event_of_a_game_that_nobody_follows_makes_it_wanted():
    resume = Resume()
    assert give(resume, read(Origin().events())) == []
    assert resume.wanted() == {GAME: None}


@pytest.mark.parametrize("kind", sorted(CRITICAL & {"play", "score", "shot"}))
def test_a_hole_in_a_critical_topic_is_asked_for_and_filled(kind):
    origin, resume = live()
    before = [e for e in read(origin.hear(basket("1"))) if e.kind != kind]
    after = read(origin.hear(basket("2")))
    missing = [e for e in read(origin.events()) if e.kind == kind and e.seq == 3]
    assert bool(missing) is (kind != "shot")
    give(resume, before)
    shown = give(resume, after)
    if not missing:
        assert shown == after
        return
    assert list(resume.wanted()) == [GAME]
    shown += catch_up(resume, origin)
    assert [e for e in shown if e.kind == kind and e.seq == 4]
    assert resume.counts()[GAME].holes == 1


def test_a_jump_in_a_state_that_may_be_merged_is_no_hole():
    origin, resume = live()
    origin.hear(basket("1", clock_ms=600_000))
    clock = [e for e in read(origin.hear(basket("2", clock_ms=500_000))) if e.kind == "clock"]
    assert clock[0].prev == 3
    assert give(resume, clock) == clock


def test_a_follower_of_some_topics_sees_no_holes_where_it_does_not_look():
    origin, resume = live()
    shown = []
    for n in range(5):
        events = [e for e in read(origin.hear(basket(str(n)))) if e.kind == "score"]
        shown += give(resume, events)
    assert [e.prev for e in shown] == [1, 3, 4, 5, 6]
    assert resume.wanted() == {}


def test_a_link_that_breaks_within_an_entry_asks_for_that_entry_again():
    origin, resume = live()
    play, *rest = read(origin.hear(basket("1")))
    assert give(resume, [play]) == [play]
    resume.lost()
    assert resume.wanted() == {GAME: [EPOCH, play.seq - 1]}
    assert catch_up(resume, origin) == rest


def test_what_is_held_when_the_link_breaks_is_forgotten_and_comes_again():
    origin, resume = live()
    resume.lost()
    missed = read(origin.hear(basket("1")))
    give(resume, missed)
    resume.lost()
    assert catch_up(resume, origin) == missed


def test_a_hole_among_what_was_held_is_asked_for_again():
    origin, resume = live()
    resume.lost()
    resume.asked([GAME])
    answer = synced(origin, [EPOCH, origin.seq])
    origin.hear(basket("lost"))
    give(resume, read(origin.hear(basket("2"))) + read(origin.hear(basket("3"))))
    assert resume.answered(answer).events == ()
    assert list(resume.wanted()) == [GAME]
    plays = [event.seq for event in catch_up(resume, origin) if event.kind == "play"]
    assert plays == [3, 4, 5]


def test_a_log_that_lost_history_is_shown_anew():
    origin, resume = live(basket("1"))
    give(resume, read(origin.hear(basket("2"))))
    anew = Origin(epoch=EPOCH + 1)
    events = read(anew.hear(basket("1")))
    assert give(resume, events) == []
    shown = catch_up(resume, anew)
    assert [(s.epoch, s.seq) for s in shown] == [(EPOCH + 1, 2)]
    after = read(anew.hear(basket("9")))
    assert give(resume, after) == after


def test_held_events_of_an_epoch_that_is_gone_are_dropped():
    origin, resume = live()
    resume.lost()
    give(resume, read(origin.hear(basket("1"))))
    anew = Origin(epoch=EPOCH + 1)
    assert [s.epoch for s in catch_up(resume, anew)] == [EPOCH + 1]


def test_a_server_that_is_behind_takes_nothing_back():
    origin, resume = live(basket("1"))
    behind = synced(origin, None)
    events = read(origin.hear(basket("2"))) + read(origin.hear(basket("3")))
    give(resume, events)
    resume.lost()
    resume.asked([GAME])
    assert resume.answered(behind).snapshot is None
    resume.lost()
    assert resume.wanted() == {GAME: [EPOCH, events[-1].seq - 1]}


def test_a_game_that_stands_by_a_slate_needs_no_sync():
    origin, resume = Origin(), Resume()
    give(resume, read(origin.events()))
    held = read(origin.hear(basket("1")))
    give(resume, held)
    assert resume.stand(GAME, EPOCH, 1) == tuple(held)
    assert resume.wanted() == {}


def test_a_slate_does_not_take_the_place_of_what_is_known():
    origin, resume = live(basket("1"))
    resume.lost()
    assert resume.stand(GAME, EPOCH, 1) == ()
    assert resume.wanted() == {GAME: [EPOCH, origin.seq]}


def test_a_kind_that_is_not_known_is_passed_on():
    origin, resume = live()
    event = read(origin.hear(basket("1")))[0]
    other = attrs.evolve(event, kind="weather", prev=99)
    assert give(resume, [other, other]) == [other, other]


def test_a_game_that_is_dropped_is_wanted_no_longer():
    resume = Resume()
    resume.follow(GAME)
    resume.drop(GAME)
    assert resume.wanted() == {}
    assert resume.counts() == {}


def test_an_answer_about_an_unknown_game_is_no_answer():
    with pytest.raises(LocalError):
        Resume().answered(Synced(GAME, Mode.UNKNOWN, 0, 0))


def test_counts_of_games_add_up():
    origin, resume = live(basket("1"))
    give(resume, read(origin.hear(VoidReport("1"))))
    counts = resume.counts()[GAME]
    assert (counts + counts).events == 2 * counts.events > 0


# What the network may do between two reports.
ACTS = st.lists(
    st.sampled_from(["publish", "publish", "deliver", "deliver", "deliver"])
    | st.sampled_from(["ask", "repeat", "break", "forget"]),
    max_size=120,
)


@attrs.define
class Line:
    """
    A connection between one game and one follower: what was sent and not yet delivered.

    Attributes:
        kinds: what is subscribed.
        shown: everything that the follower was given.
    """

    kinds: frozenset[str]
    origin: Origin = attrs.field(factory=Origin)
    resume: Resume = attrs.field(factory=Resume)
    board: Board = attrs.field(factory=Board)
    queue: list = attrs.field(factory=list)
    shown: list = attrs.field(factory=list)

    def publish(self, report):
        self.queue += [e for e in read(self.origin.hear(report)) if e.kind in self.kinds]

    def ask(self):
        wanted = self.resume.wanted()
        self.resume.asked(wanted)
        self.queue += [synced(self.origin, at) for at in wanted.values()]

    def deliver(self):
        if not self.queue:
            return
        message = self.queue.pop(0)
        if isinstance(message, Synced):
            restored = self.resume.answered(message)
            if restored.snapshot is not None:
                self.board.restore(restored.snapshot, 0.0, 0)
                self.shown.append(restored.snapshot)
            self.show(restored.events)
        else:
            self.show(self.resume.received(message))

    def show(self, events):
        for event in events:
            self.board.apply(event, 0.0)
            self.shown.append(event)

    def lose(self):
        self.queue.clear()
        self.resume.lost()

    def settle(self):
        while self.queue or self.resume.wanted():
            self.ask()
            while self.queue:
                self.deliver()


def run(line, reports, acts):
    reports = list(reports)
    line.resume.follow(GAME)
    for act in acts:
        match act:
            case "publish" if reports:
                line.publish(reports.pop(0))
            case "deliver":
                line.deliver()
            case "ask":
                line.ask()
            case "repeat" if line.queue and not isinstance(line.queue[-1], Synced):
                line.queue.append(line.queue[-1])
            case "break":
                line.lose()
            case "forget":
                line.origin.oldest = line.origin.seq
    for report in reports:
        line.publish(report)
    line.settle()


def truth(origin):
    board = Board()
    for event in read(origin.events()):
        board.apply(event, 0.0)
    return board.games[GAME]


@settings(max_examples=300, deadline=None)
@given(REPORTS, ACTS)
def test_whatever_the_network_does_everything_is_shown_once_and_in_order(reports, acts):
    line = Line(CRITICAL | {"clock", "situation", "meta"})
    run(line, reports, acts)
    base, last = 0, {}
    for one in line.shown:
        if isinstance(one, Snapshot):
            base, last = max(base, one.seq), {}
        else:
            assert one.seq > last.get(one.kind, 0)
            if one.kind in CRITICAL:
                assert one.prev <= max(base, last.get(one.kind, 0))
            last[one.kind] = one.seq
    wanted = truth(line.origin)
    found = line.board.games[GAME]
    assert wanted.points == found.points
    assert (wanted.state, wanted.standing.status) == (found.state, found.standing.status)
    assert wanted.plays.keys() == found.plays.keys()
    assert {p.play_id: (p.rev, p.state, p.points) for p in wanted.plays.values()} == {
        p.play_id: (p.rev, p.state, p.points) for p in found.plays.values()
    }
    assert line.resume.counts()[GAME].holes == 0


@settings(max_examples=200, deadline=None)
@given(REPORTS, ACTS)
def test_a_follower_of_scores_alone_ends_with_the_right_score(reports, acts):
    line = Line(frozenset({"score", "status"}))
    run(line, reports, acts)
    assert truth(line.origin).points == line.board.games[GAME].points
    assert line.resume.counts()[GAME].holes == 0


@settings(max_examples=200, deadline=None)
@given(REPORTS, st.integers(0, 200))
def test_a_critical_event_that_is_lost_is_noticed_by_the_next_of_its_kind(reports, which):
    origin, resume = Origin(), Resume()
    resume.follow(GAME)
    catch_up(resume, origin)
    events = [event for report in reports for event in read(origin.hear(report))]
    critical = [event for event in events if event.kind in CRITICAL]
    if not critical:
        return
    lost = critical[which % len(critical)]
    shown = give(resume, [event for event in events if event is not lost])
    noticed = any(event.kind == lost.kind and event.seq > lost.seq for event in events)
    assert noticed is bool(resume.counts()[GAME].holes)
    shown += catch_up(resume, origin)
    if noticed:
        assert [e for e in critical if e.kind == lost.kind] == [
            e for e in shown if e.kind == lost.kind
        ]
