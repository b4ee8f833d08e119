"""What HTTP answers mean for a poll, and how long it waits."""

from __future__ import annotations

import pytest

from scoreboard.ingest.polling import (
    CAP_S,
    MOST_S,
    Meaning,
    Rhythm,
    Validators,
    meaning,
    retry_after_s,
    validators,
)


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (200, Meaning.DOCUMENT),
        (204, Meaning.NOTHING_YET),
        (304, Meaning.SAME),
        (404, Meaning.NOTHING_YET),
        (429, Meaning.LATER),
        (500, Meaning.LATER),
        (599, Meaning.LATER),
        (206, Meaning.REFUSED),
        (301, Meaning.REFUSED),
        (401, Meaning.REFUSED),
    ],
)
def test_every_status_means_something(status, means):
    assert meaning(status) is means


def test_what_the_host_said_is_asked_back():
    headers = {"etag": '"1"', "last-modified": "Mon, 23 Nov 2026 00:00:00 GMT", "x": "y"}
    assert validators(headers).headers() == {
        "If-None-Match": '"1"',
        "If-Modified-Since": "Mon, 23 Nov 2026 00:00:00 GMT",
    }
    assert Validators().headers() == {}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("9" * 5000, MOST_S),
        ("99999", MOST_S),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:01:40 -0000", 90.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("½", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(text, seconds):
    assert retry_after_s(text, 10.0) == seconds


def test_polls_that_go_well_are_an_interval_apart_more_or_less():
    rhythm = Rhythm(10.0)
    assert [rhythm.wait_s(chance) for chance in (0.0, 0.5, 1.0)] == [9.0, 10.0, 11.0]


def test_a_host_that_fails_is_asked_ever_less_often():
    rhythm, longest = Rhythm(1.0), []
    for _ in range(20):
        rhythm = rhythm.bad()
        longest.append(rhythm.wait_s(1.0))
    assert longest[:4] == [2.0, 4.0, 8.0, 16.0]
    assert longest[-1] == CAP_S


def test_a_host_that_fails_is_never_asked_more_often_than_one_that_does_not():
    for interval in (0.05, 1.0, 500.0):
        assert Rhythm(interval).bad().wait_s(0.0) == interval / 2
        assert Rhythm(interval).bad().wait_s(1.0) >= interval


def test_a_host_is_not_asked_before_the_time_that_it_asked_for():
    rhythm = Rhythm(1.0).bad(30.0)
    assert rhythm.wait_s(0.0) == 30.0
    assert rhythm.wait_s(0.9) > 30.0
    assert rhythm.bad().wait_s(0.0) == 0.5


def test_one_good_poll_makes_up_for_all_failures():
    assert Rhythm(1.0).bad().bad(9.0).good(60.0) == Rhythm(60.0)
