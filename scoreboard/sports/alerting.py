"""
When a game is worth an alert: thresholds by sport and by ruleset, as data.

Rule: numbers and names only; what they mean is decided in `projection.alerts`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.play import PlayFacts

_MINUTE = 60_000


@attrs.frozen
class Window:
    """
    When a finish is close.

    Attributes:
        period: from this one on.
        left_ms: with no more than this left of the period; None: at any time in it.
        margin: and a difference of no more than this.
        rearm: a game that was close is no news again before the difference was greater
            than the margin by this.
    """

    period: int
    left_ms: int | None
    margin: int
    rearm: int


@attrs.frozen
class Alerting:
    """
    What of a sport is worth an alert.

    Attributes:
        scores: whether each score is one (not where there are a hundred a game).
        tries: kinds of play whose score stands in the place of the score before it.
        turn_apart_ms: how long after one change of the lead the next is told before the
            last period; 0: every one is.
        exits: kind of play -> subtype (None: any) -> kind of alert.
    """

    scores: bool
    tries: frozenset[str] = frozenset()
    turn_apart_ms: int = 0
    exits: Mapping[str, Mapping[str | None, str]] = attrs.field(factory=dict)

    def exit_of(self, facts: PlayFacts) -> str | None:
        """The alert that somebody's leaving is, None if the play is none."""
        by_subtype = self.exits.get(facts.play_type)
        if by_subtype is None:
            return None
        return by_subtype.get(facts.subtype, by_subtype.get(None))


ALERTING: dict[str, Alerting] = {
    "football": Alerting(scores=True, tries=frozenset({"extra_point", "two_point"})),
    "basketball": Alerting(
        scores=False, turn_apart_ms=5 * _MINUTE, exits={"ejection": {None: "ejection"}}
    ),
    "soccer": Alerting(
        scores=True, exits={"card": {"red": "red_card", "second_yellow": "red_card"}}
    ),
    "hockey": Alerting(scores=True),
    "baseball": Alerting(scores=True),
}

_GRIDIRON = Window(period=4, left_ms=7 * _MINUTE, margin=8, rearm=3)
#: The NBA's own "clutch time"; FIBA plays the same game.
_CLUTCH = Window(period=4, left_ms=5 * _MINUTE, margin=5, rearm=3)
_RINK = Window(period=3, left_ms=5 * _MINUTE, margin=1, rearm=1)
#: From the 80th minute.
_PITCH = Window(period=2, left_ms=10 * _MINUTE, margin=1, rearm=1)

WINDOWS: dict[str, Window] = {
    "nfl": _GRIDIRON,
    "ncaa_football": _GRIDIRON,
    "nba": _CLUTCH,
    "fiba": _CLUTCH,
    "ncaa_mens_basketball": Window(period=2, left_ms=4 * _MINUTE, margin=6, rearm=3),
    "soccer_league": _PITCH,
    "soccer_cup": _PITCH,
    "nhl": _RINK,
    "nhl_playoffs": _RINK,
    "pwhl": _RINK,
    "pwhl_playoffs": _RINK,
    "mlb": Window(period=8, left_ms=None, margin=1, rearm=1),
}

#: The last part of regulation in which a lead of the underdog is worth an alert: a quarter.
UPSET_SHARE = 4
#: A ranking has so many places; who is not in it is unranked.
RANKED = 25
#: So many places lower, somebody is the underdog of who is ranked.
RANKS_APART = 10


@attrs.frozen
class Manner:
    """
    How a kind of alert is told.

    Attributes:
        severity: 1 to 3.
        is_default: whether it is shown to who has said nothing about it.
        lives_s: for how long it is news, seconds.
    """

    severity: int
    is_default: bool
    lives_s: int


#: A score is old news after 2 minutes, a result after an hour (practice of push services).
_SOON, _LATER = 120, 3600

MANNERS: dict[str, Manner] = {
    "correction": Manner(2, True, _LATER),
    "game_start": Manner(2, True, _LATER),
    "score": Manner(2, True, _SOON),
    "first_lead": Manner(1, False, _SOON),
    "lead_change": Manner(2, False, _SOON),
    "tie_late": Manner(2, False, _SOON),
    "close_game": Manner(2, True, _SOON),
    "end_period": Manner(1, False, _SOON),
    "halftime": Manner(1, True, _LATER),
    "overtime": Manner(2, True, _LATER),
    "final": Manner(3, True, _LATER),
    "result_changed": Manner(3, True, _LATER),
    "delay": Manner(2, True, _LATER),
    "suspended": Manner(3, True, _LATER),
    "resumed": Manner(2, True, _LATER),
    "postponed": Manner(3, True, _LATER),
    "cancelled": Manner(3, True, _LATER),
    "abandoned": Manner(3, True, _LATER),
    "forfeited": Manner(3, True, _LATER),
    "upset_watch": Manner(2, True, _SOON),
    "upset": Manner(3, True, _LATER),
    "red_card": Manner(1, False, _SOON),
    "ejection": Manner(1, False, _SOON),
}
