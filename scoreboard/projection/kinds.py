"""
Which kinds of publication an entry gives.

Rule: what is published is a function of the state before, the entry, and the state
after, so that a log that is read again gives the same publications. Pure.
"""

from __future__ import annotations

from scoreboard.model.event import (
    ClockSet,
    DoubtSet,
    Entry,
    FeedModeSet,
    FeedSwitched,
    HoldSet,
    HomeMoved,
    LockReleased,
    LockSet,
    MetaSet,
    PeriodSet,
    PlayAdded,
    PlayAmended,
    PlayReviewed,
    PlaysLinked,
    PlayVoided,
    ScoreSet,
)
from scoreboard.model.play import Play
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState

#: In the order in which one entry's publications are sent: the fact, what it corrects,
#: what follows from it.
ORDER = (
    "meta",
    "status",
    "play",
    "correction",
    "score",
    "shot",
    "lineup",
    "stats",
    "situation",
    "clock",
    "feed",
    "slate",
    "alert",
)

#: Entries about the feeds: who is believed, what is doubted or locked.
_FEED = (FeedSwitched, FeedModeSet, PlaysLinked, DoubtSet, LockSet, LockReleased, HomeMoved)

#: Kinds of play that change who is playing.
_LINEUP = frozenset({"substitution", "lineup", "goalie_change"})


def touched(entry: Entry, after: GameState) -> Play | None:
    """The play that `entry` adds or corrects, as it is afterwards."""
    match entry.event:
        case PlayAdded(play=play) | PlayAmended(play=play):
            return play
        case PlayVoided(play_id=play_id) | PlayReviewed(play_id=play_id):
            return after.by_id(play_id)
        case _:
            return None


def is_insert(before: GameState, entry: Entry) -> bool:
    """Whether `entry` adds a play before others that are already there."""
    return isinstance(entry.event, PlayAdded) and entry.event.play.order < before.last_order


def falls(before: Score, after: Score) -> bool:
    """Whether a side has fewer points than before."""
    return after.home < before.home or after.away < before.away


def kinds(before: GameState | None, entry: Entry, after: GameState) -> tuple[str, ...]:
    """The kinds that `entry` gives, in the order of `ORDER`."""
    if before is None:
        return ("meta", "status", "score", "slate")
    found: set[str] = set()
    if isinstance(entry.event, MetaSet):
        found |= {"meta", "slate"}
    play = touched(entry, after)
    if play is not None:
        found |= _of_play(play)
        if not isinstance(entry.event, PlayAdded) or is_insert(before, entry):
            found.add("correction")
    if isinstance(entry.event, ScoreSet):
        found |= {"correction", "score"}
    elif isinstance(entry.event, PeriodSet):
        found |= {"correction", "status"}
    elif isinstance(entry.event, HoldSet):
        found |= {"status", "score", "slate"}
        if falls(before.public_score, after.public_score):
            found.add("correction")
    elif isinstance(entry.event, _FEED):
        found.add("feed")
    found |= _of_change(before, after)
    if isinstance(entry.event, ClockSet):
        found.add("clock")
    return tuple([kind for kind in ORDER if kind in found])


def _of_play(play: Play) -> set[str]:
    found = {"play"}
    if play.facts.shot is not None and play.facts.place is not None:
        found.add("shot")
    if play.facts.play_type in _LINEUP:
        found.add("lineup")
    return found


def _of_change(before: GameState, after: GameState) -> set[str]:
    found: set[str] = set()
    if before.public_score != after.public_score or _differs(
        before.public_shootout, after.public_shootout
    ):
        found |= {"score", "slate"}
    if before.confidence is not after.confidence:
        found.add("score")
    if _differs(before.doubts, after.doubts):
        found.add("feed")
    if _differs(before.line, after.line):
        found |= {"status", "slate"}
    if before.period_index != after.period_index:
        found |= {"status", "slate"}
    if _differs(before.situation, after.situation):
        found.add("situation")
    if after.clock is not None and _differs(before.clock, after.clock):
        found.add("clock")
    if before.stats is not after.stats:
        found.add("stats")
    if before.alerts is not after.alerts and after.alerts.news:
        found.add("alert")
    return found


def _differs(before: object, after: object) -> bool:
    """Most of a state is the very same objects as before."""
    return before is not after and before != after
