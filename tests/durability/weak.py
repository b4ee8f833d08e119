"""
A server that breaks its promise, to see that a campaign finds it.

    python -m tests.durability.weak normal|off|early --config FILE

Nothing of it is in the server: a log of another class is handed to the composition root.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import deferLater
from twisted.logger import globalLogBeginner, textFileLogObserver

from scoreboard.assembly import assemble
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position
from scoreboard.settings.reading import parse
from scoreboard.wiring_record import open_log


class NormalLog(SqliteLog):
    """Commits without waiting for the disk: SQLite's advice for WAL, and not enough."""

    level = "NORMAL"

    def start(self) -> Deferred[None]:
        pragma = f"PRAGMA synchronous = {self.level}"
        started = super().start()
        started.addCallback(
            lambda _: self._store.ask(lambda held: held.connection.execute(pragma).fetchone())
        )
        return started.addCallback(lambda _: None)


class OffLog(NormalLog):
    """Waits for the disk never."""

    level = "OFF"


class HastyLog(SqliteLog):
    """Says that it is done, and begins a moment later."""

    #: Seconds; without it a loaded machine often has the disk done before the kill comes.
    moment = 0.2

    def append(
        self, game: GameId, expected_seq: int, entries: Sequence[Entry]
    ) -> Deferred[Position]:
        if expected_seq == 0:
            return super().append(game, expected_seq, entries)
        deferLater(reactor, self.moment, super().append, game, expected_seq, entries).addErrback(
            lambda _: None
        )
        return succeed(Position(1, expected_seq + len(entries)))


WEAKNESSES = {"normal": NormalLog, "off": OffLog, "early": HastyLog}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("weakness", choices=WEAKNESSES)
    parser.add_argument("--config", type=Path, required=True)
    options = parser.parse_args()
    settings = parse(options.config.read_text(), str(options.config))
    globalLogBeginner.beginLoggingTo([textFileLogObserver(sys.stdout)], redirectStandardIO=False)
    record = open_log(reactor, settings.log, WEAKNESSES[options.weakness])
    service = assemble(reactor, settings, demo=False, record=record)
    service.startService()
    reactor.addSystemEventTrigger("before", "shutdown", service.stopService)
    reactor.run()


if __name__ == "__main__":
    main()
