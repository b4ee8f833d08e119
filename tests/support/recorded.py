"""Where the recorded games are, for tests that replay them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("SCOREBOARD_DATA", Path(__file__).parents[3] / "shared" / "data"))

needs_recorded = pytest.mark.skipif(
    not (ROOT / "README.md").exists(),
    reason=f"the recorded games are not at {ROOT} (set SCOREBOARD_DATA)",
)


def recorded(*parts: str) -> Path:
    """A file or folder of the recorded games."""
    return ROOT.joinpath(*parts)
