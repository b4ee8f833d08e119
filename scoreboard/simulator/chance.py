"""
Chance: draws from one seeded stream.

Rule: this is the only module of the simulator that knows where random numbers come
from, and only `Random.random` is called: it alone gives the same numbers for the same
seed in every version of Python. Pure: the seed is an argument.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws, in the words of a game."""

    def __init__(self, random: Random) -> None:
        self._draw = random.random

    def happens(self, probability: float) -> bool:
        """Whether something that has this probability, 0-1, happens now."""
        return self._draw() < probability

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`, all alike."""
        return low + (high - low) * self._draw()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int((high - low + 1) * self._draw())

    def one_of(self, options: Sequence[T]) -> T:
        """One of `options`, all alike."""
        return options[int(len(options) * self._draw())]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says; weights need not add up to 1."""
        mark = sum(weights.values()) * self._draw()
        for option, weight in weights.items():
            mark -= weight
            if mark < 0:
                return option
        return next(reversed(list(weights)))

    def favoured(self, options: Sequence[T]) -> T:
        """One of `options`, the earlier ones more often: the square of a draw leans to 0."""
        return options[int(len(options) * self._draw() ** 2)]

    def shuffled(self, options: Sequence[T]) -> tuple[T, ...]:
        """All of `options` in another order."""
        left = list(options)
        return tuple(left.pop(int(len(left) * self._draw())) for _ in range(len(options)))

    def bell(self, mean: float, spread: float, low: float, high: float) -> float:
        """A number near `mean` with standard deviation `spread`, held between two ends."""
        # The sum of twelve draws has variance 1: plain sums are alike on every machine.
        drawn = mean + spread * (sum(self._draw() for _ in range(12)) - 6)
        return min(high, max(low, drawn))

    def wait(self, mean: float) -> float:
        """The time to the next of things that come by chance, one every `mean` on average."""
        return -mean * math.log(1 - self._draw())

    def measured(self, quantiles: Sequence[tuple[float, float]]) -> float:
        """
        A number spread as something measured was.

        Args:
            quantiles: (share of the measured values that are not greater, value), from
                share 0 to share 1; straight lines are drawn between them.
        """
        share = self._draw()
        before, low = quantiles[0]
        for upto, high in quantiles[1:]:
            if share <= upto:
                return low + (high - low) * (share - before) / (upto - before)
            before, low = upto, high
        return quantiles[-1][1]


def chance(*names: object) -> Chance:
    """The stream that belongs to these names (a seed, a sport, a number), always the same one."""
    return Chance(Random("/".join(str(name) for name in names)))
