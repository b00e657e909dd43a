"""BibTeX and BibLaTeX: entries with their strings put in and what they inherit."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from paperlab.domain.bibliography import NAME_FIELDS
from paperlab.domain.names import OTHERS, Name
from paperlab.domain.text import one_line
from paperlab.sources.attached import paths_in
from paperlab.sources.bib_entries import RawEntry, is_verbatim
from paperlab.sources.inheritance import Inheritance
from paperlab.sources.latex_text import text_of

if TYPE_CHECKING:
    from bibtexparser.model import Entry, ParsingFailedBlock

_MONTHS = {month: month for month in "jan feb mar apr may jun jul aug sep oct nov dec".split()}  # noqa: SIM905
_TOKEN = re.compile(r"\s*(?:(?P<quoted>\"(?:[^\"{]|\{[^}]*\})*\")|(?P<word>[^\s#{}\",=]+))")
_NEXT_FIELD = re.compile(r"\s*([A-Za-z][\w:+.-]*)\s*=\s*")
_ESCAPED = re.compile(r"\\([_%#&~$])")


def read_bibtex(text: str) -> tuple[list[RawEntry], list[tuple[int, str]]]:
    """The entries in the file's order, and what could not be read, each with its line."""
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would warn of is told by the problems
    library = parse_string(text, parse_stack=[])
    strings = dict(_MONTHS)
    for string in library.strings:
        strings.setdefault(string.key.lower(), _value(str(string.value), strings)[0])
    found = [(entry, "") for entry in library.entries]
    found += [(entry, _remark(block)) for block in library.failed_blocks if (entry := _salvaged(block))]
    found.sort(key=lambda pair: pair[0].start_line or 0)
    problems = [
        ((block.start_line or 0) + 1, _problem(block)) for block in library.failed_blocks if _salvaged(block) is None
    ]
    known: dict[str, tuple[str, dict[str, str]]] = {}
    plain: list[tuple[Entry, str, dict[str, str]]] = []
    for entry, remark in found:
        fields = _fields(entry, strings)
        known.setdefault(entry.key.strip().lower(), (entry.entry_type.lower(), fields))
        plain.append((entry, remark, fields))
    inheritance = Inheritance(known)
    raws = [_raw(entry, remark, inheritance.of(entry.entry_type.lower(), fields)) for entry, remark, fields in plain]
    return raws, problems


def _salvaged(block: "ParsingFailedBlock") -> "Entry | None":
    """The entry of a block that was only set aside: a key or a field that stands there twice."""
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry

    entry = block.ignore_error_block
    is_whole = isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock)
    return entry if is_whole and isinstance(entry, Entry) else None


def _remark(block: "ParsingFailedBlock") -> str:
    from bibtexparser.model import DuplicateBlockKeyBlock

    if isinstance(block, DuplicateBlockKeyBlock) and block.key:
        return f"the key {block.key} is taken by line {(block.previous_block.start_line or 0) + 1}"
    return ""


def _problem(block: "ParsingFailedBlock") -> str:
    key = re.match(r"\s*@\s*\w+\s*[{(]\s*([^\s,={}]{1,80})\s*,", block.raw or "")
    reason = str(getattr(block.error, "abort_reason", block.error)) or "cannot be read"
    return f"{key[1]}: {reason}" if key else reason


def _fields(entry: "Entry", strings: Mapping[str, str]) -> dict[str, str]:
    """By name in lower case, strings put in, LaTeX as it is; of two of one name the first that is not empty."""
    found: dict[str, str] = {}
    for field in entry.fields:
        name, rest = field.key.strip().lower(), str(field.value)
        for _ in range(50):  # a comma may be missing between two fields
            value, rest = _value(rest, strings)
            if value and not found.get(name):
                found[name] = value
            if not (following := _NEXT_FIELD.match(rest)):
                break
            name, rest = following[1].lower(), rest[following.end() :]
    return found


def _value(source: str, strings: Mapping[str, str]) -> tuple[str, str]:
    """The pieces of a value (`jan # "~1"`), joined, and what stands behind them."""
    pieces: list[str] = []
    at = 0
    while True:
        start = re.compile(r"\s*").match(source, at)
        at = start.end() if start else at
        if source[at : at + 1] == "{":
            end = _closing(source, at)
            pieces.append(source[at + 1 : end])
            at = end + 1
        elif token := _TOKEN.match(source, at):
            quoted, word = token["quoted"], token["word"]
            pieces.append(strings.get(word.lower(), word) if word else quoted[1:-1])
            at = token.end()
        if not (joined := re.compile(r"\s*#").match(source, at)):
            return "".join(pieces), source[at:]
        at = joined.end()


def _closing(text: str, at: int) -> int:
    depth = 0
    for brace in re.compile("[{}]").finditer(text, at):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(text)


def _raw(entry: "Entry", remark: str, fields: Mapping[str, str]) -> RawEntry:
    return RawEntry(
        line=(entry.start_line or 0) + 1,
        key=one_line(entry.key),
        kind=entry.entry_type.lower(),
        fields={
            name: one_line(_ESCAPED.sub(r"\1", value)).strip("{}") if is_verbatim(name, value) else text_of(value)
            for name, value in fields.items()
            if name not in NAME_FIELDS
        },
        names={name: tuple(_names(value)) for name, value in fields.items() if name in NAME_FIELDS and value},
        files=tuple(paths_in(fields.get("file") or fields.get("pdf") or fields.get("local-url", ""))),
        remark=remark,
    )


def _names(source: str) -> Iterator[Name]:
    """Lists that divide names by semicolons, as some programs write them, are read too."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    source = " ".join(source.split())
    if ";" in source and " and " not in source:
        source = source.replace(";", " and ")
    for person in split_multiple_persons_names(source):
        if (name := _name(person.strip())).family:
            yield name


def _name(person: str) -> Name:
    from bibtexparser.middlewares.names import parse_single_name_into_parts

    if person == OTHERS.family:
        return OTHERS
    if person.startswith("{") and _closing(person, 0) == len(person) - 1:
        return Name(_words([person]), is_group=True)
    parts = parse_single_name_into_parts(person, strict=False)
    name = Name(_words([*parts.von, *parts.last]), _words(parts.first), _words(parts.jr))
    return name if name.given or name.suffix else replace(name, is_group=True)


def _words(parts: Sequence[str]) -> str:
    return text_of(" ".join(parts))
