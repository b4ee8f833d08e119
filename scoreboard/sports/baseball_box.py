"""
The box score of baseball.

Rule: a walk, a batter hit, a sacrifice and an interference are no times at bat. What is
the scorer's judgement and stands in no play (runs batted in, earned runs, errors, runs
charged to a pitcher who has left) is absent; outs are those that a play's result says. Pure.

Source: Official Baseball Rules, rule 9 (9.02, 9.05, 9.07, 9.08).
"""

from __future__ import annotations

from scoreboard.sports.shares import Box, Outline, Share, act, part, resulted, worth

_SACRIFICES = frozenset({"sacrifice_fly", "sacrifice_hit"})


def _at_bat(play: Outline) -> bool:
    return not _SACRIFICES.intersection(play.qualifiers)


def _flied(play: Outline) -> bool:
    return "sacrifice_fly" in play.qualifiers


def _bunted(play: Outline) -> bool:
    return "sacrifice_hit" in play.qualifiers


def _outs(result: str, count: int) -> Share:
    return Share("pitcher", {"p_outs": count}, ours=False, when=resulted(result))


#: Of every play, whatever it is.
_ALWAYS = (
    worth("run_scorer", "r", 1),
    _outs("out", 1),
    _outs("double_play", 2),
    _outs("triple_play", 3),
)


def _plate(*stats: str, pitching: tuple[str, ...] = ()) -> tuple[Share, ...]:
    """The end of a plate appearance."""
    return (
        act("batter", "pa", *stats),
        part("pitcher", "p_bf", *pitching, ours=False),
        *_ALWAYS,
    )


def _hit(*stats: str, pitching: tuple[str, ...] = ()) -> tuple[Share, ...]:
    return _plate("ab", "h", *stats, pitching=("p_h", *pitching))


_BATTED = (
    *_plate(),
    act("batter", "ab", when=_at_bat),
    act("batter", "sf", when=_flied),
    act("batter", "sh", when=_bunted),
)

BOX = Box(
    shares={
        "single": _hit(),
        "double": _hit("2b"),
        "triple": _hit("3b"),
        "home_run": _hit("hr", pitching=("p_hr",)),
        "walk": _plate("bb", pitching=("p_bb",)),
        "intentional_walk": _plate("bb", "ibb", pitching=("p_bb",)),
        "hit_by_pitch": _plate("hbp"),
        "strikeout": _plate("ab", "so", pitching=("p_so",)),
        "interference": _plate(),
        "out": _BATTED,
        "error": _BATTED,
        "fielders_choice": _BATTED,
        "steal": (part("runner", "sb"), *_ALWAYS),
        "caught_stealing": (part("runner", "cs"), *_ALWAYS),
        "wild_pitch": (part("pitcher", "wp", ours=False), *_ALWAYS),
        **dict.fromkeys(
            ("pickoff", "passed_ball", "balk", "defensive_indifference", "advance", "unknown"),
            _ALWAYS,
        ),
    },
    points="r",
    shown={
        "ab": ("h", "bb", "so", "r"),
        "pa": ("ab", "h", "r"),
        "p_bf": ("p_h", "p_bb", "p_so"),
    },
)
