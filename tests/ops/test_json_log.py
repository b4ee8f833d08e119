"""Whatever is logged is one line, and every line is JSON."""

from __future__ import annotations

import io
import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.logger import Logger, LogPublisher
from twisted.python.failure import Failure

from scoreboard.ops.json_log import JsonLog, line_of


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(out) -> Logger:
    return Logger("test", observer=LogPublisher(JsonLog(out)))


def told(out: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_says_when_who_and_what(log, out):
    log.warn("{n} games, {who!r}", n=3, who="jo", thing=object(), share=float("nan"), seen=True)
    (line,) = told(out)
    assert line.pop("ts").endswith("+00:00")
    assert line == {
        "level": "warn",
        "event": "test",
        "text": "3 games, 'jo'",
        "n": 3,
        "who": "jo",
        "seen": True,
    }


def test_a_fault_is_one_line_with_its_traceback(log, out):
    try:
        raise ValueError("no\nway")
    except ValueError:
        log.failure("it failed")
    (line,) = told(out)
    assert (line["level"], line["text"]) == ("critical", "it failed")
    assert "ValueError: no\nway" in line["traceback"]


def test_a_format_that_does_not_fit_is_still_a_line(log, out):
    log.info("{missing}", n=1)
    log.info(None)
    log.failure("x", Failure(Exception("y")))
    assert len(told(out)) == 3


@given(st.text(), st.text(st.sampled_from(string.ascii_letters), min_size=1))
def test_no_text_breaks_a_line(text, name):
    line = line_of({"log_format": "{text}", "text": text, name: text})
    assert line.isascii()
    assert line.isprintable()
    assert text[:100] in json.loads(line)["text"] or name == "text"
