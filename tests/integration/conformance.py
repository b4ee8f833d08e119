"""
The Autobahn test suite against an echo over our channel: `scripts/conformance --help`.

Every case speaks the WebSocket protocol right or wrong in some way, and the suite judges what
comes back. The echo has the server's own connections and permessage-deflate; only its limits
may be wider, since the suite sends messages of 16 MiB.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.task import react
from twisted.internet.utils import getProcessOutputAndValue

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.deflate import deflated
from scoreboard.gateway.frames import frame, head
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.upgrade import Doorman
from scoreboard.gateway.websocket import Channel, ChannelFactory

KOSOKU = shutil.which("kosoku", path=str(Path(sys.executable).parent)) or shutil.which("kosoku")

#: What the suite sends: messages of 16 MiB, and some in 65,536 fragments.
WIDE = SocketSettings(
    max_viewer_bytes=16 << 20,
    max_message_bytes=16 << 20,
    max_pinned_bytes=32 << 20,
    max_fragments=70_000,
    message_timeout_s=60,
)

#: The suite in the parts in which it is run; 12 and 13 are about compression, and long.
PARTS = (
    *(f"{group}.*" for group in (1, 2, 3, 4, 5, 6, 7, 9, 10)),
    *(f"12.{part}.*" for part in range(1, 6)),
    *(f"13.{part}.*" for part in range(1, 8)),
)

#: What the suite says of a case, and of how its connection ended.
BEHAVIOURS = ("behavior", "behaviorClose")

#: What is no fault: "unimplemented" is an extension's parameter that we decline.
GOOD = ("OK", "INFORMATIONAL", "UNIMPLEMENTED")

#: How many of the parts are about the protocol without its extension.
_SHORT = 9


class Echo:
    """Says what it hears."""

    is_viewer = True
    is_ready = True

    def __init__(self, channel: Channel, _subprotocol: str, deflates: bool) -> None:
        self.channel = channel
        self.deflates = deflates

    def received(self, payload: bytes, is_binary: bool) -> None:
        if self.deflates:
            packed = deflated([payload])
            start = head(len(packed), is_binary=is_binary, is_deflated=True)
            self.channel.write(start + packed)
        else:
            self.channel.write(frame(payload, is_binary=is_binary))

    def announced(self, count: int) -> None: ...

    def work(self, most: int) -> int:
        return 0

    def pauseProducing(self) -> None:
        self.is_ready = False
        self.channel.pause_reading()

    def resumeProducing(self) -> None:
        self.is_ready = True
        self.channel.resume_reading()

    def stopProducing(self) -> None: ...

    def goodbye(self, retry_ms: int | None = None, where: str = "") -> None: ...

    def closed(self) -> None: ...


class Lenient(Doorman):
    """Lets those in who name no subprotocol."""

    def _choose(self, fields: Any) -> str:
        return next(iter(self._answers))


@contextlib.asynccontextmanager
async def echoing(reactor: Any, settings: SocketSettings = WIDE) -> AsyncIterator[str]:
    """An echo that listens; its address."""
    factory = ChannelFactory(Beats(reactor), [], Echo, settings)
    factory.doorman = Lenient(["none"], ["*"], deflates=settings.deflates)
    factory.doorman._answers["none"] = factory.doorman._answers["none"].replace(
        b"Sec-WebSocket-Protocol: none\r\n", b""
    )
    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    try:
        yield f"127.0.0.1:{port.getHost().port}"
    finally:
        await port.stopListening()


@attrs.frozen
class Judgement:
    """
    What the suite says.

    Attributes:
        cases: id -> its report in full, with `wirelog` and what was expected.
        said: by the suite, if it found fault.
    """

    cases: dict[str, dict[str, Any]]
    said: str

    @property
    def behaviours(self) -> Counter[str]:
        """How often each was seen, of cases and of closings together."""
        return Counter(case[key] for case in self.cases.values() for key in BEHAVIOURS)

    @property
    def faults(self) -> list[str]:
        """A line for each case that was not answered as it should be."""
        return [
            f"{name}: {case['behavior']}, {case['behaviorClose']}: {case['result']}"
            for name, case in self.cases.items()
            if not {case[key] for key in BEHAVIOURS} <= {*GOOD}
        ]


async def judged(reactor: Any, folder: Path, address: str, *options: str) -> Judgement:
    """
    Have the suite judge who listens at `address`.

    Args:
        folder: for its reports.
        options: which cases: "-i", "1.*", "-x", "12.*".
    """
    arguments = ["-m", "fuzzingclient", "-o", str(folder), *options, address]
    asked: Deferred[Any] = getProcessOutputAndValue(KOSOKU, arguments, reactor=reactor)
    _, said, _ = await asked
    index = folder / "index.json"
    assert index.exists(), said.decode()
    (found,) = json.loads(index.read_text()).values()
    cases = {
        name: json.loads((folder / one["reportfile"]).read_text()) for name, one in found.items()
    }
    return Judgement(cases, said.decode())


def _line(*cells: object) -> str:
    first, *others = map(str, cells)
    return f"{first:<8}" + "".join(f"{cell:>15}" for cell in others)


async def _run(reactor: Any, parts: Sequence[str]) -> None:
    """Each part, a line when it is done; exits with 1 if a case failed."""
    faults: list[str] = []
    total: Counter[str] = Counter()
    began = time.monotonic()
    _say(_line("part", "cases", *(name.lower() for name in GOOD), "other", "seconds"))
    for part in parts:
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            async with echoing(reactor) as address:
                judgement = await judged(reactor, Path(folder), address, "-i", part)
        found = Counter(case["behavior"] for case in judgement.cases.values())
        total += found
        counts = [found.pop(name, 0) for name in GOOD]
        others = sum(found.values())
        took_s = round(time.monotonic() - start)
        _say(_line(part, len(judgement.cases), *counts, others, took_s))
        faults += judgement.faults
    _say("\n".join(faults))
    told = ", ".join(f"{count} {name}" for name, count in total.items())
    _say(f"{sum(total.values())} cases in {time.monotonic() - began:.0f} s: {told}")
    if faults:
        raise SystemExit(1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="The Autobahn suite against our WebSocket.")
    parser.add_argument("parts", nargs="*", metavar="CASES", help="cases: 1.* or 12.3.4")
    parser.add_argument("--all", action="store_true", help="all 517 cases, compression included")
    options = parser.parse_args()
    if KOSOKU is None:
        parser.error("kosoku is not installed")
    parts = options.parts or (PARTS if options.all else PARTS[:_SHORT])
    react(lambda reactor: Deferred.fromCoroutine(_run(reactor, parts)))


if __name__ == "__main__":
    main()
