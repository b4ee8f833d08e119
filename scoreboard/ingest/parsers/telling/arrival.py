"""
When a row came, told from the number that its provider gave it.

Rule: a row is late only if its number says so; a row is never said to have come
before the rows that stand in front of it. Pure.

# Note [Numbers and arrival]

NBA feeds give each row the next number when it is made and keep the file in game
order, so a row that was put in afterwards stands among lower numbers with a high one.
Sorting by number would nearly do; but a low number at the end of a file (a number
given in advance) would then come before the first whistle. Therefore: the longest
run of rising numbers is taken to have come where it stands. Of the others, one
with a number above its neighbours came after the last lower number of that run,
and one with a number below them came where it stands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from scoreboard.ingest.parsers.telling.rising import longest_rise


def arrivals(numbers: Sequence[int], orders: Sequence[int]) -> list[float] | None:
    """
    Sort keys of the arrival of rows, in the unit of `orders`.

    Args:
        numbers: what the provider gave each row when it was made, in game order.
        orders: the rows' places in the game, rising.

    Returns:
        One key per row: its own order if it came where it stands; None if all did.
    """
    punctual = longest_rise(numbers, strict=True)
    if len(punctual) == len(numbers):
        return None
    keys: list[float] = [float(order) for order in orders]
    run = [numbers[index] for index in punctual]
    behind: dict[int, list[int]] = {}
    for index in sorted(set(range(len(numbers))).difference(punctual)):
        last_lower = bisect_left(run, numbers[index]) - 1
        if last_lower >= 0 and punctual[last_lower] > index:
            behind.setdefault(punctual[last_lower], []).append(index)
    for anchor, late in behind.items():
        late.sort(key=lambda index: numbers[index])
        for place, index in enumerate(late, start=1):
            # Half a unit of order holds all of them: orders are whole numbers.
            keys[index] = orders[anchor] + 0.5 * place / (len(late) + 1)
    return keys
