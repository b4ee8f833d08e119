import pytest

from scoreboard.client.interest import Interest, Match, Topic, game_topic, standing_topics
from scoreboard.client.view_reading import read_line
from scoreboard.model.ids import GameId, League, TeamId
from scoreboard.projection.publish import game_topic as published_game
from scoreboard.projection.publish import league_topic, team_topic
from tests.client.origin import Origin

LINE = read_line(Origin().line())


def test_nothing_named_means_everything():
    interest = Interest()
    assert interest.everything
    assert interest.wants(LINE)
    assert [topic.uri for topic in standing_topics(interest, [])] == [
        published_game(GameId(""), kind) for kind in ("score", "status", "clock", "situation")
    ]
    assert {topic.match for topic in standing_topics(interest, [])} == {Match.WILDCARD}


@pytest.mark.parametrize(
    ("interest", "wanted"),
    [
        (Interest(games=(LINE.game_id,)), True),
        (Interest(games=("gzzzzzzzzzz",)), False),
        (Interest(leagues=("nba_",)), True),
        (Interest(leagues=("nfl_",)), False),
        (Interest(teams=("hom",)), True),
        (Interest(teams=("AWY",)), True),
        (Interest(teams=(LINE.away.team_id,)), True),
        (Interest(teams=("bos",)), False),
        (Interest(teams=("bos",), leagues=("nba_",)), True),
    ],
)
def test_a_game_is_wanted_by_its_id_its_league_or_a_team(interest, wanted):
    assert wanted is interest.wants(LINE)


def test_leagues_and_teams_are_followed_by_their_slates():
    interest = Interest(teams=("hom", "tzzzzzzzzzz"), leagues=("nba_",))
    assert standing_topics(interest, [LINE]) == (
        Topic(league_topic(League("nba_"), "slate")),
        Topic(team_topic(TeamId(LINE.home.team_id), "slate")),
    )


def test_a_named_game_is_followed_whole():
    topic = game_topic(LINE.game_id)
    assert topic.match is Match.PREFIX
    assert published_game(GameId(LINE.game_id), "play").startswith(topic.uri + ".")


def test_what_no_game_has_is_named():
    interest = Interest(teams=("hom", "bos"), leagues=("nba_", "nfl_"))
    assert interest.unmatched([LINE]) == ("bos", "nfl_")
