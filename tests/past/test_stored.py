"""What is read of a milestone is what was written, by the same code, of the same page."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.entry_record import TEXT, WHOLE, Unfit
from scoreboard.model.alert import Alert, Moment, Told
from scoreboard.model.boxscore import StatLine
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, Lock
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import Participant, Play, PlayFacts, PlayRef, PlayState
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import FootballSituation
from scoreboard.model.status import Confidence, Status, StatusLine
from scoreboard.past.state_table import pairs
from scoreboard.past.stored import (
    Label,
    read_milestone,
    read_step,
    write_milestone,
    write_step,
)
from scoreboard.past.undoing import Milestone, Undone
from scoreboard.past.version import code_version
from scoreboard.projection.seen import Seen
from scoreboard.projection.sheet import Sheet
from scoreboard.projection.state import Adjustment, Claim, Known
from scoreboard.projection.stats import Alerts, Gain, Held, Stats
from tests.support.games import EPOCH, new_game

A, B = SourceId("arena"), SourceId("backup")
REF = PlayRef(A, "17")
PLAY = Play(PlayId("p3"), 1, 3072, PlayFacts("foul", 2, text="Ö"), PlayState.UPHELD, (REF,))
KNOWN = Known(PlayId("p3"), 1, 12345, 9, (3072, 3), 2, is_part=True)
WHO = (Side.AWAY, "x0000000001")


def alerts():
    alert = Alert("g:final", "final", 3, True, 99, PlayId("p3"), Side.HOME, 2, "g:a", "g:b")
    line = StatusLine(Status.FINAL, "2OT", "rain", 77)
    moment = Moment(Score(3, 4), line, Confidence.UNCERTAIN, 2, "2nd", 1_000)
    held = Held((PlayId("p3"),), (Gain(4, Side.AWAY, 2),), corrected=True)
    return Alerts((Told(4, 5, alert, moment, 6),), (alert,), Side.AWAY, False, 7, held)


def full():
    """A state of which nothing is as it is at first."""
    return new_game().evolved(
        seq=256,
        ts_ms=5,
        source=B,
        term=4,
        line=StatusLine(Status.HALFTIME, reason="rain"),
        period_index=2,
        clock=Clock(2, 1_000, running=True, as_of_ms=5),
        clock_cause=ClockCause.RESYNC,
        situation=FootballSituation(Side.HOME, 4, 1, 1, "GB 1"),
        plays=(PLAY,),
        refs={REF: KNOWN},
        periods=(Score(1, 2), Score(3, 4)),
        shootout=Score(1, 0),
        adjustments=(Adjustment(3072, Score(-2, 0)),),
        score_rev=3,
        authority=A,
        others={Aspect.CLOCK: B},
        mode=FeedMode.BACKUP,
        chosen=True,
        switched_ms=(3, 4),
        absorbed={REF: (Absorbed(REF, 8, 1), 9)},
        doubts=("claimed",),
        claim=Claim(PlayId("p3"), A, Score(9, 9), 4),
        held=(Score(1, 1),),
        held_shootout=Score(0, 1),
        locks=(Lock((Aspect.PLAYS,), A, None, "mine"),),
        holes=(Adjustment(1, Score(0, 1)),),
        pin=Score(1, 1),
        sheet=Sheet({WHO: 2}, {WHO: 1}, {WHO: "has 6 fouls"}, {WHO: 2}, {(Side.HOME, 3): 1}),
        seen=Seen({5: 6}, ({1: 2}, {3: 4})),
        last={"score": 4, "play": 9},
        stats=Stats({"home:": StatLine(Side.HOME, None, {"sacks": 1.5, "points": 2})}, ("home:",)),
        alerts=alerts(),
        home="n2",
    )


LABEL = Label("v1", full().meta.game_id, EPOCH, 2)
UNDONE = Undone((PLAY,), ((REF, KNOWN),), (PlayRef(B, "18"),))


def test_every_attribute_of_a_state_comes_back():
    first, state = new_game(), full()
    same = [
        a.name
        for a in attrs.fields(type(state))
        if getattr(first, a.name) == getattr(state, a.name)
    ]
    assert same == ["meta", "ruleset", "epoch"]
    read = read_milestone(LABEL, write_milestone(LABEL, Milestone(state, "c")))
    assert Milestone(state, "c") == read
    assert state.ruleset is read.state.ruleset


def test_a_count_stays_what_it_was_and_lines_stay_in_order():
    lines = {
        "home:b": StatLine(Side.HOME, Participant("x", name="B"), {"sacks": 2.0, "assists": 2}),
        "home:a": StatLine(Side.HOME, Participant("x", name="A")),
    }
    state = full().evolved(stats=Stats(lines))
    read = read_milestone(LABEL, write_milestone(LABEL, Milestone(state, "")))
    found = read.state.stats.lines
    assert list(lines) == list(found)
    assert repr(lines["home:b"].counts) == repr(found["home:b"].counts)


def test_a_step_comes_back_with_the_time_before_it():
    step = read_step(LABEL, write_step(LABEL, full(), UNDONE))
    assert (5, UNDONE) == (step.ts_ms, step.undone)


@pytest.mark.parametrize(
    "change",
    [{"version": "v2"}, {"game_id": "g0000000002"}, {"epoch": EPOCH + 1}, {"number": 3}],
    ids=lambda change: next(iter(change)),
)
def test_what_is_of_something_else_is_not_read(change):
    other = attrs.evolve(LABEL, **change)
    assert read_milestone(other, write_milestone(LABEL, Milestone(full(), ""))) is None
    assert read_step(other, write_step(LABEL, full(), UNDONE)) is None


def test_a_state_of_another_game_or_epoch_is_not_read():
    for state in (
        full().evolved(epoch=EPOCH + 1),
        full().evolved(meta=attrs.evolve(full().meta, game_id="g0000000009")),
    ):
        assert read_milestone(LABEL, write_milestone(LABEL, Milestone(state, ""))) is None


def test_what_is_damaged_anywhere_is_not_read():
    for note, read in (
        (write_milestone(LABEL, Milestone(full(), "")), read_milestone),
        (write_step(LABEL, full(), UNDONE), read_step),
    ):
        assert read(LABEL, note) is not None
        for at in range(0, len(note), 7):
            damaged = note[:at] + bytes([note[at] ^ 0x40]) + note[at + 1 :]
            assert read(LABEL, damaged) is None
            assert read(LABEL, note[:at]) is None
    assert read_milestone(LABEL, None) is None
    assert read_step(LABEL, None) is None


def test_one_kind_of_note_is_not_taken_for_the_other():
    assert read_step(LABEL, write_milestone(LABEL, Milestone(full(), ""))) is None
    assert read_milestone(LABEL, write_step(LABEL, full(), UNDONE)) is None


def test_a_map_with_odd_keys_is_written_as_pairs_and_nothing_else_is_read_for_one():
    form = pairs(WHOLE, TEXT)
    assert form.unpack(form.pack({2: "b", 1: "a"})) == {2: "b", 1: "a"}
    for wrong in ({2: "b"}, [[1]], "text", [1, 2]):
        with pytest.raises(Unfit, match="is not a list of pairs"):
            form.unpack(wrong)
    with pytest.raises(Unfit, match="is not a map"):
        form.pack([1])


def test_the_version_of_the_code_is_the_same_while_it_is_the_same():
    assert code_version() == code_version()
    assert len(code_version()) == 16
