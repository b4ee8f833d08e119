"""
`python -m scoreboard.tools.capacity_doc`: the plans and the picture of docs/capacity.md.

Rule: what stands behind a line "$ scoreboard plan ..." in a block of text is what the command
prints; everything else in the file is a person's. Shell.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from scoreboard.tools.capacity_chart import chart
from scoreboard.tools.plan import lines_of, plan_of

_BLOCK = re.compile(r"^```text\n\$ scoreboard plan (.*?[^\\])\n.*?^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[str]:
    """What each block computes."""
    for block in _BLOCK.finditer(text):
        yield block[1]


def document(text: str) -> str:
    """The file `text`, its blocks computed. Raises: UsageError: a command is wrong."""
    return _BLOCK.sub(lambda block: _computed(block[1]), text)


def picture(text: str) -> str:
    """The first plan of the file `text`, as SVG."""
    return chart(plan_of(_words(next(commands(text)))))


def _computed(command: str) -> str:
    lines = lines_of(_words(command))
    return "\n".join(["```text", f"$ scoreboard plan {command}", *lines, "```"])


def _words(command: str) -> list[str]:
    return shlex.split(command.replace("\\\n", " "))


if __name__ == "__main__":  # pragma: no cover - `document` and `picture` are tested
    parser = argparse.ArgumentParser(prog="python -m scoreboard.tools.capacity_doc")
    parser.description = "Computes the plans and the picture of docs/capacity.md anew."
    parser.add_argument("docs", nargs="?", type=Path, default=Path("docs"), help="the folder")
    docs = parser.parse_args().docs
    made = document((docs / "capacity.md").read_text())
    (docs / "capacity.md").write_text(made)
    (docs / "images" / "capacity.svg").write_text(picture(made))
