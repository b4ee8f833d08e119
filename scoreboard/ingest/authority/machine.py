"""
The arbitration of a game's feeds, as a table.

Rule: a mode changes by this table only; a pair that is absent is a LocalError. The diagram
in `docs/arbitration.md` is made from it. Pure.
"""

from __future__ import annotations

from enum import Enum, auto

from scoreboard.model.feed import FeedMode
from scoreboard.model.transition import following


class Input(Enum):
    """What moves the arbitration on. "Best" is the source of the lowest rank."""

    BACKUP_TAKES = auto()  #: SWITCH to another source than the best: the believed one failed
    BEST_TAKES = auto()  #: SWITCH to the best source: the other failed, or it has proved itself
    NOBODY_LEFT = auto()  #: the believed source is down and nobody is eligible
    BEST_BACK = auto()  #: the best source is up for as long as probation asks
    BEST_GONE = auto()  #: the best source failed on probation
    OUTRANKED = auto()  #: a better source than the believed one has appeared
    BEST_BELIEVED = auto()  #: the believed source turns out to be the best one
    LOCKED = auto()  #: an official takes the plays
    EXHAUSTED = auto()  #: one automatic switch too many was due
    CHOSE_BEST = auto()  #: SWITCH by a person, to the best source
    CHOSE_BACKUP = auto()  #: SWITCH by a person, to another one


#: What a person may do, in nearly every mode.
_BY_PERSON: dict[tuple[FeedMode, Input], FeedMode] = {
    **{(mode, Input.CHOSE_BEST): FeedMode.PRIMARY for mode in FeedMode},
    **{(mode, Input.CHOSE_BACKUP): FeedMode.BACKUP for mode in FeedMode},
    **{(mode, Input.LOCKED): FeedMode.MANUAL for mode in FeedMode if mode is not FeedMode.MANUAL},
}

#: (mode, input) -> next mode; a pair that is absent is a LocalError.
TRANSITIONS: dict[tuple[FeedMode, Input], FeedMode] = {
    (FeedMode.PRIMARY, Input.BACKUP_TAKES): FeedMode.BACKUP,
    (FeedMode.PRIMARY, Input.BEST_TAKES): FeedMode.PRIMARY,
    (FeedMode.PRIMARY, Input.NOBODY_LEFT): FeedMode.DARK,
    (FeedMode.PRIMARY, Input.OUTRANKED): FeedMode.BACKUP,
    (FeedMode.PRIMARY, Input.EXHAUSTED): FeedMode.LATCHED,
    (FeedMode.BACKUP, Input.BACKUP_TAKES): FeedMode.BACKUP,
    (FeedMode.BACKUP, Input.BEST_TAKES): FeedMode.PRIMARY,
    (FeedMode.BACKUP, Input.NOBODY_LEFT): FeedMode.DARK,
    (FeedMode.BACKUP, Input.BEST_BACK): FeedMode.PROBATION,
    (FeedMode.BACKUP, Input.BEST_BELIEVED): FeedMode.PRIMARY,
    (FeedMode.BACKUP, Input.EXHAUSTED): FeedMode.LATCHED,
    (FeedMode.PROBATION, Input.BACKUP_TAKES): FeedMode.BACKUP,
    (FeedMode.PROBATION, Input.BEST_TAKES): FeedMode.PRIMARY,
    (FeedMode.PROBATION, Input.NOBODY_LEFT): FeedMode.DARK,
    (FeedMode.PROBATION, Input.BEST_GONE): FeedMode.BACKUP,
    (FeedMode.PROBATION, Input.EXHAUSTED): FeedMode.LATCHED,
    (FeedMode.DARK, Input.BACKUP_TAKES): FeedMode.BACKUP,
    (FeedMode.DARK, Input.BEST_TAKES): FeedMode.PRIMARY,
    (FeedMode.MANUAL, Input.BACKUP_TAKES): FeedMode.BACKUP,
    (FeedMode.MANUAL, Input.BEST_TAKES): FeedMode.PRIMARY,
    **_BY_PERSON,
}


def after(mode: FeedMode, step: Input) -> FeedMode:
    """The mode that `step` leads to. Raises: LocalError: it may not come in `mode`."""
    return following(TRANSITIONS, mode, step)


def diagram() -> str:
    """
    The table as a Mermaid state diagram, in the table's order.

    What a person may do in every mode is one arrow from ANY.
    """
    lines = ["stateDiagram-v2", f"    [*] --> {FeedMode.PRIMARY.name}"]
    lines += [
        f"    {mode.name} --> {then.name}: {step.name.lower()}"
        for (mode, step), then in TRANSITIONS.items()
        if (mode, step) not in _BY_PERSON
    ]
    lines += [
        f"    ANY --> {then.name}: {name.lower()}"
        for name, then in dict.fromkeys((step.name, then) for (_, step), then in _BY_PERSON.items())
    ]
    return "\n".join(lines) + "\n"
