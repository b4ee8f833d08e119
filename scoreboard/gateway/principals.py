"""
Who may join with a ticket or send with a token, in which role, for which leagues.

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
        leagues: leagues that he may write, if his role writes; empty: all.
    """

    name: str
    token_sha256: str
    role: str
    leagues: tuple[str, ...] = ()


class Principals:
    """The table."""

    def __init__(self, credentials: Iterable[Credential]) -> None:
        self._known = {credential.name: credential for credential in credentials}

    def authenticate(self, authid: str, ticket: str) -> Principal | None:
        """Who that is; None if the ticket is not that name's."""
        found = self._known.get(authid)
        wanted = _NOBODY if found is None else found.token_sha256
        good = hmac.compare_digest(wanted, _hash(ticket))
        return Principal(authid, found.role) if good and found is not None else None

    def whose(self, token: str) -> Principal | None:
        """Whose token it is; every one is compared, whichever it is."""
        given = _hash(token)
        known = self._known.values()
        owners = [c for c in known if hmac.compare_digest(c.token_sha256, given)]
        return Principal(owners[0].name, owners[0].role) if owners else None

    def may_write(self, name: str, league: str) -> bool:
        """Whether `name` may write games of `league` (rule E3)."""
        found = self._known.get(name)
        return found is not None and (not found.leagues or league in found.leagues)


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
