"""A typed line is data: a verb and its arguments, and nothing else."""

from __future__ import annotations

import pytest

from scoreboard.ops.line import MAX_LINE, Argument, Typed, parse
from scoreboard.ops.refused import Misspelt


def arg(text, value=...):
    return Argument(text, text if value is ... else value)


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("games", Typed("games")),
        ("  games ( ) ", Typed("games")),
        ("game(g0000000001)", Typed("game", (arg("g0000000001"),))),
        ("game g0000000001", Typed("game", (arg("g0000000001"),))),
        ("game('g0000000001',)", Typed("game", (arg("g0000000001"),))),
        ("sessions(top=3)", Typed("sessions", (), {"top": arg("3", 3)})),
        ("sessions top=3", Typed("sessions", (), {"top": arg("3", 3)})),
        ("kick(-7)", Typed("kick", (arg("-7", -7),))),
        ("kick None", Typed("kick", (arg("None", None),))),
        ("quarantine(drop, 12e4)", Typed("quarantine", (arg("drop"), arg("12e4", 120000.0)))),
        (
            'switch(g1, to="radio", reason="a, b (c) = \'d\'")',
            Typed("switch", (arg("g1"),), {"to": arg("radio"), "reason": arg("a, b (c) = 'd'")}),
        ),
        (
            'switch  g1 radio  reason="two words"',
            Typed("switch", (arg("g1"), arg("radio")), {"reason": arg("two words")}),
        ),
        (r'help("a\"b, c")', Typed("help", (arg('a"b, c'),))),
        (
            "loglevel(scoreboard.hub, debug)",
            Typed("loglevel", (arg("scoreboard.hub"), arg("debug"))),
        ),
    ],
)
def test_a_line_is_a_verb_with_arguments(line, typed):
    assert parse(line) == typed


def test_an_empty_line_says_nothing():
    assert parse("  \t") is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2 + 2", "a line is a verb"),
        ("games2", "a line is a verb"),
        ("game(g1", "the ) at the end of game(... is missing"),
        ("game('g1)", "the ) at the end of game(... is missing"),
        ("game(__import__('os'))", "neither a number, a word, nor text in quotes"),
        ("game([1])", "neither a number, a word, nor text in quotes"),
        ("game('a' 'b' + 'c')", "neither"),
        ("game 'open", "neither"),
        ("game(b'x')", "neither"),
        ("game(a,,b)", "'' is neither"),
        ("game(a=1, b)", "must stand before the named arguments"),
        ("game(a=1, a=2)", "a is given twice"),
        ("g" * (MAX_LINE + 1), f"at most {MAX_LINE} characters"),
    ],
)
def test_what_is_no_verb_with_arguments_is_refused(line, why):
    with pytest.raises(Misspelt, match=r".*") as caught:
        parse(line)
    assert why in str(caught.value)
