"""Errors as HTTP says them."""

from __future__ import annotations

import json

import pytest

from scoreboard.gateway.problem import Problem, status_of
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
