"""
Quarantine: what is held of a source that contradicts the game.

Rule: a held message is kept as it came, since it is judged again, against a later state;
nothing is made of it until then. Pure.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import attrs

from scoreboard.model.ids import SourceId


class HoldEnd(Enum):
    """What became of a message that was held."""

    RELEASED = "released"  #: what it waited for came: judged again and in the log
    APPROVED = "approved"  #: an official let it in
    RESENT = "resent"  #: its source sent it again and it was taken
    REFUSED = "refused"  #: judged again and rejected, or in the log by another way
    DROPPED = "dropped"  #: an official threw it away
    EXPIRED = "expired"  #: nobody decided in time
    DISPLACED = "displaced"  #: too many were held; the oldest went


@attrs.frozen
class Held:
    """
    A message in quarantine.

    Attributes:
        quarantine_id: made of game, source and message: the same message has the same.
        message: as it was read, plain data (dict, list, str, int, float, bool, None).
        rule, code, problem: why it is held.
        since_ms, until_ms: held from when, and when officials are asked or it is refused;
            milliseconds UTC.
        official: its source is an official of the game.
        term: the counter of feed authority when it came.
    """

    quarantine_id: str
    source: SourceId
    message: Any
    rule: str
    code: str
    problem: str
    since_ms: int
    until_ms: int
    official: bool = False
    term: int = 0
