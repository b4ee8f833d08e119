"""
Orders for rows between rows whose order is known.

Rule: the order that a row was told with stands; a document that counts its rows anew at
every poll moves no row by that. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from scoreboard.ingest.parsers.telling.rising import longest_rise
from scoreboard.model.play import ORDER_STEP


def placed(known: Sequence[int | None], own: Sequence[int]) -> list[int]:
    """
    An order for every row of a document.

    Args:
        known: the order that each row, in game order, was told with; None if it is new.
        own: the order that the document gives it now, rising.

    Returns:
        Rising orders. A row keeps its known one unless the document has moved it; another
        gets the document's if that lies between its neighbours', else one in between.
    """
    told = [index for index, order in enumerate(known) if order is not None]
    run = longest_rise([known[index] or 0 for index in told])
    orders = list(known)
    for index in set(told).difference(told[place] for place in run):
        orders[index] = None
    found: list[int] = []
    index = 0
    while index < len(orders):
        order = orders[index]
        if order is not None:
            found.append(order)
            index += 1
            continue
        end = index
        while end < len(orders) and orders[end] is None:
            end += 1
        left = found[-1] if found else None
        right = orders[end] if end < len(orders) else None
        found += _between(left, right, own[index:end])
        index = end
    return found


def _between(left: int | None, right: int | None, own: Sequence[int]) -> list[int]:
    """Orders of a run of rows, behind `left` and before `right` where there are such."""
    fits = (left is None or own[0] > left) and (right is None or own[-1] < right)
    if fits:
        return list(own)
    number = len(own)
    if right is None:
        return [(left or 0) + ORDER_STEP * place for place in range(1, number + 1)]
    if left is None:
        return [right - ORDER_STEP * place for place in range(number, 0, -1)]
    # Without room between them two rows share an order; the later one then stands behind.
    return [left + (right - left) * place // (number + 1) for place in range(1, number + 1)]
