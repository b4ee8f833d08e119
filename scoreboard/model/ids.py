"""
Identities: what a game, team, person, play, source and league may be called.

Rule: ids that stand in a topic are prefix-free. WAMP prefix subscriptions match
*strings*, so `g12` would also match `g123`; every id that stands in a topic has
therefore one fixed width per kind. Pure.

Source: WAMP advanced profile, pattern-based subscriptions (prefix matching).
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import NewType

from scoreboard.model.errors import RemoteError

GameId = NewType("GameId", str)
TeamId = NewType("TeamId", str)
PersonId = NewType("PersonId", str)
PlayId = NewType("PlayId", str)
SourceId = NewType("SourceId", str)
League = NewType("League", str)

#: Characters of a hashed id after its kind letter: 10 base32 digits, 50 bits.
_DIGITS = 10

_GAME = re.compile(r"g[0-9a-z]{10}\Z")
_TEAM = re.compile(r"t[0-9a-z]{10}\Z")
_PERSON = re.compile(r"x[0-9a-z]{10}\Z")
_SOURCE = re.compile(r"[a-z][0-9a-z_]{0,31}\Z")
_LEAGUE = re.compile(r"[0-9a-z][0-9a-z_]{3}\Z")


class BadId(RemoteError):
    """An id that is not in the form that its kind demands."""


def _hashed(letter: str, *parts: str) -> str:
    """`letter` and 10 base32 digits of a hash over `parts`, the same everywhere and for ever."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return letter + base64.b32encode(digest).decode().lower()[:_DIGITS]


def game_id(league: str, provider: str, reference: str) -> GameId:
    """
    The id of a game whose own name at `provider` is `reference`.

    Args:
        league: four-character league code.
        provider: name of the id scheme, for instance "nfl" or "espn".
        reference: the provider's id, as text.
    """
    return GameId(_hashed("g", league, provider, reference))


def team_id(league: str, key: str) -> TeamId:
    """The id of the team known in `league` as `key` (an abbreviation, a provider id or a name)."""
    return TeamId(_hashed("t", league, key))


def person_id(league: str, provider: str, reference: str) -> PersonId:
    """The id of the person whose own name at `provider` is `reference`."""
    return PersonId(_hashed("x", league, provider, reference))


def quarantine_id(game: GameId, source: SourceId, digest: int) -> str:
    """The name of a held message: the same message of the same source has the same."""
    return _hashed("q", game, source, str(digest))


def play_id(seq: int) -> PlayId:
    """
    The id of the play that entered the game's log at `seq`.

    A log position is given once, so the id needs no counter and no randomness, and
    a log that is read again gives the same ids.
    """
    return PlayId(f"p{seq}")


#: Stands between a game and the name of one of its side logs; no id has it.
SIDE = "~"


def side_log(game: GameId, name: str) -> GameId:
    """
    The key of a log beside that of `game`: what belongs to it and is not the game.

    Args:
        name: a source, for its shadow; or a word in capitals.
    """
    return GameId(f"{game}{SIDE}{name}")


def side_name(key: GameId) -> str:
    """The `name` that a side log's key was made with."""
    return key.partition(SIDE)[2]


def _checked(pattern: re.Pattern[str], text: object, kind: str, form: str) -> str:
    if isinstance(text, str) and pattern.match(text):
        return text
    raise BadId(f"{kind} {text!r} must be {form}")


def parse_game_id(text: object) -> GameId:
    """`text` as a game id. Raises: BadId."""
    return GameId(_checked(_GAME, text, "game id", "'g' and ten of 0-9a-z"))


def parse_team_id(text: object) -> TeamId:
    """`text` as a team id. Raises: BadId."""
    return TeamId(_checked(_TEAM, text, "team id", "'t' and ten of 0-9a-z"))


def parse_person_id(text: object) -> PersonId:
    """`text` as a person id. Raises: BadId."""
    return PersonId(_checked(_PERSON, text, "person id", "'x' and ten of 0-9a-z"))


def parse_source_id(text: object) -> SourceId:
    """`text` as a source id. Raises: BadId."""
    return SourceId(_checked(_SOURCE, text, "source", "a letter and up to 31 of 0-9a-z_"))


def parse_league(text: object) -> League:
    """`text` as a league code. Raises: BadId."""
    return League(_checked(_LEAGUE, text, "league", "four of 0-9a-z_, for instance nba_ or pwhl"))
