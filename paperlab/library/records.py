"""`paper.toml`: the record of a paper.

Read with tomllib, which is fast; written with tomlkit, which keeps the reader's comments, order and own keys: a value
is touched only if it has changed.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.domain.bibliography import NO_ENTRY
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.text import plain
from paperlab.errors import DamagedFile, UnknownPaper
from paperlab.library import entries, fields
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import Write, read_bytes, write_atomically

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table as TomlTable

_CITEKEY = re.compile(r"[^\s\"#%'(),={}~\\]{1,200}")
_EDITION_NAME = re.compile(r"v[1-9]\d{0,5}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

_Value = str | list[str] | datetime | None
_FIELDS: dict[str, Callable[[Paper], _Value]] = {
    "key": lambda paper: str(paper.key),
    "citekey": lambda paper: paper.citekey,
    "title": lambda paper: paper.title,
    "authors": lambda paper: list(paper.authors),
    "abstract": lambda paper: paper.abstract,
    "categories": lambda paper: list(paper.categories),
    "published": lambda paper: paper.published,
    "updated": lambda paper: paper.updated,
    "doi": lambda paper: paper.doi,
    "journal_ref": lambda paper: paper.journal_ref,
    "comment": lambda paper: paper.comment,
    "url": lambda paper: paper.url,
    "source": lambda paper: paper.source,
    "added": lambda paper: paper.added,
    "tags": lambda paper: list(paper.tags),
    "withdrawn": lambda paper: paper.withdrawn,
}
"""The fields of a record in the order of a new file, and how each is written."""


def read_record(path: Path) -> Paper:
    """The paper that a record tells of.

    Raises:
        UnknownPaper: There is no such file.
        DamagedFile: It is no TOML, or a field cannot be meant; names the field.
    """
    return _paper(_parse(_existing(path)[0], path), path)


def parse_record(text: str, path: Path) -> Paper:
    """The paper that the text of a record tells of, if it were at a path.

    Raises:
        DamagedFile: It is no TOML, or a field cannot be meant; names the field.
    """
    return _paper(_parse(text.removeprefix("\ufeff"), path), path)


def record_of(table: Table, path: Path) -> str:
    """The text of a new record with the fields of a table, which are checked.

    Raises:
        DamagedFile: A field cannot be meant; names the field.
    """
    import tomlkit

    document = tomlkit.document()
    _fill(document, _paper(table, path))
    return tomlkit.dumps(document)


def write_record(path: Path, paper: Paper, write: Write = write_atomically) -> None:
    """Write a record: a new file, or into the existing one, where all that has not changed stays to the byte.

    Raises:
        DamagedFile: What is there, or what would be, cannot be read; nothing is touched.
    """
    import tomlkit  # 20 ms, and most commands write nothing

    mark = ""
    if read_bytes(path).strip():
        text, mark = _existing(path)
        known = _paper(_parse(text, path), path)
        if known == paper:
            return
        document = tomlkit.parse(text)
        _change(document, known, paper)
    else:
        document = tomlkit.document()
        _fill(document, paper)
    written = tomlkit.dumps(document)
    _paper(_parse(written, path), path)  # what cannot be read back is never written
    write(path, (mark + written).encode())


def _existing(path: Path) -> tuple[str, str]:
    """The text of a record, and the byte order mark that an editor has put before it."""
    if not path.is_file():
        raise UnknownPaper(f"no paper {path.parent.name}", hint="`paperlab list` shows what there is.")
    try:
        text = read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise _damaged(path, "it is not UTF-8") from error
    unmarked = text.removeprefix("\ufeff")
    return unmarked, text[: len(text) - len(unmarked)]


def _parse(text: str, path: Path) -> Table:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _damaged(path, str(error)) from error


def _paper(table: Table, path: Path) -> Paper:
    try:
        paper = Paper(
            key=_key(table),
            citekey=_citekey(table),
            title=fields.word(table, "title"),
            authors=fields.lines(table, "authors"),
            abstract=fields.text(table, "abstract").strip(),
            categories=fields.lines(table, "categories"),
            published=fields.moment_or_none(table, "published"),
            updated=fields.moment_or_none(table, "updated"),
            doi=fields.line(table, "doi"),
            journal_ref=fields.line(table, "journal_ref"),
            comment=fields.line(table, "comment"),
            url=fields.line(table, "url"),
            source=fields.line(table, "source"),
            added=fields.moment(table, "added"),
            tags=fields.lines(table, "tags"),
            entry=entries.read_entry(table),
            editions=_editions(table),
            withdrawn=fields.line(table, "withdrawn"),
        )
        if str(paper.key) != path.parent.name:
            raise Misfit("key", f"is {paper.key}, but the folder is {path.parent.name}")
    except Misfit as error:
        raise _damaged(path, str(error)) from error
    return paper


def _key(table: Table) -> PaperKey:
    try:
        return PaperKey(fields.word(table, "key"))
    except Misfit:
        raise
    except ValueError:
        raise Misfit("key", "is no key: letters, digits, dot, dash and underscore") from None


def _citekey(table: Table) -> str:
    value = fields.word(table, "citekey")
    if not _CITEKEY.fullmatch(value):
        raise Misfit("citekey", "holds characters that BibTeX does not take")
    return value


def _editions(table: Table) -> tuple[Edition, ...]:
    editions = tuple(_edition(entry) for entry in fields.tables(table, "editions"))
    if len({edition.name for edition in editions}) < len(editions):
        raise Misfit("editions", "name one twice")
    return tuple(sorted(editions, key=lambda edition: edition.number))


def _edition(entry: Table) -> Edition:
    name, file, sha256 = (fields.word(entry, field) for field in ("name", "file", "sha256"))
    if not _EDITION_NAME.fullmatch(name):
        raise Misfit("editions.name", "should be v and a number")
    if file.startswith(".") or "/" in file or "\\" in file or ":" in file or len(file) > 200:
        raise Misfit("editions.file", "should be the name of a file in this folder")
    if not _SHA256.fullmatch(sha256):
        raise Misfit("editions.sha256", "should be 64 hexadecimal digits")
    return Edition(name, file, sha256, fields.whole(entry, "bytes", 0), fields.moment(entry, "fetched"))


def _fill(document: "TOMLDocument", paper: Paper) -> None:
    for name, of in _FIELDS.items():
        if (value := of(paper)) or name in ("authors", "tags"):
            document[name] = _item(name, value)
    entries.change_entry(document, NO_ENTRY, paper.entry)
    _append_editions(document, paper.editions)


def _change(document: "TOMLDocument", known: Paper, paper: Paper) -> None:
    for name, of in _FIELDS.items():
        value = of(paper)
        if value == of(known):
            continue
        if value:
            document[name] = _item(name, value)
        else:
            del document[name]
    entries.change_entry(document, known.entry, paper.entry)
    if known.editions != paper.editions:
        _change_editions(document, known, paper)


def _change_editions(document: "TOMLDocument", known: Paper, paper: Paper) -> None:
    entries = document.get("editions", [])
    if not paper.editions:
        del document["editions"]
        return
    for index in reversed(range(len(entries))):
        name = fields.line(entries[index], "name")
        old, new = known.edition(name), paper.edition(name)
        if new is None:
            del entries[index]
        elif old != new:
            for field, value in _edition_table(new).items():
                if entries[index].get(field) != value:
                    entries[index][field] = value
    _append_editions(document, [edition for edition in paper.editions if known.edition(edition.name) is None])


def _append_editions(document: "TOMLDocument", editions: Sequence[Edition]) -> None:
    import tomlkit

    if editions and not document.get("editions"):
        document["editions"] = tomlkit.aot()
    for edition in editions:
        document["editions"].append(_edition_table(edition))


def _edition_table(edition: Edition) -> "TomlTable":
    import tomlkit

    table = tomlkit.table()
    table.trivia.indent = "\n"  # a blank line above
    table["name"] = edition.name
    table["file"] = edition.file
    table["sha256"] = edition.sha256
    table["bytes"] = edition.size_bytes
    table["fetched"] = edition.fetched.astimezone(UTC)
    return table


def _item(name: str, value: _Value) -> object:
    import tomlkit

    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, list):
        return tomlkit.item([plain(entry) for entry in value]).multiline(len(value) > 3)
    text = plain(value or "")
    if name == "abstract":  # on lines of its own: TOML drops the first break, reading drops the last
        quoted = tomlkit.string(text.strip(), multiline=True).as_string()
        return tomlkit.value(f'"""\n{quoted[3:-3]}\n"""')
    return text


def _damaged(path: Path, reason: str) -> DamagedFile:
    place = "/".join(path.parts[-3:])
    return DamagedFile(f"{place}: {reason}", hint="Mend it by hand, or bring back an older copy of the file.")
