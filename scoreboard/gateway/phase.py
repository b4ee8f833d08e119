"""
The life of a WebSocket connection, as a table.

Rule: nothing is written after the last frame, and what comes after the peer's last frame
means nothing. Pure.

Source: RFC 6455, 4 and 7.
"""

from __future__ import annotations

from enum import Enum, auto

from scoreboard.model.transition import following


class State(Enum):
    """Where in its life a connection is."""

    OPENING = auto()  #: owes us the request to upgrade
    OPEN = auto()  #: messages go both ways
    CLOSING = auto()  #: the last frame was written; nothing is, after it
    CLOSED = auto()  #: terminal: the transport is gone


class Input(Enum):
    """What moves it on."""

    UPGRADE = auto()  #: the handshake is over
    CLOSE = auto()  #: a close frame, or the refusal to upgrade, was written
    LOST = auto()  #: the transport is gone


#: (state, input) -> next state; a pair that is absent is a LocalError.
TRANSITIONS = {
    (State.OPENING, Input.UPGRADE): State.OPEN,
    (State.OPENING, Input.CLOSE): State.CLOSING,
    (State.OPENING, Input.LOST): State.CLOSED,
    (State.OPEN, Input.CLOSE): State.CLOSING,
    (State.OPEN, Input.LOST): State.CLOSED,
    (State.CLOSING, Input.LOST): State.CLOSED,
}


def after(state: State, step: Input) -> State:
    """The state that `step` leads to. Raises: LocalError: it may not come in `state`."""
    return following(TRANSITIONS, state, step)
