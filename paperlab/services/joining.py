"""Joining: two records of one work become one; which may be one is a question for their reader."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from paperlab.domain.bibliography import entry_of
from paperlab.domain.completing import completed
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.likeness import alike_pairs
from paperlab.domain.papers import Edition, Paper
from paperlab.errors import DamagedFile, UsageError
from paperlab.index.catalog import Catalog
from paperlab.library.joining import join
from paperlab.library.library import Library
from paperlab.services.indexing import Indexing
from paperlab.services.records import LOCK_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Double:
    """Two papers that may be one work."""

    first: Paper
    second: Paper
    reason: str
    """`has the same title`, `has the same DOI`."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of two papers."""

    paper: Paper
    former: PaperKey
    kept: Path
    """Where the other paper's files are, and copies of this one's as they were."""
    warning: str = ""


class Joining:
    def __init__(self, library: Library, indexing: Indexing, catalog: Callable[[], Catalog]) -> None:
        self._library = library
        self._indexing = indexing
        self._catalog = catalog

    def doubles(self) -> tuple[Double, ...]:
        """All pairs of papers that may be one work; records that are damaged are left out."""
        return tuple(doubles(self._papers()))

    def join(self, key: PaperKey, other: PaperKey) -> Joined:
        """Let one paper take over all that another has: editions, notes, annotations, reading journal, tags, places in
        reading lists, and what its record tells besides. The other's keys lead to it from now on.

        Raises:
            UsageError: They are the same paper, or two of arXiv, or the other alone is of arXiv.
            UnknownPaper, DamagedFile, LibraryError
        """
        with (  # of the papers, too: what somebody writes into a record from here on would be overwritten
            self._library.lock("keys", timeout_s=LOCK_TIMEOUT_S),
            self._library.lock(f"paper-{key}"),
            self._library.lock(f"paper-{other}"),
        ):
            paper, gone = self._library.read(key), self._library.read(other)
            _check(paper, gone)
            names = dict(_new_names(paper, gone))
            joined = _joined(paper, gone, names)
            kept = join(self._library, joined, gone, names)
        self._catalog().remove(other)
        level = self._indexing.bring_level(key) if joined.newest != paper.newest else None
        return Joined(joined, other, kept, level.error or level.warning if level else "")

    def _papers(self) -> Iterator[Paper]:
        for key in self._library.keys():  # noqa: SIM118  (a library is no dict)
            try:
                yield self._library.read(key)
            except DamagedFile:  # `doctor` tells of it
                continue


def doubles(papers: Iterable[Paper]) -> Iterator[Double]:
    """Pairs with the same DOI, then those with the same title and an author in common."""
    papers = list(papers)
    by_doi: dict[str, Paper] = {}
    told: set[tuple[PaperKey, PaperKey]] = set()
    for paper in papers:
        first = by_doi.setdefault(paper.doi.lower(), paper) if paper.doi else paper
        if first is not paper:
            told.add((first.key, paper.key))
            yield Double(first, paper, "has the same DOI")
    for first, second in alike_pairs(papers):
        if (first.key, second.key) not in told and not (first.arxiv_id and second.arxiv_id):
            yield Double(*_arxiv_first(first, second), "has the same title")


def _arxiv_first(one: Paper, other: Paper) -> tuple[Paper, Paper]:
    return (other, one) if other.arxiv_id and not one.arxiv_id else (one, other)


def _check(paper: Paper, gone: Paper) -> None:
    if paper.key == gone.key:
        raise UsageError(f"{paper.key} is one paper", hint="name two")
    if paper.arxiv_id and gone.arxiv_id:
        raise UsageError(
            f"{paper.key} and {gone.key} are two works to arXiv", hint="`paperlab tag` can tie them together"
        )
    if gone.arxiv_id:
        hint = f"`paperlab merge {gone.key} {paper.key}`: the paper of arXiv keeps its key"
        raise UsageError(f"{gone.key} is of arXiv, {paper.key} is not", hint=hint)


def _new_names(paper: Paper, gone: Paper) -> Iterator[tuple[str, str]]:
    """What the other's editions are called: the same bytes are the same edition, and no number is given twice.

    The newest edition of a paper of arXiv stays the newest as long as a smaller number is free.
    """
    taken = {edition.number for edition in paper.editions}
    newest = paper.newest.number if paper.newest else 0
    for edition in gone.editions:
        same = next((own.name for own in paper.editions if own.sha256 == edition.sha256), "")
        if same:
            yield edition.name, same
            continue
        free = [number for number in range(1, newest) if number not in taken] if paper.arxiv_id else []
        number = edition.number if not taken else (free or [max(taken) + 1])[0]
        taken.add(number)
        yield edition.name, f"v{number}"


def _joined(paper: Paper, gone: Paper, names: dict[str, str]) -> Paper:
    """With the other's citation key as a former one: BibLaTeX finds the entry by it, too."""
    editions = {edition.name: edition for edition in paper.editions}
    for edition in gone.editions:
        name = names[edition.name]
        editions.setdefault(name, replace(edition, name=name, file=f"{name}.pdf"))
    with_all = completed(paper, gone)
    former = [name.strip() for name in f"{with_all.entry.get('ids')},{gone.citekey}".split(",")]
    ids = ",".join(dict.fromkeys(name for name in former if name and name != paper.citekey))
    return replace(
        with_all,
        source=paper.source or gone.source,
        entry=entry_of(with_all.entry.kind, {**dict(with_all.entry.fields), "ids": ids}),
        editions=tuple(sorted(editions.values(), key=_number)),
    )


def _number(edition: Edition) -> int:
    return edition.number
