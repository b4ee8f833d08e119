"""
The forms of the texts on ESPN plays, and of its clocks.

Rule: the table and the JSON of ESPN say the same things in the same words, old and
new ("made Layup.", "makes driving layup"): they are read in one place. Pure.

Source: the texts of the recorded games, 2009 to 2026.
"""

from __future__ import annotations

import re

from scoreboard.ingest.parsers.reading.text_form import Form, Told, form, read
from scoreboard.model.play import ShotFacts

_FORMS: tuple[Form, ...] = (
    form(r"PLAY", "heading"),
    form(r"Start (?:of )?(?:the )?game\.?", "game_start"),
    form(r"Start of .+", "period_start"),
    form(r"End (?:of )?(?:the )?game\.?", "game_end"),
    form(r"End (?:of )?.*(?:half|quarter|overtime|period|OT)\.?", "period_end"),
    form(
        r"(?P<a>.+?) (?P<verb>made|makes|missed|misses) (?P<kind>free throw\b[^(]*?)\.?",
        "freethrow",
        a="shooter",
    ),
    form(
        r"(?P<a>.+?) (?P<verb>made|makes|missed|misses) (?P<kind>[^.(]+?)"
        r"(?:\.\s*Assisted by (?P<b>.+?)\.?|\s*\((?P<c>.+?) assists?\)|\.)?",
        "shot",
        a="shooter",
        b="assist",
        c="assist",
    ),
    form(
        r"(?P<b>.+?) (?P<verb>blocks) (?P<a>.+?) ?'s (?P<kind>.+)",
        "shot",
        a="shooter",
        b="blocker*",
    ),
    form(
        r"(?P<a>.+?) (?P<kind>offensive|defensive|deadball)(?: team)? reb\w*\.?",
        "rebound",
        a="rebounder",
    ),
    form(r"(?P<a>.+?) steal\.?", "steal", a="stealer"),
    form(r"(?P<a>.+?) block\.?", "block", a="blocker"),
    form(r"(?:(?P<kind>\w+) )?foul on (?P<a>.+?)\.?", "foul", a="fouler"),
    form(r"Jump ball (?P<kind>won|lost) by (?P<a>.+?)\.?", "jumpball", a="jumpball"),
    form(
        r"(?P<a>.+?) vs\.? (?P<b>.+?) \((?P<c>.+?) gains possession\)",
        "jumpball",
        a="jumpball",
        b="jumpball",
        c="jumpball_recovered",
    ),
    form(r"(?P<a>.+?) subbing (?P<kind>in) for .+", "substitution", a="in"),
    form(r"(?P<a>.+?) subbing (?P<kind>out) for .+", "substitution", a="out"),
    form(r"(?P<a>.+?) enters the game for (?P<b>.+?)\.?", "substitution", a="in", b="out"),
    form(r"(?P<kind>official)\b.*time ?out\.?", "timeout"),
    form(
        r"(?P<a>.+?)\s+(?:(?P<kind>full|short|regular|30.sec\w*|20.sec\w*)\.? )?time ?out\.?",
        "timeout",
        a="team",
    ),
    form(
        r"(?P<a>.+?) (?P<kind>bad pass|lost ball|traveling|[\w -]+?) \(.+? steals?\)",
        "turnover",
        a="loser",
    ),
    form(r".*(?:ejected|ejection).*", "ejection"),
    form(r".*(?:challenge|replay|review).*", "review"),
    form(r".*\bviolation\b.*", "violation"),
    form(r"team\s+(?P<kind>.+?)\s*turnover\.?", "turnover"),
    form(
        r"(?P<a>.+?)\s+(?P<kind>bad pass|lost ball|traveling|shot clock)?\s*turnover\.?",
        "turnover",
        a="loser",
    ),
    form(
        r"(?P<a>.+?) (?P<kind>shooting|personal|offensive|loose ball|technical|flagrant|charge)"
        r"\w* foul.*",
        "foul",
        a="fouler",
    ),
)

#: Words of a play's type -> kind of play, where its text is in no known form.
_TYPES = (
    ("end game", "game_end"),
    ("end period", "period_end"),
    ("turnover", "turnover"),
    ("rebound", "rebound"),
    ("timeout", "timeout"),
    ("jumpball", "jumpball"),
    ("jump ball", "jumpball"),
    ("substitution", "substitution"),
    ("ejection", "ejection"),
    ("violation", "violation"),
    ("goaltending", "violation"),
    ("delay", "violation"),
    ("challenge", "review"),
    ("replay", "review"),
    ("technical", "foul"),
    ("foul", "foul"),
    ("steal", "steal"),
    ("block", "block"),
    ("stoppage", "stoppage"),
    ("not available", "comment"),
)

#: The id scheme that ESPN's formats share.
ESPN = "espn"

_THREE = re.compile(r"three|\b3-?p", re.IGNORECASE)
_FEET = re.compile(r"(\d{1,2})-f(?:oo|ee)t")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}(?:\.\d{1,3})?)")


def told(text: str, type_text: str = "") -> Told:
    """
    What `text` says, and if that is nothing, what the play's type does.

    Args:
        type_text: the name of the play's type, "" if the format has none.
    """
    found = read(text, _FORMS) if text.strip() else Told("unknown")
    if found.play_type != "unknown":
        return found
    words = type_text.lower()
    return Told(next((kind for word, kind in _TYPES if word in words), "unknown"))


def play_type(told_of_it: Told, shot: ShotFacts | None) -> str:
    """The sport's name for what a text says, a shot by what it is worth."""
    if shot is not None:
        return {1: "freethrow", 2: "2pt", 3: "3pt"}[shot.value]
    return told_of_it.play_type


def value(told_of_it: Told) -> int:
    """The points at stake in a shot, from its text."""
    if told_of_it.play_type == "freethrow":
        return 1
    return 3 if _THREE.search(told_of_it.variety or "") else 2


def made(told_of_it: Told) -> bool:
    """Whether the text says that the shot went in."""
    return told_of_it.verb in {"made", "makes"}


def feet(text: str) -> float | None:
    """The distance that the text gives, in feet."""
    found = _FEET.search(text)
    return float(found[1]) if found else None


def clock_ms(text: str) -> int | None:
    """What is left of the period, from "19:23" or "45.3"; None if it is no clock."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    return int(found[1] or 0) * 60_000 + round(float(found[2]) * 1000)
