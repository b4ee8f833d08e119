"""
The shape of a game's circumstances.

Rule: what is written here is what `codec.meta` reads. Pure.
"""

from __future__ import annotations

from scoreboard.codec.shape_parts import Shape, time
from scoreboard.model.game import GameMeta, Team


def _team(team: Team) -> Shape:
    shape: Shape = {
        "team_id": team.team_id,
        "name": team.name,
        "abbrev": team.abbrev,
        "record": team.record,
        "rank": team.rank,
        "color": team.color,
        "provider_refs": dict(team.provider_refs),
    }
    if team.roster:
        shape["roster"] = [
            {
                "name": player.name,
                "jersey": player.jersey,
                "person_id": player.person_id,
                "ref": player.ref,
            }
            for player in team.roster
        ]
    return shape


def meta(about: GameMeta) -> Shape:
    """A game and its circumstances; also what `PUT /v1/games/{gid}` takes."""
    return {
        "game_id": about.game_id,
        "league": about.league,
        "sport": about.sport,
        "ruleset_id": about.ruleset,
        "teams": {"home": _team(about.home), "away": _team(about.away)},
        "season": about.season,
        "season_type": about.season_type,
        "stage": about.stage,
        "game_number": about.game_number,
        "official_date": about.official_date,
        "scheduled_start": time(about.scheduled_start_ms),
        "start_status": about.start_status,
        "neutral_site": about.neutral_site,
        "venue": about.venue,
        "coverage": about.coverage.value,
        "provider_refs": dict(about.provider_refs),
    }
