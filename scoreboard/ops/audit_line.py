"""
What operators do, line by line, for those who ask later.

Rule: one record is one line of JSON, whatever was typed; and who fails to come in cannot
fill the disk. Pure.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import Enum

import attrs

#: Failed logins that are recorded one by one, and seconds in which one more is allowed.
BURST = 10
PAUSE_S = 6.0


class Happened(Enum):
    """What a line is about."""

    LOGIN = "login"
    LOGOUT = "logout"
    LOGIN_FAILED = "login_failed"
    COMMAND = "command"


@attrs.frozen
class Operator:
    """
    Who it is.

    Attributes:
        user: the name that was claimed.
        key: fingerprint of the key that was shown; "" if none was.
        comment: of the key, as `authorized_keys` has it.
        peer: address and port.
    """

    user: str
    key: str
    peer: str
    comment: str = ""


@attrs.frozen
class Record:
    """
    One line.

    Attributes:
        outcome: "begun", "ok", "misspelt", "refused", "failed"; of others: why or how.
        detail: why not.
        typed: the line; None if nothing was typed.
    """

    happened: Happened
    operator: Operator
    outcome: str
    typed: str | None = None
    detail: str = ""


def line(record: Record, now: float) -> bytes:
    """
    The record as it is written, with the end of the line.

    Args:
        now: seconds since the epoch.
    """
    who = record.operator
    shape = {
        "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
        "event": record.happened.value,
        "user": who.user,
        "key": who.key,
        "comment": who.comment,
        "peer": who.peer,
        "typed": record.typed,
        "outcome": record.outcome,
        "detail": record.detail,
    }
    said = {name: value for name, value in shape.items() if value not in ("", None)}
    return json.dumps(said).encode() + b"\n"


@attrs.frozen
class Allowance:
    """
    How many failed logins may be recorded now.

    Attributes:
        left: as of `at`, seconds.
        untold: how many were not, since the last that was.
    """

    left: float = BURST
    at: float = 0.0
    untold: int = 0

    def failed(self, now: float) -> tuple[Allowance, int | None]:
        """
        One more failed.

        Returns:
            What is allowed afterwards; and how many were not recorded before this one, or
            None if this one is not to be recorded either.
        """
        left = min(self.left + max(now - self.at, 0.0) / PAUSE_S, BURST)
        if left < 1:
            return Allowance(left, now, self.untold + 1), None
        return Allowance(left - 1, now), self.untold
