"""
What is asked of a Redis before anything is entrusted to it.

Rule: a Redis that cannot keep what the log promises is refused with the reason and what to do,
not used and regretted. Shell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoreboard.log.redis_access import Access
from scoreboard.log.redis_connection import Connection, Refused
from scoreboard.log.redis_names import FORMAT, Command, Names
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId

#: A game that is never written: commands on it show whether they are allowed.
_NOBODY = GameId("g0000000000")
#: What a command is answered if it may not be given: the user lacks it, or Redis does.
_FORBIDDEN = ("NOPERM", "ERR unknown command", "unknown command")


class Unfit(LocalError):
    """A Redis that cannot be used as it is; the text says why and what to do."""


async def greet(connection: Connection, access: Access, seconds: float) -> None:
    """
    Log in, and look whether it will do.

    Raises:
        Unfit: it will not.
        LogUnavailable: it does not answer.
    """
    names = Names(access.prefix)
    login: list[Command] = [access.login.command] if access.login.command else []
    answers = await connection.ask(
        [*login, ("ROLE",), ("INFO", "persistence"), ("INFO", "memory"), ("GET", names.format)],
        seconds,
    )
    where = f"redis {connection.address}"
    for answer in answers:
        if isinstance(answer, Refused):
            raise Unfit(f"{where}: {answer}")
    role, persistence, memory, version = answers[-4:]
    if access.is_edge:
        await _greet_replica(connection, access, seconds, version)
        return
    if role[0] != b"master":
        raise Unfit(f"{where} is a {role[0].decode()}, not the primary: it takes no entries")
    _examine(where, _fields(persistence) | _fields(memory))
    if version is None:
        await _permitted(connection, names, access, seconds)
        # It may be refused for a while (no replica); then the next to come says it.
        await connection.ask([("SET", names.format, FORMAT, "NX")], seconds)
        return
    _known(where, names, version)
    await _permitted(connection, names, access, seconds)


async def _greet_replica(
    connection: Connection, access: Access, seconds: float, version: bytes | None
) -> None:
    """What is only read from keeps nothing that could be lost: it must have a log, and show it."""
    names, where = Names(access.prefix), f"redis {connection.address}"
    if version is None:
        raise Unfit(
            f"{where} has no log yet ({names.format} is missing): it must be a replica of the "
            "Redis that the home nodes write to, and one of them must have been started"
        )
    _known(where, names, version)
    commands = _readings(names)
    _demand(connection, access, commands, await connection.ask(commands, seconds))


def _known(where: str, names: Names, version: bytes) -> None:
    if version != FORMAT:
        raise Unfit(
            f"{where}: {names.format} is {version.decode(errors='replace')!r}; this server "
            f"knows {FORMAT.decode()}: the log is of a newer version or another program's"
        )


def _readings(names: Names) -> list[Command]:
    """Every command that reads, of a game that there is not."""
    return [
        names.epoch(_NOBODY),
        names.newest(_NOBODY),
        names.range(_NOBODY, 0, 1),
        ("HKEYS", names.sides(_NOBODY)),
    ]


def _fields(info: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in info.decode(errors="replace").splitlines())
    return {name: value for name, _, value in lines}


def _examine(where: str, info: dict[str, str]) -> None:
    if info.get("aof_enabled") != "1":
        raise Unfit(
            f"{where} keeps no append-only file: what it acknowledges is lost when it stops; "
            "set appendonly yes and appendfsync always"
        )
    policy = info.get("maxmemory_policy", "")
    if info.get("maxmemory", "0") != "0" and policy != "noeviction":
        raise Unfit(
            f"{where} throws entries away when its memory is full (maxmemory-policy {policy}); "
            "set maxmemory-policy noeviction"
        )


async def _permitted(connection: Connection, names: Names, access: Access, seconds: float) -> None:
    """Give every command once, so that none of them is done."""
    queued: list[Command] = [
        names.add(_NOBODY, 1, b""),
        names.create(_NOBODY, 1),
        *_readings(names),
        names.tell(_NOBODY, 1),
        ("SET", names.format, FORMAT, "NX"),
    ]
    around: list[Command] = [("WATCH", names.log(_NOBODY)), ("UNWATCH",), ("WAIT", 0, 1)]
    # What is queued is only looked at; DISCARD forgets it.
    commands: list[Command] = [*around, ("MULTI",), *queued, ("DISCARD",)]
    _demand(connection, access, commands, await connection.ask(commands, seconds))


def _demand(
    connection: Connection, access: Access, commands: list[Command], answers: list[Any]
) -> None:
    """Raises: Unfit: the user may not do one of `commands`."""
    lacking = _refusals(zip(commands, answers, strict=True))
    if lacking:
        user = access.login.username or "default"
        raise Unfit(
            f"redis {connection.address}: user {user!r} may not do {', '.join(lacking)} on "
            f"{access.prefix}*: {_first_refusal(answers)}"
        )


def _refusals(answered: Iterable[tuple[Command, Any]]) -> list[str]:
    return [
        str(command[0])
        for command, answer in answered
        if isinstance(answer, Refused) and str(answer).startswith(_FORBIDDEN)
    ]


def _first_refusal(answers: Iterable[Any]) -> str:
    return next(str(answer) for answer in answers if isinstance(answer, Refused))
