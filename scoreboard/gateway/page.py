"""
The page: the built files of `scoreboard/web`, as they are served.

Rule: only what was read at the start is served, by its exact name, so no address reaches
the disk; a name that carries a hash of its content never changes, all others are asked
for anew each time. Pure.

# Note [Policy]

The page runs no script and no style but its own files and talks to nobody but its server: no
inline script or style, no frame around it, no form. For browsers that know CSP level 3
(all since 2022) `'self'` covers the WebSocket of the same host.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import attrs

from scoreboard.gateway.bodies import Body, takes_gzip

#: Path of the built files.
FOLDER = "static"
#: The document that every address of the page brings.
INDEX = "index.html"

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'"
)

_TYPES = {
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "svg": b"image/svg+xml",
    "png": b"image/png",
    "json": b"application/json",
    "webmanifest": b"application/manifest+json",
    "txt": b"text/plain; charset=utf-8",
}

#: `name-HASH.ext`, as the bundler writes it.
_HASHED = re.compile(r".+-[0-9A-Z]{8}\.[a-z]+\Z")


@attrs.frozen
class Asset:
    """
    A file of the page.

    Attributes:
        zipped: the body compressed with gzip; None where that is not shorter.
        etag: strong, of the plain body.
        zipped_etag: strong, of the compressed one, which is another representation.
        lasting: whether its name changes with its content.
    """

    body: bytes
    zipped: bytes | None
    content_type: bytes
    etag: bytes
    zipped_etag: bytes
    lasting: bool

    def form(self, accept_encoding: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """The body and the header fields, for what the client can decode."""
        is_zipped = self.zipped is not None and takes_gzip(accept_encoding)
        fields = [
            (b"etag", self.zipped_etag if is_zipped else self.etag),
            (b"vary", b"accept-encoding"),
            (b"content-security-policy", _POLICY),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (
                b"cache-control",
                b"public, max-age=31536000, immutable" if self.lasting else b"no-cache",
            ),
        ]
        if self.zipped is None or not is_zipped:
            return self.body, fields
        return self.zipped, [*fields, (b"content-encoding", b"gzip")]


def asset(name: str, body: bytes) -> Asset:
    """A file of that name; its bytes are compressed here, once."""
    zipped = Body(body, level=9).zipped
    digest = hashlib.sha256(body).hexdigest()[:20]
    return Asset(
        body=body,
        zipped=None if zipped is body else zipped,
        content_type=_TYPES.get(name.rpartition(".")[2], b"application/octet-stream"),
        etag=f'"{digest}"'.encode(),
        zipped_etag=f'"{digest}-gzip"'.encode(),
        lasting=_HASHED.match(name) is not None,
    )


@attrs.frozen
class Page:
    """The files of the page by name; none if it was not built."""

    assets: Mapping[str, Asset] = attrs.field(factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Page:
        """The page of these files."""
        return cls({name: asset(name, body) for name, body in files.items()})

    def find(self, parts: list[str]) -> Asset | None:
        """
        The file for an address, None if it is none of the page's.

        Args:
            parts: the path between the slashes. The page's own views have addresses, too,
                and all of them bring the same document.
        """
        match parts:
            case [""] | ["compare"] | ["game", _]:
                return self.assets.get(INDEX)
            case ["static", name]:
                return self.assets.get(name)
            case _:
                return None
