"""
What an operator says of those who have a token: feeds, scorers, operators.

Rule: tokens are compared in the same time, whoever asks and whether or not he is known. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import attrs

from scoreboard.model.ids import SourceId


@attrs.frozen
class FeedSettings:
    """
    A source that may send.

    Attributes:
        token: its bearer token and WAMP ticket; better is `token_sha256`, its hash in hex.
        leagues: leagues that it may write; empty: all.
        role: "scoring" (tells plays) or "console" (the arena's console: clock and score).
        rank: 0 is the primary of a game, 1 its first backup ...; -1: as they come.
        dense: whether it counts every message of a game, so that a hole in its numbers is a
            message that is missing (rules Q1-Q3).
        messages_per_s: that it may send in the long run (rule X1); 0: as many as it likes.
        burst: messages that it may send at once, after a silence.
        bytes_per_min: that it may send, and as many at once; 0: as many as it likes.
    """

    token: str = ""
    token_sha256: str = ""
    leagues: tuple[str, ...] = ()
    role: str = "scoring"
    rank: int = -1
    dense: bool = False
    messages_per_s: float = 50.0
    burst: int = 2_000
    bytes_per_min: int = 5_000_000


@attrs.frozen
class ScorerSettings:
    """
    A person at the scorer's table.

    Attributes:
        token: bearer token and WAMP ticket; better is `token_sha256`, its hash in hex.
        role: "scorer" (records and mends plays) or "official" (everything).
        leagues: leagues whose games he may score; empty: all.
    """

    token: str = ""
    token_sha256: str = ""
    role: str = "scorer"
    leagues: tuple[str, ...] = ()


@attrs.frozen
class OperatorSettings:
    """
    Somebody who runs the server.

    Attributes:
        token: the WAMP ticket; better is `token_sha256`, its hash in hex.
    """

    token: str = ""
    token_sha256: str = ""


def token_hash(entry: FeedSettings | ScorerSettings | OperatorSettings) -> str:
    """SHA-256 of the token, in hex."""
    return (entry.token_sha256 or hashlib.sha256(entry.token.encode()).hexdigest()).lower()


@attrs.frozen
class Feeds:
    """The sources that may send, by their tokens."""

    feeds: Mapping[str, FeedSettings]

    def admits(self, source: str, token: str) -> SourceId | None:
        """
        `source`, if that is its token; None otherwise.

        The comparison takes the same time for every token, and also for an unknown
        source, so that neither can be guessed by the clock.
        """
        feed = self.feeds.get(source, FeedSettings(token_sha256="0" * 64))
        wanted = token_hash(feed)
        given = hashlib.sha256(token.encode()).hexdigest()
        good = hmac.compare_digest(wanted, given)
        return SourceId(source) if good and source in self.feeds else None

    def whose(self, token: str) -> SourceId | None:
        """The source whose token it is; every one is compared, whichever it is."""
        owners = [source for source in self.feeds if self.admits(source, token) is not None]
        return SourceId(owners[0]) if owners else None

    def may_write(self, source: str, league: str) -> bool:
        """Whether `source` may send for games of `league` (rule E3)."""
        feed = self.feeds.get(source)
        return feed is not None and (not feed.leagues or league in feed.leagues)
