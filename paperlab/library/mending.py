"""Mending the reader's own files: only when asked to. What was there is in the snapshots of the history.

Whoever calls holds the paper's lock.
"""

import codecs
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from paperlab.domain.papers import Edition
from paperlab.errors import ChangedOutside
from paperlab.library.conflicts import is_conflict_mark
from paperlab.library.fields import Table
from paperlab.library.files import close_line, hash_file, read_bytes, read_lines
from paperlab.library.history import History
from paperlab.library.journal_lines import untold


def set_broken_lines_aside(journal: Path, history: History, now: datetime) -> Path:
    """Move the lines of a journal that are no JSON objects into a file beside it, to the byte.

    Returns:
        That file.
    """
    numbers = _broken(journal)
    aside = _put_beside(journal, journal, numbers, history, now)
    raw = read_bytes(journal).split(b"\n")
    history.write(journal, b"\n".join(line for number, line in enumerate(raw, 1) if number not in numbers))
    return aside


def dissolve_conflict(journal: Path, history: History) -> None:
    """Take git's marks out of a journal: what stands between them are lines of both sides, and all of them count."""
    raw = read_bytes(journal).split(b"\n")
    history.write(journal, b"\n".join(line for line in raw if not is_conflict_mark(line)))


def join_journal(journal: Path, copy: Path, history: History, now: datetime) -> int:
    """Append the lines of a copy that a journal lacks, set aside what is no line of a journal, and take the copy away.

    Returns:
        How many lines were new.
    """
    raw = read_bytes(copy).split(b"\n")
    there = {_written(line) for _, line in read_lines(journal, untold)}
    new = [raw[number - 1] for number, line in read_lines(copy, untold) if _written(line) not in there]
    if new:
        history.append_text(journal, _text_of(new), close_line)
    if broken := _broken(copy):
        _put_beside(journal, copy, broken, history, now)
    history.take_away(copy)
    return len(new)


def drop_same(copy: Path, original: Path, history: History) -> None:
    """Take a copy away that holds what its original holds.

    Raises:
        ChangedOutside: It does not, any more.
    """
    if hash_file(copy) != hash_file(original):
        raise ChangedOutside(f"{copy.name} is not what {original.name} is", hint="look at both")
    history.take_away(copy)


def make_utf8(text: Path, history: History) -> str:
    """Write a text as UTF-8 without byte order mark and NUL bytes.

    Returns:
        The encoding that it was taken for.
    """
    data = read_bytes(text)
    encoding = encoding_of(data)
    written = data.decode(encoding).removeprefix("\ufeff").replace("\0", "")
    history.write(text, written.encode())
    return encoding


def encoding_of(data: bytes) -> str:
    """What a text is written in: UTF-8, UTF-16 if it says so, else what Windows writes, in which any byte stands."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def true_size(path: Path, edition: Edition) -> int:
    """The size of a PDF that is the one that was fetched.

    Raises:
        ChangedOutside: It is another one.
    """
    sha256, size = hash_file(path)
    if sha256 != edition.sha256:
        raise ChangedOutside(f"{path.name} is not the file that was fetched", hint="fetch it again")
    return size


def _text_of(lines: Sequence[bytes]) -> str:
    return b"".join(line.rstrip(b"\r") + b"\n" for line in lines).decode()


def _broken(journal: Path) -> set[int]:
    numbers: set[int] = set()
    list(read_lines(journal, lambda _path, number, _reason: numbers.add(number)))
    return numbers


def _put_beside(journal: Path, source: Path, numbers: set[int], history: History, now: datetime) -> Path:
    """The lines of these numbers, in a new file beside a journal."""
    wanted = journal.with_name(f"{journal.name}.broken-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    number, aside = 1, wanted
    while aside.exists():
        number += 1
        aside = wanted.with_name(f"{wanted.name}-{number}")
    raw = read_bytes(source).split(b"\n")
    history.write(aside, b"".join(raw[number - 1] + b"\n" for number in sorted(numbers)))
    return aside


def _written(line: Table) -> str:
    return json.dumps(line, sort_keys=True)
