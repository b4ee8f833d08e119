"""
Following: what a session is subscribed to.

Rule: no EVENT comes before its SUBSCRIBED or after its UNSUBSCRIBED, and who may follow
what is decided here, once per subscription. Pure.

Source: WAMP basic profile, publish and subscribe; advanced profile, pattern-based
subscriptions and event retention.
"""

from __future__ import annotations

from scoreboard.gateway.messages import Code, Message, dict_at, id_at, is_uri, text_at
from scoreboard.gateway.port import Port
from scoreboard.gateway.realm import OPS, Principal, Realm
from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Policy

_POLICIES = {policy.value: policy for policy in Policy}


class Following:
    """The subscriptions of one session."""

    def __init__(self, realm: Realm, port: Port) -> None:
        self._realm = realm
        self._port = port
        self._ids: set[int] = set()

    def subscribe(self, message: Message, principal: Principal) -> None:
        """SUBSCRIBE: [32, request, options, topic]."""
        id_at(message, 1)
        options, uri = dict_at(message, 2), text_at(message, 3)
        match = options.get("match") or Policy.EXACT.value
        policy = _POLICIES.get(match) if isinstance(match, str) else None
        if policy is None:
            self._refuse(message, "wamp.error.invalid_argument", "match: exact, prefix, wildcard")
        elif not is_uri(uri, policy):
            why = "components of 0-9a-z_- with dots between, at most 128 characters"
            self._refuse(message, "wamp.error.invalid_uri", why)
        elif not self._may_follow(uri, principal):
            self._refuse(message, "wamp.error.not_authorized", "these topics are not for you")
        elif self._has_enough(uri, policy):
            why = f"at most {self._realm.limits.max_subscriptions} subscriptions"
            self._refuse(message, "scoreboard.error.too_many_subscriptions", why)
        else:
            self._follow(message, uri, policy)

    def _follow(self, message: Message, uri: str, policy: Policy) -> None:
        hub, most = self._realm.hub, self._realm.limits.max_retained
        retained: list[Posted] = []
        if dict_at(message, 2).get("get_retained") is True:
            retained = hub.retained(uri, policy, most + 1)
        if len(retained) > most:
            why = f"more than {most}; call scoreboard.v1.sync instead"
            self._refuse(message, "scoreboard.error.too_many_retained", why)
            return
        subscription = hub.subscribe(self._port, uri, policy)
        if subscription is None:
            return
        self._ids.add(subscription.id)
        self._port.send([int(Code.SUBSCRIBED), message[1], subscription.id])
        if retained:
            wire = self._port.wire
            self._port.deliver(wire.pack([wire.retained(p, subscription) for p in retained]))

    def unsubscribe(self, message: Message) -> None:
        """UNSUBSCRIBE: [34, request, subscription]."""
        request, number = id_at(message, 1), id_at(message, 2)
        if number not in self._ids:
            why = "you have no such subscription"
            self._refuse(message, "wamp.error.no_such_subscription", why)
        elif self._realm.hub.unsubscribe(self._port, number):
            self._ids.discard(number)
            self._port.send([int(Code.UNSUBSCRIBED), request])

    def drop(self) -> None:
        """The session follows nothing any more."""
        self._realm.hub.leave(self._port)
        self._ids.clear()

    def _may_follow(self, uri: str, principal: Principal) -> bool:
        if self._realm.hub.tree.is_private(uri):
            return principal.role == OPS
        # Nothing is published under `wamp.`; who waits for it would wait for ever.
        return uri.partition(".")[0] != "wamp"

    def _has_enough(self, uri: str, policy: Policy) -> bool:
        known = self._realm.hub.tree.lookup(uri, policy)
        if known is not None and known.id in self._ids:
            return False
        return len(self._ids) >= self._realm.limits.max_subscriptions

    def _refuse(self, message: Message, uri: str, why: str) -> None:
        self._port.send(self._realm.refusal(message, uri, why))
