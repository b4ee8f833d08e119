"""The box score follows from the plays that count."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.shape import envelope
from scoreboard.codec.shape_box import box_score
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.event import MetaSet, PlayAmended
from scoreboard.model.message import PlayReport, StatusReport, VoidReport
from scoreboard.model.play import Participant, PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.boxscore import box_score_of, counted_anew
from scoreboard.projection.fold import apply
from scoreboard.projection.publish import step
from tests.support.games import AWAY, EPOCH, HOME, Game, entry, meta

PERSON = "x0000000001"
ABLE = Participant("shooter", name="A. Able", jersey="7", side=Side.HOME)
BAKER = Participant("shooter", name="B. Baker", ref="12", side=Side.HOME)


def shot(ref, *people, points=2, rev=0, order=None, side=Side.HOME):
    facts = PlayFacts(
        "2pt",
        1,
        order=order,
        side=side,
        points=points,
        points_to=side if points else None,
        participants=people,
    )
    return PlayReport(ref=ref, rev=rev, facts=facts)


def started():
    game = Game()
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    return game


def lines(state):
    """Team or name -> what is shown."""
    told = box_score(box_score_of(state))["lines"]
    return {line.get("name") or line["team_id"]: line["set"] for line in told}


def told(game, report):
    """What is published of a report, by kind."""
    before = game.state
    game.hear(report)
    _, published = step(before, game.log[-1], EPOCH)
    return {publication.kind: publication for publication in published}


def test_a_basket_is_its_shooters_and_the_teams():
    game = started()
    game.hear(shot("1", ABLE))
    game.hear(shot("2", ABLE, points=0))
    assert lines(game.state) == {
        HOME: {"pts": 2, "fga": 2, "fgm": 1},
        "A. Able": {"fga": 2, "fgm": 1, "pts": 2},
    }


def test_what_is_published_are_the_lines_that_moved_whole():
    game = started()
    game.hear(shot("1", ABLE))
    stats = told(game, shot("2", BAKER))["stats"]
    assert envelope(stats)["data"] == {
        "scope": "game",
        "lines": [
            {"team_id": HOME, "person_id": None, "set": {"pts": 4, "fga": 2, "fgm": 2}},
            {
                "team_id": HOME,
                "person_id": None,
                "name": "B. Baker",
                "ref": "12",
                "set": {"fga": 1, "fgm": 1, "pts": 2},
            },
        ],
    }
    assert (stats.delivery, stats.retained) == (DeliveryClass.LATEST, False)
    assert (stats.seq, stats.prev) == (4, 3)


def test_only_a_publication_of_the_same_lines_replaces_one():
    game = started()
    first = told(game, shot("1", ABLE))["stats"]
    second = told(game, shot("2", BAKER))["stats"]
    third = told(game, shot("3", ABLE, points=0))["stats"]
    assert first.key == third.key != second.key


def test_a_play_that_moves_no_line_publishes_none():
    game = started()
    assert "stats" not in told(game, PlayReport("1", PlayFacts("timeout", 1, side=Side.HOME)))


def test_a_void_takes_everything_back_and_says_so():
    game = started()
    game.hear(shot("1", ABLE))
    published = told(game, VoidReport("1"))
    assert lines(game.state) == {}
    assert [line["set"] for line in envelope(published["stats"])["data"]["lines"]] == [{}, {}]


def test_an_amendment_moves_the_basket_to_who_made_it():
    game = started()
    game.hear(shot("1", ABLE))
    published = told(game, shot("1", BAKER, rev=1))
    assert set(lines(game.state)) == {HOME, "B. Baker"}
    names = [line.get("name") for line in envelope(published["stats"])["data"]["lines"]]
    assert names == ["A. Able", "B. Baker"]


def test_an_amendment_of_the_text_moves_no_line():
    game = started()
    game.hear(shot("1", ABLE))
    play = game.state.plays[0]
    other = attrs.evolve(play, rev=1, facts=attrs.evolve(play.facts, text="better"))
    _, published = step(game.state, entry(game.state.seq + 1, PlayAmended(other, "text")), EPOCH)
    assert "stats" not in [publication.kind for publication in published]


def test_a_late_play_counts_like_any_other():
    game = started()
    game.hear(shot("1", ABLE, order=2000))
    game.hear(shot("2", ABLE, order=1000))
    assert lines(game.state)["A. Able"]["fgm"] == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            {"person_id": PERSON, "name": "A"},
            {"person_id": PERSON, "name": "B"},
            True,
        ),
        ({"ref": "1", "name": "A"}, {"ref": "1"}, True),
        ({"name": "A", "jersey": "1"}, {"name": "A", "jersey": "2"}, False),
        ({"jersey": "1"}, {"jersey": "1"}, True),
    ],
)
def test_who_somebody_is(one, other, same):
    game = started()
    for ref, known in (("1", one), ("2", other)):
        game.hear(shot(ref, Participant("shooter", side=Side.HOME, **known)))
    people = [line for line in box_score_of(game.state).lines if line.person is not None]
    assert len(people) == (1 if same else 2)


def test_a_person_without_a_name_has_no_line_and_the_team_has():
    game = started()
    game.hear(shot("1", Participant("shooter", side=Side.HOME)))
    assert lines(game.state) == {HOME: {"pts": 2, "fga": 1, "fgm": 1}}


def test_the_home_team_comes_first_and_teams_before_persons():
    game = started()
    game.hear(shot("1", attrs.evolve(ABLE, side=Side.AWAY), side=Side.AWAY))
    game.hear(shot("2", BAKER))
    assert list(lines(game.state)) == [HOME, "B. Baker", AWAY, "A. Able"]


def test_the_box_score_says_what_it_is_of():
    game = started()
    game.hear(shot("1", ABLE))
    told_of_it = box_score(box_score_of(game.state))
    assert (told_of_it["seq"], told_of_it["epoch"]) == (3, EPOCH)
    assert told_of_it["score"] == {"home": 2, "away": 0}
    assert told_of_it["status"] == "in_progress"
    person = told_of_it["lines"][1]
    assert (person["name"], person["jersey"], person["team_id"]) == ("A. Able", "7", HOME)


def test_another_ruleset_counts_all_plays_anew():
    game = Game(state=Game().state)
    game.hear(PlayReport("1", PlayFacts("2pt", 1, side=Side.HOME, participants=(ABLE,))))
    sacked = attrs.evolve(ABLE, role="sacked")
    game.hear(PlayReport("2", PlayFacts("sack", 1, side=Side.HOME, participants=(sacked,))))
    state = apply(game.state, entry(game.state.seq + 1, MetaSet(meta("ncaa_football", "football"))))
    assert lines(state)["A. Able"] == {"sacked": 1, "rush_att": 1, "rush_td": 0}
    same = apply(state, entry(state.seq + 1, MetaSet(meta("nfl", "football"))))
    assert lines(same)["A. Able"] == {"sacked": 1}
    assert counted_anew(same) is same.stats
