"""
Processes that outlive the command that has started them.

Rule: a process is known by its pid and by when the kernel started it, so that a signal never
reaches another one that got the same pid later. Shell.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from scoreboard.model.errors import LocalError
from scoreboard.tools.cluster_plan import Process

#: Seconds between two looks.
_LOOK_S = 0.05

#: What ends or holds a process whether it wants or not: its workers are meant as well.
_FOR_ALL = (signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT)


def started(words: Sequence[str], folder: Path) -> Process:
    """
    A process in a session of its own, its output in `folder`/log.

    Raises:
        LocalError: the program is not there.
    """
    with (folder / "log").open("ab") as log:
        try:
            process = subprocess.Popen(  # noqa: S603 - the words are ours
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except OSError as why:
            raise LocalError(f"{words[0]} cannot be started: {why.strerror}") from why
    began = _stat(process.pid)
    return Process(process.pid, began[1] if began else 0)


def life(process: Process | None) -> str:
    """Whether it lives: "yes", "no", "stopped"."""
    stat = None if process is None else _stat(process.pid)
    if stat is None or process is None or stat[1] != process.began or stat[0] in "ZX":
        # A zombie has ended: nobody has asked for its exit code yet.
        return "no"
    return "stopped" if stat[0] in "Tt" else "yes"


def send(process: Process, number: signal.Signals) -> None:
    """Send a signal to a process that lives; those that no process can refuse to all of it."""
    if life(process) == "no":
        return
    try:
        if number in _FOR_ALL:
            os.killpg(process.pid, number)
        else:
            os.kill(process.pid, number)
    except ProcessLookupError:
        return


def ended(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Waits for the end of all; those that still live after `seconds`."""
    until = time.monotonic() + seconds
    left = list(processes)
    while (left := [one for one in left if life(one) != "no"]) and time.monotonic() < until:
        time.sleep(_LOOK_S)
    return left


def _stat(pid: int) -> tuple[str, int] | None:
    """State and start of a process, proc(5); None: there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name, in parentheses, may have anything in it.
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[19])
