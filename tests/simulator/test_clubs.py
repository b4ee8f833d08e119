"""Clubs are invented, whole, and the same every day."""

from __future__ import annotations

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.simulator.clubs import MOST_CLUBS, club
from scoreboard.simulator.day import COMPETITIONS


@pytest.mark.parametrize("sport", COMPETITIONS)
def test_every_club_has_fifteen_people_or_more_with_numbers_of_their_own(sport):
    for number in (0, 7, MOST_CLUBS - 1):
        people = club(COMPETITIONS[sport].league, sport, number).people
        assert len(people) >= 15
        assert len({person.jersey for person in people}) == len(people)
        assert len({person.person_id for person in people}) == len(people)
        assert len({person.name for person in people}) == len(people)


def test_no_two_clubs_of_a_league_share_a_name_an_id_or_a_person():
    clubs = [club("dsl_", "soccer", number) for number in range(MOST_CLUBS)]
    people = [person.person_id for each in clubs for person in each.people]
    assert len({each.team.name for each in clubs}) == MOST_CLUBS
    assert len({each.team.abbrev for each in clubs}) == MOST_CLUBS
    assert len({each.team.team_id for each in clubs}) == MOST_CLUBS
    assert len(set(people)) == len(people)
    assert all(len(each.team.abbrev) <= 4 for each in clubs)


def test_a_club_is_the_same_whenever_it_is_asked_for():
    assert club("dfl_", "football", 3) == club("dfl_", "football", 3)


def test_clubs_of_one_place_have_other_nicknames_in_other_leagues():
    names = {there.league: club(there.league, there.sport, 0) for there in COMPETITIONS.values()}
    assert len({each.team.name for each in names.values()}) == len(names)


@pytest.mark.parametrize("number", [-1, MOST_CLUBS])
def test_a_club_beyond_the_last_does_not_exist(number):
    with pytest.raises(LocalError, match="no club"):
        club("dfl_", "football", number)
