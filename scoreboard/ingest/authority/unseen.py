"""
What nobody has told: a believed source that was away comes back after the others have left off.

Rule: it tells only that a part of the game may be missing, as a doubt; it never moves the
score. Pure.

# Note [Unseen]

A feed that comes back without what it missed, and shows no running scores, has passed over
plays that others told meanwhile. As long as the first play that it tells afterwards is one
that others tell too, the two reach into each other and all of the game was seen by one of
them. If it is told by nobody else, something may have happened between their last play and
its first one: of 5,000 simulated games three ended so with a score that nobody had told.
"""

from __future__ import annotations

from scoreboard.ingest.authority.comparison import FRAME
from scoreboard.ingest.authority.drafting import LATE, Draft
from scoreboard.ingest.authority.level import is_behind, own_ref, shows_scores
from scoreboard.ingest.authority.likeness import kind
from scoreboard.model.event import DoubtSet, PlayAdded
from scoreboard.model.ids import SourceId
from scoreboard.model.play import Play
from scoreboard.projection.state import GameState
from scoreboard.sports.registry import SPORTS

#: The doubt of a score of which a part may be missing.
HOLE = "hole"
#: Plays without a score that a source must have passed over to have been away: one that it
#: merely forgot tells nothing.
MANY = 3
#: Flags (rule P1) of a play that cannot be without points before it, which we have not.
POINTS_MISSING = frozenset({"inconsistent_try"})


def doubt_unseen(draft: Draft, shadow: GameState, source: SourceId, since: int) -> None:
    """
    Open the doubt if the believed source has come back where nobody else has told.

    Args:
        since: how many entries the draft had before the source's plays.
    """
    if HOLE in draft.state.doubts or shows_scores(shadow):
        return
    for entry in draft.entries[since:]:
        event = entry.event
        if not isinstance(event, PlayAdded) or LATE in event.play.flags:
            continue
        count = len(passed(draft.state, source, event.play))
        if count:
            reason = f"{source} has passed over {count} plays, and shows no running score"
            draft.say(DoubtSet(HOLE, True, reason))
            return


def passed(state: GameState, source: SourceId, play: Play) -> list[Play]:
    """
    Our plays that `source` has passed over right before its own `play`; none if they are few.

    What may be at the same time as `play` is not among them, nor what the source passed over
    before it told of the game at all.
    """
    found: list[Play] = []
    sport = SPORTS[state.meta.sport]
    for ours in reversed(state.plays[: state.position(play.place_in_game)]):
        if own_ref(ours, source) is not None:
            scored = not POINTS_MISSING.isdisjoint(play.flags)
            scored = scored or any(one.facts.points for one in found)
            return found if scored or len(found) >= MANY else []
        is_frame = kind(ours.facts, sport) in FRAME
        if ours.state.counts and not is_frame and is_behind(state, ours.facts, play.facts):
            found.append(ours)
    return []
