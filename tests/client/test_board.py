"""What the follower's board shows."""

from __future__ import annotations

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.client.board import Board, GameView
from scoreboard.client.reading import read_envelope, read_snapshot
from scoreboard.client.view_reading import read_line
from scoreboard.model.clock import Clock
from scoreboard.model.message import ClockReport, ScoreReport, StatusReport, VoidReport
from scoreboard.model.play import PlayState
from scoreboard.model.side import Score, Side
from scoreboard.model.status import State, Status, StatusLine
from tests.client.origin import GAME, Origin, read
from tests.client.reports import REPORTS
from tests.support.games import EPOCH, NOW_MS, basket


def shown(events, now_s=0.0):
    board = Board()
    for event in events:
        board.apply(event, now_s)
    return board.games[GAME]


def started(*reports):
    origin = Origin()
    origin.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    for report in reports:
        origin.hear(report)
    return origin


def restored(origin, now_s=0.0, wall_ms=NOW_MS):
    board = Board()
    board.restore(read_snapshot(origin.state()), now_s, wall_ms)
    return board.games[GAME]


@settings(max_examples=150, deadline=None)
@given(REPORTS, st.randoms(use_true_random=False))
def test_the_same_events_give_the_same_board_in_any_order_and_number(reports, random):
    origin = Origin()
    for report in reports:
        origin.hear(report)
    events = read(origin.events())
    mixed = events + random.choices(events, k=len(events) // 2)
    random.shuffle(mixed)
    assert shown(events) == shown(mixed)


@settings(max_examples=100, deadline=None)
@given(REPORTS)
def test_a_snapshot_and_the_events_show_the_same_game(reports):
    origin = Origin()
    for report in reports:
        origin.hear(report)
    ours, theirs = shown(read(origin.events())), restored(origin)
    assert (ours.points, ours.teams, ours.state, ours.league, ours.seq) == (
        theirs.points,
        theirs.teams,
        theirs.state,
        theirs.league,
        theirs.seq,
    )
    assert [p.play_id for p in ours.last_plays(99)] == [p.play_id for p in theirs.last_plays(99)]


def test_an_older_score_does_not_take_the_place_of_a_newer_one():
    events = read(started(basket("1"), basket("2")).events())
    assert shown([*events, events[2]]).points == Score(4, 0)


def test_a_score_is_shown_by_periods():
    origin = started(basket("1", 3), basket("2", 2, Side.AWAY, period=2))
    view = shown(read(origin.events()))
    assert view.score.value.periods == (Score(3, 0), Score(0, 2))


def test_a_voided_play_stays_and_says_why():
    origin = started(basket("1"), VoidReport("1", overturned=True, reason="review: foot on line"))
    view = shown(read(origin.events()))
    play = view.last_plays(1)[0]
    assert (play.state, view.why(play)) == (PlayState.OVERTURNED, "review: foot on line")
    assert view.points == Score()


def test_a_play_that_was_not_corrected_has_no_reason():
    view = shown(read(started(basket("1")).events()))
    assert view.why(view.last_plays(1)[0]) is None


def test_late_plays_stand_where_they_belong():
    origin = started(basket("1", order=10), basket("3", order=30), basket("2", order=20))
    plays = shown(read(origin.events())).last_plays(2)
    assert [play.order for play in plays] == [20, 30]


def test_a_correction_of_the_score_alone_is_shown():
    origin = started(ScoreReport(Score(1, 0), correction=True, reason="scorer's slip"))
    view = shown(read(origin.events()))
    assert [("scorer's slip", None, Score(1, 0))] == [
        (one.reason, one.target, one.after) for one in view.corrections.values()
    ]


def clocked(value_ms, *, running=True, as_of_ms=NOW_MS + 3000):
    return started(ClockReport(Clock(1, value_ms, running, as_of_ms)))


def test_a_running_clock_ticks_by_the_followers_own_clock():
    view = shown(read(clocked(60_000).events()), now_s=100.0)
    assert [view.clock_ms(100.0), view.clock_ms(101.5), view.clock_ms(200.0)] == [60_000, 58_500, 0]


def test_a_standing_clock_stands():
    view = shown(read(clocked(60_000, running=False).events()), now_s=100.0)
    assert view.clock_ms(200.0) == 60_000


def test_a_reading_that_was_late_at_the_server_is_shown_as_it_is_now():
    # The log has it at NOW_MS + 3000.
    view = shown(read(clocked(60_000, as_of_ms=NOW_MS + 1000).events()), now_s=100.0)
    assert view.clock_ms(100.0) == 58_000


def test_a_recording_of_years_ago_is_shown_as_it_was_read():
    view = shown(read(clocked(60_000, as_of_ms=NOW_MS - 10**11).events()), now_s=100.0)
    assert view.clock_ms(100.0) == 60_000


def test_the_clock_of_a_snapshot_is_as_old_as_the_time_of_day_says():
    view = restored(clocked(60_000), now_s=100.0, wall_ms=NOW_MS + 13_000)
    assert view.clock_ms(101.0) == 49_000


def test_a_clock_that_counts_up_goes_up():
    view = shown(read(clocked(60_000).events()), now_s=0.0)
    up = attrs.evolve(view.clock.value, direction=type(view.clock.value.direction).UP)
    assert up.shown_ms(2.0) == 62_000


def test_a_game_that_is_known_by_its_line_alone_shows_the_line():
    origin = started(basket("1", clock_ms=300_000))
    board = Board()
    board.show_line(read_line(origin.line()), EPOCH, origin.seq)
    view = board.games[GAME]
    assert (view.points, view.state, view.league) == (Score(2, 0), State.IN, "nba_")
    assert [team.abbrev for team in view.teams] == ["HOM", "AWY"]
    assert view.clock_ms(0.0) == 300_000


def test_a_line_of_a_new_epoch_begins_anew():
    origin = started(basket("1"))
    board = Board()
    board.show_line(read_line(origin.line()), EPOCH, 9)
    board.show_line(read_line(Origin().line()), EPOCH + 1, 1)
    assert board.games[GAME].points == Score()


def test_an_event_of_another_epoch_is_not_mixed_in():
    board = Board()
    for event in read(started(basket("1")).events()):
        board.apply(event, 0.0)
    before = board.games[GAME]
    stray = read_envelope(started(basket("1"), basket("2")).events()[-1] | {"epoch": EPOCH + 1})
    board.apply(stray, 0.0)
    assert board.games[GAME] == before


def test_a_snapshot_of_a_new_epoch_takes_the_place_of_everything():
    board = Board()
    for event in read(started(basket("1"), basket("2")).events()):
        board.apply(event, 0.0)
    board.restore(read_snapshot(Origin(epoch=EPOCH + 1).state()), 0.0, NOW_MS)
    view = board.games[GAME]
    assert (view.epoch, view.points, view.plays) == (EPOCH + 1, Score(), {})


def test_a_snapshot_that_is_behind_takes_nothing_back():
    origin = started(basket("1"))
    old = read_snapshot(origin.state())
    origin.hear(basket("2"))
    board = Board()
    for event in read(origin.events()):
        board.apply(event, 0.0)
    board.restore(old, 0.0, NOW_MS)
    assert board.games[GAME].points == Score(4, 0)
    assert len(board.games[GAME].plays) == 2


def test_a_type_that_is_not_known_changes_nothing_but_the_position():
    event = read(started().events())[-1]
    view = shown([attrs.evolve(event, kind="weather", seq=40)])
    assert (view.seq, view.points) == (40, Score())


def test_a_game_that_is_dropped_is_gone():
    board = Board()
    board.apply(read(started().events())[0], 0.0)
    board.drop(GAME)
    assert board.games == {}


def test_a_game_of_which_nothing_is_known_shows_nothing():
    view = GameView(GAME, EPOCH)
    assert (view.league, view.points, view.standing, view.state) == ("", Score(), None, State.PRE)
    assert (view.start_ms, view.clock_ms(0.0), view.last_plays(5)) == (None, None, ())
    assert [team.abbrev for team in view.teams] == ["?", "?"]


def test_the_clock_of_the_last_score_is_shown_until_a_clock_is_told():
    origin = started(basket("1", clock_ms=300_000), basket("2", clock_ms=290_000))
    score = [event for event in read(origin.events()) if event.kind == "score"]
    assert shown(score).clock_ms(0.0) == 290_000


def test_the_newest_of_status_and_line_says_where_the_game_stands():
    origin = started()
    old = read_line(origin.line())
    origin.hear(StatusReport(StatusLine(Status.HALFTIME), 2))
    board = Board()
    for event in read(origin.events()):
        board.apply(event, 0.0)
    board.show_line(old, EPOCH, 2)
    assert board.games[GAME].standing.status == "halftime"
    board.show_line(old, EPOCH, 9)
    assert board.games[GAME].standing.status == "in_progress"
    assert board.games[GAME].start_ms is None


def test_a_snapshot_without_a_clock_has_none():
    assert restored(started()).clock is None
