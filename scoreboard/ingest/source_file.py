"""
Sources that an operator added while the server ran, in a file beside the log.

Rule: the file is whole or as it was before: it is written beside and put in place. Shell.

A file and not a table of the log: the log is the record of games and of nothing else, it has
several providers, and an operator may want to read and mend this list with an editor.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scoreboard.model.errors import LocalError


class SourceFile:
    """
    The file.

    Args:
        path: None keeps nothing: a server whose log is in memory forgets its sources too.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @property
    def keeps(self) -> bool:
        """Whether what is written is still there after a restart."""
        return self._path is not None

    def read(self) -> dict[str, dict[str, Any]]:
        """
        Name -> settings of a source.

        Raises:
            LocalError: the file is there and cannot be read.
        """
        if self._path is None or not self._path.exists():
            return {}
        try:
            data = json.loads(self._path.read_text())
        except (OSError, ValueError) as why:
            raise LocalError(f"{self._path}: {why}") from why
        if not isinstance(data, dict) or not all(isinstance(v, dict) for v in data.values()):
            raise LocalError(f"{self._path}: must be an object: name of a source -> its settings")
        return data

    def write(self, sources: Mapping[str, Mapping[str, Any]]) -> None:
        """
        Keep `sources` in place of what was kept.

        Raises:
            LocalError: the disk would not.
        """
        if self._path is None:
            return
        beside = self._path.with_name(self._path.name + ".new")
        try:
            with beside.open("w") as file:
                json.dump(sources, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as why:
            raise LocalError(f"{self._path}: {why.strerror}") from why
