"""The faults of a fake provider."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from scoreboard.tools.feed_faults import (
    FAULTS,
    corrected,
    dropped,
    fault,
    lied,
    read_faults,
    reordered,
    stale,
    steps,
)

ROWS = [b"%d" % n for n in range(20)]


def line(number, points=0, kind="play"):
    return json.dumps(
        {"type": kind, "provider_play_id": str(number), "play": {"points": points}},
        separators=(",", ":"),
    ).encode()


def status(name):
    return json.dumps({"type": "status", "status": name}, separators=(",", ":")).encode()


GAME = [status("in_progress"), *(line(n, points=n % 3) for n in range(300)), status("final")]


def sent(rates, lines=GAME, seed=1):
    return steps("g", lines, range(len(lines)), rates, seed)


def test_faults_are_read_with_their_rates():
    assert read_faults("drop=0.5,die") == {"drop": 0.5, "die": FAULTS["die"][1]}
    assert read_faults("all") == {name: rate for name, (_, rate) in FAULTS.items()}
    assert read_faults("") == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [("dorp", "'dorp' is none of"), ("drop=2", "0 to 1"), ("drop=x", "0 to 1"), ("all=1", "over")],
)
def test_what_is_wrong_with_faults_is_named(text, problem):
    with pytest.raises(ValueError, match=problem):
        read_faults(text)


def test_the_same_seed_makes_the_same_faults_at_about_their_rates():
    rates = {"drop": 0.1, "lie": 0.05}
    made = [fault(7, "g", number, rates) for number in range(2000)]
    assert made == [fault(7, "g", number, rates) for number in range(2000)]
    counts = Counter(one.kind for one in made if one)
    assert 140 < counts["drop"] < 260
    assert 60 < counts["lie"] < 140
    assert made != [fault(8, "g", number, rates) for number in range(2000)]


def test_faults_of_a_document_touch_its_last_rows():
    for where in (0.0, 0.5, 0.99):
        assert len(dropped(ROWS, where)) == 19
        assert dropped(ROWS, where)[:12] == ROWS[:12]
        assert sorted(reordered(ROWS, where)) == sorted(ROWS)
        assert reordered(ROWS, where) != ROWS
        assert 12 <= len(stale(ROWS, where)) < 20
    assert reordered(ROWS[:2], 0.0) == [b"1", b"0"]


def test_without_faults_a_stream_is_the_messages():
    assert [step.line for step in sent({})] == GAME


@pytest.mark.parametrize("kind", ["drop", "reorder", "duplicate", "stale", "stall", "die"])
def test_whatever_is_made_wrong_every_line_comes_before_the_end(kind):
    made = sent({kind: 0.2})
    assert any(step.fault == kind for step in made)
    came = [step.line for step in made if step.line]
    assert set(came) == set(GAME)
    assert came[-1] == GAME[-1]
    offsets = [step.offset_ms for step in made]
    assert offsets == sorted(offsets)


def test_a_lie_is_corrected_before_the_end():
    made = sent({"lie": 0.2})
    false = [place for place, step in enumerate(made) if step.fault == "lie"]
    assert false
    for place in false:
        message = json.loads(made[place].line)
        assert message["play"]["points"] == 0
        truths = [json.loads(step.line) for step in made[place + 1 :] if step.line]
        truth = next(t for t in truths if t.get("provider_play_id") == message["provider_play_id"])
        assert (truth["rev"], truth["play"]["points"] > 0) == (1, True)


def test_what_was_lost_comes_before_the_next_status():
    lines = [status("in_progress"), line(1, 2), line(2, 2), status("halftime"), line(3), GAME[-1]]
    made = steps("g", lines, range(6), {"drop": 1.0}, 1)
    came = [step.line for step in made if step.line]
    assert came[:4] == [lines[0], lines[1], lines[2], lines[3]]


def test_a_play_that_is_taken_back_later_is_neither_lost_nor_lied_about():
    lines = [line(1, 2), line(1, kind="void"), GAME[-1]]
    for kind in ("drop", "lie"):
        assert [step.line for step in steps("g", lines, range(3), {kind: 1.0}, 1)] == lines


def test_a_play_without_points_cannot_be_lied_about():
    assert lied(line(1)) is None
    assert json.loads(corrected(line(1, 2)))["play"]["points"] == 2
