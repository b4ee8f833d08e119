from __future__ import annotations

import cbor2
import pytest

from scoreboard.codec.plain import MAX_DEPTH, MAX_INT, NotPlain, plain
from scoreboard.codec.text import iso, parse_iso
from scoreboard.model.errors import RemoteError
from tests.support.hostile import nested


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        MAX_INT,
        -MAX_INT,
        0.5,
        "\u20ac",
        [1, ["a"]],
        {"a": {"b": None}},
        nested(MAX_DEPTH),
    ],
)
def test_plain_values_are_copied_as_they_are(value):
    assert plain(value) == value


def test_undefined_is_absent():
    assert plain([cbor2.undefined]) == [None]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (MAX_INT + 1, "a number is beyond"),
        (10**400, "a number is beyond"),
        (float("nan"), "a number is beyond"),
        (float("-inf"), "a number is beyond"),
        ("a\ud800", "lone surrogate"),
        ({"\ud800": 1}, "lone surrogate"),
        (nested(MAX_DEPTH + 1), "too many levels"),
        ({1: 2}, "dict {1: 2} is not allowed"),
        (b"a", "bytes b'a' is not allowed"),
        ((1,), "tuple"),
    ],
)
def test_what_is_not_plain_is_refused_and_named(value, why):
    with pytest.raises(NotPlain, match=why):
        plain(value)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])
def test_the_first_and_the_last_time_can_be_written_again(text):
    assert parse_iso(iso(parse_iso(text))) == parse_iso(text)


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59-23:59"],
)
def test_a_time_that_could_not_be_written_is_refused(text):
    with pytest.raises(RemoteError, match="is not in the years 1 to 9999"):
        parse_iso(text)
