"""
WAMP messages: their codes, their URIs, and what stands in them.

Rule: lenient where clients differ (null is absent, unknown keys are ignored), strict where
a wrong type would be guessed at. See `docs/decisions/0003-own-wamp-messages.md`. Pure.

Source: WAMP basic profile, messages and URIs.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

from scoreboard.hub.subscription import Policy
from scoreboard.model.errors import RemoteError

#: A message, decoded: its code and what belongs to it.
Message = list[Any]

#: Longest URI that is accepted, characters (security page, L12).
MAX_URI = 128

#: WAMP ids are 1 to 2**53 (WAMP basic profile, identifiers).
MAX_ID = 2**53


class Code(IntEnum):
    """What kind of message it is."""

    HELLO = 1
    WELCOME = 2
    ABORT = 3
    CHALLENGE = 4
    AUTHENTICATE = 5
    GOODBYE = 6
    ERROR = 8
    PUBLISH = 16
    PUBLISHED = 17
    SUBSCRIBE = 32
    SUBSCRIBED = 33
    UNSUBSCRIBE = 34
    UNSUBSCRIBED = 35
    EVENT = 36
    CALL = 48
    CANCEL = 49
    RESULT = 50
    REGISTER = 64
    REGISTERED = 65
    UNREGISTER = 66
    UNREGISTERED = 67
    INVOCATION = 68
    INTERRUPT = 69
    YIELD = 70


class ProtocolViolation(RemoteError):
    """A message that is none, or that may not come now; it costs the connection."""


def code_of(message: Any) -> Code:
    """What kind of message it is. Raises: ProtocolViolation."""
    if type(message) is not list or not message:
        raise ProtocolViolation("a message is a list that begins with its code")
    code = message[0]
    if type(code) is not int or code not in _CODES:
        raise ProtocolViolation(f"there is no message with code {code!r:.20}")
    return Code(code)


_CODES = frozenset(Code)


def _item(message: Message, place: int) -> Any:
    return message[place] if place < len(message) else None


def id_at(message: Message, place: int) -> int:
    """The id at `place`. Raises: ProtocolViolation."""
    value = _item(message, place)
    if type(value) is int and 1 <= value <= MAX_ID:
        return value
    raise ProtocolViolation(f"{_name(message)}[{place}] must be an id, 1 to 2**53")


def text_at(message: Message, place: int) -> str:
    """The string at `place`. Raises: ProtocolViolation."""
    value = _item(message, place)
    if isinstance(value, str):
        return value
    raise ProtocolViolation(f"{_name(message)}[{place}] must be a string")


def dict_at(message: Message, place: int) -> dict[str, Any]:
    """The dict at `place`; empty if absent. Raises: ProtocolViolation."""
    value = _item(message, place)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise ProtocolViolation(f"{_name(message)}[{place}] must be a dict")


def list_at(message: Message, place: int) -> list[Any]:
    """The list at `place`; empty if absent. Raises: ProtocolViolation."""
    value = _item(message, place)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise ProtocolViolation(f"{_name(message)}[{place}] must be a list")


def _name(message: Message) -> str:
    return Code(message[0]).name


def error(code: Code, request: int, uri: str, args: list[Any], kwargs: dict[str, Any]) -> Message:
    """The ERROR that answers a request: what kind of message it was, and its id."""
    message: Message = [int(Code.ERROR), int(code), request, {}, uri, args]
    if kwargs:
        message.append(kwargs)
    return message


_COMPONENT = r"[0-9a-z_-]+"
_URIS = {
    Policy.EXACT: re.compile(rf"{_COMPONENT}(\.{_COMPONENT})*"),
    # A prefix may end in a dot: it is a prefix of the text, not of the components.
    Policy.PREFIX: re.compile(rf"{_COMPONENT}(\.{_COMPONENT})*\.?"),
    Policy.WILDCARD: re.compile(r"[0-9a-z_.-]+"),
}


def is_uri(text: str, policy: Policy = Policy.EXACT) -> bool:
    """Whether `text` may stand in a subscription of that policy, or name a procedure."""
    return len(text) <= MAX_URI and _URIS[policy].fullmatch(text) is not None
