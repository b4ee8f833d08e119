"""
The life of a log that has to be opened: when it may be used.

Rule: it opens once, and what is closed stays closed. Pure.
"""

from __future__ import annotations

from enum import Enum, auto

from scoreboard.log.interface import LogUnavailable
from scoreboard.model.errors import LocalError
from scoreboard.model.transition import following


class State(Enum):
    """How a log stands."""

    NEW = auto()  #: not started
    STARTING = auto()  #: the file is being opened, the first connections are being made
    OPEN = auto()  #: also while what it writes to is away
    FAILED = auto()  #: what it writes to was not there, or unfit
    CLOSED = auto()  #: `close` was called; terminal


class Input(Enum):
    """What happens to a log."""

    START = auto()
    OPENED = auto()
    REFUSED = auto()  #: the file is damaged, held, too new; Redis is away, unfit ...
    CLOSE = auto()


#: (state, input) -> next state; a pair that is absent is a LocalError.
TRANSITIONS = {
    (State.NEW, Input.START): State.STARTING,
    (State.STARTING, Input.OPENED): State.OPEN,
    (State.STARTING, Input.REFUSED): State.FAILED,
    (State.NEW, Input.CLOSE): State.CLOSED,
    (State.STARTING, Input.CLOSE): State.CLOSED,
    (State.OPEN, Input.CLOSE): State.CLOSED,
    (State.FAILED, Input.CLOSE): State.CLOSED,
    (State.CLOSED, Input.CLOSE): State.CLOSED,
    # Closed while it was being opened: what comes of that is let go of.
    (State.CLOSED, Input.OPENED): State.CLOSED,
    (State.CLOSED, Input.REFUSED): State.CLOSED,
}


class Life:
    """
    Of one log.

    Args:
        name: of the log, for errors.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.state = State.NEW

    def move(self, given: Input) -> None:
        """Go on. Raises: LocalError: `given` may not happen now."""
        try:
            self.state = following(TRANSITIONS, self.state, given)
        except LocalError as fault:
            text = f"{self._name}: a log that is {self.state.name} meets {given.name}"
            raise LocalError(text) from fault

    def demand_open(self) -> None:
        """Whether the log can be used. Raises: LogUnavailable: it cannot."""
        if self.state is not State.OPEN:
            raise LogUnavailable(f"{self._name}: the log is {self.state.name.lower()}")
