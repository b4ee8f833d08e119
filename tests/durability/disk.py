"""Where the data of a server under attack is: a real disk, or one that loses power."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from tests.durability.lossy import CUT

#: Seconds in which a file system is there, or gone.
_PATIENCE_S = 20.0


class Disk(Protocol):
    """A folder for data, and what happens to it when the server dies."""

    #: More lines of the settings' table `log`.
    settings: str

    def fresh(self, number: int) -> Path:
        """An empty folder in place of the last one."""

    def died(self) -> None:
        """The server was killed: do to the disk what is to be done."""

    def close(self) -> None:
        """Everything is done."""


class RealDisk:
    """A folder; a kill takes nothing from it, for the kernel goes on."""

    settings = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data: Path | None = None

    def fresh(self, number: int) -> Path:
        self.close()
        self._data = self._folder / f"data-{number}"
        self._data.mkdir()
        return self._data

    def died(self) -> None:
        """Nothing."""

    def close(self) -> None:
        if self._data is not None:
            shutil.rmtree(self._data)
            self._data = None


class LossyDisk:
    """
    A mounted `tests.durability.lossy`, which loses power at each death.

    Args:
        keeps: see there.
    """

    settings = "shared_memory = false"

    def __init__(self, folder: Path, seed: int, keeps: float) -> None:
        self._folder = folder
        self._seed = seed
        self._keeps = keeps
        self._mount: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def fresh(self, number: int) -> Path:
        self.close()
        mount = self._folder / f"mount-{number}"
        mount.mkdir()
        program = Path(__file__).with_name("lossy.py")
        options = ["--seed", str(self._seed + number), "--keeps", str(self._keeps)]
        self._process = subprocess.Popen([sys.executable, str(program), str(mount), *options])
        self._mount = mount
        until = time.monotonic() + _PATIENCE_S
        while not os.path.ismount(mount):
            assert self._process.poll() is None, "the lossy file system cannot be mounted"
            assert time.monotonic() < until, "the lossy file system is not there"
            time.sleep(0.01)
        return mount

    def died(self) -> None:
        assert self._mount is not None
        with suppress(OSError):
            (self._mount / CUT).mkdir()

    def close(self) -> None:
        if self._mount is None or self._process is None:
            return
        subprocess.run(["fusermount3", "-u", "-z", str(self._mount)], check=True)
        self._process.wait(_PATIENCE_S)
        self._mount.rmdir()
        self._mount = None


def lossy_is_missing() -> str | None:
    """What is not there that a lossy disk wants; None if nothing."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse cannot be opened (root can)"
    if shutil.which("fusermount3") is None:
        return "fusermount3 is not installed (apt-get install fuse3)"
    if importlib.util.find_spec("mfusepy") is None:
        return "the package mfusepy is not installed"
    return None
