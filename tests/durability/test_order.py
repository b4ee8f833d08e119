"""The kernel's own record of it: first the log is synced, then the sender is answered."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from scoreboard.tools.load_line import Line
from tests.durability.calls import calls, tracing
from tests.durability.talk import GAME, begin, play, post
from tests.support.server import PATIENCE, TWISTED, Server

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed (apt-get install strace)"
)

_WEAK = Path(__file__).with_name("weak.py")
#: Messages that are sent one after the other, each way.
_EACH = 20


def traced(tmp_path: Path, *program: str) -> Path:
    """The calls of a server that takes messages over HTTP and over WAMP, and stops in order."""
    out = tmp_path / "calls"
    server = Server(tmp_path, program=(*tracing(out), *(program or TWISTED)))
    try:
        begin(server)
        for number in range(_EACH):
            assert post(server, play(f"http {number}")).status == 200
        line = Line("127.0.0.1", server.port, "arena", "secret", PATIENCE)
        for number in range(_EACH):
            line.submit(GAME, [play(f"wamp {number}")])
            line.flush()
            ((_, answers),) = line.answers()
            assert answers[0]["status"] in {"accepted", "flagged"}
        line.close()
        assert written_by(server.process.pid) == 1
    finally:
        server.stop()
    # The tracer outlives what it traces by a moment.
    until = time.monotonic() + PATIENCE
    while not re.search(rf"(?m)^{server.process.pid} +\+\+\+ ", out.read_text(errors="replace")):
        assert time.monotonic() < until, "the trace has no end"
        time.sleep(0.05)
    return out


def written_by(pid: int) -> int:
    """How many descriptors a process has with which it can write the database."""
    found = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        if os.path.realpath(link).endswith("games.sqlite"):
            flags = int(Path(f"/proc/{pid}/fdinfo/{link.name}").read_text().split()[3], 8)
            found += flags & os.O_ACCMODE != os.O_RDONLY
    return found


def early(out: Path) -> tuple[int, int]:
    """How many answers told of something recorded, and before how many no sync had ended."""
    dirty = synced = False
    answers = hasty = 0
    for call in calls(out):
        if call.on.endswith("games.sqlite-wal"):
            if call.name == "pwrite64" and call.begins:
                dirty, synced = True, False
            elif call.name in {"fdatasync", "fsync"} and call.ends:
                dirty, synced = False, True
        elif call.begins and call.on.startswith("socket:") and is_answer(call.text):
            answers += 1
            hasty += dirty or not synced
            synced = False
    return answers, hasty


def is_answer(text: str) -> bool:
    """Whether a sender hears that its message was recorded: a body of HTTP, or a RESULT (50)."""
    recorded = (r"{\"status\":\"accepted\"", r"{\"status\":\"flagged\"")
    return any(start in text for start in recorded) or "[50," in text


def test_an_answer_follows_the_end_of_its_sync(tmp_path):
    answers, hasty = early(traced(tmp_path))
    assert (answers >= 2 * _EACH, hasty) == (True, 0)


@pytest.mark.parametrize("weakness", ["early", "normal"])
def test_a_server_that_answers_before_the_sync_is_found(tmp_path, weakness):
    answers, hasty = early(traced(tmp_path, sys.executable, str(_WEAK), weakness))
    assert (answers >= 2 * _EACH, hasty > _EACH) == (True, True)


def test_one_thread_and_one_descriptor_write_from_the_start_to_the_end(tmp_path):
    out = traced(tmp_path)
    writers = set()
    opened = 0
    for call in calls(out):
        files = ("games.sqlite", "games.sqlite-wal")
        changes = {"pwrite64", "write", "fdatasync", "fsync", "ftruncate"}
        if call.begins and call.name in changes and call.on.endswith(files):
            writers.add(call.thread)
        if call.begins and call.name == "openat" and 'games.sqlite"' in call.text:
            opened += "O_RDWR" in call.text
    assert (len(writers), opened) == (1, 1)
