"""What entries of BibTeX and BibLaTeX take over from others by `xdata` and `crossref`."""

from collections.abc import Iterator, Mapping

Fields = Mapping[str, str]
_NEVER_INHERITED = frozenset(
    "title subtitle shorttitle abstract note keywords groups label options language pages doi url eprint "  # noqa: SIM905
    "eprinttype eprintclass archiveprefix primaryclass arxivid file crossref xdata xref ids owner "
    "timestamp".split()
)
_PARTS_OF_BOOKS = frozenset(
    ("inproceedings", "conference", "incollection", "inbook", "inreference", "suppbook", "bookinbook")
)


class Inheritance:
    """The entries of one file: each is worked out once, and one that leads back to itself gives nothing there."""

    def __init__(self, entries: Mapping[str, tuple[str, Fields]]) -> None:
        """`entries`: type and fields by key, keys in lower case."""
        self._entries = entries
        self._whole: dict[str, Fields] = {}

    def of(self, kind: str, fields: Fields) -> dict[str, str]:
        """The fields with all that they take over."""
        for parent in _parents(fields):
            self._work_out(parent)
        return self._joined(kind, fields)

    def _work_out(self, key: str) -> None:
        """Parents before children, without recursion: a file may hold a chain of any length."""
        waiting = [key]
        begun: set[str] = set()
        while waiting:
            now = waiting[-1]
            if now in self._whole or now not in self._entries:
                waiting.pop()
                continue
            kind, fields = self._entries[now]
            missing = [k for k in _parents(fields) if k in self._entries and k not in self._whole and k not in begun]
            if missing and now not in begun:
                begun.add(now)
                waiting += missing
                continue
            self._whole[now] = self._joined(kind, fields)
            waiting.pop()

    def _joined(self, kind: str, fields: Fields) -> dict[str, str]:
        found = dict(fields)
        for key in _xdata(fields):
            for name, value in self._whole.get(key, {}).items():
                found.setdefault(name, value)
        key = fields.get("crossref", "").strip().lower()
        if key in self._whole:
            for name, value in _handed_down(kind, self._entries[key][0], self._whole[key]):
                found.setdefault(name, value)
        return found


def _handed_down(kind: str, parent_kind: str, parent: Fields) -> Iterator[tuple[str, str]]:
    """A book's title is the `booktitle` of its parts, a periodical's the `journal` of its articles."""
    is_part = kind in _PARTS_OF_BOOKS
    if is_part:
        yield "booktitle", parent.get("booktitle") or parent.get("title", "")
    elif kind == "article" and parent.get("title"):
        yield "journal", parent["title"]
    for name, value in parent.items():
        if name == "author" and is_part and parent_kind in ("book", "mvbook"):
            yield "bookauthor", value
        elif name not in _NEVER_INHERITED and (is_part or name != "booktitle"):
            yield name, value


def _parents(fields: Fields) -> Iterator[str]:
    yield from _xdata(fields)
    if key := fields.get("crossref", "").strip().lower():
        yield key


def _xdata(fields: Fields) -> Iterator[str]:
    yield from (key for part in fields.get("xdata", "").split(",") if (key := part.strip().lower()))
