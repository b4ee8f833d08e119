"""
Calls: what a session has asked and was not answered yet.

Rule: every call is answered once, with a RESULT or an ERROR, and a RESULT is written after
everything that was published before it. Pure.

Source: WAMP basic profile, remote procedure calls; advanced profile, call canceling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoreboard.gateway.encoded import Piece
from scoreboard.gateway.messages import (
    Code,
    Message,
    ProtocolViolation,
    dict_at,
    error,
    id_at,
    is_uri,
    list_at,
    text_at,
)
from scoreboard.gateway.port import Port
from scoreboard.gateway.realm import Caller, CallError, Procedure, Realm, Reply


class Calls:
    """
    The calls of one session.

    A call is *running* until its procedure is done, and *waiting* until it was answered;
    one that was canceled is running only, and still counts.

    Args:
        procedures: by URI.
    """

    def __init__(self, realm: Realm, procedures: Mapping[str, Procedure], port: Port) -> None:
        self._realm = realm
        self._procedures = procedures
        self._port = port
        self._running: set[int] = set()
        self._waiting: set[int] = set()

    def call(self, message: Message, caller: Caller) -> None:
        """CALL: [48, request, options, procedure, args, kwargs]."""
        request, uri = id_at(message, 1), text_at(message, 3)
        args, kwargs = list_at(message, 4), dict_at(message, 5)
        dict_at(message, 2)
        if request in self._running:
            raise ProtocolViolation(f"call {request} is not answered yet")
        procedure = self._procedures.get(uri)
        most = self._realm.limits.max_calls
        if procedure is None:
            wrong = "wamp.error.no_such_procedure" if is_uri(uri) else "wamp.error.invalid_uri"
            self._port.send(self._realm.refusal(message, wrong, "there is no such procedure"))
        elif len(self._running) >= most:
            wrong, why = "scoreboard.error.too_many_calls", f"at most {most} calls at a time"
            self._port.send(self._realm.refusal(message, wrong, why))
        else:
            self._running.add(request)
            self._waiting.add(request)
            self._port.invoke(request, procedure, caller, args, kwargs)

    def cancel(self, message: Message) -> None:
        """
        CANCEL: [49, request, options]; of an answered call it means nothing.

        The procedure goes on (mode "skip"): what has begun to be recorded is recorded.
        """
        request = id_at(message, 1)
        if request in self._waiting:
            self._answer(request, CallError("wamp.error.canceled", "you canceled it"))

    def returned(self, request: int, value: Any) -> None:
        """A procedure has answered. Raises: ValueError, TypeError: with no plain value."""
        if request in self._waiting:
            self._realm.hub.flush_member(self._port)
            reply = _reply(value)
            message: Message = [int(Code.RESULT), request, {}, reply.args]
            if reply.kwargs:  # a piece is never empty
                message.append(reply.kwargs)
            self._port.send(message)
        self._running.discard(request)
        self._waiting.discard(request)

    def failed(self, request: int, fault: CallError) -> None:
        """A procedure has refused or failed."""
        self._running.discard(request)
        if request in self._waiting:
            self._answer(request, fault)

    def drop(self) -> None:
        """Nobody waits for an answer any more."""
        self._waiting.clear()

    def _answer(self, request: int, fault: CallError) -> None:
        self._waiting.discard(request)
        self._port.send(error(Code.CALL, request, fault.uri, list(fault.args), fault.kwargs))


def _reply(value: Any) -> Reply:
    if isinstance(value, Reply):
        return value
    return Reply([], value) if isinstance(value, dict | Piece) else Reply([value])
