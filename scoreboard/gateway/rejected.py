"""
Why somebody was rejected: one word for each limit.

Rule: these words are all labels that `rejected_total` can have: whatever strangers do, they
are not more. `docs/limits.md` says of each what the limit is and what the client gets. Pure.

Source: security page, 4.2.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum


class Reason(StrEnum):
    """The limit that was met."""

    CONNECTIONS = "connections"  #: L2: the house is full
    ADDRESS_CONNECTIONS = "address_connections"  #: L2: too many from one address
    ADDRESS_ARRIVALS = "address_arrivals"  #: L2: too many came from one address
    ARRIVALS = "arrivals"  #: L3: connections had to wait before they were accepted
    HEAD_BYTES = "head_bytes"  #: L4: the head of a request
    HEAD_FIELDS = "head_fields"  #: L4
    URI = "uri"  #: L4
    HEAD_TIME = "head_time"  #: L4: the head did not come in time
    HELLO_TIME = "hello_time"  #: L5
    MESSAGE_BYTES = "message_bytes"  #: L6
    FRAGMENTS = "fragments"  #: L7
    MESSAGE_TIME = "message_time"  #: L7: a message that was begun and not ended
    PINNED_BYTES = "pinned_bytes"  #: L8: of all unfinished messages
    MESSAGE_RATE = "message_rate"  #: L9
    CONTROL_RATE = "control_rate"  #: L9
    SUBSCRIPTIONS = "subscriptions"  #: L11
    TOPIC_URI = "topic_uri"  #: L12
    TOPICS = "topics"  #: L12: subscriptions to what is not there
    NOT_PLAIN = "not_plain"  #: L13: not the plain JSON model
    SLOW = "slow"  #: L16: took nothing for too long
    ORIGIN = "origin"  #: S8: a page of another origin
    BODY_BYTES = "body_bytes"  #: L20
    BODY_TIME = "body_time"  #: L20
    NO_TOKEN = "no_token"  # noqa: S105 - L20: a body from somebody who may not send one
    STREAMS = "streams"  #: L20: event streams
    REQUEST_RATE = "request_rate"  #: L20: requests from one address
    LOG_LINES = "log_lines"  #: L22: lines that were not written


#: How often somebody was rejected, by `Reason`.
Rejected = Counter[str]
