"""
The shoot-out of a HockeyTech game: its attempts, its tally and its winner.

Rule: two attempts that read alike are two attempts as long as the summary lists as
many; the summary decides, not the look of a row. Pure.

Source: summary member `shootoutDetails`, which lists the attempts of each team. In the
recorded shoot-out three rows repeat another one exactly (a shooter may go again from
the sixth round on), and all of them are in those lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import attrs

from scoreboard.ingest.parsers.hockeytech.event import HockeyEvent, person_ref
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side

KIND = "shootout"

_LISTS = {Side.HOME: "homeTeamShots", Side.AWAY: "visitingTeamShots"}

#: Side, shooter, whether it went in.
_Key = tuple[Side | None, str | None, bool]


@attrs.frozen
class Shootout:
    """
    What the summary says of the shoot-out.

    Attributes:
        listed: how often each attempt is in the lists; None without lists.
        tally: goals by the lists; None without lists.
        winner: as the summary names it.
    """

    listed: Counter[_Key] | None = None
    tally: Score | None = None
    winner: Side | None = None


def read(summary: Member, sides: dict[str, Side]) -> Shootout:
    """The shoot-out of `summary`; empty if the game has none."""
    details = summary["shootoutDetails"]
    if not details:
        return Shootout()
    listed: Counter[_Key] = Counter()
    tally = Score()
    for side, name in _LISTS.items():
        for shot in details[name].items():
            made = shot["isGoal"].flag()
            listed[side, person_ref(shot["shooter"]), made] += 1
            tally = tally.plus(side, int(made))
    winner = sides.get(details["winningTeam"]["id"].text() or "")
    return Shootout(listed or None, tally if listed else None, winner)


def attempts(
    events: Sequence[HockeyEvent], shootout: Shootout, quirks: Counter[str]
) -> list[HockeyEvent]:
    """
    `events` without shoot-out rows that repeat another one more often than the summary lists it.

    Args:
        quirks: repeats that stay and repeats that go are counted here.
    """
    left = Counter(shootout.listed or {})
    met: list[object] = []
    found = []
    for event in events:
        if event.kind != KIND:
            found.append(event)
            continue
        repeats = event.details.value in met
        met.append(event.details.value)
        key = (event.side, person_ref(event.details["shooter"]), event.details["isGoal"].flag())
        left[key] -= 1
        if repeats and shootout.listed is not None and left[key] < 0:
            quirks["repeated row"] += 1
            continue
        quirks["identical shoot-out attempts"] += repeats
        found.append(event)
    return found


def winner(shootout: Shootout, plays: Sequence[PlayFacts], header: Score | None) -> Side | None:
    """
    Who won the shoot-out: by the rows, else by the summary, else by the header.

    Args:
        plays: all plays of the game.
    """
    tally = sum((play.shootout_score for play in plays), Score())
    return tally.leader or shootout.winner or (header.leader if header else None)
