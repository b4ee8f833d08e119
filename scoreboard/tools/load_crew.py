"""
The processes of a load, and the one that commands them.

Rule: whatever happens, no process is left behind. Shell.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import attrs

from scoreboard.model.errors import RemoteError
from scoreboard.tools.load_feed import Sent, feed
from scoreboard.tools.load_limits import raise_descriptor_limit
from scoreboard.tools.load_marks import Marks
from scoreboard.tools.load_order import Counts
from scoreboard.tools.load_plan import Plan
from scoreboard.tools.load_senders import FeedPlan
from scoreboard.tools.load_worker import work

#: Seconds that the processes have to say what they were asked.
_PATIENCE_S = 180.0

#: Seconds without an event after which no more is waited for.
_QUIET_S = 2.0

Show = Callable[[str], None]


class LoadFailed(RemoteError):
    """A process of the load has ended, or a server did not do what was asked of it."""


@attrs.frozen
class State:
    """
    What all processes together have said.

    Attributes:
        busy: part of the time for which the busiest process had a processor, since it counts:
            near 1 it is the receiver that is measured, not the server.
    """

    live: int
    busy: float
    events: int
    seconds: float
    gone: Counter[str]
    modes: Counter[str]
    synced_bytes: int
    gaps: int
    repeats: int
    counts: tuple[Counts, ...]

    @classmethod
    def of(cls, said: list[dict[str, Any]]) -> State:
        """The sum of what each has said."""
        counts = [Counts() for _ in said[0].get("counts", ())]
        gone: Counter[str] = Counter()
        modes: Counter[str] = Counter()
        for one in said:
            gone.update(one["gone"])
            modes.update(one["modes"])
            for whole, part in zip(counts, one.get("counts", ()), strict=True):
                whole.add(part)
        return cls(
            live=sum(one["live"] for one in said),
            busy=max(one["busy"] for one in said),
            events=sum(one["events"] for one in said),
            seconds=max(one["seconds"] for one in said),
            gone=gone,
            modes=modes,
            synced_bytes=sum(one["synced_bytes"] for one in said),
            gaps=sum(one["sync_gaps"] for one in said) + sum(c.gaps for c in counts),
            repeats=sum(one["sync_repeats"] for one in said) + sum(c.repeats for c in counts),
            counts=tuple(counts),
        )


class Crew:
    """
    The followers and, if there is one, the feed.

    Args:
        pipes: to the processes with the sessions.
        feed: to the process that feeds.
        show: is given a line of progress.
    """

    def __init__(
        self, plan: Plan, pipes: list[Connection], feed: Connection | None, show: Show
    ) -> None:
        self._plan = plan
        self._pipes = pipes
        self._feed = feed
        self._show = show
        self._latest: dict[Connection, dict[str, Any]] = {}
        #: What was said before it was asked for: name, who, value.
        self._inbox: list[tuple[str, Connection, Any]] = []

    def join(self, rate: float | None = None) -> State:
        """Open all sessions, and wait until each is there or will never be."""
        rate = self._plan.rate if rate is None else rate
        self._tell("join", rate / len(self._pipes))
        return State.of(self._gather("joined", len(self._pipes)))

    def measure(self) -> None:
        """Count from now on."""
        self._tell("measure")

    def stop_reading(self, seconds: float) -> None:
        """The plan's slow readers stop for a while."""
        self._tell("stop", seconds)

    def cut(self) -> None:
        """Cut all sessions."""
        self._tell("cut")

    def report(self) -> State:
        """What was counted since `measure`."""
        self._tell("report")
        return State.of(self._gather("report", len(self._pipes)))

    def create(self) -> None:
        """The feed makes its games."""
        self._ask("create")
        self._gather("created", 1)

    def begin_feed(self, rates: dict[int, float], seconds: float, clocks: float = 0.0) -> None:
        """The feed begins; `rates`: place of a game -> scores a second; `clocks`: reports."""
        self._ask("feed", rates, seconds, clocks)

    def end_feed(self) -> Sent:
        """Wait for its end. Raises: LoadFailed, if it could not send."""
        sent: Sent = self._gather("fed", 1)[0]
        if sent.error:
            raise LoadFailed(f"the feed: {sent.error}")
        return sent

    def drain(self, expected: int | None, most_s: float) -> float:
        """Wait until `expected` events have come, or none come any more; the seconds it took."""
        begin = last = time.monotonic()
        before = -1
        while time.monotonic() - begin < most_s:
            self._listen(0.1)
            if len(self._latest) < len(self._pipes):
                continue
            events = self._now().events
            if expected is not None and events >= expected:
                break
            if events != before:
                before, last = events, time.monotonic()
            elif time.monotonic() - last > _QUIET_S:
                return last - begin
        return time.monotonic() - begin

    def listen(self, seconds: float) -> None:
        """Let time pass, showing progress."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._listen(left)

    def _now(self) -> State:
        return State.of([{**one, "counts": ()} for one in self._latest.values()])

    def _tell(self, name: str, *arguments: Any) -> None:
        for pipe in self._pipes:
            pipe.send((name, arguments))
        if name in {"measure", "join"}:
            self._latest.clear()

    def _ask(self, name: str, *arguments: Any) -> None:
        if self._feed is None:
            raise LoadFailed("this load has no feed")
        self._feed.send((name, arguments))

    def _listen(self, seconds: float) -> None:
        """Take what is said in at most `seconds`; progress is shown."""
        pipes = self._pipes if self._feed is None else [*self._pipes, self._feed]
        for ready in wait(pipes, seconds):
            pipe = next(pipe for pipe in pipes if pipe is ready)
            try:
                name, value = pipe.recv()
            except EOFError:
                raise LoadFailed("a process of the load has ended") from None
            if name == "failed":
                raise LoadFailed(f"the feed: {value}")
            if name == "progress":
                self._latest[pipe] = value
                self._progress()
            else:
                self._inbox.append((name, pipe, value))

    def _progress(self) -> None:
        now = self._now()
        gone = f", {sum(now.gone.values())} gone" if now.gone else ""
        self._show(f"{now.live}/{self._plan.sessions} sessions{gone}, {now.events:,} events")

    def _gather(self, wanted: str, number: int) -> list[Any]:
        """What `number` processes have said under that name. Raises: LoadFailed."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            found = [value for name, _, value in self._inbox if name == wanted]
            if len(found) >= number:
                self._inbox = [item for item in self._inbox if item[0] != wanted]
                return found
            if time.monotonic() > until:
                raise LoadFailed(f"no word of {wanted!r} within {_PATIENCE_S:.0f} s")
            self._listen(1.0)


@contextmanager
def crew(plan: Plan, to: str | None, token: str, source: str, show: Show) -> Iterator[Crew]:
    """
    The processes of a plan, for as long as they are needed.

    Args:
        to: where the feed sends, see `FeedPlan.to`; None: there is no feed.
    """
    raise_descriptor_limit(-(-plan.sessions // plan.workers))
    context = multiprocessing.get_context("spawn")
    processes: list[Any] = []
    pipes: list[Connection] = []

    def start(target: Callable[..., None], *arguments: Any) -> Connection:
        ours, theirs = context.Pipe()
        process = context.Process(target=target, args=(*arguments, theirs), daemon=True)
        process.start()
        theirs.close()
        processes.append(process)
        pipes.append(ours)
        return ours

    handle, name = tempfile.mkstemp(prefix="scoreboard-load-")
    os.close(handle)
    try:
        marks = Marks(Path(name), len(plan.games))
        marks.close()
        plan = attrs.evolve(plan, marks=name)
        workers = [start(work, plan, number) for number in range(plan.workers)]
        feeding = None
        if to is not None:
            feeding = start(feed, FeedPlan(to, plan.games, name, source, token))
        yield Crew(plan, workers, feeding, show)
    finally:
        for pipe in pipes:
            _quietly_end(pipe)
        for process in processes:
            process.join(5)
            if process.is_alive():
                process.terminate()
                process.join(5)
        Path(name).unlink(missing_ok=True)


def _quietly_end(pipe: Connection) -> None:
    try:
        pipe.send(("end", ()))
    except OSError:
        return
