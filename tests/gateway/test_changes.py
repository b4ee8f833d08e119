"""Changes: who asks again from where it was told to misses nothing that moved."""

from __future__ import annotations

import attrs

from scoreboard.gateway.changes import Changes
from scoreboard.model.ids import GameId
from scoreboard.model.message import StatusReport
from scoreboard.model.status import Status, StatusLine
from tests.gateway.test_queries import Node
from tests.support.games import meta

LIVE = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


def game(number):
    return attrs.evolve(meta(), game_id=GameId(f"g{number:010d}"))


def ids(told):
    return [line["game_id"] for line in told["games"]]


def changes(node, incarnation="abc"):
    return Changes(node.games.all, node.hub.newest_in, incarnation)


def test_without_a_place_every_game_has_moved():
    node = Node()
    node.send(about=game(1))
    node.send(about=game(2))
    told = changes(node).since("")
    assert ids(told) == [game(1).game_id, game(2).game_id]
    assert (told["reset"], told["more"]) == (False, False)


def test_only_what_moved_since_is_told_and_then_nothing():
    node, news = Node(), None
    node.send(about=game(1))
    node.send(about=game(2))
    news = changes(node)
    place = news.since("")["next"]
    assert ids(news.since(place)) == []
    node.send(LIVE, about=game(1))
    told = news.since(place)
    assert ids(told) == [game(1).game_id]
    assert told["games"][0]["status"] == "in_progress"
    assert ids(news.since(told["next"])) == []


def test_a_server_without_games_says_where_to_go_on():
    node = Node()
    place = changes(node).since("")["next"]
    node.send(about=game(1))
    assert ids(changes(node).since(place)) == [game(1).game_id]


def test_a_limit_gives_the_rest_next_time():
    node = Node()
    for number in range(5):
        node.send(about=game(number))
    news, place, seen = changes(node), "", []
    while True:
        told = news.since(place, limit=2)
        seen += ids(told)
        place = told["next"]
        if not told["more"]:
            break
    assert seen == [game(number).game_id for number in range(5)]


def test_a_place_of_another_process_is_the_beginning_and_says_so():
    node = Node()
    node.send(about=game(1))
    for place in ("xyz-7", "nonsense"):
        told = changes(node).since(place)
        assert (told["reset"], ids(told)) == (True, [game(1).game_id])
