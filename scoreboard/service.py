"""
The server put together: the composition root.

Rule: the only place that knows the reactor and all parts; leaves are built first, and
nothing is set on an object after it is built. Shell.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger
from twisted.python import usage
from twisted.python.failure import Failure
from twisted.web.server import Site

from scoreboard import settings as conf
from scoreboard.demo import Demo
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.http import Limits, Root, make_site
from scoreboard.gateway.queries import Games
from scoreboard.hub.hub import Hub
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.interface import IEventLog
from scoreboard.log.memory import MemoryLog
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.errors import LocalError
from scoreboard.settings import BadSettings, Feeds, Settings
from scoreboard.sports.registry import RULESETS

#: Ruleset id -> sport.
SPORTS = {ruleset.id: ruleset.sport for ruleset in RULESETS.values()}


class Options(usage.Options):
    """What `twistd scoreboard --help` shows."""

    synopsis = "[options]"
    longdesc = "A live sports score server. Settings: conf/scoreboard.toml explains each one."
    optParameters = [  # noqa: RUF012 - the class attribute that Twisted reads
        ["config", "c", None, "file with the settings (TOML)"],
        ["port", "p", None, "listen on this port instead; 0: any free one"],
        ["log", "l", None, "record games in this SQLite file instead"],
    ]
    optFlags = [  # noqa: RUF012
        ["demo", "d", "play a day of invented games"],
    ]

    def postOptions(self) -> None:
        """Read the settings now, so that a mistake is told as one."""
        try:
            self.settings = _chosen(self["config"], self["port"], self["log"])
        except LocalError as why:
            raise usage.UsageError(str(why)) from why


def _chosen(config: str | None, port: str | None, log: str | None) -> Settings:
    settings = Settings() if config is None else _read(Path(config))
    if port is not None:
        if not port.isdecimal() or not int(port) < 65536:
            raise BadSettings(f"--port {port!r} is not 0-65535")
        listen = attrs.evolve(settings.listen, port=int(port))
        settings = attrs.evolve(settings, listen=listen)
    if log is not None:
        record = attrs.evolve(settings.log, path=log, provider="sqlite")
        settings = attrs.evolve(settings, log=record)
    return settings


def _read(path: Path) -> Settings:
    try:
        text = path.read_text()
    except OSError as why:
        raise BadSettings(f"{path}: {why.strerror}") from why
    return conf.parse(text, str(path))


def makeService(options: Options) -> IService:
    """What `twistd scoreboard` runs."""
    from twisted.internet import reactor

    return assemble(reactor, options.settings, demo=bool(options["demo"]))


class Server(Service):
    """
    Opens the log, brings the games back, listens; and the other way round.

    Args:
        fatal: is called with one line when the server cannot start.
    """

    _log = Logger()

    def __init__(
        self,
        reactor: Any,
        listen: conf.Listen,
        log: IEventLog,
        keeper: Scorekeeper,
        site: Site,
        demo: Demo | None,
        fatal: Callable[[str], None],
    ) -> None:
        self._reactor = reactor
        self._listen = listen
        self._record = log
        self._keeper = keeper
        self._site = site
        self._demo = demo
        self._fatal = fatal
        self._port: IListeningPort | None = None

    def startService(self) -> None:
        """Start; what goes wrong is told in one line and ends the process."""
        super().startService()
        Deferred.fromCoroutine(self._start()).addErrback(self._failed)

    async def _start(self) -> None:
        await self._record.start()
        games = await self._keeper.load()
        listen = self._listen
        endpoint = TCP4ServerEndpoint(
            self._reactor, listen.port, backlog=listen.backlog, interface=listen.interface
        )
        self._port = await endpoint.listen(self._site)
        host = self._port.getHost()
        self._log.info(
            "scoreboard is ready: {games} games in the log, http://{host}:{port}/",
            games=games,
            host=host.host,
            port=host.port,
        )
        if self._demo is not None:
            self._demo.startService()

    def _failed(self, failure: Failure) -> None:
        if failure.check(CannotListenError):
            why = failure.value
            where = f"{self._listen.interface}:{self._listen.port}"
            self._fatal(f"cannot listen on {where}: {why.socketError}")
        elif failure.check(LocalError):
            self._fatal(str(failure.value))
        else:
            self._log.failure("cannot start", failure)
            self._fatal("cannot start; see above")

    def stopService(self) -> Deferred[None]:
        """Stop taking messages, finish those that are on their way, close the log."""
        super().stopService()
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        if self._demo is not None and self._demo.running:
            await self._demo.stopService()
        if self._port is not None:
            await self._port.stopListening()
        await self._record.close()


def _open_log(reactor: Any, settings: conf.LogSettings) -> IEventLog:
    def new_epoch() -> int:
        return int(reactor.seconds())

    if settings.provider == "memory":
        return MemoryLog(new_epoch)
    path = Path(settings.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteLog(reactor, path, new_epoch, max_waiting=settings.max_waiting)


def _exits(reactor: Any) -> Callable[[str], None]:
    """Says why on stderr, stops the reactor in order, and exits with 1."""

    def fatal(why: str) -> None:
        print(f"scoreboard: {why}", file=sys.stderr, flush=True)  # noqa: T201
        # twistd exits with 0 after an orderly stop; a server that could not start must not.
        reactor.addSystemEventTrigger("after", "shutdown", os._exit, 1)
        reactor.stop()

    return fatal
