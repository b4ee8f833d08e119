"""Who may join with a ticket, and as what."""

from __future__ import annotations

import hashlib

from scoreboard.gateway.principals import Credential, Principals
from scoreboard.gateway.realm import OPS, Principal


def hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()


WHO = Principals(
    [Credential("arena", hashed("secret"), "feed"), Credential("desk", hashed("open"), OPS)]
)


def test_a_ticket_gives_the_role_of_its_name():
    assert WHO.authenticate("arena", "secret") == Principal("arena", "feed")
    assert WHO.authenticate("desk", "open") == Principal("desk", OPS)


def test_the_ticket_of_another_is_nobodys():
    assert WHO.authenticate("arena", "open") is None
    assert WHO.authenticate("desk", "") is None


def test_an_unknown_name_has_no_ticket():
    assert WHO.authenticate("nobody", "secret") is None
    assert WHO.authenticate("nobody", "0" * 64) is None
