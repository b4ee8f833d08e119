"""
The longest run of numbers that never fall: what is in order in a list that is not.

Rule: one number that is far off costs itself and nothing else, which a running
maximum cannot say. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def longest_rise(values: Sequence[float], *, strict: bool = False) -> list[int]:
    """
    Indices of a longest run of `values` that never falls (patience sorting).

    Args:
        strict: it must rise at every step; otherwise equal neighbours are in order too.
    """
    find = bisect_left if strict else bisect_right
    tails: list[float] = []
    ends: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        pile = find(tails, value)
        before.append(ends[pile - 1] if pile else -1)
        tails[pile : pile + 1] = [value]
        ends[pile : pile + 1] = [index]
    run = []
    index = ends[-1] if ends else -1
    while index >= 0:
        run.append(index)
        index = before[index]
    return run[::-1]
