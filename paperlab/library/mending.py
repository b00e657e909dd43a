"""Mending the reader's own files: only when asked to, and never without a copy of what was there.

Whoever calls holds the paper's lock.
"""

import codecs
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from paperlab.domain.papers import Edition
from paperlab.errors import ChangedOutside
from paperlab.library import fields
from paperlab.library.conflicts import is_conflict_mark
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import append_text, hash_file, read_bytes, read_lines, write_atomically

Keep = Callable[[Path], object]
"""Puts away what a file holds, as `Backups.keep` does, or raises."""


def set_broken_lines_aside(journal: Path, keep: Keep, now: datetime) -> Path:
    """Move the lines of a journal that are no JSON objects into a file beside it, to the byte.

    Returns:
        That file.
    """
    keep(journal)
    numbers = _broken(journal)
    aside = _put_beside(journal, journal, numbers, now)
    raw = read_bytes(journal).split(b"\n")
    _rewrite(journal, [line for number, line in enumerate(raw, 1) if number not in numbers])
    return aside


def dissolve_conflict(journal: Path, keep: Keep) -> None:
    """Take git's marks out of a journal: what stands between them are lines of both sides, and all of them count."""
    raw = read_bytes(journal).split(b"\n")
    marks = [index for index, line in enumerate(raw) if is_conflict_mark(line)]
    ids = {line.get("id") for number, line in read_lines(journal, _unheard) if marks[0] < number - 1 < marks[-1]}
    keep(journal)
    _rewrite(journal, [line for line in raw if not is_conflict_mark(line)])
    _let_newest_win(journal, ids)


def join_journal(journal: Path, copy: Path, keep: Keep, now: datetime) -> int:
    """Append the lines of a copy that a journal lacks, set aside what is no line of a journal, and delete the copy.

    Returns:
        How many lines were new.
    """
    keep(journal)
    keep(copy)
    raw = read_bytes(copy).split(b"\n")
    there = {_written(line) for _, line in read_lines(journal, _unheard)}
    new = [(number, line) for number, line in read_lines(copy, _unheard) if _written(line) not in there]
    if new:
        _append(journal, [raw[number - 1] for number, _ in new])
        _let_newest_win(journal, {line.get("id") for _, line in new})
    if broken := _broken(copy):
        _put_beside(journal, copy, broken, now)
    copy.unlink()
    return len(new)


def drop_same(copy: Path, original: Path) -> None:
    """Delete a copy that holds what its original holds.

    Raises:
        ChangedOutside: It does not, any more.
    """
    if hash_file(copy) != hash_file(original):
        raise ChangedOutside(f"{copy.name} is not what {original.name} is", hint="look at both")
    copy.unlink()


def make_utf8(text: Path, keep: Keep) -> str:
    """Write a text as UTF-8 without byte order mark and NUL bytes.

    Returns:
        The encoding that it was taken for.
    """
    data = read_bytes(text)
    encoding = encoding_of(data)
    written = data.decode(encoding).removeprefix("\ufeff").replace("\0", "")
    keep(text)
    write_atomically(text, written.encode())
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


def _let_newest_win(journal: Path, ids: Iterable[object]) -> None:
    """The last line of an id counts: of these, the one that was written last is put at the end, once more."""
    wanted = set(ids)
    of_ids: dict[object, list[tuple[datetime, int]]] = {}
    for number, line in read_lines(journal, _unheard):
        if line.get("id") in wanted and (at := _time_of(line)) is not None:
            of_ids.setdefault(line["id"], []).append((at, number))
    raw = read_bytes(journal).split(b"\n")
    again = [max(times)[1] for times in of_ids.values() if max(times)[0] > times[-1][0]]
    if again:
        _append(journal, [raw[number - 1] for number in sorted(again)])


def _time_of(line: Table) -> datetime | None:
    try:
        return fields.moment_or_none(line, "at")
    except Misfit:
        return None


def _append(journal: Path, lines: Sequence[bytes]) -> None:
    text = b"".join(line.rstrip(b"\r") + b"\n" for line in lines).decode()
    append_text(journal, text, between=lambda end: "" if end.endswith(b"\n") or not end else "\n")


def _rewrite(journal: Path, lines: Sequence[bytes]) -> None:
    write_atomically(journal, b"\n".join(lines))


def _broken(journal: Path) -> set[int]:
    numbers: set[int] = set()
    list(read_lines(journal, lambda _path, number, _reason: numbers.add(number)))
    return numbers


def _put_beside(journal: Path, source: Path, numbers: set[int], now: datetime) -> Path:
    """The lines of these numbers, in a new file beside a journal."""
    wanted = journal.with_name(f"{journal.name}.broken-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    number, aside = 1, wanted
    while aside.exists():
        number += 1
        aside = wanted.with_name(f"{wanted.name}-{number}")
    raw = read_bytes(source).split(b"\n")
    write_atomically(aside, b"".join(raw[number - 1] + b"\n" for number in sorted(numbers)))
    return aside


def _written(line: Table) -> str:
    return json.dumps(line, sort_keys=True)


def _unheard(_path: Path, _number: int, _reason: str) -> None: ...
