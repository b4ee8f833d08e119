"""
The box score of ice hockey.

Rule: a goal is a shot on goal, a missed or blocked attempt is none; nothing of a shoot-out
counts for a person. Minutes of a penalty and who was on the ice are in no play, so
penalty minutes and plus-minus are absent. Pure.

Source: NHL rule 78 (goals and assists), NHL Official Scorer's instructions.
"""

from __future__ import annotations

from scoreboard.sports.shares import FIRST, Box, Outline, act, part, resulted, scored, worth


def _saved(play: Outline) -> bool:
    # A shot that is told as a goal is the goal's own row told a second time.
    return not play.points and play.result != "goal"


def _past_keeper(play: Outline) -> bool:
    # Some sources name the goalkeeper who had left the net.
    return scored(play) and "empty net" not in play.qualifiers


_SCORER = (
    worth("scorer", "g", 1, when=scored),
    worth("scorer", "pts", 1, when=scored),
    act("scorer", "sog", when=scored),
    part("assist", "a", when=scored),
    worth("assist", "pts", 1, when=scored),
    part("goalkeeper", "sa", "ga", when=_past_keeper, ours=False),
)

BOX = Box(
    shares={
        "goal": _SCORER,
        "penalty_shot": (
            worth("shooter", "g", 1, when=scored),
            worth("shooter", "pts", 1, when=scored),
            act("shooter", "sog", when=scored),
            act("shooter", "sog", when=resulted("saved")),
            part("goalkeeper", "sa", "ga", when=_past_keeper, ours=False),
            part("goalkeeper", "sa", "sv", when=resulted("saved"), ours=False),
        ),
        "shot": (
            act("shooter", "sog", when=_saved),
            part("goalkeeper", "sa", "sv", when=_saved, ours=False),
        ),
        "missed_shot": (act("shooter", "missed"),),
        "blocked_shot": (act("shooter", "blocked"), part("blocker", "blk", ours=False)),
        "hit": (act("hitter", "hits"),),
        "giveaway": (act(FIRST, "giveaways"),),
        "takeaway": (act(FIRST, "takeaways"),),
        "faceoff": (act("faceoff_winner", "fow"), part("faceoff_loser", "fol", ours=False)),
        "penalty": (act("penalized", "pen"),),
    },
    points="g",
    shown={
        "sog": ("g",),
        "fow": ("fol",),
        "fol": ("fow",),
        "sa": ("sv", "ga"),
    },
)
