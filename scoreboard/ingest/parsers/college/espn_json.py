"""
ESPN game summaries: the JSON of one basketball game.

Rule: the header is official, the score on the plays is a claim, and both are shown.
`sequenceNumber` gives the places of the plays as long as it rises along the document; a play
whose number steps back stays where the document has it. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from scoreboard.ingest.parsers.college import espn_header
from scoreboard.ingest.parsers.college.espn_header import Header
from scoreboard.ingest.parsers.college.espn_play import Cast, cast, draft, period_of
from scoreboard.ingest.parsers.document import Companions, Document
from scoreboard.ingest.parsers.reading import json_member
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.ingest.parsers.running.game_rows import Draft, in_order
from scoreboard.ingest.parsers.running.scored_rows import disagreement, scored
from scoreboard.model.side import Score
from scoreboard.model.status import Status

PROVIDER = "espn"

#: ESPN's own ids: sport and league ("s:40~l:41~t:183"), which stand on every team.
_UID = re.compile(rb'"uid"\s*:\s*"s:[0-9]+~l:[0-9]+~')


def looks_like(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` is in this format, whatever its `name`."""
    del name
    if not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") or not _UID.search(head):
        return False
    return b'"boxscore"' in head or b'"competitions"' in head


def parse(data: bytes, companions: Companions) -> Document:
    """
    The game in `data`; needs no companions.

    Raises:
        BadDocument: not this format, with the member that shows it, or not basketball.
    """
    del companions
    document = json_member.read(data)
    quirks: Counter[str] = Counter()
    header = espn_header.read(document, quirks)
    plays = _drafts(document, cast(document, header), quirks)
    over = header.status is Status.FINAL
    drafts = in_order(plays, quirks, over=over and bool(plays), end_clock_ms=0)
    played = scored(drafts, quirks)
    last = drafts[-1].facts.period_index if drafts else header.ruleset.periods
    notes = disagreement(header.score if over else None, played.last_claim, quirks)
    return Document(
        provider=PROVIDER,
        meta=header.meta,
        rows=played.rows,
        status=header.line(last),
        header=header.score,
        claims=_claims(header, played.last_claim),
        rows_read=len(plays),
        quirks=tuple(sorted((+quirks).items())),
        notes=(*played.notes, *notes),
    )


def _drafts(document: Member, who: Cast, quirks: Counter[str]) -> list[Draft]:
    period = 1
    drafts = []
    for play in document["plays"].items():
        period = period_of(play) or period
        drafts.append(draft(play, who, period, quirks))
    orders = [row.facts.order for row in drafts if row.facts.order is not None]
    clocks = [row.facts.wallclock_ms for row in drafts if row.facts.wallclock_ms is not None]
    quirks["sequence steps back"] += sum(after <= before for before, after in pairwise(orders))
    quirks["wall clock steps back"] += sum(after < before for before, after in pairwise(clocks))
    return drafts


def _claims(header: Header, last: Score | None) -> tuple[tuple[str, Score], ...]:
    claims = (("last play", last), ("points by period", header.lines))
    return tuple((name, score) for name, score in claims if score is not None)
