import io
import re

import pytest

from scoreboard.tools.terminal import Terminal


class Screen(io.StringIO):
    """A very small terminal: knows where lines are written, and the two screens."""

    def rows(self):
        lines: dict[int, str] = {}
        row = 1
        codes = re.finditer(r"\x1b\[(\?\d+[hl]|[\d;]*[HKJ])|([^\x1b]+)", self.getvalue())
        for code, text in (found.groups() for found in codes):
            if text is not None:
                lines[row] = text
            elif code.endswith("H"):
                row = int(code[:-1].split(";")[0] or 1)
                lines.setdefault(row, "")
            elif code == "J":
                lines = {at: line for at, line in lines.items() if at < row}
        return [lines[at] for at in sorted(lines)]


@pytest.fixture
def screen():
    return Screen()


def test_a_picture_is_drawn_over(screen):
    terminal = Terminal(screen)
    terminal.draw(["one", "two", "three"])
    terminal.draw(["one", "2"])
    assert screen.rows() == ["one", "2"]


def test_what_has_not_changed_is_not_written_again(screen):
    terminal = Terminal(screen)
    terminal.draw(["one", "two"])
    before = len(screen.getvalue())
    terminal.draw(["one", "two"])
    assert len(screen.getvalue()) == before
    terminal.draw(["one", "TWO"])
    assert "one" not in screen.getvalue()[before:]


def test_a_window_of_another_size_is_drawn_anew(screen, monkeypatch):
    terminal = Terminal(screen)
    terminal.draw(["one"])
    before = len(screen.getvalue())
    monkeypatch.setenv("COLUMNS", "33")
    terminal.draw(["one"])
    assert "one" in screen.getvalue()[before:]


def test_a_terminal_is_given_back_once(screen):
    terminal = Terminal(screen)
    terminal.draw(["one"])
    terminal.close()
    terminal.close()
    assert screen.getvalue().count("\x1b[?1049l") == screen.getvalue().count("\x1b[?25h") == 1


def test_a_terminal_that_was_not_used_is_left_alone(screen):
    Terminal(screen).close()
    assert screen.getvalue() == ""
