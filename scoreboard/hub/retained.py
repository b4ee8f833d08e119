"""
Retained publications: the newest state of each topic, for those who subscribe later.

Rule: one publication per topic and key, always the newest. Finding those of a pattern
walks only the part of the tree that the pattern names. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import attrs

from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Policy

#: Key -> the newest publication of one topic.
Kept = dict[str, Posted]


@attrs.define(eq=False)
class _Node:
    """A component of topics; `kept` is what is retained of the topic that ends here."""

    children: dict[str, _Node] = attrs.field(factory=dict)
    kept: Kept = attrs.field(factory=dict)

    def everything(self) -> Iterator[Posted]:
        """What is retained here and below."""
        yield from self.kept.values()
        for child in self.children.values():
            yield from child.everything()


class Retained:
    """The newest retained publication of each topic and key."""

    def __init__(self) -> None:
        self._root = _Node()
        self._kept: dict[str, Kept] = {}

    def of(self, topic: str) -> Kept:
        """What is retained of `topic`; what is put there takes the place of what was."""
        kept = self._kept.get(topic)
        if kept is None:
            kept = self._kept[topic] = self._grown(topic).kept
        return kept

    def _grown(self, topic: str) -> _Node:
        """The node of a topic, made if need be."""
        node = self._root
        for component in topic.split("."):
            below = node.children.get(component)
            if below is None:
                below = node.children[component] = _Node()
            node = below
        return node

    def newest(self, topic: str, key: str) -> Posted | None:
        """What is retained under a topic and key."""
        kept = self._kept.get(topic)
        return None if kept is None else kept.get(key)

    def find(self, uri: str, policy: Policy, limit: int) -> list[Posted]:
        """
        What is retained of the topics that (uri, policy) matches, oldest first.

        Args:
            limit: stop looking when so many were found.
        """
        found = _WAYS[policy](self._root, uri.split("."))
        return sorted(islice(found, limit), key=lambda posted: posted.number)


def _exact(node: _Node, components: list[str]) -> Iterator[Posted]:
    end = _descend(node, components)
    if end is not None:
        yield from end.kept.values()


def _prefix(node: _Node, components: list[str]) -> Iterator[Posted]:
    last = components[-1]
    parent = _descend(node, components[:-1])
    if parent is None:
        return
    for name, child in parent.children.items():
        if name.startswith(last):
            yield from child.everything()


def _wildcard(node: _Node, components: list[str]) -> Iterator[Posted]:
    if not components:
        yield from node.kept.values()
        return
    name, *rest = components
    if not name:
        for child in node.children.values():
            yield from _wildcard(child, rest)
    elif name in node.children:
        yield from _wildcard(node.children[name], rest)


def _descend(node: _Node, components: list[str]) -> _Node | None:
    for component in components:
        below = node.children.get(component)
        if below is None:
            return None
        node = below
    return node


_WAYS = {Policy.EXACT: _exact, Policy.PREFIX: _prefix, Policy.WILDCARD: _wildcard}
