"""The shelf: all papers at a glance, fresh and fast, and the paper that a reader means by a word or two."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import Lock

from paperlab.domain.identifiers import PaperKey, parse_arxiv_id
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Status, add_up
from paperlab.domain.reading_lists import ItemKind, ReadingList
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import AmbiguousKey, LibraryError, UnknownPaper
from paperlab.index.catalog import Catalog
from paperlab.index.summaries import count, last_added, page_counts
from paperlab.library.joining import successor
from paperlab.library.library import Library
from paperlab.library.newest import NewestEditions

Held = Mapping[PaperKey, tuple[str, PaperSummary]]
"""Summaries with the stamps of the files that they were made from."""
_MOST_CANDIDATES = 5


class Shelf:
    """Summaries are held in memory and in the catalogue; a paper whose files have changed since is read anew."""

    def __init__(self, library: Library, catalog: Callable[[], Catalog]) -> None:
        self._library = library
        self._catalog = catalog
        self._newest = NewestEditions(library)
        self._changing = Lock()
        self._held: Held | None = None
        """Replaced, never changed: several threads read it."""
        self.damaged: Mapping[PaperKey, LibraryError] = {}
        """Papers that the last looks could not read, with what is wrong."""
        self.changes = 0
        """Counts up whenever a look has seen that something has changed."""

    def glance(self, limit: int) -> tuple[tuple[PaperSummary, ...], int]:
        """The papers added last, as they were known the last time, and how many there were in all.

        Takes no longer for a hundred thousand papers than for a hundred.
        """
        with self._catalog().reading() as db:
            return tuple(map(self._with_news(), last_added(db, limit))), count(db)

    def summaries(
        self,
        status: Status | None = None,
        tag: str | None = None,
        list_name: str | None = None,
        *,
        is_fresh: bool = True,
    ) -> tuple[PaperSummary, ...]:
        """Papers that pass all filters, last added first; damaged records are left out.

        Args:
            is_fresh: Look at the files of all papers first; else they are told of as they were known the last time.

        Raises:
            NothingFound: There is no list of that name.
        """
        known = self._fresh()[0] if is_fresh else self._known()
        return self._select(known, status, tag, list_name)

    def survey(
        self, status: Status | None = None, tag: str | None = None, list_name: str | None = None
    ) -> tuple[tuple[PaperSummary, ...], Mapping[PaperKey, LibraryError]]:
        """As `summaries`, and all papers whose files cannot be read, with what is wrong."""
        known, damaged = self._fresh()
        return self._select(known, status, tag, list_name), damaged

    def known(self, key: PaperKey) -> PaperSummary | None:
        """A paper as it was known the last time."""
        held = self._known().get(key)
        return self._with_news()(held[1]) if held else None

    def look(self, keys: Iterable[PaperKey] | None = None) -> None:
        """See what the files of some papers say now, or those of all."""
        self._look(keys)

    def summary(self, key: PaperKey) -> PaperSummary:
        """Read from the files.

        Raises:
            UnknownPaper, DamagedFile
        """
        return self._with_news()(self._summarize(key, self._page_counts()))

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
            LibraryError: It is that paper whose files cannot be read.
        """
        known, damaged = self._fresh()
        summaries = {key: summary for key, (_, summary) in known.items()}
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
        if not exact and (found := successor(self._library, text.strip())) in summaries:
            return found  # before a beginning: the key of a merged paper may be that of others' keys
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

    def _select(
        self, known: Held, status: Status | None, tag: str | None, list_name: str | None
    ) -> tuple[PaperSummary, ...]:
        wanted = None if list_name is None else set(self.keys_of(self._library.list(list_name)))
        told = self._with_news()
        found = [
            told(summary)
            for _, summary in known.values()
            if (status is None or summary.status is status)
            and (tag is None or tag in summary.tags)
            and (wanted is None or summary.key in wanted)
        ]
        return tuple(sorted(found, key=lambda summary: (-summary.added.timestamp(), summary.key)))

    def _known(self) -> Held:
        held = self._held
        if held is None:
            held = self._catalog().summaries()
            with self._changing:
                self._held = held = self._held or held
        return held

    def _fresh(self) -> tuple[Held, Mapping[PaperKey, LibraryError]]:
        damaged = self._look(None)
        return self._known(), damaged

    def _look(self, keys: Iterable[PaperKey] | None) -> Mapping[PaperKey, LibraryError]:
        """Read what has changed, and forget what is gone. Gives the papers that cannot be read."""
        held = self._known()
        wanted = None if keys is None else frozenset(keys)
        stamps = self._library.stamps(wanted)
        pages = self._page_counts()
        damaged: dict[PaperKey, LibraryError] = {}
        changed: dict[PaperKey, tuple[str, PaperSummary]] = {}
        for key, found in stamps.items():
            stamp, known = str(found), held.get(key)
            if known and known[0] == stamp and _agrees(known[1], pages):
                continue
            try:
                changed[key] = (stamp, self._summarize(key, pages))
            except UnknownPaper:  # taken away since the stamps were taken
                continue
            except LibraryError as error:
                damaged[key] = error
        gone = (((held.keys() if wanted is None else wanted) - stamps.keys()) | damaged.keys()) & held.keys()
        if self._newest.look():
            self.changes += 1
        if changed or gone:
            self._catalog().put_summaries(changed, gone)
            with self._changing:  # another thread may have seen other changes meanwhile
                now = {**self._known(), **changed}
                self._held = {key: value for key, value in now.items() if key not in gone} if gone else now
                self.changes += 1
        others = {} if wanted is None else {key: error for key, error in self.damaged.items() if key not in wanted}
        self.damaged = others | damaged
        return damaged

    def _with_news(self) -> Callable[[PaperSummary], PaperSummary]:
        """Tells of an edition that is newer than those in the library, which is known of from elsewhere."""
        names = self._newest.names

        def told(summary: PaperSummary) -> PaperSummary:
            name = names.get(summary.key) if names else None
            if name is None or summary.edition is None or int(name[1:]) <= int(summary.edition[1:]):
                return summary
            return replace(summary, newer=name)

        return told

    def _page_counts(self) -> dict[str, tuple[str, int]]:
        with self._catalog().reading() as db:
            return page_counts(db)

    def _summarize(self, key: PaperKey, page_counts: Mapping[str, tuple[str, int]]) -> PaperSummary:
        paper = self._library.read(key)
        state = add_up(self._library.reading(key))
        newest = paper.newest
        edition, pages = page_counts.get(key.value, ("", 0))
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
            withdrawn=paper.withdrawn,
        )


def pass_over(_: LibraryError) -> None:
    """What cannot be read is left out: `Guiding.unreadable` tells of it."""


def key_of_source(text: str) -> PaperKey | None:
    """The key that a list item or a record means; None if it names something that has no key yet (an address)."""
    arxiv_id = parse_arxiv_id(text)
    if arxiv_id is not None:
        return arxiv_id.key
    try:
        return PaperKey(text)
    except ValueError:
        return None


def _agrees(summary: PaperSummary, page_counts: Mapping[str, tuple[str, int]]) -> bool:
    """A paper's pages are known once it has been parsed, which changes none of its files."""
    edition, pages = page_counts.get(summary.key.value, ("", 0))
    return edition != summary.edition or pages == summary.pages


def _begins(summary: PaperSummary, wanted: str) -> bool:
    return any(text.casefold().startswith(wanted) for text in (summary.key.value, summary.citekey, summary.title))
