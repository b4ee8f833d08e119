"""
One row of a STATS table as a play.

Rule: whether and what a shot scored is read from the row's flags (`shot_outcome`,
`three_pt`, `free_throw`), and from its text only where they are absent. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import attrs

from scoreboard.ingest.parsers.college import court as college_court
from scoreboard.ingest.parsers.college.game import LEAGUE, MAX_PERIODS, MAX_SCORE, clock_in
from scoreboard.ingest.parsers.college.stats_text import told
from scoreboard.ingest.parsers.reading.csv_table import Row
from scoreboard.ingest.parsers.reading.text_form import Named, Told
from scoreboard.ingest.parsers.running.game_rows import Draft
from scoreboard.model.ids import person_id
from scoreboard.model.play import Participant, Place, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side

#: The id scheme.
SCHEME = "stats"

_FEET = re.compile(r"from (\d{1,2}) f(?:ee|oo)t out")


@attrs.frozen
class Cast:
    """
    Who plays, as far as the file names them.

    Attributes:
        sides: names, numbers and nicknames of the teams, and the side of each; a
            nickname that both have is left out.
        ids: players' numbers by side and name; free throws and rebounds have only the name.
    """

    sides: Mapping[str, Side]
    teams: frozenset[str]
    ids: Mapping[tuple[Side, str], str]

    def person(self, named: Named, side: Side | None, ref: str | None) -> Participant | None:
        """Who is `named` in a row of `side`, or has the number `ref`; None for a team."""
        if named.name in self.teams:
            return None
        of = side if side is None or named.ours else side.other
        ref = ref or (self.ids.get((of, named.name)) if of else None)
        return Participant(
            role=named.role,
            person_id=person_id(LEAGUE, SCHEME, ref) if ref else None,
            name=named.name or None,
            side=of,
            ref=ref,
        )


def cast(rows: Iterable[Row]) -> Cast:
    """Who plays in the game of `rows`."""
    sides: dict[str, Side] = {}
    nicknames: dict[str, set[Side]] = {}
    ids: dict[tuple[Side, str], str] = {}
    for row in rows:
        for side in Side:
            sides[row.needed_text(side.value)] = side
            nickname = row.text(f"{side.value}_name")
            if nickname:
                nicknames.setdefault(nickname, set()).add(side)
        scorer, shooter, number = _side(row, sides), row.text("shooter"), _number(row)
        if scorer and shooter and number:
            ids[scorer, shooter] = number
    return Cast(sides, frozenset(sides) | frozenset(nicknames), ids)


def _number(row: Row) -> str | None:
    """The shooter's number, also when it is written "332797.0"."""
    text = row.text("shooter_id")
    return text.removesuffix(".0") if text else None


def _side(row: Row, sides: Mapping[str, Side]) -> Side | None:
    return sides.get(row.text("event_team") or "")


def draft(row: Row, who: Cast, quirks: Counter[str]) -> Draft:
    """
    The play on `row`.

    Raises:
        BadDocument: a number is none, or no game has it.
    """
    text = row.text("desc") or ""
    says = told(text)
    side = _side(row, who.sides)
    shot = _shot(row, says, text)
    place = _place(row, quirks) if shot and shot.value > 1 else None
    if shot and shot.distance_ft is None and place:
        shot = attrs.evolve(shot, distance_ft=college_court.distance_ft(place))
    quirks["unknown play"] += says.play_type == "unknown" and shot is None
    period = row.bounded("half", 1, MAX_PERIODS)
    people = (who.person(named, side, ref) for named, ref in _people(row, says, shot))
    facts = PlayFacts(
        play_type=_play_type(says, shot),
        period_index=period,
        subtype=says.variety or (row.text("shot_desc") or "").lower() or None,
        clock_ms=clock_in(_clock_ms(row), period, quirks),
        side=side,
        points=shot.value if shot and shot.made else 0,
        points_to=side if shot and shot.made else None,
        result=("made" if shot.made else "missed") if shot else None,
        participants=tuple(person for person in people if person),
        place=place,
        shot=shot,
        text=text or None,
    )
    ref = row.needed_text("play_id").removesuffix(".0")
    return Draft(ref, f"row {row.number}", facts, score(row))


def score(row: Row) -> Score | None:
    """The running score on `row`; None if either half is absent. Raises: BadDocument."""
    if row.text("home_score") is None or row.text("away_score") is None:
        return None
    return Score(row.bounded("home_score", 0, MAX_SCORE), row.bounded("away_score", 0, MAX_SCORE))


def _clock_ms(row: Row) -> int | None:
    seconds = row.number_in("half_secs_remaining")
    return None if seconds is None else round(seconds * 1000)


def _play_type(says: Told, shot: ShotFacts | None) -> str:
    if shot is not None:
        return {1: "freethrow", 2: "2pt", 3: "3pt"}[shot.value]
    return "unknown" if says.play_type in {"shot", "freethrow"} else says.play_type


def _shot(row: Row, says: Told, text: str) -> ShotFacts | None:
    """The attempt that the row's flags, or else its text, tell of; None if of none."""
    outcome = (row.text("shot_outcome") or "").lower()
    if not outcome and says.play_type in {"shot", "freethrow"}:
        outcome = "made" if says.verb in {"makes", "dunks"} else "missed"
    if outcome not in {"made", "missed"}:
        return None
    free, three = row.flag("free_throw"), row.flag("three_pt")
    free = says.play_type == "freethrow" if free is None else free
    three = "3-point" in text if three is None else three
    feet = _FEET.search(text)
    return ShotFacts(
        value=1 if free else 3 if three else 2,
        made=outcome == "made",
        distance_ft=float(feet[1]) if feet else None,
    )


def _place(row: Row, quirks: Counter[str]) -> Place | None:
    x, y = row.number_in("loc_x"), row.number_in("loc_y")
    if x is None or y is None:
        quirks["no location"] += 1
        return None
    place = college_court.from_baseline(x, y)
    quirks["bad location"] += place is None
    return place


def _people(row: Row, says: Told, shot: ShotFacts | None) -> Iterator[tuple[Named, str | None]]:
    """
    Who takes part, each with the number that the row gives.

    The shooter is the one in the columns, which older files have without a name.
    """
    number = _number(row)
    shooter = row.text("shooter")
    if shot and (shooter or number):
        yield Named("shooter", shooter or ""), number
    for named in says.people:
        if named.role != "shooter" or not (shooter or number):
            yield named, None
