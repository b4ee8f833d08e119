"""
How long the rules let a held message wait, and who may decide about it.

Rule: figures of the law; what is done with them is `ingest.quarantine`. Pure.

Source: domain.md, 3.
"""

from __future__ import annotations

#: Rule -> how long a message waits before officials are asked. Milliseconds.
TERMS: dict[str, int] = {"ST2": 30_000, "ST4": 60_000, "S4": 10_000, "R1": 10_000, "R4": 3_600_000}
#: The same for all other rules. Milliseconds.
TERM_MS = 30_000
#: Rules of which nobody can decide against: their messages are closed when time is over.
UNDECIDABLE = frozenset({"R1"})
#: Rules that take two persons to decide against.
TWO_PERSONS = frozenset({"R4"})
