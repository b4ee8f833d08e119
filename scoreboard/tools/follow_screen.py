"""
The board in a terminal: from the follower's values to lines.

Rule: a function of its frame; fits any window, and what does not fit is said. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

import attrs

from scoreboard.client.board import GameView
from scoreboard.client.link import Link, LinkState
from scoreboard.client.views import PlayView
from scoreboard.model.play import PlayState
from scoreboard.model.side import Score
from scoreboard.model.status import State
from scoreboard.tools.follow_text import (
    abbrev_of,
    league_name,
    period_name,
    play_mark,
    play_text,
    play_time,
    score_text,
    situation_text,
    status_text,
)
from scoreboard.tools.styled import (
    Line,
    Span,
    Style,
    columns,
    cut,
    fitted,
    line,
    padded,
    side_by_side,
)

#: Columns of an abbreviation and of a number of points.
_ABBREV, _POINTS = 5, 3
#: Columns of the status in a row.
_STATUS = 13
#: A score of periods takes at least so many columns each.
_PERIOD = 4
#: Corrections that the board of one game shows.
_CORRECTIONS = 3

_ORDER = {State.IN: 0, State.PRE: 1, State.POST: 2}


@attrs.frozen
class Frame:
    """
    All that one picture depends on.

    Attributes:
        games: that are followed.
        heard_s: when something was heard last, seconds; None before the first.
        now_s: the same clock, now.
        zone: in which times of day are shown.
        height: lines of the window; None: as many as it takes.
        whole: whether games are followed with their plays; then a single one is shown so.
        plays: plays that are shown of a game, at most.
        notes: what the user should know, for instance a game that does not exist.
    """

    url: str
    games: Sequence[GameView]
    link: Link
    heard_s: float | None
    now_s: float
    zone: tzinfo
    width: int
    height: int | None = None
    whole: bool = True
    plays: int = 8
    notes: tuple[str, ...] = ()

    @property
    def clock_s(self) -> float:
        """The moment that clocks show: now, or when the connection went."""
        return self.now_s if self.link.lost_s is None else self.link.lost_s


def board(frame: Frame) -> list[Line]:
    """The whole picture."""
    top = [_header(frame), *(line(Span(note, Style.WARN)) for note in frame.notes)]
    room = None if frame.height is None else max(1, frame.height - len(top))
    if frame.whole and len(frame.games) == 1:
        return [*top, *_one(frame, frame.games[0], room)]
    return [*top, *_many(frame, room)]


def link_text(link: Link, heard_s: float | None, now_s: float) -> Span:
    """The connection in a few words: "live · 0.4 s", "reconnecting in 1.2 s · why"."""
    why = f" · {link.why}" if link.why else ""
    match link.state:
        case LinkState.LIVE:
            age = "" if heard_s is None else f" · {_age(now_s - heard_s)}"
            return Span(f"live{age}", Style.GOOD)
        case LinkState.WAITING:
            left = max(0.0, (link.until_s or now_s) - now_s)
            return Span(f"reconnecting in {left:.1f} s{why}", Style.BAD)
        case LinkState.CONNECTING:
            return Span(f"connecting{why}", Style.WARN)
        case LinkState.CATCHING_UP:
            return Span("catching up", Style.WARN)
        case LinkState.STOPPED:
            return Span(f"stopped{why}", Style.BAD)


def _age(seconds: float) -> str:
    if seconds < 60:
        return f"{max(0.0, seconds):.1f} s"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _header(frame: Frame) -> Line:
    on = sum(view.state is State.IN for view in frame.games)
    count = "" if len(frame.games) == 1 else f"  {on} live of {len(frame.games)}"
    connection = link_text(frame.link, frame.heard_s, frame.now_s)
    left = line(connection, Span(count, Style.DIM))
    return side_by_side(left, line(Span(frame.url, Style.DIM)), frame.width)


def ordered(games: Sequence[GameView]) -> list[tuple[str, list[GameView]]]:
    """By league: leagues with live games first, then live games, games to come, finals."""
    leagues: dict[str, list[GameView]] = {}
    for view in games:
        leagues.setdefault(view.league, []).append(view)
    for views in leagues.values():
        views.sort(key=lambda view: (_ORDER[view.state], view.start_ms or 0, view.game_id))
    return sorted(leagues.items(), key=lambda item: (_ORDER[item[1][0].state], item[0]))


def _many(frame: Frame, room: int | None) -> list[Line]:
    kept = _within(ordered(frame.games), room)
    lines = []
    for league, views in kept:
        lines.append(line(Span(league_name(league), Style.BOLD)))
        lines += [_row(frame, view) for view in views]
    hidden = len(frame.games) - sum(len(views) for _, views in kept)
    if hidden:
        more = f"… and {hidden} more: enlarge the window, or name --league, --team or --game"
        lines.append(line(Span(more, Style.DIM)))
    return lines or [line(Span("no games", Style.DIM))]


def _within(
    leagues: list[tuple[str, list[GameView]]], room: int | None
) -> list[tuple[str, list[GameView]]]:
    """What fits into `room` lines with headings: finals give way first, then games to come."""
    total = sum(1 + len(views) for _, views in leagues)
    if room is None or total <= room:
        return leagues
    for state in (State.POST, State.PRE):
        kept = [(name, [v for v in views if v.state is not state]) for name, views in leagues]
        leagues = [(name, views) for name, views in kept if views]
        if sum(1 + len(views) for _, views in leagues) < room:
            return leagues
    found: list[tuple[str, list[GameView]]] = []
    left = room - 1
    for name, views in leagues:
        if left > 1:
            found.append((name, views[: left - 1]))
            left -= 1 + len(found[-1][1])
    return found


def _row(frame: Frame, view: GameView) -> Line:
    """One game in one line; what stands to the right gives way in a narrow window."""
    home, away = view.teams
    points, started = view.points, view.state is not State.PRE
    style = Style.DIM if view.state is State.POST else Style.PLAIN
    spans = [Span(" ")]
    for team, ours, theirs in (
        (away, points.away, points.home),
        (home, points.home, points.away),
    ):
        shade = Style.BOLD if started and ours > theirs else style
        number = str(ours) if started else ""
        spans += [Span(f"{padded(team.abbrev, _ABBREV)}{number:>{_POINTS}}  ", shade)]
    status = status_text(view, frame.clock_s, frame.zone)
    spans.append(Span(padded(status, max(_STATUS, columns(status))), _shade(view, style)))
    spans.append(Span(f" {situation_text(view)}", style))
    doubt = _doubt(view)
    if doubt:
        spans.append(Span(f"  {doubt}", Style.WARN))
    return tuple(spans)


def _shade(view: GameView, style: Style) -> Style:
    return Style.GOOD if view.state is State.IN else style


def _doubt(view: GameView) -> str:
    """What stands beside a score that is not certain."""
    if view.score is None or view.score.value.confidence == "confirmed":
        return ""
    return f"score {view.score.value.confidence.replace('_', ' ')}"


def _one(frame: Frame, view: GameView, room: int | None) -> list[Line]:
    home, away = view.teams
    stage = "" if view.meta is None else view.meta.value.stage or ""
    title = f"{away.name} at {home.name}"
    about = "  ".join(part for part in (league_name(view.league), stage) if part)
    status = status_text(view, frame.clock_s, frame.zone)
    lines = [
        side_by_side(line(Span(title, Style.BOLD)), line(Span(about, Style.DIM)), frame.width),
        *_score_lines(view, frame.width),
        line(Span(status, _shade(view, Style.BOLD)), f"  {situation_text(view)}"),
    ]
    doubt = _doubt(view)
    if doubt:
        lines.append(line(Span(doubt, Style.WARN)))
    corrections = _corrections(view)
    left = frame.plays if room is None else min(frame.plays, room - len(lines) - len(corrections))
    if left > 0:
        lines += [_play(view, play, frame.width) for play in reversed(view.last_plays(left))]
    return [*lines, *corrections]


def _score_lines(view: GameView, width: int) -> list[Line]:
    """The score by periods, three lines; early periods give way in a narrow window."""
    home, away = view.teams
    told = () if view.score is None else view.score.value.periods
    standing = view.standing
    reached = standing.period_index if standing is not None else 1
    periods = [*told, *(Score() for _ in range(reached - len(told)))]
    names = [period_name(view, index) for index in range(1, len(periods) + 1)]
    short = [cut(name.removesuffix(" half"), _PERIOD) for name in names]
    fit = max(0, (width - _ABBREV - 1 - _PERIOD - 2) // (_PERIOD + 1))
    first = max(0, len(periods) - fit)
    shoot = None if view.score is None else view.score.value.shootout
    head = "".join(f"{name:>{_PERIOD + 1}}" for name in short[first:])
    extra = "   SO" if shoot is not None else ""
    lines = [line(Span(f"{'':{_ABBREV}}{head}{'T':>{_PERIOD + 2}}{extra}", Style.DIM))]
    rows = (
        (away, [score.away for score in periods], view.points.away, shoot and shoot.away),
        (home, [score.home for score in periods], view.points.home, shoot and shoot.home),
    )
    for team, by_period, total, tally in rows:
        cells = "".join(f"{points:>{_PERIOD + 1}}" for points in by_period[first:])
        tail = f"{tally:>5}" if shoot is not None else ""
        name = padded(team.abbrev, _ABBREV)
        lines.append(line(f"{name}{cells}", Span(f"{total:>{_PERIOD + 2}}", Style.BOLD), tail))
    return lines


def _play(view: GameView, play: PlayView, width: int) -> Line:
    gone = play.state in (PlayState.VOIDED, PlayState.OVERTURNED)
    mark = play_mark(view, play)
    style = Style.GONE if gone else Style.BOLD if play.points else Style.PLAIN
    after = score_text(play.score_after) if play.points and not gone else ""
    left = line(
        Span(padded(play_time(view, play), 10), Style.DIM),
        Span(f"{padded(abbrev_of(view, play.team_id), _ABBREV)} "),
        Span(f"[{mark}] " if mark else "", Style.WARN),
        Span(play_text(play), style),
    )
    room = max(0, width - len(after) - 2) if after else width
    return side_by_side(fitted(left, room), line(Span(after, Style.BOLD)), width)


def _corrections(view: GameView) -> list[Line]:
    """The last corrections of the score alone; those of plays stand beside the plays."""
    alone = [one for one in view.corrections.values() if one.target is None]
    return [
        line(
            Span(
                f"score corrected {score_text(one.before)} to {score_text(one.after)}: "
                f"{one.reason or one.kind} ({one.by})",
                Style.WARN,
            )
        )
        for one in sorted(alone, key=lambda one: one.seq)[-_CORRECTIONS:]
    ]
