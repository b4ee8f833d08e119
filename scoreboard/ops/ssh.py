"""
SSH as operators may speak it: modern algorithms, public keys, one kind of channel.

Rule: nobody holds a connection who has not logged in within the time for it, and nothing is
served but sessions: no forwarding, no file transfer, no agent, no environment. Shell.

Importing this installs the reactor, as Twisted's SSH does; so it is imported late.

Source: RFC 4252, 4253, 4254, 8308, 8332; security page, S19.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
from twisted.conch.avatar import ConchUser
from twisted.conch.error import IgnoreAuthentication, ValidPublicKey
from twisted.conch.interfaces import ISession
from twisted.conch.ssh import _kex, connection
from twisted.conch.ssh.common import NS, getNS
from twisted.conch.ssh.factory import SSHFactory
from twisted.conch.ssh.keys import BadKeyError, Key
from twisted.conch.ssh.session import SSHSession
from twisted.conch.ssh.transport import (
    DISCONNECT_BY_APPLICATION,
    DISCONNECT_TOO_MANY_CONNECTIONS,
    SSHServerTransport,
)
from twisted.conch.ssh.userauth import SSHUserAuthServer
from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import ISSHPrivateKey
from twisted.cred.error import UnauthorizedLogin
from twisted.cred.portal import IRealm, Portal
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.ops.audit import Audit, Unaudited
from scoreboard.ops.audit_line import Happened, Operator, Record
from scoreboard.ops.authorized import ALGORITHMS, AuthorizedKey, BadKeys, fingerprint

#: Best first; what this installation cannot do is left out. None needs a file of primes.
KEY_EXCHANGES = (
    b"mlkem768x25519-sha256",
    b"curve25519-sha256",
    b"curve25519-sha256@libssh.org",
    b"ecdh-sha2-nistp256",
    b"ecdh-sha2-nistp384",
    b"ecdh-sha2-nistp521",
)
CIPHERS = (b"aes256-ctr", b"aes192-ctr", b"aes128-ctr")
MACS = (b"hmac-sha2-512", b"hmac-sha2-256")

#: Connections that have not logged in yet, at a time; as OpenSSH's MaxStartups.
MAX_STARTING = 10
#: Sessions over one connection, at a time.
MAX_CHANNELS = 4
#: Seconds that a peer has to take the last of what was written.
CLOSE_S = 2.0

#: Names of operators are those of people in corrections: they stand in the log of games.
_USER = re.compile(r"[a-z][0-9a-z_]{0,31}")


@attrs.frozen
class Door:
    """
    Limits and parts that all connections share.

    Attributes:
        keys: reads who may come in.
        converse: the session of an operator, an `ISession`; the second argument is to be
            called at every sign of the operator.
    """

    reactor: Any
    audit: Audit
    keys: Callable[[], list[AuthorizedKey]]
    converse: Callable[[Operator, Callable[[], None]], Any]
    login_timeout_s: float
    attempts: int
    max_sessions: int
    idle_s: float


@implementer(ICredentialsChecker)
class _Checker:
    """Lets in who proves to have an authorized key."""

    credentialInterfaces = (ISSHPrivateKey,)
    _log = Logger()

    def __init__(self, keys: Callable[[], list[AuthorizedKey]]) -> None:
        self._keys = keys

    def requestAvatarId(self, credentials: Any) -> Any:
        """The key. Raises: UnauthorizedLogin, ValidPublicKey: it is, but is not proven."""
        try:
            known = [key for key in self._keys() if key.blob == credentials.blob]
        except BadKeys as why:
            self._log.error("nobody can log in: {why}", why=why)
            raise UnauthorizedLogin("the authorized keys cannot be read") from why
        if not known:
            raise UnauthorizedLogin("the key is not authorized")
        algorithm = credentials.algName
        if algorithm not in ALGORITHMS[known[0].kind]:
            raise UnauthorizedLogin(f"{algorithm.decode('ascii', 'replace')} is not accepted")
        if not _USER.fullmatch(credentials.username.decode("utf-8", "replace")):
            raise UnauthorizedLogin("a user is a letter and up to 31 of 0-9a-z_")
        if not credentials.signature:
            raise ValidPublicKey
        # The library verifies by the name in the signature, whatever was agreed to.
        if getNS(credentials.signature)[0] != algorithm:
            raise UnauthorizedLogin("the signature is of another kind than it says")
        try:
            key = Key.fromString(credentials.blob)
            good = key.verify(credentials.signature, credentials.sigData)
        except (BadKeyError, ValueError, TypeError) as why:
            raise UnauthorizedLogin("the signature is damaged") from why
        if not good:
            raise UnauthorizedLogin("the signature is not of that key")
        return known[0]


@implementer(IRealm)
class _Realm:
    """Operators have no avatar before their connection is known; see `Login`."""

    def requestAvatar(self, avatarId: Any, _mind: object, *interfaces: Any) -> Any:
        """The key as it is."""
        return interfaces[0], avatarId, lambda: None


class Login(SSHUserAuthServer):
    """Public keys only, few attempts; every failure is in the audit."""

    transport: Any
    loginTimeout: Any

    def __init__(self, door: Door) -> None:
        self._door = door
        self.clock = door.reactor
        # The transport's own deadline is earlier: it runs from the connection on.
        self.loginTimeout = door.login_timeout_s + CLOSE_S
        self.attemptsBeforeDisconnect = door.attempts - 1

    def tryAuth(self, kind: bytes, user: bytes, data: bytes) -> Deferred[Any]:
        """One attempt."""
        answer = super().tryAuth(kind, user, data)
        answer.addCallback(self._known, user)
        if kind != b"none":
            answer.addErrback(self._failed, kind, user, data)
        return answer

    def _operator(self, user: bytes, key: str = "", comment: str = "") -> Operator:
        name = user.decode("utf-8", "replace")[:64]
        return Operator(name, key, self.transport.peer, comment)

    def _known(self, found: Any, user: bytes) -> Any:
        interface, key, _ = found
        operator = self._operator(user, fingerprint(key.blob), key.comment)
        transport = self.transport
        if len(transport.factory.inside) >= self._door.max_sessions:
            transport.sendDisconnect(
                DISCONNECT_TOO_MANY_CONNECTIONS,
                b"%d operators are here already" % self._door.max_sessions,
            )
            self._door.audit.login_failed(operator, "too many sessions")
            raise IgnoreAuthentication
        self._door.audit.write(Record(Happened.LOGIN, operator, "ok"))
        transport.enter(operator)
        return interface, _Avatar(self._door, operator, transport.touch), transport.leave

    def _failed(self, failure: Failure, kind: bytes, user: bytes, data: bytes) -> Failure:
        if not failure.check(IgnoreAuthentication):
            why = f"{kind.decode('ascii', 'replace')[:32]}: {failure.getErrorMessage()}"
            operator = self._operator(user, _shown_key(kind, data))
            self._door.audit.login_failed(operator, why)
        if failure.check(Unaudited):
            return Failure(UnauthorizedLogin("the audit cannot be written"))
        return failure


def _shown_key(kind: bytes, data: bytes) -> str:
    """Fingerprint of the key that an attempt shows; "" if it shows none."""
    if kind != b"publickey":
        return ""
    blob_at = 5 + int.from_bytes(data[1:5])
    size = int.from_bytes(data[blob_at : blob_at + 4])
    return fingerprint(data[blob_at + 4 : blob_at + 4 + size])


class _Avatar(ConchUser):
    """What an operator who has logged in may open: sessions, and few of them."""

    def __init__(self, door: Door, operator: Operator, touch: Callable[[], None]) -> None:
        super().__init__()
        self.channelLookup[b"session"] = _Channel
        self._converse = partial(door.converse, operator, touch)

    def __conform__(self, interface: Any) -> Any:
        """Each channel has a session of its own."""
        return self._converse() if interface is ISession else None


class _Connection(connection.SSHConnection):
    """Sessions, few of them, and nothing else; what is refused is not a fault."""

    transport: Any

    def ssh_CHANNEL_OPEN(self, packet: bytes) -> None:
        """The operator wants a channel."""
        kind, rest = getNS(packet)
        if kind == b"session" and len(self.channels) < MAX_CHANNELS:
            super().ssh_CHANNEL_OPEN(packet)
            return
        why = connection.OPEN_ADMINISTRATIVELY_PROHIBITED
        answer = rest[:4] + struct.pack(">L", why) + NS(b"there are only sessions") + NS(b"")
        self.transport.sendPacket(connection.MSG_CHANNEL_OPEN_FAILURE, answer)


class _Channel(SSHSession):
    """A session without subsystems."""

    def request_subsystem(self, data: bytes) -> int:
        """There is none."""
        del data
        return 0


class Transport(SSHServerTransport):
    """
    One connection.

    Attributes:
        peer: address and port.
    """

    factory: Gate
    transport: Any
    avatar: Any
    ourVersionString = b"SSH-2.0-scoreboard"
    supportedKeyExchanges = [  # noqa: RUF012 - the class attributes that Twisted reads
        name for name in KEY_EXCHANGES if name in _kex.getSupportedKeyExchanges()
    ]
    supportedCiphers = list(CIPHERS)  # noqa: RUF012
    supportedMACs = list(MACS)  # noqa: RUF012
    supportedCompressions = [b"none"]  # noqa: RUF012

    peer = ""
    _deadline: IDelayedCall | None = None
    _operator: Operator | None = None

    def connectionMade(self) -> None:
        """The time for the login begins."""
        where = self.transport.getPeer()
        self.peer = f"{where.host}:{where.port}"
        door = self.factory.door
        self.factory.connected(self)
        self._wait(door.login_timeout_s, self._too_late)
        super().connectionMade()

    def dataReceived(self, data: bytes) -> None:
        """Bytes came in; a peer that breaks the protocol loses its connection only."""
        try:
            super().dataReceived(data)
        except Exception:
            self._log.failure("{peer} broke the protocol, or we did", peer=self.peer)
            self.transport.abortConnection()

    def connectionLost(self, reason: Failure | None = None) -> None:
        """It is over."""
        self._stop_waiting()
        super().connectionLost(reason)
        self.factory.gone(self)

    def sendExtInfo(self, extensions: list[tuple[bytes, bytes]]) -> None:
        """Which signatures we accept: of keys of operators, not only of kinds of our own."""
        accepted = b",".join(name for names in ALGORITHMS.values() for name in names)
        others = [one for one in extensions if one[0] != b"server-sig-algs"]
        super().sendExtInfo([*others, (b"server-sig-algs", accepted)])

    def sendDisconnect(self, reason: int, desc: bytes) -> None:
        """Say why, and close; a peer that does not take it is cut off."""
        super().sendDisconnect(reason, desc)
        self._wait(CLOSE_S, self.transport.abortConnection)

    def receiveError(self, reasonCode: int, description: bytes) -> None:
        """The peer says why it closes; that it does is no fault."""
        self._log.debug("{peer} left: {why!r}", peer=self.peer, why=(reasonCode, description))

    def enter(self, operator: Operator) -> None:
        """The operator has logged in."""
        self._operator = operator
        self.factory.inside.add(self)
        self.touch()

    def touch(self) -> None:
        """The operator has done something."""
        if self in self.factory.inside:
            self._wait(self.factory.door.idle_s, self._idle)

    def leave(self, why: str = "closed") -> None:
        """The operator is gone, or sent away."""
        operator, self._operator = self._operator, None
        self.factory.inside.discard(self)
        if operator is not None:
            try:
                self.factory.door.audit.write(Record(Happened.LOGOUT, operator, why))
            except Unaudited:
                self._log.failure("a logout was not recorded")

    def goodbye(self, why: str) -> None:
        """Send the peer away; one that is about to leave has the time to do so."""
        channels = None if self._operator is None else self.avatar.conn.channels
        self.leave(why)
        if channels is not None and all(one.localClosed for one in channels.values()):
            self._wait(CLOSE_S, self.transport.abortConnection)
            return
        self.sendDisconnect(DISCONNECT_BY_APPLICATION, why.encode())

    def _too_late(self) -> None:
        door = self.factory.door
        nobody = Operator("", "", self.peer)
        door.audit.login_failed(nobody, f"no login within {door.login_timeout_s:g} s")
        self.sendDisconnect(DISCONNECT_BY_APPLICATION, b"the login took too long")

    def _idle(self) -> None:
        self.goodbye(f"idle for {self.factory.door.idle_s:g} s")

    def _wait(self, seconds: float, then: Callable[[], object]) -> None:
        self._stop_waiting()
        if self in self.factory.connections:
            self._deadline = self.factory.door.reactor.callLater(seconds, self._over, then)

    def _over(self, then: Callable[[], object]) -> None:
        self._deadline = None
        then()

    def _stop_waiting(self) -> None:
        deadline, self._deadline = self._deadline, None
        if deadline is not None:
            deadline.cancel()


class Gate(SSHFactory):
    """
    Makes connections.

    Args:
        host_key: private, ed25519.
        emptied: called when the last connection is gone.

    Attributes:
        connections: all of them.
        inside: those of operators who have logged in.
    """

    protocol = Transport
    noisy = False
    # None are needed; see KEY_EXCHANGES.
    primes = None

    def __init__(self, door: Door, host_key: Key) -> None:
        self.door = door
        self.portal = Portal(_Realm(), [_Checker(door.keys)])
        self.privateKeys = {host_key.sshType(): host_key}
        self.publicKeys = {host_key.sshType(): host_key.public()}
        self.connections: set[Transport] = set()
        self.inside: set[Transport] = set()
        self._emptied: list[Deferred[None]] = []

    def buildProtocol(self, addr: Any) -> Any:
        """A connection; None, which closes it, if too many have not logged in yet."""
        if len(self.connections) - len(self.inside) >= MAX_STARTING:
            return None
        supported = Transport.supportedKeyExchanges
        made = super().buildProtocol(addr)
        made.supportedKeyExchanges = list(supported)
        return made

    def getService(self, transport: Any, service: bytes) -> Any:
        """What makes a service; None: there is none of that name, or not before the login."""
        if service == b"ssh-userauth" and not hasattr(transport, "avatar"):
            return partial(Login, self.door)
        if service == b"ssh-connection" and hasattr(transport, "avatar"):
            return _Connection
        return None

    def connected(self, transport: Transport) -> None:
        """There is one more."""
        self.connections.add(transport)

    def gone(self, transport: Transport) -> None:
        """There is one less."""
        self.connections.discard(transport)
        self.inside.discard(transport)
        if not self.connections:
            waiting, self._emptied = self._emptied, []
            for one in waiting:
                one.callback(None)

    def goodbye(self, why: str) -> Deferred[None]:
        """Send everybody away; fires when they are gone."""
        emptied: Deferred[None] = Deferred()
        self._emptied.append(emptied)
        for transport in list(self.connections):
            transport.goodbye(why)
        if not self.connections and self._emptied:
            self._emptied.remove(emptied)
            emptied.callback(None)
        return emptied
