"""Who is believed, what is doubted, held and locked: all of it a fold of the log."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.shape import envelope, snapshot
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.event import (
    ClockSet,
    DoubtSet,
    FeedModeSet,
    FeedSwitched,
    HoldClosed,
    HoldSet,
    HomeMoved,
    LockReleased,
    LockSet,
    PeriodSet,
    PlayAdded,
    PlayReviewed,
    PlaysLinked,
    ScoreSet,
)
from scoreboard.model.feed import Absorbed, Aspect, FeedMode, Lock, PlayLink
from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.message import ScoreReport
from scoreboard.model.play import Play, PlayFacts, PlayRef, PlayState
from scoreboard.model.quarantine import HoldEnd
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Confidence
from scoreboard.projection.fold import apply
from scoreboard.projection.publish import step
from scoreboard.projection.trust import SWITCHES
from scoreboard.projection.view import score_of, snapshot_of, status_of
from tests.support.games import EPOCH, HOME, SOURCE, Game, basket, entry

BACKUP = SourceId("backup")
ANN = SourceId("ann")
REF = PlayRef(BACKUP, "b1")


def started(*reports):
    game = Game()
    for report in reports or (basket("1"),):
        game.hear(report)
    return game.state


def after(state, *events, source=SOURCE, official=False):
    for event in events:
        made = attrs.evolve(entry(state.seq + 1, event, source), official=official)
        state = apply(state, made)
    return state


def told(state, event, **options):
    """Kind -> data of what is published of `event`."""
    made = attrs.evolve(entry(state.seq + 1, event), **options)
    _, published = step(state, made, EPOCH)
    return {one.kind: envelope(one)["data"] for one in published}


def switch(aspect=Aspect.PLAYS, to=BACKUP, mode=FeedMode.BACKUP, **options):
    return FeedSwitched(aspect, to, SOURCE, mode, "silent", **options)


def test_the_first_feed_that_speaks_is_believed_for_everything():
    state = started()
    assert [state.believed(aspect) for aspect in Aspect] == [SOURCE] * 3


def test_an_official_who_speaks_first_is_no_feed():
    state = after(Game().state, HoldSet(held=True, reason=""), source=ANN, official=True)
    assert state.authority is None


def test_a_switch_changes_who_is_believed_for_the_plays():
    state = after(started(), switch())
    assert (state.authority, state.mode) == (BACKUP, FeedMode.BACKUP)
    assert state.believed(Aspect.CLOCK) == BACKUP


def test_automatic_switches_are_remembered_up_to_a_number_and_those_by_hand_are_not():
    state = after(started(), *[switch()] * (SWITCHES + 2))
    assert len(state.switched_ms) == SWITCHES
    assert after(started(), switch(automatic=False)).switched_ms == ()


def test_the_clock_may_have_an_authority_of_its_own_and_give_it_back():
    state = after(started(), switch(Aspect.CLOCK))
    assert (state.authority, state.believed(Aspect.CLOCK)) == (SOURCE, BACKUP)
    assert after(state, switch(Aspect.CLOCK, SOURCE)).others == {}


def test_a_clock_of_a_console_is_not_moved_by_plays():
    state = after(
        started(), switch(Aspect.CLOCK), ClockSet(Clock(1, 500_000, running=True), ClockCause.START)
    )
    play = Play(PlayId("p9"), 0, 9_000, PlayFacts("foul", 1, clock_ms=490_000))
    moved = after(state, PlayAdded(play))
    assert (moved.clock, moved.clock_cause) == (state.clock, ClockCause.START)
    assert after(started(), PlayAdded(play)).clock.value_ms == 490_000


def test_a_mode_is_set_without_a_switch():
    state = after(started(), FeedModeSet(FeedMode.LATCHED, "too many"))
    assert (state.mode, state.authority) == (FeedMode.LATCHED, SOURCE)


def test_a_link_gives_a_play_a_second_name():
    state = after(started(), PlaysLinked((PlayLink(REF, PlayId("p2"), 5, 1),)))
    known = state.refs[REF]
    assert (known.play_id, known.digest, known.source_rev, known.is_part) == ("p2", 5, 1, False)
    assert state.plays[0].refs == (PlayRef(SOURCE, "1"), REF)
    again = after(state, PlaysLinked((PlayLink(REF, PlayId("p2"), 6, 2),)))
    assert again.refs[REF].digest == 6
    assert again.plays[0].refs == state.plays[0].refs


def test_a_correction_by_one_source_leaves_what_another_has_said():
    state = after(started(), PlaysLinked((PlayLink(REF, PlayId("p2"), 5, 1),)))
    game = Game(state)
    game.hear(basket("1", 3, rev=1))
    assert (game.state.refs[REF].digest, game.state.refs[REF].rev) == (5, 1)
    assert game.state.refs[PlayRef(SOURCE, "1")].source_rev == 1


def test_a_link_to_no_play_is_a_fault_of_ours():
    with pytest.raises(LocalError, match="p77 is not in the log"):
        after(started(), PlaysLinked((PlayLink(REF, PlayId("p77")),)))


def test_what_the_score_has_already_is_remembered_by_name():
    absorbed = Absorbed(REF, 5)
    state = after(started(), switch(absorbed=(absorbed,)))
    assert state.absorbed == {REF: (absorbed, 3)}
    assert after(started(), PlaysLinked()).refs == started().refs


def test_doubts_open_and_close():
    state = started()
    open_ = after(state, DoubtSet("conflict", is_open=True, reason=""))
    assert (open_.doubts, open_.confidence) == (("conflict",), Confidence.UNCERTAIN)
    assert after(open_, DoubtSet("conflict", is_open=True, reason="")).doubts == ("conflict",)
    closed = after(open_, DoubtSet("conflict", is_open=False, reason=""))
    assert (closed.doubts, closed.confidence) == ((), Confidence.CONFIRMED)
    assert after(closed, DoubtSet("level", is_open=False, reason="")).doubts == ()


def test_a_review_of_points_is_a_doubt_until_it_ends():
    state = after(started(), PlayReviewed(PlayId("p2"), 1, PlayState.UNDER_REVIEW, "video"))
    assert (state.doubts, state.confidence) == (("review:p2",), Confidence.UNDER_REVIEW)
    upheld = after(state, PlayReviewed(PlayId("p2"), 2, PlayState.UPHELD, "stands"))
    assert (upheld.doubts, upheld.score, upheld.plays[0].rev) == ((), Score(2, 0), 2)


def test_a_review_of_no_points_is_no_doubt():
    state = started(basket("1"))
    state = after(state, PlayAdded(Play(PlayId("p3"), 0, 4096, PlayFacts("foul", 1))))
    state = after(state, PlayReviewed(PlayId("p3"), 1, PlayState.UNDER_REVIEW, ""))
    assert state.doubts == ()


def test_a_review_of_no_play_is_a_fault_of_ours():
    with pytest.raises(LocalError, match="p9 is not in the log"):
        after(started(), PlayReviewed(PlayId("p9"), 1, PlayState.CONFIRMED, ""))


def doubting() -> Game:
    """2-0, where the source has shown 4-0 and that is doubted."""
    state = started(basket("1", score_after=Score(4, 0)))
    return Game(after(state, DoubtSet("claimed", True, "S6")))


def test_the_doubt_of_a_running_score_ends_when_it_is_ours():
    game = doubting()
    game.hear(basket("2"))
    assert game.state.doubts == ("claimed",)
    game.hear(basket("3", score_after=Score(6, 0)))
    assert (game.state.doubts, game.state.claim) == ((), None)


def test_the_doubt_of_a_running_score_ends_when_points_explain_it():
    game = doubting()
    game.hear(basket("1", 3, rev=1))
    assert game.state.doubts == ("claimed",)
    game.hear(ScoreReport(Score(4, 0)))
    assert (game.state.doubts, game.state.claim) == ((), None)


def test_a_held_score_stands_still_for_the_public():
    state = after(started(), HoldSet(held=True, reason="video"))
    moved = after(state, ScoreSet(Score(5, 0), Score(3, 0), 1, correction=True, reason="x"))
    assert (moved.score, moved.public_score, moved.public_periods) == (
        Score(5, 0),
        Score(2, 0),
        (Score(2, 0),),
    )
    assert (status_of(moved).public_hold, status_of(moved).score) == (True, Score(2, 0))
    assert score_of(moved, None).home.points == 2
    assert after(moved, HoldSet(held=True, reason="again")).public_score == Score(2, 0)
    free = after(moved, HoldSet(held=False, reason="stands"))
    assert (free.public_score, status_of(free).public_hold) == (Score(5, 0), False)


def test_an_official_has_one_lock_and_releases_it():
    first = Lock((Aspect.STATUS,), ANN, None, "mine")
    second = Lock((Aspect.PLAYS,), ANN, 5, "all mine")
    other = Lock((Aspect.CLOCK,), SourceId("bob"), None, "")
    state = after(started(), LockSet(first), LockSet(other), LockSet(second))
    assert state.locks == (other, second)
    assert after(state, LockReleased(ANN, "done")).locks == (other,)


def test_an_official_may_set_the_period_back():
    state = started(basket("1", period=3))
    assert after(state, PeriodSet(2, "slip")).period_index == 2


def test_entries_of_the_side_log_change_nothing_and_tell_nothing():
    state = started()
    moved = after(state, HoldClosed("qaaaaaaaaaa", HoldEnd.DROPPED))
    assert attrs.evolve(moved, seq=state.seq, ts_ms=state.ts_ms) == state
    assert told(state, HoldClosed("qaaaaaaaaaa", HoldEnd.DROPPED)) == {}


@pytest.mark.parametrize(
    ("event", "kinds"),
    [
        (switch(), ["feed"]),
        (FeedModeSet(FeedMode.DARK, ""), ["feed"]),
        (PlaysLinked(), ["feed"]),
        (DoubtSet("level", is_open=True, reason=""), ["score", "feed"]),
        (LockSet(Lock((), ANN, None, "")), ["feed"]),
        (LockReleased(ANN, ""), ["feed"]),
        (HomeMoved("n2", "n1"), ["feed"]),
        (HoldSet(held=True, reason=""), ["status", "score", "slate"]),
        (PeriodSet(2, ""), ["status", "correction", "slate"]),
        (
            PlayReviewed(PlayId("p2"), 1, PlayState.UNDER_REVIEW, ""),
            ["play", "correction", "score", "feed"],
        ),
    ],
)
def test_each_entry_tells_what_it_changes(event, kinds):
    assert list(told(started(), event)) == kinds


def test_the_node_that_writes_is_known_from_the_log():
    assert started().home == ""
    assert after(started(), HomeMoved("n2", "")).home == "n2"


def test_feed_says_who_is_believed_and_what_is_doubted_and_locked():
    state = after(
        started(),
        switch(Aspect.CLOCK),
        LockSet(Lock((Aspect.STATUS,), ANN, 1_790_000_000_000, "mine")),
    )
    expected = {
        "authority": SOURCE,
        "term": 1,
        "mode": "primary",
        "aspects": {"plays": SOURCE, "clock": BACKUP, "status": SOURCE},
        "confidence": "uncertain",
        "doubts": ["level"],
        "locks": [
            {
                "aspects": ["status"],
                "by": "ann",
                "until": "2026-09-21T14:13:20.000Z",
                "reason": "mine",
            }
        ],
    }
    event = DoubtSet("level", is_open=True, reason="")
    assert told(state, event)["feed"] == expected
    assert snapshot(snapshot_of(after(state, event)))["feed"] == expected


def test_a_held_score_is_marked_on_the_wire():
    data = told(started(), HoldSet(held=True, reason="video"))
    assert data["status"]["public_hold"] is True
    assert data["status"]["score"] == {"home": 2, "away": 0}


def test_a_review_and_a_period_are_corrections_with_their_kind_and_author():
    state = started()
    review = PlayReviewed(PlayId("p2"), 1, PlayState.UNDER_REVIEW, "video")
    data = told(state, review, source=ANN, official=True)["correction"]
    assert (data["kind"], data["by"], data["target"]) == (
        "review.under_review",
        "official:ann",
        "p2",
    )
    assert data["changes"] == [{"path": "/state", "from": "provisional", "to": "under_review"}]
    data = told(state, PeriodSet(2, "slip"))["correction"]
    assert (data["kind"], data["reason"], data["by"]) == ("period.set", "slip", SOURCE)
    assert told(state, PeriodSet(2, ""))["slate"]["home"]["team_id"] == HOME
    assert Side.HOME.value == "home"
