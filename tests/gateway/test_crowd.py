"""The house is never fuller than it may be, and no address has more than its share of it."""

from __future__ import annotations

import ipaddress

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.gateway.crowd import COURTESY, Crowd, CrowdLimits, Place, key_of
from scoreboard.gateway.pace import ANY, Pace
from scoreboard.gateway.rejected import Reason, Rejected

HOME = CrowdLimits().trusted
PHONE, TABLET = "203.0.113.7", "198.51.100.9"


def crowd(**limits) -> tuple[Crowd, Rejected]:
    rejected = Rejected()
    return Crowd(attrs.evolve(CrowdLimits(), **limits), rejected), rejected


def test_a_full_house_tells_some_to_come_back_and_hangs_up_on_the_others():
    house, rejected = crowd(connections=3)
    places = [house.arrives("", 0.0) for _ in range(3 + COURTESY + 2)]
    assert places == [Place.IN] * 3 + [Place.LATER] * COURTESY + [Place.OUT] * 2
    assert house.connections == 3 + COURTESY
    assert rejected == {Reason.CONNECTIONS: COURTESY + 2}
    for _ in range(COURTESY + 1):
        house.leaves("")
    assert house.arrives("", 0.0) is Place.IN


def test_an_address_has_so_many_connections_and_its_neighbour_as_many():
    house, rejected = crowd(address_connections=2, address_arrivals=ANY)
    for host in (PHONE, TABLET):
        assert [house.arrives(host, 0.0) for _ in range(3)] == [Place.IN, Place.IN, Place.OUT]
    assert rejected == {Reason.ADDRESS_CONNECTIONS: 2}
    house.leaves(PHONE)
    assert house.arrives(PHONE, 0.0) is Place.IN
    assert house.connections == 4


def test_an_address_comes_so_often_and_more_often_later():
    house, rejected = crowd(address_arrivals=Pace.of(1, 3))
    assert [house.arrives(PHONE, 0.0) for _ in range(5)].count(Place.IN) == 3
    assert house.arrives(TABLET, 0.0) is Place.IN
    assert house.arrives(PHONE, 1.0) is Place.IN
    assert house.arrives(PHONE, 1.0) is Place.OUT
    assert rejected == {Reason.ADDRESS_ARRIVALS: 3}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "", "/run"])
def test_who_is_at_home_counts_for_the_house_only(host):
    house, rejected = crowd(
        connections=1_000, address_connections=1, address_arrivals=Pace.of(1, 1)
    )
    assert {house.arrives(host, 0.0) for _ in range(100)} == {Place.IN}
    assert all(house.may_ask(host, 0.0) for _ in range(1_000))
    assert (house.connections, len(house)) == (100, 0)
    house.leaves(host)
    assert house.connections == 99
    assert not rejected


def test_no_limit_for_an_address_is_none():
    house, _ = crowd(address_connections=0, address_arrivals=ANY)
    assert {house.arrives(PHONE, 0.0) for _ in range(1_000)} == {Place.IN}


def test_an_address_asks_so_often_and_who_has_a_token_is_not_counted():
    house, rejected = crowd(requests=Pace.of(2, 4))
    assert all(house.may_ask(PHONE, 0.0, counts=False) for _ in range(100))
    assert sum(house.may_ask(PHONE, 0.0) for _ in range(10)) == 4
    assert not house.may_ask(PHONE, 0.0, counts=False)
    assert house.may_ask(TABLET, 0.0)
    assert house.may_ask(PHONE, 0.5)
    assert rejected == {Reason.REQUEST_RATE: 7}


def test_those_who_come_too_fast_have_to_wait():
    house, _ = crowd(arrivals=Pace.of(10, 5))
    for _ in range(5):
        assert house.wait_s(100.0) == 0.0
        house.arrives("", 100.0)
    assert house.wait_s(100.0) == pytest.approx(0.1)
    house.arrives("", 100.0)
    assert house.wait_s(100.0) == pytest.approx(0.2)
    assert house.wait_s(101.0) == 0.0


def test_who_is_turned_away_is_told_a_longer_time_the_more_they_are():
    house, _ = crowd(connections=0, arrivals=Pace.of(10, 5))
    assert house.retry_ms(0.0, 0.0) == 1_000
    for _ in range(50):
        house.arrives("", 0.0)
    assert house.retry_ms(0.0, 0.0) == pytest.approx(5_000, abs=1)
    assert house.retry_ms(1.0, 0.0) == pytest.approx(10_000, abs=1)
    assert house.retry_ms(0.5, 10.0) == 1_500


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("::cb00:7107:0:0:0:0", "203.0.113.7", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_a_network_of_ipv6_is_one_client(one, other, same):
    assert (key_of(one, HOME) == key_of(other, HOME)) is same


def test_who_is_trusted_is_a_setting():
    assert key_of("127.0.0.1", ()) is not None
    networks = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
    assert key_of("10.1.2.3", networks) is None
    assert key_of("fd12::1", networks) is None
    assert key_of("11.1.2.3", networks) is not None


def test_what_is_known_of_addresses_is_bounded():
    house, _ = crowd(remembered=10)
    for number in range(10_000):
        host = str(ipaddress.ip_address(2**31 + number))
        house.arrives(host, 0.0)
        house.leaves(host)
        house.may_ask(host, 0.0)
    assert len(house) <= 10


def test_who_has_used_up_nothing_is_forgotten():
    house, _ = crowd(address_arrivals=Pace.of(1, 10))
    for number in range(1_000):
        host = str(ipaddress.ip_address(2**31 + number))
        house.arrives(host, float(number))
        house.leaves(host)
    assert len(house) <= 3


hosts = st.sampled_from([PHONE, TABLET, "2001:db8::1", "2001:db8::2", "127.0.0.1", ""])


@given(st.lists(st.tuples(hosts, st.booleans(), st.floats(0, 1)), max_size=200))
def test_its_counts_are_those_of_a_list_of_all(steps):
    house, _ = crowd(connections=20, address_connections=5, address_arrivals=ANY)
    inside: list[str] = []
    now = 0.0
    for host, comes, gap in steps:
        now += gap
        if comes:
            mine = [one for one in inside if key_of(one, HOME) == key_of(host, HOME)]
            place = house.arrives(host, now)
            if len(mine) >= 5 and key_of(host, HOME) is not None:
                assert place is Place.OUT
            elif len(inside) < 20:
                assert place is Place.IN
            if place is not Place.OUT:
                inside.append(host)
        elif host in inside:
            inside.remove(host)
            house.leaves(host)
    assert house.connections == len(inside)
    for host in inside:
        house.leaves(host)
    assert house.connections == 0
    assert not house._open
