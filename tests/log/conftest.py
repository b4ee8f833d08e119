from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from scoreboard.log.sqlite import SqliteLog
from tests.support.pump import Pump


class Opener:
    """Opens logs on one file and closes what a test left open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pump = Pump()
        self.wait = self.pump.wait
        self.epochs = count(100)
        self._opened: list[SqliteLog] = []

    def make(self, path: Path | None = None, **options: Any) -> SqliteLog:
        log = SqliteLog(self.pump, path or self.path, self.epochs.__next__, **options)
        self._opened.append(log)
        return log

    def open(self, path: Path | None = None, **options: Any) -> SqliteLog:
        log = self.make(path, **options)
        self.wait(log.start())
        return log

    def close_all(self) -> None:
        for log in self._opened:
            self.wait(log.close())


@pytest.fixture
def opener(tmp_path) -> Iterator[Opener]:
    one = Opener(tmp_path / "log.sqlite")
    yield one
    one.close_all()
