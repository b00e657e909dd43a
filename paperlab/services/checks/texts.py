"""The reader's own words: journals line by line, and notes by what they are written in."""

from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

from paperlab.domain.findings import Finding, Kind, Remedy
from paperlab.domain.identifiers import PaperKey
from paperlab.library.conflicts import has_conflict_marks
from paperlab.library.files import read_bytes
from paperlab.library.journal_checks import OddLine, odd_lines
from paperlab.library.mending import dissolve_conflict, encoding_of, make_utf8, set_broken_lines_aside
from paperlab.library.stamps import ANNOTATIONS, NOTES, READING
from paperlab.services.checks.examination import Examination

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HINTS = {
    Kind.LINE_BROKEN: "it is left out, the others count; `paperlab doctor --fix` sets it aside",
    Kind.CONFLICT_MARKS: "both sides count as they are; `paperlab doctor --fix` takes the marks out",
    Kind.LINE_ODD: "it is left out, the others count; mend the line by hand, or let it be",
    Kind.TIME_UNLIKELY: "a clock was wrong: days and the order of changes may be, too",
    Kind.ID_TWICE: "the last line counts; give one of them an id of its own if both are meant",
    Kind.EDITION_UNKNOWN: "add that edition to have the mark in its place; it is kept as it is",
    Kind.ANSWER_LOST: "it is shown by itself",
}


def text_findings(exam: Examination, key: PaperKey, editions: Collection[str] | None) -> Iterator[Finding]:
    """Raises LibraryError: one of the files cannot be read."""
    folder = exam.library.folder(key)
    for name in (ANNOTATIONS, READING):
        odd = sorted(odd_lines(folder / name, editions, exam.now), key=lambda line: line.kind)
        for kind, lines in groupby(odd, key=lambda line: line.kind):
            yield _of_lines(exam, key, folder / name, kind, list(lines))
    yield from _notes(exam, key, folder / NOTES)


def _of_lines(exam: Examination, key: PaperKey, journal: Path, kind: Kind, lines: list[OddLine]) -> Finding:
    """One finding for all lines of a kind: a journal may hold thousands."""
    first = f"{journal.name}, line {lines[0].number}: {lines[0].reason}"
    rest = f"; so are lines {', '.join(str(line.number) for line in lines[1:6])}" if len(lines) > 1 else ""
    more = f" and {len(lines) - 6} more" if len(lines) > 6 else ""
    return Finding(kind, str(key), first + rest + more, _HINTS[kind], _line_remedy(exam, key, journal, kind))


def _line_remedy(exam: Examination, key: PaperKey, journal: Path, kind: Kind) -> Remedy | None:
    def set_aside() -> str:
        aside = set_broken_lines_aside(journal, exam.library.history, exam.now)
        return f"{key}: broken lines are in {aside.name} now"

    def dissolve() -> str:
        dissolve_conflict(journal, exam.library.history)
        return f"{key}: {journal.name} has the lines of both sides"

    if kind is Kind.LINE_BROKEN:
        return exam.for_paper(key, f"moves the broken lines of {journal.name} into a file beside it", set_aside)
    if kind is Kind.CONFLICT_MARKS:
        return exam.for_paper(key, f"takes the marks out of {journal.name}, the lines of both sides stay", dissolve)
    return None


def _notes(exam: Examination, key: PaperKey, path: Path) -> Iterator[Finding]:
    data, place = read_bytes(path), str(key)
    encoding = encoding_of(data)

    def convert() -> str:
        return f"{key}: notes.md is UTF-8 now, it was {make_utf8(path, exam.library.history)}"

    remedy = exam.for_paper(key, "writes notes.md anew as plain UTF-8", convert)
    hint = "`paperlab doctor --fix` converts it and keeps a copy; or save it as UTF-8 in your editor"
    if encoding != "utf-8":
        message = f"notes.md is not UTF-8, perhaps {encoding}: it cannot be shown, searched or exported"
        yield Finding(Kind.NOTES_ENCODING, place, message, hint, remedy)
        return
    if b"\0" in data:
        message = f"notes.md holds {data.count(0)} NUL bytes, as a crash of the system leaves them"
        yield Finding(Kind.NOTES_NUL, place, message, hint, remedy)
    if data.startswith(_BYTE_ORDER_MARK):
        yield Finding(Kind.BYTE_ORDER_MARK, place, "notes.md begins with a byte order mark", hint, remedy)
    if has_conflict_marks(path):
        hint = "keep what you want of both sides and delete the lines <<<<<<<, ======= and >>>>>>>"
        yield Finding(Kind.CONFLICT_MARKS, place, "notes.md holds both versions of a conflict of git", hint)
    crossed = data.count(b"\r\n")
    if crossed and data.count(b"\n") > crossed:
        message = f"notes.md mixes line ends: {crossed} of {data.count(bytes([10]))} are those of Windows"
        yield Finding(Kind.LINE_ENDS_MIXED, place, message)
