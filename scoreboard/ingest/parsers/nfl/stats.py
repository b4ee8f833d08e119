"""
Statistics codes of the NFL's game book: who did what in a play.

Rule: a code says what somebody did and nothing else is read out of it; one that is not
in the tables is still a participant, as "stat_<code>". Pure.

Source: NFL GSIS, list of stat ids, as reprinted in the documentation of nflfastR.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.ids import person_id
from scoreboard.model.play import Participant
from scoreboard.model.side import Side

LEAGUE = "nfl_"

#: role -> the codes that give it to a player.
_ROLES: dict[str, tuple[int, ...]] = {
    "passer": (14, 15, 16, 17, 18, 19, 77, 78, 111, 112),
    "rusher": (10, 11, 12, 13, 75, 76),
    "receiver": (21, 22, 23, 24, 104, 105, 113),
    "target": (115,),
    "sacked": (20, 103),
    "interceptor": (25, 26, 27, 28),
    "punter": (2, 29, 30, 31, 32),
    "kicker": (41, 42, 43, 44, 69, 70, 71, 72, 73, 74, 410),
    "returner": (33, 34, 35, 36, 39, 45, 46, 47, 48, 50),
    "fumbler": (52, 53, 54, 106),
    "recoverer": (55, 56, 57, 58, 59, 60, 61, 62, 107, 108),
    "tackler": (79, 80),
    "tackle_assist": (82,),
    "tackle_for_loss": (120, 402),
    "sacker": (83, 84),
    "quarterback_hit": (110,),
    "pass_defender": (85,),
    "blocker": (86, 87, 88),
    "forced_fumble": (91,),
    "safety_maker": (89, 90),
    "penalized": (93,),
    "try_defender": (403, 404, 405, 406, 420),
}
_ROLE_OF = {code: role for role, codes in _ROLES.items() for code in codes}

#: What a play was -> the codes that only such a play has; the first that fits is it.
_KINDS: dict[str, tuple[int, ...]] = {
    "punt": (2, 29, 31, 32),
    "field_goal": (69, 70, 71),
    "extra_point": (72, 73, 74, 301),
    "two_point": (75, 76, 77, 78, 104, 105),
    "kickoff": (41, 44, 410),
    "sack": (20,),
    "pass": (14, 15, 16, 19),
    "rush": (10, 11),
    "penalty": (93,),
    "timeout": (68,),
}

#: Points -> codes of whoever scored them.
_POINTS: dict[int, tuple[int, ...]] = {
    6: (11, 13, 16, 18, 22, 24, 26, 28, 34, 36, 46, 48, 56, 58, 60, 62, 64, 108),
    3: (70,),
    2: (75, 77, 89, 104, 404, 406, 420),
    1: (72,),
}

#: qualifier -> codes that say it.
_QUALIFIERS: dict[str, tuple[int, ...]] = {
    "blocked": (2, 71, 74, 86, 87, 88),
    "first_down": (3, 4, 5),
    "fumble": (52, 53, 54),
    "fumble_lost": (106,),
    "intercepted": (19,),
    "penalty": (93,),
    "touchback": (32, 40, 44, 51),
}

#: result of a play that did not score -> codes that say it; the first that fits is it.
_RESULTS: dict[str, tuple[int, ...]] = {
    "blocked": (2, 71, 74),
    "no_good": (69, 73, 76, 78, 105, 301),
    "good": (70, 72, 75, 77, 104),
    "intercepted": (19,),
    "incomplete": (14,),
    "complete": (15, 16),
}


@attrs.frozen
class Stat:
    """One person's (or one team's) part in a play."""

    code: int
    side: Side | None
    ref: str | None
    name: str | None
    jersey: str | None


def read_stats(play: Member, sides: dict[str, Side]) -> tuple[Stat, ...]:
    """
    The parts of `play`.

    Args:
        sides: side by the provider's id of the team.
    """
    return tuple(
        Stat(
            code=entry["statType"].integer() or 0,
            side=sides.get(entry["teamId"].text() or ""),
            ref=entry["gsisPlayerId"].text(),
            name=entry["gsisPlayerName"].text(),
            jersey=entry["gsisPlayerJerseyNumber"].text(),
        )
        for entry in play["stats"].items()
    )


def participants(stats: Sequence[Stat]) -> tuple[Participant, ...]:
    """The people in `stats`, each once a role; a receiver is not also named as target."""
    people: dict[tuple[str, str], Participant] = {}
    for stat in stats:
        who = stat.ref or stat.name
        if who is None:
            continue
        role = _ROLE_OF.get(stat.code, f"stat_{stat.code}")
        person = person_id(LEAGUE, "gsis", stat.ref) if stat.ref else None
        people.setdefault(
            (role, who), Participant(role, person, stat.name, stat.jersey, stat.side, stat.ref)
        )
    return tuple(
        person
        for (role, who), person in people.items()
        if role != "target" or ("receiver", who) not in people
    )


def kind_of(stats: Sequence[Stat]) -> str:
    """What play type the codes speak of; "unknown" if none."""
    return _first(_KINDS, stats) or "unknown"


def qualifiers_of(stats: Sequence[Stat]) -> tuple[str, ...]:
    """What the codes add to the play, sorted."""
    codes = {stat.code for stat in stats}
    return tuple(sorted(word for word, of in _QUALIFIERS.items() if codes.intersection(of)))


def result_of(stats: Sequence[Stat]) -> str | None:
    """How a play that did not score came out; None if no code says."""
    return _first(_RESULTS, stats)


def points_of(stats: Sequence[Stat]) -> int:
    """What the codes say that the play scored; 0 if nothing."""
    codes = {stat.code for stat in stats}
    return next((points for points, of in _POINTS.items() if codes.intersection(of)), 0)


def scorer_side(stats: Sequence[Stat], points: int) -> Side | None:
    """The side of whoever the codes say scored `points`; None if they do not say."""
    wanted = _POINTS.get(points, ())
    return next((stat.side for stat in stats if stat.code in wanted and stat.side), None)


def side_with(stats: Sequence[Stat], code: int) -> Side | None:
    """The side that has `code`; None if neither."""
    return next((stat.side for stat in stats if stat.code == code), None)


def _first(table: dict[str, tuple[int, ...]], stats: Sequence[Stat]) -> str | None:
    codes = {stat.code for stat in stats}
    return next((word for word, of in table.items() if codes.intersection(of)), None)
