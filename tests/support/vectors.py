"""
Arbitration vectors: a game, what its sources say when, and what must then be seen.

Rule: a vector knows nothing of how it is run; whoever runs it brings what was published
and asks it. `tests/vectors/arbitration/README.md` explains the files. Pure.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from scoreboard.model.game import GameMeta, Team
from scoreboard.model.ids import GameId, League, TeamId
from scoreboard.sports.registry import RULESETS

FOLDER = Path(__file__).parents[1] / "vectors" / "arbitration"

#: Who there is if a vector does not say otherwise: name -> (role, rank).
SOURCES = {"primary": ("scoring", 0), "backup": ("scoring", 1)}
CONSOLE = ("console", 0)

#: An answer that a vector takes for another: a game of a few plays is improbable at times.
AS_GOOD = {"flagged": "accepted"}

#: What a step does, by the key that says it; the first one that is there counts.
_ACTS = ("play", "void", "status", "score", "clock", "message")
_PLAY = ("team", "points", "clock", "half", "text", "participants", "wallclock", "order")


@attrs.frozen
class Step:
    """
    One line of a vector.

    Attributes:
        at_s: seconds of the game's own time since it was created.
        who: the source, or the person.
        does: "say", "silent", "back", "closes", "call", "switch" or "expect".
        what: the message, the arguments, or what is expected.
        answer: status of the answer that must come; None: any.
        code: of the answer; None: any.
        exact: it is expected at that very second, which only a clock turned by hand knows.
    """

    at_s: float
    who: str
    does: str
    what: Mapping[str, Any] = attrs.field(factory=dict)
    answer: str | None = None
    code: str | None = None
    exact: bool = False


@attrs.frozen
class Vector:
    """
    One vector.

    Attributes:
        sources: name -> (role, rank).
        known: why it fails as yet; None: it must not.
    """

    name: str
    says: str
    ruleset: str
    sources: Mapping[str, tuple[str, int]]
    steps: tuple[Step, ...]
    known: str | None = None

    @property
    def meta(self) -> GameMeta:
        """The game, under an id that is the vector's own."""
        number = sum(ord(letter) * 7**place for place, letter in enumerate(self.name))
        return GameMeta(
            game_id=GameId(f"g{number:010}"),
            league=League("vec_"),
            sport=RULESETS[self.ruleset].sport,
            ruleset=self.ruleset,
            home=Team(TeamId("thome000000"), "Home Town", "HOM"),
            away=Team(TeamId("taway000000"), "Away City", "AWY"),
        )


def vectors() -> list[Vector]:
    """All vectors, in the order of their names."""
    return [read(path) for path in sorted(FOLDER.glob("*.toml"))]


def read(path: Path) -> Vector:
    """A vector out of its file."""
    data = tomllib.loads(path.read_text())
    sources = {name: SOURCES.get(name, CONSOLE) for name in data.get("sources", SOURCES)}
    steps = [_step(line, path.stem) for line in data["steps"]]
    steps.sort(key=lambda step: step.at_s)
    return Vector(
        path.stem, data["says"], data["ruleset"], sources, tuple(steps), data.get("known")
    )


def _step(line: Mapping[str, Any], vector: str) -> Step:
    rest = dict(line)
    at_s = rest.pop("at")
    answer, code = rest.pop("answer", None), rest.pop("code", None)
    if "expect" in rest:
        return Step(at_s, "", "expect", rest["expect"], exact=rest.get("exact", False))
    if "by" in rest:
        who = rest.pop("by")
        does = "switch" if "switch" in rest else "call"
        return Step(at_s, who, does, rest, answer, code)
    who = rest.pop("from")
    for does in ("silent", "back", "closes"):
        if does in rest:
            return Step(at_s, who, does)
    act = next((act for act in _ACTS if act in rest), None)
    assert act is not None, f"{vector}: at {at_s} {who} says nothing that is known: {rest}"
    return Step(at_s, who, "say", _message(act, rest), answer, code)


def _message(act: str, line: dict[str, Any]) -> dict[str, Any]:
    """The message that a line stands for, as a source sends it."""
    made: dict[str, Any]
    value = line.pop(act)
    if act == "play":
        made = {"type": "play", "provider_play_id": value, "play": _play(line)}
    elif act == "void":
        made = {"type": "void", "provider_play_id": value}
    elif act == "status":
        made = {"type": "status", "status": value, "period_index": line.pop("period", 1)}
    elif act == "score":
        made = {"type": "score", "home": value[0], "away": value[1]}
    elif act == "clock":
        made = {"type": "clock", "period_index": line.pop("period", 1), "value_ms": ms(value)}
        made["running"] = True
    else:
        made = dict(value)
    if "after" in line:
        home, away = line.pop("after")
        made["score_after"] = {"home": home, "away": away}
    return {**made, **line}


def _play(line: dict[str, Any]) -> dict[str, Any]:
    names = {"team": "team_id", "clock": "clock_ms"}
    facts: dict[str, Any] = {"play_type": line.pop("is"), "period_index": line.pop("period", 1)}
    for key in _PLAY:
        if key in line:
            value = line.pop(key)
            facts[names.get(key, key)] = ms(value) if key == "clock" else value
    if facts["play_type"] in ("2pt", "3pt", "freethrow"):
        facts["result"] = "made"
    return facts


def ms(text: str) -> int:
    """A clock like "11:40", in milliseconds."""
    minutes, _, seconds = text.partition(":")
    return int(minutes) * 60_000 + int(float(seconds) * 1_000)


@attrs.define
class Board:
    """
    What a follower and an operator see of the game, out of the events that they are sent.

    Attributes:
        faults: what must never happen, and did.
        authorities: who was believed for the plays, one after the other.
    """

    faults: list[str] = attrs.field(factory=list)
    authorities: list[str] = attrs.field(factory=list)
    plays: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    corrections: list[dict[str, Any]] = attrs.field(factory=list)
    alerts: list[dict[str, Any]] = attrs.field(factory=list)
    score: tuple[int, int] = (0, 0)
    confidence: str = ""
    status: str = "scheduled"
    feed: dict[str, Any] = attrs.field(factory=dict)
    clock: dict[str, Any] = attrs.field(factory=dict)
    report: dict[str, Any] = attrs.field(factory=dict)
    uncertain: int = 0
    _seq: int = 0
    _down: int = -1

    def hear(self, topic: str, event: Mapping[str, Any]) -> None:
        """One event, in the order in which the server sent them."""
        kind, data, seq = event["type"], event["data"], event["seq"]
        if ".ops." in topic:
            self.report = data
            return
        if seq < self._seq:
            self.faults.append(f"seq {seq} after {self._seq}")
        self._seq = seq
        if kind != "meta" and not self.feed:
            self._believe({"authority": event["source"], "term": event["term"], "mode": "primary"})
        match kind:
            case "play":
                self.plays[data["play_id"]] = data
            case "score":
                self._hear_score(seq, data)
            case "status":
                self._hear_status(data["status"])
            case "correction":
                self.corrections.append(data)
                self._down = seq
            case "alert":
                self.alerts += data["alerts"]
            case "clock":
                self.clock = data
            case "feed":
                self._believe(data)

    def _hear_score(self, seq: int, data: Mapping[str, Any]) -> None:
        score = (data["home"]["points"], data["away"]["points"])
        fell = score[0] < self.score[0] or score[1] < self.score[1]
        if fell and seq != self._down:
            self.faults.append(f"the score fell from {self.score} to {score} at {seq}")
        self.score = score
        if data["confidence"] == "uncertain" != self.confidence:
            self.uncertain += 1
        self.confidence = data["confidence"]

    def _hear_status(self, status: str) -> None:
        if status == "scheduled" and self.status != "scheduled":
            self.faults.append(f"{self.status} became scheduled")
        self.status = status

    def _believe(self, data: dict[str, Any]) -> None:
        """
        Who is believed now.

        Until a game's first `feed` the envelope tells it: one source, of the first term.
        """
        self.feed = data
        if data["authority"] and self.authorities[-1:] != [data["authority"]]:
            self.authorities.append(data["authority"])

    def doubled(self) -> list[str]:
        """Plays of a source that count as two of the game's."""
        found: dict[str, set[str]] = {}
        for play in self._standing():
            for source, ref in (play.get("provider_refs") or {}).items():
                found.setdefault(f"{source}'s {ref}", set()).add(play["play_id"])
        return [
            f"{name} is {' and '.join(sorted(others))}"
            for name, others in found.items()
            if len(others) > 1
        ]

    def _standing(self) -> list[dict[str, Any]]:
        return [p for p in self.plays.values() if p["state"] not in ("voided", "overturned")]

    @property
    def view(self) -> dict[str, Any]:
        """Everything that can be expected, by its name in a vector."""
        standing = self._standing()
        return {
            "score": list(self.score),
            "confidence": self.confidence,
            "status": self.status,
            "authority": self.feed.get("authority"),
            "clock_authority": self.feed.get("aspects", {}).get("clock"),
            "mode": self.feed.get("mode"),
            "term": self.feed.get("term"),
            "doubts": sorted(self.feed.get("doubts", [])),
            "locks": [lock["by"] for lock in self.feed.get("locks", [])],
            "plays": len(standing),
            "scoring": sum(1 for play in standing if play["points"]),
            "corrections": [one["kind"] for one in self.corrections],
            "alerts": [one["kind"] for one in self.alerts],
            "uncertain": self.uncertain,
            "switches": max(len(self.authorities) - 1, 0),
            "health": {s["source"]: s["health"] for s in self.report.get("sources", [])},
            "clock_confidence": self.report.get("clock_confidence"),
            "clock_ticks": self.report.get("clock_ticks"),
            "flags": self.report.get("flags"),
            "faults": self.faults,
        }


def unmet(board: Board, expected: Mapping[str, Any]) -> list[str]:
    """What is not as expected; that nothing forbidden has happened is always expected."""
    view = board.view
    problems = [f"must never be: {fault}" for fault in (*board.faults, *board.doubled())]
    for name, wanted in expected.items():
        seen = view[name]
        if isinstance(wanted, dict):
            seen = {key: seen.get(key) for key in wanted}
        if seen != wanted:
            problems.append(f"{name} is {seen}, not {wanted}")
    return problems
