"""What is odd about the lines of a journal, beyond what reading it sets aside."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from paperlab.domain.findings import Kind
from paperlab.library import fields
from paperlab.library.conflicts import is_conflict_mark
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import read_bytes, read_lines
from paperlab.library.journals import check_line
from paperlab.library.stamps import ANNOTATIONS

_EARLIEST_YEAR = 1990
_AHEAD = timedelta(days=1)
"""A clock that goes wrong, or one in another zone that was taken for UTC, goes no further ahead."""
_MADE_HERE = (None, "", "paperlab")
"""Sources of an annotation; any other is the file that it came out of."""
_TIMES = ("at", "created", "updated")


@dataclass(frozen=True, slots=True)
class OddLine:
    number: int
    """From 1."""
    kind: Kind
    reason: str


def odd_lines(path: Path, editions: Collection[str] | None, now: datetime) -> list[OddLine]:
    """All that is odd, in order of the lines.

    Args:
        editions: Of the paper; None if they are not known. An annotation that came out of a PDF may be of another.

    Raises:
        LibraryError: The file cannot be read.
    """
    found: list[OddLine] = []
    raw = read_bytes(path).split(b"\n")

    def broken(_: Path, number: int, reason: str) -> None:
        line = raw[number - 1]
        if is_conflict_mark(line):
            found.append(OddLine(number, Kind.CONFLICT_MARKS, f"a conflict mark of git: {line[:7].decode()}"))
        else:
            found.append(OddLine(number, Kind.LINE_BROKEN, "it is not UTF-8" if not _is_text(line) else reason))

    lines = list(read_lines(path, broken))
    is_of_annotations = path.name.startswith(ANNOTATIONS.partition(".")[0])
    for number, line in lines:
        found += (OddLine(number, kind, reason) for kind, reason in _oddities(line, is_of_annotations, now))
    found += _ids_twice(lines, is_of_annotations)
    if is_of_annotations:
        found += _lost(lines, editions)
    return sorted(found, key=lambda odd: odd.number)


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _oddities(line: Table, is_of_annotations: bool, now: datetime) -> Iterator[tuple[Kind, str]]:
    try:
        fields.word(line, "id")
        if line.get("deleted") is not True:
            check_line(line, is_of_reading=not is_of_annotations)
        times = {name: fields.moment_or_none(line, name) for name in _TIMES}
    except Misfit as error:
        yield Kind.LINE_ODD, str(error)
        return
    for name, at in times.items():
        if at is not None and not (at.year >= _EARLIEST_YEAR and at <= now + _AHEAD):
            yield Kind.TIME_UNLIKELY, f"{name} is {at:%Y-%m-%d}"
            return


def _ids_twice(lines: Collection[tuple[int, Table]], is_of_annotations: bool) -> Iterator[OddLine]:
    """A changed annotation has its id again, at another time; what was read has one id for each line."""
    seen: dict[tuple[object, object], Table] = {}
    for number, line in lines:
        if line.get("deleted") is True:
            continue
        name = (str(line.get("id")), str(line.get("at")) if is_of_annotations else "")
        if seen.setdefault(name, line) != line:
            yield OddLine(number, Kind.ID_TWICE, f"another line of the id {line.get('id')} says something else")


def _lost(lines: Collection[tuple[int, Table]], editions: Collection[str] | None) -> Iterator[OddLine]:
    """Living annotations of editions that there are not, and answers to what was never there."""
    last = {line.get("id"): (number, line) for number, line in lines if isinstance(line.get("id"), str)}
    for number, line in last.values():
        if line.get("deleted") is True:
            continue
        edition, reply = line.get("edition"), line.get("reply_to")
        is_known = editions is None or edition in editions
        if isinstance(edition, str) and not is_known and line.get("source") in _MADE_HERE:
            yield OddLine(number, Kind.EDITION_UNKNOWN, f"it is on {edition}, which the record does not name")
        if isinstance(reply, str) and reply and reply not in last:
            yield OddLine(number, Kind.ANSWER_LOST, f"it answers {reply}, which is not there")
