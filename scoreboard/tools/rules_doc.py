"""
`python -m scoreboard.tools.rules_doc`: docs/rules.md, written from the code.

Rule: nothing is said here that a rule does not say of itself. Shell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scoreboard.model.answer import Outcome
from scoreboard.rules.catalogue import CATALOGUE, REPEATS
from scoreboard.rules.elsewhere import ELSEWHERE
from scoreboard.rules.law import ALL, Rule
from scoreboard.rules.terms import TERM_MS, TERMS, TWO_PERSONS, UNDECIDABLE

_HEAD = """\
# The rules

Every message is judged by these. Written by `python -m scoreboard.tools.rules_doc` from the
functions in `scoreboard/rules`; do not edit.

**Outcomes.** *rejected*: no later word could make it right. *quarantined*: it contradicts the game;
held until what is missing comes, or an official decides. *flagged*: recorded, with the code in
`flags`. *shadow*: valid, of a source that is not believed now. *duplicate*: known already. The
worst outcome wins; the order is rejected, duplicate, shadow, quarantined, flagged.

**Place.** A play is judged by the game as it stood at the play's `order`, not as it stands now.

**(K)**: rests on what everybody knows of the game; until a test cites a rule book for it, it only
flags.

**Force.** An official may send `"force": true` with a `reason`: what a rule would hold or refuse
is recorded, flagged with its code and `forced`. Not for rules marked *stands*: corrections (R), and
what the log could not hold. A held message that an official lets in is flagged `released` instead.
"""

_QUARANTINE = """\
## In quarantine

At most 64 messages of a source and 256 of a game; the oldest make room. A held message is judged
again when an entry comes that may be what it waits for. After its time officials are asked; 15
minutes later it ends, and they are told. It survives a restart.

| rule | asks after | then |
|---|---|---|
"""


def _rows(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "| rule | code | outcome | looks for | hint | asked about |\n|---|---|---|---|---|---|\n"
    for rule in rules:
        marks = " (K)" if rule.is_unchecked else ""
        stands = ", stands" if rule.stands else ""
        kinds = "all" if rule.on == ALL else ", ".join(_kind(one) for one in rule.on)
        where = f"{kinds}; {', '.join(rule.sports)}" if rule.sports else kinds
        codes = ", ".join(f"`{code}`" for code in rule.codes)
        outcomes = " or ".join(outcome.value for outcome in rule.outcomes)
        yield (
            f"| {rule.id}{marks} | {codes} | {outcomes}{stands} | {rule.summary} "
            f"| {rule.hint} | {where} |\n"
        )


def _kind(report: type) -> str:
    return report.__name__.removesuffix("Report").lower()


def document() -> str:
    """The whole document."""
    parts = [_HEAD, "\n## Asked first: the first that finds something ends the matter\n\n"]
    parts += _rows(REPEATS)
    parts += ["\n## Asked together\n\n", *_rows(CATALOGUE)]
    parts.append("\n## Kept elsewhere\n\n| rule | code | outcome | looks for | hint | where |\n")
    parts.append("|---|---|---|---|---|---|\n")
    parts += [
        f"| {one.id} | {one.code} | {one.outcome} | {one.summary} | {one.hint} | `{one.where}` |\n"
        for one in ELSEWHERE
    ]
    return "".join([*parts, "\n", _QUARANTINE, *_terms()])


def _terms() -> Iterator[str]:
    holding = {r.id for r in CATALOGUE if Outcome.QUARANTINED in r.outcomes}
    for rule_id in sorted(holding):
        then = "an official decides"
        if rule_id in UNDECIDABLE:
            then = "it ends"
        elif rule_id in TWO_PERSONS:
            then = "two officials decide"
        yield f"| {rule_id} | {TERMS.get(rule_id, TERM_MS) // 1000} s | {then} |\n"


if __name__ == "__main__":  # pragma: no cover - `document` is tested
    sys.stdout.write(document())
