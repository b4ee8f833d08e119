"""Small games by hand: a meta, and a log that is written line by line."""

from __future__ import annotations

from typing import Any

import attrs

from scoreboard.codec.digest import digest_message
from scoreboard.model.event import Entry, Event, MetaSet
from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import GameId, League, SourceId, TeamId
from scoreboard.model.message import Message, PlayReport, Report
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.catalogue import Verdict, judge
from scoreboard.rules.event import event_of

SOURCE = SourceId("arena")
EPOCH = 7
NOW_MS = 1_577_642_400_000
HOME = TeamId("thome000000")
AWAY = TeamId("taway000000")


def meta(ruleset: str = "nba", sport: str = "basketball") -> GameMeta:
    """A game between Home and Away."""
    return GameMeta(
        game_id=GameId("g0000000001"),
        league=League("nba_"),
        sport=sport,
        ruleset=ruleset,
        home=Team(HOME, "Home Town", "HOM"),
        away=Team(AWAY, "Away City", "AWY"),
    )


def entry(seq: int, event: Event, source: SourceId = SOURCE) -> Entry:
    """A log entry, one second after the last."""
    return Entry(seq=seq, ts_ms=NOW_MS + seq * 1000, source=source, term=1, event=event)


def new_game(about: GameMeta | None = None) -> GameState:
    """The state after the first entry."""
    return begin(entry(1, MetaSet(about or meta())), EPOCH)


def basket(
    ref: str,
    points: int = 2,
    side: Side = Side.HOME,
    period: int = 1,
    clock_ms: int | None = None,
    order: int | None = None,
    rev: int = 0,
    score_after: Score | None = None,
) -> PlayReport:
    """A made shot."""
    return PlayReport(
        ref=ref,
        rev=rev,
        score_after=score_after,
        facts=PlayFacts(
            play_type={1: "freethrow", 2: "2pt", 3: "3pt"}[points],
            period_index=period,
            clock_ms=clock_ms,
            order=order,
            side=side,
            points=points,
            result="made",
        ),
    )


#: Games of tests that are about something else need no status first and end when they
#: end (rules ST4, ST3).
WHENEVER = frozenset({"ST3", "ST4"})


@attrs.define
class Game:
    """A game that hears reports and takes down what the rules let through."""

    state: GameState = attrs.field(factory=new_game)
    log: list[Entry] = attrs.field(factory=list)
    seq: int = 0

    def case(self, report: Report, source_seq: int | None = None, **options: Any) -> Case:
        """The case of a report; `options` are fields of `Message` or of `Case`."""
        of_message = {field.name for field in attrs.fields(Message)}
        said = {name: value for name, value in options.items() if name in of_message}
        message = Message(report, source_seq=source_seq, **said)
        digest = digest_message(message)
        case = Case(self.state, message, SOURCE, digest, NOW_MS, lifted=WHENEVER)
        rest = {name: value for name, value in options.items() if name not in of_message}
        return attrs.evolve(case, **rest) if rest else case

    def judge(self, report: Report, source_seq: int | None = None, **options: Any) -> Verdict:
        return judge(self.case(report, source_seq, **options))

    def hear(self, report: Report, source_seq: int | None = None) -> Verdict:
        """Judge the report and, if it counts, log and apply it."""
        case = self.case(report, source_seq)
        verdict = judge(case)
        if verdict.outcome.value in ("accepted", "flagged"):
            event = event_of(case, verdict.flags)
            if event is not None:
                made = entry(self.state.seq + 1, event)
                if source_seq is not None:
                    made = attrs.evolve(made, digest=case.digest)
                self.log.append(made)
                self.state = apply(self.state, made)
        return verdict
