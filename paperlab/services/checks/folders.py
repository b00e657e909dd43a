"""What lies in the folders: files that no record names, copies of synchronisers, what a crash has left."""

import os
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from paperlab.domain.conflict_copies import original_of
from paperlab.domain.findings import Finding, Kind, Remedy
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.errors import LibraryError
from paperlab.library.files import is_leftover
from paperlab.library.mending import drop_same, join_journal
from paperlab.library.stamps import ANNOTATIONS, NOTES, READING, RECORD
from paperlab.services.checks.examination import Examination

_WORDS = (NOTES, ANNOTATIONS, READING)
_FILES = (RECORD, *_WORDS)
_QUIET = timedelta(minutes=10)
"""A temporary file that nobody has written to for so long is left over: no write of a file takes that long."""
_ABANDONED = timedelta(days=30)
"""A download that nobody has gone on with."""
_LARGE_BYTES = {".toml": 2 << 20, ".md": 16 << 20, ".jsonl": 256 << 20, ".pdf": 512 << 20}
"""By ending, more than which a file is slow to read, or a mistake."""


def folder_findings(exam: Examination, papers: Sequence[Paper]) -> Iterator[Finding]:
    """All folders of the library that are the reader's."""
    root = exam.library.root
    editions = {paper.key.value: {edition.file for edition in paper.editions} for paper in papers}
    for folder in (root, root / "lists"):
        entries = [path for path in _entries(folder) if path.is_file() or path.is_symlink()]
        names = {path.name for path in entries if path.suffix == ".toml"}
        yield from _clashes(exam.place(folder), entries)
        for path in entries:
            # `gpt 2.toml` beside `gpt.toml` is a list of its own
            known = names if path.suffix != ".toml" or folder == root else ()
            yield from _file_findings(exam, path, exam.place(path), known, "lists")
    for name in ("exports", "merged"):
        for path in sorted((root / name).rglob("*")):
            if _is_temporary(path.name) and _is_quiet(path, exam.now, _QUIET):
                yield _leftover(exam, path)
    folders = [path for path in _entries(root / "papers") if path.is_dir()]
    yield from _clashes("papers", folders)
    names = {path.name for path in folders}
    for folder in folders:
        yield from _paper_folder(exam, folder, names, editions.get(folder.name))


def derived_findings(exam: Examination) -> Iterator[Finding]:
    """What is left in the derived folder."""
    derived = exam.library.derived
    for path in sorted(derived.rglob("*")):
        if not path.is_file():
            continue
        if _is_temporary(path.name) and _is_quiet(path, exam.now, _QUIET):
            yield _leftover(exam, path)
        elif path.suffix == ".part" and _is_quiet(path, exam.now, _ABANDONED):
            message = "a download that nobody has gone on with for a month"
            yield _deletable(exam, Kind.DOWNLOAD_LEFT, path, message)


def _paper_folder(
    exam: Examination, folder: Path, names: Collection[str], editions: Collection[str] | None
) -> Iterator[Finding]:
    """Args: editions: Names of the PDFs; None where there is no record that can be read."""
    key = _key_of(folder.name)
    place = exam.place(folder) if key is None else str(key)
    yield from _link_findings(exam, folder, place)
    if original := original_of(folder.name, names):
        hint = f"compare it with {original}, take over what is new, and move it out of the library"
        yield Finding(Kind.CONFLICT_COPY, place, f"a synchroniser's copy of the folder {original}", hint)
        return
    entries = _entries(folder)
    if not os.access(folder, os.W_OK):
        hint = "`chmod u+w` lets notes and marks be added"
        yield Finding(Kind.UNWRITABLE, place, "its folder is write-protected", hint)
    if not (folder / RECORD).exists():
        yield _without_record(place, [path.name for path in entries])
    elif key is None:
        hint = "rename it to the key in its paper.toml"
        yield Finding(Kind.FOLDER_MISNAMED, place, "no paper can have that name: it is not seen", hint)
    yield from _clashes(place, entries)
    known = {*_FILES, *(editions or ())}
    for path in entries:
        yield from _file_findings(exam, path, place, known, f"paper-{folder.name}" if key else "keys")
        is_pdf = path.suffix.lower() == ".pdf" and not path.name.startswith(".")
        if is_pdf and editions is not None and path.name not in known and not original_of(path.name, known):
            hint = "if it is an edition, `paperlab add` takes it in; else move it out of the library"
            yield Finding(Kind.PDF_UNKNOWN, place, f"the record does not name {path.name}", hint)


def _without_record(place: str, names: Sequence[str]) -> Finding:
    words = [name for name in names if name in _WORDS]
    if words:
        hint = "bring paper.toml back, from a backup or out of an export, or add the paper again"
        return Finding(Kind.WORDS_WITHOUT_RECORD, place, f"there are {', '.join(words)}, but no paper.toml", hint)
    hint = "add the paper again, or delete the folder"
    return Finding(Kind.FOLDER_WITHOUT_RECORD, place, "there is no paper.toml in it: it is no paper", hint)


def _file_findings(exam: Examination, path: Path, place: str, known: Collection[str], lock: str) -> Iterator[Finding]:
    if _is_temporary(path.name):
        if _is_quiet(path, exam.now, _QUIET):
            yield _leftover(exam, path)
        return
    yield from _link_findings(exam, path, place)
    if original := original_of(path.name, known):
        yield _conflict_copy(exam, path, path.with_name(original), place, lock)
    if path.name in known or path.suffix == ".toml":
        yield from _access_findings(path, place)
    size, most = path.stat().st_size if path.exists() else 0, _LARGE_BYTES.get(path.suffix.lower(), 0)
    if most and size > most:
        message = f"{path.name} takes {size >> 20} MB; {most >> 20} MB are much for such a file"
        yield Finding(Kind.TOO_LARGE, place, message, "look whether it holds what it should")


def _conflict_copy(exam: Examination, copy: Path, original: Path, place: str, lock: str) -> Finding:
    message = f"{copy.name} is a synchroniser's copy of {original.name}"
    try:
        is_same = original.is_file() and exam.hash_of(copy) == exam.hash_of(original)
    except LibraryError as error:
        return Finding(Kind.UNREADABLE, place, error.message, error.hint)

    def drop() -> str:
        drop_same(copy, original, exam.library.history)
        return f"{place}: {copy.name} is gone, {original.name} holds the same"

    def join() -> str:
        new = join_journal(original, copy, exam.library.history, exam.now)
        return f"{place}: {new} lines of {copy.name} are in {original.name} now"

    if is_same:
        remedy = exam.proposal(lock, "deletes it: the two are the same", drop)
        return Finding(Kind.CONFLICT_COPY, place, f"{message}, and holds the same", "delete it", remedy)
    if original.suffix == ".jsonl":
        remedy = exam.proposal(lock, f"joins its lines into {original.name}", join)
        return Finding(
            Kind.CONFLICT_COPY, place, message, "`paperlab doctor --fix` joins the two, line by line", remedy
        )
    hint = f"compare the two, take over into {original.name} what you want of it, and delete it"
    return Finding(Kind.CONFLICT_COPY, place, message, hint)


def _link_findings(exam: Examination, path: Path, place: str) -> Iterator[Finding]:
    if not path.is_symlink():
        return
    target = Path(os.path.realpath(path))
    if not target.exists():
        yield Finding(Kind.LINK_OUTSIDE, place, f"{path.name} is a link that leads nowhere", "mend it, or delete it")
    elif not target.is_relative_to(os.path.realpath(exam.library.root)):
        hint = "a copy of the library, or its backup, lacks it: put the file itself here"
        yield Finding(Kind.LINK_OUTSIDE, place, f"{path.name} is a link out of the library, to {target}", hint)


def _access_findings(path: Path, place: str) -> Iterator[Finding]:
    if path.is_symlink() and not path.exists():
        return
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        yield Finding(Kind.UNREADABLE, place, f"{path.name} cannot be read: {told}", "look at its permissions")
        return
    if path.suffix != ".pdf" and not os.access(path, os.W_OK):
        hint = f"`chmod u+w` lets it be written, if you want paperlab to write {path.name}"
        yield Finding(Kind.UNWRITABLE, place, f"{path.name} is write-protected", hint)


def _clashes(place: str, paths: Sequence[Path]) -> Iterator[Finding]:
    """Names that are one name on a disk of Windows or macOS."""
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(path.name.casefold(), path.name)
        if other != path.name:
            message = f"{other} and {path.name} differ by case alone: elsewhere they are one file"
            yield Finding(Kind.NAME_CLASH, place, message, "rename one of them")


def _leftover(exam: Examination, path: Path) -> Finding:
    message = "a temporary file that a crash has left; what it was to become is there, or was never said to be"
    return _deletable(exam, Kind.LEFTOVER, path, message)


def _deletable(exam: Examination, kind: Kind, path: Path, message: str) -> Finding:
    """Something derived that nobody needs."""
    if exam.is_busy:
        return Finding(kind, exam.place(path), message, "another paperlab is at work here: ask again when it has ended")
    remedy = Remedy("deletes it", lambda: _deleted(exam, path), is_derived=True)
    return Finding(kind, exam.place(path), message, "`paperlab doctor --fix` deletes it", remedy)


def _deleted(exam: Examination, path: Path) -> str:
    path.unlink(missing_ok=True)
    return f"{exam.place(path)}: deleted"


def _is_temporary(name: str) -> bool:
    return is_leftover(name) or name.startswith((".catalog.db.", ".vectors.faiss."))


def _is_quiet(path: Path, now: datetime, least: timedelta) -> bool:
    """Written before that; a time to come is one that a wrong clock has given."""
    try:
        age = timedelta(seconds=now.timestamp() - path.stat().st_mtime)
    except OSError:  # gone since
        return False
    return age > least or age < -least


def _key_of(name: str) -> PaperKey | None:
    try:
        return PaperKey(name)
    except ValueError:
        return None


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
