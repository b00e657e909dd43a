"""`[bibliography]` in `paper.toml`: the type of a paper's entry in bibliographies, and the fields that go out again."""

import re
from typing import TYPE_CHECKING

from paperlab.domain.bibliography import BibEntry, entry_of
from paperlab.domain.text import one_line, plain
from paperlab.library.fields import Misfit, Table

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

TABLE, _KIND = "bibliography", "type"
_KIND_FIELD = "entry_type"
"""Where BibTeX's own field `type` is: `type` names the type of the entry."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+:.-]{0,60}", re.ASCII)


def read_entry(record: Table) -> BibEntry:
    """The entry that a record's table tells of; an empty one without a table.

    Raises:
        Misfit: A field cannot be meant.
    """
    table = record.get(TABLE, {})
    if not isinstance(table, dict):
        raise Misfit(TABLE, "should be a table")
    found: dict[str, str] = {}
    for name, value in table.items():
        if not _NAME.fullmatch(name):
            raise Misfit(f"{TABLE}.{name}", "is no name of a field")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Misfit(f"{TABLE}.{name}", "should be text")
        found[name.lower()] = one_line(plain(str(value)))
    kind = found.pop(_KIND, "").lower()
    if kind and not _NAME.fullmatch(kind):
        raise Misfit(f"{TABLE}.{_KIND}", "is no type of an entry")
    if of_kind := found.pop(_KIND_FIELD, ""):
        found[_KIND] = of_kind
    return entry_of(kind, found)


def change_entry(document: "TOMLDocument", known: BibEntry, entry: BibEntry) -> None:
    """Write what has changed into the table, which is made if it is missing; the rest stays to the byte."""
    import tomlkit

    if known == entry:
        return
    if TABLE not in document:
        document[TABLE] = tomlkit.table()
        if "editions" in document:
            document[TABLE].trivia.indent = "\n"  # a blank line above
    table = document[TABLE]
    before, after = _table(known), _table(entry)
    for name in [name for name in table if name.lower() in before and name.lower() not in after]:
        del table[name]
    for name, value in after.items():
        if before.get(name) != value:
            written = next((there for there in table if there.lower() == name), name)
            table[written] = plain(value)


def _table(entry: BibEntry) -> dict[str, str]:
    kind = {_KIND: entry.kind} if entry.kind else {}
    return kind | {_KIND_FIELD if name == _KIND else name: value for name, value in entry.fields}
