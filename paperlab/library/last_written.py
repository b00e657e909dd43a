"""The latest time that a journal tells, found without reading its lines one by one: it is asked for at each writing."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from paperlab.library.files import read_bytes

_TIME = re.compile(rb'"(?:at|written)":\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"\\]{0,16})"')
_TO_THE_SECOND = 19
"""Characters of a time, by which times in UTC sort as text."""


def last_written(path: Path) -> datetime | None:
    """What the clocks of all who wrote into a journal have come to; None if no line tells.

    A time in another zone, which somebody has written by hand, may be hours off.
    """
    told = set(_TIME.findall(read_bytes(path)))
    latest = max((time[:_TO_THE_SECOND] for time in told), default=None)
    found: list[datetime] = []
    for time in told:
        if time[:_TO_THE_SECOND] == latest:
            with suppress(ValueError, OverflowError):
                moment = datetime.fromisoformat(time.decode("ascii", "replace"))
                found.append(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    return max(found, default=None)
