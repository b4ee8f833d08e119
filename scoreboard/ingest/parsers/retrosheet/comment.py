"""
Comment records: sentences of the scorer, some over several lines, some of a review.

Rule: a comment is text; it never changes a play, though it may speak of one. Pure.
"""

from __future__ import annotations

import re

import attrs

from scoreboard.ingest.parsers.retrosheet.records import Record
from scoreboard.model.play import PlayFacts

_REVIEW = re.compile(r"challeng|review|replay|overturned|upheld", re.IGNORECASE)
_RULINGS = ("overturned", "upheld", "confirmed")


def continues(record: Record, before: Record | None) -> bool:
    """Whether comment `record` goes on with a sentence that the record before it left open."""
    kinds = (record.kind, before.kind if before else None)
    return kinds == ("com", "com") and "".join(record.fields)[:1].islower()


def said(record: Record) -> str:
    """What comment `record` says, without the mark that opens a remark on a play."""
    return ",".join(record.fields).strip().removeprefix("$").strip()


def commented(facts: PlayFacts, text: str) -> PlayFacts:
    """`facts` as a comment that says `text`; one that speaks of a review is a review."""
    if not _REVIEW.search(text):
        return attrs.evolve(facts, play_type="comment", text=text or None)
    ruling = next((word for word in _RULINGS if word in text.lower()), None)
    return attrs.evolve(facts, play_type="review", result=ruling, text=text)
