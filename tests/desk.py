"""A workbench's services on a real library and a real catalogue, with a parser and an encoder that take no time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes import FakeEncoder

from paperlab.config import Settings
from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.errors import EncryptedPdf, ModelUnavailable
from paperlab.index.catalog import Catalog
from paperlab.index.search import SearchEngine
from paperlab.library.backups import Backups
from paperlab.library.library import Library
from paperlab.library.watching import LibraryWatch
from paperlab.services.annotating import Annotating
from paperlab.services.checking import Checking
from paperlab.services.checks.index import IndexChecks
from paperlab.services.citing import Citing
from paperlab.services.comparing import Comparing
from paperlab.services.drafting import Drafting
from paperlab.services.editions import Editions
from paperlab.services.exporting import Exporting
from paperlab.services.guiding import Guiding
from paperlab.services.importing import Importing
from paperlab.services.indexing import Indexing
from paperlab.services.last_exports import LastExports
from paperlab.services.markdown_files import MarkdownFiles
from paperlab.services.noting import Noting
from paperlab.services.offering import Offering
from paperlab.services.previewing import Previewing
from paperlab.services.reading import Reading
from paperlab.services.relating import Relating
from paperlab.services.resuming import Resuming
from paperlab.services.searching import Searching
from paperlab.services.shelf import Shelf
from paperlab.services.starting import Starting
from paperlab.services.tracking import Tracking
from paperlab.services.verifying import Verifying

TEXTS = (
    "Dot products are divided by the square root of the key dimension. Large ones push the softmax into flat regions.",
    "The encoder is a stack of six layers. Each layer has two sublayers with residual connections around them.",
)


def block(
    text: str, page: int, section: tuple[str, ...] = (), kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0
) -> Block:
    return Block(kind, text, (Line(page, Box(50, 100, 500, 112), 0, len(text)),), section, level)


def parsed_pdf(
    texts: tuple[str, ...] = TEXTS,
    *,
    layer: TextLayer = TextLayer.GOOD,
    first_page: str = "",
    title: str = "A Local Paper",
) -> ParsedPdf:
    """Two pages, a section each."""
    blocks: list[Block] = []
    for page, text in enumerate(texts):
        heading = f"{page + 1} Section"
        blocks += [block(heading, page, (heading,), BlockKind.HEADING, 1), block(text, page, (heading,))]
    kept = tuple(blocks) if layer is not TextLayer.NONE else ()
    return ParsedPdf(len(texts), kept, layer, title=title, first_page_text=first_page)


@dataclass
class FakeParse:
    """Stands in for `parse_pdf`: answers by what the file holds, and counts."""

    answers: dict[bytes, ParsedPdf] = field(default_factory=dict)
    calls: int = 0

    def __call__(self, path: Path, *, on_page: Callable[[int, int], None]) -> ParsedPdf:
        self.calls += 1
        content = path.read_bytes()
        if b"encrypted" in content:
            raise EncryptedPdf(f"{path.name} is encrypted", hint="open it with its password and save it without")
        found = self.answers.get(content, parsed_pdf())
        on_page(found.page_count, found.page_count)
        return found


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class Desk:
    """All services that need no network."""

    def __init__(self, root: Path) -> None:
        self.library = Library.create(root)
        self.store = Catalog.open(self.library.derived)
        self.parse = FakeParse()
        self.encoder = FakeEncoder()
        self.is_model_damaged = False
        self.now = Clock()
        self.shelf = Shelf(self.library, lambda: self.store)
        self.indexing = Indexing(self.library, lambda: self.store, lambda: self.encoder, self.parse, "fake")
        self.editions = Editions(self.library, self.indexing)
        self.engine = engine = SearchEngine(self.store, lambda: self.encoder, self.library.derived / "vectors.faiss")
        self.searching = Searching(self.shelf, self.indexing, engine, lambda: self.encoder)
        self.relating = Relating(engine)
        self.reading = Reading(self.library, self.indexing, self.now)
        self.citing = Citing(self.shelf)
        self.guiding = Guiding(self.library, self.shelf)
        self.previewing = Previewing(self.library, lambda: self.store)
        self.annotating = Annotating(self.library, engine, self.editions, self.now)
        self.noting = Noting(self.library, root.parent / "drafts", self.now)
        self.drafting = Drafting(root.parent / "drafts", root)
        self.tracking = Tracking(self.library, self.shelf, self.now)
        self.backups = Backups(root.parent / "backups", self.now)
        last_exports = LastExports(lambda: self.library.derived / "exports")
        self.files = MarkdownFiles(self.library, last_exports, self.backups, self.annotating.placements)
        self.exporting = Exporting(self.library, self.shelf, self.files)
        self.importing = Importing(self.library, self.files, self.now)
        self.offering = Offering(self.library)
        self.verifying = Verifying(self.library, self.indexing, lambda: self.store, lambda: self.encoder)
        checks = IndexChecks(self.library, self.indexing, self.verifying, lambda: self.store, self._anew, self._check)
        self.checking = Checking(self.library, checks, self.now)
        self.comparing = Comparing(self.library, self.editions)
        self.settings = Settings(offline=True)
        self.watching = LibraryWatch(self.library)
        self.resuming = Resuming(self.library)
        self.starting = Starting(self.library, self.now)

    def _anew(self) -> None:
        self.store.close()
        Catalog.discard(self.library.derived)
        self.store = Catalog.open(self.library.derived)

    def _check(self) -> None:
        if self.is_model_damaged:
            raise ModelUnavailable("the weights are damaged")


def put_edition(desk: Desk, key: PaperKey, name: str, texts: tuple[str, ...]) -> None:
    """Another edition of a paper, indexed if it is the newest."""
    pdf = desk.library.root.parent / f"{key}{name}.pdf"
    pdf.write_bytes(f"%PDF-1.7 {key} {name}".encode())
    desk.parse.answers[pdf.read_bytes()] = parsed_pdf(texts)
    edition = desk.library.add_edition(key, name, pdf, desk.now())
    desk.library.change(key, lambda paper: replace(paper, editions=(*paper.editions, edition)))
    desk.indexing.run([key])


def put_paper(
    desk: Desk,
    name: str = "1706.03762",
    *,
    title: str = "Attention Is All You Need",
    texts: tuple[str, ...] = TEXTS,
    **fields: Any,
) -> PaperKey:
    """A record with a PDF, indexed."""
    key = PaperKey(name)
    pdf = desk.library.root.parent / f"{name}.pdf"
    pdf.write_bytes(f"%PDF-1.7 {name}".encode())
    desk.parse.answers[pdf.read_bytes()] = parsed_pdf(texts)
    edition = desk.library.add_edition(key, "v7", pdf, desk.now())
    known = {"citekey": f"key{name.replace('.', '')}", "authors": ("Ashish Vaswani",), "abstract": "", "source": name}
    desk.library.write(Paper(key=key, title=title, added=desk.now(), editions=(edition,), **{**known, **fields}))
    desk.indexing.run([key])
    return key
