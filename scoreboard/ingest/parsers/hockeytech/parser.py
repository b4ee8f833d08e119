"""
HockeyTech games (PWHL): play-by-play and summary of one game in one JSON document.

Rule: the events have no ids, no score and no wall clock; what we make up for that (ids,
ends of periods, the goal of a shoot-out) is made from the document alone, so that the
same document gives the same rows. Pure.

# Note [What is derived here]

- Ids: "goal-1325" and "penalty-1710" by the provider's own numbers, all others by type,
  period, clock and count at that clock ("shot-2-13:07-1").
- Ends: a `period_end` before the first row of the next period, and one when the game is
  over. They carry the qualifier "derived".
- A `shootout_winner`, worth one goal, when a game was decided by a shoot-out: the header
  counts that goal and no event has it.
- A shot with `isGoal` at the period, clock and team of a goal is that goal, and no second
  play.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import attrs

from scoreboard.ingest.parsers.document import Companions, Document, PlayRow
from scoreboard.ingest.parsers.hockeytech import event as hockeytech_event
from scoreboard.ingest.parsers.hockeytech import shootout as hockeytech_shootout
from scoreboard.ingest.parsers.hockeytech.event import HockeyEvent
from scoreboard.ingest.parsers.hockeytech.meta import Summary, summary_of
from scoreboard.ingest.parsers.hockeytech.rink import Shooting, ends
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.clock import PeriodKind
from scoreboard.model.play import ORDER_STEP, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status
from scoreboard.sports.registry import RULESETS

PROVIDER = "hockeytech"

#: Mark of a row that the provider does not have.
DERIVED = "derived"

#: Kinds of event whose place tells which end is attacked.
_SHOTS = frozenset({"shot", "blocked_shot", "goal"})


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    return json_member.is_json(head) and (b'"pbp_raw"' in head or b'"summary_raw"' in head)


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`.

    Raises:
        BadDocument: not this format, with the member that shows it.
    """
    del companions
    document = json_member.read(data)
    quirks: Counter[str] = Counter()
    listed = list(document["pbp_raw"].items())
    summary = summary_of(document["summary_raw"], started=bool(listed))
    events = _events(listed, summary.sides, quirks)
    shootout = hockeytech_shootout.read(document["summary_raw"], summary.sides)
    events = hockeytech_shootout.attempts(events, shootout, quirks)
    summary = summary.playing(events)
    plays = _rows(events, quirks)
    won_by = None
    if summary.line.decided_in == "SO":
        facts = [row.facts for row in plays]
        won_by = hockeytech_shootout.winner(shootout, facts, summary.header)
    rows = tuple(_with_derived(plays, summary, won_by))
    tally = sum((row.facts.shootout_score for row in rows), Score())
    shots = any(row.facts.shootout for row in rows)
    return Document(
        provider=PROVIDER,
        meta=summary.meta,
        rows=rows,
        status=summary.line,
        header=summary.header,
        claims=summary.claims,
        shootout=shootout.tally or (tally if shots else None),
        rows_read=len(listed),
        quirks=tuple(sorted((+quirks).items())),
    )


def _events(
    listed: Sequence[Member], sides: dict[str, Side], quirks: Counter[str]
) -> list[HockeyEvent]:
    """The events in the document's order, each with its period."""
    events: list[HockeyEvent] = []
    period = 1
    for event in listed:
        kind, details = event["event"].text() or "", event["details"]
        stated = hockeytech_event.period_index(details)
        if kind == hockeytech_shootout.KIND:
            stated = max(period, hockeytech_event.SHOOTOUT) if stated is None else stated
        period = period if stated is None else stated
        clock = hockeytech_event.clock_ms(details)
        side = hockeytech_event.side_of(kind, details, sides)
        events.append(HockeyEvent(kind, details, period, clock, side))
        quirks["no clock"] += clock is None
    quirks["period steps back"] = sum(b.period_index < a.period_index for a, b in pairwise(events))
    quirks["clock steps back"] = sum(
        a.period_index == b.period_index and (b.clock_ms or 0) < (a.clock_ms or 0)
        for a, b in pairwise(event for event in events if event.clock_ms is not None)
    )
    # A row of an earlier period stands with that period; within it the document's order holds.
    return sorted(events, key=lambda event: event.period_index)


def _rows(events: Sequence[HockeyEvent], quirks: Counter[str]) -> list[PlayRow]:
    """A row per play; a goal has what the shot that tells it again knows of it."""
    twins = _twins(events, quirks)
    again = set(twins.values())
    where = ends(_shootings(events))
    met: Counter[str] = Counter()
    goals = {_moment(event) for event in events if event.kind == "goal"}
    rows = []
    for index, event in enumerate(events):
        if index in again:
            continue
        shot = events[twins[index]] if index in twins else None
        facts = hockeytech_event.facts(event, where, shot)
        if event.kind == "penaltyshot" and facts.points and _moment(event) in goals:
            quirks["goal repeated as a penalty shot"] += 1
            facts = attrs.evolve(facts, points=0, points_to=None)
        quirks["unknown type"] += facts.play_type == "unknown"
        rows.append(PlayRow(_ref(event, met), facts))
    return rows


def _moment(event: HockeyEvent) -> tuple[int, int | None, Side | None]:
    return event.period_index, event.clock_ms, event.side


def _twins(events: Sequence[HockeyEvent], quirks: Counter[str]) -> dict[int, int]:
    """By the index of a goal, that of the shot row that tells it a second time."""
    shots = [
        index
        for index, event in enumerate(events)
        if event.kind == "shot" and event.details["isGoal"].flag()
    ]
    twins = {}
    for index, event in enumerate(events):
        same = [shot for shot in shots if _moment(events[shot]) == _moment(event)]
        if event.kind != "goal" or not same:
            continue
        scorer = hockeytech_event.person_ref(event.details["scoredBy"])
        # Two goals at one clock are told apart by the scorer, whom a correction may change.
        same.sort(
            key=lambda shot: hockeytech_event.person_ref(events[shot].details["shooter"]) != scorer
        )
        twins[index] = same[0]
        shots.remove(same[0])
    quirks["goal repeated as a shot"] = len(twins)
    quirks["goal only as a shot"] = len(shots)
    return twins


def _shootings(events: Sequence[HockeyEvent]) -> Iterator[Shooting]:
    for event in events:
        place = hockeytech_event.position(event)
        if event.kind in _SHOTS and event.side is not None and place is not None:
            yield Shooting(event.period_index, event.side, place[0])


def _ref(event: HockeyEvent, met: Counter[str]) -> str:
    """An id made from what the event says. See Note [What is derived here]."""
    given = event.details["game_goal_id"].text() or event.details["game_penalty_id"].text()
    if given is not None:
        ref = f"{event.kind}-{given}"
    elif event.clock_ms is None:
        ref = f"{event.kind}-{event.period_index}"
    else:
        clock = f"{event.clock_ms // 60_000}:{event.clock_ms // 1000 % 60:02d}"
        ref = f"{event.kind}-{event.period_index}-{clock}"
    met[ref] += 1
    return ref if given is not None and met[ref] == 1 else f"{ref}-{met[ref]}"


def _with_derived(
    plays: Sequence[PlayRow], summary: Summary, won_by: Side | None
) -> Iterator[PlayRow]:
    """`plays` with the rows that are derived, and with orders."""
    rows: list[PlayRow] = []
    for play in plays:
        if rows and play.facts.period_index > rows[-1].facts.period_index:
            rows.append(_period_end(rows[-1].facts, summary, last=False))
        rows.append(play)
    if rows and won_by is not None:
        period = rows[-1].facts.period_index
        facts = PlayFacts(
            play_type="shootout_winner",
            period_index=period,
            qualifiers=(DERIVED,),
            side=won_by,
            points=1,
            points_to=won_by,
        )
        rows.append(PlayRow(f"{DERIVED}-shootout-winner", facts))
    if rows and summary.line.status is Status.FINAL:
        rows.append(_period_end(rows[-1].facts, summary, last=True))
    for place, row in enumerate(rows, start=1):
        yield attrs.evolve(row, facts=attrs.evolve(row.facts, order=ORDER_STEP * place))


def _period_end(before: PlayFacts, summary: Summary, *, last: bool) -> PlayRow:
    """
    The end of the period of the row `before`.

    Args:
        last: the game ends with it, so that in overtime the clock stands at the goal.
    """
    period = before.period_index
    rules = RULESETS[summary.meta.ruleset]
    clock: int | None = rules.length_ms(period)
    if rules.kind(period) is PeriodKind.SHOOTOUT:
        clock = None
    elif last and rules.kind(period) is PeriodKind.OVERTIME:
        clock = before.clock_ms
    facts = PlayFacts(
        play_type="period_end", period_index=period, qualifiers=(DERIVED,), clock_ms=clock
    )
    return PlayRow(f"{DERIVED}-end-{period}", facts)
