"""
Subscriptions: a URI, how it matches, and which stream it belongs to.

Rule: what a subscription matches is decided here and nowhere else. A topic in a private
scope is matched only by a URI that lies in that scope itself, so that a wide pattern can
not reach it by accident. Pure.

Source: WAMP advanced profile, pattern-based subscriptions.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import attrs

from scoreboard.model.ids import BadId, parse_game_id, parse_league, parse_team_id

#: What every topic of ours begins with.
ROOT = ("scoreboard", "v1")


class Policy(Enum):
    """How the URI of a subscription is compared with a topic."""

    EXACT = "exact"  #: equal
    PREFIX = "prefix"  #: the topic begins with it, character by character
    WILDCARD = "wildcard"  #: as many components; an empty one matches any


@attrs.frozen(eq=False)
class Subscription:
    """
    What all subscribers of one URI and policy share.

    Attributes:
        id: from 1, small, never given twice by one process.
        stream: the only stream whose topics it can match; None: any number of them.
    """

    id: int
    uri: str
    policy: Policy
    stream: str | None


def matches(uri: str, policy: Policy, topic: str) -> bool:
    """Whether a subscription of that kind wants `topic`; private scopes aside."""
    if policy is Policy.EXACT:
        return uri == topic
    if policy is Policy.PREFIX:
        return topic.startswith(uri)
    wanted, given = uri.split("."), topic.split(".")
    return len(wanted) == len(given) and _begins(wanted, given)


def _begins(wanted: list[str], given: list[str]) -> bool:
    """Whether each component is as wanted, as far as both go."""
    return all(want in ("", have) for want, have in zip(wanted, given, strict=False))


def lies_in(uri: str, scope: str) -> bool:
    """Whether `uri` is `scope` or below it; the same question for a topic and a pattern."""
    return uri == scope or uri.startswith(scope + ".")


def _is(parse: Callable[[object], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except BadId:
            return False
        return True

    return check


#: Kinds of stream that have one stream per id, and what a whole id looks like. Whole ids
#: of one kind are never prefixes of each other (`model.ids`).
_WITH_ID = {"game": _is(parse_game_id), "team": _is(parse_team_id), "league": _is(parse_league)}


def stream_of(uri: str, policy: Policy) -> str | None:
    """
    The only stream that the URI can match: "game.g...", "team.t...", "league.nba_", "ops".

    Returns:
        None if the URI does not name one whole stream, and so may match topics of many.
    """
    parts = uri.split(".")
    if tuple(parts[:2]) != ROOT or len(parts) == 2:
        return None
    kind, cut_short = parts[2], policy is Policy.PREFIX
    whole = _WITH_ID.get(kind)
    if whole is None:
        return None if not kind or (cut_short and len(parts) == 3) else kind
    if len(parts) == 3 or not parts[3]:
        return None
    if cut_short and len(parts) == 4 and not whole(parts[3]):
        return None
    return f"{kind}.{parts[3]}"


def covers(subscription: Subscription, stream: str) -> bool:
    """Whether the subscription can match a topic of `stream`."""
    if subscription.stream is not None:
        return subscription.stream == stream
    base = ".".join((*ROOT, stream))
    if subscription.policy is Policy.PREFIX:
        return f"{base}.".startswith(subscription.uri)
    if subscription.policy is Policy.WILDCARD:
        wanted, given = subscription.uri.split("."), base.split(".")
        return len(wanted) >= len(given) and _begins(wanted, given)
    return False
