"""Documents by hand: rows of a game between Home and Away."""

from __future__ import annotations

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.intake import Decision, decide
from scoreboard.ingest.parsers.document import Document, PlayRow, ScoreRow
from scoreboard.model.message import Message, PlayReport, ScoreReport, StatusReport, VoidReport
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply
from scoreboard.projection.state import GameState
from tests.support.games import SOURCE, WHENEVER, meta, new_game

FINAL = StatusLine(Status.FINAL, "REG")
NBA = meta()
NFL = meta("nfl", "football")
CUP = meta("soccer_cup", "soccer")
MLB = meta("mlb", "baseball")


def play(
    ref,
    play_type=None,
    *,
    order,
    points=0,
    side=Side.HOME,
    period=1,
    clock_ms=None,
    wallclock_ms=None,
    half=None,
    shootout=False,
    **row,
) -> PlayRow:
    facts = PlayFacts(
        play_type or {1: "freethrow", 3: "3pt"}.get(points, "2pt"),
        period,
        order=order,
        side=side if points else None,
        points=points,
        points_to=side if points else None,
        clock_ms=clock_ms,
        wallclock_ms=wallclock_ms,
        half=half,
        shootout=shootout,
    )
    return PlayRow(ref, facts, **row)


def score(ref, order, home, away, *, period=1, correction=False) -> ScoreRow:
    return ScoreRow(ref, order, period, Score(home, away), correction, "missing rows")


def document(*rows, about=NBA, status=FINAL, **fields) -> Document:
    return Document("made", about, rows, status, **fields)


def words(messages) -> list[str]:
    """Messages in a few words each, to be compared at a glance."""
    return [_word(message) for message in messages]


def _word(message: Message) -> str:
    match message.report:
        case PlayReport(ref=ref, rev=rev, score_after=shown):
            claim = f" {shown.home}-{shown.away}" if shown else ""
            return f"play {ref}{f'.{rev}' if rev else ''}{claim}"
        case VoidReport(ref=ref):
            return f"void {ref}"
        case StatusReport(line=line, period_index=period):
            return f"{line.status.value} {period}"
        case ScoreReport(score=total, correction=correction):
            return f"score {total.home}-{total.away}{' corrected' if correction else ''}"
        case other:
            return type(other).__name__


#: A few rows are no whole game: it ends when they end.
SHORT = WHENEVER | {"ST3"}
#: Rules about what is improbable, which a few rows by hand are.
ODD = ("P1", "P3", "S9", "ST3")
#: Recorded games are heard after all that is in them (rule T1).
LONG_AFTER_MS = 4_000_000_000_000


@attrs.define
class Hearing:
    """A game that hears messages and keeps what the rules say of each."""

    state: GameState
    decisions: list[Decision] = attrs.field(factory=list)

    def hear(self, *messages: Message) -> Hearing:
        for message in messages:
            decision = decide(self.state, Received(message), SOURCE, LONG_AFTER_MS, lifted=SHORT)
            self.decisions.append(decision)
            if decision.entry is not None:
                self.state = apply(self.state, decision.entry)
        return self

    @property
    def troubles(self) -> list[str]:
        """What the rules did not let in, or had doubts about; what is odd in sport is no matter."""
        return [
            f"{d.answer.rule} {d.answer.problem}"
            for d in self.decisions
            if d.answer.outcome.value != "accepted" and d.answer.rule not in ODD
        ]


def hearing(about=NBA) -> Hearing:
    return Hearing(new_game(about))


def whole(state: GameState) -> dict:
    """A state, as far as a follower can see it; our own ids and revisions left out."""
    return {
        "score": state.score,
        "periods": state.periods,
        "shootout": state.shootout,
        "line": state.line,
        "period": state.period_index,
        "confidence": state.confidence,
        "plays": [
            (play.refs[0].ref, attrs.evolve(play.facts, order=None), play.state)
            for play in state.plays
        ],
    }
