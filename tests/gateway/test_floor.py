"""Of those who have much to say nobody crowds out the others."""

from __future__ import annotations

from scoreboard.gateway.floor import SHARE, SLICE_S, Floor


class House:
    """A floor, and a time that passes while somebody speaks."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list = []
        self.heard: list[str] = []
        self.floor = Floor(self.calls.append, lambda: self.now)

    def turn(self) -> str:
        """One turn of the reactor; who was heard in it."""
        self.heard.clear()
        calls, self.calls[:] = list(self.calls), []
        for call in calls:
            call()
        return "".join(self.heard)


class Speaker:
    def __init__(self, house: House, name: str, has: int, each_s: float = 0.0) -> None:
        self.house, self.name, self.has, self.each_s = house, name, has, each_s

    def go_on(self, most: int) -> bool:
        self.house.heard.append(self.name)
        self.house.now += self.each_s
        self.has -= most
        return self.has > 0


def test_speakers_are_heard_a_share_each_in_turn():
    house = House()
    for name, has in (("a", 3 * SHARE), ("b", SHARE), ("c", 2 * SHARE)):
        house.floor.ask(Speaker(house, name, has))
    assert len(house.calls) == 1
    assert house.turn() == "abcaca"
    assert house.calls == []
    assert house.floor.turns == 0


def test_all_together_have_a_slice_of_each_turn():
    house = House()
    for name in "abc":
        house.floor.ask(Speaker(house, name, 2 * SHARE, SLICE_S / 2))
    assert [house.turn() for _ in range(4)] == ["ab", "ca", "bc", ""]
    assert house.floor.turns == 2


def test_who_asks_again_keeps_its_place():
    house = House()
    first, second = Speaker(house, "a", 1), Speaker(house, "b", 1)
    for one in (first, second, first):
        house.floor.ask(one)
    assert house.turn() == "ab"
    house.floor.ask(second)
    assert house.turn() == "b"


def test_while_others_wait_one_thing_is_heard_at_once():
    house = House()
    assert house.floor.at_once == SHARE
    house.floor.ask(Speaker(house, "a", 1))
    assert house.floor.at_once == 1
    house.turn()
    assert house.floor.at_once == SHARE
