"""
The shape of a box score, and of the lines of it that an entry moved.

Rule: a line shows what the ruleset's box has, in its order. Pure.
"""

from __future__ import annotations

from scoreboard.codec.shape_parts import ENVELOPE_VERSION, Shape, score
from scoreboard.codec.text import iso
from scoreboard.model.boxscore import BoxScore, StatLine
from scoreboard.model.game import GameMeta
from scoreboard.model.payload import StatsPayload
from scoreboard.sports.boxes import BOXES


def _line(line: StatLine, about: GameMeta) -> Shape:
    person = line.person
    shape: Shape = {"team_id": about.team(line.side).team_id, "person_id": None}
    if person is not None:
        shape["person_id"] = person.person_id
        shape["name"] = person.name
        if person.jersey is not None:
            shape["jersey"] = person.jersey
        if person.ref is not None:
            shape["ref"] = person.ref
    shape["set"] = dict(BOXES[about.ruleset].shows(line.counts))
    return shape


def stats(body: StatsPayload) -> Shape:
    """The lines that one entry moved."""
    return {"scope": "game", "lines": [_line(line, body.meta) for line in body.lines]}


def box_score(box: BoxScore) -> Shape:
    """The box score, as `boxscore.get` and `GET /v1/games/{gid}/boxscore` answer it."""
    return {
        "v": ENVELOPE_VERSION,
        "game_id": box.meta.game_id,
        "epoch": box.epoch,
        "seq": box.seq,
        "as_of": iso(box.ts_ms),
        "status": box.line.status.value,
        "period_index": box.period_index,
        "score": score(box.score),
        "lines": [_line(line, box.meta) for line in box.lines],
    }
