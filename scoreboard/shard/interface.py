"""
The relay: what one node writes, the others hear of.

Rule: a relay only says that a game has moved, never what has happened: that is read from the log,
so what is lost on the way costs time and nothing else. Shell.
"""

# An interface's methods are declared as they are called: without self.
# ruff: noqa: N805

from __future__ import annotations

from collections.abc import Callable

import attrs
from twisted.internet.defer import Deferred
from zope.interface import Interface

from scoreboard.model.ids import GameId


@attrs.frozen
class Listener:
    """
    Who hears what a relay tells.

    Attributes:
        moved: (game, seq): the log of a game that is followed has entries up to `seq`.
        made: there is a new game; told of every one.
        missed: something may not have been told.
    """

    moved: Callable[[GameId, int], None]
    made: Callable[[GameId], None]
    missed: Callable[[], None]


class IRelay(Interface):
    """Tells of the games that are followed and of new ones, and of no others."""

    def start() -> Deferred[None]:
        """
        Connect; fires when games can be followed.

        Fails with LocalError: it cannot be reached, or may not be used.
        """

    def follow(game: GameId) -> Deferred[None]:
        """
        Be told of a game; fires when everything that is written from then on will be told.

        A relay that is away fires at once, and tells that something was missed when it is back.
        """

    def forget(game: GameId) -> None:
        """Be told of it no longer."""

    def close() -> Deferred[None]:
        """Disconnect; may be called twice."""


#: Makes a relay for a listener; it is not started.
MakeRelay = Callable[[Listener], IRelay]
