"""Errors as HTTP says them."""

from __future__ import annotations

import json

import pytest

from scoreboard.gateway.problem import Problem, retry_after, status_of, too_soon
from scoreboard.model.answer import Answer, Outcome


def test_a_problem_has_code_sentence_and_hint():
    problem = Problem("unknown_game", "no game g1", "create it")
    assert json.loads(problem.body()) == {
        "type": "urn:scoreboard:problem:unknown_game",
        "title": "unknown game",
        "status": 404,
        "code": "unknown_game",
        "detail": "no game g1",
        "hint": "create it",
    }


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(Outcome.ACCEPTED), 200),
        (Answer(Outcome.FLAGGED), 200),
        (Answer(Outcome.DUPLICATE), 200),
        (Answer(Outcome.SHADOW), 202),
        (Answer(Outcome.QUARANTINED, code="score_regress"), 202),
        (Answer(Outcome.REJECTED, code="bad_score"), 422),
        (Answer(Outcome.REJECTED, code="malformed"), 400),
        (Answer(Outcome.REJECTED, code="unavailable"), 503),
        (Answer(Outcome.REJECTED), 422),
    ],
)
def test_an_answer_has_its_status(answer, status):
    assert status_of(answer) == status


def test_a_request_that_comes_too_soon_hears_when_to_come_back():
    problem = too_soon(Answer(Outcome.REJECTED, "rate", problem="p", hint="h", retry_ms=2_001))
    said = json.loads(problem.body())
    assert (problem.status, said["retry_ms"], said["detail"], said["hint"]) == (
        429,
        2_001,
        "p",
        "h",
    )
    assert too_soon(Answer(Outcome.REJECTED)) == Problem("busy", "", "")


@pytest.mark.parametrize(("ms", "seconds"), [(1, b"1"), (1_000, b"1"), (1_001, b"2")])
def test_a_wait_is_said_in_whole_seconds_and_never_too_short(ms, seconds):
    assert retry_after(ms) == (b"retry-after", seconds)
