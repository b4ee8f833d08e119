"""
Choice: what of everything published a reader is owed, by the class of delivery.

Rule: what is critical is never left out; of the rest the newest of its topic and key
stands for those before it and says how many they were, and a tick that is older than its
period is not sent at all. Pure.

A reader that is written to whenever something is published is owed one publication at a
time, so nothing is left out for it; there is no other mode for those who are behind.

# Note [Carry]

What a reader is owed may be cut into several writes, and it may stop between two of them.
The earlier ones of a merged publication then lie before the cut and the newest behind it,
where the next choice would not know of them. So a cut carries along how many they are.
All who stop at the same cut share one `Carry`, so that they stay owed the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from scoreboard.hub.ring import Posted
from scoreboard.hub.subscription import Subscription
from scoreboard.hub.trace import Mark
from scoreboard.model.delivery import DeliveryClass

#: Milliseconds: how long a tick means something. Design, delivery classes: its period.
TICK_PERIOD_MS = 15_000

#: A publication, perhaps without its body, and all subscriptions that it matches.
Heard = tuple[Posted | Mark, tuple[Subscription, ...]]

#: Topic and key: what is newer of the same replaces what is older.
Subject = tuple[str, str]


@attrs.frozen(eq=False)
class Carry:
    """What lies before a cut and is merged into what comes behind it; see Note [Carry]."""

    counts: Mapping[Subject, int]


NOTHING = Carry({})


@attrs.define(eq=False)
class Pick:
    """
    A publication that a reader is owed.

    Attributes:
        posted: a mark if its body must be put back first.
        subscriptions: those of the reader that it matches.
        merged: how many it replaces.
        earlier: numbers of those, as far as they lie behind the reader's position.
        unit: its events in the wire format of the cohort, once they were encoded.
    """

    number: int
    posted: Posted | Mark
    subscriptions: tuple[Subscription, ...]
    merged: int = 0
    earlier: tuple[int, ...] = ()
    unit: bytes | None = None


@attrs.frozen(eq=False)
class Choice:
    """
    What is owed of one stream.

    Attributes:
        good_until_ms: from then on it is another one; None: for ever.
        expired: ticks that were too old.
    """

    picks: list[Pick]
    good_until_ms: int | None
    expired: int


def choose(
    heard: Iterable[Heard], wants: frozenset[Subscription], now_ms: int, carry: Carry
) -> Choice:
    """
    What of `heard` somebody is owed who has the subscriptions `wants`.

    Args:
        heard: of one stream, in order.
        now_ms: the age of ticks is counted up to here.
    """
    picks: list[Pick] = []
    mergeable: dict[Subject, list[Pick]] = {}
    for posted, subscriptions in heard:
        mine = tuple(s for s in subscriptions if s in wants)
        if not mine:
            continue
        about = posted.about
        pick = Pick(posted.number, posted, mine)
        if about.delivery is DeliveryClass.CRITICAL:
            picks.append(pick)
        else:
            mergeable.setdefault((posted.topic, about.key), []).append(pick)
    expired, good_until_ms = 0, None
    for subject, several in mergeable.items():
        dies_ms = _dies_ms(several[-1].posted)
        if dies_ms is None or dies_ms >= now_ms:
            picks.append(_newest(several, carry.counts.get(subject, 0)))
            if dies_ms is not None:
                good_until_ms = min(dies_ms, good_until_ms or dies_ms)
        else:
            expired += len(several)
    if mergeable:
        picks.sort(key=lambda pick: pick.number)
    return Choice(picks, good_until_ms, expired)


def _dies_ms(posted: Posted | Mark) -> int | None:
    """The last moment at which it is worth sending; None if it is so for ever."""
    about = posted.about
    if about.delivery is DeliveryClass.TICK:
        return about.ts_ms + TICK_PERIOD_MS
    return None


def _newest(several: list[Pick], carried: int) -> Pick:
    newest = several[-1]
    newest.earlier = tuple(pick.number for pick in several[:-1])
    newest.merged = carried + len(newest.earlier)
    return newest


def carry_at(picks: Iterable[Pick], number: int) -> Carry:
    """What must be carried along by who has taken those of `picks` numbered below."""
    counts: dict[Subject, int] = {}
    for pick in picks:
        if pick.number < number:
            continue
        count = pick.merged - sum(one >= number for one in pick.earlier)
        if count:
            posted = pick.posted
            counts[posted.topic, posted.about.key] = count
    return Carry(counts) if counts else NOTHING
