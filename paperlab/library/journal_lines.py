"""Lines of journals, whatever they tell of: which of an id holds, and how one is added so that it does.

Of the lines of an id the one written last holds, by the time in `written`, else in `at`; of two of one time the later
line. So two machines' journals may be joined line by line in any order. A line that is written after one which a clock
running ahead has dated later says so by `written`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from paperlab.domain.clocks import behind
from paperlab.library import fields
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import append_text, close_line, log_broken, read_bytes, read_lines

OnBroken = Callable[[Path, int, str], None]
Note = Callable[[Path, Mapping[str, tuple[str, str]]], None]
"""Is told the state of each entry before and after, by id, before a journal changes."""
GONE = ""
"""The state of what was deleted, or never there."""
_TIMES = frozenset({"at", "written"})


def unnoted(_path: Path, _states: Mapping[str, tuple[str, str]]) -> None: ...


def untold(_path: Path, _number: int, _reason: str) -> None: ...


def is_deletion(line: Table) -> bool:
    return line.get("deleted") is True


def written_at(line: Table) -> datetime:
    """When a line was written.

    Raises:
        Misfit: It does not tell.
    """
    return fields.moment_or_none(line, "written") or fields.moment(line, "at")


def last_written(path: Path) -> datetime | None:
    """What the clocks of all who wrote into a journal have come to."""
    found: list[datetime] = []
    for _, line in read_lines(path, untold):
        with suppress(Misfit):
            found.append(written_at(line))
    return max(found, default=None)


def in_order(path: Path, on_broken: OnBroken = log_broken) -> list[tuple[int, str, Table]]:
    """Number, id and object of each line that has an id, the one that was written first before the others.

    A line without a time, which somebody has written by hand, goes behind the one above it.
    """
    found: list[tuple[datetime, int, str, Table]] = []
    at = datetime.min.replace(tzinfo=UTC)
    for number, line in read_lines(path, on_broken):
        with suppress(Misfit):
            at = written_at(line)
        try:
            found.append((at, number, fields.word(line, "id"), line))
        except Misfit as error:
            on_broken(path, number, str(error))
    found.sort(key=lambda line: line[:2])
    return [line[1:] for line in found]


def standing(path: Path) -> dict[str, Table]:
    """The line of each id that holds, deletions too."""
    return {entry_id: line for _, entry_id, line in in_order(path, untold)}


def state_of(line: Table | None) -> str:
    """Tells two states of an entry apart, whenever they were written."""
    if line is None or is_deletion(line):
        return GONE
    told = {name: value for name, value in line.items() if name not in _TIMES}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def line_of_state(path: Path, entry_id: str, state: str) -> Table | None:
    """A line of the journal that gave an entry this state; None if there is none."""
    lines = (line for _, found, line in in_order(path, untold) if found == entry_id)
    return next((line for line in lines if state_of(line) == state), None)


def append_line(path: Path, line: Table, note: Note = unnoted) -> None:
    """Add a line that holds from now on.

    Raises:
        LibraryError: The disk refused.
    """
    entry_id = fields.word(line, "id")
    mentions = json.dumps(entry_id, ensure_ascii=False).encode("utf-8", "replace")
    before = standing(path).get(entry_id) if mentions in read_bytes(path) else None
    append_lines(path, [line if before is None else _after(before, line)], note, {entry_id: before})


def append_lines(path: Path, lines: Sequence[Table], note: Note, before: Mapping[str, Table | None]) -> None:
    """Add lines as they are, in one append. `before`: the line that held of each of their ids."""
    if not lines:
        return
    note(path, _changes(lines, before))
    append_text(path, text_of(lines), between=close_line)


def append_missing(path: Path, other: Path, note: Note) -> None:
    """Add the lines of another journal that are not there yet: which of an id holds is told by their times."""
    there = {json.dumps(line, sort_keys=True) for _, line in read_lines(path, untold)}
    lines = [line for _, line in read_lines(other, untold) if json.dumps(line, sort_keys=True) not in there]
    append_lines(path, lines, note, standing(path))


def text_of(lines: Iterable[Table]) -> str:
    """A journal of such lines."""
    return "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)


def stamp(at: datetime) -> str:
    """A time as it is written."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _after(before: Table, line: Table) -> Table:
    """The line, which is to hold although a clock may tell another time than it did."""
    if _later(before, line) is line:
        return line
    return {**line, "written": stamp(behind(written_at(line), written_at(before)))}


def _changes(lines: Sequence[Table], before: Mapping[str, Table | None]) -> dict[str, tuple[str, str]]:
    """Of the entries that will stand otherwise than they do."""
    held = {entry_id: line for entry_id, line in before.items() if line is not None}
    for line in lines:
        entry_id = line.get("id")
        if isinstance(entry_id, str):
            held[entry_id] = _later(held.get(entry_id), line)
    states = {entry_id: (state_of(before.get(entry_id)), state_of(line)) for entry_id, line in held.items()}
    return {entry_id: pair for entry_id, pair in states.items() if pair[0] != pair[1]}


def _later(one: Table | None, other: Table) -> Table:
    with suppress(Misfit):  # one without a time counts where it stands
        if one is not None and written_at(other) < written_at(one):
            return one
    return other
