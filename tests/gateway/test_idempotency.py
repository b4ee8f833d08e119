"""A request with a key is done once; what is kept of it is bounded."""

from __future__ import annotations

import pytest

from scoreboard.gateway.idempotency import Replies, Reply, Turn, digest, is_key

ASKS, OTHER = digest(b"a"), digest(b"b")


def nobody(_reply):
    raise AssertionError("nobody waits")


def replies(ttl_s=10.0, most=3, most_bytes=100):
    return Replies(ttl_s, most, most_bytes)


def done(kept, key, body=b"ok", now_s=0.0, keep=True):
    assert kept.begin("arena", key, ASKS, now_s, nobody) == (Turn.FIRST, None)
    reply = Reply(200, b"text/plain", body)
    kept.finish("arena", key, reply, now_s, keep=keep)
    return reply


def asked(kept, key, asks=ASKS, now_s=0.0, source="arena"):
    return kept.begin(source, key, asks, now_s, nobody)


def test_a_repeat_is_answered_with_the_first_answer():
    kept = replies()
    reply = done(kept, "k")
    assert asked(kept, "k") == (Turn.ANSWERED, reply)


def test_the_same_key_with_other_content_is_a_conflict():
    kept = replies()
    done(kept, "k")
    assert asked(kept, "k", OTHER) == (Turn.CONFLICT, None)


def test_the_same_key_with_other_content_is_a_conflict_while_the_first_is_being_done():
    kept = replies()
    asked(kept, "k")
    assert asked(kept, "k", OTHER) == (Turn.CONFLICT, None)


def test_keys_are_each_sources_own():
    kept = replies()
    done(kept, "k")
    assert asked(kept, "k", source="other") == (Turn.FIRST, None)


def test_who_asks_meanwhile_gets_the_answer_of_the_first():
    kept, heard = replies(), []
    asked(kept, "k")
    assert kept.begin("arena", "k", ASKS, 0.0, heard.append) == (Turn.WAITS, None)
    reply = Reply(200, b"text/plain", b"ok")
    kept.finish("arena", "k", reply, 0.0, keep=True)
    assert heard == [reply]


def test_an_answer_that_does_not_stand_is_given_to_those_who_wait_and_then_forgotten():
    kept, heard = replies(), []
    asked(kept, "k")
    kept.begin("arena", "k", ASKS, 0.0, heard.append)
    reply = Reply(503, b"text/plain", b"later")
    kept.finish("arena", "k", reply, 0.0, keep=False)
    assert (heard, len(kept)) == ([reply], 0)
    assert asked(kept, "k") == (Turn.FIRST, None)


def test_who_waits_for_a_request_that_fails_asks_again():
    kept, heard = replies(), []
    asked(kept, "k")
    kept.begin("arena", "k", ASKS, 0.0, heard.append)
    kept.abandon("arena", "k")
    assert heard == [None]
    assert asked(kept, "k") == (Turn.FIRST, None)


def test_an_answer_is_forgotten_after_its_time():
    kept = replies(ttl_s=10.0)
    done(kept, "k", now_s=5.0)
    assert asked(kept, "k", now_s=14.9)[0] is Turn.ANSWERED
    assert asked(kept, "k", now_s=15.0) == (Turn.FIRST, None)


def test_the_oldest_answer_makes_room_for_a_new_key():
    kept = replies(most=3)
    for key in "abc":
        done(kept, key)
    assert asked(kept, "d") == (Turn.FIRST, None)
    assert asked(kept, "b")[0] is Turn.ANSWERED
    assert len(kept) == 3


def test_what_is_being_done_makes_no_room():
    kept = replies(most=2)
    asked(kept, "a")
    asked(kept, "b")
    assert asked(kept, "c") == (Turn.FULL, None)


def test_answers_are_bounded_in_bytes():
    kept = replies(most=9, most_bytes=100)
    done(kept, "a", b"x" * 60)
    done(kept, "b", b"x" * 60)
    assert asked(kept, "b")[0] is Turn.ANSWERED
    assert asked(kept, "a") == (Turn.FIRST, None)


def test_a_digest_tells_parts_apart():
    assert digest(b"ab", b"c") != digest(b"a", b"bc")


@pytest.mark.parametrize(
    ("key", "good"),
    [("a", True), ("x" * 255, True), ("", False), ("x" * 256, False), ("a b", False), ("é", False)],
)
def test_what_a_key_is(key, good):
    assert is_key(key) is good
