"""
A file system that loses power.

    python -m tests.durability.lossy MOUNTPOINT [--seed N] [--keeps SHARE]

Rule: what was written is safe when, and only when, its file was synced; a name, when its
folder was. It is told what to do by folders that are made in it and never are: `power-cut` cuts
the power: what is not safe is gone, or, sector by sector, happens to be there all the same (no
process has it open by then); those of `BROKEN` have writes or syncs fail, until `works`.

It wants /dev/fuse, fusermount3 (or root) and the package `mfusepy`.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import stat
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import mfusepy

#: Bytes that a disk writes whole or not at all.
SECTOR = 512
CUT = "power-cut"
WORKS = "works"
#: What fails -> with what.
BROKEN = {
    "write-is-refused": errno.EROFS,
    "write-fails": errno.EIO,
    "write-finds-no-room": errno.ENOSPC,
    "sync-fails": errno.EIO,
}


class File:
    """A file: as programs see it, and as it is on the platter."""

    def __init__(self) -> None:
        self.seen = bytearray()
        self._safe = bytearray()
        self._unsafe: set[int] = set()  #: sectors that differ

    def write(self, data: bytes, at: int) -> None:
        if len(self.seen) < at:
            self.resize(at)
        self.seen[at : at + len(data)] = data
        self._unsafe.update(range(at // SECTOR, (at + len(data) - 1) // SECTOR + 1))

    def resize(self, size: int) -> None:
        before = len(self.seen)
        if size < before:
            del self.seen[size:]
        else:
            self.seen.extend(bytes(size - before))
        self._unsafe.update(range(min(size, before) // SECTOR, max(size, before) // SECTOR + 1))

    def sync(self) -> None:
        self._settle(self._unsafe)
        del self._safe[len(self.seen) :]
        self._unsafe.clear()

    def lose(self, stays: Callable[[], bool]) -> None:
        """The power is cut; `stays` decides of each sector that was not safe."""
        self._settle({sector for sector in sorted(self._unsafe) if stays()})
        self._unsafe.clear()
        self.seen = bytearray(self._safe)

    def _settle(self, sectors: set[int]) -> None:
        for sector in sectors:
            at = sector * SECTOR
            written = self.seen[at : at + SECTOR]
            if len(self._safe) < at and written:
                self._safe.extend(bytes(at - len(self._safe)))
            self._safe[at : at + len(written)] = written


class Lossy(mfusepy.Operations):
    """
    The file system: one process, one request at a time.

    Args:
        keeps: share of the sectors that are not safe and survive a cut all the same.
    """

    use_ns = True  #: times are whole nanoseconds

    def __init__(self, seed: int, keeps: float) -> None:
        self._draw = random.Random(seed)
        self._keeps = keeps
        self._files: dict[str, File] = {}
        self._names: dict[str, File] = {}  #: those that survive a cut
        self._folders = {"/"}
        self._broken = WORKS

    def _file(self, path: str) -> File:
        if path not in self._files:
            raise mfusepy.FuseOSError(errno.ENOENT)
        return self._files[path]

    def _cut(self) -> None:
        self._files = dict(self._names)
        for file in self._files.values():
            file.lose(lambda: self._draw.random() < self._keeps)

    def _may(self, what: str) -> None:
        if self._broken.startswith(what):
            raise mfusepy.FuseOSError(BROKEN[self._broken])

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        if path in self._folders:
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        size = len(self._file(path).seen)
        owner = {"st_uid": os.getuid(), "st_gid": os.getgid()}
        return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": size, **owner}

    def readdir(self, path: str, fh: int) -> list[str]:
        inside = [
            PurePosixPath(name).name
            for name in [*self._files, *self._folders]
            if name != "/" and str(PurePosixPath(name).parent) == path
        ]
        return [".", "..", *inside]

    def mkdir(self, path: str, mode: int) -> int:
        name = PurePosixPath(path).name
        if name == CUT:
            self._cut()
        elif name == WORKS or name in BROKEN:
            self._broken = name
        else:
            self._folders.add(path)
            return 0
        raise mfusepy.FuseOSError(errno.EIO)

    def rmdir(self, path: str) -> int:
        self._folders.discard(path)
        return 0

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        self._files[path] = File()
        return 0

    def open(self, path: str, flags: int) -> int:
        self._file(path)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._file(path).seen[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        self._may("write")
        self._file(path).write(data, offset)
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        self._file(path).resize(length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._may("sync")
        self._file(path).sync()
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        kept = {n: f for n, f in self._names.items() if str(PurePosixPath(n).parent) != path}
        now = {n: f for n, f in self._files.items() if str(PurePosixPath(n).parent) == path}
        self._names = kept | now
        return 0

    def unlink(self, path: str) -> int:
        self._file(path)
        del self._files[path]
        return 0

    def rename(self, old: str, new: str) -> int:
        self._files[new] = self._file(old)
        del self._files[old]
        return 0

    def chmod(self, path: str, mode: int) -> int:
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def utimens(self, path: str, times: Any = None) -> int:
        return 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mountpoint")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keeps", type=float, default=0.0)
    options = parser.parse_args()
    mfusepy.FUSE(
        Lossy(options.seed, options.keeps),
        options.mountpoint,
        foreground=True,
        nothreads=True,
        # What the kernel remembers would survive the cut.
        direct_io=True,
        attr_timeout=0,
        entry_timeout=0,
        negative_timeout=0,
    )


if __name__ == "__main__":
    main()
