"""
Publications: what followers are told of one entry.

Rule: a pure function of the state before, the entry and the state after; all carry
the entry's `seq`, and `prev` is the `seq` of the same game's last publication of the
same kind. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from scoreboard.model.delivery import DeliveryClass, Place, Publication
from scoreboard.model.errors import LocalError
from scoreboard.model.event import (
    Entry,
    HoldSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlayVoided,
    ScoreSet,
)
from scoreboard.model.ids import GameId, League, TeamId
from scoreboard.model.payload import (
    CorrectionPayload,
    FieldChange,
    LineupPayload,
    MetaPayload,
    Payload,
    PlayPayload,
)
from scoreboard.model.play import Play, PlayState
from scoreboard.projection import view
from scoreboard.projection.alerts import alerts_of
from scoreboard.projection.boxscore import stats_of
from scoreboard.projection.fold import advance, begin
from scoreboard.projection.kinds import kinds, touched
from scoreboard.projection.state import GameState

#: First part of every topic; `v1` changes only with the meaning of a field.
ROOT = "scoreboard.v1"

_DELIVERY = {
    "meta": DeliveryClass.LATEST,
    "status": DeliveryClass.CRITICAL,
    "play": DeliveryClass.CRITICAL,
    "correction": DeliveryClass.CRITICAL,
    "score": DeliveryClass.CRITICAL,
    "shot": DeliveryClass.CRITICAL,
    "lineup": DeliveryClass.CRITICAL,
    "situation": DeliveryClass.LATEST,
    "clock": DeliveryClass.TICK,
    "feed": DeliveryClass.LATEST,
    "slate": DeliveryClass.LATEST,
    "stats": DeliveryClass.LATEST,
    "alert": DeliveryClass.CRITICAL,
}

#: Kinds that are whole states, so that a new subscriber may ask for the last one. `stats`
#: is none: it has the lines that one entry moved; the whole is `boxscore.get`.
RETAINED = frozenset({"meta", "status", "score", "situation", "clock", "feed", "slate"})


#: Kinds that teams and leagues have as well, or alone (the slate).
WIDER = frozenset({"slate", "alert"})

#: Kinds of games whose places are remembered: those of some hundred games.
_REMEMBERED = 4_096


def game_topic(game_id: GameId, kind: str) -> str:
    """The topic of one aspect of one game."""
    return f"{ROOT}.game.{game_id}.{kind}"


def league_topic(league: League, kind: str) -> str:
    """The topic of one aspect of a league."""
    return f"{ROOT}.league.{league}.{kind}"


def team_topic(team_id: TeamId, kind: str) -> str:
    """The topic of one aspect of a team."""
    return f"{ROOT}.team.{team_id}.{kind}"


def step(
    before: GameState | None, entry: Entry, epoch: int
) -> tuple[GameState, tuple[Publication, ...]]:
    """
    The state after `entry`, and what is published of it.

    Args:
        before: None for a game's first entry.
        epoch: of the game's log.
    """
    if before is None:
        after = begin(entry, epoch)
        found = kinds(None, entry, after)
    else:
        after, found = advance(before, entry)
    return after, tuple(_publications(before, entry, after, found))


def replay(entries: Iterable[Entry], epoch: int) -> Iterator[tuple[GameState, Publication]]:
    """Every publication of a log, in order, with the state that it was made of."""
    state: GameState | None = None
    for entry in entries:
        state, published = step(state, entry, epoch)
        for publication in published:
            yield state, publication


def _publications(
    before: GameState | None, entry: Entry, after: GameState, found: tuple[str, ...]
) -> Iterator[Publication]:
    last = before.last if before is not None else {}
    meta, epoch = after.meta, after.epoch
    game_id, home, away = meta.game_id, meta.home.team_id, meta.away.team_id
    seq, ts_ms, source, term = entry.seq, entry.ts_ms, entry.source, entry.term
    for kind in found:
        body = _BODIES[kind](before, entry, after)
        if body is None:  # pragma: no cover - `kinds` names only what has a body
            raise LocalError(f"{game_id}: entry {entry.seq} has no {kind} to publish")
        delivery, prev, retained = _DELIVERY[kind], last.get(kind, 0), kind in RETAINED
        key = _key(kind, after)
        (stream, topic), also = _places(kind, game_id, meta.league, home, away)
        # By position, which is a third quicker for so many fields.
        yield Publication(
            stream, topic, kind, delivery, game_id, epoch, seq, prev, ts_ms, source, term,
            body, key, retained, also,
        )  # fmt: skip


@lru_cache(maxsize=_REMEMBERED)
def _places(
    kind: str, game_id: GameId, league: League, home: TeamId, away: TeamId
) -> tuple[Place, tuple[Place, ...]]:
    """Where that kind is published first, and where else; the same strings each time."""
    here = (f"game.{game_id}", game_topic(game_id, kind))
    if kind not in WIDER:
        return here, ()
    wider = (
        (f"league.{league}", league_topic(league, kind)),
        (f"team.{home}", team_topic(home, kind)),
        (f"team.{away}", team_topic(away, kind)),
    )
    return (wider[0], wider[1:]) if kind == "slate" else (here, wider)


def _key(kind: str, after: GameState) -> str:
    """
    What a newer publication of the kind replaces if the follower is behind.

    Lines are told whole, so only one of the same lines makes an earlier one needless.
    """
    game_id = after.meta.game_id
    return f"{game_id}:{'+'.join(after.stats.touched)}" if kind == "stats" else game_id


def _play(_before: GameState | None, entry: Entry, after: GameState) -> Payload | None:
    play = touched(entry, after)
    return None if play is None else PlayPayload(play, after.public_score_after(play), after.meta)


def _shot(_before: GameState | None, entry: Entry, after: GameState) -> Payload | None:
    play = touched(entry, after)
    return None if play is None else view.shot_of(after, play)


def _lineup(_before: GameState | None, entry: Entry, after: GameState) -> Payload | None:
    play = touched(entry, after)
    return None if play is None else LineupPayload(play, after.meta)


def _score(_before: GameState | None, entry: Entry, after: GameState) -> Payload | None:
    return view.score_of(after, touched(entry, after))


def _correction(before: GameState | None, entry: Entry, after: GameState) -> Payload | None:
    earlier = before or after
    play = touched(entry, after)
    kind, reason = _what(entry)
    return CorrectionPayload(
        kind=kind,
        target=None if play is None else play.play_id,
        target_rev=0 if play is None else play.rev,
        reason=reason,
        by=f"official:{entry.source}" if entry.official else entry.source,
        before=earlier.public_score,
        after=after.public_score,
        changes=changes(earlier, play),
        retracts=_retracts(earlier, after),
        after_final=earlier.line.status.state.value == "post",
    )


def _what(entry: Entry) -> tuple[str, str]:
    """Kind and reason of the correction that `entry` is."""
    match entry.event:
        case PlayAmended(reason=reason):
            return "amend", reason
        case PlayVoided(state=PlayState.OVERTURNED, reason=reason):
            return "overturn", reason
        case PlayVoided(reason=reason):
            return "void", reason
        case PlayReviewed(state=state, reason=reason):
            return f"review.{state.value}", reason
        case PeriodSet(reason=reason):
            return "period.set", reason
        case ScoreSet(correction=True, reason=reason):
            return "score.override", reason
        case ScoreSet(reason=reason):
            return "score.adjust", reason
        case HoldSet(reason=reason):
            return "score.release", reason
        case PlayAdded(reason=reason) if reason:
            return "insert", reason
        case _:
            return "insert", "reported late"


def changes(before: GameState, play: Play | None) -> tuple[FieldChange, ...]:
    """The fields in which `play` differs from its earlier revision."""
    earlier = None if play is None else before.by_id(play.play_id)
    if play is None or earlier is None:
        return ()
    pairs: list[tuple[str, object, object]] = [
        ("/state", earlier.state.value, play.state.value),
        ("/order", earlier.order, play.order),
    ]
    old, new = earlier.facts, play.facts
    pairs += [
        (f"/{name}", getattr(old, name), getattr(new, name))
        for name in ("play_type", "subtype", "result", "points", "period_index", "clock_ms", "text")
    ]
    pairs.append(("/participants", _names(earlier), _names(play)))
    return tuple(FieldChange(path, was, now) for path, was, now in pairs if was != now)


def _names(play: Play) -> list[str]:
    return [f"{person.role}: {person.name}" for person in play.facts.participants]


def _retracts(before: GameState, after: GameState) -> tuple[str, ...]:
    """Names of the alerts that the entry withdraws."""
    if before.alerts is after.alerts:
        return ()
    return tuple(alert.retracts for alert in after.alerts.news if alert.retracts is not None)


_Body = Callable[[GameState | None, Entry, GameState], Payload | None]

_BODIES: dict[str, _Body] = {
    "meta": lambda _before, _entry, after: MetaPayload(after.meta),
    "status": lambda _before, _entry, after: view.status_of(after),
    "play": _play,
    "correction": _correction,
    "score": _score,
    "shot": _shot,
    "lineup": _lineup,
    "situation": lambda _before, _entry, after: view.situation_of(after),
    "clock": lambda _before, _entry, after: view.clock_of(after),
    "feed": lambda _before, _entry, after: view.feed_of(after),
    "slate": lambda _before, _entry, after: view.slate_of(after),
    "stats": lambda _before, _entry, after: stats_of(after),
    "alert": lambda _before, _entry, after: alerts_of(after),
}
