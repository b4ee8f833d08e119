"""
One connection to a Redis: commands in, answers out, or the end of it.

Rule: whoever asks gets an answer or a `LogUnavailable` within the seconds it has given; a
connection that was late once is never used again, since what was sent may still be done. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.defer import TimeoutError as TooLate
from twisted.internet.endpoints import (
    HostnameEndpoint,
    TCP4ClientEndpoint,
    TCP6ClientEndpoint,
    wrapClientTLS,
)
from twisted.internet.error import ConnectError, ConnectingCancelledError, DNSLookupError
from twisted.internet.protocol import Factory
from twisted.internet.ssl import (
    Certificate,
    PrivateCertificate,
    optionsForClientTLS,
    trustRootFromCertificates,
)
from twisted.python.failure import Failure

from scoreboard.log.interface import LogUnavailable
from scoreboard.log.redis_access import Address, Tls
from scoreboard.log.redis_names import Command
from scoreboard.model.errors import LocalError


class Refused(LocalError):
    """Redis' own words to a command that it did not do."""


class Connection:
    """
    A connection that is open, until `gone` fires.

    Args:
        protocol: txredisapi's, connected.

    Attributes:
        gone: fires once, when it is closed by whichever side.
        why: it was closed.
    """

    def __init__(self, reactor: Any, address: Address, protocol: Any) -> None:
        self._reactor = reactor
        self.address = address
        self._protocol = protocol
        self.why = "the connection was closed"
        self.gone: Deferred[Any] = protocol.whenDisconnected()

    async def ask(self, commands: Sequence[Command], seconds: float) -> list[Any]:
        """
        The answers to `commands`, one each; what Redis refuses is a `Refused` in its place.

        Raises:
            LogUnavailable: not all answers came. What was sent may be done, now or later.
            CancelledError: whoever asked has given it up; then the connection ends, too.
        """
        from txredisapi import ConnectionError as Lost
        from txredisapi import ResponseError

        late = self._reactor.callLater(seconds, self.abort, f"no answer within {seconds:.1f} s")
        try:
            sent = [self._protocol.execute_command(*command) for command in commands]
            # Errors become values first: an answer nobody waits for must not be reported lost.
            for one in sent:
                one.addErrback(lambda failure: failure.value)
            answers = [self._unless_cancelled(await one) for one in sent]
        except Lost:
            raise LogUnavailable(f"redis {self.address}: {self.why}") from None
        finally:
            if late.active():
                late.cancel()
        for answer in answers:
            if isinstance(answer, Exception) and not isinstance(answer, ResponseError):
                raise LogUnavailable(f"redis {self.address}: {self.why}")
        return [Refused(str(one)) if isinstance(one, ResponseError) else one for one in answers]

    def _unless_cancelled(self, answer: Any) -> Any:
        if isinstance(answer, CancelledError):
            self.abort("who asked has given it up")
            raise answer
        return answer

    def abort(self, why: str) -> None:
        """End it now; everything that was asked fails."""
        if self._protocol.connected:
            self.why = why
            self._protocol.transport.abortConnection()


class _Once(Factory):
    """Makes one protocol, and says nothing of it in the log."""

    noisy = False

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    def buildProtocol(self, _address: Any) -> Any:
        """The protocol."""
        return self._protocol


#: (channel, message) of what somebody has published.
Heard = Callable[[bytes, bytes], None]


async def dial(
    reactor: Any, address: Address, tls: Tls | None, seconds: float, heard: Heard | None = None
) -> Connection:
    """
    A new connection to `address`.

    Args:
        heard: is called with what is published on channels that are subscribed to.

    Raises:
        LogUnavailable: it cannot be reached.
        LocalError: a file of `tls` cannot be read.
        CancelledError: whoever waits for it has given it up.
    """
    endpoint = _endpoint(reactor, address, seconds)
    if tls is not None:
        endpoint = wrapClientTLS(_options(address.host, tls), endpoint)
    protocol = _protocol(heard)
    try:
        # An endpoint's own timeout does not count the time that a name takes.
        await endpoint.connect(_Once(protocol)).addTimeout(seconds, reactor, _late)
    except ConnectingCancelledError:
        # An endpoint has a word of its own for what Deferreds call cancelled.
        raise CancelledError from None
    except (ConnectError, DNSLookupError, TooLate, OSError) as why:
        raise LogUnavailable(f"redis {address} cannot be reached: {_reason(why)}") from why
    protocol.transport.setTcpNoDelay(True)
    return Connection(reactor, address, protocol)


def _late(result: Any, _seconds: float) -> Any:
    """What comes of an attempt that has taken too long."""
    if isinstance(result, Failure):
        raise TooLate
    return result


def _endpoint(reactor: Any, address: Address, seconds: float) -> Any:
    """Without the resolver and its threads where there is nothing to resolve."""
    for is_number, endpoint in (
        (isIPAddress, TCP4ClientEndpoint),
        (isIPv6Address, TCP6ClientEndpoint),
    ):
        if is_number(address.host):
            return endpoint(reactor, address.host, address.port, timeout=seconds)
    return HostnameEndpoint(reactor, address.host, address.port, timeout=seconds)


def _protocol(heard: Heard | None) -> Any:
    """What speaks with Redis; bytes as they are: an entry that looks like a number is not one."""
    # txredisapi imports the reactor.
    from txredisapi import RedisProtocol, SubscriberProtocol

    if heard is None:
        return RedisProtocol(charset=None, convertNumbers=False)
    protocol = SubscriberProtocol(charset=None, convertNumbers=False)
    protocol.messageReceived = lambda _pattern, channel, message: heard(channel, message)
    return protocol


def _reason(why: Exception) -> str:
    if isinstance(why, TooLate):
        return "it does not answer"
    return str(getattr(why, "osError", None) or why) or type(why).__name__


def _options(host: str, tls: Tls) -> Any:
    """What makes TLS of a connection to `host`."""
    try:
        trust = None
        if tls.authorities:
            mark = b"-----BEGIN CERTIFICATE-----"
            parts = [mark + part for part in Path(tls.authorities).read_bytes().split(mark)[1:]]
            trust = trustRootFromCertificates([Certificate.loadPEM(part) for part in parts])
        ours = None
        if tls.certificate:
            pem = Path(tls.certificate).read_bytes() + Path(tls.key or tls.certificate).read_bytes()
            ours = PrivateCertificate.loadPEM(pem)
    except Exception as why:
        raise LocalError(f"TLS to redis: {why}") from why
    return optionsForClientTLS(host, trustRoot=trust, clientCertificate=ours)
