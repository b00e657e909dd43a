"""Dates as PDFs write them: `D:20190528000751+02'00'`, and what programs make of it."""

import re
from datetime import UTC, datetime, timedelta, timezone

_PDF_DATE = re.compile(
    r"(?:D:)?(\d{4})(?:-?(\d\d))?(?:-?(\d\d))?[T ]?(?:(\d\d))?(?::?(\d\d))?(?::?(\d\d))?(?:\.\d+)?"
    r"\s*(?:(Z)|([+-])(\d\d)?[':]?(\d\d)?)?"
)


def read_date(text: str) -> datetime | None:
    """A moment in UTC; None if nothing can be made of it. A date without a zone is taken for UTC.

    Parts that cannot be (a 13th month, a zone of 99 hours) are left out with what follows them.
    """
    match = _PDF_DATE.match(text.strip())
    if match is None:
        return None
    year, *rest = (int(part) if part else None for part in match.groups()[:6])
    parts = [year or 0, 1, 1, 0, 0, 0]
    for index, (part, low, high) in enumerate(zip(rest, (1, 1, 0, 0, 0), (12, 31, 23, 59, 59), strict=True), start=1):
        if part is None or not low <= part <= high:
            break
        parts[index] = part
    sign, hours, minutes = match[8], int(match[9] or 0), int(match[10] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    zone = timezone(offset) if hours < 24 and minutes < 60 else UTC
    try:
        return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February, the year 0
        return None


def written_date(at: datetime) -> str:
    """A moment as PDFs have it, in UTC."""
    return at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
