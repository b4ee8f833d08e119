"""Rule X1: a source sends as fast as it may, and hears how long to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.rate import Paces, Rate, full, take, too_fast
from scoreboard.model.answer import Outcome
from scoreboard.model.ids import SourceId

SLOW = Rate(per_s=10, burst=20, bytes_per_s=1_000, bytes_burst=5_000)


def test_a_burst_passes_and_then_so_many_a_second():
    bucket, wait = take(full(SLOW, 0), SLOW, 0, 20, 0)
    assert wait is None
    bucket, wait = take(bucket, SLOW, 0, 5, 0)
    assert wait == 501
    assert take(bucket, SLOW, wait, 5, 0)[1] is None


def test_bytes_count_too():
    bucket, _ = take(full(SLOW, 0), SLOW, 0, 1, 5_000)
    assert take(bucket, SLOW, 0, 1, 1_000)[1] == 1_001


def test_what_is_more_than_the_bucket_holds_passes_a_full_one():
    bucket, wait = take(full(SLOW, 0), SLOW, 0, 500, 10**6)
    assert (wait, bucket.messages) == (None, 0)


def test_a_clock_that_steps_back_gives_nothing():
    bucket, _ = take(full(SLOW, 1_000), SLOW, 1_000, 20, 0)
    assert take(bucket, SLOW, 0, 1, 0)[1] == 101


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 5)), max_size=40))
def test_who_waits_as_told_passes_and_nobody_gets_more_than_the_rate(requests):
    bucket, now_ms, passed = full(SLOW, 0), 0, 0
    for pause, messages in requests:
        now_ms += pause
        bucket, wait = take(bucket, SLOW, now_ms, messages, 0)
        if wait is not None:
            now_ms += wait
            bucket, wait = take(bucket, SLOW, now_ms, messages, 0)
        assert wait is None
        passed += messages
        assert passed <= SLOW.burst + SLOW.per_s * now_ms / 1000 + 1e-6


def test_the_answer_says_when_to_come_back():
    answer = too_fast(SLOW, 501)
    assert (answer.outcome, answer.code, answer.retry_ms) == (Outcome.REJECTED, "rate", 501)
    assert "10 messages a second (20 at once) and 60000 bytes a minute" in answer.problem


def test_the_answer_speaks_of_the_limits_that_there_are():
    assert "send 50 messages a second (2000 at once);" in too_fast(Rate(bytes_per_s=0), 1).problem
    assert "send 5000000 bytes a minute;" in too_fast(Rate(per_s=0), 1).problem


@given(st.integers(0, 10**6), st.integers(0, 10**9))
def test_a_limit_of_zero_is_none(messages, octets):
    free = Rate(per_s=0, bytes_per_s=0, burst=1, bytes_burst=0)
    bucket = full(free, 0)
    for _ in range(3):
        bucket, wait = take(bucket, free, 0, messages, octets)
        assert wait is None
    only_bytes = Rate(per_s=0, bytes_per_s=10, bytes_burst=100)
    assert take(full(only_bytes, 0), only_bytes, 0, messages, 100)[1] is None


def test_each_source_has_a_bucket_of_its_own_and_who_is_not_limited_none():
    fast, slow, other = SourceId("fast"), SourceId("slow"), SourceId("other")
    free = Rate(per_s=0, bytes_per_s=0)
    paces = Paces({"fast": free, "slow": SLOW, "other": SLOW})
    assert paces.ask(slow, 20, 0, 1_000) is None
    refused = paces.ask(slow, 1, 0, 1_000)
    assert (refused.code, refused.retry_ms) == ("rate", 101)
    assert paces.ask(other, 20, 0, 1_000) is None
    assert [paces.ask(fast, 10**6, 10**9, 1_000) for _ in range(3)] == [None] * 3
    assert paces.ask(SourceId("poller"), 10**6, 0, 1_000) is None
    assert paces.ask(slow, 1, 0, 1_000 + refused.retry_ms) is None


def test_what_is_refused_costs_nothing():
    bucket, _ = take(full(SLOW, 0), SLOW, 0, 15, 0)
    for _ in range(10):
        bucket, wait = take(bucket, SLOW, 0, 10, 0)
        assert wait == 501
    assert take(bucket, SLOW, 0, 5, 0)[1] is None
