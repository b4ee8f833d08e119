"""Eastern minutes as milliseconds UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scoreboard.ingest.parsers.nba import wallclock as nba_wallclock

DAY = date(2015, 12, 23)


def shown(times, day=DAY):
    return [
        None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).strftime("%d %H:%M")
        for ms in nba_wallclock.utc_ms(map(nba_wallclock.minutes, times), day)
    ]


def test_eastern_winter_time_is_five_hours_behind_utc():
    assert ["24 00:13"] == shown(["7:13 PM"])


def test_eastern_summer_time_is_four_hours_behind_utc():
    assert ["15 23:13"] == shown(["7:13 PM"], date(2016, 6, 15))


def test_a_game_may_pass_midnight_and_step_back_over_it():
    times = ["11:59 PM", "12:00 AM", "11:59 PM", "12:01 AM", "1:10 AM"]
    assert ["24 04:59", "24 05:00", "24 04:59", "24 05:01", "24 06:10"] == shown(times)


def test_a_clock_that_steps_back_a_minute_has_not_passed_midnight():
    assert ["24 00:13", "24 00:12"] == shown(["7:13 PM", "7:12 PM"])


def test_without_a_time_or_a_date_there_is_no_wall_clock():
    assert [None, "24 00:13"] == shown([None, "7:13 PM"])
    assert [None] == shown(["7:13 PM"], None)


def test_without_the_zone_s_data_there_is_no_wall_clock():
    assert [None] == nba_wallclock.utc_ms([19 * 60], DAY, "America/Nowhere")


@pytest.mark.parametrize("text", ["13:00 PM", "0:10 AM", "7:60 PM", "7:13", "", None])
def test_what_is_no_time_is_none(text):
    assert nba_wallclock.minutes(text) is None


@pytest.mark.parametrize("text", ["20151223", "12-23-2015", "2015-12-23T00:00:00", "2015-12-23"])
def test_a_date_is_read_in_each_form_of_the_files(text):
    assert nba_wallclock.day(text) == DAY


def test_what_is_no_date_is_none():
    assert nba_wallclock.day("WEDNESDAY, DECEMBER 23, 2015") is None
    assert nba_wallclock.day(None) is None
