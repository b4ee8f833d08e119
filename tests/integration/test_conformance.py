"""The Autobahn test suite, against an echo over our channel: RFC 6455, case by case."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.utils import getProcessOutputAndValue

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.deflate import deflated
from scoreboard.gateway.frames import frame, head
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.upgrade import Doorman
from scoreboard.gateway.websocket import Channel, ChannelFactory

KOSOKU = shutil.which("kosoku", path=str(Path(sys.executable).parent)) or shutil.which("kosoku")

#: What the suite says of a case, and of how it ended.
BEHAVIOURS = ("behavior", "behaviorClose")

#: What the suite sends: messages of 16 MiB, and some in 65,536 fragments, slowly.
SETTINGS = SocketSettings(
    max_viewer_bytes=16 << 20, max_pinned_bytes=32 << 20, max_fragments=70_000, message_timeout_s=60
)


class Echo:
    """Says what it hears."""

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

    def pauseProducing(self) -> None:
        self.channel.pause_reading()

    def resumeProducing(self) -> None:
        self.channel.resume_reading()

    def stopProducing(self) -> None: ...

    def goodbye(self) -> None: ...

    def closed(self) -> None: ...


class Lenient(Doorman):
    """Lets those in who name no subprotocol."""

    def _choose(self, fields: Any) -> str:
        return next(iter(self._answers))


@pytest.mark.skipif(KOSOKU is None, reason="kosoku is not installed")
@pytest_twisted.ensureDeferred
async def test_every_case_of_the_autobahn_suite_passes(tmp_path):
    factory = ChannelFactory(Beats(reactor), [], Echo, SETTINGS)
    factory.doorman = Lenient(["none"], ["*"], deflates=True)
    factory.doorman._answers["none"] = factory.doorman._answers["none"].replace(
        b"Sec-WebSocket-Protocol: none\r\n", b""
    )
    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(factory)
    address = f"127.0.0.1:{port.getHost().port}"
    # 12 and 13 are about compression.
    options = ["-m", "fuzzingclient", "-x", "12.*", "-x", "13.*", "-o", str(tmp_path), address]
    _, said, status = await getProcessOutputAndValue(KOSOKU, options)
    await port.stopListening()
    assert status == 0, said
    cases = json.loads((tmp_path / "index.json").read_text())["scoreboard"]
    behaviours = Counter(case[key] for case in cases.values() for key in BEHAVIOURS)
    assert behaviours == {"OK": 2 * 298, "INFORMATIONAL": 2 * 3}
