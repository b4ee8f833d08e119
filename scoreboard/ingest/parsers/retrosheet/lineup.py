"""
Who plays for whom: names, places in the batting order, pitchers.

Rule: a person enters with a start or sub record or stands in a roster; nobody else
has a name. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.document import Companions
from scoreboard.ingest.parsers.retrosheet.records import decoded, read_records
from scoreboard.model.side import Side

#: Companions with this prefix are rosters; what follows is the club's code.
ROSTER = "roster."

_PITCHER = 1


@attrs.define
class Lineup:
    """
    The people of one game as far as it has been read.

    Attributes:
        names: by Retrosheet id.
        order: who has which place in a side's batting order; 0 is a pitcher who does not bat.
        pitchers: who pitches for a side.
        sides: for whom a person has played.
    """

    names: dict[str, str] = attrs.Factory(dict)
    order: dict[tuple[Side, int], str] = attrs.Factory(dict)
    pitchers: dict[Side, str] = attrs.Factory(dict)
    sides: dict[str, Side] = attrs.Factory(dict)

    def enter(self, side: Side, slot: int, position: int, ref: str, name: str) -> str | None:
        """
        Enter a player.

        Args:
            position: in the field, 1 is the pitcher.

        Returns:
            Who had the place in the order before; None if nobody.
        """
        if name:
            self.names[ref] = name
        self.sides[ref] = side
        if position == _PITCHER:
            self.pitchers[side] = ref
        before = self.order.get((side, slot))
        self.order[side, slot] = ref
        return before


def roster_names(companions: Companions) -> dict[str, str]:
    """
    Names by Retrosheet id from all rosters among `companions`.

    A roster's rows are: id, last name, first name, bats, throws, club, position. A row
    without the first three names nobody and is passed over.
    """
    names = {}
    for role, data in companions.items():
        if not role.startswith(ROSTER):
            continue
        for record in read_records(decoded(data)):
            if len(record.fields) > 1:
                last, first = record.fields[0].strip(), record.fields[1].strip()
                names[record.kind] = f"{first} {last}".strip()
    return names
