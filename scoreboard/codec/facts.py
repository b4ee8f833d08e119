"""
A play as a source tells it: plain data to its facts.

Rule: reading is strict in types and tolerant of unknown fields, which are remembered. Teams
are written "home", "away" or by id. Pure.
"""

from __future__ import annotations

from typing import Any

import attrs

from scoreboard.codec.fields import Fields, Malformed
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import parse_person_id
from scoreboard.model.play import Participant, Place, PlayFacts, RawPlace, ShotFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import (
    BaseballSituation,
    FootballSituation,
    HockeySituation,
    Possession,
    Situation,
)

#: The place in the game that a play may claim, either way: behind it there must be room for
#: all that come (`model.play.ORDER_STEP` each) below 2**53, the largest number of the log.
_MAX_ORDER = 2**52


@attrs.frozen
class ReceivedFacts:
    """
    A play that was read by itself.

    Attributes:
        unknown_teams: team references that are neither of the game's teams.
        ignored: paths of fields that this version does not know.
    """

    facts: PlayFacts
    unknown_teams: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def read_facts(fields: Fields, meta: GameMeta) -> ReceivedFacts:
    """
    A play by itself, in the shape of a message's `play`.

    Raises:
        Malformed: as `reports.read_message`.
    """
    reader = FactsReader(meta)
    facts = reader.facts(fields)
    reader.done(fields)
    return ReceivedFacts(facts, tuple(reader.unknown_teams), tuple(reader.ignored))


class FactsReader:
    """
    Reads what one message tells of one game, and remembers what was odd in it.

    Attributes:
        unknown_teams, ignored: as in `ReceivedFacts`, so far.
    """

    def __init__(self, meta: GameMeta) -> None:
        self._meta = meta
        self.unknown_teams: list[str] = []
        self.ignored: list[str] = []

    def done(self, *parts: Fields | None) -> None:
        """The parts are read: what nobody asked for is ignored."""
        for part in parts:
            if part is not None:
                self.ignored += part.unread()

    def side(self, fields: Fields, name: str) -> Side | None:
        """The side of a team; None if there is none, or one that does not play."""
        reference = fields.text(name)
        if reference is None:
            return None
        side = self._meta.side_of(reference)
        if side is None:
            self.unknown_teams.append(reference)
        return side

    def facts(self, fields: Fields) -> PlayFacts:
        """A play."""
        shot, where, about = fields.fields("shot"), fields.fields("loc"), fields.fields("situation")
        facts = PlayFacts(
            play_type=fields.need_text("play_type"),
            period_index=fields.need_integer("period_index"),
            subtype=fields.text("subtype"),
            qualifiers=fields.each("qualifiers", _text_item),
            half=fields.text("half"),
            clock_ms=fields.integer("clock_ms"),
            wallclock_ms=fields.time("wallclock"),
            order=_order(fields),
            side=self.side(fields, "team_id"),
            points=fields.integer("points") or 0,
            points_to=self.side(fields, "points_to"),
            result=fields.text("result"),
            shootout=fields.flag("shootout"),
            participants=fields.each("participants", self._participant),
            place=None if where is None else self._place(where),
            shot=None if shot is None else self._shot(shot),
            situation=None if about is None else self.situation(about),
            text=fields.text("text"),
        )
        self.done(shot, where, about)
        return facts

    def _participant(self, data: Any, path: str) -> Participant:
        fields = Fields(data, path)
        person = fields.text("person_id")
        participant = Participant(
            role=fields.need_text("role"),
            person_id=None if person is None else parse_person_id(person),
            name=fields.text("name"),
            jersey=fields.text("jersey"),
            side=self.side(fields, "team_id"),
            ref=fields.text("ref"),
        )
        self.done(fields)
        return participant

    def _place(self, fields: Fields) -> Place:
        raw = fields.fields("raw")
        read = Place(
            x=fields.need_number("x"),
            y=fields.need_number("y"),
            raw=None
            if raw is None
            else RawPlace(raw.need_number("x"), raw.need_number("y"), raw.need_text("frame")),
        )
        self.done(raw)
        return read

    @staticmethod
    def _shot(fields: Fields) -> ShotFacts:
        return ShotFacts(
            value=fields.need_integer("value"),
            made=fields.flag("made"),
            distance_ft=fields.number("distance_ft"),
            zone=fields.text("zone"),
        )

    def situation(self, fields: Fields) -> Situation:
        """Down and distance, count, strength or possession, by the sport."""
        match self._meta.sport:
            case "football":
                return FootballSituation(
                    possession=self.side(fields, "possession"),
                    down=fields.integer("down"),
                    distance=fields.integer("distance"),
                    yards_to_goal=fields.integer("yards_to_goal"),
                    yard_line=fields.text("yard_line"),
                )
            case "baseball":
                bases = fields.each("bases", _base, most=3)
                if bases and len(bases) != 3:
                    raise Malformed(fields.at("bases"), "must have three elements")
                return BaseballSituation(
                    half=fields.text("half"),
                    balls=fields.integer("balls"),
                    strikes=fields.integer("strikes"),
                    outs=fields.integer("outs"),
                    bases=(bases[0], bases[1], bases[2]) if bases else None,
                )
            case "hockey":
                fields.raw("strength")
                return HockeySituation(
                    home_skaters=fields.integer("home_skaters"),
                    away_skaters=fields.integer("away_skaters"),
                )
            case _:
                return Possession(self.side(fields, "possession"))


def _text_item(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise Malformed(path, "must be a text")
    return value


def _base(value: Any, path: str) -> bool:
    if value not in (0, 1):
        raise Malformed(path, "must be 0 or 1")
    return bool(value)


def _order(fields: Fields) -> int | None:
    order = fields.integer("order")
    if order is not None and abs(order) > _MAX_ORDER:
        raise Malformed(fields.at("order"), "is beyond 2**52")
    return order
