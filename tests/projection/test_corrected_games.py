"""Whatever is corrected, box score and alerts are those of the game as it stands."""

from __future__ import annotations

import random
from functools import cache

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.model.event import Entry, MetaSet, PlayAdded, PlayAmended, PlayVoided, ScoreSet
from scoreboard.model.ids import play_id
from scoreboard.model.play import Play, PlayFacts, PlayState
from scoreboard.model.side import Score, Side
from scoreboard.projection.boxscore import counted_anew
from scoreboard.projection.leads import leads
from scoreboard.projection.publish import replay, step
from scoreboard.projection.stats import NOTHING
from tests.simulator.days import SPORTS, games, live_plays
from tests.support.games import EPOCH, entry

_SEEDS = st.integers(0, 2**32)


@cache
def material(sport):
    """The meta of a simulated game, and plays of it that say who did what."""
    game = games(sport)[0]
    told = [facts for facts in live_plays(game).values() if facts.participants or facts.points]
    return game.meta, tuple(told)


def log_of(sport, seed, length=60):
    """A log in which every third entry corrects something, in no way that a game would."""
    chance = random.Random(seed)
    meta, told = material(sport)
    log = [entry(1, MetaSet(meta))]
    plays: dict[str, Play] = {}
    log.extend(entry(seq, _event(chance, told, plays, seq)) for seq in range(2, length))
    return log


def _event(chance, told, plays, seq):
    facts: PlayFacts = chance.choice(told)
    scoring = [one for one in told if one.points]
    if chance.random() < 0.4:
        facts = chance.choice(scoring)
    what = chance.choice(("add", "add", "add", "insert", "amend", "void", "set"))
    if what == "set":
        change = Score().plus(chance.choice(tuple(Side)), chance.choice((-1, 1, 2)))
        return ScoreSet(Score(), change, 1, chance.random() < 0.5, "said so")
    if what in ("add", "insert") or not plays:
        order = chance.randrange(1, seq * 1024) if what == "insert" else seq * 1024
        added = Play(play_id(seq), 0, order, facts)
        plays[added.play_id] = added
        return PlayAdded(added)
    play = plays[chance.choice(list(plays))]
    if what == "void":
        state = chance.choice((PlayState.VOIDED, PlayState.OVERTURNED))
        plays[play.play_id] = attrs.evolve(play, rev=play.rev + 1, state=state)
        return PlayVoided(play.play_id, play.rev + 1, state, "a slip")
    other = attrs.evolve(play, rev=play.rev + 1, facts=facts, state=PlayState.CONFIRMED)
    plays[play.play_id] = other
    return PlayAmended(other, "better")


def standing(lines):
    return {holder: line.counts for holder, line in lines.items() if line.counts}


@pytest.mark.parametrize("sport", SPORTS)
@settings(max_examples=40, deadline=None)
@given(seed=_SEEDS)
def test_the_box_score_is_that_of_the_plays_that_count(sport, seed):
    state = None
    seen: dict[str, dict[str, int | float]] = {}
    for one in log_of(sport, seed):
        state, published = step(state, one, EPOCH)
        from_nothing = counted_anew(attrs.evolve(state, stats=NOTHING))
        assert standing(from_nothing.lines) == standing(state.stats.lines)
        if any(publication.kind == "stats" for publication in published):
            seen |= {holder: state.stats.lines[holder].counts for holder in state.stats.touched}
        assert seen == {holder: line.counts for holder, line in state.stats.lines.items()}


@pytest.mark.parametrize("sport", SPORTS)
@settings(max_examples=40, deadline=None)
@given(seed=_SEEDS)
def test_every_alert_that_stands_is_true_and_every_other_was_withdrawn(sport, seed):
    state = None
    for one in log_of(sport, seed):
        state, published = step(state, one, EPOCH)
        _check(state)
        told = [
            alert
            for p in published
            if p.topic.startswith("scoreboard.v1.game") and p.kind == "alert"
            for alert in p.body.alerts
        ]
        assert told == [one.alert for one in state.alerts.told if one.seq == state.seq]


def _check(state):
    lead = leads(state)
    assert state.alerts.leader is lead.leader
    names = [told.alert.notif_id for told in state.alerts.told]
    assert len(names) == len(set(names))
    retracted = [told.alert.retracts for told in state.alerts.told if told.alert.retracts]
    withdrawn = [told.alert.notif_id for told in state.alerts.told if told.withdrawn]
    assert sorted(retracted) == sorted(withdrawn)
    scores = set()
    for told in state.alerts.told:
        alert = told.alert
        if told.withdrawn or alert.retracts or alert.play_id is None:
            continue
        play = state.by_id(alert.play_id)
        assert play is not None
        assert play.state.counts
        if alert.kind == "score":
            assert (play.facts.points, play.facts.points_to) == (alert.points, alert.side)
            scores.add(alert.play_id)
        elif alert.kind in ("first_lead", "lead_change", "tie_late"):
            assert lead.turns[alert.play_id] == alert.kind
    if state.meta.sport != "basketball":
        assert scores == {
            play.play_id
            for play in state.plays
            if play.state.counts and play.facts.points and not play.facts.shootout
        }


@pytest.mark.parametrize("sport", SPORTS)
def test_a_log_that_is_read_again_tells_the_same(sport):
    log: list[Entry] = log_of(sport, 7)
    first = [publication for _, publication in replay(log, EPOCH)]
    assert first == [publication for _, publication in replay(log, EPOCH)]
    kinds = {publication.kind for publication in first}
    assert {"stats", "alert", "correction"} <= kinds
    by_kind: dict[str, int] = {}
    for publication in first:
        if not publication.topic.startswith("scoreboard.v1.game"):
            continue
        assert publication.prev == by_kind.get(publication.kind, 0)
        by_kind[publication.kind] = publication.seq
