"""
Payloads: what a follower is told, one class per kind of publication, and the snapshot.

Rule: whole states, never differences; each carries the complete score where it
carries any, so that a late or lost one can leave nothing wrong standing. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.alert import Alert, Moment, Told
from scoreboard.model.boxscore import Claim, Difference, StatLine
from scoreboard.model.clock import Clock, ClockCause, Direction
from scoreboard.model.feed import FeedMode, Lock
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, League, PersonId, PlayId, SourceId, TeamId
from scoreboard.model.play import Place, Play
from scoreboard.model.quarantine import Held
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Situation
from scoreboard.model.status import Confidence, StatusLine


@attrs.frozen
class TeamScore:
    """One side's line: team, total, and points by period (index 0 is period 1)."""

    team_id: TeamId
    points: int
    periods: tuple[int, ...]


@attrs.frozen
class ScoreCause:
    """The play that moved the score."""

    play_id: PlayId
    points: int
    team_id: TeamId
    person_id: PersonId | None


@attrs.frozen
class ScorePayload:
    """
    The score, whole.

    Attributes:
        shootout: tally of the shoot-out, None if there is none.
        rev: how many corrections have touched the score.
    """

    home: TeamScore
    away: TeamScore
    shootout: Score | None
    confidence: Confidence
    cause: ScoreCause | None
    leader: TeamId | None
    period_index: int
    clock_ms: int | None
    line: StatusLine
    rev: int


@attrs.frozen
class StatusPayload:
    """
    The status, with the score at that moment.

    Attributes:
        public_hold: the score stands still while officials confer.
    """

    line: StatusLine
    period_index: int
    period_type: str
    period_label: str
    score: Score
    public_hold: bool = False


@attrs.frozen
class ClockPayload:
    """The clock, to be ticked by the client until the next one comes."""

    clock: Clock
    direction: Direction
    cause: ClockCause


@attrs.frozen
class SituationPayload:
    """Down and distance, count, strength; teams by id."""

    situation: Situation
    meta: GameMeta


@attrs.frozen
class PlayPayload:
    """A play, with the score after it at its place in the game; None while that is held."""

    play: Play
    score_after: Score | None
    meta: GameMeta


@attrs.frozen
class ShotPayload:
    """A located attempt to score."""

    play_id: PlayId
    rev: int
    team_id: TeamId | None
    person_id: PersonId | None
    period_index: int
    value: int
    made: bool
    place: Place
    distance_ft: float | None
    zone: str | None
    voided: bool


@attrs.frozen
class FieldChange:
    """One field that a correction changed, by its name on the wire."""

    path: str
    before: object
    after: object


@attrs.frozen
class CorrectionPayload:
    """
    Something that was said is no longer true.

    Attributes:
        kind: "amend", "void", "overturn", "insert", "review.under_review", "review.upheld",
            "review.confirmed", "period.set", "score.override", "score.adjust" or
            "score.release" (the public score moves again, and down).
        target: the play, None for a correction of the score alone.
        retracts: `notif_id` of each alert that no longer holds.
        after_final: whether the game was already over.
    """

    kind: str
    target: PlayId | None
    target_rev: int
    reason: str
    by: str
    before: Score
    after: Score
    changes: tuple[FieldChange, ...]
    retracts: tuple[str, ...]
    after_final: bool


@attrs.frozen
class MetaPayload:
    """The game's circumstances."""

    meta: GameMeta


@attrs.frozen
class FeedPayload:
    """
    How far the game may be believed, and on whose word.

    Attributes:
        clock, status: who is believed for these.
        doubts: names of what is open; a review is named with its play.
    """

    authority: SourceId | None
    term: int
    mode: FeedMode
    clock: SourceId | None
    status: SourceId | None
    confidence: Confidence
    doubts: tuple[str, ...]
    locks: tuple[Lock, ...]


@attrs.frozen
class SourceReport:
    """How one source of a game is, for operators."""

    source: SourceId
    health: str


@attrs.frozen
class FeedReportPayload:
    """
    How a game's feeds are, for operators.

    Attributes:
        sources: the best source first.
        clock_confidence: "live", "estimated", "stale" or "none".
        clock_ticks: whether a viewer's clock may run on by itself.
        flags: what a person should look at.
    """

    authority: SourceId | None
    mode: FeedMode
    sources: tuple[SourceReport, ...]
    clock_confidence: str
    clock_ticks: bool
    flags: tuple[str, ...]
    score: Score


@attrs.frozen
class SlatePayload:
    """One line of a slate: the game in the fewest words."""

    game_id: GameId
    league: League
    home: TeamId
    away: TeamId
    home_abbrev: str
    away_abbrev: str
    score: Score
    line: StatusLine
    period_index: int
    period_label: str
    clock_ms: int | None
    leader: Side | None
    scheduled_start_ms: int | None


@attrs.frozen
class LineupPayload:
    """A substitution: the play, and what it says of who came and went."""

    play: Play
    meta: GameMeta


@attrs.frozen
class StatsPayload:
    """The lines that an entry has moved, whole."""

    lines: tuple[StatLine, ...]
    meta: GameMeta


@attrs.frozen
class AlertPayload:
    """The alerts of one entry, those that withdraw others first."""

    alerts: tuple[Alert, ...]
    moment: Moment
    meta: GameMeta


@attrs.frozen
class AlertList:
    """Every alert that was told of a game, as it stood at one position of its log."""

    epoch: int
    seq: int
    told: tuple[Told, ...]
    meta: GameMeta


@attrs.frozen
class QuarantinePayload:
    """
    What happens to a held message, for those who run the server.

    Attributes:
        change: "held", "confirmed", "asked" (its time is over: somebody must decide), or what
            became of it, a value of `HoldEnd`.
        by: who decided; None: the rules did.
        waiting: how many messages are held of the game now.
    """

    change: str
    held: Held
    by: SourceId | None
    reason: str
    waiting: int


@attrs.frozen
class ClaimPayload:
    """
    A box score that a source has sent, for those who run the server.

    Attributes:
        figures: that could be compared.
        differences: with what the plays added up to when it was told.
    """

    claim: Claim
    figures: int
    differences: tuple[Difference, ...]
    meta: GameMeta


Payload = (
    ScorePayload
    | StatusPayload
    | ClockPayload
    | SituationPayload
    | PlayPayload
    | ShotPayload
    | CorrectionPayload
    | MetaPayload
    | FeedPayload
    | FeedReportPayload
    | SlatePayload
    | LineupPayload
    | StatsPayload
    | AlertPayload
    | QuarantinePayload
    | ClaimPayload
)


@attrs.frozen
class Snapshot:
    """
    A whole game at one position of its log.

    Attributes:
        plays: in game order, each with the score after it; voided ones included and marked.
    """

    game_id: GameId
    epoch: int
    seq: int
    ts_ms: int
    term: int
    source: SourceId
    meta: GameMeta
    score: ScorePayload
    status: StatusPayload
    clock: ClockPayload | None
    situation: SituationPayload | None
    feed: FeedPayload
    plays: tuple[PlayPayload, ...]
    shots: tuple[ShotPayload, ...]
