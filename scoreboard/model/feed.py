"""
Feeds and who of them is believed.

Rule: authority is held per aspect, and changes only by an entry of the log, under a new
`term`. What a source that is not believed says changes its shadow and nothing else. Pure.
"""

from __future__ import annotations

from enum import Enum

import attrs

from scoreboard.model.ids import PlayId, SourceId
from scoreboard.model.play import PlayRef


class Aspect(Enum):
    """What of a game a source can be believed for."""

    PLAYS = "plays"  #: plays, score, situation
    CLOCK = "clock"
    STATUS = "status"


class FeedMode(Enum):
    """Where the arbitration of a game's feeds stands."""

    PRIMARY = "primary"  #: the best source is believed
    BACKUP = "backup"  #: another one is, since the best has failed
    PROBATION = "probation"  #: the best is back and must prove itself
    DARK = "dark"  #: nobody can be believed now; what is known stands
    MANUAL = "manual"  #: an official has taken the plays
    LATCHED = "latched"  #: too many switches: a person decides


class SourceRole(Enum):
    """What a source is for a game."""

    SCORING = "scoring"  #: tells plays; the one of the lowest rank is the primary
    CONSOLE = "console"  #: the arena's console: clock and score only, never plays


@attrs.frozen
class PlayLink:
    """
    A source's name for a play that the log has under another one.

    Attributes:
        digest, source_rev: of the source's report, to tell its repeats from its changes.
        is_part: the source's play is only a part of ours, or ours of it (a touchdown with
            its try): its corrections cannot be taken over field by field.
    """

    ref: PlayRef
    play_id: PlayId
    digest: int = 0
    source_rev: int = 0
    is_part: bool = False


@attrs.frozen
class Absorbed:
    """
    A source's play that the score has already, though we cannot say as which play.

    Attributes:
        digest, source_rev: as in `PlayLink`.
    """

    ref: PlayRef
    digest: int = 0
    source_rev: int = 0


@attrs.frozen
class Lock:
    """
    An official keeps aspects of a game to himself.

    Attributes:
        until_ms: milliseconds UTC; None: until it is released.
    """

    aspects: tuple[Aspect, ...]
    by: SourceId
    until_ms: int | None
    reason: str
