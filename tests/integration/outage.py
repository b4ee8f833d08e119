"""
Redis hangs under three nodes: what senders, followers and those who ask have of it.

Feeds send through HAProxy, one message after the other, each under its own id until it is
recorded. Followers stand on each node and before HAProxy. Others ask all the time.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count

import attrs

from tests.durability.talk import begin, play
from tests.support.redis import until
from tests.support.server import PATIENCE
from tests.support.spectators import (
    OverSse,
    OverWamp,
    Spectator,
    differing,
    read_until,
    topic_of,
)
from tests.support.town import Town

#: Seconds within which a sender must hear something.
HEARD_S = 2.5


@attrs.define
class Outage:
    """
    What senders, followers and those who ask had while Redis did not answer.

    Attributes:
        heard: answers to messages by status and code, while it lasted and afterwards.
        slowest_s: the slowest of them; of those while it lasted.
        asked: answers to questions by status; slowest_asked_s: the slowest.
        told_s: until every node said on /readyz that nothing is recorded.
        back_s: from the end of the outage until a message was recorded again; of the last game.
        twice: messages that are in a log more than once; lost: recorded and not there.
        faults: what a follower must not see.
    """

    how: str
    seconds: float
    heard: Counter[str] = attrs.field(factory=Counter)
    slowest_s: float = 0.0
    asked: Counter[str] = attrs.field(factory=Counter)
    slowest_asked_s: float = 0.0
    told_s: float = 0.0
    back_s: float = 0.0
    sent: int = 0
    twice: int = 0
    lost: int = 0
    followers: int = 0
    faults: list[str] = attrs.field(factory=list)

    @property
    def is_good(self) -> bool:
        well = self.slowest_s <= HEARD_S and not (self.twice or self.lost or self.faults)
        in_words = {"200 accepted", "200 flagged", "200 duplicate", "503 unavailable", "503 busy"}
        return well and set(self.heard) <= in_words and set(self.asked) == {"200"}

    def cells(self) -> list[str]:
        return [
            f"{self.how}, {self.seconds:g} s",
            str(self.sent),
            ", ".join(f"{n} x {what}" for what, n in sorted(self.heard.items())),
            f"{self.slowest_s:.2f}",
            ", ".join(f"{n} x {what}" for what, n in sorted(self.asked.items())),
            f"{self.slowest_asked_s:.2f}",
            f"{self.told_s:.2f}",
            f"{self.back_s:.2f}",
            str(self.twice),
            str(self.lost),
            f"{self.followers}, {len(self.faults)}",
        ]


#: The heads of the columns of `Outage.cells`.
HEADS = [
    "Redis",
    "messages",
    "senders heard",
    "slowest s",
    "questions",
    "slowest s",
    "/readyz s",
    "back s",
    "twice",
    "lost",
    "followers, faults",
]


class _Senders:
    """A feed for each game: it says the next message when the last one is recorded."""

    def __init__(self, town: Town, games: Sequence[str], outage: Outage) -> None:
        self._town = town
        self._outage = outage
        self._lock = threading.Lock()
        self.ends = threading.Event()
        self.recorded: dict[str, list[str]] = {game: [] for game in games}
        self.back: dict[str, float] = {}
        self.threads = [threading.Thread(target=self._send, args=(g,), daemon=True) for g in games]

    def _send(self, game: str) -> None:
        for number in count():
            if self.ends.is_set():
                return
            self._until_recorded(game, f"m{number}")
            self.recorded[game].append(f"m{number}")
            self.back[game] = time.monotonic()
            time.sleep(0.05)

    def _until_recorded(self, game: str, ref: str) -> None:
        """The same message under the same id, again and again."""
        path = f"/v1/feeds/arena/games/{game}/messages"
        while True:
            began = time.monotonic()
            reply = self._town.request("POST", path, play(ref, ref))
            took = time.monotonic() - began
            said = reply.json
            word = said["status"] if reply.status == 200 else said["code"]
            with self._lock:
                self._outage.heard[f"{reply.status} {word}"] += 1
                self._outage.slowest_s = max(self._outage.slowest_s, took)
            if reply.status == 200:
                return
            time.sleep(0.1)


def _asking(town: Town, games: Sequence[str], outage: Outage, ends: threading.Event) -> None:
    """Questions over HAProxy and to each node, until the end."""
    paths = ["/v1/games", "/v1/changes", *(f"/v1/games/{game}" for game in games)]
    for number in count():
        if ends.wait(0.05):
            return
        door = [town, *town.nodes.values()][number % 4]
        began = time.monotonic()
        reply = door.request("GET", paths[number % len(paths)])
        outage.asked[str(reply.status)] += 1
        outage.slowest_asked_s = max(outage.slowest_asked_s, time.monotonic() - began)


def stopped(town: Town, games: Sequence[str], seconds: float, how: str) -> Outage:
    """
    Let the primary hang while feeds send, followers listen and others ask.

    Args:
        games: new ones; are made.
        how: "stopped": the process; "paused": it takes commands, and does them later.
    """
    outage = Outage(how, seconds)
    for game in games:
        begin(town, game)  # type: ignore[arg-type]
    topics = [(topic_of(game), "prefix") for game in games]
    everybody: list[Spectator] = []
    for name, port in {**{n: s.port for n, s in town.nodes.items()}, "p": town.proxy.port}.items():
        everybody.append(OverWamp(name, port, "/ws", "json", topics))
        everybody.append(OverSse(name, port, games))
    read_until(everybody, lambda: all(one.ready for one in everybody))
    outage.followers = len(everybody)
    senders, ends = _Senders(town, games, outage), threading.Event()
    asking = threading.Thread(target=_asking, args=(town, games, outage, ends), daemon=True)
    for thread in (*senders.threads, asking):
        thread.start()
    until(lambda: all(len(done) > 3 for done in senders.recorded.values()))
    primary = town.stores[0]
    if how == "stopped":
        primary.pause()
    else:
        primary.ask("CLIENT", "PAUSE", int(seconds * 1_000), "ALL")
    began = time.monotonic()
    _listen(town, everybody, outage, began, seconds)
    primary.resume()
    over = time.monotonic()
    before = {game: len(done) for game, done in senders.recorded.items()}
    read_until(
        everybody,
        lambda: all(len(senders.recorded[game]) > before[game] + 1 for game in games),
        2 * PATIENCE,
    )
    outage.back_s = time.monotonic() - over
    senders.ends.set()
    for thread in senders.threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    ends.set()
    asking.join(PATIENCE)
    _counted(town, everybody, senders, outage)
    return outage


def _listen(
    town: Town, everybody: Sequence[Spectator], outage: Outage, began: float, seconds: float
) -> None:
    """Read what comes while Redis hangs, and look at what the nodes say of it."""

    def is_over() -> bool:
        if not outage.told_s:
            said = [node.request("GET", "/readyz") for node in town.nodes.values()]
            assert {reply.status for reply in said} == {200}
            if all(reply.json.get("record") == "away" for reply in said):
                outage.told_s = time.monotonic() - began
        return time.monotonic() - began > seconds

    read_until(everybody, is_over, seconds + PATIENCE)
    if not outage.told_s:
        outage.faults.append("/readyz did not say that nothing is recorded")


def _counted(town: Town, everybody: Sequence[Spectator], senders: _Senders, outage: Outage) -> None:
    tips = {game: len(town.entries(game)) for game in senders.recorded}

    def has_all() -> bool:
        return all(
            one.is_over or all(one.last[topic_of(game), game] == tip for game, tip in tips.items())
            for one in everybody
        )

    read_until(everybody, has_all)
    for one in everybody:
        outage.faults += [f"{one.name}: {fault}" for fault in one.faults]
        one.close()
    outage.faults += differing(everybody)[1]
    for game, recorded_ in senders.recorded.items():
        plays = town.request("GET", f"/v1/games/{game}").json["plays"]
        texts = Counter(one["text"] for one in plays)
        outage.sent += len(recorded_)
        outage.twice += sum(n - 1 for n in texts.values())
        outage.lost += len(set(recorded_) - set(texts))
        outage.twice += len(set(texts) - set(recorded_))
