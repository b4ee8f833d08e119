"""
Who may join with a ticket, and in which role.

Rule: one table for all of them; a name stands in it once, and the time that a ticket is
looked at says nothing about whether name or ticket was wrong. Pure.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import attrs

from scoreboard.gateway.realm import Principal

#: What the ticket of an unknown name is compared with; no ticket has it.
_NOBODY = "0" * 64


@attrs.frozen
class Credential:
    """
    Somebody who may join.

    Attributes:
        token_sha256: hash of the ticket, hex, lower case.
    """

    name: str
    token_sha256: str
    role: str


class Principals:
    """The table."""

    def __init__(self, credentials: Iterable[Credential]) -> None:
        self._known = {credential.name: credential for credential in credentials}

    def authenticate(self, authid: str, ticket: str) -> Principal | None:
        """Who that is; None if the ticket is not that name's."""
        found = self._known.get(authid)
        wanted = _NOBODY if found is None else found.token_sha256
        given = hashlib.sha256(ticket.encode()).hexdigest()
        good = hmac.compare_digest(wanted, given)
        return Principal(authid, found.role) if good and found is not None else None
