"""
One event of a Wyscout match as a play, or as two: a foul and the card shown for it.

Rule: a goal is the event that the tags call one (101, own goal 102) unless it is the
keeper's, who is tagged too; kicks of a shoot-out are never goals of the match. Pure.

Source: the tag list of the Wyscout events data set, and the recorded matches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import attrs

from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.running.game_rows import Draft
from scoreboard.ingest.parsers.wyscout import pitch as wyscout_pitch
from scoreboard.model.ids import League, person_id
from scoreboard.model.play import Participant, Place, PlayFacts, ShotFacts
from scoreboard.model.side import Side

#: The id scheme.
SCHEME = "wyscout"

#: Wyscout's names of the periods; "P" is the shoot-out.
PERIODS = {"1H": 1, "2H": 2, "E1": 3, "E2": 4, "P": 5}
SHOOTOUT = PERIODS["P"]

_GOAL, _OWN_GOAL, _ASSIST = 101, 102, 301
_CARDS = {1701: "red", 1702: "yellow", 1703: "second_yellow"}

#: Events of the keeper, who is tagged with the goal that he lets in.
_KEEPER = frozenset({"save", "goalkeeper"})

#: sub-event or event -> kind of play.
_KINDS = {
    "duel": "duel",
    "foul": "foul",
    "corner": "corner",
    "throw in": "throw_in",
    "goal kick": "goal_kick",
    "penalty": "penalty_kick",
    "free kick": "free_kick",
    "goalkeeper leaving line": "goalkeeper",
    "interruption": "interruption",
    "offside": "offside",
    "clearance": "clearance",
    "others on the ball": "touch",
    "pass": "pass",
    "save attempt": "save",
    "shot": "shot",
}

#: What the person in `playerId` is; "player" in all other kinds.
_ROLES = {
    "foul": "fouler",
    "card": "booked",
    "goal": "shooter",
    "shot": "shooter",
    "penalty_kick": "shooter",
    "shootout_kick": "shooter",
    "pass": "passer",
    "save": "goalkeeper",
    "goalkeeper": "goalkeeper",
}

#: tag -> qualifier.
_QUALIFIERS = {
    201: "opportunity",
    301: "assist",
    302: "key_pass",
    401: "left_foot",
    402: "right_foot",
    403: "head",
    801: "high",
    901: "through",
    1001: "fair_play",
    1101: "direct",
    1102: "indirect",
    1401: "interception",
    1601: "sliding_tackle",
    1901: "counter_attack",
    2101: "blocked",
}

#: tag -> how it went.
_RESULTS = {701: "lost", 702: "neutral", 703: "won", 1801: "accurate", 1802: "inaccurate"}


@attrs.frozen
class Cast:
    """Who plays: the side of each team's number, and the name of each player's."""

    league: League
    sides: Mapping[str, Side]
    names: Mapping[str, str]


@attrs.frozen
class Event:
    """
    An event, with what is needed to place it.

    Attributes:
        at_s: seconds since the period began.
    """

    member: Member
    period: int
    at_s: float
    side: Side | None
    tags: frozenset[int]
    kind: str

    @property
    def is_assist(self) -> bool:
        """Whether the next goal of the side came from here."""
        return _ASSIST in self.tags

    @property
    def scorer(self) -> Side | None:
        """The side that the event is a goal for; None if it is none."""
        if self.side is None or self.kind in _KEEPER:
            return None
        if _OWN_GOAL in self.tags:
            return self.side.other
        return self.side if _GOAL in self.tags else None


def read(member: Member, who: Cast) -> Event:
    """
    The event.

    Raises:
        BadDocument: a member is not what it must be, or the period is unknown.
    """
    name = member["matchPeriod"]
    if name.text() not in PERIODS:
        raise name.wrong(f"is not one of {', '.join(PERIODS)}")
    at_s = member["eventSec"].number()
    if at_s is None or at_s < 0:
        raise member["eventSec"].wrong("must be the seconds since the period began")
    period = PERIODS[name.text() or ""]
    tags = (tag["id"].integer() for tag in member["tags"].items())
    return Event(
        member=member,
        period=period,
        at_s=at_s,
        side=who.sides.get(member["teamId"].text() or ""),
        tags=frozenset(tag for tag in tags if tag is not None),
        kind=_kind(member, period),
    )


def _kind(member: Member, period: int) -> str:
    names = (member["subEventName"].text(), member["eventName"].text())
    kinds = (_KINDS.get((name or "").lower()) for name in names)
    kind = next((kind for kind in kinds if kind), "unknown")
    if kind == "penalty_kick" and period == SHOOTOUT:
        return "shootout_kick"
    return kind


def drafts(
    event: Event,
    who: Cast,
    quirks: Counter[str],
    *,
    repeated: bool = False,
    assist: Event | None = None,
) -> Iterator[Draft]:
    """
    The play, and the card if one was shown.

    Args:
        repeated: the goal of this event has been counted on the one before.
        assist: the last event that is tagged as an assist, if it was shortly before.
    """
    member = event.member
    ref = member["id"].text()
    if ref is None:
        raise member["id"].wrong("must name the event")
    scorer = None if repeated else event.scorer
    kind = _played(event, scorer)
    place = _place(event, quirks)
    quirks["no player"] += _player(event) is None
    quirks["unknown play"] += kind == "unknown"
    facts = PlayFacts(
        play_type=kind,
        period_index=event.period,
        subtype=(member["subEventName"].text() or member["eventName"].text() or "").lower() or None,
        qualifiers=tuple(_QUALIFIERS[tag] for tag in sorted(event.tags) if tag in _QUALIFIERS),
        clock_ms=round(event.at_s * 1000),
        side=event.side,
        points=1 if scorer else 0,
        points_to=scorer,
        result=_result(event, scorer, repeated=repeated),
        shootout=event.period == SHOOTOUT,
        participants=_people(event, kind, who) + (_helper(assist, event, who) if scorer else ()),
        place=place,
        shot=_shot(event, kind, scorer, place),
        text=_text(event, scorer),
    )
    yield Draft(ref, member.path, facts)
    for tag in sorted(event.tags & _CARDS.keys()):
        yield Draft(f"{ref}-card", member.path, _card(facts, event, who, _CARDS[tag]))


def _played(event: Event, scorer: Side | None) -> str:
    """The kind of play; a goal is one whatever it began as, but for penalties."""
    if event.kind == "shootout_kick" or (event.kind == "penalty_kick" and scorer is event.side):
        return event.kind
    if scorer is None:
        return event.kind
    if event.period == SHOOTOUT:
        return "shootout_kick"
    return "goal" if scorer is event.side else "own_goal"


def _card(facts: PlayFacts, event: Event, who: Cast, color: str) -> PlayFacts:
    """The card that was shown for the foul of `facts`."""
    return PlayFacts(
        play_type="card",
        period_index=facts.period_index,
        subtype=color,
        clock_ms=facts.clock_ms,
        side=facts.side,
        shootout=facts.shootout,
        participants=_people(event, "card", who),
        text=f"{color.replace('_', ' ')} card",
    )


def _player(event: Event) -> str | None:
    """The player's number; 0 stands for nobody."""
    ref = event.member["playerId"].text()
    return None if ref in {None, "0"} else ref


def _people(event: Event, kind: str, who: Cast) -> tuple[Participant, ...]:
    ref = _player(event)
    if ref is None:
        return ()
    return (
        Participant(
            role=_ROLES.get(kind, "player"),
            person_id=person_id(who.league, SCHEME, ref),
            name=who.names.get(ref),
            side=event.side,
            ref=ref,
        ),
    )


def _helper(assist: Event | None, goal: Event, who: Cast) -> tuple[Participant, ...]:
    """Who gave the assist to `goal`."""
    if assist is None or assist.side is not goal.side or goal.scorer is not goal.side:
        return ()
    people = _people(assist, assist.kind, who)
    return tuple(attrs.evolve(person, role="assist") for person in people)


def _place(event: Event, quirks: Counter[str]) -> Place | None:
    spots = []
    for position in event.member["positions"].items():
        x, y = position["x"].number(), position["y"].number()
        if x is not None and y is not None:
            spots.append((x, y))
    corner, penalty = event.kind == "corner", event.kind in {"penalty_kick", "shootout_kick"}
    ends = spots[1:] if corner else spots
    quirks["placeholder location"] += any(wyscout_pitch.is_unknown(*spot) for spot in ends)
    quirks["one position"] += len(spots) == 1
    if not spots:
        quirks["no location"] += 1
        return None
    return wyscout_pitch.seen(*spots[0], corner=corner, penalty=penalty)


def _shot(event: Event, kind: str, scorer: Side | None, place: Place | None) -> ShotFacts | None:
    tried = event.kind in {"shot", "penalty_kick", "shootout_kick"} or kind == "goal"
    tried = tried or event.member["subEventName"].text() == "Free kick shot"
    if not tried:
        return None
    distance = wyscout_pitch.distance_ft(place) if place else None
    return ShotFacts(1, made=scorer is not None and scorer is event.side, distance_ft=distance)


def _result(event: Event, scorer: Side | None, *, repeated: bool) -> str | None:
    if repeated:
        return "repeated goal"
    if scorer is not None:
        return "own goal" if scorer is not event.side else "goal"
    return next((word for tag, word in _RESULTS.items() if tag in event.tags), None)


def _text(event: Event, scorer: Side | None) -> str | None:
    text = event.member["subEventName"].text() or event.member["eventName"].text()
    if scorer is None or text is None:
        return text
    return f"{text} (own goal)" if scorer is not event.side else f"{text} (goal)"
