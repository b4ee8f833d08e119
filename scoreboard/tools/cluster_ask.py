"""
Short questions to the processes of a cluster.

Rule: who does not answer in time has no answer; nobody waits for a process that hangs. Shell.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any, BinaryIO

#: Seconds for an answer.
PATIENCE_S = 2.0


class Refused(Exception):
    """What Redis has refused."""


def redis(port: int, *words: str) -> Any:
    """
    The answer to one command; None: there was none.

    Raises:
        Refused: it may not be done now.
    """
    sent = b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in (w.encode() for w in words))
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
            line.sendall(b"*%d\r\n%s" % (len(words), sent))
            with line.makefile("rb") as reader:
                return _reply(reader)
    except (OSError, ValueError):
        return None


def _reply(reader: BinaryIO) -> Any:
    line = reader.readline()
    kind, rest = line[:1], line[1:].strip()
    if kind == b"-":
        raise Refused(rest.decode(errors="replace"))
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == b"-1" else reader.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return [_reply(reader) for _ in range(int(rest))]
    if kind != b"+":
        raise ValueError(line)
    return rest


def http_get(port: int, path: str) -> tuple[int, str] | None:
    """Status and body; None: there was no answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        line.close()


def ready(port: int) -> Mapping[str, Any]:
    """What `/readyz` says, whether it is ready or not; empty: nothing."""
    said = http_get(port, "/readyz")
    try:
        found = {} if said is None else json.loads(said[1])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
