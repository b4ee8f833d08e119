"""
Rules that are kept where the catalogue does not reach, for the documents.

Rule: what is said here is done there, and tested there. Pure.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Elsewhere:
    """A rule that is no function of the catalogue: what it looks for, and where it is kept."""

    id: str
    code: str
    outcome: str
    summary: str
    hint: str
    where: str


ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(
        "E1",
        "malformed",
        "rejected",
        "Not JSON, a field missing, of the wrong type, or beyond its limit.",
        "mend the field that `problem` names",
        "codec.reports",
    ),
    Elsewhere(
        "E2",
        "-",
        "accepted",
        "Fields that this version does not know; the answer names them in `ignored`.",
        "nothing to do",
        "codec.reports",
    ),
    Elsewhere(
        "E3",
        "unauthorized, forbidden",
        "rejected",
        "No token, another's, or a league that the feed may not write.",
        "look at the feed's settings",
        "gateway.feeds",
    ),
    Elsewhere(
        "I1",
        "unknown_game",
        "rejected",
        "A game that nobody has told us of.",
        "create it first: PUT /v1/games/{game_id}",
        "ingest.scorekeeper",
    ),
    Elsewhere(
        "Q1",
        "-",
        "accepted",
        "The number that was expected, of a source that counts all it says (`dense`). What comes "
        "before its turn waits for it, up to 2 s.",
        "nothing to do",
        "ingest.sequence",
    ),
    Elsewhere(
        "S5",
        "malformed",
        "rejected",
        "Points for both sides in one play: a play has one `points` and one `points_to`.",
        "send two plays",
        "codec.facts",
    ),
    Elsewhere(
        "X1",
        "rate",
        "rejected",
        "More messages or bytes than one source may send; the whole request is refused.",
        "wait `retry_ms`, and send the same again",
        "ingest.rate",
    ),
)
