"""
One round of the nodes' campaign: games begin, feeds tell, followers follow, harm is done, and
when all is well again it is looked at what is left.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import attrs

from scoreboard.model.ids import GameId
from tests.durability.nodes_audit import (
    Book,
    Found,
    book_of,
    check_acks,
    check_node,
    check_viewer,
    rows_of,
)
from tests.durability.nodes_feed import OldLine, Telling
from tests.durability.nodes_followers import FORMATS, Gallery, Viewer
from tests.durability.nodes_harm import KINDS, OF_NODES, OF_REDIS, Harm
from tests.durability.nodes_probe import (
    Prober,
    faults,
    over_http,
    over_websocket,
    served_again,
)
from tests.durability.nodes_stream import Stream
from tests.support.cluster import Cluster, drawn_games, homes
from tests.support.redis import until
from tests.support.town import NAMES

#: Games of a round that are at home on each node.
EACH = 2
#: Seconds of telling before the harm, and after all games go on.
BEFORE_S, AFTER_S = (0.4, 1.2), 0.7
#: Seconds that anything may take that should take a few.
MOST_S = 30.0


@attrs.define
class Round:
    """
    What came of it.

    Attributes:
        writes: game -> seconds from the harm to the next acknowledged write; those affected.
        served: seconds from the harm until a new request and a new WebSocket were served.
        strangers: what went wrong with new connections after the harm.
        troubles: what feeds heard besides acknowledgements.
        lost: followers over HAProxy whose connection was lost.
        seconds: that the round took.
        faults: everything that makes it a bad one.
    """

    kind: str
    number: int
    victim: str = ""
    found: Found = attrs.field(factory=Found)
    writes: dict[str, float] = attrs.field(factory=dict)
    served: float | None = None
    strangers: list[str] = attrs.field(factory=list)
    troubles: dict[str, int] = attrs.field(factory=dict)
    lost: list[str] = attrs.field(factory=list)
    seconds: float = 0.0
    faults: list[str] = attrs.field(factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults and not self.found.told


class Stage:
    """
    A round while it is played.

    Args:
        past: games of earlier rounds in this cluster -> where they ended.
    """

    def __init__(
        self, kind: str, number: int, seed: int, cluster: Cluster, gallery: Gallery
    ) -> None:
        name = f"{seed} {kind} {number}"
        self._draw = random.Random(name)
        self._cluster = cluster
        self._gallery = gallery
        self._games = drawn_games(self._draw, EACH)
        victim = self._draw.choice(NAMES) if kind in OF_NODES else ""
        self.round = Round(kind, number, victim)
        self._affected = [
            game for game, home in homes(self._games).items() if not victim or home == victim
        ]
        port, label = cluster.proxy.port, f"{kind}{number}"
        self._feeds = [Telling(game, port, label, f"{name} {game}") for game in self._games]
        self._old: list[OldLine] = []
        if kind == "stop":
            at = cluster.nodes[victim].port
            self._old = [
                OldLine(game, at, f"old-{label}", f"{name} old {game}") for game in self._affected
            ]
        self._harm = Harm(cluster, self._draw, victim, self._old)
        self._viewers: list[Viewer] = []
        self._streams: list[Stream] = []
        self._probers: list[Prober] = []
        self._look_until = 0.0

    def play(self, past: dict[GameId, int]) -> Round:
        """All of it."""
        began = time.monotonic()
        try:
            self._begin()
            time.sleep(self._draw.uniform(*BEFORE_S))
            try:
                self._do_harm()
            except AssertionError:
                # It does not go on; what has become of what was acknowledged?
                self._books()
                raise
            self._harm.heal()
            self._look(past)
        finally:
            self._harm.stack.close()
            for one in (*self._feeds, *self._old):
                one.give_up()
            for one in (*self._probers, *self._streams):
                one.end()
            self._gallery.send_away(self._viewers)
            self.round.seconds = time.monotonic() - began
        return self.round

    def _begin(self) -> None:
        for feed in self._feeds:
            feed.create()
        over, games = f"ws://127.0.0.1:{self._cluster.proxy.port}/ws", tuple(self._games)
        for number, game in enumerate(games):
            self._follow(f"/ws/{game}", f"{over}/{game}", number, (game,))
        self._follow("/ws", over, 2, games)
        for number, (name, node) in enumerate(self._cluster.nodes.items()):
            # Not all, so that there are games that a node hears of for the first time.
            some = tuple(game for game in games if self._draw.random() < 0.5) or games[:1]
            self._follow(name, node.ws, number, some)
        for game in self._affected[:2]:
            stream = Stream(
                self._cluster.proxy.port, game, f"{self.round.kind} {self.round.number} {game}"
            )
            self._streams.append(stream)
            stream.start()
        for viewer in (*self._viewers, *self._streams):
            _wait(lambda viewer=viewer: viewer.is_live, f"{viewer.name} is not live")
        for feed in self._feeds:
            feed.start()
        port, chosen = self._cluster.proxy.port, self._affected
        events = [f"/v1/games/{game}/events?after=1" for game in chosen]
        sockets = [f"/ws/{game}" for game in chosen]
        self._probers = [Prober(port, events, over_http), Prober(port, sockets, over_websocket)]
        for prober in self._probers:
            prober.start()

    def _follow(self, name: str, url: str, number: int, games: tuple[str, ...]) -> None:
        viewer = Viewer(name, url, FORMATS[number % len(FORMATS)], tuple(map(str, games)))
        self._viewers.append(self._gallery.let_in(viewer))

    def _do_harm(self) -> None:
        kind, feeds = self.round.kind, {feed.game: feed for feed in self._feeds}
        KINDS[kind](self._harm)
        # Somebody comes in the middle of it, to a node that need not know the games.
        over = f"ws://127.0.0.1:{self._cluster.proxy.port}/ws"
        late = tuple(self._draw.sample(self._games, 3))
        self._follow("late /ws", over, self._draw.randrange(3), late)
        at = self._harm.at
        for game in self._affected:
            feed = feeds[game]
            what = f"{game} is not written to any more: {dict(feed.troubles)}"
            _wait(lambda feed=feed: _next(feed, at) is not None, what)
            self.round.writes[game] = _next(feed, at) or 0.0
        _wait(lambda: served_again(self._probers, at) is not None, "no stranger is served")
        time.sleep(AFTER_S)
        until_s = time.monotonic() + MOST_S
        for one in (*self._feeds, *self._probers):
            one.end()
        for one in (*self._feeds, *self._probers):
            one.join(max(0.1, until_s - time.monotonic()))
            if one.is_alive():
                self.round.faults.append(f"{one.name} does not end")
        self.round.served = served_again(self._probers, at)
        self.round.strangers = faults(self._probers, at)

    def _look(self, past: dict[GameId, int]) -> None:
        self._look_until = time.monotonic() + MOST_S
        found, primary, books = self.round.found, self._cluster.redis.primary, self._books()
        for book in books:
            for node in self._cluster.redis.others(primary):
                self._until(lambda node=node, book=book: len(rows_of(node, book.game)) >= book.tip)
                same = rows_of(node, book.game) == book.rows
                found.bad("unlike", f"replica {node.port} {book.game}", not same)
        self._look_at_nodes(books)
        self._look_at_viewers(books)
        for game, tip in past.items():
            newest = primary.ask("XREVRANGE", f"scoreboard:log:{game}", "+", "-", "COUNT", 1)
            kept = bool(newest) and newest[0][0] == b"%d-0" % tip
            found.bad("lost", f"{game} of an earlier round ended at {tip}, now {newest}", not kept)
        past |= {GameId(book.game): book.tip for book in books}
        self._sum_up()

    def _until(self, question: Callable[[], Any]) -> None:
        """Wait until it is so, or long enough; what is wrong then is found afterwards."""
        while not question() and time.monotonic() < self._look_until:
            time.sleep(0.02)

    def _books(self) -> list[Book]:
        """The games as their logs have them, held against what was acknowledged."""
        found, primary = self.round.found, self._cluster.redis.primary
        books = [book_of(primary, game, found) for game in self._games]
        for feed in (*self._feeds, *self._old):
            book = next(book for book in books if book.game == feed.game)
            check_acks(book, feed.acks, found)
        return books

    def _look_at_nodes(self, books: list[Book]) -> None:
        for name, node in self._cluster.nodes.items():
            for book in books:
                # What was just written may be on its way.
                def told(book: Book = book, node: Any = node) -> Any:
                    reply = node.request("GET", f"/v1/games/{book.game}", token=None)
                    return reply.json if reply.status == 200 else reply.status

                self._until(lambda told=told, book=book: _seq(told()) == book.tip)
                check_node(name, book, told(), self.round.found)

    def _look_at_viewers(self, books: list[Book]) -> None:
        tips = {book.game: book.tip for book in books}
        viewers = (*self._viewers, *self._streams)
        for viewer in viewers:
            self._until(
                lambda viewer=viewer: (
                    viewer.is_live
                    and all(viewer.reach(game) >= tips[game] for game in viewer.games)
                )
            )
        # The publications of one entry come one after the other.
        time.sleep(0.2)
        for viewer in viewers:
            for book in books:
                if book.game in viewer.games:
                    check_viewer(viewer, book, self.round.found)
            if viewer.missing:
                self.round.faults.append(f"{viewer.name} was told there is no {viewer.missing}")

    def _sum_up(self) -> None:
        kind, result = self.round.kind, self.round
        for feed in (*self._feeds, *self._old):
            result.faults += feed.wrong
            for trouble, count in feed.troubles.items():
                result.troubles[trouble] = result.troubles.get(trouble, 0) + count
        for viewer in (*self._viewers, *self._streams):
            if viewer.name not in NAMES:
                result.lost += [f"{viewer.name}: {why}" for _, why in viewer.losses]
        if kind == "reload":
            result.faults += [f"reload: {text}" for text in (*result.lost, *result.strangers)]
        if kind == "reload" or kind in OF_REDIS:
            moved = result.found.moves
            if moved:
                result.faults.append(f"{moved} games moved, though every node was there")
        result.faults += [f"complaint of {text}" for text in self._cluster.complaints]
        result.faults += [f"client: {text}" for text in self._gallery.faults]
        self._gallery.faults.clear()


def _next(feed: Telling, at: float) -> float | None:
    """Seconds from `at` to the first answer to something that was sent after it."""
    times = [ack.heard for ack in tuple(feed.acks) if ack.sent >= at]
    return min(times) - at if times else None


def _seq(told: Any) -> int:
    return told["seq"] if isinstance(told, dict) else 0


def _wait(question: Callable[[], Any], what: str) -> None:
    """Until it is so. Raises: AssertionError, with `what`."""
    try:
        until(question, MOST_S)
    except AssertionError:
        raise AssertionError(what) from None
