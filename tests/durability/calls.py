"""
The calls that a server made to the kernel, as strace wrote them down.

Source: strace(1), `-f -y`: a call that others interrupt is written in two lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import attrs

#: What a server does to files and sockets.
TRACED = "openat,pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,unlink"

_CALL = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_FILE = re.compile(r"\d+<([^>]*)>")


@attrs.frozen
class Call:
    """
    A moment of a call.

    Attributes:
        thread: its id.
        on: what it is made on: the path of a file, or of a socket "socket:[...]".
        begins, ends: whether this is where it begins, or ends; mostly both.
        text: the line.
    """

    thread: int
    name: str
    on: str
    begins: bool
    ends: bool
    text: str


def tracing(out: Path) -> tuple[str, ...]:
    """What stands before a program to have it traced to `out`."""
    return ("strace", "-D", "-f", "-q", "-y", "-s", "512", "-e", f"trace={TRACED}", "-o", str(out))


def calls(out: Path) -> Iterator[Call]:
    """All calls in the order in which the kernel saw them."""
    unfinished: dict[int, str] = {}
    for line in out.read_text(errors="replace").splitlines():
        resumed = _RESUMED.match(line)
        if resumed:
            thread = int(resumed[1])
            yield Call(thread, resumed[2], unfinished.pop(thread, ""), False, True, line)
            continue
        found = _CALL.match(line)
        if found is None:
            continue
        thread, on = int(found[1]), _FILE.match(found[3])
        path = on[1] if on else ""
        whole = "<unfinished ...>" not in line
        if not whole:
            unfinished[thread] = path
        yield Call(thread, found[2], path, True, whole, line)
