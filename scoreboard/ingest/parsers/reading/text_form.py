"""
What a text says of a play, read by a table of forms.

Rule: a text is in the first form that fits it whole; one that fits none says nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs


@attrs.frozen
class Named:
    """
    Somebody in a text.

    Attributes:
        ours: whether of the side that the row names; of the opponent otherwise.
    """

    role: str
    name: str
    ours: bool = True


@attrs.frozen
class Told:
    """
    What a text says.

    Attributes:
        play_type: one of the sport's, "shot" for a shot of any worth, or "unknown".
        variety: the words of the text that tell what sort of such a play it was.
        verb: the word that tells how it went ("makes").
    """

    play_type: str
    variety: str | None = None
    verb: str | None = None
    people: tuple[Named, ...] = ()


@attrs.frozen
class Form:
    """
    A form that texts have.

    Attributes:
        pattern: its named groups are `kind` (the variety), `verb`, and letters for people.
        roles: of each letter; "blocker*" is of the other side than the row names.
    """

    pattern: re.Pattern[str]
    play_type: str
    roles: Mapping[str, str]

    def read(self, text: str) -> Told | None:
        """What `text` says in this form; None if it is not in it."""
        found = self.pattern.fullmatch(text)
        if not found:
            return None
        groups = {name: " ".join(words.split()) for name, words in found.groupdict("").items()}
        people = tuple(
            Named(role.removesuffix("*"), groups[letter], ours=not role.endswith("*"))
            for letter, role in self.roles.items()
            if groups[letter]
        )
        variety = groups.get("kind", "").lower() or None
        return Told(self.play_type, variety, groups.get("verb", "").lower() or None, people)


def form(pattern: str, play_type: str, **roles: str) -> Form:
    """The form `pattern`, upper and lower case alike, in which `roles` name the people."""
    return Form(re.compile(pattern, re.IGNORECASE | re.DOTALL), play_type, roles)


def read(text: str, forms: Sequence[Form]) -> Told:
    """What `text` says; "unknown" if it is in none of `forms`."""
    for one in forms:
        found = one.read(text.strip())
        if found is not None:
            return found
    return Told("unknown")
