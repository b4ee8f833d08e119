"""
One event of HockeyTech's play-by-play as a play.

Rule: only a goal row (and a penalty shot or shoot-out row that says so) is a goal; a shot
with `isGoal` is the same goal told twice. Pure.

Source: the members of the recorded feed; ids are integers in one event type and
texts in another.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from scoreboard.ingest.parsers.hockeytech import rink as hockeytech_rink
from scoreboard.ingest.parsers.hockeytech.rink import Ends
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.ids import person_id
from scoreboard.model.play import Participant, Place, PlayFacts, ShotFacts
from scoreboard.model.side import Side

LEAGUE = "pwhl"
SCHEME = "hockeytech"

#: Regulation periods.
REGULATION = 3

#: The period of a shoot-out: it follows the one overtime of a regular season.
SHOOTOUT = REGULATION + 2

_CLOCK = re.compile(r"([0-9]{1,3}):([0-9]{2})\Z")
_OVERTIME = re.compile(r"OT([0-9]{0,2})\Z", re.IGNORECASE)

#: event -> members of `details` that may hold the team.
_TEAM_MEMBERS = {
    "goal": ("team",),
    "shot": ("shooterTeamId",),
    "blocked_shot": ("shooterTeamId",),
    "hit": ("teamId",),
    "penalty": ("againstTeam",),
    "goalie_change": ("team_id",),
    "penaltyshot": ("shooter_team",),
    "shootout": ("shooterTeam",),
}
_TYPES = {"penaltyshot": "penalty_shot", "shootout": "shootout_shot"}
_KNOWN = {"goal", "shot", "blocked_shot", "hit", "penalty", "goalie_change", "faceoff"}

#: event -> persons, the actor first: member, role, whether of the acting side.
_PERSONS = {
    "goal": (("scoredBy", "scorer", True),),
    "shot": (("shooter", "shooter", True), ("goalie", "goalkeeper", False)),
    "blocked_shot": (
        ("shooter", "shooter", True),
        ("blocker", "blocker", False),
        ("goalie", "goalkeeper", False),
    ),
    "hit": (("player", "hitter", True), ("onPlayer", "hittee", False)),
    "penalty": (("takenBy", "penalized", True), ("servedBy", "server", True)),
    "goalie_change": (("goalieComingIn", "in", True), ("goalieGoingOut", "out", True)),
    "penaltyshot": (("shooter", "shooter", True), ("goalie", "goalkeeper", False)),
    "shootout": (("shooter", "shooter", True), ("goalie", "goalkeeper", False)),
}
_GOAL_PROPERTIES = {
    "isPowerPlay": "power play",
    "isShortHanded": "short-handed",
    "isEmptyNet": "empty net",
    "isPenaltyShot": "penalty shot",
    "isGameWinningGoal": "game winning",
}


@attrs.frozen
class HockeyEvent:
    """
    An event with what it is sorted and matched by.

    Attributes:
        kind: the provider's name of it.
        period_index: absolute, from 1; that of the row before if it says none.
        clock_ms: played in the period; None if it says none.
        side: who acted; None if the event does not say or names a third team.
    """

    kind: str
    details: Member
    period_index: int
    clock_ms: int | None
    side: Side | None


def period_index(details: Member) -> int | None:
    """
    The period, whose id is "4" in most events and "OT1" in others of the same game.

    Raises:
        BadDocument: the id is neither.
    """
    ident = details["period"]["id"]
    text = ident.text()
    if text is None:
        return None
    overtime = _OVERTIME.match(text)
    if overtime:
        return REGULATION + int(overtime[1] or 1)
    if text.upper() == "SO":
        return SHOOTOUT
    number = ident.needed_integer()
    if not 1 <= number <= 99:
        raise ident.wrong("is not a period")
    return number


def clock_ms(details: Member) -> int | None:
    """What has been played of the period, milliseconds; None if the event does not say."""
    text = details["time"].text()
    if text is None:
        return None
    found = _CLOCK.match(text)
    if not found:
        raise details["time"].wrong("is not a clock such as 9:45")
    return (int(found[1]) * 60 + int(found[2])) * 1000


def side_of(kind: str, details: Member, sides: dict[str, Side]) -> Side | None:
    """The side of the event's team; a face-off belongs to who won it."""
    if kind == "faceoff":
        if not details["homeWin"]:
            return None
        return Side.HOME if details["homeWin"].flag() else Side.AWAY
    for name in _TEAM_MEMBERS.get(kind, ()):
        team = details[name]
        ref = (team["id"] if isinstance(team.value, dict) else team).text()
        if ref is not None:
            return sides.get(ref)
    return None


def person_ref(person: Member) -> str | None:
    """The person's number as text; 0 stands for nobody."""
    ref = person["id"].text()
    return None if ref in (None, "0") else ref


def position(event: HockeyEvent) -> tuple[float, float] | None:
    """Where on the picture of the rink; None if the event does not say."""
    x, y = event.details["xLocation"].number(), event.details["yLocation"].number()
    return None if x is None or y is None else (x, y)


def facts(event: HockeyEvent, ends: Ends, shot: HockeyEvent | None = None) -> PlayFacts:
    """
    What the event says happened.

    Args:
        shot: of a goal, the row that tells it a second time as a shot: it knows the kind of
            shot and the goalkeeper.
    """
    place = _place(event, ends) or (_place(shot, ends) if shot else None)
    made = event.kind == "goal" or event.details["isGoal"].flag()
    points = 1 if made and event.kind in ("goal", "penaltyshot", "shootout") and event.side else 0
    told = shot or event
    known = event.kind in _KNOWN or event.kind in _TYPES
    return PlayFacts(
        play_type=_TYPES.get(event.kind, event.kind) if known else "unknown",
        period_index=event.period_index,
        subtype=_subtype(event.kind, told.details),
        qualifiers=_qualifiers(event.kind, told.details, event.details),
        clock_ms=event.clock_ms,
        side=event.side,
        points=points,
        points_to=event.side if points else None,
        result=_RESULTS[event.kind](made) if event.kind in _RESULTS else None,
        shootout=event.kind == "shootout",
        participants=_participants(event, shot),
        place=place,
        shot=_shot(event.kind, place, made=made),
        text=_text(event),
    )


_RESULTS: dict[str, Callable[[bool], str]] = {
    "goal": lambda _: "goal",
    "shot": lambda made: "goal" if made else "saved",
    "blocked_shot": lambda _: "blocked",
    "penaltyshot": lambda made: "goal" if made else "missed",
    "shootout": lambda made: "goal" if made else "missed",
}


def _place(event: HockeyEvent, ends: Ends) -> Place | None:
    found = position(event)
    if found is None or event.side is None:
        return None
    return ends.place(*found, event.side, event.period_index)


def _shot(kind: str, place: Place | None, *, made: bool) -> ShotFacts | None:
    if kind not in _RESULTS:
        return None
    return ShotFacts(1, made, hockeytech_rink.distance_ft(place) if place else None)


def _subtype(kind: str, details: Member) -> str | None:
    text = details["description" if kind == "penalty" else "shotType"].text()
    return text.lower() if text else None


def _qualifiers(kind: str, told: Member, details: Member) -> tuple[str, ...]:
    words = []
    quality = told["shotQuality"].text()
    if quality:
        words.append(quality.lower())
    properties = details["properties"]
    words += [word for name, word in _GOAL_PROPERTIES.items() if properties[name].flag()]
    if kind == "penalty":
        words += ["power play"] if details["isPowerPlay"].flag() else []
        words += ["bench"] if details["isBench"].flag() else []
    return tuple(words)


def _text(event: HockeyEvent) -> str | None:
    """The length of a penalty has no member of its own in a play: the text keeps it."""
    minutes, name = event.details["minutes"].number(), event.details["description"].text()
    if event.kind != "penalty" or minutes is None:
        return name
    return f"{name or 'Penalty'}, {minutes:g} min"


def _participants(event: HockeyEvent, shot: HockeyEvent | None) -> tuple[Participant, ...]:
    details = event.details
    if event.kind == "faceoff":
        return _faceoff(event)
    people = [
        _person(details[name], role, event.side, ours=ours)
        for name, role, ours in _PERSONS.get(event.kind, ())
    ]
    people += [
        _person(person, "assist", event.side, ours=True) for person in details["assists"].items()
    ]
    if shot is not None:
        people.append(_person(shot.details["goalie"], "goalkeeper", event.side, ours=False))
    found = [person for person in people if person is not None]
    # A penalty that its own taker serves names her once.
    if event.kind == "penalty" and len(found) > 1 and found[0].ref == found[1].ref:
        del found[1]
    return tuple(found)


def _faceoff(event: HockeyEvent) -> tuple[Participant, ...]:
    people = {Side.HOME: event.details["homePlayer"], Side.AWAY: event.details["visitingPlayer"]}
    if event.side is None:
        roles = [(side, "faceoff") for side in people]
    else:
        roles = [(event.side, "faceoff_winner"), (event.side.other, "faceoff_loser")]
    found = (_person(people[side], role, side, ours=True) for side, role in roles)
    return tuple(person for person in found if person is not None)


def _person(person: Member, role: str, side: Side | None, *, ours: bool) -> Participant | None:
    ref = person_ref(person)
    if ref is None:
        return None
    words = (person["firstName"].text(), person["lastName"].text())
    return Participant(
        role=role,
        person_id=person_id(LEAGUE, SCHEME, ref),
        name=" ".join(word for word in words if word) or None,
        jersey=person["jerseyNumber"].text(),
        side=side if ours or side is None else side.other,
        ref=ref,
    )
