"""Progress of long work on a terminal and without one."""

from __future__ import annotations

import io

from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.table import aligned, shortened


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_has_one_line_that_is_written_over(monkeypatch):
    monkeypatch.setenv("COLUMNS", "12")
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("one of many games")
    line.show("two")
    line.clear()
    line.clear()
    assert stream.getvalue() == "\rone of many\rtwo        \r   \r"


def test_a_note_stands_above_the_progress():
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("1/2")
    line.note("trouble")
    assert stream.getvalue() == "\r1/2\r   \rtrouble\n"


def test_without_a_terminal_there_is_no_progress():
    stream = io.StringIO()
    line = ProgressLine(stream)
    line.show("1/2")
    line.clear()
    assert stream.getvalue() == ""


def test_without_a_terminal_progress_can_be_told_rarely():
    stream = io.StringIO()
    line = ProgressLine(stream, rarely=2)
    for number in range(5):
        line.show(str(number))
    line.note("trouble")
    assert stream.getvalue() == "1\n3\ntrouble\n"


def test_columns_stand_under_each_other_and_numbers_to_the_right():
    rows = [("game", "n", "x"), ("a", "10", ""), ("long name", "9", "y")]
    assert aligned(rows, right=(1,)) == ["game        n  x", "a          10", "long name   9  y"]


def test_a_long_text_is_shortened():
    assert (shortened("abcdef", 6), shortened("abcdefg", 6)) == ("abcdef", "abcde…")
