"""Lines of a stream."""

from __future__ import annotations

import pytest

from scoreboard.ingest.lines import MAX_LINE, BadLine, Line, LineTooLong, Splitter, read_line

GAME = "g0000000001"


def split(*chunks):
    splitter, found = Splitter(), []
    for chunk in chunks:
        lines, splitter = splitter.feed(chunk)
        found += lines
    return found, splitter.rest


def test_lines_end_with_crlf_or_lf_wherever_the_bytes_are_cut():
    data = b'{"a":1}\r\n\r\n{"b":2}\n  \n{"c"'
    whole = split(data)
    assert whole == ([b'{"a":1}', b'{"b":2}'], b'{"c"')
    assert split(*(data[i : i + 1] for i in range(len(data)))) == whole


def test_a_line_may_be_as_long_as_the_limit():
    assert split(b"x" * MAX_LINE, b"\r\n")[0] == [b"x" * MAX_LINE]


@pytest.mark.parametrize("chunks", [(b"x" * (MAX_LINE + 1),), (b"x" * MAX_LINE, b"y\n")])
def test_a_longer_line_is_refused_before_or_with_its_end(chunks):
    with pytest.raises(LineTooLong, match=str(MAX_LINE)):
        split(*chunks)


def test_a_line_is_a_message_of_the_game_that_it_names():
    assert read_line(b'{"type":"heartbeat","game_id":"g0000000002"}', GAME) == Line(
        "g0000000002", {"type": "heartbeat"}
    )


def test_a_line_without_a_game_is_of_the_sources_own():
    assert read_line(b'{"type":"heartbeat"}', GAME) == Line(GAME, {"type": "heartbeat"})


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"hello", "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"[1]", "not an object"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":1,"a":2}', "'a' stands twice"),
        (b'{"a":' + b"[" * 16 + b"]" * 16 + b"}", "too many levels"),
        (b"[" * 20000, "nested"),
        (b'{"a":' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a":1}', "game_id is missing"),
        (b'{"game_id":"x"}', "game id 'x'"),
        (b'{"game_id":7}', "game id 7"),
    ],
)
def test_a_line_that_is_no_message_says_why(line, problem):
    with pytest.raises(BadLine, match=problem):
        read_line(line, "")


def test_nesting_up_to_the_limit_is_read():
    deep = b'{"a":' + b"[" * 15 + b"]" * 15 + b"}"
    assert "a" in read_line(deep, GAME).message
