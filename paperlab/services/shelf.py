"""The shelf: all papers at a glance, fresh and fast, and the paper that a reader means by a word or two."""

from collections.abc import Callable, Iterable

from paperlab.domain.identifiers import PaperKey, parse_arxiv_id
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Status, add_up
from paperlab.domain.reading_lists import ItemKind, ReadingList
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import AmbiguousKey, DamagedFile, LibraryError, UnknownPaper
from paperlab.index.catalog import Catalog
from paperlab.library.library import Library

_MOST_CANDIDATES = 5


class Shelf:
    """Summaries come from the catalogue where no file of the paper has changed since, else from the files."""

    def __init__(self, library: Library, catalog: Callable[[], Catalog]) -> None:
        self._library = library
        self._catalog = catalog

    def summaries(
        self, status: Status | None = None, tag: str | None = None, list_name: str | None = None
    ) -> tuple[PaperSummary, ...]:
        """Papers that pass all filters, last added first; damaged records are left out.

        Raises:
            NothingFound: There is no list of that name.
        """
        return self.survey(status, tag, list_name)[0]

    def survey(
        self, status: Status | None = None, tag: str | None = None, list_name: str | None = None
    ) -> tuple[tuple[PaperSummary, ...], dict[PaperKey, DamagedFile]]:
        """As `summaries`, and all papers whose files cannot be read, with what is wrong."""
        summaries, damaged = self._fresh()
        wanted = None if list_name is None else set(self.keys_of(self._library.list(list_name)))
        found = [
            summary
            for summary in summaries.values()
            if (status is None or summary.status is status)
            and (tag is None or tag in summary.tags)
            and (wanted is None or summary.key in wanted)
        ]
        return tuple(sorted(found, key=lambda summary: (-summary.added.timestamp(), summary.key))), damaged

    def summary(self, key: PaperKey) -> PaperSummary:
        """Read from the files.

        Raises:
            UnknownPaper, DamagedFile
        """
        return self._summarize(key, self._page_counts())

    def paper(self, key: PaperKey) -> Paper:
        return self._library.read(key)

    def holdings(self, keys: Iterable[PaperKey]) -> dict[PaperKey, bool]:
        """Those of the papers that are in the library, and whether their PDFs are."""
        return {key: self._has_pdf(key) for key in keys if self._library.has(key)}

    def _has_pdf(self, key: PaperKey) -> bool:
        try:
            newest = self._library.read(key).newest
        except LibraryError:  # damaged, or gone since: `doctor` tells
            return False
        return newest is not None and self._library.edition_path(key, newest).is_file()

    def resolve(self, text: str) -> PaperKey:
        """The paper meant by an arXiv id in any form, a key, a citation key, or a unique beginning of one.

        Raises:
            UnknownPaper, AmbiguousKey
            DamagedFile: It is that paper whose files cannot be read.
        """
        summaries, damaged = self._fresh()
        arxiv_id = parse_arxiv_id(text)
        for key, error in damaged.items():
            if text == key.value or (arxiv_id is not None and arxiv_id.key == key):
                raise error
        if arxiv_id is not None and arxiv_id.key in summaries:
            return arxiv_id.key
        wanted = " ".join(text.casefold().split())
        exact = [s.key for s in summaries.values() if wanted in (s.key.value.casefold(), s.citekey.casefold())]
        if len(exact) == 1:
            return exact[0]
        begun = exact or [s.key for s in summaries.values() if wanted and _begins(s, wanted)]
        if len(begun) == 1:
            return begun[0]
        if not begun:
            hint = f"`paperlab add {arxiv_id}` fetches it" if arxiv_id else "`paperlab list` shows all papers"
            raise UnknownPaper(f"no paper {text!r} in the library", hint=hint)
        names = ", ".join(f"{key} ({summaries[key].title[:40]})" for key in sorted(begun)[:_MOST_CANDIDATES])
        more = "" if len(begun) <= _MOST_CANDIDATES else f" and {len(begun) - _MOST_CANDIDATES} more"
        raise AmbiguousKey(f"{text!r} could be {names}{more}")

    def keys_of(self, reading_list: ReadingList) -> tuple[PaperKey, ...]:
        """The papers of a list that are named by key or arXiv id, in order, in the library or not."""
        return tuple(
            key
            for item in reading_list.items
            if item.kind is ItemKind.PAPER and item.paper and (key := key_of_source(item.paper)) is not None
        )

    def _fresh(self) -> tuple[dict[PaperKey, PaperSummary], dict[PaperKey, DamagedFile]]:
        catalog = self._catalog()
        cached = catalog.summaries()
        stamps = {key: str(stamp) for key, stamp in self._library.stamps().items()}
        fresh = {key: cached[key][1] for key, stamp in stamps.items() if key in cached and cached[key][0] == stamp}
        damaged: dict[PaperKey, DamagedFile] = {}
        changed: dict[PaperKey, tuple[str, PaperSummary]] = {}
        stale = stamps.keys() - fresh.keys()
        page_counts = self._page_counts() if stale else {}
        for key in stale:
            try:
                changed[key] = (stamps[key], self._summarize(key, page_counts))
            except DamagedFile as error:
                damaged[key] = error
            except UnknownPaper:  # taken away since the stamps were taken
                continue
        gone = cached.keys() - stamps.keys()
        if changed or gone:
            catalog.put_summaries(changed, gone)
        return fresh | {key: summary for key, (_, summary) in changed.items()}, damaged

    def _page_counts(self) -> dict[PaperKey, tuple[str, int]]:
        return {key: (indexed.edition, indexed.page_count) for key, indexed in self._catalog().indexed().items()}

    def _summarize(self, key: PaperKey, page_counts: dict[PaperKey, tuple[str, int]]) -> PaperSummary:
        paper = self._library.read(key)
        state = add_up(self._library.reading(key))
        newest = paper.newest
        edition, pages = page_counts.get(key, ("", 0))
        if newest is None or edition != newest.name:
            pages = state.page_count if newest is not None else 0
        return PaperSummary(
            key=key,
            citekey=paper.citekey,
            title=paper.title,
            authors=paper.authors,
            year=paper.year,
            tags=paper.tags,
            edition=newest.name if newest else None,
            editions=tuple(edition.name for edition in paper.editions),
            status=state.status,
            depth=state.depth,
            progress=round(state.share_read(newest.name, pages), 3) if newest else 0.0,
            pages=pages,
            annotations=len(self._library.annotations(key)),
            has_notes=bool(self._library.read_notes(key).strip()),
            added=paper.added,
            last_read=state.last_read,
            abstract=paper.abstract,
        )


def key_of_source(text: str) -> PaperKey | None:
    """The key that a list item or a record means; None if it names something that has no key yet (an address)."""
    arxiv_id = parse_arxiv_id(text)
    if arxiv_id is not None:
        return arxiv_id.key
    try:
        return PaperKey(text)
    except ValueError:
        return None


def _begins(summary: PaperSummary, wanted: str) -> bool:
    return any(text.casefold().startswith(wanted) for text in (summary.key.value, summary.citekey, summary.title))
