from hypothesis import given
from hypothesis import strategies as st

from scoreboard.tools.styled import (
    Span,
    Style,
    clean,
    columns,
    cut,
    fitted,
    joined,
    line,
    padded,
    shown,
    side_by_side,
)


@given(st.lists(st.builds(Span, st.text(max_size=20), st.sampled_from(Style))), st.integers(0, 50))
def test_a_line_is_never_wider_than_asked(spans, width):
    assert sum(columns(span.text) for span in fitted(tuple(spans), width)) <= width


@given(st.text(), st.integers(1, 40))
def test_padded_text_has_exactly_its_width(text, width):
    assert columns(padded(text, width)) == width


@given(st.text())
def test_text_from_outside_cannot_command_the_terminal(text):
    written = shown([line(Span(text, Style.BOLD))], 10_000, colours=True)[0]
    inner = written.removeprefix("\x1b[1m").removesuffix("\x1b[0m")
    assert "\x1b" not in inner
    assert clean(inner) == inner


def test_what_does_not_fit_is_cut_with_an_ellipsis():
    assert cut("Northampton", 6) == "North…"
    assert cut("Northampton", 0) == ""


def test_wide_characters_take_two_columns():
    assert (columns("京都"), columns("é"), columns("e\u0301")) == (4, 1, 1)
    assert cut("京都京都", 4) == "京…"


def test_without_colours_a_line_is_plain_text():
    assert shown([line("a ", Span("b", Style.BAD), "  ")], 9, colours=False) == ["a b"]


def test_the_right_end_gives_way_when_both_do_not_fit():
    left, right = line("left"), line("right")
    assert shown([side_by_side(left, right, 12)], 12, colours=False) == ["left   right"]
    assert shown([side_by_side(left, right, 8)], 8, colours=False) == ["left"]


def test_empty_pieces_leave_no_blanks():
    assert joined(["a", "", "b"], " ") == "a b"
