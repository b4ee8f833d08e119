"""Where `follow` writes, without a server."""

from __future__ import annotations

import io
import json
from datetime import UTC

import pytest
from twisted.internet.task import Clock

from scoreboard.client.following import Following
from scoreboard.client.interest import Interest
from scoreboard.client.link import Link, LinkState
from scoreboard.client.reading import read_snapshot
from scoreboard.tools.follow_lines import summaries
from scoreboard.tools.follow_output import (
    JsonOutput,
    LinesOutput,
    Place,
    ScreenOutput,
    views_of,
)
from tests.client.origin import GAME, Origin, read
from tests.client.wires import FakeServer, Notes
from tests.support.games import NOW_MS, basket
from tests.tools.boards import status

URL = "ws://scores.example/ws"
PLACE = Place(URL, lambda: 0.0, UTC, 8, whole=True)


@pytest.fixture
def origin():
    made = Origin()
    made.hear(status("in_progress", 1))
    made.hear(basket("1"))
    return made


@pytest.fixture
def follower(origin):
    server = FakeServer()
    server.add(origin)
    made = Following(Clock(), lambda: NOW_MS, lambda: 0.0, server.dial, Interest((GAME,)), Notes())
    made.start()
    return made


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def err():
    return io.StringIO()


def test_lines_have_changes_on_one_stream_and_the_connection_on_the_other(
    origin, follower, out, err
):
    output = LinesOutput(PLACE, out, err, 80)
    view = follower.board.games[GAME]
    output.restored(read_snapshot(origin.state()), view)
    for event in read(origin.events()):
        output.told(event, view)
    for state in LinkState:
        output.linked(Link(state, 0.0, "refused" if state is LinkState.WAITING else None, 2.0))
    output.beat(follower)
    output.close()
    assert out.getvalue().splitlines() == [
        "18:00:03  NBA  AWY 0-2 HOM  Q1",
        "18:00:01  NBA  AWY 0-2 HOM  Q1",
        "18:00:02  NBA  AWY 0-2 HOM  Q1",
        "18:00:03  NBA  AWY 0-2 HOM  Q1  HOM 2pt made +2",
    ]
    assert err.getvalue().splitlines() == [
        "scoreboard follow: live",
        "scoreboard follow: reconnecting in 2.0 s · refused",
    ]


def test_that_it_is_live_is_said_once(out, err):
    output = LinesOutput(PLACE, out, err, 80)
    for _ in range(3):
        output.linked(Link(LinkState.LIVE))
    assert err.getvalue().count("live") == 1


def test_the_board_is_written_without_colours(follower, out, err):
    LinesOutput(PLACE, out, err, 80).standing(follower)
    assert "Away City at Home Town" in out.getvalue()
    assert out.getvalue().replace("\n", "").isprintable()


def found(follower):
    return summaries(views_of(follower), follower.resume.counts(), UTC)


def test_the_summary_is_a_table(follower, out, err):
    LinesOutput(PLACE, out, err, 80).summary(found(follower))
    assert out.getvalue().splitlines()[1].startswith(GAME)


def test_json_is_what_was_received(origin, follower, out, err):
    output = JsonOutput(PLACE, out, err)
    view = follower.board.games[GAME]
    output.restored(read_snapshot(origin.state()), view)
    for event in read(origin.events()):
        output.told(event, view)
    output.standing(follower)
    output.summary(found(follower))
    documents = [json.loads(line) for line in out.getvalue().splitlines()]
    assert documents[0] == {"type": "snapshot", **origin.state()}
    assert documents[1:-1] == origin.events()
    assert documents[-1]["type"] == "summary"


def test_a_terminal_shows_a_picture_and_then_what_remains(origin, follower, out):
    output = ScreenOutput(PLACE, out)
    output.linked(follower.link)
    output.noted("the server has no bos yet")
    output.noted("the server has no bos yet")
    output.restored(read_snapshot(origin.state()), follower.board.games[GAME])
    output.told(read(origin.events())[0], follower.board.games[GAME])
    output.beat(follower)
    picture = out.getvalue()
    assert picture.count("the server has no bos yet") == 1
    assert URL in picture
    output.standing(follower)
    output.summary(found(follower))
    output.close()
    rest = out.getvalue()[len(picture) :]
    assert rest.startswith("\x1b[?25h\x1b[?1049l")
    assert GAME in rest
