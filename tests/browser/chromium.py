"""A headless Chromium, driven through `drive.mjs`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
PAGE = Path(__file__).parents[2] / "scoreboard" / "gateway" / "static" / "index.html"

#: Seconds that something may take to appear.
PATIENCE = 20


def _missing() -> str | None:
    """What the tests lack here, None if nothing."""
    if shutil.which("chromium") is None:
        return "chromium is not installed (apt-get install chromium)"
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        return "Node or what drives the browser is not installed (scripts/test installs it)"
    return None if PAGE.exists() else "the page is not built (scripts/web builds it)"


MISSING = _missing()

needs_browser = pytest.mark.skipif(
    MISSING is not None and not os.environ.get("SCOREBOARD_REQUIRE_CLIENTS"),
    reason=str(MISSING),
)


class Chromium:
    """One browser with one page at a time."""

    def __init__(self, profile: Path) -> None:
        assert MISSING is None, MISSING
        command = ["node", "drive.mjs", str(shutil.which("chromium")), str(profile)]
        self._process = subprocess.Popen(
            command,
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == {"ready": True}

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the browser ended"
        return json.loads(line)

    def _do(self, command: str, **rest: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": command, **rest}) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        assert "fault" not in answer, answer["fault"]
        return answer["value"]

    def open(self, url: str, width: int = 1440, height: int = 900, theme: str = "light") -> None:
        """A fresh page that has loaded `url`."""
        self._do("open", url=url, width=width, height=height, theme=theme)

    def goto(self, url: str) -> None:
        """Load another address in the same page."""
        self._do("goto", url=url)

    def eval(self, code: str) -> Any:
        """The value of an expression in the page."""
        return self._do("eval", code=code)

    def wait(self, code: str, seconds: float = PATIENCE) -> Any:
        """Until an expression in the page is true; its value."""
        return self._do("wait", code=code, seconds=seconds)

    def click(self, selector: str) -> None:
        """Click as a person would: what is covered cannot be clicked."""
        self._do("click", selector=selector)

    def press(self, key: str) -> None:
        """Press a key."""
        self._do("press", key=key)

    def shot(self, path: Path) -> None:
        """A picture of what is seen."""
        self._do("shot", path=str(path))

    def serious(self) -> list[Any]:
        """What axe-core finds that is serious or critical."""
        return [one for one in self._do("axe") if one["impact"] in ("serious", "critical")]

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings of the page, but those of addresses that are absent."""
        return [
            line
            for line in self._do("said")
            if line.startswith(("error", "warning", "fault")) and "404" not in line
        ]

    def close(self) -> None:
        """End the browser."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()
