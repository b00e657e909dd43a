"""Updating: which papers have newer editions at arXiv, asked for when the reader wants it or has settled it so."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from paperlab.domain.identifiers import ArxivId, PaperKey
from paperlab.domain.papers import FoundPaper, Paper
from paperlab.domain.steps import Watcher, unwatched
from paperlab.errors import DamagedFile, PaperlabError
from paperlab.library.library import Library
from paperlab.library.newest import NewestEditions
from paperlab.sources.arxiv_api import ArxivSource

PERIODS = {"weekly": timedelta(days=7), "daily": timedelta(days=1)}
"""How often the TUI asks by itself, by the setting `update_check`."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewerEdition:
    """An edition that arXiv has and the library has not."""

    key: PaperKey
    title: str
    edition: str
    """The newest one in the library."""
    newest: str
    is_withdrawn: bool
    """Its authors have taken the work back: there is no PDF of it."""


class Updating:
    def __init__(
        self, library: Library, arxiv: ArxivSource, now: Callable[[], datetime], *, check: str = "never"
    ) -> None:
        """`check` is the setting `update_check`; an offline library is never asked for."""
        self._library = library
        self._arxiv = arxiv
        self._now = now
        self._period = PERIODS.get(check)
        self._newest = NewestEditions(library)

    def newer(self, keys: Sequence[PaperKey] = (), watch: Watcher = unwatched) -> tuple[NewerEdition, ...]:
        """Ask arXiv for the newest editions of some papers, or of all, a hundred in one request. Nothing is downloaded.

        Raises:
            Offline, SourceUnavailable
        """
        papers = {ArxivId(p.arxiv_id.bare): p for p in self._papers(keys) if p.arxiv_id is not None and p.newest}
        found = self._arxiv.look_up(list(papers), watch) if papers else {}
        told = [_compared(papers[arxiv_id], paper) for arxiv_id, paper in found.items()]
        newer = tuple(sorted((one for one in told if one is not None), key=lambda one: one.key))
        names: dict[PaperKey, str | None] = {papers[arxiv_id].key: None for arxiv_id in found}
        names |= {one.key: one.newest for one in newer if not one.is_withdrawn}
        self._newest.keep(names, None if keys else self._now())
        return newer

    def check(self) -> bool:
        """Ask quietly, if the settings say so and it is time; what fails is logged. Returns whether it was asked."""
        if self._period is None:
            return False
        try:
            asked = self._newest.asked
            if asked is not None and timedelta(0) <= self._now() - asked < self._period:
                return False
            self.newer()
        except PaperlabError as error:
            _log.info("newer editions were not asked for: %s", error.message)
            return False
        return True

    def _papers(self, keys: Iterable[PaperKey]) -> Iterable[Paper]:
        for key in keys or self._library.keys():
            try:
                yield self._library.read(key)
            except DamagedFile:  # `doctor` tells of it
                continue


def newest_of(found: Mapping[ArxivId, FoundPaper]) -> dict[PaperKey, str | None]:
    """What has been told of papers, whose newest editions were asked for, as `NewestEditions` keeps it."""
    return {
        arxiv_id.key: f"v{paper.arxiv_id.version}" if paper.arxiv_id and paper.pdf_url else None
        for arxiv_id, paper in found.items()
        if arxiv_id.version is None
    }


def _compared(paper: Paper, found: FoundPaper) -> NewerEdition | None:
    newest, version = paper.newest, found.arxiv_id.version if found.arxiv_id else None
    if newest is None or version is None or version <= newest.number or paper.withdrawn == f"v{version}":
        return None
    return NewerEdition(paper.key, paper.title, newest.name, f"v{version}", not found.pdf_url)
