"""Two records of one work become one: what the other has goes over, and its folder is kept under `merged/`.

Nothing is taken away before all of it stands in its new place, and each step may be done again: whoever is cut off
merges once more.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.library import lists
from paperlab.library.files import make_folder, read_bytes, read_lines
from paperlab.library.journal_lines import Note, append_line, append_lines, is_deletion, standing
from paperlab.library.library import Library
from paperlab.library.stamps import ANNOTATIONS, NOTES, READING, RECORD

MERGED, NOTE = "merged", "merged.toml"
_JOURNALS = (ANNOTATIONS, READING)


def join(library: Library, paper: Paper, other: Paper, editions: Mapping[str, str]) -> Path:
    """Write `paper`, which has all that the other record tells, and move the other's files over.

    Args:
        editions: The other's editions by name, and what they are called in `paper`.

    Returns:
        The folder that the other paper's files are kept in, and copies of what `paper` had before.

    Raises:
        LibraryError: The disk refused; both papers are as they were, or the merging can be done again.
    """
    folder, gone = library.folder(paper.key), library.folder(other.key)
    kept = _free(library.root / MERGED, other.key.value)
    with library.lock(f"paper-{paper.key}"), library.lock(f"paper-{other.key}"):
        before = kept / "before"
        make_folder(kept)
        make_folder(before)
        for name in (RECORD, NOTES, *_JOURNALS):
            if (folder / name).is_file() and not (before / name).exists():  # there from a try that was cut off
                library.history.copy(folder / name, before / name)
        for edition in other.editions:
            if (gone / edition.file).is_file():
                library.add_edition(paper.key, editions[edition.name], gone / edition.file, edition.fetched)
        for name in _JOURNALS:
            _move_lines(gone / name, folder / name, editions, library.history.note_entries)
        notes = library.read_notes(other.key)
        if notes.strip() and notes.strip() not in library.read_notes(paper.key):
            library.append_note(paper.key, notes)
        library.write(paper)
        with library.lock("lists"):
            lists.rename_paper(library.root / "lists", other.key, paper.key, before, library.history.write)
        library.history.write(kept / NOTE, f'into = "{paper.key}"\ncitekey = {json.dumps(other.citekey)}\n'.encode())
        library.history.move_folder(gone, kept / "paper")
    return kept


def successor(library: Library, name: str) -> PaperKey | None:
    """The paper that one with this key or citation key was merged into; None if there was no such paper."""
    into: dict[str, PaperKey] = {}
    for note in sorted((library.root / MERGED).glob(f"*/{NOTE}")):
        try:
            told = tomllib.loads(read_bytes(note).decode())
            key = PaperKey(str(told.get("into")))
        except (ValueError, RecursionError):  # somebody's own file
            continue
        former = note.parent.name.partition("~")[0]
        for old in (former, told.get("citekey")):
            if isinstance(old, str):
                into[old.casefold()] = key
    name = name.casefold()
    for _ in range(len(into)):
        if not (found := into.get(name)) or library.has(found):
            return found
        name = found.value.casefold()
    return None


def _free(folder: Path, name: str) -> Path:
    """A folder that holds no paper yet: one that was merged, added again and merged again gets another."""
    number, found = 1, folder / name
    while (found / "paper").exists():
        number += 1
        found = folder / f"{name}~{number}"
    return found


def _move_lines(source: Path, target: Path, editions: Mapping[str, str], note: Note) -> None:
    """Append the lines of a journal that are not there yet, each with its edition's new name.

    What is there and deleted, as after a merge that was undone, is taken over once more.
    """
    there = {_written(line) for _, line in read_lines(target)}
    lines = [line | _renamed(line, editions) for _, line in read_lines(source)]
    append_lines(target, [line for line in lines if _written(line) not in there], note, standing(target))
    held = standing(target)
    for entry_id, line in standing(source).items():
        if not is_deletion(line) and is_deletion(held[entry_id]):
            append_line(target, {**line, **_renamed(line, editions)}, note)


def _renamed(line: Mapping[str, object], editions: Mapping[str, str]) -> dict[str, object]:
    edition = line.get("edition")
    return {"edition": editions[edition]} if isinstance(edition, str) and edition in editions else {}


def _written(line: Mapping[str, object]) -> str:
    return json.dumps(line)
