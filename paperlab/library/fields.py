"""Typed values out of TOML and JSON that somebody may have edited by hand.

Every reader raises `Misfit` on a value that cannot be meant; what is merely untidy (control characters, white space at
the ends) is cleaned.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from paperlab.domain.text import one_line, plain

Table = Mapping[str, object]
_YEAR = re.compile(r"\d{4}", re.ASCII)
_LARGEST = 2**53
"""What every reader of JSON can hold."""


class Misfit(ValueError):
    """A field holds what it must not. Says which one and why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")


def word(table: Table, name: str) -> str:
    """A short text that must be there: one line, not empty."""
    if not (value := line(table, name)):
        raise Misfit(name, "is missing")
    return value


def line(table: Table, name: str) -> str:
    """A short text on one line; empty if it is missing."""
    return one_line(text(table, name))


def text(table: Table, name: str) -> str:
    """A text of any length, line breaks kept; empty if it is missing."""
    value = table.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Misfit(name, f"should be text, is {_kind(value)}")
    return plain(value)


def lines(table: Table, name: str) -> tuple[str, ...]:
    """A list of short texts; empty ones are dropped."""
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Misfit(name, f"should be a list of texts, is {_kind(values)}")
    return tuple(cleaned for value in values if (cleaned := one_line(plain(value))))


def tables(table: Table, name: str) -> tuple[Table, ...]:
    """A list of tables."""
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise Misfit(name, f"should be a list of tables, is {_kind(values)}")
    return tuple(values)


def whole(table: Table, name: str, least: int) -> int:
    """A whole number that must be there."""
    value = table.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST:
        raise Misfit(name, f"should be a whole number from {least}")
    return value


def number(value: object, name: str) -> float:
    """A number that is finite."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not -_LARGEST <= value <= _LARGEST:
        raise Misfit(name, "should be a number")
    return float(value)


def moment(table: Table, name: str) -> datetime:
    """A time that must be there, in UTC."""
    if (value := moment_or_none(table, name)) is None:
        raise Misfit(name, "is missing")
    return value


def moment_or_none(table: Table, name: str) -> datetime | None:
    """A time in UTC: a date and time, a date, a year, or one of them as ISO 8601 text. Without a zone it is UTC."""
    value = table.get(name)
    if value is None:
        return None
    try:
        found = _moment(value)
    except (ValueError, OverflowError):
        raise Misfit(name, "is no date") from None
    if found is None:
        raise Misfit(name, f"should be a date, is {_kind(value)}")
    return found


def _moment(value: object) -> datetime | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:04}"
    if isinstance(value, str):
        value = datetime(int(value), 1, 1) if _YEAR.fullmatch(value.strip()) else datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return names.get(type(value), f"a {type(value).__name__}")
