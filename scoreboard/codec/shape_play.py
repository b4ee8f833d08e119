"""
The shape of plays, shots and situations.

Rule: teams are written by id, places attack-normalised. Pure.
"""

from __future__ import annotations

from scoreboard.codec.shape_parts import Shape, score, team_id, time
from scoreboard.model.game import GameMeta
from scoreboard.model.payload import PlayPayload, ShotPayload
from scoreboard.model.play import Participant, Place, Play
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Situation,
)


def situation(value: Situation, about: GameMeta) -> Shape:
    """Down and distance, count, strength or possession, teams by id."""
    match value:
        case FootballSituation():
            return {
                "possession": team_id(about, value.possession),
                "down": value.down,
                "distance": value.distance,
                "yards_to_goal": value.yards_to_goal,
                "yard_line": value.yard_line,
            }
        case BaseballSituation():
            bases = value.bases
            return {
                "half": value.half,
                "balls": value.balls,
                "strikes": value.strikes,
                "outs": value.outs,
                "bases": None if bases is None else [int(base) for base in bases],
            }
        case HockeySituation(home_skaters=home, away_skaters=away):
            known = home is not None and away is not None
            return {
                "strength": f"{home}v{away}" if known else None,
                "home_skaters": home,
                "away_skaters": away,
            }
        case _:
            return {"possession": team_id(about, value.possession)}


def place(where: Place | None) -> Shape | None:
    """A place, attack-normalised, with the provider's own figures beside it."""
    if where is None:
        return None
    shape: Shape = {"x": round(where.x, 1), "y": round(where.y, 1)}
    if where.raw is not None:
        shape["raw"] = {"x": where.raw.x, "y": where.raw.y, "frame": where.raw.frame}
    return shape


def _participant(person: Participant, about: GameMeta) -> Shape:
    shape: Shape = {"role": person.role, "person_id": person.person_id, "name": person.name}
    if person.jersey is not None:
        shape["jersey"] = person.jersey
    if person.side is not None:
        shape["team_id"] = team_id(about, person.side)
    if person.ref is not None:
        shape["ref"] = person.ref
    return shape


def play(body: Play, about: GameMeta) -> Shape:
    """A play as the log knows it."""
    facts = body.facts
    shape: Shape = {
        "play_id": body.play_id,
        "rev": body.rev,
        "order": body.order,
        "period_index": facts.period_index,
        "clock_ms": facts.clock_ms,
        "wallclock": time(facts.wallclock_ms),
        "play_type": facts.play_type,
        "subtype": facts.subtype,
        "qualifiers": list(facts.qualifiers),
        "result": facts.result,
        "team_id": team_id(about, facts.side),
        "points": facts.points,
        "points_to": team_id(about, facts.points_to),
        "participants": [_participant(person, about) for person in facts.participants],
        "loc": place(facts.place),
        "state": body.state.value,
        "text": facts.text,
        "flags": list(body.flags),
        "provider_refs": {ref.source: ref.ref for ref in body.refs},
    }
    if facts.half is not None:
        shape["half"] = facts.half
    if facts.shootout:
        shape["shootout"] = True
    if facts.shot is not None:
        shot = facts.shot
        shape["shot"] = {
            "value": shot.value,
            "made": shot.made,
            "distance_ft": shot.distance_ft,
            "zone": shot.zone,
        }
    if facts.situation is not None:
        shape["situation"] = situation(facts.situation, about)
    return shape


def told_play(body: PlayPayload) -> Shape:
    """A play with the score after it."""
    return play(body.play, body.meta) | {"score_after": score(body.score_after)}


def shot(body: ShotPayload) -> Shape:
    """A located attempt."""
    return {
        "play_id": body.play_id,
        "rev": body.rev,
        "team_id": body.team_id,
        "person_id": body.person_id,
        "period_index": body.period_index,
        "value": body.value,
        "made": body.made,
        "loc": place(body.place),
        "distance_ft": body.distance_ft,
        "zone": body.zone,
        "voided": body.voided,
    }
