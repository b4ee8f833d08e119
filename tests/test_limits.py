"""`docs/limits.md` says what the limits are: of the settings, and under which words they count."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest

from scoreboard.codec.plain import MAX_DEPTH
from scoreboard.gateway.messages import MAX_URI
from scoreboard.gateway.rejected import Reason
from scoreboard.settings.tables import Settings

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "limits.md").read_text()
DEFAULTS = json.loads(json.dumps(attrs.asdict(Settings())))

#: Of limits that have no setting.
CONSTANTS = {"L12": MAX_URI, "L13": MAX_DEPTH, "L20": 0}

#: Settings of the same tables that are not limits.
NO_LIMITS = {"limits.trusted", "websocket.deflate"}


@attrs.frozen
class Row:
    number: str
    what: str
    setting: str
    default: str
    answer: str
    reason: str


ROWS = [
    Row(*(cell.strip().strip("`") for cell in line[1:-1].split("|")))
    for line in PAGE.splitlines()
    if re.match(r"\| [LS]\d+ \|.*\|.*\|.*\|.*\|.*\|$", line) and line.count("|") == 7
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number} {row.what[:40]}")
def test_a_limit_is_as_the_page_says(row):
    if row.setting:
        table, _, name = row.setting.partition(".")
        assert row.default == json.dumps(DEFAULTS[table][name])
    else:
        assert row.default == str(CONSTANTS[row.number])
    if row.reason:
        assert row.reason in set(Reason)


def test_the_page_has_every_word_that_is_counted():
    assert {row.reason for row in ROWS} - {""} == set(Reason)


@pytest.mark.parametrize("table", ["limits", "websocket"])
def test_the_page_has_every_setting_of_the_door(table):
    told = {row.setting for row in ROWS} | NO_LIMITS
    assert {f"{table}.{name}" for name in DEFAULTS[table]} <= told


def test_the_page_has_all_the_limits_of_the_threat_model():
    numbers = set(re.findall(r"^\| (L\d+) \|", PAGE, re.MULTILINE))
    assert numbers == {f"L{number}" for number in range(1, 23)}


@pytest.mark.parametrize("reason", Reason)
def test_every_limit_has_a_test_that_breaks_it(reason):
    word = f"Reason.{reason.name}"
    tests = [*(ROOT / "tests").rglob("test_*.py")]
    assert any(word in path.read_text() for path in tests if path.name != "test_limits.py")
