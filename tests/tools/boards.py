"""Boards for the tests of `follow`: games as a follower has them."""

from __future__ import annotations

import attrs

from scoreboard.client.board import Board, GameView
from scoreboard.client.link import Link, LinkState
from scoreboard.model.ids import GameId, League
from scoreboard.model.message import StatusReport
from scoreboard.model.status import Status, StatusLine
from scoreboard.tools.follow_screen import Frame
from scoreboard.tools.styled import shown
from tests.client.origin import Origin, read
from tests.support.games import meta

LIVE = Link(LinkState.LIVE, 0.0)


def about(ruleset="nba", sport="basketball", game_id="g0000000001", league="nba_"):
    """The meta of a game of that competition."""
    return attrs.evolve(meta(ruleset, sport), game_id=GameId(game_id), league=League(league))


def status(name, period=None, **more):
    """A status report."""
    return StatusReport(StatusLine(Status(name), **more), period)


def view(*reports, of=None, doubt=None) -> GameView:
    """A game after these reports, as a follower of all its topics has it at second 0."""
    origin = Origin.of(of or about())
    for report in reports:
        origin.hear(report)
    if doubt is not None:
        origin.doubt(doubt)
    board = Board()
    for event in read(origin.events()):
        board.apply(event, 0.0)
    return board.games[origin.game_id]


def frame(*views, **changes) -> Frame:
    """A picture of these games, 80 columns wide."""
    from datetime import UTC

    plain = {
        "url": "ws://127.0.0.1:8080/ws",
        "games": views,
        "link": LIVE,
        "heard_s": 0.0,
        "now_s": 0.4,
        "zone": UTC,
        "width": 80,
    }
    return Frame(**(plain | changes))


def text(lines, width=80) -> list[str]:
    """Lines without styles."""
    return shown(lines, width, colours=False)
