"""
Views as text: tables and lines for a terminal.

Rule: what came from outside (names of teams, reasons) is shown without control characters,
so that nothing that a feed says can drive an operator's terminal. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scoreboard.ops.views import FeedRow, GameRow, GameView, HeldRow, SessionRow, StreamRow

#: Characters of a cell of prose.
MAX_CELL = 60


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: str = "") -> str:
    """
    Rows under their heads.

    Args:
        right: the heads, between spaces, of columns that stand to the right.
    """
    lines = [tuple(head), *[tuple(map(clean, row)) for row in rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = []
    for line in lines:
        cells = [
            cell.rjust(width) if name in right.split() else cell.ljust(width)
            for name, cell, width in zip(head, line, widths, strict=True)
        ]
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)


def clean(text: str) -> str:
    """`text` on one line, without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _short(text: str) -> str:
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def shown_games(rows: Sequence[GameRow]) -> str:
    """The slate."""
    if not rows:
        return "no games"
    head = ("game", "league", "away", "home", "score", "status", "seq", "followers")
    cells = [
        (
            row.game_id,
            row.league,
            row.away,
            row.home,
            f"{row.away_points}-{row.home_points}",
            row.status,
            str(row.seq),
            str(row.followers),
        )
        for row in rows
    ]
    return f"{table(head, cells, 'score seq followers')}\n{_count(len(rows), 'game')}"


def shown_game(view: GameView) -> str:
    """One game."""
    row = view.row
    facts = [
        ("game", f"{row.game_id}  {row.league}  {row.away} at {row.home}"),
        ("score", f"{row.away_points}-{row.home_points}"),
        ("status", row.status),
        ("seq", str(row.seq)),
        ("followers", str(row.followers)),
        *view.facts,
        ("doubts", ", ".join(view.doubts) or "none"),
    ]
    width = max(len(name) for name, _ in facts)
    lines = [f"{name.ljust(width)}  {clean(value)}".rstrip() for name, value in facts]
    return "\n".join([*lines, "", shown_feeds(view.feeds)])


def shown_feeds(rows: Sequence[FeedRow]) -> str:
    """The sources of games."""
    if not rows:
        return "no sources"
    head = ("game", "source", "role", "rank", "believed", "health", "score", "heard", "lag")
    cells = [
        (
            row.game_id,
            row.source,
            row.role or "-",
            "-" if row.rank is None else str(row.rank),
            ",".join(row.believed) or "-",
            row.health or "-",
            "-" if row.away_points is None else f"{row.away_points}-{row.home_points}",
            _seconds(row.heard_s),
            _seconds(row.lag_s),
        )
        for row in rows
    ]
    return table(head, cells, "rank score heard lag")


def shown_sessions(rows: Sequence[SessionRow], top: int) -> str:
    """How many sessions there are, by protocol, and those with the most that waits."""
    protocols = Counter(row.protocol for row in rows)
    parts = [f"{count} {clean(name)}" for name, count in sorted(protocols.items())]
    slow = sum(row.is_slow for row in rows)
    first = f"{_count(len(rows), 'session')}: {', '.join(parts)}; {slow} slow"
    worst = sorted(rows, key=lambda row: (-row.backlog, not row.is_slow, row.session))[:top]
    if not worst:
        return "no sessions" if not rows else first
    head = ("session", "protocol", "who", "peer", "subscriptions", "backlog", "slow")
    cells = [
        (
            str(row.session),
            row.protocol,
            row.who,
            row.peer,
            str(row.subscriptions),
            str(row.backlog),
            "slow" if row.is_slow else "",
        )
        for row in worst
    ]
    return f"{first}\n{table(head, cells, 'session subscriptions backlog')}"


def shown_streams(rows: Sequence[StreamRow], top: int) -> str:
    """Rings: totals, and the largest."""
    if not rows:
        return "no streams"
    kept, size = sum(row.kept for row in rows), sum(row.size for row in rows)
    first = f"{_count(len(rows), 'stream')}: {kept} publications, {size} bytes in encoded form"
    head = ("stream", "kept", "bytes", "followers", "lagging")
    largest = sorted(rows, key=lambda row: (-row.lagging, -row.size, -row.kept, row.name))[:top]
    cells = [
        (row.name, str(row.kept), str(row.size), str(row.followers), str(row.lagging))
        for row in largest
    ]
    return f"{first}\n{table(head, cells, 'kept bytes followers lagging')}"


def shown_held(rows: Sequence[HeldRow]) -> str:
    """What is in quarantine."""
    if not rows:
        return "nothing is held"
    head = ("held", "game", "source", "rule", "age", "problem")
    cells = [
        (row.held, row.game_id, row.source, row.rule, _seconds(row.age_s), _short(row.problem))
        for row in rows
    ]
    return table(head, cells, "age")


def shown_levels(chosen: Sequence[tuple[str, str]]) -> str:
    """Levels of the server's log."""
    rows = [(namespace or "(all others)", level) for namespace, level in chosen]
    return table(("namespace", "level"), rows)


def _seconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.1f}s"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
