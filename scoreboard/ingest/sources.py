"""
The sources that we fetch from: which there are, and how they do.

Rule: a source is added and removed while the others go on; one that fails costs only
itself. What an operator added is there again after a restart. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool
from twisted.web.client import HTTPConnectionPool

from scoreboard.ingest.download import Downloads, connections
from scoreboard.ingest.poll import Desk, Poller, PutMeta, Submit
from scoreboard.ingest.source_file import SourceFile
from scoreboard.ingest.stream import Stream
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.source import POLL, SourceSpec
from scoreboard.projection.state import GameState

#: (name, settings as plain data) -> the source. Raises RemoteError naming the setting.
ReadSource = Callable[[str, Mapping[str, Any]], SourceSpec]


class KnownSource(RemoteError):
    """There is a source or a feed of that name already."""


class UnknownSource(RemoteError):
    """There is no source of that name."""


class Sources(Service):
    """
    All of them.

    Args:
        settings: those of the settings, by name.
        read: settings of a source that come from an operator or the file.
        kept: what operators added.
        taken: names that sources may not have: the feeds'.
    """

    def __init__(
        self,
        reactor: Any,
        *,
        settings: Mapping[str, SourceSpec],
        read: ReadSource,
        kept: SourceFile,
        taken: Sequence[str],
        put_meta: PutMeta,
        submit: Submit,
        states: Mapping[GameId, GameState],
        chance: Callable[[], float],
    ) -> None:
        self._reactor = reactor
        self._settings = settings
        self._read = read
        self._kept = kept
        self._taken = taken
        self._threads = ThreadPool(0, 1, "sources")
        agent, self._pool = connections(reactor)
        self._desk = Desk(
            clock=reactor,
            downloads=Downloads(reactor, agent),
            chance=chance,
            put_meta=put_meta,
            submit=submit,
            states=states,
            in_thread=self._in_thread,
        )
        self._running: dict[str, tuple[SourceSpec, Poller | Stream]] = {}
        self._added: dict[str, dict[str, Any]] = {}

    def _in_thread(self, function: Callable[..., Any], *args: Any) -> Awaitable[Any]:
        return deferToThreadPool(self._reactor, self._threads, function, *args)

    @property
    def pool(self) -> HTTPConnectionPool:
        """The connections of the pollers."""
        return self._pool

    def startService(self) -> None:
        """
        Begin with all sources of the settings and of the file.

        Raises:
            LocalError, RemoteError: the file has a source that cannot be.
        """
        super().startService()  # type: ignore[no-untyped-call]
        self._threads.start()
        for name, spec in self._settings.items():
            self._begin(name, spec)
        self._added = self._kept.read()
        for name, data in self._added.items():
            if name not in self._running:
                self._begin(name, self._read(name, data))

    def stopService(self) -> Deferred[None]:
        """End them all; what they had not told yet they will tell after the next start."""
        super().stopService()  # type: ignore[no-untyped-call]
        for _, source in self._running.values():
            source.stop()
        self._running.clear()
        self._threads.stop()
        return maybeDeferred(self._pool.closeCachedConnections)

    def _begin(self, name: str, spec: SourceSpec) -> None:
        source: Poller | Stream
        if spec.kind == POLL:
            source = Poller(self._desk, SourceId(name), spec)
        else:
            source = Stream(self._reactor, self._desk, SourceId(name), spec)
        self._running[name] = (spec, source)
        source.start()

    def add(self, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """
        One source more, now and after a restart.

        Args:
            data: as in the settings.

        Returns:
            `persistent`: whether it will be there after a restart.

        Raises:
            KnownSource; RemoteError: a setting is wrong; LocalError: it could not be kept.
        """
        if name in self._running or name in self._taken:
            raise KnownSource(f"there is a source or feed {name!r} already")
        spec = self._read(name, data)
        self._kept.write(self._added | {name: dict(data)})
        self._added[name] = dict(data)
        self._begin(name, spec)
        return {"source": name, "persistent": self._kept.keeps}

    def remove(self, name: str) -> dict[str, Any]:
        """
        End a source. One of the settings is there again after a restart.

        Raises:
            UnknownSource; LocalError: that could not be kept.
        """
        if name not in self._running:
            raise UnknownSource(f"there is no source {name!r}")
        if name in self._added:
            left = {other: data for other, data in self._added.items() if other != name}
            self._kept.write(left)
            self._added = left
        _, source = self._running.pop(name)
        source.stop()
        return {"source": name, "returns": name in self._settings}

    def list(self) -> dict[str, Any]:
        """Every source, and how it does."""
        return {
            "sources": [
                {
                    "source": name,
                    "kind": spec.kind,
                    "from": spec.url or f"{spec.host}:{spec.port}",
                    "added": name in self._added,
                    **source.health.shape(),
                }
                for name, (spec, source) in sorted(self._running.items())
            ]
        }
