"""
One NFL play row in our terms.

Rule: points come from the row's own flags (`playScored`, `scoringPlayType`,
`scoringTeamId`), never from its text; a flag that is not understood gives none and
is named. Pure.
"""

from __future__ import annotations

import re
from collections import Counter

import attrs

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.ingest.parsers.nfl import stats as nfl_stats
from scoreboard.ingest.parsers.nfl.stats import Stat
from scoreboard.ingest.parsers.reading.json_member import Member
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Side
from scoreboard.model.situation import FootballSituation
from scoreboard.model.status import Status, StatusLine
from scoreboard.sports.football import FOOTBALL

#: Provider's play type -> ours. UNSPECIFIED is read from the statistics.
_TYPES = {
    "PASS": "pass",
    "RUSH": "rush",
    "SACK": "sack",
    "PUNT": "punt",
    "KICK_OFF": "kickoff",
    "FREE_KICK": "kickoff",
    "FIELD_GOAL": "field_goal",
    "XP_KICK": "extra_point",
    "PAT2": "two_point",
    "PENALTY": "penalty",
    "INTERCEPTION": "interception",
    "FUMBLE": "fumble",
    "TIMEOUT": "timeout",
    "GAME_START": "game_start",
    "END_QUARTER": "period_end",
    "END_HALF": "period_end",
    "END_GAME": "game_end",
    "COMMENT": "comment",
}

#: Play types that are no play: nobody has the ball.
_ADMIN = frozenset({"game_start", "period_end", "game_end", "comment", "timeout"})

#: Scoring play type -> points, result. The short forms are those of the older feed.
_SCORES = {
    "TOUCHDOWN": (6, "touchdown"),
    "TD": (6, "touchdown"),
    "FIELD_GOAL": (3, "good"),
    "FG": (3, "good"),
    "PAT": (1, "good"),
    "PAT2": (2, "good"),
    "SAFETY": (2, "safety"),
    "SFTY": (2, "safety"),
}

_CLOCK = re.compile(r"([0-9]{0,2}):([0-9]{2})\Z")
_YARD_LINE = re.compile(r"(?:([A-Z]{2,4}) )?([0-9]{1,2})\Z")
_TIMEOUT = re.compile(r"TIMEOUT ([A-Z]{2,4})\b")

#: What a comment says outright of the game's status; weather only interrupts.
_STATUS_TEXTS = (
    (re.compile(r"game has been cancel", re.IGNORECASE), Status.CANCELLED),
    (
        re.compile(r"game has been suspended.*(lightning|weather|delay)", re.IGNORECASE),
        Status.DELAYED,
    ),
    (re.compile(r"game has been suspended", re.IGNORECASE), Status.SUSPENDED),
    (re.compile(r"game has (been )?resumed", re.IGNORECASE), Status.IN_PROGRESS),
)


@attrs.frozen
class Cast:
    """
    Who is who in the document.

    Attributes:
        sides: side by the provider's id of the team.
        codes: side by what play texts call the team.
        drives: side that has the ball in a drive, by the drive's number.
    """

    sides: dict[str, Side]
    codes: dict[str, Side]
    drives: dict[int, Side]


@attrs.define
class Doubts:
    """Oddities met, counted and, where a reader will want to know, put in words."""

    quirks: Counter[str] = attrs.Factory(Counter)
    notes: list[str] = attrs.Factory(list)

    def note(self, kind: str, words: str) -> None:
        """Count the quirk `kind` and keep `words` of where it is."""
        self.quirks[kind] += 1
        self.notes.append(words)


def facts(play: Member, cast: Cast, doubts: Doubts, period: int, order: int) -> PlayFacts:
    """
    What the row says happened.

    Args:
        period: from 1; 5 is the first overtime.
        order: where in the game the row belongs.
    """
    stats = nfl_stats.read_stats(play, cast.sides)
    text = text_of(play)
    kind = _play_type(play, stats, text or "", doubts)
    side = _side(play, cast, stats, kind)
    points, points_to, result = _score(play, cast, stats, doubts)
    if points not in FOOTBALL.play_types[kind].points:
        doubts.note(
            "points that such a play cannot score", f"{name_of(play)}: {points} points on a {kind}"
        )
        kind = "unknown"
    return PlayFacts(
        play_type=kind,
        period_index=period,
        subtype=_subtype(play, kind, side),
        qualifiers=_qualifiers(play, stats, text or ""),
        clock_ms=_clock_ms(play, doubts),
        wallclock_ms=wallclock_ms(play, doubts),
        order=order,
        side=side,
        points=points,
        points_to=points_to,
        result=result,
        participants=nfl_stats.participants(stats),
        situation=None if kind in _ADMIN else _situation(play, cast, side),
        text=text,
    )


def text_of(play: Member) -> str | None:
    """The description on one line."""
    text = play["playDescription"].text()
    return re.sub(r"\s*[\r\n]+\s*", " ", text) if text else None


def wallclock_ms(play: Member, doubts: Doubts) -> int | None:
    """When the play began, milliseconds UTC; None if the row does not say it readably."""
    try:
        return play["playStartTime"].utc_ms()
    except BadDocument as fault:
        doubts.note("wall clock not understood", str(fault))
        return None


def status_told(text: str | None) -> StatusLine | None:
    """The status that a comment's `text` says outright; None if it speaks of something else."""
    for pattern, status in _STATUS_TEXTS:
        if text and pattern.search(text):
            reason = None if status is Status.IN_PROGRESS else text
            return StatusLine(status, reason=reason)
    return None


def name_of(play: Member) -> str:
    """How a note calls the row."""
    return f"playId {play['playId'].value}"


def _play_type(play: Member, stats: tuple[Stat, ...], text: str, doubts: Doubts) -> str:
    given = play["playType"].text() or "UNSPECIFIED"
    if given == "UNSPECIFIED":
        doubts.quirks["play without a type"] += 1
        return nfl_stats.kind_of(stats)
    kind = _TYPES.get(given)
    if kind is None:
        doubts.note("unknown play type", f"{name_of(play)}: playType {given}")
        return nfl_stats.kind_of(stats)
    if kind == "timeout" and "two-minute warning" in text.lower():
        return "two_minute_warning"
    if kind == "rush" and " kneels " in text:
        return "kneel"
    if kind == "pass" and " spiked the ball" in text:
        return "spike"
    return kind


def _subtype(play: Member, kind: str, side: Side | None) -> str | None:
    if kind == "timeout":
        return "team" if side else "official"
    if kind == "kickoff" and play["playType"].text() == "FREE_KICK":
        return "free_kick"
    return None


def _side(play: Member, cast: Cast, stats: tuple[Stat, ...], kind: str) -> Side | None:
    """Who acted: the side with the ball as the play began, or the one that asked for time."""
    told = play["prePlayByPlay"].text() or ""
    if kind == "timeout":
        found = _TIMEOUT.match(told)
        named = cast.codes.get(found[1]) if found else None
        return named or nfl_stats.side_with(stats, 68)
    if kind in _ADMIN or kind == "two_minute_warning":
        return None
    side = cast.codes.get(told.split(" ", 1)[0])
    if side is not None:
        return side
    in_drive = cast.drives.get(play["driveSequence"].integer() or 0)
    # A kick-off stands in the drive of the side that receives it.
    return in_drive.other if in_drive and kind == "kickoff" else in_drive


def _score(
    play: Member, cast: Cast, stats: tuple[Stat, ...], doubts: Doubts
) -> tuple[int, Side | None, str | None]:
    """Points, who gets them, and how the play came out."""
    if not play["playScored"].flag():
        return 0, None, nfl_stats.result_of(stats)
    given = play["scoringPlayType"].text() or "UNSPECIFIED"
    points, result = _SCORES.get(given, (0, None))
    if not points:
        points = nfl_stats.points_of(stats)
        told = f"its statistics say {points}" if points else "no points are counted"
        doubts.note("unknown kind of score", f"{name_of(play)}: scoringPlayType {given}, {told}")
    side = cast.sides.get(play["scoringTeamId"].text() or "")
    if points and side is None:
        side = nfl_stats.scorer_side(stats, points)
        told = f"the {side.value} side by its statistics" if side else "nobody gets the points"
        doubts.note("score without a team", f"{name_of(play)}: scoringTeamId is neither, {told}")
    if side is None or not points:
        return 0, None, nfl_stats.result_of(stats)
    return points, side, result


def _qualifiers(play: Member, stats: tuple[Stat, ...], text: str) -> tuple[str, ...]:
    words = set(nfl_stats.qualifiers_of(stats))
    if play["playIsGoalToGo"].flag():
        words.add("goal_to_go")
    if "No Play." in text:
        words.add("no_play")
    return tuple(sorted(words))


def _clock_ms(play: Member, doubts: Doubts) -> int | None:
    """What is left of the quarter; None if the row has no clock."""
    text = play["clockTime"].text()
    if text is None:
        return None
    found = _CLOCK.match(text)
    if found is None:
        doubts.note("clock not understood", f"{name_of(play)}: clockTime {text!r}")
        return None
    return (int(found[1] or 0) * 60 + int(found[2])) * 1000


def _situation(play: Member, cast: Cast, side: Side | None) -> FootballSituation | None:
    down = play["down"].integer() or None
    line = play["yardLine"].text()
    if side is None and line is None:
        return None
    return FootballSituation(
        possession=side,
        down=down if down in (1, 2, 3, 4) else None,
        distance=play["yardsRemaining"].integer() if down else None,
        yards_to_goal=_yards_to_goal(line, cast, side),
        yard_line=line,
    )


def _yards_to_goal(line: str | None, cast: Cast, side: Side | None) -> int | None:
    """Yards from `line` ("GB 29", "50") to the goal that `side` attacks."""
    found = _YARD_LINE.match(line or "")
    if found is None or side is None:
        return None
    yards = int(found[2])
    territory = cast.codes.get(found[1] or "")
    if not 1 <= yards <= 50 or (territory is None and yards != 50):
        return None
    return 100 - yards if territory is side else yards
