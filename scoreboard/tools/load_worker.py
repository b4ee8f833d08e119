"""
A process of a load: its sessions on one epoll, told what to do through a pipe.

Rule: the receiver must not be what is measured: see `load_reader`. Shell.
"""

from __future__ import annotations

import select
import time
from collections import Counter, deque
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_marks import Marks
from scoreboard.tools.load_order import TICK_NS
from scoreboard.tools.load_peer import Peer, Stage, script
from scoreboard.tools.load_plan import Plan
from scoreboard.tools.load_reader import Reader
from scoreboard.tools.load_scan import Event, Scan, Unreadable
from scoreboard.tools.load_words import Words

#: Bytes that are taken from a socket at once.
_READ = 1 << 17

#: Seconds between two words of progress.
_PROGRESS_S = 0.5

#: Sessions that are opened before others are heard again.
_BURST = 64


class Worker:
    """
    The process.

    Args:
        number: of this process, from 0.
        pipe: to the process that gives the commands.
    """

    def __init__(self, plan: Plan, number: int, pipe: Connection) -> None:
        self._plan, self._pipe = plan, pipe
        self._words = Words(plan.subprotocol)
        self._marks = Marks(Path(plan.marks), len(plan.games))
        self._places = {game: place for place, game in enumerate(plan.games)}
        self._bytes = [0] * (2 * len(plan.groups))
        self._reader = Reader(plan.subprotocol, self._sent, len(self._bytes))
        self._peers = self._made(number)
        self._by_fd: dict[int, Peer] = {}
        self._epoll = select.epoll()
        self._epoll.register(pipe.fileno(), select.EPOLLIN)
        self._waiting: deque[Peer] = deque()
        self._joining: set[Peer] = set()
        self._began = self._shown = time.monotonic()
        self._since = (self._began, time.process_time())
        self._rate = 0.0
        self._opened = 0
        self._announced = True
        self._resume_at = 0.0
        self._ended = False

    def _made(self, number: int) -> list[Peer]:
        scripts: dict[tuple[int, tuple[int, ...]], Any] = {}
        peers = []
        for member in self._plan.members(number):
            key = (member.group, member.games)
            if key not in scripts:
                scripts[key] = script(self._plan, self._plan.groups[member.group], member)
            peers.append(Peer(member, scripts[key], self._plan.stops(member.number)))
        return peers

    def run(self) -> None:
        """Until the command to end comes, or whoever gives commands is gone."""
        pipe, peers = self._pipe.fileno(), self._by_fd
        while not self._ended:
            for fd, mask in self._epoll.poll(0.002 if self._waiting else 0.05, 4096):
                if fd == pipe:
                    self._commanded()
                elif (peer := peers.get(fd)) is None:
                    continue
                elif peer.stage is Stage.LIVE:
                    self._read(peer)
                    if peer.is_gone:
                        self._after(peer, fd)
                else:
                    self._ready(peer, mask)
            self._between()

    def _between(self) -> None:
        """What is due apart from sockets."""
        now = time.monotonic()
        self._open_some(now)
        if self._resume_at and now >= self._resume_at:
            self._resume_at = 0.0
            for peer in self._stoppable():
                self._epoll.modify(peer.sock.fileno(), select.EPOLLIN)
        if not self._announced and not self._waiting and not self._joining:
            self._announced = True
            self._pipe.send(("joined", self._state(now)))
        if now - self._shown > _PROGRESS_S:
            self._shown = now
            self._pipe.send(("progress", self._state(now)))

    def _open_some(self, now: float) -> None:
        for _ in range(_BURST):
            due = not self._rate or self._opened < (now - self._began) * self._rate
            if not self._waiting or not due or len(self._joining) >= self._plan.in_flight:
                return
            peer = self._waiting.popleft()
            peer.open(self._plan)
            self._opened += 1
            if peer.is_gone:
                continue
            self._joining.add(peer)
            self._by_fd[peer.sock.fileno()] = peer
            self._epoll.register(peer.sock.fileno(), select.EPOLLOUT)

    # Sockets

    def _ready(self, peer: Peer, mask: int) -> None:
        fd = peer.sock.fileno()
        if peer.stage is Stage.CONNECTING:
            peer.connected()
            if not peer.is_gone:
                self._epoll.modify(fd, select.EPOLLIN)
        elif mask:
            self._read(peer)
        self._after(peer, fd)

    def _after(self, peer: Peer, fd: int) -> None:
        if peer.settled:
            self._joining.discard(peer)
        if peer.is_gone:
            self._by_fd.pop(fd, None)

    def _read(self, peer: Peer) -> None:
        try:
            data = peer.sock.recv(_READ)
        except BlockingIOError:
            return
        except OSError as why:
            peer.end(str(why.strerror))
            return
        if not data:
            peer.end("closed without a word")
            return
        heard = time.monotonic_ns() // TICK_NS
        self._bytes[peer.place] += len(data)
        if peer.tail:
            data = peer.tail + data
            peer.tail = b""
        if peer.stage is Stage.UPGRADING:
            data = peer.upgraded(data)
            if peer.stage is Stage.UPGRADING:
                peer.tail = data
                return
        try:
            self._take(peer, data, heard)
        except Unreadable as why:
            peer.end(str(why))

    def _take(self, peer: Peer, data: bytes, heard: int) -> None:
        others: tuple[Scan, ...]
        if peer.returning:
            scan = self._reader.whole(data)
            peer.held += scan.events
            taken, others = scan.taken, (scan,)
        else:
            taken, others = self._reader.take(data, heard, peer.order, peer.place)
        if taken < len(data):
            peer.tail = data[taken:]
        for scan in others:
            peer.told(scan, self._words, self._reader.epochs)

    def _sent(self, event: Event) -> int:
        """The tick at which an event was due; 0 if it is none of ours."""
        place = self._places.get(event.game)
        return 0 if place is None else self._marks.at(place, event.seq) // TICK_NS

    # Commands

    def _commanded(self) -> None:
        try:
            name, arguments = self._pipe.recv()
        except EOFError:
            self._ended = True
            return
        getattr(self, f"do_{name}")(*arguments)

    def do_join(self, rate: float) -> None:
        """Open every session that is not open; `rate`: of this process, 0: no limit."""
        self._rate, self._opened, self._began = rate, 0, time.monotonic()
        self._waiting.extend(peer for peer in self._peers if peer.is_gone)
        self._announced = False

    def do_measure(self) -> None:
        """Count from now on."""
        self._reader.restart()
        self._bytes = [0] * len(self._bytes)
        self._since = (time.monotonic(), time.process_time())

    def do_stop(self, seconds: float) -> None:
        """Those that can be told to stop reading do so for a while."""
        for peer in self._stoppable():
            peer.order.merged.clear()
            self._epoll.modify(peer.sock.fileno(), 0)
        self._resume_at = time.monotonic() + seconds

    def _stoppable(self) -> Sequence[Peer]:
        return [peer for peer in self._peers if peer.stops and peer.stage is Stage.LIVE]

    def do_cut(self) -> None:
        """Cut every session; it asks for what it has missed when it comes back."""
        self._by_fd.clear()
        self._joining.clear()
        for peer in self._peers:
            peer.returning = True
            peer.end("cut")

    def do_report(self) -> None:
        """Say what was counted."""
        state = self._state(time.monotonic())
        counts = self._reader.counts()
        for one, octets in zip(counts, self._bytes, strict=True):
            one.bytes = octets
        self._pipe.send(("report", {**state, "counts": counts}))

    def do_end(self) -> None:
        """Close everything."""
        self._ended = True

    def _state(self, now: float) -> dict[str, Any]:
        since, used = self._since
        return {
            "seconds": now - self._began,
            "busy": (time.process_time() - used) / max(now - since, 1e-3),
            "live": sum(peer.stage is Stage.LIVE for peer in self._peers),
            "events": self._reader.events,
            "gone": Counter(peer.why for peer in self._peers if peer.why),
            "modes": Counter(mode for peer in self._peers for mode in peer.modes),
            "synced_bytes": sum(peer.synced_bytes for peer in self._peers),
            "sync_gaps": sum(peer.gaps for peer in self._peers),
            "sync_repeats": sum(peer.repeats for peer in self._peers),
        }


def work(plan: Plan, number: int, pipe: Connection) -> None:
    """What the process runs."""
    raise_descriptor_limit(0)
    try:
        Worker(plan, number, pipe).run()
    except (KeyboardInterrupt, BrokenPipeError):
        return
