"""Members of JSON documents, asked for by name."""

from __future__ import annotations

import re

import pytest

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member


def doc(text):
    return json_member.read(text.encode())


def test_an_absent_member_is_none_however_deep_it_is_asked_for():
    member = doc('{"a": null}')["a"]["b"]["c"]
    assert ("a.b.c", None) == (member.path, member.value)
    assert member.text() is None
    assert member.number() is None
    assert member.utc_ms() is None
    assert [] == list(member.items())
    assert not member
    assert not member.flag()


def test_numbers_written_as_texts_are_numbers():
    found = doc('{"a": " 12 ", "b": 4.0, "c": "-1.5", "d": ""}')
    assert (12, 4, -1.5) == (found["a"].integer(), found["b"].integer(), found["c"].number())
    assert found["d"].number() is None


def test_a_number_read_as_text_is_the_text_of_the_number():
    assert "1610612751" == doc('{"id": 1610612751}')["id"].text()


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ('"1"', True), ("1", True), ("0", False), ('""', False)]
)
def test_a_flag_may_be_written_in_many_ways(text, expected):
    assert expected == doc(f'{{"a": {text}}}')["a"].flag()


def test_a_time_is_milliseconds_utc_and_one_without_a_zone_is_utc():
    assert 1608682109900 == doc('{"a": "2020-12-23T00:08:29.9Z"}')["a"].utc_ms()
    assert 1608682109000 == doc('{"a": "2020-12-23T00:08:29"}')["a"].utc_ms()


@pytest.mark.parametrize(
    ("text", "ask", "fault"),
    [
        ('{"a": [1]}', lambda m: m["a"]["b"], "a: [1] is not an object"),
        ('{"a": {}}', lambda m: list(m["a"].items()), "a: {} is not a list"),
        ('{"a": true}', lambda m: m["a"].text(), "a: True is not a text"),
        ('{"a": "\\ud800"}', lambda m: m["a"].text(), "half a character"),
        ('{"a": "x"}', lambda m: m["a"].number(), "a: 'x' is not a number"),
        ('{"a": false}', lambda m: m["a"].number(), "a: False is not a number"),
        ('{"a": 1e30}', lambda m: m["a"].number(), "kept exactly"),
        ('{"a": 1.5}', lambda m: m["a"].integer(), "a: 1.5 is not a whole number"),
        ("{}", lambda m: m["a"].needed_integer(), "a: None must be a whole number"),
        ('{"a": "yes"}', lambda m: m["a"].flag(), "neither true nor false"),
        ('{"a": 1.5}', lambda m: m["a"].flag(), "neither true nor false"),
        ('{"a": "noon"}', lambda m: m["a"].utc_ms(), "is not an ISO 8601 time"),
        ('{"a": [0, {"b": 7.5}]}', lambda m: list(m["a"].items())[1]["b"].text(), "a[1].b: 7.5"),
    ],
)
def test_a_member_that_is_something_else_is_refused_with_its_path(text, ask, fault):
    with pytest.raises(BadDocument, match=re.escape(fault)):
        ask(doc(text))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"{", "box: not JSON"),
        (b'{"a": NaN}', "NaN is no JSON number"),
        (b"\xff", "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_not_json_is_refused_with_the_companion_s_name(data, fault):
    with pytest.raises(BadDocument, match=fault):
        json_member.read(data, "box")


def test_a_byte_order_mark_is_no_part_of_the_document():
    assert json_member.is_json(b"\xef\xbb\xbf {")
    assert Member("", {"a": 1}) == json_member.read(b'\xef\xbb\xbf{"a": 1}')
    assert not json_member.is_json(b"a,b")
