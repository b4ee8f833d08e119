"""
Keys of operators: the lines of an OpenSSH `authorized_keys` file.

Rule: what a line asks for and we cannot do (options, other kinds of keys) is an error that
names the line, never ignored: a restriction that is not kept is none. Pure.

Source: sshd(8), AUTHORIZED_KEYS FILE FORMAT; RFC 4253, 6.6; RFC 8332; RFC 8709.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

import attrs

from scoreboard.model.errors import LocalError

#: Kind of key -> the signature algorithms that are accepted of it; SHA-1 is not one.
ALGORITHMS: dict[bytes, tuple[bytes, ...]] = {
    b"ssh-ed25519": (b"ssh-ed25519",),
    b"ecdsa-sha2-nistp256": (b"ecdsa-sha2-nistp256",),
    b"ecdsa-sha2-nistp384": (b"ecdsa-sha2-nistp384",),
    b"ecdsa-sha2-nistp521": (b"ecdsa-sha2-nistp521",),
    b"ssh-rsa": (b"rsa-sha2-512", b"rsa-sha2-256"),
}

#: Bits of an RSA key at least (NIST SP 800-131A).
MIN_RSA_BITS = 2048


@attrs.frozen
class AuthorizedKey:
    """
    Somebody who may come in.

    Attributes:
        kind: as the file says it.
        blob: the public key, RFC 4253's encoding.
        comment: whose it is, as the file says it.
    """

    kind: bytes
    blob: bytes
    comment: str


class BadKeys(LocalError):
    """A file of keys that cannot be used; the text names the line."""


def fingerprint(blob: bytes) -> str:
    """As `ssh-keygen -l` shows it."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    return "SHA256:" + digest.rstrip("=")


def read_keys(text: str, origin: str) -> list[AuthorizedKey]:
    """
    The keys in `text`, at least one.

    Args:
        origin: name of the file, for errors.

    Raises:
        BadKeys: a line is not the kind, the key and perhaps a comment; or there is none.
    """
    found = [
        _key(line, f"{origin}: line {number}")
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not found:
        raise BadKeys(f"{origin}: there is no key in it")
    return found


def _key(line: str, where: str) -> AuthorizedKey:
    kind, _, rest = line.strip().partition(" ")
    if kind.encode() not in ALGORITHMS:
        raise BadKeys(f"{where}: begins with {kind!r}, not with one of {_kinds()}")
    encoded, _, comment = rest.strip().partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except binascii.Error as why:
        raise BadKeys(f"{where}: the key is not base64") from why
    fields = _fields(blob)
    if not fields or fields[0] != kind.encode():
        raise BadKeys(f"{where}: the key is not one of kind {kind}")
    if fields[0] == b"ssh-rsa" and int.from_bytes(fields[-1]).bit_length() < MIN_RSA_BITS:
        raise BadKeys(f"{where}: an RSA key needs {MIN_RSA_BITS} bits")
    return AuthorizedKey(fields[0], blob, comment.strip())


def _kinds() -> str:
    return ", ".join(kind.decode() for kind in ALGORITHMS)


def _fields(blob: bytes) -> list[bytes]:
    """The strings that `blob` is made of (RFC 4251, 5); empty if it is not."""
    fields = []
    while blob:
        size = int.from_bytes(blob[:4])
        if len(blob) < 4 + size:
            return []
        fields.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return fields
