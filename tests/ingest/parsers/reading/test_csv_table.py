"""CSV rows whose cells are asked for by column name."""

from __future__ import annotations

import pytest

from scoreboard.ingest.parsers.document import BadDocument
from scoreboard.ingest.parsers.reading import csv_table

TABLE = b'\xef\xbb\xbfname, score,made\n"Smith, John",4.0,TRUE\nNA,,false\n\nLast,7.5,maybe\n'


def rows():
    return csv_table.read(TABLE, ["name", "score"]).rows


def wrong(call) -> str:
    with pytest.raises(BadDocument) as caught:
        call()
    return str(caught.value)


def test_cells_are_found_by_column_name():
    table = csv_table.read(TABLE, ["name"])
    assert ("name", "score", "made") == table.columns
    assert "Smith, John" == table.rows[0].text("name")
    assert [2, 3, 5] == [row.number for row in table.rows]


def test_whole_numbers_may_be_written_with_a_point():
    assert 4 == rows()[0].integer("score")
    assert 4 == rows()[0].needed_integer("score")
    assert 7.5 == rows()[2].number_in("score")


def test_absent_cells_are_none_and_never_zero():
    assert rows()[1].text("name") is None
    assert rows()[1].integer("score") is None
    assert rows()[1].number_in("no such column") is None
    assert rows()[1].flag("no such column") is None


def test_flags_are_read_in_upper_and_lower_case():
    assert [True, False] == [row.flag("made") for row in rows()[:2]]


def test_a_wrong_cell_is_named_by_row_and_column():
    assert "row 5, column score: '7.5' is not a whole number" == wrong(
        lambda: rows()[2].integer("score")
    )
    assert "row 2, column name: 'Smith, John' is not a number" == wrong(
        lambda: rows()[0].number_in("name")
    )
    assert "row 5, column made: 'maybe' is neither TRUE nor FALSE" == wrong(
        lambda: rows()[2].flag("made")
    )
    assert "row 3, column score: '' must be a whole number" == wrong(
        lambda: rows()[1].needed_integer("score")
    )
    assert "row 3, column name: 'NA' must not be empty" == wrong(
        lambda: rows()[1].needed_text("name")
    )
    assert "row 2, column score: '4.0' is not in 5-9" == wrong(
        lambda: rows()[0].bounded("score", 5, 9)
    )
    assert 4 == rows()[0].bounded("score", 4, 9)


def test_numbers_that_no_cell_can_hold_are_refused():
    for cell in (b"inf", b"1e999", b"0x10", b"1_000", b"--1"):
        row = csv_table.read(b"n\n" + cell + b"\n", ["n"]).rows[0]
        assert "is not a number" in wrong(lambda row=row: row.number_in("n"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "row 1: no column name"),
        (b"name,name\n", "row 1: column name stands there twice"),
        (b"name,score\na\n", "row 2: 1 cells, 2 columns"),
        (b"name,score\na,1\nb,\xff\n", "row 3: not UTF-8 (invalid start byte)"),
        (b'name,score\n"a"b,1\n', "row 2: not CSV"),
        (b'name,score\na,1\n"cut off', "row 3: not CSV"),
    ],
)
def test_bytes_that_are_no_table_are_refused_with_the_row(data, why):
    assert wrong(lambda: csv_table.read(data, ["name"])).startswith(why)


def test_headings_are_read_from_the_beginning_of_a_file():
    assert ("name", "score", "made") == csv_table.headings(TABLE[:30])
    assert () == csv_table.headings(b"old\rline ends\n")
    assert ('{"a": 1}',) == csv_table.headings(b'{"a": 1}')
