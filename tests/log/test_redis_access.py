"""How Redis is named and reached, without one."""

from __future__ import annotations

import pytest

from scoreboard import wiring_record
from scoreboard.log.redis_access import Address, Login, Tls
from scoreboard.log.redis_confirmed import Confirmed
from scoreboard.log.redis_names import Names, position, rows
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId, side_log
from scoreboard.model.position import Position
from scoreboard.settings.reading import parse

GAME = GameId("gaaaaaaaaaa")


@pytest.mark.parametrize(
    ("text", "host", "port", "shown"),
    [
        ("redis.example", "redis.example", 6379, "redis.example:6379"),
        ("10.0.0.5:7001", "10.0.0.5", 7001, "10.0.0.5:7001"),
        ("[::1]:7001", "::1", 7001, "[::1]:7001"),
        ("[fe80::1]", "fe80::1", 6379, "[fe80::1]:6379"),
    ],
)
def test_an_address_is_a_host_and_a_port(text, host, port, shown):
    address = Address.parse(text)
    assert (address.host, address.port) == (host, port)
    assert shown == str(address)


@pytest.mark.parametrize("text", ["", ":1", "a:", "a:x", "a:0", "a:65536", "[::1", "[::1]x", "::1"])
def test_what_is_no_address_is_said_to_be_none(text):
    with pytest.raises(LocalError, match="is no address"):
        Address.parse(text)


def test_a_login_says_who_and_does_not_show_the_password():
    assert Login().command == ()
    assert Login("", "p").command == ("AUTH", "p")
    assert Login("u", "p").command == ("AUTH", "u", "p")
    assert "secret" not in repr(Login("u", "secret"))


def test_settings_become_access():
    text = """
[log]
provider = "redis"
max_waiting = 7
[log.redis]
addresses = ["a:1", "b:2"]
sentinel = "scores"
username = "u"
password = "p"
tls = true
authorities = "ca.pem"
replicas = 1
"""
    access = wiring_record.redis_access(parse(text, "x").log)
    assert access.addresses == (Address("a", 1), Address("b", 2))
    assert (access.sentinel, access.replicas, access.max_waiting) == ("scores", 1, 7)
    assert access.login == Login("u", "p")
    assert access.tls == Tls("ca.pem")


def test_a_game_and_its_side_logs_have_keys_of_their_own():
    names, side = Names("x:"), side_log(GAME, "arena")
    assert (names.log(GAME), names.log(side)) == (f"x:log:{GAME}", f"x:log:{GAME}~arena")
    assert (names.register(GAME), names.register(side)) == ("x:games", f"x:sides:{GAME}")
    assert names.add(GAME, 7, b"body") == ("XADD", f"x:log:{GAME}", "7-0", b"b", b"body")
    assert names.range(GAME, 7, 10)[2] == "8-0"


def test_a_position_is_what_the_newest_entry_and_the_epoch_say():
    assert position(GAME, [], None) is None
    assert position(GAME, [(b"12-0", [b"b", b"body"])], b"100") == Position(100, 12)
    with pytest.raises(LocalError, match="its epoch is None"):
        position(GAME, [(b"12-0", [b"b", b"body"])], None)


@pytest.mark.parametrize(
    "entry",
    [(b"1-1", [b"b", b""]), (b"1-0", [b"x", b""]), (b"1-0", [b"b", b"", b"c", b""])],
    ids=["id", "field", "fields"],
)
def test_a_stream_entry_that_is_not_ours_is_told(entry):
    with pytest.raises(LocalError, match="was not written by scoreboard"):
        rows([entry])


def test_what_was_confirmed_stays_and_its_loss_is_noticed():
    confirmed = Confirmed()
    assert confirmed.has(GAME, 0)
    confirmed.add(GAME, 5)
    confirmed.add(GAME, 3)
    assert confirmed.has(GAME, 5)
    assert not confirmed.has(GAME, 6)
    assert confirmed.lost(GAME, 5) is None
    assert "is at 4, but entries up to 5" in str(confirmed.lost(GAME, 4))
