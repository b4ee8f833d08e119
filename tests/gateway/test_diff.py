"""Differences: a patch makes the later snapshot of the earlier one, or it is the snapshot."""

from __future__ import annotations

import jsonpatch
import pytest

from scoreboard.codec import shape
from scoreboard.gateway import diff
from scoreboard.gateway.diff import difference, span
from scoreboard.gateway.serializers import JSON
from scoreboard.model.errors import RemoteError
from scoreboard.model.message import StatusReport, VoidReport
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.view import snapshot_of
from tests.gateway.test_queries import GAME, Node, read
from tests.support.games import basket

LIVE = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


@pytest.fixture
def node():
    node = Node()
    node.send(LIVE, *(basket(f"p{number}") for number in range(20)))
    node.send(VoidReport("p3"))
    return node


def whole(node, seq):
    state = read(node.games.history.at(node.games.state(GAME), seq))
    return JSON.loads(JSON.dumps(shape.snapshot(snapshot_of(state))))


def test_every_patch_makes_the_later_of_the_earlier(node):
    last = node.games.state(GAME).seq
    patches = 0
    for since in range(1, last + 1):
        told = JSON.loads(difference(read(span(node.games, GAME, since, 0))))
        after = told.get("snapshot")
        if after is None:
            patches += 1
            after = jsonpatch.apply_patch(whole(node, since), told["patch"])
            assert {event["seq"] for event in told["events"]} == set(range(since + 1, last + 1))
        assert after == whole(node, last)
        assert (told["from"], told["seq"]) == (since, last)
    assert patches > 2


def test_a_patch_ends_where_it_is_asked_to(node):
    told = JSON.loads(difference(read(span(node.games, GAME, 18, 20))))
    assert jsonpatch.apply_patch(whole(node, 18), told["patch"]) == whole(node, 20)
    assert [event["seq"] for event in told["events"]][-1] == 20


def test_the_way_from_the_beginning_is_the_snapshot(node):
    assert "snapshot" in JSON.loads(difference(read(span(node.games, GAME, 1, 0))))


def test_what_is_far_apart_is_not_compared(node, monkeypatch):
    monkeypatch.setattr(diff, "MOST", 3)
    assert "patch" in JSON.loads(difference(read(span(node.games, GAME, 19, 22))))
    between = read(span(node.games, GAME, 18, 22))
    assert (between.events, "snapshot" in JSON.loads(difference(between))) == ((), True)


@pytest.mark.parametrize(("since", "until"), [(0, 0), (5, 4), (1, 999), (999, 0)])
def test_moments_that_are_none_are_refused(node, since, until):
    with pytest.raises(RemoteError, match="from="):
        read(span(node.games, GAME, since, until))
