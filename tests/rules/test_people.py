"""Rules I3 and I4: rosters."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.fields import Malformed
from scoreboard.codec.meta import read_meta
from scoreboard.codec.shape_game import meta as shape_of
from scoreboard.model.game import Player
from scoreboard.model.ids import PersonId
from scoreboard.model.side import Side
from tests.rules.situations import by, codes, live, play
from tests.support.games import meta

ANN = Player("A. Able", "7", PersonId("xaaaaaaaaaa"), "a1")
BOB = Player("B. Baker", "7")
CAL = Player("C. Cole", "00", ref="c1")


def rosters(home=(ANN,), away=(BOB, CAL)):
    about = meta()
    return attrs.evolve(
        about,
        home=attrs.evolve(about.home, roster=home),
        away=attrs.evolve(about.away, roster=away),
    )


def found(people, about=None, **facts):
    game = live(about=about or rosters())
    return codes(game, play("foul", participants=people, **facts))


@pytest.mark.parametrize(
    "people",
    [
        by("A. Able"),
        by(None, jersey="7"),
        by("someone", person_id=ANN.person_id),
        by("someone", ref="a1"),
        by("B. Baker", side=Side.AWAY),
        (),
        (*by("A. Able"), *by("Stranger", "official")),
    ],
)
def test_who_is_on_the_roster_passes(people):
    assert found(people) == []


def test_i3_a_stranger_is_flagged_and_the_play_counts():
    assert found(by("Z. Zorn", jersey="99")) == ["unknown_player"]
    assert found(by("Z. Zorn"), about=rosters(away=())) == ["unknown_player"]
    assert found(by(None, jersey="99")) == ["unknown_player"]


def test_i4_a_player_of_the_other_side_is_held():
    assert found(by("B. Baker")) == ["wrong_team"]
    assert found(by("x", ref="c1", jersey="99")) == ["wrong_team"]


def test_without_rosters_nobody_is_a_stranger():
    assert found(by("Z. Zorn"), about=meta()) == []
    assert found(by("Z. Zorn"), about=rosters(home=())) == []
    assert found(by("Z. Zorn"), side=None) == []
    assert codes(live(about=rosters()), play("period_end")) == []


def test_a_roster_comes_with_the_meta_and_is_shown_with_it():
    about = rosters()
    data = shape_of(about)
    assert data["teams"]["home"]["roster"][0]["person_id"] == "xaaaaaaaaaa"
    assert read_meta(data, about.game_id, {"nba": "basketball"}) == about


def test_a_player_without_any_name_is_malformed():
    data = shape_of(rosters())
    data["teams"]["away"]["roster"] = [{}]
    with pytest.raises(Malformed, match=r"teams\.away\.roster\[0\]: has none of: name"):
        read_meta(data, meta().game_id, {"nba": "basketball"})
