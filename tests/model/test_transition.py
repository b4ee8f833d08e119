"""What a state becomes, by its machine's table."""

from __future__ import annotations

from enum import Enum

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.model.transition import following


class Door(Enum):
    OPEN = "open"
    SHUT = "shut"


class Push(Enum):
    IN = "in"


TABLE = {(Door.OPEN, Push.IN): Door.SHUT}


def test_the_table_says_what_follows():
    assert following(TABLE, Door.OPEN, Push.IN) is Door.SHUT


def test_what_the_table_has_not_is_a_fault_of_ours():
    with pytest.raises(LocalError, match="IN in state SHUT"):
        following(TABLE, Door.SHUT, Push.IN)
