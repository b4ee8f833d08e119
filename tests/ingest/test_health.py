"""What an operator is shown of a source."""

from __future__ import annotations

from scoreboard.ingest.health import Health
from scoreboard.model.answer import Answer, Outcome

REFUSED = Answer(Outcome.REJECTED, code="bad_score", rule="S1", problem="negative")
BUSY = Answer(Outcome.REJECTED, code="unavailable", problem="the log")


def test_a_source_that_was_never_heard_shows_no_times():
    assert Health().shape() == {
        "rounds": 0,
        "over": False,
        "absent": 0,
        "answers": {},
        "refused": [],
    }


def test_an_error_is_shown_until_something_goes_well():
    health = Health()
    health.bad(1_000, "http://h: HTTP 500: later")
    health.next_ms = 3_000
    shown = health.shape()
    assert shown["error"] == "http://h: HTTP 500: later"
    assert shown["last_error"] == "1970-01-01T00:00:01.000Z"
    assert shown["next_attempt"] == "1970-01-01T00:00:03.000Z"
    health.good(2_000)
    assert health.shape()["last_success"] == "1970-01-01T00:00:02.000Z"
    assert {"error", "last_error"} & set(health.shape()) == set()


def test_answers_are_counted_and_the_latest_refusals_kept():
    health = Health()
    health.answered([("play 1", Answer(Outcome.ACCEPTED)), ("play 2", REFUSED), ("play 3", BUSY)])
    assert health.answers == {"accepted": 1, "rejected": 2}
    assert health.refused == [
        "play 2: rejected S1: negative",
        "play 3: rejected unavailable: the log",
    ]
    health.answered([("play 4", REFUSED)] * 50)
    assert len(health.refused) == 20
