"""
Wyscout soccer matches: the JSON of one match's events, teams and players.

Rule: the order of play is period, seconds and place in the file; ids are names and tell
nothing. The score is what the goals add up to; the record's is official. Pure.

Companion "matches": the provider's match records, of which one has the official score,
the kick-off, the sides and the shoot-out. Without it there is no header; the file is
then taken for what it is published as, a match that has been played.
The format has no ends of periods: they are derived (`game_rows`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import attrs

from scoreboard.ingest.parsers.document import BadDocument, Companions, Document, PlayRow
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.running.game_rows import Draft, in_order
from scoreboard.ingest.parsers.running.scored_rows import disagreement
from scoreboard.ingest.parsers.wyscout import event as wyscout_event
from scoreboard.ingest.parsers.wyscout import match as wyscout_match
from scoreboard.ingest.parsers.wyscout.event import SHOOTOUT, Cast, Event
from scoreboard.ingest.parsers.wyscout.match import Match, plain
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine

PROVIDER = "wyscout"

_NUMBER = re.compile(r"[0-9]{1,18}")

#: Between two goals of one side the ball is taken to the middle: seconds that takes.
_KICK_OFF_S = 10.0

#: An assist is tagged on a pass at most so many seconds before the goal.
_ASSIST_S = 30.0

#: The last period of a match without extra time.
_SECOND_HALF = 2


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    if not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return False
    return b'"matchPeriod"' in head and b'"eventSec"' in head


def parse(data: bytes, companions: Companions) -> Document:
    """
    The match in `data`.

    Raises:
        BadDocument: not this format, with the member that shows it.
    """
    document = json_member.read(data)
    members = list(document["events"].items())
    if not members:
        raise BadDocument("events: no events, so nothing says which match this is")
    ref = _match_ref(members)
    quirks: Counter[str] = Counter()
    match = wyscout_match.find(companions.get("matches"), ref, quirks)
    clubs = _clubs(document, match)
    periods = {member["matchPeriod"].text() for member in members}
    cup = not periods <= {"1H", "2H"} or match.duration in {"extratime", "penalties"}
    meta = wyscout_match.meta(match, ref, clubs, cup=cup, quirks=quirks)
    sides = {club["wyId"].text() or "": side for side, club in clubs.items()}
    who = Cast(meta.league, sides, _names(document, quirks))
    events = _in_time([wyscout_event.read(member, who) for member in members], quirks)
    over = match.status is None or match.status.status is Status.FINAL
    drafts = in_order(_drafts(events, who, quirks), quirks, over=over)
    rows, score, tally = _rows(drafts)
    notes = disagreement(match.score, score, quirks)
    return Document(
        provider=PROVIDER,
        meta=meta,
        rows=rows,
        status=_status(match, drafts),
        header=match.score,
        claims=(("label", match.label),) if match.label else (),
        shootout=match.shootout,
        rows_read=len(members),
        quirks=tuple(sorted((+quirks).items())),
        notes=(*notes, *_other_tally(match.shootout, tally, quirks)),
    )


def _match_ref(members: Sequence[Member]) -> str:
    """The one match that all events are of. Raises: BadDocument."""
    ref = members[0]["matchId"].text()
    if ref is None:
        raise members[0]["matchId"].wrong("must name the match")
    for member in members:
        if member["matchId"].text() != ref:
            raise member["matchId"].wrong(f"is another match than {ref}")
    return ref


def _clubs(document: Member, match: Match) -> dict[Side, Member]:
    """The two teams by side. See Note [Home without a record] in `wyscout_match`."""
    teams = document["teams"]
    numbers = wyscout_match.names(teams)
    if len(numbers) != len(Side):
        raise teams.wrong("must hold two teams")
    first, second = numbers
    if match.home == second:
        first, second = second, first
    clubs = {Side.HOME: first, Side.AWAY: second}
    return {side: teams[number]["team"] or teams[number] for side, number in clubs.items()}


def _names(document: Member, quirks: Counter[str]) -> dict[str, str]:
    """The names of the players, by number."""
    names = {}
    for number in wyscout_match.names(document["players"]):
        for entry in document["players"][number].items():
            player = entry["player"] or entry
            ref, name = player["wyId"].text(), player["shortName"].text()
            if ref and name:
                names[ref] = plain(name, quirks)
    return names


def _in_time(events: list[Event], quirks: Counter[str]) -> list[Event]:
    """`events` in the order of play; those of one instant as the file has them."""
    found = sorted(events, key=lambda event: (event.period, event.at_s))
    names = (event.member["id"].text() or "" for event in found)
    numbers = [int(name) for name in names if _NUMBER.fullmatch(name)]
    quirks["id steps back"] += sum(after < before for before, after in pairwise(numbers))
    return found


def _drafts(events: Sequence[Event], who: Cast, quirks: Counter[str]) -> list[Draft]:
    """The plays of `events`; a goal that is tagged on two events in a row counts once."""
    drafts: list[Draft] = []
    goal: Event | None = None
    assist: Event | None = None
    for event in events:
        repeated = goal is not None and _is_repeat(event, goal)
        quirks["repeated goal"] += repeated
        if event.scorer is not None and not repeated:
            goal = event
        if assist and (assist.period != event.period or event.at_s - assist.at_s > _ASSIST_S):
            assist = None
        drafts += wyscout_event.drafts(event, who, quirks, repeated=repeated, assist=assist)
        assist = event if event.is_assist else assist
    return drafts


def _is_repeat(event: Event, goal: Event) -> bool:
    """Whether `event` is tagged with the `goal` that was just scored."""
    if event.scorer is None or (event.scorer, event.period) != (goal.scorer, goal.period):
        return False
    return event.period != SHOOTOUT and event.at_s - goal.at_s < _KICK_OFF_S


def _rows(drafts: Sequence[Draft]) -> tuple[tuple[PlayRow, ...], Score, Score]:
    """The rows, the goals, and the tally of the shoot-out."""
    score, tally = Score(), Score()
    rows = []
    for draft in drafts:
        facts = draft.facts
        if facts.play_type == "period_end" and facts.period_index == SHOOTOUT:
            facts = attrs.evolve(facts, shootout=True)
        score, tally = score + facts.score, tally + facts.shootout_score
        rows.append(PlayRow(draft.ref, facts))
    return tuple(rows), score, tally


def _status(match: Match, drafts: Sequence[Draft]) -> StatusLine | None:
    last = drafts[-1].facts.period_index
    decided = "REG" if last <= _SECOND_HALF else "PENS" if last == SHOOTOUT else "AET"
    if match.status is None:
        return StatusLine(Status.FINAL, decided)
    if match.status.status is Status.FINAL and match.status.decided_in is None:
        return StatusLine(Status.FINAL, decided)
    return match.status


def _other_tally(official: Score | None, tally: Score, quirks: Counter[str]) -> tuple[str, ...]:
    if official is None or official == tally:
        return ()
    quirks["shoot-out disagrees"] += 1
    said, kicked = f"{official.home}-{official.away}", f"{tally.home}-{tally.away}"
    return (f"the record's shoot-out is {said}, the kicks make {kicked} (home-away)",)
