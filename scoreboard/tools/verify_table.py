"""
How `scoreboard verify` shows its results: tables for people, one document for programs.

Rule: scores are away-home; a game that fails says why in words below its line. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.model.side import Score
from scoreboard.tools.checked import Checked, Facts
from scoreboard.tools.datasets import EXPECTED, Skipped
from scoreboard.tools.table import aligned, shortened
from scoreboard.tools.verdict import text

_HEAD = (
    "game",
    "format",
    "teams",
    "rows",
    "plays",
    "corrections",
    "ours",
    "official",
    "from",
    "verdict",
    "quirks",
)

#: Columns of numbers.
_RIGHT = (3, 4, 6, 7)

#: Widest list of quirks; all of them are in the JSON.
_MAX_QUIRKS = 60

#: Refusals that are shown of one game; all of them are in the JSON.
_MAX_REFUSALS = 5

_LEGEND = """\
scores and teams: away-home; (a-b): tally of the shoot-out, which is not in the score
corrections: i came late, v taken back, a changed, s score set without a play; f doubted by a rule
from: header = the provider's own official score; finals.json = the results beside the games
agree: our score is the official one
contradicts: the provider contradicts itself; our score is what its own plays say
DIFFERS: our score is neither; ERROR: the file cannot be read
REFUSED: a rule kept rows out, and no official result vouches for the rest
no official: nothing to compare with"""


def lines(results: Sequence[Checked], skipped: Sequence[Skipped]) -> list[str]:
    """Tables by dataset, a summary and a legend."""
    rows = [_row(result) for result in results]
    head, *body = aligned([_HEAD, *rows], _RIGHT)
    printed = []
    datasets = list(dict.fromkeys(result.dataset for result in results))
    for dataset in datasets:
        printed += [dataset, head]
        for result, line in zip(results, body, strict=True):
            if result.dataset == dataset:
                printed += [line, *(f"    {why}" for why in _below(result))]
        printed += [""]
    printed += _summary(results, datasets)
    counts = Counter(skip.reason for skip in skipped)
    if counts:
        left = ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items()))
        printed.append(f"files that are no games: {left}")
        printed += [f"    {s.path}: {s.reason}" for s in skipped if s.reason not in EXPECTED]
    return [*printed, "", *_LEGEND.splitlines()]


def _row(result: Checked) -> tuple[str, ...]:
    facts, verdict = result.facts, result.verdict
    if facts is None or verdict is None:
        return (result.game, result.provider, *[""] * 7, result.word, "")
    official = verdict.official
    return (
        result.game,
        result.provider,
        "-".join(shortened(team, 12) for team in facts.teams),
        str(facts.rows_read),
        str(facts.plays),
        _corrections(facts),
        _with_tally(facts.score, facts.shootout),
        _with_tally(official.score, official.shootout) if official else "",
        official.source.rpartition("/")[2] if official else "",
        result.word,
        shortened(", ".join(f"{kind} {number}" for kind, number in facts.quirks), _MAX_QUIRKS),
    )


def _with_tally(score: Score, tally: Score | None) -> str:
    return text(score) if tally is None else f"{text(score)} ({text(tally)})"


def _corrections(facts: Facts) -> str:
    letters = {"inserted": "i", "voided": "v", "amended": "a", "adjusted": "s"}
    told = [f"{letter}{facts.corrections.get(kind, 0)}" for kind, letter in letters.items()]
    told.append(f"f{facts.outcomes.get(Outcome.FLAGGED.value, 0)}")
    return " ".join(word for word in told if word[1:] != "0")


def _below(result: Checked) -> list[str]:
    """What has to be said of a game in words."""
    if result.error:
        return [result.error]
    verdict = result.verdict
    said = []
    if verdict is not None:
        remarks = [f"also stated: {remark}" for remark in verdict.remarks]
        said = [verdict.reason] if verdict.reason else remarks
    for refusal in result.refusals[:_MAX_REFUSALS]:
        said.append(f"{refusal.outcome} by {refusal.rule}: {refusal.about}: {refusal.problem}")
    more = len(result.refusals) - _MAX_REFUSALS
    return [*said, f"and {more} more"] if more > 0 else said


def _summary(results: Sequence[Checked], datasets: Sequence[str]) -> list[str]:
    rows = [("dataset", "games", "plays", "messages", "verdicts")]
    for dataset in (*datasets, "all"):
        mine = [r for r in results if dataset in (r.dataset, "all")]
        words = Counter(result.word for result in mine)
        facts = [result.facts for result in mine if result.facts]
        rows.append(
            (
                dataset,
                str(len(mine)),
                str(sum(fact.plays for fact in facts)),
                str(sum(sum(fact.outcomes.values()) for fact in facts)),
                ", ".join(f"{number} {word}" for word, number in words.most_common()),
            )
        )
    return aligned(rows if len(datasets) > 1 else rows[:2], (1, 2, 3))


def document(results: Sequence[Checked], skipped: Sequence[Skipped]) -> dict[str, Any]:
    """Everything, for a program; scores as {home, away}."""
    return {
        "ok": not any(result.fails for result in results),
        "games": [_game(result) for result in results],
        "skipped": [{"path": str(s.path), "reason": s.reason} for s in skipped],
    }


def _game(result: Checked) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "dataset": result.dataset,
        "game": result.game,
        "format": result.provider,
        "path": result.path,
        "verdict": result.word,
        "fails": result.fails,
    }
    if result.error:
        shape["error"] = result.error
    if result.facts is not None:
        facts = attrs.asdict(result.facts)
        away, home = result.facts.teams
        shape |= facts | {
            "teams": {"away": away, "home": home},
            "quirks": dict(result.facts.quirks),
            "notes": list(result.facts.notes),
        }
    if result.verdict is not None:
        official = result.verdict.official
        shape["official"] = None if official is None else attrs.asdict(official)
        shape["reason"] = result.verdict.reason
        shape["remarks"] = list(result.verdict.remarks)
    shape["refusals"] = [attrs.asdict(refusal) for refusal in result.refusals]
    return shape
