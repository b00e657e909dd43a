"""Demonstrating: a small library made from three primers, and what a reader does with it, by the real services.

A second run goes on with the same library and repeats nothing that is there. No reading time is invented.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind
from paperlab.domain.progress import Status
from paperlab.domain.steps import Watcher, unwatched
from paperlab.domain.text import one_line
from paperlab.errors import LibraryError
from paperlab.library.files import write_atomically
from paperlab.library.library import Library
from paperlab.pdf.typeset import Article, Section, typeset
from paperlab.services.adding import Adding
from paperlab.services.annotating import Annotating
from paperlab.services.exporting import ExportFormat, Exporting
from paperlab.services.indexing import Indexing
from paperlab.services.intake import AddOutcome
from paperlab.services.noting import Noting
from paperlab.services.searching import Searching
from paperlab.services.tracking import Tracking

PRIMERS = ("attention", "gpt", "bert")
"""In the order in which they should be read."""
LIST = "primers"
FOLDER = "primers"
"""Of the typeset PDFs, in the library's folder: where a reader's downloads would be."""
EXPORTS = "exports"
ATTENTION = PaperKey("paperlab2026attention")

QUERIES = (
    "why are dot products divided by the square root of the dimension",
    "hiding words and guessing them",
)
_ASKED = (
    "A question finds the passages that answer it, by words and meaning",
    "A reader's own words will do: the primer speaks of masked language modelling",
)
QUOTE = "Dividing by √d brings the variance back to 1, whatever the dimension"
COMMENT = "The point of the scaling."
NOTE = "Question: which would fail first without the scaling, a long key or a long text?"
_SNIPPET = 320
"""Code points of a passage to show."""


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One thing that was done."""

    title: str
    command: str
    """What a reader types for it in the library's folder; empty where there is no command for it."""
    result: str
    """Lines of plain text."""


def make_demo_library(folder: Path) -> Library:
    """Make the demo's library, or open the one that an earlier demo has made.

    Raises:
        LibraryError: The folder holds something else; it is left alone.
    """
    reading_list = folder / "lists" / f"{LIST}.toml"
    is_ours = reading_list.is_file() and (folder / FOLDER).is_dir()
    if not is_ours and folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise LibraryError(f"{folder} is no demo of ours and is left alone", hint="`paperlab demo OTHER_FOLDER`")
    if not is_ours:
        for name in (FOLDER, "lists"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_atomically(reading_list, _resource(f"{LIST}.toml").encode())
    return Library.create(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstrating:
    """The demo of one library, made by `make_demo_library`."""

    root: Path
    adding: Adding
    indexing: Indexing
    searching: Searching
    annotating: Annotating
    noting: Noting
    tracking: Tracking
    exporting: Exporting

    def run(self, watch: Watcher = unwatched) -> Iterator[DemoStep]:
        """Take the steps one by one; each is told when it is done.

        Raises:
            PaperlabError: A step failed. What was done before stays, and another run goes on from there.
        """
        yield self._typeset()
        yield self._add(watch)
        yield self._index(watch)
        for title, query in zip(_ASKED, QUERIES, strict=True):
            yield self._search(title, query)
        yield self._highlight()
        yield self._note()
        yield self._declare()
        yield self._progress()
        yield self._export()

    def _typeset(self) -> DemoStep:
        lines = []
        for name in PRIMERS:
            target = self.root / FOLDER / f"{name}.pdf"
            article = read_primer(name)
            if not target.is_file():
                typeset(article, target)
            lines.append(f"{FOLDER}/{target.name}  {article.title}")
        title = "Three primers are typeset to two-column PDFs: texts of our own, in the public domain (CC0)"
        return DemoStep(title, "", "\n".join(lines))

    def _add(self, watch: Watcher) -> DemoStep:
        outcomes = list(self.adding.add([str(self.root / FOLDER)], tags=["primer"], watch=watch))
        for outcome in outcomes:
            if outcome.error:
                raise LibraryError(f"{outcome.source} was not added: {outcome.error}")
        return DemoStep(
            "They are added: a record, the PDF, its text with sections, and an index by words and meaning",
            f"paperlab add {FOLDER} --tag primer",
            "\n".join(_added(outcome) for outcome in outcomes),
        )

    def _index(self, watch: Watcher) -> DemoStep:
        self.indexing.run(watch=watch)
        status = self.indexing.status()
        result = f"{status.papers} papers, {status.indexed} indexed, {status.passages} passages, {status.model}"
        return DemoStep(
            "The index is compared with the library; only what is missing would be indexed", "paperlab index", result
        )

    def _search(self, title: str, query: str) -> DemoStep:
        answer = self.searching.search(query, limit=2)
        lines = [answer.warning] if answer.warning else []
        for hit in answer.hits:
            kind = "" if hit.passage.kind is PassageKind.PASSAGE else f"[{hit.passage.kind}] "
            page = f"  p. {hit.passage.pages[0] + 1}" if hit.passage.pages else ""
            section = f"  {hit.passage.section[-1]}" if hit.passage.section else ""
            lines += [f"{hit.rank}. {kind}{hit.title}{page}{section}", f"   {_shortened(hit.passage.text)}"]
        return DemoStep(title, f'paperlab search -n 2 "{query}"', "\n".join(lines))

    def _highlight(self) -> DemoStep:
        marked = next((mark for mark in self.annotating.of(ATTENTION) if mark.comment == COMMENT), None)
        mark = marked or self.annotating.highlight(ATTENTION, QUOTE, color="green", comment=COMMENT)
        return DemoStep(
            "A sentence is highlighted where it stands, with a comment",
            f'paperlab highlight {ATTENTION} --color green --quote "{QUOTE}" --comment "{COMMENT}"',
            f"p. {mark.page_index + 1}, {mark.section}{' (it was there already)' if marked else ''}",
        )

    def _note(self) -> DemoStep:
        is_there = NOTE in self.noting.read(ATTENTION)
        if not is_there:
            self.noting.append(ATTENTION, NOTE)
        path = self.noting.path(ATTENTION).relative_to(self.root)
        return DemoStep(
            "A note is written: a paragraph in a Markdown file",
            f'paperlab note {ATTENTION} -m "{NOTE}"',
            f"{path}{' (it was there already)' if is_there else ''}",
        )

    def _declare(self) -> DemoStep:
        if self.tracking.state(ATTENTION).status is Status.UNREAD:
            self.tracking.declare([ATTENTION], Status.READING)
        state = self.tracking.state(ATTENTION)
        return DemoStep(
            "The reader says what is being read", f"paperlab status {ATTENTION} reading", f"{ATTENTION}: {state.status}"
        )

    def _progress(self) -> DemoStep:
        totals = self.tracking.totals()
        counts = ", ".join(f"{count} {status}" for status, count in totals.by_status.items())
        result = f"{totals.papers} papers ({counts}): {totals.pages} pages, {round(totals.seconds / 60)} min"
        if not totals.pages:
            result += (
                "\nNothing is read yet: opening is not reading. Time counts, page by page, while you read in the TUI."
            )
        return DemoStep("Progress is told from the reading log", "paperlab progress", result)

    def _export(self) -> DemoStep:
        exported = self.exporting.export(ExportFormat.MARKDOWN, output=self.root / EXPORTS)
        lines = [str(file.path.relative_to(self.root)) for file in exported if file.path is not None]
        mine = next(file for file in exported if file.path is not None and file.path.stem == ATTENTION.value)
        if mine.error and not mine.is_edited:
            raise mine.error
        return DemoStep(
            "All of it is taken out as Markdown",
            f"paperlab export --format markdown -o {EXPORTS}",
            "\n".join([*lines, "", *_highlights(mine.text)]),
        )


def read_primer(name: str) -> Article:
    """A primer as it is typeset. Lines are joined: in its file it is wrapped for the eye."""
    table = tomllib.loads(_resource(f"{name}.toml"))
    return Article(
        title=table["title"],
        authors=tuple(table["authors"]),
        abstract=one_line(table["abstract"]),
        sections=tuple(
            Section(section["title"], _lines(section.get("paragraphs", ())), section.get("level", 1))
            for section in table["sections"]
        ),
        references=_lines(table["references"]),
        year=table["year"],
    )


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(one_line(text) for text in texts)


def _resource(name: str) -> str:
    return (files("paperlab.services") / "primers" / name).read_text(encoding="utf-8")


def _added(outcome: AddOutcome) -> str:
    return f"{outcome.status:<8} {outcome.key}  {outcome.title}  ({outcome.pages} pages, {outcome.passages} passages)"


def _shortened(text: str) -> str:
    """The beginning of a passage, cut between words."""
    line = one_line(text)
    return line if len(line) <= _SNIPPET else f"{line[:_SNIPPET].rsplit(' ', 1)[0]} …"


def _highlights(document: str) -> list[str]:
    """The managed region of an exported paper."""
    lines = document.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("%% begin paperlab:highlights"))
    end = next(i for i, line in enumerate(lines) if line.startswith("%% end paperlab:highlights"))
    return lines[begin : end + 1]
