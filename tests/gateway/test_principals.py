"""One table of all who may join: names, tokens, roles, leagues."""

from __future__ import annotations

import hashlib

import pytest

from scoreboard.gateway.principals import Credential, Principals
from scoreboard.gateway.realm import Principal


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


TABLE = Principals(
    [
        Credential("arena", hashed("secret"), "feed"),
        Credential("jo", hashed("pencil"), "scorer", ("nba_",)),
    ]
)


@pytest.mark.parametrize(
    ("name", "ticket", "who"),
    [
        ("arena", "secret", Principal("arena", "feed")),
        ("jo", "pencil", Principal("jo", "scorer")),
        ("jo", "secret", None),
        ("nobody", "secret", None),
        ("nobody", "", None),
    ],
)
def test_a_ticket_is_good_for_its_own_name(name, ticket, who):
    assert TABLE.authenticate(name, ticket) == who


def test_a_token_tells_whose_it_is():
    assert TABLE.whose("pencil") == Principal("jo", "scorer")
    assert TABLE.whose("") is None


def test_a_name_writes_its_leagues():
    asked = [("arena", "nfl_"), ("jo", "nba_"), ("jo", "nfl_"), ("nobody", "nba_")]
    assert [TABLE.may_write(*pair) for pair in asked] == [True, True, False, False]
