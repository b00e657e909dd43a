"""An exported JSON document read again. It may come from anywhere: nothing in it is taken for what it should be."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import DamagedFile
from paperlab.export.library_json import FORMAT

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PaperDocument:
    """What a document tells of one paper."""

    key: PaperKey
    files: Mapping[str, str]
    """Its plain files by name; none in format 1."""
    record: Table
    """What other programs read, in which format 1 has all that it has."""
    annotations: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class LibraryDocument:
    format: int
    papers: tuple[PaperDocument, ...]
    lists: Mapping[str, str] = field(default_factory=dict)
    """The plain files of the reading lists, by name."""


def read_document(data: bytes, name: str) -> LibraryDocument:
    """Take a document apart.

    Args:
        name: Of the file, for messages.

    Raises:
        DamagedFile: It is no exported library, or not as one is; says what is wrong, and where.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else "no JSON"
        raise DamagedFile(f"{name}: {reason}", hint="`paperlab export --format json` makes one") from error
    if not isinstance(document, dict) or "format" not in document or "papers" not in document:
        raise DamagedFile(f"{name} is no exported library", hint="`paperlab export --format json` makes one")
    version = document["format"]
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= FORMAT:
        raise DamagedFile(f"{name} has format {str(version)[:20]!r}, known is {FORMAT}", hint="Upgrade paperlab.")
    papers = tuple(
        _paper(entry, version, f"{name}: paper {n}") for n, entry in enumerate(_list(document, "papers", name), 1)
    )
    if twice := _twice([str(paper.key) for paper in papers]):
        raise DamagedFile(f"{name}: paper {twice} is there twice")
    lists = [(_text(entry, "name", name), _text(entry, "file", name)) for entry in _tables(document, "lists", name)]
    if twice := _twice([list_name for list_name, _ in lists]):
        raise DamagedFile(f"{name}: list {twice!r} is there twice")
    return LibraryDocument(version, papers, {list_name: text for list_name, text in lists if text})


def _paper(entry: object, version: int, place: str) -> PaperDocument:
    if not isinstance(entry, dict):
        raise DamagedFile(f"{place}: should be an object")
    try:
        key = PaperKey(_text(entry, "key", place))
    except ValueError as error:
        raise DamagedFile(f"{place}: {error}") from error
    files: dict[str, str] = {}
    if version > 1:
        given = entry.get("files")
        if not isinstance(given, dict):
            raise DamagedFile(f"{place}: files should be an object")
        files = {file: _text(given, file, f"{place}, files") for file in given}
    return PaperDocument(key, files, entry, _tables(entry, "annotations", place))


def _list(table: Table, name: str, place: str) -> list[object]:
    value = table.get(name, [])
    if not isinstance(value, list):
        raise DamagedFile(f"{place}: {name} should be a list")
    return value


def _tables(table: Table, name: str, place: str) -> tuple[Table, ...]:
    values = _list(table, name, place)
    found = tuple(value for value in values if isinstance(value, dict))
    if len(found) < len(values):
        raise DamagedFile(f"{place}: {name} should hold objects")
    return found


def _text(table: Table, name: str, place: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise DamagedFile(f"{place}: {name} should be text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DamagedFile(f"{place}: {name} holds what is no character") from error
    return value


def _twice(names: list[str]) -> str:
    return next((name for name, count in Counter(names).items() if count > 1), "")
