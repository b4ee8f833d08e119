"""
The connection as a follower sees it: whether what is shown is live, and if not, why.

Rule: a follower is told the truth about its connection: "live" only when every followed
game has been brought up to date. Pure.
"""

from __future__ import annotations

from enum import Enum, auto

import attrs

from scoreboard.model.errors import LocalError


class LinkState(Enum):
    """How the connection stands."""

    CONNECTING = auto()  #: no session yet
    CATCHING_UP = auto()  #: a session; what was missed is being fetched
    LIVE = auto()  #: everything that is followed is up to date
    WAITING = auto()  #: no connection; the next attempt is set
    STOPPED = auto()  #: terminal


class LinkInput(Enum):
    """What happens to the connection."""

    JOINED = auto()
    CAUGHT_UP = auto()
    FELL_BEHIND = auto()  #: a hole, or another game to follow
    LOST = auto()
    RETRY = auto()
    STOP = auto()


#: (state, input) -> next state; a pair that is absent is a LocalError.
TRANSITIONS = {
    (LinkState.CONNECTING, LinkInput.JOINED): LinkState.CATCHING_UP,
    (LinkState.CONNECTING, LinkInput.LOST): LinkState.WAITING,
    (LinkState.CONNECTING, LinkInput.STOP): LinkState.STOPPED,
    (LinkState.CATCHING_UP, LinkInput.CAUGHT_UP): LinkState.LIVE,
    (LinkState.CATCHING_UP, LinkInput.LOST): LinkState.WAITING,
    (LinkState.CATCHING_UP, LinkInput.STOP): LinkState.STOPPED,
    (LinkState.LIVE, LinkInput.FELL_BEHIND): LinkState.CATCHING_UP,
    (LinkState.LIVE, LinkInput.LOST): LinkState.WAITING,
    (LinkState.LIVE, LinkInput.STOP): LinkState.STOPPED,
    (LinkState.WAITING, LinkInput.RETRY): LinkState.CONNECTING,
    (LinkState.WAITING, LinkInput.STOP): LinkState.STOPPED,
}


@attrs.frozen
class Link:
    """
    The connection.

    Attributes:
        since_s: when it got into this state, seconds.
        why: what ended the last connection, for a person; None once live again.
        until_s: when the next attempt comes, seconds; only while WAITING.
        lost_s: when the connection went, seconds; None while there is one. What is shown
            was true then.
    """

    state: LinkState = LinkState.CONNECTING
    since_s: float = 0.0
    why: str | None = None
    until_s: float | None = None
    lost_s: float | None = None

    def after(
        self,
        cause: LinkInput,
        now_s: float,
        *,
        why: str | None = None,
        until_s: float | None = None,
    ) -> Link:
        """The connection after `cause`. Raises: LocalError when it cannot happen."""
        following = TRANSITIONS.get((self.state, cause))
        if following is None:
            raise LocalError(f"a link that is {self.state.name} cannot get {cause.name}")
        if following in (LinkState.CATCHING_UP, LinkState.LIVE):
            return Link(following, now_s, None if following is LinkState.LIVE else self.why)
        lost_s = now_s if self.lost_s is None else self.lost_s
        return Link(following, now_s, self.why if why is None else why, until_s, lost_s)
