"""
What `twistd scoreboard` runs: its options, and the server that they ask for.

Rule: the only place that knows the reactor; a mistake in the settings is told in one line.
Shell.
"""

from __future__ import annotations

from pathlib import Path

import attrs
from twisted.python import usage

from scoreboard.assembly import assemble
from scoreboard.model.errors import LocalError
from scoreboard.ops.json_log import TO_STDOUT
from scoreboard.ops.notify import from_environment
from scoreboard.ops.sigterm import on_sigterm
from scoreboard.server import Server
from scoreboard.settings.checks import BadSettings
from scoreboard.settings.reading import parse
from scoreboard.settings.tables import Settings


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
        if self["demo"] and self.settings.shard.is_edge:
            raise usage.UsageError("--demo plays games, and an edge takes none (shard.role)")
        twistd = self.parent
        if self.settings.logs.format == "json" and twistd is not None and not twistd["logger"]:
            if twistd["logfile"] not in (None, "-"):
                raise usage.UsageError("logs.format json is written to stdout: omit --logfile")
            twistd["logger"] = TO_STDOUT


def _chosen(config: str | None, port: str | None, log: str | None) -> Settings:
    settings = Settings() if config is None else _read(Path(config))
    if port is not None:
        if not port.isdecimal() or not int(port) < 65536:
            raise BadSettings(f"--port {port!r} is not 0-65535")
        listen = attrs.evolve(settings.listen, port=int(port))
        settings = attrs.evolve(settings, listen=listen)
    if log is not None:
        if settings.shard.node:
            raise BadSettings(
                f"--log {log}: {settings.shard.node} is one of several nodes (shard.node), which "
                "have their log in Redis"
            )
        record = attrs.evolve(settings.log, path=log, provider="sqlite")
        settings = attrs.evolve(settings, log=record)
    return settings


def _read(path: Path) -> Settings:
    try:
        text = path.read_text()
    except OSError as why:
        raise BadSettings(f"{path}: {why.strerror}") from why
    return parse(text, str(path))


def makeService(options: Options) -> Server:
    """What `twistd scoreboard` runs."""
    from twisted.internet import reactor

    settings = options.settings
    manager = from_environment()
    server = assemble(reactor, settings, demo=bool(options["demo"]), manager=manager)
    on_sigterm(reactor, server.drain, settings.drain.deadline_s)
    return server
