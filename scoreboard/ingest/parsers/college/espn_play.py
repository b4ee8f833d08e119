"""
One play of an ESPN summary.

Rule: `scoringPlay` says whether a shot went in (`scoreValue` stands on misses too), and
a coordinate is a place only on a shot from the field: ESPN fills the others in. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import attrs

from scoreboard.ingest.parsers.college import court as college_court
from scoreboard.ingest.parsers.college import espn_text
from scoreboard.ingest.parsers.college.espn_header import Header, points
from scoreboard.ingest.parsers.college.espn_text import ESPN
from scoreboard.ingest.parsers.college.game import MAX_PERIODS, clock_in
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.reading.text_form import Told
from scoreboard.ingest.parsers.running.game_rows import Draft
from scoreboard.model.ids import person_id
from scoreboard.model.play import Participant, Place, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side

#: Coordinates beyond this stand for "none": ESPN writes -214748340.
_NOWHERE = 1_000

#: What a shot from the field, and any shot, can be worth.
_FROM_THE_FIELD = (2, 3)
_WORTH = (1, 2, 3)


@attrs.frozen
class Player:
    """A player as the box score has them."""

    name: str | None
    jersey: str | None
    side: Side | None


@attrs.frozen
class Cast:
    """Who plays: `players` by ESPN's number, as text; empty without a box score."""

    header: Header
    players: Mapping[str, Player]

    def person(self, ref: str, role: str, name: str | None) -> Participant:
        """The person with ESPN's number `ref`; `name` as the text has it."""
        known = self.players.get(ref, Player(None, None, None))
        return Participant(
            role=role,
            person_id=person_id(self.header.meta.league, ESPN, ref),
            name=known.name or name,
            jersey=known.jersey,
            side=known.side,
            ref=ref,
        )


def cast(document: Member, header: Header) -> Cast:
    """Who plays, from the box score of `document`."""
    players: dict[str, Player] = {}
    for club in document["boxscore"]["players"].items():
        side = header.sides.get(club["team"]["id"].text() or "")
        for table in club["statistics"].items():
            for line in table["athletes"].items():
                athlete = line["athlete"]
                ref = athlete["id"].text()
                if ref:
                    name = athlete["displayName"].text() or athlete["shortName"].text()
                    players[ref] = Player(name, athlete["jersey"].text(), side)
    return Cast(header, players)


def draft(play: Member, who: Cast, period: int, quirks: Counter[str]) -> Draft:
    """
    The play.

    Args:
        period: of the play before it, for one that names none.

    Raises:
        BadDocument: a number is none, or no game has it.
    """
    text = play["text"].text() or ""
    says = espn_text.told(text, play["type"]["text"].text() or "")
    side = who.header.sides.get(play["team"]["id"].text() or "")
    shot = _shot(play, says, text)
    place = _place(play, quirks) if shot and shot.value in _FROM_THE_FIELD else None
    if shot and shot.distance_ft is None and place:
        shot = attrs.evolve(shot, distance_ft=college_court.distance_ft(place))
    quirks["no team"] += side is None
    quirks["unknown play"] += says.play_type == "unknown" and shot is None
    period = period_of(play) or period
    facts = PlayFacts(
        play_type=espn_text.play_type(says, shot),
        period_index=period,
        subtype=says.variety,
        clock_ms=clock_in(_clock(play), period, quirks, who.header.ruleset),
        wallclock_ms=play["wallclock"].utc_ms(),
        order=_sequence(play),
        side=side,
        points=shot.value if shot and shot.made else 0,
        points_to=side if shot and shot.made else None,
        result=("made" if shot.made else "missed") if shot else None,
        participants=_people(play, says, who),
        place=place,
        shot=shot,
        text=text or None,
    )
    return Draft(_ref(play), play.path, facts, _claim(play))


def period_of(play: Member) -> int | None:
    """The play's period; None if it names none. Raises: BadDocument: no game has it."""
    number = play["period"]["number"]
    value = number.integer()
    if value is not None and not 0 <= value <= MAX_PERIODS:
        raise number.wrong(f"is not in 1-{MAX_PERIODS}")
    return value or None


def _ref(play: Member) -> str:
    ref = play["id"].text() or play["sequenceNumber"].text()
    if ref is None:
        raise play["id"].wrong("must name the play")
    return ref


def _sequence(play: Member) -> int | None:
    """ESPN's place of the play in the game; None if it is no number."""
    text = play["sequenceNumber"].text() or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _claim(play: Member) -> Score | None:
    home, away = points(play["homeScore"]), points(play["awayScore"])
    return None if home is None or away is None else Score(home, away)


def _clock(play: Member) -> int | None:
    shown = play["clock"]["displayValue"]
    text = shown.text()
    value = None if text is None else espn_text.clock_ms(text)
    if text is not None and value is None:
        raise shown.wrong("is no clock such as 19:23 or 45.3")
    return value


def _shot(play: Member, says: Told, text: str) -> ShotFacts | None:
    """The attempt; None if the play is none."""
    scored = play["scoringPlay"].flag()
    told = says.play_type in {"shot", "freethrow"}
    if not (scored or told or play["shootingPlay"].flag()):
        return None
    worth = [play["scoreValue"].integer(), play["pointsAttempted"].integer()]
    value = next((value for value in worth if value in _WORTH), None)
    if value is None or (says.play_type == "freethrow" and not scored):
        value = espn_text.value(says) if told else 2
    made = scored if play["scoringPlay"].value is not None else espn_text.made(says)
    return ShotFacts(value, made, espn_text.feet(text))


def _place(play: Member, quirks: Counter[str]) -> Place | None:
    coordinate = play["coordinate"]
    if not coordinate:
        return None  # most seasons have none
    x, y = coordinate["x"].number(), coordinate["y"].number()
    if x is None or y is None or max(abs(x), abs(y)) > _NOWHERE:
        quirks["no location"] += 1
        return None
    place = college_court.from_hoop(x, y)
    quirks["bad location"] += place is None
    return place


def _people(play: Member, says: Told, who: Cast) -> tuple[Participant, ...]:
    """
    Who took part, with the roles that the text gives them.

    Text and list name people in one order; where the box score has the names, they decide.
    """
    roles = {person.name: person.role for person in says.people}
    people = []
    for index, entry in enumerate(play["participants"].items()):
        ref = entry["athlete"]["id"].text()
        if ref is None:
            continue
        named = says.people[index] if index < len(says.people) else None
        known = who.players.get(ref)
        role = roles.get(known.name or "") if known else None
        people.append(
            who.person(
                ref,
                role or (named.role if named else "player"),
                named.name if named else None,
            )
        )
    return tuple(people)
