"""The files of a library as they are, taken out and put in whole: for an export of everything and the way back."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.errors import ChangedOutside, DamagedFile
from paperlab.library import journal_lines, lists, records, stamps
from paperlab.library.fields import Table
from paperlab.library.files import hash_file, make_folder, read_bytes
from paperlab.library.library import Library

_ORDER = (stamps.READING, stamps.ANNOTATIONS, stamps.NOTES, stamps.RECORD)
"""Of writing: until its record is there, a folder is no paper."""


def paper_files(library: Library, key: PaperKey) -> dict[str, str]:
    """The files that hold what is known of a paper, but the PDFs, by name.

    Raises:
        DamagedFile: The record or the notes are not UTF-8.
    """
    texts = {name: _text(library.folder(key) / name) for name in sorted(_ORDER)}
    return {name: text for name, text in texts.items() if text}


def list_files(library: Library) -> dict[str, str]:
    """The files of all reading lists, by name of the list."""
    folder = library.root / "lists"
    return {name: _text(lists.list_path(folder, name)) for name in lists.list_names(folder)}


def check_paper(key: PaperKey, files: Mapping[str, str]) -> Paper:
    """The paper that such files would make.

    Raises:
        DamagedFile: The record is missing or cannot be read, with the field; or there is a file too many.
    """
    if unknown := set(files) - set(_ORDER):
        raise DamagedFile(f"{key}: no file of a paper is named {min(unknown)!r}")
    return records.parse_record(files.get(stamps.RECORD, ""), Path(key.value) / stamps.RECORD)


def check_list(name: str, text: str) -> None:
    """Whether a text can be a reading list of that name.

    Raises:
        NothingFound: No list can have that name.
        DamagedFile: The text cannot be read; names the field.
    """
    lists.check_list(name, text)


def put_paper(library: Library, key: PaperKey, files: Mapping[str, str]) -> None:
    """Make a paper of files that `check_paper` has looked at.

    Raises:
        ChangedOutside: Files with other content are there; nothing is touched.
        LibraryError: The disk refused; what is written so far is no paper yet.
    """
    with library.lock(f"paper-{key}"):
        folder = library.folder(key)
        make_folder(folder)
        paths = {folder / name: files[name].encode() for name in _ORDER if name in files}
        for path, data in paths.items():
            if path.exists() and read_bytes(path) != data:
                raise ChangedOutside(f"{path} is there already", hint="Nothing is overwritten: move it away.")
        for path, data in paths.items():
            library.history.write(path, data)


def put_list(library: Library, name: str, text: str) -> bool:
    """Make a list of a text that `check_list` has looked at. False if one of that name is there, which stays."""
    folder = library.root / "lists"
    with library.lock("lists"):
        path = lists.list_path(folder, name)
        if path.exists():
            return False
        make_folder(folder)
        library.history.write(path, text.encode())
    return True


def put_pdf(library: Library, key: PaperKey, edition: Edition, pdf: Path) -> bool:
    """Copy the PDF of an edition in. False if it is not the one that the record names, or if one is there."""
    target = library.edition_path(key, edition)
    if target.exists() or pdf.stat().st_size != edition.size_bytes or hash_file(pdf)[0] != edition.sha256:
        return False
    with library.lock(f"paper-{key}"):
        library.history.copy(pdf, target)
    return True


def files_of_tables(
    key: PaperKey, record: Table, annotations: Iterable[Table], reading: Iterable[Table], notes: str
) -> dict[str, str]:
    """The files of a paper from tables, where its own are not to be had.

    Raises:
        DamagedFile: A field of the record cannot be meant, or what is in a line or the notes cannot be written.
    """
    path = Path(key.value) / stamps.RECORD
    files = {stamps.RECORD: records.record_of(record, path), stamps.NOTES: notes}
    try:
        files[stamps.ANNOTATIONS] = journal_lines.text_of(annotations)
        files[stamps.READING] = journal_lines.text_of(reading)
        for text in files.values():
            text.encode()
    except ValueError as error:  # a number that is none, half of a character
        raise DamagedFile(f"{key}: {error}", hint="Mend it by hand.") from error
    return files


def _text(path: Path) -> str:
    data = read_bytes(path)
    if path.suffix == ".jsonl":  # a line that is no text is set aside in any case
        return data.decode(errors="backslashreplace")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{path}: it is not UTF-8", hint="Save it as UTF-8 in your editor.") from error
