"""Reading lists: `lists/*.toml`, written by hand; paperlab only adds items at the end."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from paperlab.domain.identifiers import PaperKey, parse_arxiv_id
from paperlab.domain.reading_lists import ItemKind, ListItem, ReadingList
from paperlab.domain.text import one_line, plain
from paperlab.errors import DamagedFile, LibraryError, NothingFound
from paperlab.library import fields
from paperlab.library.fields import Misfit, Table
from paperlab.library.files import Write, make_folder, read_bytes, write_atomically

_NAME = re.compile(r"(?!(?i:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))\w[\w .-]{0,98}(?<![ .])")
_MOST_BYTES = 200
"""Of a name in UTF-8: with its suffix, and that of a temporary file, 255 are the most that file systems take."""


def list_path(folder: Path, name: str) -> Path:
    """Where a list of that name is, or would be.

    Raises:
        NothingFound: The name is no safe file name, so no list can have it.
    """
    if not _NAME.fullmatch(name) or len(name.encode()) > _MOST_BYTES:
        raise NothingFound(f"no reading list can be named {name!r}", hint="Use letters, digits, blank, dash and dot.")
    return folder / f"{name}.toml"


def list_names(folder: Path) -> Iterator[str]:
    """Names of the lists in a folder, sorted."""
    for path in sorted(folder.glob("*.toml")):
        if _NAME.fullmatch(path.stem):
            yield path.stem


def read_list(folder: Path, name: str) -> ReadingList:
    """A reading list.

    Raises:
        NothingFound: There is none of that name.
        DamagedFile: It cannot be read; names the field.
    """
    path = list_path(folder, name)
    if not path.is_file():
        known = ", ".join(list_names(folder)) or "none yet"
        raise NothingFound(f"no reading list {name}", hint=f"There are: {known}.")
    return _parse(read_bytes(path), path)


def read_lists(folder: Path, on_damaged: Callable[[LibraryError], None] | None) -> Iterator[ReadingList]:
    """All lists of a folder, by name. Those that cannot be read go to `on_damaged`; without it they are raised."""
    for name in list_names(folder):
        try:
            yield read_list(folder, name)
        except LibraryError as error:
            if on_damaged is None:
                raise
            on_damaged(error)


def check_list(name: str, text: str) -> None:
    """Whether a text can be a reading list of that name.

    Raises:
        NothingFound: The name is no safe file name.
        DamagedFile: The text cannot be read; names the field.
    """
    _parse(text.encode(), list_path(Path(), name))


def add_item(folder: Path, name: str, key: PaperKey, title: str, write: Write = write_atomically) -> None:
    """Add a paper at the end of a list, which is made if it is missing; a paper that is on it already is not added.

    Raises:
        DamagedFile: The file cannot be read, or its items are written in a way that nothing can be added to.
    """
    import tomlkit

    make_folder(folder)
    path = list_path(folder, name)
    known = read_bytes(path) or f"title = {tomlkit.item(name).as_string()}\n".encode()
    items = _parse(known, path).items
    if any(_is_paper(item, key) for item in items):
        return
    title = one_line(plain(title)) or str(key)
    entry = f"\n[[items]]\npaper = {tomlkit.item(str(key)).as_string()}\ntitle = {tomlkit.item(title).as_string()}\n"
    added = known + (b"" if known.endswith(b"\n") else b"\n") + entry.encode()
    if len(_parse(added, path).items) != len(items) + 1:
        raise _damaged(path, "nothing can be added after its items")
    write(path, added)


def rename_paper(folder: Path, old: PaperKey, new: PaperKey, backups: Path, write: Write = write_atomically) -> None:
    """Let all lists name a paper by its new key; a copy of each list that changes goes to `backups`."""
    import tomlkit

    for name in list_names(folder):
        path = list_path(folder, name)
        known = read_bytes(path)
        if old.value not in known.decode(errors="replace") or not any(
            old.value in (item.paper, *item.after) for item in _parse(known, path).items
        ):
            continue
        text = known.decode()
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        document = tomlkit.parse(text.removeprefix(mark))
        for item in document["items"]:
            if item.get("paper") == old.value:
                item["paper"] = new.value
            after = item.get("after", [])
            for index, before in enumerate(after):
                if before == old.value:
                    after[index] = new.value
        write(backups / path.name, known)
        write(path, (mark + tomlkit.dumps(document)).encode())


def _is_paper(item: ListItem, key: PaperKey) -> bool:
    arxiv_id = parse_arxiv_id(item.paper)
    return item.paper == str(key) or (arxiv_id is not None and arxiv_id.key == key)


def _parse(raw: bytes, path: Path) -> ReadingList:
    try:
        table: Table = tomllib.loads(raw.decode().removeprefix("\ufeff"))
        return ReadingList(
            name=path.stem,
            title=fields.line(table, "title") or path.stem,
            description=fields.text(table, "description").strip(),
            items=tuple(_item(entry) for entry in fields.tables(table, "items")),
        )
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error


def _item(entry: Table) -> ListItem:
    paper, url = fields.line(entry, "paper"), fields.line(entry, "url")
    title = fields.line(entry, "title") or paper or url
    kind = fields.line(entry, "kind") or ItemKind.PAPER
    if not paper and not url:
        raise Misfit(f"item {title!r}", "has neither paper nor url")
    if url and not re.match(r"https?://[^\s/]", url):
        raise Misfit(f"url of {title!r}", "should be an address that begins with https://")
    if kind not in set(ItemKind):
        raise Misfit(f"kind of {title!r}", f"should be one of {', '.join(ItemKind)}")
    return ListItem(
        title=title,
        kind=ItemKind(kind),
        paper=paper,
        url=url,
        why=fields.line(entry, "why"),
        after=fields.lines(entry, "after"),
        sections=fields.lines(entry, "sections"),
        questions=fields.lines(entry, "questions"),
    )


def _damaged(path: Path, reason: str) -> DamagedFile:
    return DamagedFile(f"lists/{path.name}: {reason}", hint="Mend it by hand.")
