"""An event stream begins where its follower stands, or with the games as they are."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.gateway.queries import UnknownGame
from scoreboard.gateway.sse_query import Wanted
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import League
from tests.gateway.node import shot
from tests.gateway.sse_street import Street, game
from tests.gateway.test_sse_wire import Reader
from tests.support.games import EPOCH

FIRST, SECOND = game(1), game(2)
ONE = Wanted(games=(FIRST.game_id,))
BOTH = Wanted(games=(FIRST.game_id, SECOND.game_id))
ALL = attrs.evolve(BOTH, leagues=(FIRST.league,))


@pytest.fixture
def street():
    street = Street()
    for about in (FIRST, SECOND):
        street.node.send(shot(1), shot(2), about=about)
    return street


def told(beginning):
    """(kind, game, id) of the opening's events."""
    reader = Reader()
    events = reader.read(b"".join(beginning.opening))
    return [(event.kind, event.data["game_id"], event.last_id) for event in events]


def places(street, about=FIRST):
    """(id, number of the next publication) of what a game has published."""
    posted = street.node.hub.behind(f"game.{about.game_id}", EPOCH, 0)
    numbers = [*(one.number for one in posted), street.node.hub.tip]
    ids = [f"{EPOCH}:{p.publication.seq}:{p.publication.kind}" for p in posted]
    return list(zip(ids, numbers[1:], strict=True))


@pytest.mark.parametrize("last_id", ["", "nonsense", "1:2:", "a-99", "7:99", "8:2", "99:1:score"])
def test_who_has_nothing_that_we_know_begins_with_the_game(street, last_id):
    beginning = street.beginnings.of(ONE, last_id)
    assert told(beginning) == [("snapshot", FIRST.game_id, f"{EPOCH}:3")]
    assert beginning.number == street.node.hub.tip
    assert beginning.wire is street.one


def test_the_snapshot_is_the_same_bytes_for_all(street):
    first, second = (street.beginnings.of(ONE, "") for _ in range(2))
    assert first.opening[1] is second.opening[1]
    assert first.opening[1] is street.beginnings.of(BOTH, "").opening[1]


def test_an_event_of_one_game_is_a_place_in_it(street):
    for last_id, number in places(street):
        beginning = street.beginnings.of(ONE, last_id)
        assert (beginning.number, beginning.opening) == (number, ())


def first_of(street, seq):
    """The number of an entry's first publication."""
    posted = street.node.hub.behind(f"game.{FIRST.game_id}", EPOCH, seq - 1)
    return posted[0].number


def test_a_whole_entry_is_a_place_as_well(street):
    assert street.beginnings.of(ONE, f"{EPOCH}:2").number == first_of(street, 3)
    assert street.beginnings.of(ONE, f"{EPOCH}:3").number == street.node.hub.tip


def test_of_an_entry_without_that_kind_all_is_owed(street):
    for seq in (2, 3):
        found = street.beginnings.of(ONE, f"{EPOCH}:{seq}:lineup")
        assert found.number == first_of(street, seq)


def test_where_the_ring_does_not_reach_back_there_is_a_snapshot():
    street = Street(ring=6)
    street.node.send(*(shot(number) for number in range(1, 20)), about=FIRST)
    assert told(street.beginnings.of(ONE, f"{EPOCH}:2:play")) != []
    assert told(street.beginnings.of(ONE, f"{EPOCH}:2")) != []
    assert told(street.beginnings.of(ONE, f"{EPOCH}:20:play")) == []


def test_what_is_more_than_the_game_is_told_as_the_game():
    street = Street()
    street.node.send(*(shot(number) for number in range(1, 61)), about=FIRST)
    assert street.beginnings.of(ONE, f"{EPOCH}:1").opening != ()
    assert street.beginnings.of(ONE, f"{EPOCH}:31").opening == ()
    plays = attrs.evolve(ONE, kinds=frozenset({"play"}))
    assert street.beginnings.of(plays, f"{EPOCH}:1").opening == ()


def test_of_several_names_the_id_stands_in_the_last_state(street):
    beginning = street.beginnings.of(ALL, "")
    last = f"a-{street.node.hub.tip - 1}"
    assert told(beginning) == [
        ("snapshot", FIRST.game_id, ""),
        ("snapshot", SECOND.game_id, ""),
        ("slate", FIRST.game_id, ""),
        ("slate", SECOND.game_id, last),
    ]
    assert beginning.wire is street.several


def test_a_league_that_has_no_games_yet_is_a_place_as_well(street):
    beginning = street.beginnings.of(Wanted(leagues=(League("wnba"),)), "")
    reader = Reader()
    assert reader.read(b"".join(beginning.opening)) == []
    assert reader.last_id == f"a-{street.node.hub.tip - 1}"
    assert street.beginnings.of(Wanted(leagues=(League("wnba"),)), reader.last_id).opening == ()


def test_a_number_is_a_place_in_all_names(street):
    tip = street.node.hub.tip
    street.node.send(shot(3), about=SECOND)
    found = street.beginnings.of(ALL, f"a-{tip - 1}")
    assert (found.number, found.opening) == (tip, ())
    now = street.beginnings.of(ALL, f"a-{street.node.hub.tip - 1}")
    assert (now.number, now.opening) == (street.node.hub.tip, ())


@pytest.mark.parametrize("last_id", ["b-3", "a-99999", f"{EPOCH}:2"])
def test_a_number_of_another_process_or_of_the_future_is_none(street, last_id):
    assert len(told(street.beginnings.of(BOTH, last_id))) == 2


def test_if_one_game_must_be_told_whole_all_are():
    street = Street(ring=8)
    street.node.send(shot(1), about=FIRST)
    street.node.send(shot(1), about=SECOND)
    number = street.node.hub.tip - 1
    street.node.send(*(shot(number) for number in range(2, 20)), about=SECOND)
    found = told(street.beginnings.of(BOTH, f"a-{number}"))
    assert [kind for kind, _, _ in found] == ["snapshot", "snapshot"]


def test_a_game_that_is_not_is_told(street):
    with pytest.raises(UnknownGame):
        street.beginnings.of(Wanted(games=(game(9).game_id,)), "")


def test_games_that_are_too_long_together_are_refused(street, monkeypatch):
    monkeypatch.setattr("scoreboard.gateway.sse_start.MOST_PLAYS", 3)
    with pytest.raises(RemoteError, match="4 plays at once"):
        street.beginnings.of(BOTH, "")
