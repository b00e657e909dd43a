"""Known papers: all records of the library by what tells works apart, without reading them all for every question."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from threading import RLock
from time import monotonic

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.likeness import title_form
from paperlab.domain.papers import Paper
from paperlab.errors import DamagedFile, UnknownPaper
from paperlab.library.library import Library

_FRESH_S = 1.0
"""So long the files of all papers are not looked at again: a bibliography asks a thousand times."""


class KnownPapers:
    """Safe to use from several threads. What others write is seen within a second, or when `look` is called."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = RLock()
        self._looked_at = float("-inf")
        self._stamps: dict[PaperKey, str] = {}
        self._papers: dict[PaperKey, Paper] = {}
        self._keys: defaultdict[str, set[PaperKey]] = defaultdict(set)
        """By whatever a paper may be found by, each kind with a letter before it."""

    def look(self) -> None:
        """Read all records that have changed."""
        with self._lock:
            stamps = {key: stamp.record for key, stamp in self._library.stamps().items()}
            for key in self._papers.keys() - stamps.keys():
                self._forget(key)
            for key, stamp in stamps.items():
                if self._stamps.get(key) == stamp:
                    continue
                try:
                    self._keep(self._library.read(key))
                except DamagedFile:  # `doctor` tells of it
                    self._forget(key)
                except UnknownPaper:
                    continue
                self._stamps[key] = stamp
            self._looked_at = monotonic()

    def note(self, paper: Paper) -> None:
        """This record has just been written."""
        with self._lock:
            self._keep(paper)

    def of_doi(self, doi: str) -> Iterator[Paper]:
        return self._found("d", doi.lower())

    def of_file(self, sha256: str) -> Iterator[Paper]:
        return self._found("f", sha256)

    def of_title(self, title: str) -> Iterator[Paper]:
        """Of the same title, apart from case, accents, punctuation and LaTeX."""
        return self._found("t", title_form(title))

    def of_source(self, source: str) -> Iterator[Paper]:
        return self._found("s", source)

    def has_name(self, name: str) -> bool:
        """It is a key, a citation key or a former one."""
        return any(True for _ in self._found("n", name))

    def _found(self, kind: str, value: str) -> Iterator[Paper]:
        if not value:
            return iter(())
        with self._lock:
            if monotonic() - self._looked_at > _FRESH_S:
                self.look()
            return iter([self._papers[key] for key in sorted(self._keys.get(kind + value, ()))])

    def _keep(self, paper: Paper) -> None:
        self._forget(paper.key)
        self._papers[paper.key] = paper
        for name in _names(paper):
            self._keys[name].add(paper.key)

    def _forget(self, key: PaperKey) -> None:
        self._stamps.pop(key, None)
        if (paper := self._papers.pop(key, None)) is not None:
            for name in _names(paper):
                self._keys[name].discard(key)


def _names(paper: Paper) -> Iterable[str]:
    yield f"d{paper.doi.lower()}"
    yield f"t{title_form(paper.title)}"
    yield from (f"f{edition.sha256}" for edition in paper.editions)
    yield from (f"s{source}" for source in (paper.source, paper.url))
    former = [name.strip() for name in paper.entry.get("ids").split(",") if name.strip()]
    yield from (f"n{name}" for name in (paper.citekey, paper.key.value, *former))
