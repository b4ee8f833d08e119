"""
A hub, its members, a log, and what each member must get, kept by a model without rings.

The model is a list per member and game of what was published for it. It knows no streams,
cohorts, positions, passes or marks: what a member receives of a game must be that list in
order, without repetitions, and only what may be merged may be missing, and must be accounted
for.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

import attrs
import pytest

from scoreboard.hub.choice import TICK_PERIOD_MS
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.hub.standings import LAGGING
from scoreboard.hub.subscription import matches
from scoreboard.model.delivery import DeliveryClass, Publication
from scoreboard.model.ids import GameId
from tests.hub.fakes import (
    EXACT,
    GAME,
    OTHER_GAME,
    PREFIX,
    TEAM,
    WILDCARD,
    FakeMember,
    TextWire,
    published,
)

CRITICAL, LATEST, TICK = DeliveryClass.CRITICAL, DeliveryClass.LATEST, DeliveryClass.TICK

#: Topic and key -> class; states are retained.
SUBJECTS = {
    (f"game.{GAME}.score", ""): CRITICAL,
    (f"game.{GAME}.play", ""): CRITICAL,
    (f"game.{GAME}.situation", ""): LATEST,
    (f"game.{GAME}.clock", ""): TICK,
    (f"game.{OTHER_GAME}.score", ""): CRITICAL,
    (f"game.{OTHER_GAME}.stats", "home"): LATEST,
    (f"game.{OTHER_GAME}.stats", "away"): LATEST,
    ("league.nba_.slate", "a"): LATEST,
    ("league.nba_.slate", "b"): LATEST,
    (f"team.{TEAM}.alert", ""): CRITICAL,
}

#: Where else these are published.
ALSO = {
    ("league.nba_.slate", "b"): ((f"team.{TEAM}", f"scoreboard.v1.team.{TEAM}.slate"),),
    (f"team.{TEAM}.alert", ""): (("league.nba_", "scoreboard.v1.league.nba_.alert"),),
}
PATTERNS = (
    *((f"scoreboard.v1.{topic}", EXACT) for topic in dict.fromkeys(t for t, _ in SUBJECTS)),
    (f"scoreboard.v1.team.{TEAM}.slate", EXACT),
    (f"scoreboard.v1.game.{GAME}", PREFIX),
    ("scoreboard.v1.game.g", PREFIX),
    ("scoreboard.v1", PREFIX),
    ("scoreboard.v1.league.nba_.", PREFIX),
    ("scoreboard.v1.game..score", WILDCARD),
    (f"scoreboard.v1.game.{GAME}.", WILDCARD),
    ("....", WILDCARD),
)
MEMBERS = 6

#: Limits that so few members would not reach, and what they are here.
TIGHT = {
    "scoreboard.hub.passage.BATCH": 2,
    "scoreboard.hub.fanout.QUANTUM": 2_500,
    "scoreboard.hub.trace._RESTORED": 5,
    "scoreboard.hub.share._KEPT": 6,
}


def tighten() -> pytest.MonkeyPatch:
    """Sets the limits; to be undone."""
    patch = pytest.MonkeyPatch()
    for name, value in TIGHT.items():
        patch.setattr(name, value)
    return patch


@attrs.frozen
class Terms:
    """How the hub of a world is made."""

    ring: int = 1_000
    marks: int = 0
    write_bytes: int = 65_536
    page: int = 4


@attrs.frozen
class Due:
    """Something that was published for a member."""

    seq: int
    subscriptions: tuple[int, ...]
    subject: tuple[str, str]
    delivery: DeliveryClass
    ts_ms: int


#: Subscription, seq, merged, and topic of what was written.
Event = tuple[int, int, int, str]


class Ledger:
    """What one member must get of one game, and what it got."""

    def __init__(self) -> None:
        self.due: deque[Due] = deque()
        self.skipped: dict[tuple[str, str], list[Due]] = {}
        self.taken = self.merged = self.expired = 0

    def take(self, events: list[Event], now_ms: int) -> None:
        """What was written at a time, in order."""
        at = 0
        while at < len(events):
            _, seq, merged, topic = events[at]
            due = self._next(seq, topic)
            assert [(s, seq, merged, topic) for s in due.subscriptions] == events[
                at : at + len(due.subscriptions)
            ]
            at += len(due.subscriptions)
            skipped = len(self.skipped.pop(due.subject, ()))
            if due.delivery is TICK:
                assert merged <= skipped
                assert due.ts_ms + TICK_PERIOD_MS >= now_ms, "it is too old"
                self.expired += skipped - merged
            else:
                assert merged == skipped
            self.merged += merged
            self.taken += 1

    def _next(self, seq: int, topic: str) -> Due:
        while True:
            assert self.due, f"{seq} was not due, or came again"
            due = self.due.popleft()
            if (due.seq, due.subject[0]) == (seq, topic):
                return due
            self._skip(due)

    def _skip(self, due: Due) -> None:
        assert due.delivery is not CRITICAL, f"{due} was left out"
        self.skipped.setdefault(due.subject, []).append(due)

    def settle(self, now_ms: int) -> None:
        """The member has everything."""
        while self.due:
            self._skip(self.due.popleft())
        for several in self.skipped.values():
            assert several[-1].delivery is TICK, f"{several[-1]} is missing"
            assert several[-1].ts_ms + TICK_PERIOD_MS < now_ms, f"{several[-1]} is missing"
            self.expired += len(several)
        self.skipped.clear()


class CountingWire(TextWire):
    """Events as subscription `:` seq `:` merged `:` topic `;`."""

    def event(self, posted, subscriptions, merged=0):
        seq = posted.publication.seq
        topic = posted.topic.encode()
        return b"".join(b"%d:%d:%d:%b;" % (s.id, seq, merged, topic) for s in subscriptions)


WIRES = (CountingWire("a"), CountingWire("b"))


class Follower:
    """A member, its subscriptions, and its ledgers."""

    def __init__(self, wire: TextWire) -> None:
        self.member = FakeMember(wire)
        self.subscriptions: dict[int, tuple] = {}
        self.ledgers: dict[str, Ledger] = {game: Ledger() for game in (GAME, OTHER_GAME)}
        self.was_tired = False

    def expect(self, publication: Publication) -> None:
        """What of it is due, on each topic on which it is published."""
        for _, topic in publication.places:
            mine = tuple(
                number
                for number, (uri, policy) in sorted(self.subscriptions.items())
                if matches(uri, policy, topic)
            )
            if mine:
                about = (topic, publication.key)
                due = Due(publication.seq, mine, about, publication.delivery, publication.ts_ms)
                self.ledgers[publication.game_id].due.append(due)

    def check(self, now_ms: int, log: list[Publication]) -> None:
        """What was written since the last check, all at one time, is right."""
        text = b"".join(self.member.writes).decode()
        self.member.writes.clear()
        events: dict[str, list[Event]] = {game: [] for game in self.ledgers}
        for event in text.split(";")[:-1]:
            number, seq, merged, topic = event.split(":")
            game = log[int(seq) - 1].game_id
            events[game].append((int(number), int(seq), int(merged), topic))
        for game, several in events.items():
            self.ledgers[game].take(several, now_ms)


class World:
    """A hub and all around it; every method is a step."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.faults: list[Exception] = []
        self.now_ms = 1_700_000_000_000
        self.hub = Hub(
            RingLimits(terms.ring, max_marks=terms.marks),
            self.faults.append,
            write_bytes=terms.write_bytes,
            now_ms=lambda: self.now_ms,
        )
        self.followers = [Follower(WIRES[i % 2]) for i in range(MEMBERS)]
        self.log: list[Publication] = []
        self.done: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()

    def publish(self, subjects: Iterable[tuple[str, str]]) -> None:
        batch = []
        for topic, key in subjects:
            delivery = SUBJECTS[topic, key]
            publication = published(
                topic,
                len(self.log) + 1,
                key=key,
                delivery=delivery,
                ts_ms=self.now_ms,
                game_id=GameId(OTHER_GAME if OTHER_GAME in topic else GAME),
                retained=delivery is LATEST,
                also=ALSO.get((topic, key), ()),
            )
            self.log.append(publication)
            batch.append(publication)
            for follower in self.followers:
                if not follower.member.closed:
                    follower.expect(publication)
        self.hub.publish(batch)

    def subscribe(self, which: int, pattern: tuple) -> None:
        follower = self.followers[which]
        if follower.member.closed:
            return
        is_new = pattern not in follower.subscriptions.values()
        subscription = self.hub.subscribe(follower.member, *pattern)
        if subscription is None:
            assert follower.member.closed
            return
        follower.subscriptions[subscription.id] = pattern
        if is_new:
            self.settle(follower)

    def unsubscribe(self, which: int, choice: int) -> None:
        follower = self.followers[which]
        if follower.member.closed or not follower.subscriptions:
            return
        several = sorted(follower.subscriptions)
        number = several[choice % len(several)]
        if self.hub.unsubscribe(follower.member, number):
            del follower.subscriptions[number]
            self.settle(follower)
        else:
            assert follower.member.closed

    def tire(self, which: int, patience: int) -> None:
        follower = self.followers[which]
        follower.was_tired = True
        follower.member.patience = patience
        follower.member.writable = patience > 0

    def recover(self, which: int) -> None:
        member = self.followers[which].member
        member.patience, member.writable = None, True
        self.hub.resume(member)

    def answer(self, which: int) -> None:
        follower = self.followers[which]
        self.hub.flush_member(follower.member)
        if not follower.member.closed:
            self.settle(follower)

    def replace(self, which: int) -> None:
        old = self.followers[which]
        self.hub.leave(old.member)
        self.followers[which] = self._followed(old)

    def _followed(self, old: Follower) -> Follower:
        for ledger in old.ledgers.values():
            self.totals += Counter(taken=ledger.taken, merged=ledger.merged, expired=ledger.expired)
        self.totals["closed"] += old.member.closed is not None
        return Follower(old.member.wire)

    def slice(self, batches: int) -> None:
        """A turn that is late after so many looks at the clock."""
        clock = iter(range(1_000_000))
        self.hub.turn(lambda: next(clock), batches - 1)

    def flush(self) -> None:
        self.hub.flush()
        for follower in self.followers:
            if follower.member.patience is None and not follower.member.closed:
                is_current = follower.member not in self.stalled()
                if is_current:
                    self.settle(follower)

    def stalled(self) -> set:
        return {reader.member for reader in self.hub._fanout.stalled}

    def catch_up(self) -> None:
        """The log is asked once for what somebody needs first."""
        for need in self.hub.needs()[:1]:
            rest = [p for p in self.log[need.seq - 1 :] if p.game_id == need.game_id]
            self.hub.restore(need, rest[: self.terms.page])
            self.done["restored"] += 1

    def abandon(self) -> None:
        for need in self.hub.needs()[:1]:
            self.hub.abandon(need)

    def pass_time(self, ms: int) -> None:
        self.now_ms += ms

    def sweep(self) -> None:
        self.hub.sweep()

    def everybody_recovers(self) -> None:
        for which in range(MEMBERS):
            self.recover(which)
        while self.hub.needs():
            self.catch_up()
        self.hub.flush()
        for follower in self.followers:
            if not follower.member.closed:
                assert follower.member not in self.stalled()
                self.settle(follower)

    def settle(self, follower: Follower) -> None:
        follower.check(self.now_ms, self.log)
        for ledger in follower.ledgers.values():
            ledger.settle(self.now_ms)

    def check(self) -> None:
        """What holds after every step."""
        for follower in self.followers:
            follower.check(self.now_ms, self.log)
            closed = follower.member.closed
            if closed:
                assert closed == (LAGGING, "slow; retry_ms=1000")
                assert follower.was_tired
        assert self.faults == []
        assert not self.stalled() & {f.member for f in self.followers if f.member.closed}
        for stream in self.hub._followers.streams.values():
            assert len(stream.ring) <= self.terms.ring
            assert stream.ring.marks <= self.terms.marks
        subjects = len(SUBJECTS)
        for reader in self.hub._followers.readers.values():
            assert len(reader.carry.counts) <= subjects
