"""
Polling a document: what each HTTP outcome means, and how long to wait after it.

Rule: a host is never asked again before the time that it asked for, and a host that fails
is asked ever less often; what cannot be used changes nothing but the wait. Pure.

Source: RFC 9110, 10.2.3 (Retry-After), 13.1 (conditional requests), 15 (status codes).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import Enum

import attrs

#: Longest wait after failures, seconds, unless the interval is longer or the host asks for more.
CAP_S = 60.0
#: A host that asks to wait longer than this is asked again after this, seconds.
MOST_S = 3600.0
#: Doubling ends here: 2**16 intervals are over any cap.
_MOST_DOUBLINGS = 16
#: The interval is spread by this share, so that many polls do not fall together.
_JITTER = 0.2


class Meaning(Enum):
    """What an HTTP answer means for the poll."""

    DOCUMENT = "document"  #: here it is
    SAME = "same"  #: what was fetched last still stands
    NOTHING_YET = "nothing yet"  #: there is no document now; it may come
    LATER = "later"  #: the host is busy; it may say how long
    REFUSED = "refused"  #: the request is wrong or not allowed, and would be again


#: HTTP status -> meaning; what is absent goes by its class, see `meaning`.
MEANINGS = {
    200: Meaning.DOCUMENT,
    204: Meaning.NOTHING_YET,
    304: Meaning.SAME,
    404: Meaning.NOTHING_YET,
    408: Meaning.LATER,
    410: Meaning.NOTHING_YET,
    423: Meaning.LATER,
    425: Meaning.LATER,
    429: Meaning.LATER,
}


def meaning(status: int) -> Meaning:
    """What `status` means; an unknown status is the server's trouble from 500, else a refusal."""
    known = MEANINGS.get(status)
    if known is not None:
        return known
    return Meaning.LATER if status >= 500 else Meaning.REFUSED


@attrs.frozen
class Validators:
    """What the host said by which it can tell whether its document has changed."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """The headers of a conditional request; none at the first."""
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in found.items() if value}


def validators(headers: Mapping[str, str]) -> Validators:
    """
    What an answer says.

    Args:
        headers: by lower-case name.
    """
    return Validators(headers.get("etag", ""), headers.get("last-modified", ""))


def retry_after_s(text: str | None, now_s: float) -> float | None:
    """
    Seconds that a Retry-After asks to wait.

    Args:
        text: the header, seconds or a date; None: there is none.
        now_s: seconds UTC.

    Returns:
        0 to `MOST_S`; None if nothing is asked, or nothing that can be read.
    """
    if text is None:
        return None
    words = text.strip()
    if words.isascii() and words.isdecimal():
        # int() refuses thousands of digits; whoever sends so many means long.
        return MOST_S if len(words) > len(str(int(MOST_S))) else min(MOST_S, float(int(words)))
    try:
        when = parsedate_to_datetime(words)
    except ValueError:
        return None
    # A date without a zone is taken as what HTTP dates are.
    return min(MOST_S, max(0.0, when.replace(tzinfo=when.tzinfo or UTC).timestamp() - now_s))


@attrs.frozen
class Rhythm:
    """
    When a document is fetched again.

    Attributes:
        interval_s: between two polls that go well, seconds.
        failures: in a row.
        asked_s: what the host asked to wait the last time, seconds; None: nothing.
    """

    interval_s: float
    failures: int = 0
    asked_s: float | None = None

    def good(self, interval_s: float) -> Rhythm:
        """After a poll that went well; the next is after `interval_s`."""
        return Rhythm(interval_s)

    def bad(self, asked_s: float | None = None) -> Rhythm:
        """After a poll that did not go well; `asked_s` is what the host asks to wait."""
        return attrs.evolve(self, failures=self.failures + 1, asked_s=asked_s)

    def wait_s(self, chance: float) -> float:
        """
        Seconds to wait now.

        Args:
            chance: a random number, 0 or more and below 1.
        """
        if not self.failures:
            return self.interval_s * (1 - _JITTER / 2 + _JITTER * chance)
        doublings = min(self.failures, _MOST_DOUBLINGS)
        ceiling = min(max(CAP_S, self.interval_s), self.interval_s * float(1 << doublings))
        # Never below half the interval: a host in trouble is not asked more often than before.
        floor = max(self.interval_s / 2, self.asked_s or 0.0)
        return floor + chance * max(0.0, ceiling - self.interval_s / 2)
