"""
What became of a replay: counts by game, troubles, and the tables that show them.

Rule: every message that was not recorded is counted, and the first of them are shown
with all that the server said of them. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from scoreboard.model.answer import Outcome
from scoreboard.tools.table import aligned, shortened

#: Refused messages that are kept and shown; all are counted.
MAX_REFUSALS = 50

_COUNTED = tuple(outcome.value for outcome in Outcome)

#: Outcomes that make a replay fail: the server does not have what was sent.
_FAILING = (Outcome.QUARANTINED.value, Outcome.REJECTED.value)


@attrs.frozen
class RefusedMessage:
    """A message that the server would not have, and why."""

    game: str
    about: str
    outcome: str
    rule: str
    problem: str
    hint: str

    def text(self) -> str:
        """For a person."""
        rule = f" by {self.rule}" if self.rule else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.game}: {self.about}: {self.outcome}{rule}: {self.problem}{hint}"


@attrs.define
class GameTally:
    """
    One game's account.

    Attributes:
        total: messages to be sent.
        sent: messages that were answered.
        score: as the server last answered it, away and home; None until then.
        trouble: why the game could not be sent to its end; empty if it could.
    """

    name: str
    teams: str
    total: int
    sent: int = 0
    answers: Counter[str] = attrs.field(factory=Counter)
    score: tuple[int, int] | None = None
    trouble: str = ""

    @property
    def done(self) -> bool:
        """Whether every message was answered."""
        return self.sent == self.total and not self.trouble

    @property
    def fails(self) -> bool:
        """Whether the replay fails on its account."""
        return not self.done or any(self.answers[outcome] for outcome in _FAILING)


@attrs.define
class Tally:
    """
    The whole replay's account.

    Attributes:
        retries: requests that had to be sent again.
        waiting: why the server is being waited for; empty if it answers.
        slow: why it went slower than asked for; empty if it did not.
    """

    games: list[GameTally]
    refused: list[RefusedMessage] = attrs.field(factory=list)
    retries: int = 0
    waiting: str = ""
    slow: str = ""

    def slowed(self, why: str) -> bool:
        """The server lets the feed send no faster; whether that is news."""
        is_news, self.slow = not self.slow, why
        return is_news

    @property
    def sent(self) -> int:
        """Messages of all games that were answered."""
        return sum(game.sent for game in self.games)

    @property
    def total(self) -> int:
        """Messages of all games."""
        return sum(game.total for game in self.games)

    @property
    def failing(self) -> int:
        """Games on whose account the replay fails."""
        return sum(game.fails for game in self.games)

    def answered(self, game: GameTally, about: str, answer: Mapping[str, Any]) -> bool:
        """
        The server answered one message.

        Returns:
            Whether it should be shown now: it was refused, and not too many were before.
        """
        outcome = str(answer.get("status", ""))
        game.sent += 1
        game.answers[outcome] += 1
        score = answer.get("score")
        if isinstance(score, Mapping):
            game.score = (int(score.get("away", 0)), int(score.get("home", 0)))
        if outcome not in _FAILING or len(self.refused) >= MAX_REFUSALS:
            return False
        said = {name: str(answer.get(name) or "") for name in ("rule", "code", "problem", "hint")}
        self.refused.append(
            RefusedMessage(
                game=game.name,
                about=about,
                outcome=outcome,
                rule=said["rule"] or said["code"],
                problem=said["problem"],
                hint=said["hint"],
            )
        )
        return True

    def progress(self, elapsed_s: float, position: str) -> str:
        """The account so far, in one line."""
        done = sum(game.done for game in self.games)
        rate = self.sent / elapsed_s if elapsed_s > 0 else 0.0
        parts = [
            f"{done}/{len(self.games)} games",
            f"{self.sent}/{self.total} messages",
            f"{rate:.0f}/s",
            position,
        ]
        refused = sum(game.answers[outcome] for game in self.games for outcome in _FAILING)
        parts += [f"{refused} refused"] if refused else []
        parts += [f"{self.retries} resent"] if self.retries else []
        parts += [f"waiting: {self.waiting}"] if self.waiting else []
        parts += ["as fast as the server lets it"] if self.slow else []
        return "  ".join(parts)

    def lines(self, elapsed_s: float) -> list[str]:
        """The table at the end; scores and teams are away-home."""
        shown = [name for name in _COUNTED if any(game.answers[name] for game in self.games)]
        head = ("game", "teams", "messages", *shown, "score", "result")
        rows = [
            (
                game.name,
                game.teams,
                f"{game.sent}/{game.total}" if game.sent < game.total else str(game.total),
                *(str(game.answers[name]) for name in shown),
                "" if game.score is None else f"{game.score[0]}-{game.score[1]}",
                shortened(game.trouble, 100) or ("FAILED" if game.fails else "sent"),
            )
            for game in self.games
        ]
        table = aligned([head, *rows], tuple(range(2, len(head) - 1)))
        number = len(self.games)
        total = (
            f"{number - self.failing} of {number} games, {self.sent} messages "
            f"in {elapsed_s:.1f} s ({self.sent / max(elapsed_s, 1e-9):.0f}/s)"
        )
        total += f", {self.retries} requests resent" if self.retries else ""
        return [*table, "", total, *([f"slowed down: {self.slow}"] if self.slow else [])]

    def document(self, elapsed_s: float, unreadable: Sequence[str]) -> dict[str, Any]:
        """Everything, for a program."""
        return {
            "ok": not self.failing and not unreadable,
            "seconds": round(elapsed_s, 3),
            "messages": self.sent,
            "resent_requests": self.retries,
            "slowed_down": self.slow,
            "unreadable": list(unreadable),
            "games": [_game(game) for game in self.games],
            "refused": [attrs.asdict(refusal) for refusal in self.refused],
        }


def _game(game: GameTally) -> dict[str, Any]:
    score = None if game.score is None else {"away": game.score[0], "home": game.score[1]}
    return {
        "game": game.name,
        "teams": game.teams,
        "messages": game.total,
        "sent": game.sent,
        "answers": dict(sorted(game.answers.items())),
        "score": score,
        "ok": not game.fails,
        "trouble": game.trouble,
    }
