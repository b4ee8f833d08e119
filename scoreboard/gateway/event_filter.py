"""
Event filters: which events of the past somebody wants.

Rule: filters given together must all be met; a publication that is named and does not
exist is an error, not a filter that lets everything through. Pure.

Source: WAMP advanced profile, event history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from scoreboard.codec.text import parse_iso
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import RemoteError

#: Events that one call gives if it does not say how many, and at most.
DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000


class BadFilter(RemoteError):
    """A filter that cannot be understood; the text says which and why."""


@attrs.frozen
class EventFilter:
    """
    What is wanted.

    Attributes:
        limit: events at most.
        reverse: newest first.
        topic: only of that topic.
        first_ms, last_ms: recorded at or after, at or before; milliseconds since 1970.
        opens, closes: ids of publications that must come before, or after, what is wanted,
            in the order of traversal -> whether they are wanted themselves.
    """

    limit: int = DEFAULT_LIMIT
    reverse: bool = False
    topic: str | None = None
    first_ms: int | None = None
    last_ms: int | None = None
    opens: Mapping[int, bool] = attrs.field(factory=dict)
    closes: Mapping[int, bool] = attrs.field(factory=dict)

    @property
    def names_publications(self) -> bool:
        """Whether ids of publications have to be known."""
        return bool(self.opens or self.closes)

    def is_in_time(self, publication: Publication) -> bool:
        """Whether it was recorded when it should have been."""
        at = publication.ts_ms
        late = self.last_ms is not None and at > self.last_ms
        return not late and (self.first_ms is None or at >= self.first_ms)


def read_filter(kwargs: Mapping[str, Any]) -> EventFilter:
    """
    The filter that keyword arguments of `wamp.subscription.get_events` ask for.

    Raises:
        BadFilter: one is of the wrong type.
    """
    reverse, topic = kwargs.get("reverse"), kwargs.get("topic")
    if reverse is not None and not isinstance(reverse, bool):
        raise BadFilter("reverse must be true or false")
    if topic is not None and not isinstance(topic, str):
        raise BadFilter("topic must be a URI")
    from_, after, before, until = (
        _times(kwargs, f"{name}_time") for name in ("from", "after", "before", "until")
    )
    early, late = _publications(kwargs, "from", "after"), _publications(kwargs, "until", "before")
    return EventFilter(
        limit=min(_number(kwargs, "limit") or DEFAULT_LIMIT, MAX_LIMIT),
        reverse=bool(reverse),
        topic=topic,
        first_ms=max([*from_, *(ms + 1 for ms in after)], default=None),
        last_ms=min([*until, *(ms - 1 for ms in before)], default=None),
        opens=late if reverse else early,
        closes=early if reverse else late,
    )


def _times(kwargs: Mapping[str, Any], name: str) -> list[int]:
    """The time of that name in milliseconds since 1970, if it is given."""
    value = kwargs.get(name)
    if value is None:
        return []
    if not isinstance(value, str):
        raise BadFilter(f"{name} must be a time, as RFC 3339 writes it")
    try:
        return [parse_iso(value)]
    except (RemoteError, OverflowError) as why:
        raise BadFilter(f"{name}: {why}") from why


def _publications(kwargs: Mapping[str, Any], inclusive: str, exclusive: str) -> dict[int, bool]:
    ids = {}
    for name, wanted in ((inclusive, True), (exclusive, False)):
        number = _number(kwargs, f"{name}_publication")
        if number is not None:
            ids[number] = wanted
    return ids


def _number(kwargs: Mapping[str, Any], name: str) -> int | None:
    value = kwargs.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadFilter(f"{name} must be a whole number from 1")
    return value


class Selection:
    """
    The events that a filter lets through, as a game's history passes by.

    Attributes:
        found: (id, publication) of each, in the order of traversal.
        more: there is another one, beyond the limit.
        done: nothing that comes can be wanted.
    """

    def __init__(self, wanted: EventFilter) -> None:
        self.found: list[tuple[int, Publication]] = []
        self.more = False
        self.done = False
        self._wanted = wanted
        self._unopened = dict(wanted.opens)

    @property
    def unopened(self) -> Iterable[int]:
        """The publications after which to begin that have not been seen."""
        return self._unopened

    def offer(self, publication_id: int, publication: Publication, *, matches: bool) -> None:
        """
        The next one in the order of traversal; not after `done`.

        Args:
            matches: the subscription's topics have it.
        """
        wanted = self._wanted
        begins = self._unopened.pop(publication_id, True)
        ends = wanted.closes.get(publication_id)
        if begins and not self._unopened and matches and ends is not False:
            self._take(publication_id, publication)
        self.done = self.done or ends is not None

    def _take(self, publication_id: int, publication: Publication) -> None:
        wanted = self._wanted
        if not wanted.is_in_time(publication) or wanted.topic not in (None, publication.topic):
            return
        if len(self.found) == wanted.limit:
            self.more = self.done = True
        else:
            self.found.append((publication_id, publication))
