"""The Autobahn test suite, RFC 6455 case by case, and our limits; more: `scripts/conformance`."""

from __future__ import annotations

import pytest
import pytest_twisted
from twisted.internet import reactor

from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.settings.connections import WebSocketSettings
from tests.integration.conformance import KOSOKU, echoing, judged

pytestmark = pytest.mark.skipif(KOSOKU is None, reason="kosoku is not installed")

#: RFC 6455, 7.4.1: what a message beyond a limit may be answered with.
TOO_MUCH = {1009, 1008}


@pytest_twisted.ensureDeferred
async def test_every_case_of_the_autobahn_suite_passes(tmp_path):
    async with echoing(reactor) as address:
        # 12 and 13 are about compression, and take minutes.
        judgement = await judged(reactor, tmp_path, address, "-x", "12.*", "-x", "13.*")
    assert judgement.behaviours == {"OK": 2 * 298, "INFORMATIONAL": 2 * 3}, judgement.said


@pytest_twisted.ensureDeferred
async def test_compressed_messages_pass_whatever_window_is_offered(tmp_path):
    # One of 18 sizes each: twelve kinds of data and offers.
    cases = [*(f"12.{kind}.4" for kind in range(1, 6)), *(f"13.{offer}.4" for offer in range(1, 8))]
    options = [word for case in cases for word in ("-i", case)]
    async with echoing(reactor) as address:
        judgement = await judged(reactor, tmp_path, address, *options)
    assert judgement.faults == []
    assert list(judgement.cases) == cases
    # They offer nothing but a window of 2**9 bytes: declined, the connection goes on without.
    declined = ["13.3.4", "13.5.4"]
    assert declined == [
        name for name, case in judgement.cases.items() if case["behavior"] == "UNIMPLEMENTED"
    ]


@pytest_twisted.ensureDeferred
async def test_what_is_beyond_the_limits_of_production_is_refused_in_order(tmp_path):
    # Those of a peer that has shown a ticket; the suite cannot.
    production = SocketSettings(max_viewer_bytes=WebSocketSettings().max_message_bytes)
    async with echoing(reactor, production) as address:
        judgement = await judged(reactor, tmp_path, address, "-i", "9.*")
    passed = [name for name, case in judgement.cases.items() if case["behavior"] == "OK"]
    # 64 KiB is just allowed; 9.7 and 9.8 are thousands of small ones.
    small = [f"9.{group}.{size}" for group in (7, 8) for size in range(1, 7)]
    assert passed == ["9.1.1", "9.2.1", *small]
    refused = {name: case for name, case in judgement.cases.items() if name not in passed}
    assert len(refused) == 40
    answers = {name: case["remoteCloseCode"] for name, case in refused.items()}
    assert {name: code for name, code in answers.items() if code not in TOO_MUCH} == {}
