"""A workbench of frozen values for the screens, and the application on it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count, islice, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest
from frozen_papers import BLOCKS, BOX, NOW, PAGES, PAPERS, older_primer
from piloting import press, settle
from textual.pilot import Pilot

from paperlab.config import Settings
from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Block, BlockKind, TextLayer
from paperlab.domain.differences import compare
from paperlab.domain.identifiers import PaperKey, parse_arxiv_id
from paperlab.domain.merging import merge
from paperlab.domain.papers import FoundPaper, Paper
from paperlab.domain.passages import Answer, Hit, PageBox, Passage, PassageKind, SearchMode
from paperlab.domain.placements import Placement
from paperlab.domain.progress import (
    Bookmark,
    Declaration,
    Depth,
    Position,
    ReadingEntry,
    ReadingState,
    Status,
    Stay,
    add_up,
)
from paperlab.domain.queries import parse_query
from paperlab.domain.related import Reason, RelatedPaper, Relations
from paperlab.domain.steps import Abandoned, Stage, Step, Watcher, always_wanted, unwatched
from paperlab.domain.strips import Span, surroundings
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import ChangedOutside, LibraryError, NothingFound, PaperlabError, UnknownPaper, UnreadablePdf
from paperlab.index.catalog import SectionEntry
from paperlab.library.watching import News
from paperlab.services.annotating import Selected
from paperlab.services.changes import Change
from paperlab.services.citing import CitedPaper
from paperlab.services.comparing import Comparison
from paperlab.services.drafting import Drafting
from paperlab.services.exporting import ExportedFile, ExportFormat
from paperlab.services.guiding import ListState, NextUp
from paperlab.services.importing import TakenBack
from paperlab.services.offering import MarksOffer
from paperlab.services.previewing import PaperPreview, section_progress
from paperlab.services.reading import OpenPaper
from paperlab.services.resuming import OpenJob
from paperlab.services.starting import Offer
from paperlab.services.taking_over import Fate, TakenMark, TakeOver
from paperlab.services.totals import DayTotal, ListTotal, ReadingTotals
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.reader.screen import ReaderScreen

T = TypeVar("T")


@dataclass
class FakeWorkbench:
    """The calls that the screens make, on values in memory. `test_tui_contract.py` holds it against the real one."""

    root: Path
    papers: dict[PaperKey, Paper] = field(default_factory=dict)
    blocks: tuple[Block, ...] = BLOCKS
    text_layer: TextLayer = TextLayer.GOOD
    settings: Settings = field(default_factory=Settings)
    is_warm: bool = True
    journal: dict[PaperKey, list[ReadingEntry]] = field(default_factory=dict)
    notes: dict[PaperKey, str] = field(default_factory=dict)
    marks: dict[PaperKey, list[Annotation]] = field(default_factory=dict)
    asked: list[tuple[str, SearchMode]] = field(default_factory=list)
    seen: dict[PaperKey, PaperSummary] = field(default_factory=dict)
    changes: int = 0
    next: NextUp | None = None
    on_arxiv: tuple[FoundPaper, ...] = ()
    on_offer: tuple[Offer, ...] = ()
    """Not empty: the library is new."""
    taken: list[str] = field(default_factory=list)
    left_open: tuple[OpenJob, ...] = ()
    kept_open: tuple[OpenJob, ...] = ()
    written_elsewhere: News = field(default_factory=News)
    edited_files: dict[str, str] = field(default_factory=dict)
    """Names of exported files with changes of the reader's, and why they cannot be taken back; empty: they can."""
    numbers: Iterator[int] = field(default_factory=count)
    older_blocks: Callable[[tuple[Block, ...]], tuple[Block, ...]] = older_primer
    compared: list[tuple[str | None, str | None]] = field(default_factory=list)
    checks: int = 0
    out: dict[PaperKey, str] = field(default_factory=dict)
    """Newer editions, as arXiv tells of them."""
    damaged_files: tuple[LibraryError, ...] = ()
    marks_in_pdf: int = 0
    """Of another program, offered for the first paper."""
    refusal: PaperlabError | None = None
    """Raised by whatever writes."""

    # one object plays all services: the screens only ever call through their names

    @property
    def library(self) -> "FakeWorkbench":
        return self

    shelf = searching = reading = citing = noting = annotating = tracking = exporting = guiding = previewing = library
    adding = watching = resuming = starting = relating = comparing = updating = library
    importing = offering = taking_over = history = library

    @property
    def drafting(self) -> Drafting:
        return Drafting(self.root / "drafts", self.root)

    def lists(self) -> tuple[object, ...]:
        return ()

    def look(self, keys: Iterable[PaperKey] | None = None) -> None:
        wanted = list(self.papers) if keys is None else keys
        now = {key: self._summary(self.papers[key]) for key in wanted if key in self.papers}
        gone = self.seen.keys() - self.papers.keys()
        if gone or any(self.seen.get(key) != summary for key, summary in now.items()):
            self.seen = {key: summary for key, summary in (self.seen | now).items() if key not in gone}
            self.changes += 1

    def glance(self, limit: int) -> tuple[tuple[PaperSummary, ...], int]:
        return self.summaries(is_fresh=False)[:limit], len(self.seen)

    def known(self, key: PaperKey) -> PaperSummary | None:
        return self.seen.get(key)

    def overview(self) -> tuple[ListState, ...]:
        return (ListState("short-and-steep", "Short and steep", 14, 6),) if self.papers else ()

    def unreadable(self) -> tuple[LibraryError, ...]:
        return self.damaged_files

    def next_up(self, list_name: str | None = None) -> NextUp | None:  # noqa: ARG002
        return self.next

    def preview(self, key: PaperKey) -> PaperPreview:
        headings = [
            SectionEntry(block.text, block.level, block.page_index, index)
            for index, block in enumerate(self.blocks)
            if block.kind is BlockKind.HEADING
        ]
        paper = self.papers.get(key)
        read = self.state(key).pages_read(paper.newest.name) if paper and paper.newest else ()
        sections = section_progress(headings, PAGES, read) if paper and paper.newest else ()
        marks = sorted(self.placements(key), key=lambda mark: mark.annotation.updated, reverse=True)
        return PaperPreview(key, sections, self.read(key), tuple(marks))

    def summaries(
        self,
        status: Status | None = None,
        tag: str | None = None,
        list_name: str | None = None,
        *,
        is_fresh: bool = True,
    ) -> tuple[PaperSummary, ...]:
        if is_fresh:
            self.look()
        found = list(self.seen.values())
        if list_name:
            found = found[:1]
        found = [s for s in found if (status is None or s.status is status) and (tag is None or tag in s.tags)]
        return tuple(sorted(found, key=lambda summary: summary.added, reverse=True))

    def paper(self, key: PaperKey) -> Paper:
        if key not in self.papers:
            raise UnknownPaper(f"no paper {key}")
        return self.papers[key]

    def holdings(self, keys: Sequence[PaperKey]) -> dict[PaperKey, bool]:
        return {key: bool(self.papers[key].editions) for key in keys if key in self.papers}

    def search_arxiv(self, words: str, limit: int = 20, watch: Watcher = unwatched) -> tuple[FoundPaper, ...]:
        watch(Step(Stage.LOOKING_UP, words))
        self._maybe_refuse()
        wanted = words.lower().split()
        found = [paper for paper in self.on_arxiv if all(word in paper.title.lower() for word in wanted)]
        return tuple(found[:limit])

    def is_new(self) -> bool:
        return bool(self.on_offer) and not self.papers and not self.taken

    def offers(self) -> tuple[Offer, ...]:
        return self.on_offer

    def take(self, offer: Offer) -> None:
        self._maybe_refuse()
        self.taken.append(offer.reading_list.name)

    def news(self, near: Sequence[PaperKey] = ()) -> News:  # noqa: ARG002
        news, self.written_elsewhere = self.written_elsewhere, News()
        return news

    def begin(self) -> tuple[OpenJob, ...]:
        return self.left_open

    def keep(self, jobs: tuple[OpenJob, ...]) -> None:
        self.kept_open = jobs

    def end(self) -> None: ...
    def resolve(self, text: str) -> PaperKey:
        found = [key for key, paper in self.papers.items() if text in (key.value, paper.citekey)]
        if not found:
            raise UnknownPaper(f"no paper {text!r} in the library")
        return found[0]

    def warm_up(self) -> None:
        self.is_warm = True

    def take_in(self) -> None: ...

    def search(
        self,
        query: str,
        *,
        mode: SearchMode = SearchMode.HYBRID,
        limit: int = 10,
        kinds: frozenset[PassageKind] = frozenset(PassageKind),
        paper: PaperKey | None = None,
        status: Status | None = None,
        tag: str | None = None,
        list_name: str | None = None,
        is_fresh: bool = True,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> Answer:
        if not is_wanted():
            raise Abandoned
        self.asked.append((query, mode))
        asked = parse_query(query)
        words = asked.sought.lower().split()
        hits: list[Hit] = []
        inside = {s.key for s in self.summaries() if all(field.passes(s) for field in asked.of_papers)}
        if status or tag or list_name:
            inside &= {summary.key for summary in self.summaries(status, tag, list_name, is_fresh=is_fresh)}
        if paper is not None:
            inside &= {paper}
        for key, found in self.papers.items():
            if key not in inside:
                continue
            if found.editions and PassageKind.PASSAGE in kinds:
                for index, block in self._paragraphs:
                    if any(word in block.text.lower() for word in words):
                        passage = self._passage(key, (index, block))
                        hits.append(Hit(len(hits) + 1, 1 / (1 + len(hits)), passage, found.title))
            note = self.notes.get(key, "")
            if PassageKind.NOTE in kinds and any(word in note.lower() for word in words):
                passage = Passage(key, PassageKind.NOTE, note)
                hits.append(Hit(len(hits) + 1, 0.1, passage, found.title))
        hint = f"look again without {asked.conditions[0]}" if asked.conditions and not hits else ""
        return Answer(query, mode, tuple(hits[:limit]), 4.2, "; ".join(asked.doubts), hint)

    def related(self, key: PaperKey, *, limit: int = 10, reasons: int = 3) -> Relations:
        """The nearest papers are those that were put in before it, each like it in the beginnings of its paragraphs."""
        if not self.papers.get(key) or not self.papers[key].editions:
            raise NothingFound(f"{key} is not indexed by meaning", hint="`paperlab index` does it")
        found = [paper for other, paper in self.papers.items() if other != key and paper.editions][:limit]
        return Relations(
            key,
            self.papers[key].title,
            tuple(
                RelatedPaper(
                    rank,
                    paper.key,
                    paper.title,
                    0.9 - rank / 10,
                    tuple(
                        Reason(self._passage(key, here), self._passage(paper.key, there), 0.8)
                        for here, there in islice(pairwise(self._paragraphs), reasons)
                    ),
                )
                for rank, paper in enumerate(found, 1)
            ),
            4.2,
        )

    def compare(
        self,
        key: PaperKey,
        older: str | None = None,
        newer: str | None = None,
        watch: Watcher = unwatched,
    ) -> Comparison:
        """The newest edition has the blocks; each older one is what `older_blocks` makes of them."""
        self.compared.append((older, newer))
        names = [edition.name for edition in self.paper(key).editions]
        if len(names) < 2:
            raise NothingFound(f"{key} has no edition to compare with", hint="`paperlab fetch --update` looks for them")
        watch(Step(Stage.PARSING, key.value, 1, PAGES))
        first, last = older or names[-2], newer or names[-1]
        if first not in names or last not in names:
            raise NothingFound(f"{key} has no edition {first!r}, but {', '.join(names)}")
        before = self.blocks if first == last else self.older_blocks(self.blocks)
        return Comparison(key, self.paper(key).title, first, last, compare(before, self.blocks))

    def check(self) -> bool:
        self.checks += 1
        return bool(self.out)

    @property
    def _paragraphs(self) -> list[tuple[int, Block]]:
        return [(index, block) for index, block in enumerate(self.blocks) if block.kind is BlockKind.PARAGRAPH]

    def _passage(self, key: PaperKey, numbered: tuple[int, Block]) -> Passage:
        index, block = numbered
        boxes = (PageBox(block.page_index, BOX),)
        return Passage(key, PassageKind.PASSAGE, block.text, block.section, "v1", boxes, index)

    def open(self, key: PaperKey, watch: Watcher = unwatched) -> OpenPaper:  # noqa: ARG002
        paper = self.paper(key)
        if paper.newest is None:
            raise UnreadablePdf(f"{key} has no PDF yet", hint=f"`paperlab fetch {key}` downloads it")
        return OpenPaper(paper, paper.newest.name, PAGES, self.blocks, self.text_layer, self.state(key))

    def record_stay(self, key: PaperKey, stay: Stay) -> None:
        self.journal.setdefault(key, []).append(stay)

    def bookmark(self, key: PaperKey, letter: str, position: Position) -> None:
        self.journal.setdefault(key, []).append(Bookmark(at=NOW, letter=letter, position=position))

    def identify(self, entries: Sequence[str]) -> tuple[CitedPaper, ...]:
        found = [
            next((paper for paper in self.papers.values() if paper.title.lower() in entry.lower()), None)
            for entry in entries
        ]
        ids = [
            next((parse_arxiv_id(w[6:]) for w in entry.split() if w.startswith("arXiv:")), None) for entry in entries
        ]
        return tuple(
            CitedPaper(entry, paper.key if paper else None, paper.title if paper else "", arxiv_id)
            for entry, paper, arxiv_id in zip(entries, found, ids, strict=True)
        )

    def read(self, key: PaperKey) -> str:
        return self.notes.get(key, "")

    def append(self, key: PaperKey, paragraph: str) -> None:
        self.notes[key] = f"{self.read(key)}\n\n{paragraph}\n".lstrip()

    def save(self, key: PaperKey, text: str, *, based_on: str) -> None:
        self._maybe_refuse()
        if self.read(key) not in (based_on, text):
            raise ChangedOutside("notes.md was changed meanwhile")
        self.notes[key] = text

    def rescue(self, key: PaperKey, text: str, *, based_on: str) -> Path | None:
        try:
            self.save(key, text, based_on=based_on)
        except ChangedOutside:
            self.notes[key] = merge(based_on, text, self.read(key)).text
        except PaperlabError:
            draft = self.root / f"draft of {key}.md"
            draft.write_text(text)
            return draft
        return None

    def drafts(self, key: PaperKey) -> tuple[Path, ...]:
        return tuple(self.root.glob(f"draft of {key}.md"))

    @contextmanager
    def step(self) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(did="")

    def edit(self, key: PaperKey, editor: Callable[[Path], T]) -> T:
        return editor(self.path(key))

    def path(self, key: PaperKey) -> Path:
        path = self.root / f"{key}.md"
        path.write_text(self.read(key))
        return path

    def of(self, key: PaperKey) -> tuple[Annotation, ...]:
        return tuple(self.marks.get(key, ()))

    def highlight(
        self, key: PaperKey, quote: str, *, page_index: int | None = None, color: str = "yellow", comment: str = ""
    ) -> Annotation:
        self._maybe_refuse()
        span = self._span(quote)
        prefix, suffix = surroundings(self.blocks, (span,))
        made = Annotation(
            id=f"mark-{next(self.numbers)}",
            kind=AnnotationKind.HIGHLIGHT,
            edition=self._newest(key),
            page_index=page_index or 0,
            quote=quote,
            prefix=prefix,
            suffix=suffix,
            section="".join(self.blocks[span.block].section[-1:]),
            color=color,
            comment=comment,
            created=NOW,
            updated=NOW,
        )
        self.marks.setdefault(key, []).append(made)
        return made

    def placements(self, key: PaperKey, edition: str | None = None) -> tuple[Placement, ...]:
        return Anchorage(edition or self._newest(key), self.blocks).resolve_all(self.of(key))

    def unplaced(self, key: PaperKey) -> tuple[Placement, ...]:
        return tuple(mark for mark in self.placements(key) if not mark.is_placed)

    def place(
        self,
        annotation_id: str,
        quote: str,
        key: PaperKey,
        *,
        page_index: int | None = None,
        at: tuple[int, int] | None = None,  # noqa: ARG002
    ) -> Change:
        mark = next((mark for mark in self.of(key) if mark.id == annotation_id), None)
        if mark is None:
            raise NothingFound(f"no annotations answer to {annotation_id!r}")
        prefix, suffix = surroundings(self.blocks, (self._span(quote),))
        placed = replace(
            mark, quote=quote, prefix=prefix, suffix=suffix, edition=self._newest(key), page_index=page_index or 0
        )
        return self._edited(key, mark, placed)

    def _newest(self, key: PaperKey) -> str:
        newest = self.paper(key).newest
        return newest.name if newest else "v1"

    def _span(self, quote: str) -> Span:
        for index, block in enumerate(self.blocks):
            if (start := block.text.find(quote)) >= 0:
                return Span(index, start, start + len(quote))
        raise NothingFound("the quote is not in the paper")

    def highlight_all(
        self, key: PaperKey, quotes: Sequence[Selected], *, color: str = "yellow", comment: str = ""
    ) -> Change:
        before = list(self.of(key))
        for number, (quote, page_index, _) in enumerate(quotes):
            said = "" if number else comment
            self.highlight(key, quote, page_index=page_index, color=color, comment=said)
        return Change("highlighted", (key,), lambda: self.marks.__setitem__(key, before))

    def remove(self, annotation_id: str, key: PaperKey) -> Change:
        before = self.of(key)
        self.marks[key] = [mark for mark in before if mark.id != annotation_id]
        return Change("deleted", (key,), lambda: self.marks.__setitem__(key, list(before)))

    def recolor(self, key: PaperKey, annotation: Annotation, color: str) -> Change:
        return self._edited(key, annotation, replace(annotation, color=color))

    def comment(self, key: PaperKey, annotation: Annotation, comment: str) -> Change:
        return self._edited(key, annotation, replace(annotation, comment=comment))

    def _edited(self, key: PaperKey, before: Annotation, after: Annotation) -> Change:
        self._maybe_refuse()
        marks = list(self.of(key))
        self.marks[key] = [after if mark.id == before.id else mark for mark in marks]
        return Change("edited", (key,), lambda: self.marks.__setitem__(key, marks))

    def declare(self, keys: Sequence[PaperKey], status: Status | None, depth: Depth | None = None) -> Change:
        entries = [(key, Declaration(at=NOW, status=status, depth=depth)) for key in keys]
        for key, entry in entries:
            self.journal.setdefault(key, []).append(entry)
        return Change("declared", tuple(keys), lambda: [self.journal[key].remove(entry) for key, entry in entries])

    def tag(self, keys: Sequence[PaperKey], add: Sequence[str] = (), remove: Sequence[str] = ()) -> Change:
        before = {key: self.papers[key] for key in keys}
        for key in keys:
            kept = tuple(tag for tag in dict.fromkeys((*self.papers[key].tags, *add)) if tag not in remove)
            self.papers[key] = replace(self.papers[key], tags=kept)
        return Change("tagged", tuple(keys), lambda: self.papers.update(before))

    def state(self, key: PaperKey) -> ReadingState:
        return add_up(self.journal.get(key, []))

    def totals(self, list_name: str | None = None) -> ReadingTotals:
        summaries = self.summaries(list_name=list_name)
        return ReadingTotals(
            papers=len(summaries),
            by_status={status: sum(s.status is status for s in summaries) for status in Status},
            seconds=4230.0,
            pages=21,
            days=(DayTotal(date(2026, 11, 2), 600.0, 4), DayTotal(date(2026, 11, 17), 3630.0, 17)),
            lists=(ListTotal("short-and-steep", "Short and steep", 14, 6, 0.41),),
            by_paper=(),
            reading=tuple(s for s in summaries if s.status is Status.READING),
        )

    def export(
        self, export_format: ExportFormat, keys: Sequence[PaperKey], *, output: Path
    ) -> tuple[ExportedFile, ...]:
        assert export_format is ExportFormat.MARKDOWN
        return tuple(self._exported(output / f"{self.paper(key).citekey}.md", key) for key in keys)

    def _exported(self, path: Path, key: PaperKey) -> ExportedFile:
        if path.name in self.edited_files:
            error = ChangedOutside(f"{path} was edited inside the managed regions: 1 comment")
            return ExportedFile(path, self.paper(key).title, "", error, is_edited=True)
        return ExportedFile(path, self.paper(key).title, "")

    def take_back(self, paths: Sequence[Path]) -> Iterator[TakenBack]:
        for path in paths:
            if reason := self.edited_files.get(path.name):
                yield TakenBack(path, left=(reason,))
            else:
                taken = self.edited_files.pop(path.name, None) is not None
                yield TakenBack(path, taken=("comment of ^hl-3f9a2c1b",) if taken else ())

    def offer(self, key: PaperKey) -> MarksOffer | None:
        return MarksOffer(key, self.papers[key].title, self.marks_in_pdf) if self.marks_in_pdf else None

    def of_paper(self, key: PaperKey, *, dry_run: bool = False) -> tuple[TakeOver, ...]:  # noqa: ARG002
        self._maybe_refuse()
        made = [self.highlight(key, self.blocks[0].text[:8], page_index=0) for _ in range(self.marks_in_pdf)]
        self.marks_in_pdf = 0
        taken = tuple(TakenMark(Fate.TAKEN, annotation) for annotation in made)

        def undo() -> None:
            for annotation in made:
                self.remove(annotation.id, key)

        change = Change(f"{len(made)} marks taken over", (key,), undo) if made else None
        return (TakeOver(file="v5.pdf", key=key, edition="v5", marks=taken, left_out=(), change=change),)

    def close(self) -> None: ...

    def _maybe_refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def _summary(self, paper: Paper) -> PaperSummary:
        state = self.state(paper.key)
        return PaperSummary(
            key=paper.key,
            citekey=paper.citekey,
            title=paper.title,
            authors=paper.authors,
            year=paper.year,
            tags=paper.tags,
            edition=paper.newest.name if paper.newest else None,
            editions=tuple(edition.name for edition in paper.editions),
            status=state.status,
            depth=state.depth,
            progress=state.share_read(paper.newest.name, PAGES) if paper.newest else 0.0,
            pages=PAGES if paper.newest else 0,
            annotations=len(self.of(paper.key)),
            has_notes=bool(self.read(paper.key).strip()),
            added=paper.added,
            last_read=state.last_read,
            abstract=paper.abstract,
            withdrawn=paper.withdrawn,
            newer=self.out.get(paper.key, ""),
        )


@pytest.fixture
def bench(tmp_path: Path) -> FakeWorkbench:
    """Four papers: one being read and marked, one whose title looks like markup, one long title, one without PDF."""
    bench = FakeWorkbench(tmp_path, {paper.key: paper for paper in PAPERS})
    first = PAPERS[0].key
    bench.declare([first], Status.READING)
    for page_index in (0, 1, 2):
        at = NOW - timedelta(days=1, minutes=10 - page_index)
        bench.record_stay(first, Stay(at=at, edition="v2", page_index=page_index, page_count=PAGES, seconds=90.0))
    quote = "Long sentences suffered most."
    bench.highlight(first, quote, page_index=0, comment="ask [red]why[/red]")
    bench.notes[first] = "# Attention\n\nThe softmax saturates.\n"
    bench.tag([first], ["nlp", "transformers"])
    return bench


@pytest.fixture
def empty_bench(tmp_path: Path) -> FakeWorkbench:
    return FakeWorkbench(tmp_path)


class Clock:
    """A monotonic clock that a test turns."""

    def __init__(self) -> None:
        self.at_s = 1000.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_app(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[..., PaperlabApp]:
    """The application with a fixed clock and without animations."""
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def make(bench: FakeWorkbench, **options: object) -> PaperlabApp:
        app = PaperlabApp(bench, monotonic=clock, now=lambda: NOW, **options)  # type: ignore[arg-type]
        app.animation_level = "none"
        return app

    return make


@pytest.fixture
def shot(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    """Whether a picture is as it was, after some keys. A changed picture is read at review."""

    def compare(app: PaperlabApp, *keys: str, size: tuple[int, int] = (80, 24)) -> bool:
        async def drive(pilot: Pilot[None]) -> None:
            await pilot.pause(0.1)
            for key in keys:
                await press(pilot, key)
                while isinstance(reader := pilot.app.screen, ReaderScreen) and not (
                    reader.is_open and reader.text.selected
                ):
                    await settle(pilot)
                await pilot.pause(0.1)
            await pilot.pause(0.4)

        return snap_compare(app, terminal_size=size, run_before=drive)

    return compare
