"""A game with several feeds, a log that takes the arbiter's moves, and a clock in the hand."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from scoreboard.ingest.authority.arbiter import decide
from scoreboard.ingest.authority.health import by_score
from scoreboard.ingest.authority.moves import (
    CloseDoubt,
    Move,
    OpenDoubt,
    Report,
    SetMode,
    Switch,
    SwitchAspect,
    Unlock,
)
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.watch import Watch, closed, heard
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.event import (
    ClockSet,
    DoubtSet,
    Entry,
    Event,
    FeedModeSet,
    FeedSwitched,
    LockReleased,
    LockSet,
    MetaSet,
    PlayAdded,
    ScoreSet,
    StatusSet,
)
from scoreboard.model.feed import Aspect, FeedMode, Lock, SourceRole
from scoreboard.model.ids import SourceId, play_id
from scoreboard.model.play import Play, PlayFacts, PlayRef
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.state import GameState
from tests.support.games import meta

P, B, C, K = (SourceId(name) for name in ("first", "second", "third", "console"))
OFFICIAL = SourceId("official")
SETTINGS = {
    P: SourceSetting(rank=0),
    B: SourceSetting(rank=1),
    K: SourceSetting(role=SourceRole.CONSOLE, rank=2),
}
START = 1_790_000_000.0
RULESETS = {"basketball": "nba", "soccer": "soccer_league", "baseball": "mlb", "football": "nfl"}


def game(sport: str = "basketball") -> GameState:
    """A game of which only the meta is known."""
    about = meta(RULESETS.get(sport, "nba"), sport)
    return begin(Entry(1, int(START * 1000), P, 1, MetaSet(about)), 7)


def shot(
    side: Side = Side.HOME,
    points: int = 2,
    period: int = 1,
    clock_ms: int | None = None,
    wallclock_ms: int | None = None,
) -> PlayFacts:
    """A made shot."""
    return PlayFacts(
        f"{points}pt",
        period,
        side=side,
        points=points,
        points_to=side,
        clock_ms=clock_ms,
        wallclock_ms=wallclock_ms,
    )


def other(play_type: str = "foul", period: int = 1, clock_ms: int | None = None) -> PlayFacts:
    """A play without a score."""
    return PlayFacts(play_type, period, side=Side.HOME, clock_ms=clock_ms)


@attrs.define
class World:
    """
    Feeds, log and clock.

    Attributes:
        done: every move but reports, with the second (from the start) at which it was made.
    """

    policy: Policy = attrs.field(factory=Policy)
    settings: dict[SourceId, SourceSetting] = attrs.field(factory=lambda: dict(SETTINGS))
    sport: str = "basketball"
    official: bool = False
    at: float = 0.0
    watch: Watch = attrs.field(factory=Watch)
    canonical: GameState = attrs.field(init=False)
    shadows: dict[SourceId, GameState] = attrs.field(factory=dict)
    done: list[tuple[float, Move]] = attrs.field(factory=list)
    reports: list[Report] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.canonical = game(self.sport)

    @property
    def now(self) -> float:
        return START + self.at

    # Feeds

    def starts(self, *sources: SourceId) -> World:
        """All sources say that the game is on, the first of them is believed."""
        for source in sources:
            self.says(source, StatusSet(StatusLine(Status.IN_PROGRESS)))
        return self

    def says(self, source: SourceId, event: Event) -> None:
        self.watch = heard(self.watch, source, self.now, heartbeat=False)
        self.tells(source, event)
        self.look()

    def tells(self, source: SourceId, event: Event) -> None:
        """The source's own game goes on, and the log's if the source is believed."""
        shadow = self.shadows.get(source, game(self.sport))
        self.shadows[source] = self.entered(shadow, source, event)
        if self.may_write(source):
            self.log(event, source)

    def may_write(self, source: SourceId) -> bool:
        is_manual = self.canonical.mode is FeedMode.MANUAL
        return self.canonical.authority in {None, source} and not is_manual

    def scores(
        self, *sources: SourceId, side: Side = Side.HOME, points: int = 2, period: int = 1
    ) -> None:
        """These sources tell of the same basket."""
        for source in sources:
            self.plays(source, shot(side, points, period))

    def plays(self, source: SourceId, facts: PlayFacts) -> None:
        self.watch = heard(self.watch, source, self.now, heartbeat=False)
        shadow = self.shadows.get(source, game(self.sport))
        self.shadows[source] = self.entered(shadow, source, added(shadow, source, facts))
        if self.may_write(source):
            self.log(added(self.canonical, source, facts), source)
        self.look()

    def shows(self, home: int, away: int) -> None:
        """The console shows a score."""
        before = self.shadows[K].score if K in self.shadows else Score()
        score = Score(home, away)
        self.says_only(K, ScoreSet(score, score - before, 1, True, "shown"))

    def says_only(self, source: SourceId, event: Event) -> None:
        self.watch = heard(self.watch, source, self.now, heartbeat=False)
        shadow = self.shadows.get(source, game(self.sport))
        self.shadows[source] = self.entered(shadow, source, event)
        self.look()

    def clock(self, source: SourceId, value_ms: int, running: bool, period: int = 1) -> None:
        self.says(source, ClockSet(Clock(period, value_ms, running), ClockCause.SET))

    def beats(self, *sources: SourceId) -> None:
        for source in sources:
            self.watch = heard(self.watch, source, self.now, heartbeat=True)
        self.look()

    def closes(self, source: SourceId) -> None:
        self.watch = closed(self.watch, source, self.now)
        self.look()

    # Time

    def runs(self, seconds: float, beating: Iterable[SourceId] = ()) -> World:
        """Time passes, second by second; those sources give signs of life."""
        for _ in range(round(seconds)):
            self.at += 1.0
            self.beats(*beating)
        return self

    # Officials

    def locks(self, *aspects: Aspect, until: float | None = None) -> None:
        until_ms = None if until is None else int((START + until) * 1000)
        self.log(LockSet(Lock(aspects or (Aspect.PLAYS,), OFFICIAL, until_ms, "mine")), OFFICIAL)
        self.look()

    def releases(self) -> None:
        self.log(LockReleased(OFFICIAL, "done"), OFFICIAL)
        self.look()

    # The log

    def log(self, event: Event, source: SourceId, term: int | None = None) -> None:
        is_official = source == OFFICIAL
        self.canonical = self.entered(self.canonical, source, event, term, is_official)

    def entered(
        self,
        state: GameState,
        source: SourceId,
        event: Event,
        term: int | None = None,
        is_official: bool = False,
    ) -> GameState:
        term = state.term if term is None else term
        ts_ms = max(round(self.now * 1000), state.ts_ms)
        return apply(state, Entry(state.seq + 1, ts_ms, source, term, event, official=is_official))

    def look(self) -> tuple[Move, ...]:
        """The arbiter looks, and the log takes its moves."""
        self.watch, moves = decide(
            self.watch,
            self.canonical,
            self.shadows,
            self.settings,
            self.policy,
            self.now,
            official=self.official,
        )
        for move in moves:
            if isinstance(move, Report):
                self.reports.append(move)
            else:
                self.done.append((self.at, move))
                self.take(move)
        return moves

    def take(self, move: Move) -> None:
        source, before = SourceId("arbiter"), self.canonical.authority
        match move:
            case Switch(to=to):
                event = FeedSwitched(
                    *(Aspect.PLAYS, to, before, move.mode, move.reason),
                    automatic=move.automatic,
                    chosen=move.chosen,
                )
                self.log(event, to, self.canonical.term + 1)
                self.catch_up(to)
            case SetMode(mode=mode, reason=reason):
                self.log(FeedModeSet(mode, reason), source)
            case SwitchAspect(aspect=aspect, to=to, reason=reason):
                self.log(FeedSwitched(aspect, to, None, self.canonical.mode, reason), source)
            case OpenDoubt(name=name, reason=reason):
                self.log(DoubtSet(name, True, reason), source)
            case CloseDoubt(name=name, reason=reason):
                self.log(DoubtSet(name, False, reason), source)
            case Unlock(by=by, reason=reason):
                self.log(LockReleased(by, reason), source)

    def catch_up(self, source: SourceId) -> None:
        """The log takes what the new source has more: the plays at its end."""
        if source not in self.shadows:
            return
        missing = by_score(self.canonical, self.shadows[source]).plays
        theirs = self.shadows[source].plays
        for play in theirs[len(theirs) - missing :]:
            room = self.shadows[source].score - self.canonical.score
            side = play.facts.points_to
            if side is not None and room.of(side) < play.facts.points:
                continue
            self.log(added(self.canonical, source, play.facts), source)

    # What happened

    def made(self, kind: type) -> list[tuple[float, Move]]:
        return [(at, move) for at, move in self.done if isinstance(move, kind)]

    @property
    def report(self) -> Report:
        return self.reports[-1]


def added(state: GameState, source: SourceId, facts: PlayFacts) -> PlayAdded:
    """The play as it enters that game."""
    seq = state.seq + 1
    ref = PlayRef(source, f"{source}-{seq}")
    order = state.last_order + 1024
    return PlayAdded(Play(play_id(seq), 0, order, facts, refs=(ref,)))
