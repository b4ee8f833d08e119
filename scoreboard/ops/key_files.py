"""
The files with keys: who may come in, and the key that shows operators that it is us.

Rule: a file that others could have written, or a private key that others could have read,
is refused. Shell.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from twisted.conch.ssh.keys import BadKeyError, EncryptedKeyError, Key

from scoreboard.ops.authorized import AuthorizedKey, BadKeys, read_keys

#: More than any list of operators needs; a file that is longer is another one.
_MAX_BYTES = 1024 * 1024

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def authorized(path: Path) -> list[AuthorizedKey]:
    """
    The keys in the file `path`.

    Raises:
        BadKeys: it cannot be read, others may write it, or a line of it is wrong.
    """
    where = f"manhole.authorized_keys: {path}"
    keys = read_keys(_read(path, _OTHERS_WRITE, where).decode("utf-8", "replace"), where)
    for key in keys:
        try:
            Key.fromString(key.blob)
        except (BadKeyError, ValueError) as why:
            raise BadKeys(f"{where}: the key {key.comment or key.kind!r} is damaged") from why
    return keys


def host_key(path: Path) -> Key:
    """
    The server's key in the file `path`; made, if there is no such file.

    Raises:
        BadKeys: it cannot be read or made, others may read it, or it is another kind of key.
    """
    where = f"manhole.host_key: {path}"
    if not path.exists():
        _make(path, where)
    try:
        key: Key = Key.fromString(_read(path, _OTHERS, where))
    except (BadKeyError, EncryptedKeyError, ValueError) as why:
        raise BadKeys(f"{where}: it is not a private key without a passphrase") from why
    if key.sshType() != b"ssh-ed25519" or key.isPublic():
        raise BadKeys(f"{where}: it is not a private ed25519 key")
    return key


def _make(path: Path, where: str) -> None:
    data = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
    )
    # Written beside and put in place when it is whole: a key cut short would be the last one.
    begun = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(file)
        begun.replace(path)
    except OSError as why:
        raise BadKeys(f"{where}: it cannot be made: {why.strerror}") from why


def _read(path: Path, others: int, where: str) -> bytes:
    """The file; `others` is what only its owner may be able to do with it."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(_MAX_BYTES + 1)
    except OSError as why:
        raise BadKeys(f"{where}: {why.strerror}") from why
    if mode & others:
        mend = stat.S_IMODE(mode & ~others)
        raise BadKeys(f"{where}: others may use it (mode {mode:o}); chmod {mend:o}")
    if len(data) > _MAX_BYTES:
        raise BadKeys(f"{where}: it is longer than {_MAX_BYTES} bytes")
    return data
