"""
The audit: a file to which every line is added for good before anything goes on.

Rule: a line is on disk when `write` returns, or `write` raises; nothing is ever taken back.
The file is opened for each line, so that it may be moved away meanwhile. Shell.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from twisted.logger import Logger

from scoreboard.model.errors import LocalError
from scoreboard.ops.audit_line import Allowance, Happened, Operator, Record, line

#: Only its owner reads it: it says who has which key and from where.
_MODE = 0o600


class Unaudited(LocalError):
    """The audit cannot be written, so nothing may be done."""


class Audit:
    """
    The audit in the file `path`.

    Args:
        seconds: the clock, since the epoch.
    """

    _log = Logger()

    def __init__(self, path: Path, seconds: Callable[[], float]) -> None:
        self._path = path
        self._seconds = seconds
        self._allowance = Allowance()

    def check(self) -> None:
        """Make the folder and the file. Raises: Unaudited."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(self._open())
        except OSError as why:
            raise Unaudited(f"manhole.audit: {self._path}: {why.strerror}") from why

    def write(self, record: Record) -> None:
        """Add a line. Raises: Unaudited: it is not, or perhaps not, on disk."""
        data = line(record, self._seconds())
        try:
            file = self._open()
            try:
                if os.write(file, data) < len(data):
                    raise Unaudited(f"{self._path}: the disk is full")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as why:
            raise Unaudited(f"{self._path}: {why.strerror}") from why

    def login_failed(self, operator: Operator, why: str) -> None:
        """Somebody could not come in; of very many not each one is recorded."""
        self._allowance, untold = self._allowance.failed(self._seconds())
        if untold is None:
            return
        more = f"; {untold} more before were not recorded" if untold else ""
        try:
            self.write(Record(Happened.LOGIN_FAILED, operator, "refused", detail=f"{why}{more}"))
        except Unaudited:
            self._log.failure("a failed login was not recorded")

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        return os.open(self._path, flags, _MODE)
