"""
One action of the NBA live feed as a play.

Rule: an action is worth what its own type and `shotResult` say; the score beside it
is a claim and is checked, never split into points. Pure.

Source: the members of the recorded feed; nobody outside the league documents them.
"""

from __future__ import annotations

import re

import attrs

from scoreboard.ingest.parsers.nba import court as nba_court
from scoreboard.ingest.parsers.nba.game import NbaGame
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.play import Participant, Place, PlayFacts, ShotFacts
from scoreboard.model.side import Score, Side
from scoreboard.sports.basketball import BASKETBALL

_CLOCK = re.compile(r"PT(?:([0-9]{1,2})H)?(?:([0-9]{1,3})M)?(?:([0-9]{1,3}(?:\.[0-9]{1,9})?)S)?\Z")

_WORTH = {"2pt": 2, "3pt": 3, "freethrow": 1}

#: (actionType, subType) or actionType, where ours has another name.
_RENAMED: dict[str | tuple[str, str], str] = {
    ("period", "start"): "period_start",
    ("period", "end"): "period_end",
    ("game", "start"): "game_start",
    ("game", "end"): "game_end",
    "instantreplay": "review",
    "memo": "comment",
}

#: What the person in `personId` is in a play of each type.
_ACTORS = {
    "2pt": "shooter",
    "3pt": "shooter",
    "freethrow": "shooter",
    "heave": "shooter",
    "rebound": "rebounder",
    "block": "blocker",
    "steal": "stealer",
    "turnover": "loser",
    "foul": "fouler",
    "foulon": "fouled",
    "violation": "violator",
    "ejection": "ejected",
}

#: Members with a further person: id, name, role, whether of the actor's side (None: unknown).
_OTHERS = (
    ("assistPersonId", "assistPlayerNameInitial", "assist", True),
    ("stealPersonId", "stealPlayerName", "stealer", False),
    ("blockPersonId", "blockPlayerName", "blocker", False),
    ("foulDrawnPersonId", "foulDrawnPlayerName", "fouled", False),
    ("jumpBallWonPersonId", "jumpBallWonPlayerName", "jumpball_won", None),
    ("jumpBallLostPersonId", "jumpBallLostPlayerName", "jumpball_lost", None),
    # The feed itself misspells the first of these two.
    ("jumpBallRecoverdPersonId", "jumpBallRecoveredName", "jumpball_recovered", None),
    ("jumpBallRecoveredPersonId", "jumpBallRecoveredName", "jumpball_recovered", None),
)


@attrs.frozen
class Player:
    """A player as the box score has them."""

    name: str | None
    jersey: str | None
    side: Side


@attrs.frozen
class Cast:
    """
    Who plays.

    Attributes:
        sides: team ids and tricodes, as texts, and the side of each.
        players: by `personId`, as text; empty without a box score.
    """

    game: NbaGame
    sides: dict[str, Side]
    players: dict[str, Player]

    def side_of(self, action: Member) -> Side | None:
        """The side of the action's team; None for neither."""
        for name in ("teamId", "teamTricode"):
            side = self.sides.get(action[name].text() or "")
            if side is not None:
                return side
        return None

    def person(self, role: str, ref: str, name: str | None, side: Side | None) -> Participant:
        """The person with the NBA's number `ref`."""
        known = self.players.get(ref)
        return Participant(
            role=role,
            person_id=self.game.person(ref),
            name=(known.name if known else None) or name,
            jersey=known.jersey if known else None,
            side=known.side if known else side,
            ref=ref,
        )


def play_type(action: Member) -> str:
    """Our name of the action's type; "unknown" if we have none."""
    kind = action["actionType"].text() or ""
    renamed = _RENAMED.get((kind, action["subType"].text() or "")) or _RENAMED.get(kind)
    if renamed:
        return renamed
    return kind if kind in BASKETBALL.play_types else "unknown"


def clock_ms(action: Member) -> int | None:
    """What is left of the period, from an ISO 8601 duration; None if the action has no clock."""
    text = action["clock"].text()
    if text is None:
        return None
    found = _CLOCK.match(text)
    if not found or text == "PT":
        raise action["clock"].wrong("is not a duration such as PT11M50.00S")
    hours, minutes, seconds = found.groups()
    return (int(hours or 0) * 60 + int(minutes or 0)) * 60_000 + round(float(seconds or 0) * 1000)


def score_after(action: Member) -> Score | None:
    """The running score on the action, strings or numbers; None if either half is absent."""
    home, away = action["scoreHome"].integer(), action["scoreAway"].integer()
    return None if home is None or away is None else Score(home, away)


def facts(action: Member, cast: Cast, order: int) -> PlayFacts:
    """
    What the action says happened.

    Args:
        order: where in the game it belongs.
    """
    kind = play_type(action)
    side = cast.side_of(action)
    shot = _shot(action, kind)
    points = shot.value if shot and shot.made and side else 0
    return PlayFacts(
        play_type=kind,
        period_index=action["period"].integer() or 1,
        subtype=_lower(action["subType"]),
        qualifiers=_qualifiers(action),
        clock_ms=clock_ms(action),
        wallclock_ms=action["timeActual"].utc_ms(),
        order=order,
        side=side,
        points=points,
        points_to=side if points else None,
        result=_lower(action["shotResult"]),
        participants=_participants(action, kind, cast, side),
        place=_place(action),
        shot=shot,
        text=action["description"].text(),
    )


def _lower(member: Member) -> str | None:
    text = member.text()
    return text.lower() if text else None


def _qualifiers(action: Member) -> tuple[str, ...]:
    """The descriptor ("driving") and then the qualifiers ("fastbreak")."""
    words = [_lower(action["descriptor"]), *(_lower(item) for item in action["qualifiers"].items())]
    return tuple(word for word in words if word)


def _place(action: Member) -> Place | None:
    legacy = action["xLegacy"].number(), action["yLegacy"].number()
    if legacy[0] is not None and legacy[1] is not None:
        return nba_court.from_legacy(legacy[0], legacy[1])
    x, y, side = action["x"].number(), action["y"].number(), action["side"].text()
    if x is None or y is None or side not in ("left", "right"):
        return None
    return nba_court.from_percent(x, y, side)


def _shot(action: Member, kind: str) -> ShotFacts | None:
    result = _lower(action["shotResult"])
    if kind not in _WORTH or result not in ("made", "missed"):
        return None
    return ShotFacts(
        value=_WORTH[kind],
        made=result == "made",
        distance_ft=action["shotDistance"].number(),
        zone=action["area"].text(),
    )


def _participants(
    action: Member, kind: str, cast: Cast, side: Side | None
) -> tuple[Participant, ...]:
    people = []
    actor = _person_ref(action["personId"])
    if actor:
        role = _ACTORS.get(kind, "player")
        if kind == "substitution":
            role = _lower(action["subType"]) or role
        name = action["playerNameI"].text() or action["playerName"].text()
        people.append(cast.person(role, actor, name, side))
    for id_name, name_name, role, ours in _OTHERS:
        ref = _person_ref(action[id_name])
        if ref:
            of = None if ours is None or side is None else side if ours else side.other
            people.append(cast.person(role, ref, action[name_name].text(), of))
    return tuple(people)


def _person_ref(member: Member) -> str | None:
    """The person's number as text; 0 stands for nobody."""
    ref = member.text()
    return None if ref in (None, "0") else ref
