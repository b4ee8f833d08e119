"""
The topic tree: which subscriptions want a topic.

Rule: finding them never looks at all patterns: exact ones are a dict, prefixes a dict by
length, wildcards a tree of components. Pure.
"""

from __future__ import annotations

from collections import Counter

import attrs

from scoreboard.hub.subscription import Policy, Subscription, lies_in, stream_of

#: Topics whose subscriptions are remembered; more of them and all are forgotten.
_REMEMBERED = 65_536


@attrs.define(eq=False)
class _Node:
    """A component of a wildcard pattern; "" stands for any component."""

    children: dict[str, _Node] = attrs.field(factory=dict)
    subscription: Subscription | None = None


class TopicTree:
    """
    All subscriptions of a realm.

    Args:
        private: a scope whose topics only URIs in that scope match; "" for none.

    Note that a prefix is looked up once per distinct *length* of prefix: cut the topic to
    each length that some pattern has and ask a dict. There are at most as many lengths as
    a URI may have characters, and a trie would walk the same characters in Python.
    """

    def __init__(self, private: str = "") -> None:
        self._private = private
        self._last_id = 0
        self._subscribers: Counter[Subscription] = Counter()
        self._by_id: dict[int, Subscription] = {}
        self._known: dict[tuple[str, Policy], Subscription] = {}
        self._exact: dict[str, Subscription] = {}
        self._prefix: dict[str, Subscription] = {}
        self._lengths: Counter[int] = Counter()
        self._wildcard = _Node()
        self._found: dict[str, tuple[Subscription, ...]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def is_private(self, uri: str) -> bool:
        """Whether `uri`, of a topic or of a subscription, lies in the private scope."""
        return bool(self._private) and lies_in(uri, self._private)

    def add(self, uri: str, policy: Policy) -> Subscription:
        """One subscriber more of (uri, policy); the subscription that all of them share."""
        subscription = self._known.get((uri, policy))
        if subscription is None:
            self._last_id += 1
            subscription = Subscription(self._last_id, uri, policy, stream_of(uri, policy))
            self._by_id[subscription.id] = subscription
            self._known[uri, policy] = subscription
            self._index(subscription)
            self._forget(subscription)
        self._subscribers[subscription] += 1
        return subscription

    def remove(self, subscription: Subscription) -> None:
        """One subscriber fewer; without any the subscription is gone and so is its id."""
        self._subscribers[subscription] -= 1
        if self._subscribers[subscription] > 0:
            return
        del self._subscribers[subscription]
        del self._by_id[subscription.id]
        del self._known[subscription.uri, subscription.policy]
        self._unindex(subscription)
        self._forget(subscription)

    def lookup(self, uri: str, policy: Policy) -> Subscription | None:
        """The subscription of (uri, policy), if it has a subscriber."""
        return self._known.get((uri, policy))

    def by_id(self, subscription_id: int) -> Subscription | None:
        """The subscription of that id, if it has a subscriber."""
        return self._by_id.get(subscription_id)

    def subscribers(self, subscription: Subscription) -> int:
        """How many subscribers it has."""
        return self._subscribers[subscription]

    @property
    def total(self) -> int:
        """How many subscribers all subscriptions have together."""
        return self._subscribers.total()

    def match(self, topic: str) -> tuple[Subscription, ...]:
        """The subscriptions that want `topic`, by id; remembered until the tree changes."""
        found = self._found.get(topic)
        if found is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._found[topic] = self.find(topic)
        return found

    def find(self, topic: str) -> tuple[Subscription, ...]:
        """As `match`, but not remembered: for topics that strangers name."""
        found = [self._exact[topic]] if topic in self._exact else []
        for length in self._lengths:
            if length <= len(topic):
                subscription = self._prefix.get(topic[:length])
                if subscription is not None:
                    found.append(subscription)
        found += self._match_wildcards(topic)
        if self.is_private(topic):
            found = [s for s in found if self.is_private(s.uri)]
        return tuple(sorted(found, key=lambda s: s.id))

    def _match_wildcards(self, topic: str) -> list[Subscription]:
        nodes = [self._wildcard]
        for component in topic.split("."):
            nodes = [
                node.children[name]
                for node in nodes
                for name in {component, ""}
                if name in node.children
            ]
        return [node.subscription for node in nodes if node.subscription is not None]

    def _index(self, subscription: Subscription) -> None:
        uri = subscription.uri
        if subscription.policy is Policy.EXACT:
            self._exact[uri] = subscription
        elif subscription.policy is Policy.PREFIX:
            self._prefix[uri] = subscription
            self._lengths[len(uri)] += 1
        else:
            node = self._wildcard
            for component in uri.split("."):
                node = node.children.setdefault(component, _Node())
            node.subscription = subscription

    def _unindex(self, subscription: Subscription) -> None:
        uri = subscription.uri
        if subscription.policy is Policy.EXACT:
            del self._exact[uri]
        elif subscription.policy is Policy.PREFIX:
            del self._prefix[uri]
            self._lengths[len(uri)] -= 1
            if not self._lengths[len(uri)]:
                del self._lengths[len(uri)]
        else:
            self._prune(uri.split("."))

    def _prune(self, components: list[str]) -> None:
        path = [self._wildcard]
        for component in components:
            path.append(path[-1].children[component])
        path[-1].subscription = None
        for parent, component, node in reversed(
            list(zip(path, components, path[1:], strict=False))
        ):
            if node.children or node.subscription is not None:
                break
            del parent.children[component]

    def _forget(self, subscription: Subscription) -> None:
        """What was remembered of topics that the subscription may match is out of date."""
        if subscription.policy is Policy.EXACT:
            self._found.pop(subscription.uri, None)
        else:
            self._found.clear()
