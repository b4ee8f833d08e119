"""
The forms of the texts on STATS rows.

Rule: whether a shot is worth one, two or three is told by the row's flags, not here.
A row names the side of the shooter and of the one who lost the ball, so that who
blocks and who steals is of the other. Pure.

Source: the texts of the recorded games.
"""

from __future__ import annotations

from scoreboard.ingest.parsers.reading.text_form import Told, form, read

#: Files of older seasons leave the names out: " misses a layup.".
_A, _B = r"(?:(?P<a>.+?) )??", r"(?:(?P<b>.+?) )??"
_SHOT = r"(?:\d-point |jump shot|layup|dunk|hook shot|tip shot|shot)"

_FORMS = (
    form(r"Starting Lineup -\s*(?P<a>.*)", "lineup", a="starter"),
    form(r"Substitution: *(?P<a>.*?) *in for\b *(?P<b>.*?)\.?", "substitution", a="in", b="out"),
    form(rf"{_A}(?P<verb>makes|misses) free throw (?P<kind>.+?)\.?", "freethrow", a="shooter"),
    form(rf"{_B}(?P<verb>blocks) an? *{_A}{_SHOT}.*", "shot", a="shooter", b="blocker*"),
    form(
        rf"{_A}(?P<verb>makes|misses|dunks)\b.*?\. (?P<b>.+) with the assist\.?",
        "shot",
        a="shooter",
        b="assist",
    ),
    form(rf"{_A}(?P<verb>makes|misses|dunks)\b.*", "shot", a="shooter"),
    form(rf"{_A}with an? (?P<kind>\w+) rebound\.?", "rebound", a="rebounder"),
    form(r"(?P<kind>.+?) foul committed by\b *(?P<a>.*?)\.?", "foul", a="fouler"),
    form(
        rf"{_B}(?P<kind>steal)s the ball from\b *(?P<a>.*?)\.?",
        "turnover",
        a="loser",
        b="stealer*",
    ),
    form(rf"{_A}with a turnover(?:(?: -|:) (?P<kind>.+?))?\.?", "turnover", a="loser"),
    form(rf"{_A}is charged with a turnover.*", "turnover", a="loser"),
    form(r"(?P<kind>official)(?: TV|'s) timeout\.?", "timeout"),
    form(r"(?:.+ )?takes? an? (?P<kind>.+?) timeout\.?", "timeout"),
    form(r"Start of the Game\.?", "game_start"),
    form(r"Start of the .+", "period_start"),
    form(r"End of the Game\.?", "game_end"),
    form(r"End of the .+", "period_end"),
    form(r".*jump ?ball.*", "jumpball"),
    form(r".*eject.*", "ejection"),
    form(r".*\bviolation\b.*", "violation"),
    form(r".*\bdelay\b.*", "stoppage"),
    form(r".*\breview\b.*", "review"),
)


def told(text: str) -> Told:
    """What `text` says; "unknown" if it is in no known form."""
    return read(text, _FORMS)
