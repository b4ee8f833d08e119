"""A property that is worked out once for each object."""

from __future__ import annotations

from scoreboard.model.once import once


class Sum:
    """Counts how often it is worked out."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
        self.times = 0

    @once
    def total(self) -> int:
        """All together."""
        self.times += 1
        return sum(self.numbers)


def test_it_is_worked_out_when_it_is_asked_for_and_once():
    one, other = Sum(1, 2), Sum(3)
    assert one.times == 0
    assert [one.total, one.total, other.total] == [3, 3, 3]
    assert (one.times, other.times) == (1, 1)


def test_the_class_has_the_property_itself():
    assert isinstance(Sum.total, once)
    assert Sum.total.__doc__ == "All together."
