"""A site like the server's, with limits that a test can meet."""

from __future__ import annotations

from collections import Counter

from twisted.internet.task import Clock
from twisted.web.resource import IResource
from twisted.web.server import Site

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.crowd import Crowd, CrowdLimits
from scoreboard.gateway.http import make_site
from scoreboard.gateway.http_channel import HttpTimes
from scoreboard.gateway.rejected import Rejected
from scoreboard.gateway.request import Doorkeeping
from scoreboard.gateway.upgrade import HeadLimits

TOKEN = "secret"

TIMES = HttpTimes(head_s=5.0, body_s=30.0, idle_s=10.0)
HEAD = HeadLimits(octets=1_000, fields=10, uri=100)
MAX_BODY = 200


def small_site(
    clock: Clock,
    beats: Beats,
    root: IResource,
    limits: CrowdLimits | None = None,
    rejected: Rejected | None = None,
) -> Site:
    """It knows one token."""
    rejected = Rejected() if rejected is None else rejected
    crowd = Crowd(limits or CrowdLimits(), rejected)
    keeping = Doorkeeping(
        max_body=MAX_BODY,
        crowd=crowd,
        refused=Counter(),
        knows=lambda token: token == TOKEN,
        seconds=clock.seconds,
    )
    return make_site(clock, root, keeping, beats, TIMES, HEAD, rejected)
