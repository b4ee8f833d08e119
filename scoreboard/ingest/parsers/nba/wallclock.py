"""
Wall clocks of stats.nba.com: Eastern time to the minute, without a date.

Rule: no date or no time zone data, no wall clock; a guessed hour is worse than none. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2}) ([AP])M\Z")

#: stats.nba.com writes the time of the league's office.
EASTERN = "America/New_York"

#: A clock that falls by more than this has passed midnight; by less, it only stepped back.
_HALF_DAY_MIN = 12 * 60

#: How the files write the date of the game.
_DATES = ("%Y%m%d", "%m-%d-%Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")


def day(text: str | None) -> date | None:
    """The date in any of the forms that the files use; None if in none of them."""
    for form in _DATES:
        try:
            return datetime.strptime(text or "", form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None


def minutes(text: str | None) -> int | None:
    """Minutes since midnight of "10:42 PM"; None if it is no such time."""
    found = _TIME.match(text or "")
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    if not 1 <= hour <= 12 or minute > 59:
        return None
    return (hour % 12 + (12 if found[3] == "P" else 0)) * 60 + minute


def utc_ms(
    times: Iterable[int | None], first_day: date | None, zone_name: str = EASTERN
) -> list[int | None]:
    """
    The times of a game's rows, milliseconds UTC.

    Args:
        times: minutes since midnight, in game order.
        first_day: the date in that zone on which the game began.
    """
    zone = _zone(zone_name)
    found: list[int | None] = []
    days, before = 0, None
    for time in times:
        if time is None or first_day is None or zone is None:
            found.append(None)
            continue
        step = 0 if before is None else time - before
        if step < -_HALF_DAY_MIN:
            days += 1
        elif step > _HALF_DAY_MIN and days:
            days -= 1  # a step back over midnight
        before = time
        midnight = datetime.combine(first_day + timedelta(days=days), datetime.min.time(), zone)
        # Wall clock arithmetic: on a night of the change to winter time an hour is ambiguous.
        when = midnight.replace(hour=time // 60, minute=time % 60)
        found.append(round(when.timestamp() * 1000))
    return found


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
