"""
Meta procedures: what a session may ask about subscriptions and sessions.

Rule: answers speak of what is shared by all sessions, never of one of them. Pure.

Source: WAMP advanced profile, subscription and session meta API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoreboard.gateway.messages import is_uri
from scoreboard.gateway.realm import Caller, CallError, Procedure, Reply
from scoreboard.hub.hub import Hub
from scoreboard.hub.subscription import Policy, Subscription


def meta_procedures(hub: Hub, sessions: set[int]) -> Mapping[str, Procedure]:
    """
    The procedures, by URI.

    Args:
        sessions: ids of the sessions that have joined, as they change.
    """
    tree = hub.tree

    def lookup(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> int | None:
        options = args[1] if len(args) > 1 and isinstance(args[1], dict) else {}
        try:
            policy = Policy(options.get("match") or "exact")
        except ValueError:
            raise CallError("wamp.error.invalid_argument", "unknown match policy") from None
        subscription = tree.lookup(_text(args), policy)
        return None if subscription is None else subscription.id

    def match(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> list[int] | None:
        topic = _text(args)
        found = tree.find(topic) if is_uri(topic) else ()
        return [subscription.id for subscription in found] or None

    def get(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> Reply:
        it = subscription(args)
        return Reply([{"id": it.id, "match": it.policy.value, "uri": it.uri}])

    def count(_caller: Caller, args: list[Any], _kwargs: dict[str, Any]) -> int:
        return tree.subscribers(subscription(args))

    def subscription(args: list[Any]) -> Subscription:
        number = args[0] if args else None
        found = tree.by_id(number) if isinstance(number, int) else None
        if found is None:
            raise CallError("wamp.error.no_such_subscription", "there is no such subscription")
        return found

    return {
        "wamp.subscription.lookup": lookup,
        "wamp.subscription.match": match,
        "wamp.subscription.get": get,
        "wamp.subscription.count_subscribers": count,
        "wamp.session.count": lambda *_call: len(sessions),
    }


def _text(args: list[Any]) -> str:
    if args and isinstance(args[0], str):
        return args[0]
    raise CallError("wamp.error.invalid_argument", "the first argument must be a URI")
