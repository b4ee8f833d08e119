"""
Changes of games, one line each, and the summary: what `follow` writes without a terminal.

Rule: one change is one line, readable on its own. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import attrs

from scoreboard.client.board import GameView
from scoreboard.client.reading import Envelope
from scoreboard.client.resume import Counts
from scoreboard.model.side import Score
from scoreboard.model.status import State
from scoreboard.tools.follow_text import (
    abbrev_of,
    league_name,
    play_mark,
    play_text,
    score_text,
    situation_text,
    status_text,
)
from scoreboard.tools.styled import clean, joined
from scoreboard.tools.table import aligned


@attrs.define
class ChangeLog:
    """
    Turns events into lines; remembers what a play has said already.

    Args:
        zone: in which times of day are shown.
    """

    zone: tzinfo
    _told: dict[str, int] = attrs.field(factory=dict)

    def line(self, event: Envelope, view: GameView, now_s: float) -> str | None:
        """
        What `event` changed, None if it is not worth a line.

        Args:
            view: the game after it.
        """
        match event.kind:
            case "play":
                play = view.plays.get(str(event.data.get("play_id")))
                if play is None:
                    return None
                self._told[event.game_id] = event.seq
                mark = play_mark(view, play)
                what = joined(
                    [abbrev_of(view, play.team_id), f"[{mark}]" if mark else "", play_text(play)],
                    " ",
                )
            case "score" if self._told.get(event.game_id) != event.seq:
                what = "score"
            case "status" | "slate":
                what = "" if view.state is State.IN else "status"
            case "correction" if event.data.get("target") is None:
                what = f"score corrected: {event.data.get('reason') or event.data.get('kind')}"
            case _:
                return None
        return self._written(event.ts_ms, view, now_s, what)

    def standing(self, view: GameView, ts_ms: int, now_s: float) -> str:
        """Where a game stands, in one line."""
        return self._written(ts_ms, view, now_s, "")

    def _written(self, ts_ms: int, view: GameView, now_s: float, what: str) -> str:
        at = datetime.fromtimestamp(ts_ms / 1000, UTC).astimezone(self.zone)
        home, away = view.teams
        points = view.points
        status = status_text(view, now_s, self.zone, ticking=False)
        return clean(
            joined(
                [
                    f"{at:%H:%M:%S}",
                    league_name(view.league),
                    f"{away.abbrev} {points.away}-{points.home} {home.abbrev}",
                    status,
                    situation_text(view),
                    what,
                ]
            )
        )


@attrs.frozen
class GameSummary:
    """A game at the end of following, and how its stream was."""

    game_id: str
    away: str
    home: str
    score: Score
    status: str
    counts: Counts


def summaries(
    games: Sequence[GameView], counts: Mapping[str, Counts], zone: tzinfo
) -> list[GameSummary]:
    """One a game, in the order of `games`."""
    return [
        GameSummary(
            game_id=view.game_id,
            away=view.teams[1].abbrev,
            home=view.teams[0].abbrev,
            score=view.points,
            status=clean(status_text(view, 0.0, zone, ticking=False)),
            counts=counts.get(view.game_id, Counts()),
        )
        for view in games
    ]


def summary_lines(found: Sequence[GameSummary]) -> list[str]:
    """A table: finals, and events, holes and repeats of each game."""
    head = ("game", "teams", "score", "status", "events", "holes", "repeats", "resumed")
    total = Counts()
    rows = []
    for one in found:
        total += one.counts
        teams = clean(f"{one.away} at {one.home}")
        rows.append((one.game_id, teams, score_text(one.score), one.status, *_numbers(one.counts)))
    table = [head, *rows, (f"{len(rows)} games", "", "", "", *_numbers(total))]
    return aligned(table, (2, 4, 5, 6, 7))


def _numbers(counts: Counts) -> tuple[str, str, str, str]:
    resumed = counts.deltas + counts.snapshots
    return str(counts.events), str(counts.holes), str(counts.repeats), str(resumed)


def summary_document(found: Sequence[GameSummary]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "type": "summary",
        "games": [
            {
                "game_id": one.game_id,
                "away": one.away,
                "home": one.home,
                "score": {"home": one.score.home, "away": one.score.away},
                "status": one.status,
                **attrs.asdict(one.counts),
            }
            for one in found
        ],
    }
