"""
Following: what a session is subscribed to.

Rule: no EVENT comes before its SUBSCRIBED or after its UNSUBSCRIBED, and who may follow
what is decided here, once per subscription. Pure.

Source: WAMP basic profile, publish and subscribe; advanced profile, pattern-based
subscriptions and event retention; security page, L11 and L12.

# Note [What was missed]

SUBSCRIBE with `_since` and `_epoch` brings what a game has published after that position,
between SUBSCRIBED and the live events. All of it happens in one turn of the reactor: what
was published and not written yet is in the ring, and so among what was missed; what is
published later is live. Nothing comes twice or not at all. The position is one game's, so
a URI that may match several games is refused: for those there is `scoreboard.v1.sync`.

# Note [What is usual]

A topic need not exist to be subscribed to: games are announced late. But what strangers can
think of has no end, and each of it would be kept. So what follows one kind, or all kinds, of
something that there is, is *usual*, and bounded by what there is; of everything else (games
that are to come, patterns over games, mere words) there may be so many different ones at a
time. Another session of one that is there costs nothing and is never refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scoreboard.gateway.messages import Code, Message, dict_at, id_at, is_uri, text_at
from scoreboard.gateway.port import Port
from scoreboard.gateway.realm import OPS, CallError, Principal, Realm
from scoreboard.gateway.rejected import Reason
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Policy, matches, stream_of
from scoreboard.model.delivery import Publication
from scoreboard.projection.kinds import ORDER
from scoreboard.projection.publish import ROOT

_POLICIES = {policy.value: policy for policy in Policy}

_INVALID = "wamp.error.invalid_argument"


class Following:
    """The subscriptions of one session."""

    __slots__ = ("_ids", "_port", "_realm")

    def __init__(self, realm: Realm, port: Port) -> None:
        self._realm = realm
        self._port = port
        # A tuple: a set of five takes 700 bytes, and there are many sessions.
        self._ids: tuple[int, ...] = ()

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
            self._reject(message, "wamp.error.invalid_uri", why, Reason.TOPIC_URI)
        elif not self._may_follow(uri, principal):
            self._refuse(message, "wamp.error.not_authorized", "these topics are not for you")
        elif self._has_enough(uri, policy):
            why = f"at most {self._realm.limits.max_subscriptions} subscriptions"
            uri_of_error = "scoreboard.error.too_many_subscriptions"
            self._reject(message, uri_of_error, why, Reason.SUBSCRIPTIONS)
        elif self._is_one_too_many(uri, policy):
            why = "too many subscriptions to what is not there: name a game, team or league"
            self._reject(message, "scoreboard.error.too_many_topics", why, Reason.TOPICS)
        else:
            self._follow(message, uri, policy)

    def _follow(self, message: Message, uri: str, policy: Policy) -> None:
        hub, most = self._realm.hub, self._realm.limits.max_retained
        try:
            missed = self._missed(dict_at(message, 2), uri, policy)
        except CallError as fault:
            self._port.send(self._realm.refusal(message, fault.uri, str(fault), **fault.kwargs))
            return
        retained: list[Posted] = []
        if dict_at(message, 2).get("get_retained") is True and missed is None:
            retained = hub.retained(uri, policy, most + 1)
        if len(retained) > most:
            why = f"more than {most}; call scoreboard.v1.sync instead"
            self._refuse(message, "scoreboard.error.too_many_retained", why)
            return
        is_known = hub.tree.lookup(uri, policy) is not None
        subscription = hub.subscribe(self._port, uri, policy)
        if subscription is None:
            return
        if not is_known and not _is_usual(hub, uri, policy):
            self._realm.unusual.add(subscription.id)
        if subscription.id not in self._ids:
            self._ids += (subscription.id,)
        self._port.send([int(Code.SUBSCRIBED), message[1], subscription.id])
        wire = self._port.wire
        if retained:
            self._port.deliver(wire.pack([wire.retained(p, subscription) for p in retained]))
        if missed:
            self._port.deliver(b"".join(wire.replayed(p, subscription) for p in missed))

    def _missed(
        self, options: Mapping[str, Any], uri: str, policy: Policy
    ) -> list[Publication] | None:
        """What was missed, if that is asked for. Raises: CallError. See Note [What was missed]."""
        since = options.get("_since", options.get("x_since"))
        if since is None or self._realm.missed is None:
            return None
        epoch = options.get("_epoch", options.get("x_epoch"))
        if not _is_count(since) or not (_is_count(epoch) or (since == 0 and epoch is None)):
            raise CallError(_INVALID, "_since and _epoch are the seq and the epoch of a game")
        kind, _, game_id = (stream_of(uri, policy) or "").partition(".")
        if kind != "game":
            why = "_since is of one game: for others call scoreboard.v1.sync after SUBSCRIBED"
            raise CallError(_INVALID, why)
        missed = self._realm.missed(game_id, epoch or 0, since)
        return [publication for publication in missed if matches(uri, policy, publication.topic)]

    def unsubscribe(self, message: Message) -> None:
        """UNSUBSCRIBE: [34, request, subscription]."""
        request, number = id_at(message, 1), id_at(message, 2)
        if number not in self._ids:
            why = "you have no such subscription"
            self._refuse(message, "wamp.error.no_such_subscription", why)
        elif self._realm.hub.unsubscribe(self._port, number):
            self._ids = tuple(known for known in self._ids if known != number)
            self._forget((number,))
            self._port.send([int(Code.UNSUBSCRIBED), request])

    def drop(self) -> None:
        """The session follows nothing any more."""
        self._realm.hub.leave(self._port)
        self._forget(self._ids)
        self._ids = ()

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

    def _is_one_too_many(self, uri: str, policy: Policy) -> bool:
        """Whether a new subscription to something unusual finds too many of them."""
        realm = self._realm
        if len(realm.unusual) < realm.limits.max_unusual:
            return False
        return realm.hub.tree.lookup(uri, policy) is None and not _is_usual(realm.hub, uri, policy)

    def _forget(self, numbers: Sequence[int]) -> None:
        """Unusual subscriptions that nobody has any more count no longer."""
        realm = self._realm
        if realm.unusual:
            gone = (number for number in numbers if realm.hub.tree.by_id(number) is None)
            realm.unusual.difference_update(gone)

    def _reject(self, message: Message, uri: str, why: str, reason: Reason) -> None:
        self._realm.rejected[reason] += 1
        self._refuse(message, uri, why)

    def _refuse(self, message: Message, uri: str, why: str) -> None:
        self._port.send(self._realm.refusal(message, uri, why))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_usual(hub: Hub, uri: str, policy: Policy) -> bool:
    """See Note [What is usual]."""
    stream = stream_of(uri, policy)
    if stream is None or not hub.has_stream(stream):
        return False
    kind = uri.removeprefix(f"{ROOT}.{stream}").removeprefix(".")
    return kind in ORDER if policy is Policy.EXACT else not kind and policy is Policy.PREFIX
