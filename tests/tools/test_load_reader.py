"""What thousands of sessions receive, read once: with the same outcome as if read each time."""

import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.tools.load_order import Order
from scoreboard.tools.load_plan import SUBPROTOCOLS
from scoreboard.tools.load_reader import Reader
from scoreboard.tools.load_scan import TICK
from tests.tools.test_load_scan import event, frame, written

#: The tick at which everything was sent, and one at which it came.
SENT, HEARD = 1000, 1234


def named(game, seq, prev, kind="score", **data):
    message = event(seq, prev, kind, **data)
    message[1] = len(game) + sum(game.encode())
    message[2] = zlib.crc32(f"{game}{kind}{seq}".encode())
    message[5]["game_id"] = game
    return message


def reader(*, subprotocol="json", remembers=True, sent=lambda event: SENT + event.seq):
    return Reader(subprotocol, sent, 2, remembers=remembers)


def outcome(chunks, *, remembers, subprotocol="json"):
    """What is counted of chunks that sessions receive in turn: (session, heard, data)."""
    read = reader(subprotocol=subprotocol, remembers=remembers)
    orders, tails, others = {}, {}, []
    for session, heard, data in chunks:
        whole = tails.get(session, b"") + data
        order = orders.setdefault(session, Order())
        taken, apart = read.take(whole, heard, order, session % 2)
        tails[session] = whole[taken:]
        others.append([(scan.others, scan.controls) for scan in apart])
    return read.counts(), orders, tails, others, read.epochs


def games(numbers):
    return [f"gload{number:06d}" for number in numbers]


#: What a server might write: events in and out of order, ticks, pings, answers; each one of few.
MESSAGES = st.one_of(
    st.builds(
        lambda game, seq, back, kind: frame(
            json.dumps(named(game, seq, seq - back, kind), separators=(",", ":")).encode()
        ),
        st.sampled_from(games(range(3))),
        st.integers(2, 6),
        st.sampled_from([1, 1, 1, 2]),
        st.sampled_from(["score", "score", "status", TICK]),
    ),
    st.sampled_from([frame(b"", 9), frame(b"[33,1,7]"), frame(b'[50,1,{},[],{"a":1}]')]),
)


@st.composite
def receptions(draw):
    """Few chunks, which sessions receive whole, joined or cut."""
    chunks = [
        b"".join(said) for said in draw(st.lists(st.lists(MESSAGES, max_size=12), max_size=6))
    ]
    found = []
    for place in draw(st.lists(st.integers(0, 5), max_size=40)):
        if place < len(chunks) and chunks[place]:
            session, heard = draw(st.integers(0, 3)), HEARD + draw(st.integers(0, 30))
            cut = draw(st.one_of(st.just(0), st.integers(0, len(chunks[place]))))
            pieces = (chunks[place][:cut], chunks[place][cut:])
            found += [(session, heard, piece) for piece in pieces if piece]
    return found


@settings(max_examples=300, deadline=None)
@given(receptions())
def test_what_is_remembered_changes_nothing(chunks):
    assert outcome(chunks, remembers=False) == outcome(chunks, remembers=True)


@pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)
def test_every_subprotocol_is_counted_alike(subprotocol):
    said = [named(game, seq, seq - 1) for seq in (2, 3, 4) for game in games(range(3))]
    chunks = [(session, HEARD, written(subprotocol, *said)) for session in range(5)]
    expected = outcome(chunks, remembers=False, subprotocol=subprotocol)
    assert expected == outcome(chunks, remembers=True, subprotocol=subprotocol)
    assert sum(counts.events for counts in expected[0]) == 5 * 9


def test_frames_that_are_known_are_known_in_any_company():
    read, order = reader(), Order()
    read.take(written("json", *(named(game, 2, 1) for game in games(range(4)))), HEARD, Order(), 0)
    data = written("json", *(named(game, 2, 1) for game in games([3, 1])))
    assert read.take(data + data[:9], HEARD, order, 1) == (len(data), ())
    assert (read.counts()[1].events, sorted(order.last)) == (
        2,
        [f"{game}.score" for game in games([1, 3])],
    )


def test_frames_that_begin_alike_are_told_apart():
    same = [named("gload000001", 2, 1, data) for data in ("score", "shots")]
    same[1][2] = same[0][2]
    chunks = [(0, HEARD, written("json", one)) for one in same for _ in range(3)]
    orders = outcome(chunks, remembers=True)[1]
    assert set(orders[0].last) == {"gload000001.score", "gload000001.shots"}


def test_an_early_frame_is_known_again_after_many_others():
    read = reader()
    first = written("json", named("gload000000", 2, 1))
    for seq in range(2, 10_000):
        read.take(written("json", named("gload000001", seq, seq - 1)), HEARD, Order(), 0)
    read.take(first, HEARD, Order(), 0)
    assert read.events == 9_999


def test_a_gap_and_a_repeat_are_those_of_the_session_that_sees_them():
    said = [written("json", named("gload000001", seq, seq - 1)) for seq in (2, 3, 4)]
    whole, gap = [(0, HEARD, one) for one in said], [(1, HEARD, said[n]) for n in (0, 2, 2)]
    counts = outcome([*whole, *gap, *whole[:1]], remembers=True)[0]
    assert [(one.gaps, one.repeats) for one in counts] == [(0, 1), (1, 1)]


def test_counting_begins_again():
    read = reader()
    read.take(written("json", named("gload000001", 2, 1)), HEARD, Order(), 0)
    read.restart()
    assert [(one.events, one.latencies.ticks) for one in read.counts()] == [(0, {}), (0, {})]


def test_ticks_are_counted_apart():
    counts = outcome(
        [(0, HEARD, written("json", named("gload000001", 3, 2, TICK)))] * 2, remembers=True
    )[0]
    assert (counts[0].events, counts[0].ticks, counts[0].latencies.ticks) == (0, 2, {})


def test_ticks_that_the_kernel_kept_are_told_from_those_after_a_hole():
    sent = {3: 100, 4: 200, 9: 290}
    read, order = reader(sent=lambda event: sent[event.seq]), Order()
    for seq, prev in ((3, 2), (4, 3), (9, 8)):
        read.take(written("json", named("gload000001", seq, prev, TICK)), 300, order, 0)
    (counts, _) = read.counts()
    assert (counts.oldest_kept, counts.oldest) == (200, 10)


def test_after_a_snapshot_what_is_known_is_checked_against_it():
    read = reader()
    data = written("json", named("gload000001", 9, 8))
    for _ in range(3):
        order = Order()
        order.restart("gload000001", ["score"], 5)
        read.take(data, HEARD, order, 0)
        assert (order.adrift, order.last) == (set(), {"gload000001.score": 9})
    assert read.counts()[0].gaps == 0


def test_every_event_of_a_chunk_that_comes_again_is_a_repeat():
    data = written("json", *(named("gload000001", seq, seq - 1) for seq in (2, 3, 4)))
    for times in (2, 3, 4):
        (counts, _) = outcome([(0, HEARD, data)] * times, remembers=True)[0]
        assert counts.repeats == 3 * (times - 1)


@st.composite
def rows(draw):
    """Chunks of which each has, of some games, what one of several rounds brought."""
    cuts = [sorted(draw(st.sets(st.integers(2, 9), min_size=1, max_size=4))) for _ in range(3)]
    found = []
    for session in draw(st.lists(st.integers(0, 5), max_size=30)):
        said = []
        for place in draw(st.lists(st.integers(0, 2), min_size=1, max_size=3)):
            at = draw(st.integers(0, len(cuts[place]) - 1))
            begin = cuts[place][at - 1] if at else 1
            game = f"gload{place:06d}"
            said += [named(game, seq, seq - 1) for seq in range(begin + 1, cuts[place][at] + 1)]
        found.append((session, HEARD + draw(st.integers(0, 30)), written("json", *said)))
    return found


@settings(max_examples=300, deadline=None)
@given(rows())
def test_what_is_remembered_of_rows_changes_nothing(chunks):
    assert outcome(chunks, remembers=False) == outcome(chunks, remembers=True)


def test_a_row_is_counted_for_each_session_that_hears_it():
    both = [
        written("json", *(named(game, seq, seq - 1) for game in mine for seq in (2, 3, 4)))
        for mine in (games([0, 1]), games([1, 2]), games([2, 0]))
    ]
    read = reader()
    orders = [Order() for _ in range(30)]
    for number, order in enumerate(orders):
        order.last.update({f"{game}.score": 1 for game in games(range(3))})
        read.take(both[number % 3] + b"", HEARD + number, order, 0)
    (counts, _) = read.counts()
    assert (counts.events, counts.gaps, counts.repeats) == (30 * 6, 0, 0)
    assert sum(counts.latencies.ticks.values()) == 30 * 6
