"""
Problems: an error as HTTP says it.

Rule: every error has a code for a program, a sentence for a person, and a hint.
Nothing of the request is repeated in it but what the sender may see anyway. Pure.

Source: RFC 9457, problem details for HTTP APIs.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.json_text import write_json
from scoreboard.model.answer import Answer, Outcome

CONTENT_TYPE = b"application/problem+json"

#: code of an answer -> HTTP status; other rejections are 422.
_STATUS = {
    "malformed": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "unknown_game": 404,
    "not_found": 404,
    "method_not_allowed": 405,
    "rev_conflict": 409,
    "sport_change": 409,
    "locked": 423,
    "confirm_required": 409,
    "undo_conflict": 409,
    "key_reused": 422,
    "too_large": 413,
    "unsupported_type": 415,
    "read_only": 421,
    "rate": 429,
    "internal": 500,
    "unavailable": 503,
    "busy": 503,
    "http_version": 505,
}


@attrs.frozen
class Problem:
    """
    An error.

    Attributes:
        code: for a program.
        detail: what is wrong, for a person.
        hint: what to do about it.
        retry_ms: how long to wait before trying again; None: it is not said.
    """

    code: str
    detail: str
    hint: str
    retry_ms: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _STATUS.get(self.code, 422)

    def body(self) -> bytes:
        """The problem document."""
        return write_json(
            {
                "type": f"urn:scoreboard:problem:{self.code}",
                "title": self.code.replace("_", " "),
                "status": self.status,
                "code": self.code,
                "detail": self.detail,
                "hint": self.hint,
                **({} if self.retry_ms is None else {"retry_ms": self.retry_ms}),
            }
        )


def status_of(answer: Answer) -> int:
    """The HTTP status of an answer to one message."""
    if answer.outcome.recorded:
        return 200
    if answer.outcome is Outcome.REJECTED:
        return _STATUS.get(answer.code or "", 422)
    return 202


def too_soon(answer: Answer) -> Problem:
    """A request as a whole is to be sent again later."""
    return Problem(answer.code or "busy", answer.problem or "", answer.hint or "", answer.retry_ms)


def retry_after(retry_ms: int) -> tuple[bytes, bytes]:
    """The header: whole seconds, and not before the time."""
    return b"retry-after", b"%d" % -(-retry_ms // 1000)
