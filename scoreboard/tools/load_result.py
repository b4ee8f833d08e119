"""
The result of a load, in the words of its JSON.

Rule: what went wrong stands beside what went well, and makes the command fail. Pure.
"""

from __future__ import annotations

from typing import Any

from scoreboard.tools.load_crew import State
from scoreboard.tools.load_feed import Sent
from scoreboard.tools.load_order import Counts
from scoreboard.tools.load_plan import Plan
from scoreboard.tools.load_scan import TICK


def expected(plan: Plan, sent: Sent) -> int | None:
    """
    Events that the sessions must get, ticks left out; None if the plan does not say.

    A score that is sent is one event on the topic of the game's score, and others elsewhere.
    """
    for group in plan.groups:
        if set(group.kinds) - {TICK} != {"score"} or group.match != "exact":
            return None
    followers = plan.followers()
    return sum(number * followers[place] for place, number in sent.by_game.items())


def result(
    plan: Plan, seconds: float, joined: State, back: State | None, sent: Sent, end: State
) -> dict[str, Any]:
    """
    Everything about a load.

    Args:
        seconds: of feeding.
        joined: when all sessions were there.
        back: when they were back after they were cut; None if they were not.
        end: what was counted.
    """
    events = sum(counts.events for counts in end.counts)
    due = expected(plan, sent) if back is None else None
    lost = None if due is None else due - events
    whole = Counts()
    for counts in end.counts:
        whole.add(counts)
    groups = {
        f"{group.name}{'/stopped' if stopped else ''}": counts.shape()
        for place, group in enumerate(plan.groups)
        for stopped, counts in enumerate(end.counts[2 * place : 2 * place + 2])
        if counts.events
    }
    return {
        "subprotocol": plan.subprotocol,
        "sessions": {
            "asked": plan.sessions,
            "joined": joined.live,
            "join_seconds": round(joined.seconds, 3),
            "at_the_end": end.live,
            "gone": dict(end.gone),
        },
        "feed": {
            "seconds": seconds,
            "sent": sum(sent.by_game.values()),
            "ticks": sent.ticks,
            "unsent": sent.unsent,
            "refused": sent.refused,
            "astray": sent.astray,
        },
        "expected": due,
        "lost": lost,
        "receivers_busy": round(end.busy, 2),
        **whole.shape(),
        "gaps": end.gaps,
        "repeats": end.repeats,
        "groups": groups,
        "back": None if back is None else _back(back),
        "failing": bool(end.gaps or end.repeats or lost or end.live < plan.sessions),
    }


def _back(back: State) -> dict[str, Any]:
    return {
        "sessions": back.live,
        "seconds": round(back.seconds, 3),
        "bytes": back.synced_bytes,
        "modes": dict(back.modes),
    }
