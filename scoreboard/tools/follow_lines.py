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
from scoreboard.client.views import PlayView
from scoreboard.model.side import Score
from scoreboard.tools.follow_text import (
    abbrev_of,
    league_name,
    play_mark,
    play_text,
    play_time,
    score_text,
    situation_text,
    status_text,
)
from scoreboard.tools.styled import clean, joined
from scoreboard.tools.table import aligned


@attrs.define
class ChangeLog:
    """
    Turns events into lines, one for each entry of the game's log at most.

    The publications of one entry come one after the other, the play before the score
    that it makes; so a line takes the score from the event itself where it has one.

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
        if self._told.get(event.game_id) == event.seq:
            return None
        status = status_text(view, now_s, self.zone)
        match event.kind:
            case "play":
                text = self._play(event, view)
            case "correction":
                text = self._correction(event, view, status)
            case "score":
                text = self._written(event.ts_ms, view, view.points, status, "score")
            case "status":
                text = self._written(event.ts_ms, view, view.points, status, situation_text(view))
            case "slate" if view.score is None:
                # Of a game that is followed by more, other events tell the same.
                text = self._written(event.ts_ms, view, view.points, status, "")
            case _:
                return None
        if text is not None:
            self._told[event.game_id] = event.seq
        return text

    def standing(self, view: GameView, ts_ms: int, now_s: float) -> str:
        """Where a game stands, in one line."""
        status = status_text(view, now_s, self.zone)
        return self._written(ts_ms, view, view.points, status, situation_text(view))

    def _play(self, event: Envelope, view: GameView) -> str | None:
        """A new play at the end of the game; of others the correction tells, which follows."""
        play = view.plays.get(str(event.data.get("play_id")))
        if play is None or play.rev or view.last_plays(1) != (play,):
            return None
        return self._about(event, view, play, play.score_after or view.points)

    def _correction(self, event: Envelope, view: GameView, status: str) -> str | None:
        told = view.corrections.get(event.seq)
        if told is None:
            return None
        points = told.after or view.points
        play = view.plays.get(told.target or "")
        if play is not None:
            return self._about(event, view, play, points)
        what = f"score corrected: {told.reason or told.kind}"
        return self._written(event.ts_ms, view, points, status, what)

    def _about(self, event: Envelope, view: GameView, play: PlayView, points: Score) -> str:
        mark = play_mark(view, play)
        pieces = [abbrev_of(view, play.team_id), f"[{mark}]" if mark else "", play_text(play)]
        when = play_time(view, play)
        return self._written(event.ts_ms, view, points, when, joined(pieces, " "))

    def _written(self, ts_ms: int, view: GameView, points: Score, when: str, what: str) -> str:
        at = datetime.fromtimestamp(ts_ms / 1000, UTC).astimezone(self.zone)
        home, away = view.teams
        score = f"{away.abbrev} {points.away}-{points.home} {home.abbrev}"
        return clean(joined([f"{at:%H:%M:%S}", league_name(view.league), score, when, what]))


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
            status=clean(status_text(view, 0.0, zone)),
            counts=counts.get(view.game_id, Counts()),
        )
        for view in games
    ]


def summary_lines(found: Sequence[GameSummary]) -> list[str]:
    """A table: finals, and events, holes and repeats of each game."""
    head = ("game", "teams", "score", "status", "events", "holes", "repeats", "synced")
    total = Counts()
    rows = []
    for one in found:
        total += one.counts
        teams = clean(f"{one.away} at {one.home}")
        rows.append((one.game_id, teams, score_text(one.score), one.status, *_numbers(one.counts)))
    table = [head, *rows, (f"{len(rows)} games", "", "", "", *_numbers(total))]
    return aligned(table, (2, 4, 5, 6, 7))


def _numbers(counts: Counts) -> tuple[str, str, str, str]:
    synced = counts.deltas + counts.snapshots
    return str(counts.events), str(counts.holes), str(counts.repeats), str(synced)


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
