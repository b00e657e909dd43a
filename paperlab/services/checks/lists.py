"""Reading lists: whether they can be read, and whether what they name is there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from paperlab.domain.findings import Finding, Kind
from paperlab.domain.reading_lists import ListItem, ReadingList
from paperlab.errors import LibraryError, UnknownSource
from paperlab.library.conflicts import has_conflict_marks
from paperlab.library.lists import list_names
from paperlab.services.checks.examination import Examination
from paperlab.services.shelf import key_of_source
from paperlab.sources.classify import classify


def list_findings(exam: Examination) -> Iterator[Finding]:
    """All lists, each by itself."""
    folder = exam.library.root / "lists"
    names = tuple(list_names(folder))
    for path in sorted(folder.glob("*.toml")):
        place = exam.place(path)
        if path.stem not in names:
            hint = "rename it: letters, digits, blank, dash and dot"
            yield Finding(Kind.LIST_MISNAMED, place, "no list can have that name: it is not seen", hint)
            continue
        try:
            found = exam.library.list(path.stem)
        except LibraryError as error:
            is_conflict = path.is_file() and has_conflict_marks(path)
            hint = "git has left two versions in it: keep one" if is_conflict else error.hint
            yield Finding(Kind.LIST_DAMAGED, place, error.message, hint)
            continue
        yield from (Finding(kind, place, message, hint) for kind, message, hint in _oddities(exam, found))


def _oddities(exam: Examination, found: ReadingList) -> Iterator[tuple[Kind, str, str]]:
    names = {name: item for item in found.items for name in (item.paper, item.title) if name}
    for item in found.items:
        for before in item.after:
            if before not in names and not _is_held(exam, before):
                hint = "name a `paper` or `title` of the list, or a paper of the library"
                yield Kind.LIST_AFTER_UNKNOWN, f"{item.title!r} comes after {before!r}, which is nowhere", hint
        if item.paper and not _is_held(exam, item.paper) and not _can_be_had(item.paper):
            hint = "name it as `paperlab add` would take it"
            yield Kind.LIST_PAPER_UNKNOWN, f"{item.paper!r} is neither in the library nor to be had", hint
    twice = Counter(str(key_of_source(item.paper) or item.paper or item.url) for item in found.items)
    for name, count in twice.items():
        if count > 1:
            yield Kind.LIST_ITEM_TWICE, f"{name} is on it {count} times", "take all but one out"
    if cycle := _cycle(found.items, names):
        hint = "take one of these out of `after`"
        yield Kind.LIST_CYCLE, f"what comes first? {' after '.join(cycle)}", hint


def _cycle(items: Sequence[ListItem], names: Mapping[str, ListItem]) -> list[str]:
    """Titles of items that wait for each other; the first one again at the end."""
    graph = {item.title: {names[before].title for before in item.after if before in names} for item in items}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def _is_held(exam: Examination, source: str) -> bool:
    key = key_of_source(source)
    return key is not None and exam.library.has(key)


def _can_be_had(source: str) -> bool:
    try:
        classify(source)
    except UnknownSource:
        return False
    return True
