"""
Whether a server takes new clients: what is said of it to balancers.

Rule: a server that takes new clients says 200, any other does not. Pure.

# Note [404 of one that drains]

A balancer that hears 503 cannot tell a server that sends its clients away from one that is broken.
HAProxy can, by `http-check disable-on-404`: to one that answers its check with 404 it sends
nothing new, and leaves those there who are. But 404 also says that there is no such page, which
who checks by hand would believe, and what a server without this page says. So it is said to who
asks for it: `/readyz?draining=404`. A server that does not know the word says 503, and is
taken for dead, as all were before.
"""

from __future__ import annotations

#: Words for where a server is.
READY, DRAINING = "ready", "draining"
#: How who asks has 404 from a server that drains. See Note [404 of one that drains].
PARAMETER, GONE = b"draining", b"404"


def readiness_status(word: str, asked: bytes) -> int:
    """
    The HTTP status of `/readyz`.

    Args:
        word: where the server is.
        asked: value of `PARAMETER`; empty: it was not given.
    """
    if word == READY:
        return 200
    return 404 if word == DRAINING and asked == GONE else 503
