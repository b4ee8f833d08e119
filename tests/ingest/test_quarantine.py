"""What contradicts a game waits, bounded and visible, until it fits or somebody decides."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.codec.cbor import decode_entry, encode_entry
from scoreboard.codec.fields import Malformed
from scoreboard.codec.quarantine import listing, read_hold_call
from scoreboard.codec.reports import read_message
from scoreboard.codec.shape import envelope
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest import quarantine as q
from scoreboard.ingest.intake import decide
from scoreboard.model.answer import Outcome
from scoreboard.model.clock import Clock
from scoreboard.model.event import ClockSet, Entry, HoldClosed, MetaSet, PlayAdded, StatusSet
from scoreboard.model.ids import SourceId
from scoreboard.model.message import Message, PlayReport, ScoreReport, StatusReport, VoidReport
from scoreboard.model.play import PlayFacts
from scoreboard.model.quarantine import HoldEnd
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply
from scoreboard.projection.hold import TOPIC, quarantine_publication
from tests.support.games import NOW_MS, SOURCE, basket, meta, new_game

ANN, BOB = SourceId("ann"), SourceId("bob")
START = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


@attrs.define
class Desk:
    """A game and its quarantine, as the shell keeps them, with both logs."""

    state: object = attrs.field(factory=new_game)
    held: q.Quarantine = attrs.field(factory=lambda: q.Quarantine(meta().game_id))
    side: list = attrs.field(factory=list)
    told: list = attrs.field(factory=list)
    now_ms: int = NOW_MS

    def take(self, step):
        for event in step.events:
            made = Entry(len(self.side) + 1, self.now_ms, SOURCE, 1, event)
            self.side.append(decode_entry(encode_entry(made)))
        self.held = step.quarantine
        self.state = step.state or self.state
        self.told += [(one.change, one.held.code, one.by) for one in step.told]
        return step

    def hear(self, report, source=SOURCE, raw=None, *, official=False, **options):
        raw = raw or write_message(Message(report, **options), meta())
        received = read_message(raw, meta())
        decision = decide(self.state, received, source, self.now_ms, official=official)
        step, answer = q.heard(
            self.held, decision, received, raw, source, meta(), self.now_ms, official=official
        )
        self.take(step)
        if decision.entry is not None:
            self.state = apply(self.state, decision.entry)
            self.take(q.retry(self.held, self.state, self.now_ms, {type(decision.entry.event)}))
        return answer

    def approve(self, name, by=ANN, reason="seen"):
        return self.take(q.approve(self.held, self.state, name, by, self.now_ms, reason))

    def later(self, ms):
        self.now_ms += ms
        return self.take(q.expire(self.held, self.now_ms))

    @property
    def codes(self):
        return [one.code for one in self.held.held.values()]


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def live():
    desk = Desk()
    desk.hear(START)
    return desk


def test_a_held_message_is_named_after_itself_and_resending_it_holds_no_second_copy(desk):
    first, second = desk.hear(basket("1")), desk.hear(basket("1"))
    assert first.outcome is second.outcome is Outcome.QUARANTINED
    assert first.quarantine_id == second.quarantine_id
    assert len(first.quarantine_id) == 11
    assert list(desk.held.held) == [first.quarantine_id]
    assert desk.hear(basket("1"), source=ANN).quarantine_id != first.quarantine_id


def test_st4_plays_go_in_when_the_status_comes_in_the_order_in_which_they_came(desk):
    desk.hear(basket("1", 3))
    desk.hear(basket("2", 2, Side.AWAY))
    desk.hear(START)
    assert desk.state.score == Score(3, 2)
    assert [play.refs[0].ref for play in desk.state.plays] == ["1", "2"]
    assert desk.codes == []
    assert desk.told[-2:] == [("released", "not_started", None)] * 2
    assert desk.hear(basket("1", 3)).outcome is Outcome.DUPLICATE


def test_r1_a_correction_goes_in_behind_its_play(live):
    live.hear(VoidReport("1"))
    live.hear(basket("1"))
    assert (live.state.score, live.state.plays[0].state.value) == (Score(0, 0), "voided")


def test_one_release_makes_way_for_the_next(desk):
    desk.hear(basket("1", 3))
    desk.hear(VoidReport("1"))
    assert desk.codes == ["not_started", "unknown_target"]
    desk.hear(START)
    assert (desk.codes, desk.state.score) == ([], Score(0, 0))


def test_s4_a_jump_that_plays_explain_ends_as_what_is_known_already(live):
    live.hear(ScoreReport(Score(5, 0)))
    live.hear(basket("1", 3))
    assert live.state.score == Score(5, 0), "the rest is one play's worth"
    assert live.codes == []
    live.hear(ScoreReport(Score(12, 0)))
    for ref in "234":
        live.hear(basket(ref))
    assert live.codes == [] or live.state.score == Score(12, 0)


def test_a_message_that_has_become_impossible_is_refused(live):
    live.hear(basket("1", 3))
    live.hear(ScoreReport(Score(1, 0)))
    live.hear(ScoreReport(Score(1, 0), correction=True))
    assert live.codes == []
    assert live.told[-1] == ("refused", "score_regress", None)


def test_what_waits_for_nothing_of_the_kind_is_not_judged_again(desk):
    desk.hear(basket("1"))
    assert not q.waits_for(desk.held, {PlayAdded})
    assert q.waits_for(desk.held, {PlayAdded, StatusSet})
    assert q.retry(desk.held, desk.state, NOW_MS, {PlayAdded}).events == ()


def test_what_is_still_wrong_stays(desk):
    desk.hear(basket("1"))
    step = q.retry(desk.held, desk.state, NOW_MS, {StatusSet})
    assert (step.events, step.quarantine) == ((), desk.held)


def test_a_resent_message_that_is_taken_ends_the_held_one(desk):
    name = desk.hear(basket("1")).quarantine_id
    desk.state = attrs.evolve(desk.state, line=StatusLine(Status.IN_PROGRESS))
    assert desk.hear(basket("1")).outcome is Outcome.ACCEPTED
    assert desk.told == [
        ("held", "not_started", None),
        ("resent", "not_started", None),
    ]
    assert name not in desk.held.held


class TestOfficials:
    def test_an_official_lets_a_message_in_and_the_entry_says_so(self, live):
        name = live.hear(ScoreReport(Score(9, 0))).quarantine_id
        step = live.approve(name)
        assert live.state.score == Score(9, 0)
        assert step.entries[0].flags == ("score_jump", "released")
        assert live.told[-1] == ("approved", "score_jump", ANN)
        assert step.events == (HoldClosed(name, HoldEnd.APPROVED, ANN, "seen"),)

    def test_all_that_holds_it_is_lifted(self, desk):
        odd = PlayReport("1", PlayFacts("2pt", 1, side=Side.HOME, points=3))
        name = desk.hear(odd).quarantine_id
        step = desk.approve(name)
        assert step.entries[0].flags == ("not_started", "illegal_points", "released")

    def test_what_is_not_held_cannot_be_let_in_or_dropped(self, desk):
        assert "is not held" in desk.approve("qaaaaaaaaaa").problem
        assert "is not held" in q.drop(desk.held, "qaaaaaaaaaa", ANN, "").problem

    def test_a_correction_of_nothing_cannot_be_let_in(self, live):
        name = live.hear(VoidReport("7")).quarantine_id
        assert "nothing to let in" in live.approve(name).problem

    def test_an_official_throws_a_message_away(self, live):
        name = live.hear(ScoreReport(Score(9, 0))).quarantine_id
        live.take(q.drop(live.held, name, BOB, "wrong game"))
        assert (live.codes, live.told[-1]) == ([], ("dropped", "score_jump", BOB))

    def test_a_message_that_is_let_in_too_late_is_refused(self, live):
        live.hear(basket("1", 3))
        name = live.hear(ScoreReport(Score(9, 0))).quarantine_id
        live.state = attrs.evolve(live.state, authority=BOB)
        live.approve(name)
        assert live.told[-1] == ("refused", "score_jump", ANN)

    def official(self, **options):
        desk = Desk()
        desk.hear(START)
        desk.hear(basket("1", 3))
        desk.hear(basket("2", 2, Side.AWAY))
        desk.state = attrs.evolve(desk.state, line=StatusLine(Status.OFFICIAL))
        void = VoidReport("1", reason="offside")
        return desk, desk.hear(void, **options).quarantine_id

    def test_r4_another_winner_takes_two_persons(self):
        desk, name = self.official()
        assert desk.approve(name).entries == ()
        assert desk.told[-1] == ("confirmed", "result_change", ANN)
        assert desk.approve(name).problem == "it takes another official"
        desk.approve(name, BOB)
        assert desk.state.score == Score(0, 2)
        assert desk.held.confirmed == {}

    def test_r4_the_first_word_outlives_a_restart(self):
        desk, name = self.official()
        desk.approve(name)
        desk.held = q.fold_quarantine(meta().game_id, desk.side)
        desk.approve(name, BOB)
        assert desk.state.score == Score(0, 2)

    def test_r4_an_official_who_asks_for_it_is_one_of_the_two(self):
        desk = Desk()
        desk.hear(START)
        desk.hear(basket("1", 3), source=ANN, official=True)
        desk.state = attrs.evolve(desk.state, line=StatusLine(Status.OFFICIAL))
        name = desk.hear(VoidReport("1", reason="offside"), source=ANN, official=True).quarantine_id
        assert desk.approve(name, ANN).entries == ()
        assert len(desk.approve(name, BOB).entries) == 1

    def test_a_message_that_this_version_cannot_read_stays_and_says_so(self, live):
        name = live.hear(ScoreReport(Score(9, 0))).quarantine_id
        broken = attrs.evolve(live.held.held[name], message={"type": "dance"})
        live.held = attrs.evolve(live.held, held={name: broken})
        assert live.approve(name).problem == "it cannot be read"
        live.take(q.retry(live.held, live.state, NOW_MS, {PlayAdded}))
        assert live.codes == ["score_jump"]

    def test_what_another_rule_of_corrections_holds_stays(self, live):
        name = live.hear(ScoreReport(Score(9, 0))).quarantine_id
        void = write_message(Message(VoidReport("nope")), meta())
        live.held = attrs.evolve(
            live.held, held={name: attrs.evolve(live.held.held[name], message=void)}
        )
        assert "no play 'nope'" in live.approve(name).problem


class TestTime:
    def test_officials_are_asked_once_and_then_nobody_decides(self, live):
        live.hear(ScoreReport(Score(9, 0)))
        assert q.due_ms(live.held) == NOW_MS + 10_000
        assert live.later(9_999).told == ()
        live.later(1)
        assert live.told[-1] == ("asked", "score_jump", None)
        assert live.later(0).told == ()
        assert q.due_ms(live.held) == NOW_MS + 10_000 + q.LISTED_MS
        live.later(q.LISTED_MS)
        assert (live.told[-1], live.codes) == (("expired", "score_jump", None), [])
        assert q.due_ms(live.held) is None

    def test_what_nobody_can_decide_ends_at_once(self, live):
        live.hear(VoidReport("7"))
        live.later(10_000)
        assert live.told[-1] == ("expired", "unknown_target", None)

    @pytest.mark.parametrize(
        ("report", "ms"),
        [(basket("1"), 60_000), (StatusReport(StatusLine(Status.HALFTIME)), 30_000)],
    )
    def test_each_rule_has_its_time(self, desk, report, ms):
        desk.hear(report)
        assert q.due_ms(desk.held) == NOW_MS + ms


class TestBounds:
    def test_the_oldest_of_a_source_makes_room(self, desk):
        first = desk.hear(basket("0")).quarantine_id
        for number in range(1, q.PER_SOURCE + 1):
            desk.hear(basket(str(number)))
        assert len(desk.held.held) == q.PER_SOURCE
        assert first not in desk.held.held
        assert ("displaced", "not_started", None) in desk.told

    def test_the_oldest_of_a_game_makes_room(self, desk):
        for number in range(q.PER_GAME + 1):
            desk.hear(basket(str(number)), source=SourceId(f"s{number % 5}"))
        assert len(desk.held.held) == q.PER_GAME

    def test_a_message_without_measure_is_held_without_what_we_do_not_know(self, desk):
        deep: object = 1
        for _ in range(40):
            deep = [deep]
        raw = write_message(Message(basket("1")), meta())
        name = desk.hear(basket("1"), raw=raw | {"ext": {"deep": deep}}).quarantine_id
        assert desk.held.held[name].message == raw
        shallow = raw | {"ext": [{"a": [1, None]}], "provider_play_id": "2"}
        name = desk.hear(basket("2"), raw=shallow).quarantine_id
        assert desk.held.held[name].message == shallow
        desk.hear(START)
        assert len(desk.state.plays) == 2


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_side_log_tells_the_quarantine_whatever_happened(data):
    desk = Desk()
    reports = [basket(str(n)) for n in range(4)] + [VoidReport("9"), ScoreReport(Score(9, 0))]
    for _ in range(data.draw(st.integers(1, 12))):
        action = data.draw(st.sampled_from(["hear", "hear", "start", "approve", "drop", "later"]))
        name = next(iter(desk.held.held), "qaaaaaaaaaa")
        if action == "hear":
            desk.hear(data.draw(st.sampled_from(reports)))
        elif action == "start":
            desk.hear(START)
        elif action == "approve":
            desk.approve(name)
        elif action == "drop":
            desk.take(q.drop(desk.held, name, ANN, ""))
        else:
            desk.later(data.draw(st.sampled_from([5_000, 60_000, 1_000_000])))
    again = q.fold_quarantine(meta().game_id, desk.side)
    assert attrs.evolve(desk.held, asked=frozenset()) == again
    assert len(desk.side) == sum(change != "asked" for change, _, _ in desk.told)


def test_entries_that_are_no_business_of_the_quarantine_change_nothing():
    empty = q.Quarantine(meta().game_id)
    for event in (MetaSet(meta()), HoldClosed("qaaaaaaaaaa", HoldEnd.DROPPED)):
        assert q.apply(empty, event) == empty


def test_rules_that_hold_say_what_they_wait_for():
    from scoreboard.rules.catalogue import CATALOGUE

    holding = {rule.id for rule in CATALOGUE if Outcome.QUARANTINED in rule.outcomes}
    assert set(q.TERMS) | set(q.WAITS) <= holding
    assert holding - set(q.WAITS) == {"S3", "R4", "Q3"}, "only a person can decide about these"


class TestWords:
    def test_operators_are_told_with_the_message_as_it_came(self, desk):
        name = desk.hear(basket("1")).quarantine_id
        told = q.QuarantinePayload("held", desk.held.held[name], None, "why", 1)
        published = quarantine_publication(meta().game_id, told, 7, 1, NOW_MS)
        whole = envelope(published)
        assert (published.topic, whole["type"]) == (TOPIC, "quarantine")
        assert (whole["data"]["change"], whole["data"]["waiting"]) == ("held", 1)
        assert whole["data"]["held"]["message"]["provider_play_id"] == "1"
        assert whole["data"]["held"]["rule"] == "ST4"

    def test_a_list_says_what_is_over_time(self, desk):
        desk.hear(basket("1"))
        now, later = (
            listing(meta().game_id, desk.held.held.values(), desk.now_ms + ms)["held"][0]
            for ms in (0, 60_000)
        )
        assert (now["expired"], later["expired"]) == (False, True)

    def test_a_call_names_the_game_the_message_and_a_reason(self):
        call = {"game_id": "g0000000001", "quarantine_id": "qaaaaaaaaaa", "reason": "seen"}
        assert read_hold_call(call).reason == "seen"
        with pytest.raises(Malformed, match="reason: is missing"):
            read_hold_call(call | {"reason": None})


def test_a_clock_that_only_runs_waits_for_the_clock(live):
    live.hear(PlayReport("1", PlayFacts("foul", 1, clock_ms=60_000)))
    raw = {"type": "clock", "period_index": 1, "value_ms": 90_000, "cause": "resync"}
    live.hear(None, raw=raw)
    assert live.codes == ["clock_increase"]
    event = ClockSet(Clock(1, 95_000), live.state.clock_cause)
    live.state = apply(live.state, Entry(live.state.seq + 1, NOW_MS, SOURCE, 1, event))
    live.take(q.retry(live.held, live.state, NOW_MS, {ClockSet}))
    assert (live.codes, live.state.clock.value_ms) == ([], 90_000)
