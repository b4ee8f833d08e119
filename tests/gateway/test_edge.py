"""An edge shows games; who wants to write there hears where to go."""

from __future__ import annotations

import json

import pytest

from scoreboard.gateway.edge import Edge
from scoreboard.gateway.problem import status_of
from scoreboard.gateway.realm import ANONYMOUS, Caller, CallError

CALLER = Caller(1, ANONYMOUS)


def test_a_problem_and_an_answer_say_the_same_and_name_the_place():
    edge = Edge("https://feeds.example")
    said = json.loads(edge.problem.body())
    assert (said["code"], said["status"]) == ("read_only", 421)
    assert said["hint"] == "go to https://feeds.example"
    assert (edge.answer.code, edge.answer.problem, edge.answer.hint) == (
        said["code"],
        said["detail"],
        said["hint"],
    )
    assert status_of(edge.answer) == 421
    assert edge.hint in edge.turned_away


def test_an_edge_that_knows_no_place_sends_to_a_home_node():
    assert Edge().problem.hint == "go to a home node"


@pytest.mark.parametrize(
    ("uri", "is_refused"),
    [
        ("scoreboard.v1.feed.submit", True),
        ("scoreboard.v1.scorer.record", True),
        ("scoreboard.v1.quarantine.release", True),
        ("scoreboard.v1.ops.feed.switch", True),
        ("scoreboard.v1.ops.source.add", True),
        ("scoreboard.v1.game.get", False),
        ("scoreboard.v1.sync", False),
        ("scoreboard.v1.slate.get", False),
    ],
)
def test_calls_that_write_are_refused_and_the_others_go_on(uri, is_refused):
    calls = Edge("https://feeds.example").refusing({uri: lambda *_: "done"})
    if not is_refused:
        assert calls[uri](CALLER, [], {}) == "done"
        return
    with pytest.raises(CallError) as caught:
        calls[uri](CALLER, [], {})
    assert caught.value.uri == "scoreboard.error.read_only"
    assert caught.value.kwargs["hint"] == "go to https://feeds.example"
