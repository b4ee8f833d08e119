"""What stands in a message, and what may not."""

from __future__ import annotations

import pytest

from scoreboard.gateway.messages import (
    Code,
    ProtocolViolation,
    code_of,
    dict_at,
    error,
    id_at,
    is_uri,
    list_at,
    text_at,
)
from tests.hub.fakes import EXACT, PREFIX, WILDCARD


@pytest.mark.parametrize("message", [None, {}, "x", [], ["1"], [True], [1.0], [99], [[1]]])
def test_what_is_no_message_breaks_the_protocol(message):
    with pytest.raises(ProtocolViolation):
        code_of(message)


def test_a_message_begins_with_its_code():
    assert code_of([32, 1]) is Code.SUBSCRIBE


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *((id_at, value) for value in (0, -1, 2**53 + 1, "1", 1.0, True, None, [])),
        *((text_at, value) for value in (None, 1, [], {})),
        *((dict_at, value) for value in ([], "x", 1, False)),
        *((list_at, value) for value in ({}, "x", 1, False)),
    ],
)
def test_a_wrong_type_is_not_guessed_at(read, value):
    with pytest.raises(ProtocolViolation, match="SUBSCRIBE"):
        read([32, value], 1)


@pytest.mark.parametrize("message", [[32], [32, None]])
def test_absent_and_null_are_the_same(message):
    assert dict_at(message, 1) == {}
    assert list_at(message, 1) == []


def test_an_error_says_what_it_answers():
    assert error(Code.CALL, 7, "a.b", ["why"], {}) == [8, 48, 7, {}, "a.b", ["why"]]
    assert error(Code.CALL, 7, "a.b", [], {"x": 1}) == [8, 48, 7, {}, "a.b", [], {"x": 1}]


@pytest.mark.parametrize(
    ("text", "policy", "good"),
    [
        ("scoreboard.v1.game", EXACT, True),
        ("a-b.c_d", EXACT, True),
        ("a..b", EXACT, False),
        ("a.b.", EXACT, False),
        (".a", EXACT, False),
        ("", EXACT, False),
        ("A.b", EXACT, False),
        ("a b", EXACT, False),
        ("a\n", EXACT, False),
        ("a#b", EXACT, False),
        ("é", EXACT, False),
        ("a" * 128, EXACT, True),
        ("a" * 129, EXACT, False),
        ("a.b.", PREFIX, True),
        ("a..b", PREFIX, False),
        ("a..", PREFIX, False),
        ("", PREFIX, False),
        ("a..b", WILDCARD, True),
        ("..", WILDCARD, True),
        ("a.*", WILDCARD, False),
        ("", WILDCARD, False),
    ],
)
def test_uris_are_words_with_dots_between(text, policy, good):
    assert good is is_uri(text, policy)
