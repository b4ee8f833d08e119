"""Rule X1: a source sends as fast as it may, and hears how long to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.ingest.rate import Rate, full, take, too_fast
from scoreboard.model.answer import Outcome

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
    answer = too_fast(501)
    assert (answer.outcome, answer.code, answer.retry_ms) == (Outcome.REJECTED, "rate", 501)
