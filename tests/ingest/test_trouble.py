from __future__ import annotations

from scoreboard.ingest.trouble import Trouble


def test_trouble_is_told_when_it_begins_and_then_once_a_minute():
    trouble = Trouble()
    lines = [trouble.failed(now, "g: disk full") for now in (5.0, 6.0, 64.9, 65.0, 66.0)]
    assert lines == [
        "nothing is recorded: g: disk full",
        None,
        None,
        "nothing is recorded for 60 s, refused 4 times: g: disk full",
        None,
    ]


def test_the_end_of_trouble_is_told_once():
    trouble = Trouble()
    assert trouble.worked(1.0) is None
    trouble.failed(5.0, "g: disk full")
    trouble.failed(6.0, "g: disk full")
    assert trouble.worked(8.0) == "recorded again after 3 s, refused 2 times"
    assert trouble.worked(9.0) is None
    assert trouble.failed(10.0, "g: disk full") == "nothing is recorded: g: disk full"


def test_where_nothing_is_written_it_is_about_reading():
    trouble = Trouble("read")
    assert trouble.failed(5.0, "g: redis gone") == "nothing is read: g: redis gone"
    assert trouble.worked(8.0) == "read again after 3 s, refused 1 times"
