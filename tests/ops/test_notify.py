"""A service manager hears that the server lives only if all of it does."""

from __future__ import annotations

import socket
from pathlib import Path

import attrs
import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from scoreboard.log.interface import LogUnavailable
from scoreboard.ops.notify import Address, Notify


@attrs.define
class Manager:
    """A service manager that listens at `name`."""

    name: str
    line: socket.socket
    clock: Clock = attrs.field(factory=Clock)
    answers: list[Deferred[None]] = attrs.field(factory=list)

    def notify(self, watchdog_s: float = 15.0) -> Notify:
        return Notify(self.clock, Address(self.name, watchdog_s), self.ping, lambda: "5 games")

    def ping(self) -> Deferred[None]:
        return self.answers.pop(0) if self.answers else succeed(None)

    @property
    def heard(self) -> list[str]:
        told = []
        while True:
            try:
                told.append(self.line.recv(4_096).decode())
            except BlockingIOError:
                return told


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    name = str(tmp_path / "notify") if request.param == "path" else f"@scoreboard-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(name if request.param == "path" else "\0" + name[1:])
        line.setblocking(False)
        yield Manager(name, line)


def test_it_is_ready_and_then_lives(manager):
    notify = manager.notify()
    notify.starting()
    assert manager.heard == ["STATUS=reads the log\nEXTEND_TIMEOUT_USEC=30000000"]
    manager.clock.advance(10)
    assert len(manager.heard) == 1
    notify.ready()
    assert manager.heard == ["READY=1\nSTATUS=5 games"]
    manager.clock.pump([7.5, 7.5])
    assert manager.heard == ["WATCHDOG=1\nSTATUS=5 games"] * 2
    notify.stopping()
    assert manager.heard == ["STOPPING=1\nSTATUS=sends its clients away: 5 games"]
    notify.stop()
    manager.clock.advance(60)
    assert manager.heard == []
    assert manager.clock.getDelayedCalls() == []


def test_without_a_watchdog_there_is_only_a_line_now_and_then(manager):
    manager.notify(0).ready()
    manager.clock.pump([5, 5, 5])
    assert manager.heard == ["READY=1\nSTATUS=5 games", "STATUS=5 games"]


def test_a_writer_that_hangs_is_not_alive_until_it_answers(manager):
    hangs: Deferred[None] = Deferred()
    manager.answers.append(hangs)
    manager.notify().ready()
    manager.clock.pump([7.5] * 4)
    assert manager.heard == ["READY=1\nSTATUS=5 games"]
    hangs.callback(None)
    manager.clock.advance(7.5)
    assert manager.heard == ["WATCHDOG=1\nSTATUS=5 games"] * 2


def test_a_loop_that_hangs_is_not_alive(manager):
    manager.notify().ready()
    manager.clock.rightNow += 13
    manager.clock.advance(0)
    assert len(manager.heard) == 1
    manager.clock.advance(7.5)
    assert manager.heard == ["WATCHDOG=1\nSTATUS=5 games"]


def test_a_log_that_is_gone_is_told_and_not_alive(manager):
    events = []
    globalLogPublisher.addObserver(events.append)
    try:
        manager.answers.append(fail(LogUnavailable("closed")))
        manager.notify().ready()
        manager.clock.advance(7.5)
    finally:
        globalLogPublisher.removeObserver(events.append)
    assert [event["log_format"] for event in events] == ["the log does not answer"]
    assert len(manager.heard) == 1


def test_an_answer_after_the_end_is_not_told(manager):
    late: Deferred[None] = Deferred()
    manager.answers.append(late)
    notify = manager.notify()
    notify.ready()
    manager.clock.advance(7.5)
    notify.stop()
    late.callback(None)
    assert len(manager.heard) == 1


def test_without_a_manager_nothing_is_said_or_waited_for():
    clock = Clock()
    notify = Notify(clock, Address(), lambda: succeed(None), str)
    notify.starting()
    notify.ready()
    notify.stopping()
    assert clock.getDelayedCalls() == []


def test_a_manager_that_is_gone_is_no_fault(tmp_path: Path):
    notify = Notify(Clock(), Address(str(tmp_path / "gone")), lambda: succeed(None), str)
    notify.stopping()


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, Address()),
        ({"NOTIFY_SOCKET": "/run/x"}, Address("/run/x")),
        ({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "15000000"}, Address("@x", 15.0)),
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "7"}, Address("", 15.0)),
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "8"}, Address()),
        ({"WATCHDOG_USEC": "soon"}, Address()),
    ],
)
def test_it_is_found_in_the_environment_and_taken_out(environ, address):
    environ["HOME"] = "/"
    assert Address.take(environ, 7) == address
    assert environ == {"HOME": "/"}
