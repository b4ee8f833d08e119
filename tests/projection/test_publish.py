"""What followers are told of each entry."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.shape import envelope, snapshot
from scoreboard.model.clock import Clock
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.event import DoubtSet, MetaSet
from scoreboard.model.message import (
    ClockReport,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import Participant, Place, PlayFacts, RawPlace, ShotFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
)
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply
from scoreboard.projection.publish import replay, step
from scoreboard.projection.view import snapshot_of
from tests.support.games import AWAY, EPOCH, HOME, Game, basket, entry, meta


class Told(Game):
    """A game that keeps what was published of its last entry."""

    def tell(self, report, **options):
        before = self.state
        self.hear(report, **options)
        _, published = step(before, self.log[-1], EPOCH)
        return published


def by_kind(published):
    return {p.kind: p for p in published}


def started():
    game = Told()
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    return game


def test_a_new_game_tells_meta_status_score_and_slate():
    _, published = step(None, entry(1, MetaSet(meta())), EPOCH)
    topics = [topic for p in published for _, topic in p.places]
    assert topics == [
        "scoreboard.v1.game.g0000000001.meta",
        "scoreboard.v1.game.g0000000001.status",
        "scoreboard.v1.game.g0000000001.score",
        "scoreboard.v1.league.nba_.slate",
        f"scoreboard.v1.team.{HOME}.slate",
        f"scoreboard.v1.team.{AWAY}.slate",
    ]
    assert {p.seq for p in published} == {1}


def test_a_basket_tells_play_score_shot_clock_and_slate():
    facts = PlayFacts(
        "3pt",
        1,
        clock_ms=600_000,
        side=Side.HOME,
        points=3,
        place=Place(75.0, 50.0, RawPlace(1.0, 2.0, "here")),
        shot=ShotFacts(3, made=True, distance_ft=24.0, zone="arc"),
        participants=(Participant("shooter", name="A. Able", jersey="00", side=Side.HOME),),
    )
    told = by_kind(started().tell(PlayReport("1", facts)))
    assert list(told) == ["play", "score", "shot", "stats", "clock", "slate", "alert"]
    score = envelope(told["score"])["data"]
    assert (score["home"]["points"], score["home"]["periods"], score["leader"]) == (3, [3], HOME)
    assert score["cause"] == {"play_id": "p3", "points": 3, "team_id": HOME, "person_id": None}
    play = envelope(told["play"])["data"]
    assert play["score_after"] == {"home": 3, "away": 0}
    assert play["loc"] == {"x": 75.0, "y": 50.0, "raw": {"x": 1.0, "y": 2.0, "frame": "here"}}
    assert envelope(told["shot"])["data"]["distance_ft"] == 24.0


def test_prev_is_the_last_of_the_same_kind():
    game = started()
    first = by_kind(game.tell(basket("1")))
    second = by_kind(game.tell(basket("2")))
    assert (first["score"].seq, first["score"].prev) == (3, 1)
    assert (second["score"].seq, second["score"].prev) == (4, 3)


def test_a_void_tells_the_correction_and_what_it_retracts():
    game = started()
    game.hear(basket("1", 3))
    told = by_kind(game.tell(VoidReport("1", overturned=True, reason="review")))
    data = envelope(told["correction"])["data"]
    assert (data["kind"], data["target"], data["reason"]) == ("overturn", "p3", "review")
    assert data["before"] == {"score": {"home": 3, "away": 0}}
    assert data["after"] == {"score": {"home": 0, "away": 0}}
    assert data["retracts"] == ["g0000000001:first_lead:p3"]
    assert {"path": "/state", "from": "provisional", "to": "overturned"} in data["changes"]
    assert envelope(told["score"])["data"]["cause"]["points"] == 0


@pytest.mark.parametrize(
    ("report", "kind"),
    [
        (VoidReport("1"), "void"),
        (basket("1", 3, order=100, rev=1), "amend"),
        (basket("0", order=50), "insert"),
        (ScoreReport(Score(9, 0), correction=True), "score.override"),
        (ScoreReport(Score(3, 0)), "score.adjust"),
    ],
)
def test_every_correction_has_its_kind(report, kind):
    game = started()
    game.hear(basket("1", order=100))
    told = by_kind(game.tell(report))
    assert envelope(told["correction"])["data"]["kind"] == kind
    assert told["correction"].delivery is DeliveryClass.CRITICAL


def test_a_substitution_tells_the_lineup():
    told = by_kind(started().tell(PlayReport("1", PlayFacts("substitution", 1))))
    assert envelope(told["lineup"])["data"]["play_type"] == "substitution"


def test_a_status_tells_period_and_score():
    told = by_kind(started().tell(StatusReport(StatusLine(Status.HALFTIME), 2)))
    data = envelope(told["status"])["data"]
    assert (data["state"], data["status"], data["period_label"]) == ("in", "halftime", "Q2")


def test_a_clock_reading_is_told_even_if_nothing_moved():
    game = started()
    game.hear(ClockReport(Clock(1, 1000, as_of_ms=5)))
    told = by_kind(game.tell(ClockReport(Clock(1, 1000, as_of_ms=5))))
    data = envelope(told["clock"])["data"]
    assert (data["value_ms"], data["direction"], data["running"]) == (1000, "down", False)


@pytest.mark.parametrize(
    ("sport", "ruleset", "situation", "expected"),
    [
        ("basketball", "nba", Possession(Side.HOME), {"possession": HOME}),
        (
            "football",
            "nfl",
            FootballSituation(Side.AWAY, 3, 7, 42, "KC 42"),
            {
                "possession": AWAY,
                "down": 3,
                "distance": 7,
                "yards_to_goal": 42,
                "yard_line": "KC 42",
            },
        ),
        (
            "baseball",
            "mlb",
            BaseballSituation("top", 2, 1, 1, (True, False, True)),
            {"half": "top", "balls": 2, "strikes": 1, "outs": 1, "bases": [1, 0, 1]},
        ),
        (
            "baseball",
            "mlb",
            BaseballSituation(),
            {"half": None, "balls": None, "strikes": None, "outs": None, "bases": None},
        ),
        (
            "hockey",
            "nhl",
            HockeySituation(5, 4),
            {"strength": "5v4", "home_skaters": 5, "away_skaters": 4},
        ),
        (
            "hockey",
            "nhl",
            HockeySituation(5),
            {"strength": None, "home_skaters": 5, "away_skaters": None},
        ),
    ],
)
def test_a_situation_is_told_in_the_words_of_its_sport(sport, ruleset, situation, expected):
    from tests.support.games import new_game

    game = Told(new_game(meta(ruleset, sport)))
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    told = by_kind(game.tell(SituationReport(situation)))
    assert envelope(told["situation"])["data"] == expected


def test_changed_meta_tells_meta_and_slate():
    game = started()
    changed = entry(3, MetaSet(attrs.evolve(meta(), venue="Elsewhere")))
    _, published = step(game.state, changed, EPOCH)
    assert [p.kind for p in published] == ["meta", "slate"]
    assert envelope(published[0])["data"]["venue"] == "Elsewhere"


def test_a_log_that_is_read_again_gives_the_same_publications():
    game = started()
    log = [entry(1, MetaSet(meta())), *game.log]
    for report in (basket("1"), basket("2", order=5), VoidReport("1"), ScoreReport(Score(9, 9))):
        game.hear(report)
    log = [entry(1, MetaSet(meta())), *game.log]
    once = [envelope(p) for _, p in replay(log, EPOCH)]
    again = [envelope(p) for _, p in replay(log, EPOCH)]
    assert once == again
    assert [e["seq"] for e in once] == sorted(e["seq"] for e in once)


def test_a_score_that_no_play_moved_has_no_cause():
    told = by_kind(started().tell(ScoreReport(Score(3, 0))))
    assert envelope(told["score"])["data"]["cause"] is None
    game = started()
    game.hear(basket("1", score_after=Score(9, 9)))
    game.state = apply(game.state, entry(game.state.seq + 1, DoubtSet("claimed", True, "S6")))
    told = by_kind(game.tell(PlayReport("2", PlayFacts("foul", 1), score_after=Score(2, 0))))
    assert envelope(told["score"])["data"]["cause"] is None


def test_people_are_named_with_side_number_and_the_providers_id():
    people = (Participant("shooter", side=Side.AWAY, ref="77", jersey="0"), Participant("assist"))
    facts = PlayFacts("2pt", 1, participants=people)
    told = by_kind(started().tell(PlayReport("1", facts)))
    assert envelope(told["play"])["data"]["participants"] == [
        {
            "role": "shooter",
            "person_id": None,
            "name": None,
            "jersey": "0",
            "team_id": AWAY,
            "ref": "77",
        },
        {"role": "assist", "person_id": None, "name": None},
    ]


def test_the_slate_names_the_leader_and_the_start():
    about = attrs.evolve(meta(), scheduled_start_ms=1_577_642_400_000)
    _, published = step(None, entry(1, MetaSet(about)), EPOCH)
    line = envelope(by_kind(published)["slate"])["data"]
    assert line["scheduled_start"] == "2019-12-29T18:00:00.000Z"
    assert (line["leader"], line["home"]["points"]) == (None, 0)


def test_a_place_without_the_providers_figures_is_a_place():
    facts = PlayFacts(
        "2pt", 1, side=Side.HOME, place=Place(1.0, 2.0), shot=ShotFacts(2, made=False)
    )
    told = by_kind(started().tell(PlayReport("1", facts)))
    assert envelope(told["shot"])["data"]["loc"] == {"x": 1.0, "y": 2.0}


def test_a_play_in_half_an_inning_and_one_of_a_shootout_say_so():
    from tests.support.games import new_game

    game = Told(new_game(meta("mlb", "baseball")))
    facts = PlayFacts("single", 1, half="top", situation=BaseballSituation("top"))
    told = by_kind(game.tell(PlayReport("1", facts)))
    data = envelope(told["play"])["data"]
    assert (data["half"], data["situation"]["half"]) == ("top", "top")
    cup = Told(new_game(meta("soccer_cup", "soccer")))
    kick = PlayFacts("shootout_kick", 5, side=Side.HOME, points=1, shootout=True)
    told = by_kind(cup.tell(PlayReport("1", kick)))
    assert envelope(told["play"])["data"]["shootout"] is True
    assert envelope(told["score"])["data"]["shootout"] == {"home": 1, "away": 0}


def test_a_snapshot_is_the_whole_game():
    game = started()
    game.hear(basket("1", 2, order=100))
    game.hear(ScoreReport(Score(5, 0)))
    game.hear(basket("2", 2, Side.AWAY, clock_ms=1000, order=200))
    game.hear(VoidReport("1"))
    whole = snapshot(snapshot_of(game.state))
    assert whole["seq"] == game.state.seq
    assert whole["score"]["home"]["points"] == 3
    assert [play["score_after"] for play in whole["plays"]] == [
        {"home": 0, "away": 0},
        {"home": 3, "away": 2},
    ]
    assert [play["state"] for play in whole["plays"]] == ["voided", "provisional"]
    assert whole["clock"]["value_ms"] == 1000
    assert whole["situation"] is None


def test_a_doubt_that_a_play_closes_is_told():
    game = Game()
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    game.log.append(entry(3, DoubtSet("claimed", True, "S6")))
    game.state = apply(game.state, game.log[-1])
    game.hear(basket("2", score_after=Score(2, 0)))
    told = [
        (p.seq, p.body.doubts)
        for _, p in replay([entry(1, MetaSet(meta())), *game.log], 7)
        if p.kind == "feed"
    ]
    assert told == [(3, ("claimed",)), (4, ())]
