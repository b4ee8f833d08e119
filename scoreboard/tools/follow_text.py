"""
A game in words: clock, status, situation and plays, as a board in a terminal writes them.

Rule: says what was told and guesses nothing; what is not known is left out. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from scoreboard.client.board import GameView
from scoreboard.client.views import PlayView, SituationView, StatusView
from scoreboard.codec.text import clock_text
from scoreboard.model.clock import Direction
from scoreboard.model.play import PlayState
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.side import Score
from scoreboard.model.status import State
from scoreboard.sports.registry import RULESETS
from scoreboard.tools.styled import joined

_MINUTE_MS = 60_000

#: Statuses whose own name says less than this.
_STATUSES = {
    "in_progress": "",
    "halftime": "Halftime",
    "shootout": "Shoot-out",
    "final": "Final",
    "official": "Final",
    "tbd": "time to be set",
    "if_necessary": "if necessary",
    "pregame": "Pregame",
}

_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th"}


def ruleset_of(view: GameView) -> Ruleset | None:
    """The game's ruleset; None if it is not known here or was not told yet."""
    return None if view.meta is None else RULESETS.get(view.meta.value.ruleset)


def league_name(code: str) -> str:
    """A league's code as a heading: "nba_" is NBA."""
    return code.strip("_").replace("_", " ").upper() or "?"


def period_name(view: GameView, index: int) -> str:
    """How a period is called; its number if the ruleset is not known."""
    rules = ruleset_of(view)
    return str(index) if rules is None else rules.label(index)


def game_clock(view: GameView, value_ms: int | None, period_index: int) -> str:
    """
    A value of the game clock as it is written in its sport; empty if unknown.

    In soccer the minutes of earlier periods are added, as everybody there reads them.
    """
    rules = ruleset_of(view)
    if value_ms is None:
        return ""
    if rules is None:
        return clock_text(value_ms)
    if rules.direction is Direction.NONE:
        return ""
    length = rules.length_ms(period_index)
    if rules.stoppage_ms and length:
        before = sum(rules.length_ms(index) for index in range(1, period_index))
        if value_ms > length:
            return f"{(before + length) // _MINUTE_MS}+{clock_text(value_ms - length)}"
        return clock_text(before + value_ms)
    if rules.tenths and value_ms < _MINUTE_MS:
        return f"{value_ms // 1000}.{value_ms % 1000 // 100}"
    return clock_text(value_ms)


def clock_now(view: GameView, now_s: float) -> str:
    """What the clock of this period shows at `now_s`; empty if unknown."""
    standing, clock = view.standing, view.clock
    index = standing.period_index if standing is not None else 1
    if clock is not None and clock.value.period_index != index:
        # The last reading of the period before; a new period is told before its clock.
        return ""
    return game_clock(view, view.clock_ms(now_s), index)


def status_text(view: GameView, now_s: float, zone: tzinfo) -> str:
    """
    Where the game stands, in a few words: "Q3 8:31", "Halftime", "Final/OT", "Sun 19:05".

    Args:
        now_s: for the clock; the last moment of a connection that is gone, since a clock
            that nobody reports stands.
    """
    standing = view.standing
    if standing is None:
        return ""
    if standing.state is State.PRE:
        return joined([_status(standing), _start(view, zone)], " ")
    if standing.state is State.POST:
        extra = standing.decided_in
        tail = f"/{extra}" if extra and extra not in ("REG", "F") else ""
        return joined([_status(standing) + tail, standing.reason or ""], ": ")
    if standing.status == "end_period":
        return f"End {standing.period_label}".strip()
    if standing.status == "in_progress":
        return joined([standing.period_label, clock_now(view, now_s)], " ")
    if standing.status in ("halftime", "shootout"):
        return _status(standing)
    return joined([joined([_status(standing), standing.reason or ""], ": "), standing.period_label])


def play_time(view: GameView, play: PlayView) -> str:
    """Period and clock of a play."""
    clock = game_clock(view, play.clock_ms, play.period_index)
    return joined([period_name(view, play.period_index), clock], " ")


def _status(standing: StatusView) -> str:
    if standing.status == "scheduled":
        return ""
    return _STATUSES.get(standing.status, standing.status.replace("_", " ").capitalize())


def _start(view: GameView, zone: tzinfo) -> str:
    if view.start_ms is None:
        return ""
    return f"{datetime.fromtimestamp(view.start_ms / 1000, UTC).astimezone(zone):%a %H:%M}"


def abbrev_of(view: GameView, team_id: str | None) -> str:
    """The abbreviation of a team; empty if it is neither."""
    return next((team.abbrev for team in view.teams if team.team_id == team_id), "")


def situation_text(view: GameView) -> str:
    """Ball, down and distance, count and bases, strength; empty while the game is not on."""
    if view.situation is None or view.state is not State.IN:
        return ""
    told = view.situation.value
    ball = abbrev_of(view, told.possession)
    down = ""
    if told.down is not None:
        down = _ORDINALS.get(told.down, str(told.down))
        down += f" & {told.distance}" if told.distance is not None else ""
    strength = told.strength or ""
    return joined(
        [
            f"{ball} ball" if ball and not down else ball,
            down,
            f"at {told.yard_line}" if told.yard_line else "",
            _at_bat(told),
            strength if strength not in ("5v5", "") else "",
        ],
        " ",
    )


def _at_bat(told: SituationView) -> str:
    """Half, outs, count and bases of baseball."""
    half = {"top": "▲", "bottom": "▼"}.get(told.half or "", "")
    outs = "" if told.outs is None else f"{told.outs} out"
    count = "" if told.balls is None or told.strikes is None else f"{told.balls}-{told.strikes}"
    on = [name for name, held in zip(("1st", "2nd", "3rd"), told.bases, strict=False) if held]
    return joined([half, count, outs, f"on {' & '.join(on)}" if on else ""], " ")


def score_text(score: Score | None) -> str:
    """Visitors first, as every board here writes it."""
    return "" if score is None else f"{score.away}-{score.home}"


def play_text(play: PlayView) -> str:
    """What happened, in the source's words or else in ours."""
    if play.text:
        return play.text
    what = joined([play.play_type.replace("_", " "), play.result or ""], " ")
    return joined([what, ", ".join(play.people), f"+{play.points}" if play.points else ""], " ")


def play_mark(view: GameView, play: PlayView) -> str:
    """What became of a play that was corrected, and why; empty if it stands as first told."""
    marks = {
        PlayState.VOIDED: "taken back",
        PlayState.OVERTURNED: "overturned",
        PlayState.UNDER_REVIEW: "under review",
    }
    mark = marks.get(play.state, "corrected" if play.rev else "")
    return joined([mark, view.why(play) or ""], ": ") if mark else ""
