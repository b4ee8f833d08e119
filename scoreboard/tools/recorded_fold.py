"""
A recorded game, through every rule, to the score that we would have shown.

Rule: messages go the way that a feed's go, in wire form and back, and nothing but the
rules and the fold decides what counts. Pure.
"""

from __future__ import annotations

from collections import Counter

import attrs

from scoreboard.codec.fields import Malformed
from scoreboard.codec.reports import read_message
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.intake import FIRST_TERM, decide
from scoreboard.ingest.parsers.document import Document
from scoreboard.ingest.parsers.telling.timeline import Arrival, timeline
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.event import Entry, MetaSet, PlayAdded, PlayAmended, PlayVoided, ScoreSet
from scoreboard.model.ids import SourceId
from scoreboard.model.message import Message, PlayReport, Report, VoidReport
from scoreboard.projection.fold import begin
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState

_SOURCE = SourceId("recorded")
_EPOCH = 1


@attrs.frozen
class Refusal:
    """
    A message that did not get in.

    Attributes:
        about: the provider's id of the row, or the kind of message.
    """

    about: str
    outcome: str
    rule: str
    problem: str


@attrs.frozen
class Folded:
    """
    What became of a game's messages.

    Attributes:
        corrections: "amended", "voided", "inserted", "adjusted" -> how many.
        flags: code of a doubt -> how many messages raised it.
        outcomes: what messages were answered -> how many.
    """

    state: GameState
    corrections: dict[str, int]
    flags: dict[str, int]
    outcomes: dict[str, int]
    refusals: tuple[Refusal, ...]
    publications: int


def about(report: Report) -> str:
    """Which row a report speaks of, for a person."""
    if isinstance(report, PlayReport | VoidReport):
        return f"{type(report).__name__.removesuffix('Report').lower()} {report.ref}"
    return type(report).__name__.removesuffix("Report").lower()


def fold_recorded(document: Document) -> Folded:
    """The game of `document`, folded from nothing."""
    return _Folding(document).run(timeline(document))


class _Folding:
    """One game on its way."""

    def __init__(self, document: Document) -> None:
        self._meta = document.meta
        self._state = begin(_first(document), _EPOCH)
        self._corrections: Counter[str] = Counter()
        self._flags: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._refusals: list[Refusal] = []
        self._publications = 0

    def run(self, arrivals: tuple[Arrival, ...]) -> Folded:
        for arrival in arrivals:
            self._take(arrival)
        return Folded(
            state=self._state,
            corrections=dict(sorted(self._corrections.items())),
            flags=dict(sorted(self._flags.items())),
            outcomes=dict(sorted(self._outcomes.items())),
            refusals=tuple(self._refusals),
            publications=self._publications,
        )

    def _take(self, arrival: Arrival) -> None:
        said = arrival.message
        try:
            received = read_message(write_message(said, self._meta), self._meta)
        except Malformed as why:
            self._answered(said.report, Answer(Outcome.REJECTED, rule="E1", problem=str(why)))
            return
        if received.message != _on_the_wire(said):
            problem = "another message after the wire"
            self._answered(said.report, Answer(Outcome.REJECTED, rule="wire", problem=problem))
            return
        at_ms = max(arrival.at_ms, _happened_ms(said.report))
        decision = decide(self._state, received, _SOURCE, at_ms)
        self._answered(said.report, decision.answer)
        if decision.entry is not None:
            self._enter(decision.entry)

    def _answered(self, report: Report, answer: Answer) -> None:
        self._outcomes[answer.outcome.value] += 1
        self._flags.update(answer.flags)
        if not answer.outcome.recorded:
            self._refusals.append(
                Refusal(
                    about=about(report),
                    outcome=answer.outcome.value,
                    rule=answer.rule or "",
                    problem=answer.problem or "",
                )
            )

    def _enter(self, entry: Entry) -> None:
        kind = _correction(self._state, entry)
        if kind:
            self._corrections[kind] += 1
        self._state, published = step(self._state, entry, _EPOCH)
        self._publications += len(published)


def _happened_ms(report: Report) -> int:
    """
    When the play was by its own account; 0 if it has none.

    Providers edit these times afterwards; nobody told of a play before it happened.
    """
    facts = report.facts if isinstance(report, PlayReport) else None
    return 0 if facts is None else facts.wallclock_ms or 0


def _first(document: Document) -> Entry:
    return Entry(1, 0, _SOURCE, FIRST_TERM, MetaSet(document.meta))


def _on_the_wire(message: Message) -> Message:
    """`message` as it has to come out of its wire form, which has places to 0.1."""
    report = message.report
    where = report.facts.place if isinstance(report, PlayReport) else None
    if not isinstance(report, PlayReport) or where is None:
        return message
    rounded = attrs.evolve(where, x=round(where.x, 1), y=round(where.y, 1))
    facts = attrs.evolve(report.facts, place=rounded)
    return attrs.evolve(message, report=attrs.evolve(report, facts=facts))


def _correction(state: GameState, entry: Entry) -> str | None:
    """What `entry` corrects of what has been told, None if nothing."""
    match entry.event:
        case PlayAmended():
            return "amended"
        case PlayVoided():
            return "voided"
        case ScoreSet():
            return "adjusted"
        case PlayAdded(play=play) if play.order < state.last_order:
            return "inserted"
        case _:
            return None
