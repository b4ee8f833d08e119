"""
The pages for those who watch the server: on a listener of their own.

Rule: nothing here is for the public: the listener is on loopback, or on a net that only
operators reach. A page is made when it is asked for, on the reactor's thread, so that what
is counted does not change meanwhile. Shell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from twisted.web import http
from twisted.web.resource import IResource
from twisted.web.server import Request, Site
from zope.interface import implementer

from scoreboard.model.readiness import PARAMETER, readiness_status
from scoreboard.ops.exposition import Reading, Readings
from scoreboard.ops.health import Health


def registry(read: Callable[[], Reading]) -> CollectorRegistry:
    """What `/metrics` shows: ours, the process's and Python's."""
    made = CollectorRegistry()
    made.register(Readings(read))
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    GCCollector(registry=made)
    return made


@implementer(IResource)
class Pages:
    """
    `/metrics`, `/healthz`, `/readyz`.

    Args:
        read: the counters as they are.
        health: whether the server is ready.
        alive: what `/healthz` tells besides that it can be told.
        standing: what `/readyz` tells besides.
    """

    isLeaf = True

    def __init__(
        self,
        read: Callable[[], Reading],
        health: Health,
        alive: Callable[[], Mapping[str, Any]],
        standing: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self._registry = registry(read)
        self._health = health
        self._alive = alive
        self._standing = standing

    def getChildWithDefault(self, name: bytes, request: Request) -> IResource:
        """Not asked: a leaf answers for all that is below it."""
        del name, request
        return self

    def putChild(self, path: bytes, child: IResource) -> None:
        """Not possible: the tree is fixed."""
        raise NotImplementedError

    def render(self, request: Request) -> bytes:
        """The page, or that there is none."""
        if request.method not in (b"GET", b"HEAD"):
            request.setHeader(b"allow", b"GET, HEAD")
            return self._plain(request, http.NOT_ALLOWED, "GET it")
        match request.path:
            case b"/metrics":
                accept = request.getHeader(b"accept") or b""
                encode, content_type = choose_encoder(accept.decode("latin-1"))
                request.setHeader(b"content-type", content_type.encode())
                return encode(self._registry)
            case b"/healthz":
                return self._json(request, 200, {"status": "ok", **self._alive()})
            case b"/readyz":
                word = self._health.readiness
                (asked, *_) = (request.args or {}).get(PARAMETER, [b""])
                status = readiness_status(word, asked)
                standing = {"status": word, **self._standing()}
                return self._json(request, status, standing)
            case _:
                return self._plain(request, 404, "/metrics, /healthz, /readyz")

    def _json(self, request: Request, status: int, data: Mapping[str, Any]) -> bytes:
        request.setResponseCode(status)
        request.setHeader(b"content-type", b"application/json")
        return json.dumps(data).encode()

    def _plain(self, request: Request, status: int, text: str) -> bytes:
        request.setResponseCode(status)
        request.setHeader(b"content-type", b"text/plain; charset=utf-8")
        return f"{text}\n".encode()


class PagesSite(Site):
    """Serves them, without a line in the log for each."""

    noisy = False

    def log(self, request: http.Request) -> None:
        """Nothing."""
