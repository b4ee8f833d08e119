"""`twistd scoreboard`: tells Twisted where the server is."""

from __future__ import annotations

from twisted.application.service import ServiceMaker

scoreboard = ServiceMaker(
    "scoreboard",
    "scoreboard.service",
    "A live sports score server: official feeds in, gap-free fan-out to every follower",
    "scoreboard",
)
