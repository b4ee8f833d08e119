"""
Health: whether a server should be given new clients.

Rule: it is ready after everything was brought back and it listens, and never again once it
has begun to stop. Pure.
"""

from __future__ import annotations

from enum import Enum

from scoreboard.model import readiness
from scoreboard.model.transition import following


class State(Enum):
    """The life of a server, as a load balancer sees it."""

    STARTING = "starting"  #: brings its games back
    READY = readiness.READY  #: takes new clients
    DRAINING = readiness.DRAINING  #: sends its clients away; terminal


class Input(Enum):
    """What moves it on."""

    LISTEN = "listen"  #: everything is there, and it listens
    DRAIN = "drain"  #: it was told to stop


#: (state, input) -> next state; a pair that is absent is a LocalError.
TRANSITIONS = {
    (State.STARTING, Input.LISTEN): State.READY,
    (State.STARTING, Input.DRAIN): State.DRAINING,
    (State.READY, Input.DRAIN): State.DRAINING,
    (State.DRAINING, Input.DRAIN): State.DRAINING,
    # Told to stop while it was starting.
    (State.DRAINING, Input.LISTEN): State.DRAINING,
}


class Health:
    """
    Of one server.

    Attributes:
        state: where it is.
    """

    def __init__(self) -> None:
        self.state = State.STARTING

    def move(self, given: Input) -> None:
        """Something has happened. Raises: LocalError: that can not happen now."""
        self.state = following(TRANSITIONS, self.state, given)

    @property
    def readiness(self) -> str:
        """The state in a word; "ready" if new clients are welcome."""
        return self.state.value
