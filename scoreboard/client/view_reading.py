"""
Payloads out of plain data: the `data` of each type of envelope, as views.

Rule: like `client.reading`, the mirror of `codec.shape`: each field that is shown is
checked once, others are ignored. Pure.
"""

from __future__ import annotations

from typing import Any

from scoreboard.client.views import (
    ClockView,
    CorrectionView,
    MetaView,
    PlayView,
    ScoreView,
    SituationView,
    SlateLine,
    StatusView,
    TeamView,
)
from scoreboard.codec.fields import Fields
from scoreboard.model.clock import Direction
from scoreboard.model.play import PlayState
from scoreboard.model.side import Score
from scoreboard.model.status import State

#: People in a play beyond which a payload is refused.
_MOST_PEOPLE = 64


def _team(fields: Fields) -> TeamView:
    abbrev = fields.need_text("abbrev")
    return TeamView(fields.need_text("team_id"), fields.text("name") or abbrev, abbrev)


def read_meta(data: object) -> MetaView:
    """The `data` of "meta". Raises: Malformed."""
    fields = Fields(data, "meta")
    teams = fields.need_fields("teams")
    return MetaView(
        league=fields.need_text("league"),
        sport=fields.need_text("sport"),
        ruleset=fields.need_text("ruleset_id"),
        home=_team(teams.need_fields("home")),
        away=_team(teams.need_fields("away")),
        stage=fields.text("stage"),
        scheduled_start_ms=fields.time("scheduled_start"),
    )


def _score(fields: Fields | None) -> Score | None:
    if fields is None:
        return None
    return Score(fields.need_integer("home"), fields.need_integer("away"))


def _points(value: Any, path: str) -> int:
    return Fields({"points": value}, path).need_integer("points")


def read_score(data: object) -> ScoreView:
    """The `data` of "score". Raises: Malformed."""
    fields = Fields(data, "score")
    sides = [fields.need_fields(side) for side in ("home", "away")]
    home, away = (side.each("periods", _points) for side in sides)
    return ScoreView(
        score=Score(*(side.need_integer("points") for side in sides)),
        # A side without an entry for a period has not scored in it.
        periods=tuple(
            Score(home[n] if n < len(home) else 0, away[n] if n < len(away) else 0)
            for n in range(max(len(home), len(away)))
        ),
        shootout=_score(fields.fields("shootout")),
        confidence=fields.text("confidence") or "confirmed",
        clock_ms=fields.integer("clock_ms"),
    )


def read_status(data: object) -> StatusView:
    """The `data` of "status". Raises: Malformed."""
    fields = Fields(data, "status")
    return _status(fields, _score(fields.fields("score")))


def _status(fields: Fields, score: Score | None) -> StatusView:
    return StatusView(
        state=fields.choice("state", State),
        status=fields.need_text("status"),
        period_index=fields.need_integer("period_index"),
        period_label=fields.text("period_label") or "",
        decided_in=fields.text("decided_in"),
        reason=fields.text("reason"),
        score=score,
    )


def read_clock(data: object) -> ClockView:
    """The `data` of "clock"; when it was read is for the caller to say. Raises: Malformed."""
    fields = Fields(data, "clock")
    return ClockView(
        period_index=fields.need_integer("period_index"),
        value_ms=fields.need_integer("value_ms"),
        running=fields.flag("running"),
        direction=fields.choice("direction", Direction, Direction.DOWN),
        as_of_ms=fields.time("as_of"),
    )


def read_situation(data: object) -> SituationView:
    """The `data` of "situation". Raises: Malformed."""
    fields = Fields(data, "situation")
    return SituationView(
        possession=fields.text("possession"),
        down=fields.integer("down"),
        distance=fields.integer("distance"),
        yard_line=fields.text("yard_line"),
        half=fields.text("half"),
        balls=fields.integer("balls"),
        strikes=fields.integer("strikes"),
        outs=fields.integer("outs"),
        bases=tuple(bool(base) for base in fields.each("bases", lambda base, _: base, 3)),
        strength=fields.text("strength"),
    )


def _name(value: Any, path: str) -> str | None:
    return Fields(value, path).text("name")


def read_play(data: object) -> PlayView:
    """The `data` of "play". Raises: Malformed."""
    fields = Fields(data, "play")
    people = fields.each("participants", _name, _MOST_PEOPLE)
    return PlayView(
        play_id=fields.need_text("play_id"),
        rev=fields.need_integer("rev"),
        order=fields.need_integer("order"),
        period_index=fields.need_integer("period_index"),
        half=fields.text("half"),
        clock_ms=fields.integer("clock_ms"),
        play_type=fields.need_text("play_type"),
        result=fields.text("result"),
        team_id=fields.text("team_id"),
        points=fields.integer("points") or 0,
        state=fields.choice("state", PlayState, PlayState.PROVISIONAL),
        text=fields.text("text"),
        score_after=_score(fields.fields("score_after")),
        people=tuple(name for name in people if name),
    )


def read_correction(data: object, seq: int) -> CorrectionView:
    """The `data` of "correction", which stood at `seq`. Raises: Malformed."""
    fields = Fields(data, "correction")
    before, after = fields.fields("before"), fields.fields("after")
    return CorrectionView(
        seq=seq,
        kind=fields.need_text("kind"),
        target=fields.text("target"),
        reason=fields.text("reason") or "",
        by=fields.text("by") or "",
        before=None if before is None else _score(before.fields("score")),
        after=None if after is None else _score(after.fields("score")),
    )


def read_line(data: object) -> SlateLine:
    """A line of `slate.get`, or the `data` of "slate". Raises: Malformed."""
    fields = Fields(data, "slate")
    home, away = fields.need_fields("home"), fields.need_fields("away")
    score = Score(home.need_integer("points"), away.need_integer("points"))
    return SlateLine(
        game_id=fields.need_text("game_id"),
        league=fields.need_text("league"),
        home=_team(home),
        away=_team(away),
        status=_status(fields, score),
        score=score,
        clock_ms=fields.integer("clock_ms"),
        scheduled_start_ms=fields.time("scheduled_start"),
    )
