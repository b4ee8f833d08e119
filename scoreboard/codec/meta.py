"""
Game meta out of plain data: what `PUT /v1/games/{gid}` takes.

Rule: a team without an id gets one from its league and abbreviation, the same at every
sender. The other direction is `codec.shape_game`. Pure.
"""

from __future__ import annotations

from typing import Any

from scoreboard.codec.fields import Fields, Malformed
from scoreboard.model.game import Coverage, GameMeta, Player, Team
from scoreboard.model.ids import (
    GameId,
    League,
    parse_league,
    parse_person_id,
    parse_team_id,
    team_id,
)

#: A college football team dresses more than a hundred.
_MOST_PLAYERS = 200


def read_meta(data: object, game_id: GameId, sports: dict[str, str]) -> GameMeta:
    """
    A game's meta out of decoded JSON.

    Args:
        game_id: as the address names it; the body may repeat it but not contradict it.
        sports: ruleset id -> sport, of all rulesets that are known.

    Raises:
        Malformed: a field is missing, of the wrong type, or names an unknown ruleset.
        BadId: an id is not in its form.
    """
    fields = Fields(data)
    if (fields.text("game_id") or game_id) != game_id:
        raise Malformed("game_id", f"is not {game_id}, the game in the address")
    league = parse_league(fields.need_text("league"))
    ruleset = fields.need_text("ruleset_id")
    if ruleset not in sports:
        raise Malformed("ruleset_id", f"{ruleset!r} is none of: {', '.join(sorted(sports))}")
    sport = fields.text("sport") or sports[ruleset]
    if sport != sports[ruleset]:
        raise Malformed("sport", f"{sport!r} is not the sport of {ruleset} ({sports[ruleset]})")
    teams = fields.need_fields("teams")
    home, away = (_team(teams.need_fields(side), league) for side in ("home", "away"))
    if home.team_id == away.team_id:
        raise Malformed("teams", "home and away are the same team")
    return GameMeta(
        game_id=game_id,
        league=league,
        sport=sport,
        ruleset=ruleset,
        home=home,
        away=away,
        season=fields.text("season"),
        season_type=fields.text("season_type"),
        stage=fields.text("stage"),
        game_number=fields.integer("game_number"),
        official_date=fields.text("official_date"),
        scheduled_start_ms=fields.time("scheduled_start"),
        start_status=fields.text("start_status"),
        neutral_site=fields.flag("neutral_site"),
        venue=fields.text("venue"),
        coverage=fields.choice("coverage", Coverage, Coverage.FULL),
        provider_refs=_refs(fields),
    )


def _team(fields: Fields, league: League) -> Team:
    abbrev = fields.need_text("abbrev")
    given = fields.text("team_id")
    return Team(
        team_id=team_id(league, abbrev) if given is None else parse_team_id(given),
        name=fields.text("name") or abbrev,
        abbrev=abbrev,
        record=fields.text("record"),
        rank=fields.integer("rank"),
        color=fields.text("color"),
        provider_refs=_refs(fields),
        roster=fields.each("roster", _player, most=_MOST_PLAYERS),
    )


def _player(data: Any, path: str) -> Player:
    fields = Fields(data, path)
    person = fields.text("person_id")
    player = Player(
        name=fields.text("name"),
        jersey=fields.text("jersey"),
        person_id=None if person is None else parse_person_id(person),
        ref=fields.text("ref"),
    )
    if player == Player():
        raise Malformed(path, "has none of: name, jersey, person_id, ref")
    return player


def _refs(fields: Fields) -> tuple[tuple[str, str], ...]:
    refs = fields.raw("provider_refs") or {}
    if not isinstance(refs, dict) or len(refs) > 16:
        raise Malformed(fields.at("provider_refs"), "must be an object of at most 16 texts")
    for name, value in refs.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise Malformed(fields.at("provider_refs"), "must hold texts")
    return tuple(sorted(refs.items()))
