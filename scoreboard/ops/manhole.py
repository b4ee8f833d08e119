"""
The manhole: a shell for operators over SSH, on loopback.

Rule: it listens on loopback or not at all, and lets in nobody but those whose keys are
listed. Shell.

Importing this installs the reactor, as Twisted's SSH does; so it is imported late.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
from twisted.conch.interfaces import ISession
from twisted.conch.ssh.session import SSHSessionProcessProtocol, wrapProtocol
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint, TCP6ServerEndpoint
from twisted.internet.error import CannotListenError, ProcessTerminated
from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import Protocol
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.model.errors import LocalError
from scoreboard.ops.audit import Audit
from scoreboard.ops.audit_line import Operator
from scoreboard.ops.console import Console, Said
from scoreboard.ops.key_files import authorized, host_key
from scoreboard.ops.log_levels import LogLevels
from scoreboard.ops.ssh import Door, Gate
from scoreboard.ops.terminal import Lines, Prompt, Terminal
from scoreboard.ops.verb import Verb

_GREETING = "help() lists the verbs; the tab key completes. What you type is recorded."


@attrs.frozen
class Place:
    """
    Where the manhole is, and its limits.

    Attributes:
        authorized_keys: file with the keys of operators, in OpenSSH's form.
        host_key: file with the server's own key; made if there is none.
        login_timeout_s: seconds from the connection to the login.
        attempts: logins that may fail over one connection.
        max_sessions: operators at a time.
        idle_s: seconds after which one who does nothing is sent away.
        audit: file of what was typed.
    """

    interface: str
    port: int
    authorized_keys: Path
    host_key: Path
    login_timeout_s: float
    attempts: int
    max_sessions: int
    idle_s: float
    audit: Path


class Manhole:
    """
    Listens from `start` to `stop`.

    Args:
        table: name -> verb.
        levels: are in force while it listens.
        python: names that raw Python sees; None: there is no raw Python.
    """

    _log = Logger()

    def __init__(
        self,
        reactor: Any,
        place: Place,
        table: Mapping[str, Verb],
        levels: LogLevels,
        python: Mapping[str, Any] | None = None,
    ) -> None:
        self._reactor = reactor
        self._place = place
        self._levels = levels
        self._audit = Audit(place.audit, reactor.seconds)
        self._console = Console(table, self._audit, python)
        self._gate: Gate | None = None
        self._port: IListeningPort | None = None

    async def start(self) -> None:
        """
        Listen.

        Raises:
            LocalError: not on loopback, the keys or the audit cannot be used, or it cannot
                listen there.
        """
        place = self._place
        address = _loopback(place.interface)
        self._audit.check()
        authorized(place.authorized_keys)
        self._gate = Gate(self._door(), host_key(place.host_key))
        kind = TCP4ServerEndpoint if address.version == 4 else TCP6ServerEndpoint
        endpoint = kind(self._reactor, place.port, interface=str(address))
        try:
            self._port = await endpoint.listen(self._gate)
        except CannotListenError as why:
            where = f"{place.interface}:{place.port}"
            raise LocalError(f"manhole: cannot listen on {where}: {why.socketError}") from why
        self._levels.start()
        host: Any = self._port.getHost()
        self._log.info("manhole: ssh -p {port} {host}", port=host.port, host=host.host)

    async def stop(self) -> None:
        """Send everybody away and listen no more."""
        if self._port is not None and self._gate is not None:
            await maybeDeferred(self._port.stopListening)
            await self._gate.goodbye("the server stops")
            self._levels.stop()
            self._port = None

    def _door(self) -> Door:
        place = self._place
        return Door(
            reactor=self._reactor,
            audit=self._audit,
            keys=lambda: authorized(place.authorized_keys),
            converse=lambda operator, touch: Conversation(
                self._reactor, self._console, operator, touch
            ),
            login_timeout_s=place.login_timeout_s,
            attempts=place.attempts,
            max_sessions=place.max_sessions,
            idle_s=place.idle_s,
        )


def _loopback(interface: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address. Raises: LocalError: it is not one of loopback."""
    try:
        address = ipaddress.ip_address(interface)
    except ValueError as why:
        raise LocalError(f"manhole.interface: {interface!r} is not an address") from why
    if not address.is_loopback:
        raise LocalError(f"manhole.interface: {interface} is not loopback; use ssh to get here")
    return address


@implementer(ISession)
class Conversation:
    """
    One channel of an operator: a terminal, lines, or one line.

    Args:
        touch: to be called at every sign of the operator.
    """

    def __init__(
        self, reactor: Any, console: Console, operator: Operator, touch: Callable[[], None]
    ) -> None:
        self._reactor = reactor
        self._console = console
        self._operator = operator
        self._touch = touch
        self._has_terminal = False
        self._size = (80, 24)
        self._lines: Lines | None = None
        self._prompt: Prompt | None = None

    def getPty(self, _term: bytes, windowSize: tuple[int, ...], _modes: Any) -> None:
        """The operator sits at a terminal."""
        self._has_terminal = True
        self._size = (windowSize[1], windowSize[0])

    def openShell(self, proto: SSHSessionProcessProtocol) -> None:
        """Line after line."""
        if self._has_terminal:
            terminal = Terminal(self._begin_prompt, proto)
            terminal.makeConnection(proto)
            proto.makeConnection(wrapProtocol(terminal))
            return
        self._lines = lines = self._listen(proto)
        lines.makeConnection(proto)
        proto.makeConnection(wrapProtocol(lines))

    def _begin_prompt(self, proto: SSHSessionProcessProtocol) -> Prompt:
        def ended(status: int) -> None:
            _end(proto, status)

        self._prompt = prompt = Prompt(_GREETING, self._obey, self._complete, ended)
        prompt.width, prompt.height = self._size
        return prompt

    def _listen(self, proto: SSHSessionProcessProtocol) -> Lines:
        def ended(status: int) -> None:
            # The answer to the request for the shell must go before its end.
            self._reactor.callLater(0, _end, proto, status)

        return Lines(self._obey, lambda said: self._tell(proto, said), ended)

    def execCommand(self, proto: SSHSessionProcessProtocol, cmd: bytes) -> None:
        """One line, and its exit status."""
        lines, unread = self._listen(proto), Protocol()
        unread.makeConnection(proto)
        proto.makeConnection(wrapProtocol(unread))

        def run() -> None:
            lines.dataReceived(cmd.rstrip(b"\r\n") + b"\n")
            lines.eof()

        # The answer to the request must go before what it brings.
        self._reactor.callLater(0, run)

    def windowChanged(self, newWindowSize: tuple[int, ...]) -> None:
        """The terminal has another size."""
        if self._prompt is not None:
            self._prompt.terminalSize(newWindowSize[1], newWindowSize[0])

    def eofReceived(self) -> None:
        """The operator says no more."""
        if self._lines is not None:
            self._lines.eof()

    def closed(self) -> None:
        """The channel is gone; what listens was told by its transport."""

    def _complete(self, begun: str) -> Any:
        self._touch()
        return self._console.complete(begun)

    def _obey(self, typed: str) -> Deferred[Said]:
        self._touch()
        obeyed = Deferred.fromCoroutine(self._console.obey(self._operator, typed))
        return obeyed.addBoth(self._done)

    def _done(self, said: Any) -> Any:
        """Whatever became of it, it was a sign of the operator until now."""
        self._touch()
        return said

    def _tell(self, proto: SSHSessionProcessProtocol, said: Said) -> None:
        text = said.text + "\n" if said.text else ""
        if self._has_terminal:
            text = text.replace("\n", "\r\n")
        if said.status:
            proto.errReceived(text.encode())
        else:
            proto.write(text.encode())


def _end(proto: SSHSessionProcessProtocol, status: int) -> None:
    """The channel ends, as a process does."""
    proto.processEnded(Failure(ProcessTerminated(exitCode=status)))
