"""When events are due."""

from scoreboard.tools.load_schedule import BATCH, Schedule

SECOND = 1_000_000_000


def schedule(rates, *, clocks=0.0, games=1, seconds=1):
    return Schedule(rates, clocks, games, 0, seconds * SECOND)


def test_an_event_is_due_at_its_time_and_once():
    made = schedule({0: 4.0})
    taken = [made.take(now, 9) for now in (0, 0, SECOND // 2, 9 * SECOND)]
    quarter = SECOND // 4
    assert taken == [
        {0: [(0, False)]},
        {},
        {0: [(quarter, False), (2 * quarter, False)]},
        {0: [(3 * quarter, False)]},
    ]
    assert (made.next, made.left) == (None, 0)


def test_games_begin_one_after_the_other():
    made = schedule({0: 1.0, 1: 1.0}, games=2)
    assert made.take(SECOND, 9) == {0: [(0, False)], 1: [(SECOND // 2, False)]}


def test_a_clock_is_reported_besides_the_scores():
    made = schedule({0: 2.0, 1: 0.0}, clocks=1.0, games=2)
    (due,) = made.take(SECOND, 9).values()
    assert sorted(due) == [(0, False), (0, True), (SECOND // 2, False)]


def test_what_is_not_taken_stays_due():
    made = schedule({0: 1.0, 1: 1.0, 2: 1.0}, games=3)
    assert list(made.take(SECOND, 2)) == [0, 1]
    assert (made.left, made.next) == (1, 2 * SECOND // 3)
    assert list(made.take(SECOND, 2)) == [2]


def test_no_more_is_taken_of_a_game_than_fits_a_call():
    made = schedule({0: 1000.0})
    assert [len(due) for due in (made.take(SECOND, 1)[0], made.take(SECOND, 1)[0])] == [BATCH] * 2


def test_what_is_left_is_what_would_be_due():
    made = schedule({0: 10.0})
    made.take(SECOND // 2, 1)
    assert made.left == 4


def test_without_rates_nothing_is_due():
    made = schedule({0: 0.0})
    assert (made.next, made.left, made.take(SECOND, 1)) == (None, 0, {})
