"""
The blocks of a document, done as a reader would do them, in order, in an empty folder.

A block is begun with its language. `sh` is typed into one shell, which ends at the first command
that fails; `text` after it is what must come out, "..." standing for anything. Blocks of other
languages have the name of a file behind the language, and become that file. The addresses
127.0.0.1:8080 and the like become free ones.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from tests.support.operator import free_port
from tests.support.server import ROOT

#: Seconds that a block may take.
_PATIENCE_S = 60.0

_BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "quickstart-block-ended"


@attrs.frozen
class Block:
    """A block: its language, the file that it is, and the section that it stands in."""

    language: str
    file: str
    text: str
    section: str


def blocks(document: str) -> list[Block]:
    """All of a document."""
    found = []
    for match in _BLOCK.finditer(document):
        section = re.findall(r"^## (.*)$", document[: match.start()], re.MULTILINE)[-1:]
        found.append(Block(match[1], match[2] or "", match[3], "".join(section)))
    return found


class Reader:
    """
    Somebody who does what a document says.

    Args:
        folder: where he does it.
        ports: that the document names; each gets a free one in its place.
        environ: more of his environment.
    """

    def __init__(self, folder: Path, ports: Sequence[int], environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._ports = {str(port): str(free_port()) for port in ports}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        known = {
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "HOME": str(folder),
        }
        self._shell = subprocess.Popen(
            ["sh", "-eu"],
            cwd=folder,
            env={**os.environ, **known, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        # The shell and what it began, which is a session of its own.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()

    def does(self, doing: Sequence[Block]) -> None:
        """Do it all."""
        said = ""
        for block in doing:
            text = self._here(block.text)
            if block.language == "sh":
                said = self._types(text)
            elif block.language == "text":
                assert fits(text, said), f"wanted:\n{text}\nbut it said:\n{said}"
            else:
                assert block.file, f"a block of {block.language} without the name of a file"
                (self._folder / block.file).write_text(text)

    def _here(self, text: str) -> str:
        for port, ours in self._ports.items():
            text = re.sub(rf"\b{port}\b", ours, text)
        return text

    def _types(self, commands: str) -> str:
        stdin, stdout = self._shell.stdin, self._shell.stdout
        assert stdin is not None
        assert stdout is not None
        late = threading.Timer(_PATIENCE_S, os.killpg, (self._shell.pid, signal.SIGKILL))
        late.start()
        stdin.write(f"{commands}\necho {_END}\n")
        stdin.flush()
        said = list(_until_end(stdout))
        late.cancel()
        assert said[-1:] == [_END], f"{commands}\nfailed:\n{''.join(said)}"
        return "".join(said[:-1])


def _until_end(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        before, end, _ = line.partition(_END)
        if end:
            if before:
                yield before
            yield _END
            return
        yield line


def fits(wanted: str, said: str) -> bool:
    """Whether it is that, where "..." stands for anything, also for several lines."""
    pattern = ".*".join(re.escape(part) for part in wanted.strip().split("..."))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None
