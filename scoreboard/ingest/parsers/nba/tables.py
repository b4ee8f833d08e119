"""
Tables of stats.nba.com, which come as CSV or as JSON with headers and rows.

Rule: both forms give the same rows, asked for by column name, so that no parser
knows which of the two it reads. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from scoreboard.ingest.parsers.reading import csv_table, json_member
from scoreboard.ingest.parsers.reading.csv_table import Row


def rows(data: bytes, needed: Iterable[str], name: str) -> tuple[Row, ...]:
    """
    The rows of the table.

    Args:
        data: CSV with headings, or JSON with `resultSets`.
        needed: columns without which this is not the table.
        name: of the result set, where one document holds several.

    Raises:
        BadDocument: neither form, or a needed column is missing.
    """
    if json_member.is_json(data):
        return result_set(json_member.read(data), name, needed)
    return csv_table.read(data, needed).rows


def result_set(
    document: json_member.Member, name: str, needed: Iterable[str] = ()
) -> tuple[Row, ...]:
    """
    The rows of the result set `name`; none if the document has no such set.

    Raises:
        BadDocument: a needed column is missing, or a row is longer or shorter than the headers.
    """
    for table in document["resultSets"].items():
        if table["name"].text() != name:
            continue
        headers = [header.text() or "" for header in table["headers"].items()]
        missing = [column for column in needed if column not in headers]
        if missing:
            raise table["headers"].wrong(f"has no {', '.join(missing)}")
        found = []
        for number, line in enumerate(table["rowSet"].items(), start=1):
            cells = [_cell(cell) for cell in line.items()]
            if len(cells) != len(headers):
                raise line.wrong(f"has {len(cells)} cells, not {len(headers)}")
            found.append(Row(number, dict(zip(headers, cells, strict=True))))
        return tuple(found)
    if needed:
        raise document["resultSets"].wrong(f"has no table {name}")
    return ()


def _cell(cell: json_member.Member) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, float):
        return repr(cell.value)
    return cell.text() or ""
