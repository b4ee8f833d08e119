"""The audit has a line for everything, and those who fail to come in cannot fill it."""

from __future__ import annotations

import json

from scoreboard.ops.audit_line import BURST, PAUSE_S, Allowance, Happened, Operator, Record, line

JO = Operator("jo", "SHA256:abc", "127.0.0.1:5", "jo@desk")


def test_a_record_is_one_line_of_json():
    record = Record(Happened.COMMAND, JO, "refused", 'kick("x\n")\x1b', "no such session")
    written = line(record, 1_700_000_000.25)
    assert written.count(b"\n") == 1
    assert json.loads(written) == {
        "time": "2023-11-14T22:13:20.250+00:00",
        "event": "command",
        "user": "jo",
        "key": "SHA256:abc",
        "comment": "jo@desk",
        "peer": "127.0.0.1:5",
        "typed": 'kick("x\n")\x1b',
        "outcome": "refused",
        "detail": "no such session",
    }
    assert b"\x1b" not in written


def test_what_is_not_known_is_left_out():
    nobody = Operator("", "", "127.0.0.1:5")
    said = json.loads(line(Record(Happened.LOGIN_FAILED, nobody, "refused"), 0.0))
    assert sorted(said) == ["event", "outcome", "peer", "time"]


def test_of_very_many_failures_few_are_recorded_and_the_rest_is_counted():
    allowance, recorded = Allowance(), []
    for _ in range(BURST + 5):
        allowance, untold = allowance.failed(1_000.0)
        recorded.append(untold)
    assert recorded == [0] * BURST + [None] * 5
    allowance, untold = allowance.failed(1_000.0 + PAUSE_S)
    assert untold == 5
    assert allowance.failed(1_000.0 + PAUSE_S)[1] is None


def test_a_clock_that_goes_back_allows_nothing():
    allowance = Allowance(0.0, 1_000.0)
    assert allowance.failed(900.0)[1] is None
