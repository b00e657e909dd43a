"""Small papers in a real catalogue, for the tests of the index."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fakes import FakeEncoder

from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition
from paperlab.domain.passages import Answer, PassageKind, SearchMode
from paperlab.index.catalog import Catalog
from paperlab.index.encoder import Encoder
from paperlab.index.passages import cut_notes, cut_passages, embedding_text
from paperlab.index.search import SearchEngine
from paperlab.index.signatures import encode_signed
from paperlab.index.verifying import verify

EDITION = Edition("v1", "v1.pdf", "0" * 64, 1000, datetime(2026, 1, 1, tzinfo=UTC))


def block(
    text: str,
    page: int = 0,
    section: tuple[str, ...] = ("1 Introduction",),
    kind: BlockKind = BlockKind.PARAGRAPH,
    level: int = 0,
) -> Block:
    """A block on one page, a printed line for each eight words."""
    words = text.split(" ")
    lines, at = [], 0
    for number, first in enumerate(range(0, len(words), 8)):
        length = len(" ".join(words[first : first + 8]))
        top = 100.25 + 12 * number
        lines.append(Line(page, Box(72, top, 300.5, top + 10), at, at + length))
        at += length + 1
    return Block(kind, text, tuple(lines), section, level)


def heading(text: str, page: int = 0) -> Block:
    return block(text, page, (text,), BlockKind.HEADING, 1)


def parsed(*blocks: Block | str, title: str = "") -> ParsedPdf:
    """Text alone becomes a paragraph, each on a page of its own."""
    made = tuple(block(b, page, (f"{page + 1} Section",)) if isinstance(b, str) else b for page, b in enumerate(blocks))
    return ParsedPdf(max((b.last_page_index for b in made), default=0) + 1, made, TextLayer.GOOD, title)


@dataclass
class Shelf:
    """A catalogue with a search engine on it. Without an encoder papers are put in by words only."""

    catalog: Catalog
    snapshot: Path
    encoder: Encoder | None = field(default_factory=FakeEncoder)

    @classmethod
    def open(cls, folder: Path) -> "Shelf":
        return cls(Catalog.open(folder), folder / "vectors.faiss")

    def put(self, name: str, *blocks: Block | str, title: str = "A Paper") -> PaperKey:
        key, paper, encoder = PaperKey(name), parsed(*blocks), FakeEncoder()
        passages = cut_passages(key, "v1", paper.blocks, encoder.count_tokens, encoder.max_tokens)
        texts = [embedding_text(passage, title) for passage in passages]
        vectors, signatures = encode_signed(self.encoder, texts) if self.encoder else (None, ())
        fingerprint = self.encoder.fingerprint if self.encoder else ""
        self.catalog.put_paper(key, EDITION, paper, passages, vectors, fingerprint, 1, title, signatures)
        return key

    def note(self, key: PaperKey, text: str, stamp: str = "stamp") -> None:
        encoder = FakeEncoder()
        passages = cut_notes(key, text, encoder.count_tokens, encoder.max_tokens)
        vectors, signatures = encode_signed(encoder, [embedding_text(passage, "") for passage in passages])
        self.catalog.put_marks(key, passages, vectors, stamp, encoder.fingerprint, "A Paper", signatures)

    def engine(self) -> SearchEngine:
        encoder = self.encoder or FakeEncoder()
        return SearchEngine(self.catalog, lambda: encoder, self.snapshot)

    def flaws(self) -> list[str]:
        """Kinds of what is wrong with it."""
        encoder = self.encoder or FakeEncoder()
        return [finding.kind.value for finding in verify(self.catalog, self.snapshot, encoder).findings]

    def search(
        self,
        query: str,
        mode: SearchMode = SearchMode.WORDS,
        limit: int = 10,
        kinds: frozenset[PassageKind] = frozenset(PassageKind),
        papers: frozenset[PaperKey] | None = None,
    ) -> Answer:
        return self.engine().search(query, mode, limit, kinds=kinds, papers=papers)


def found_in(answer: Answer) -> Sequence[str]:
    return [hit.passage.paper.value for hit in answer.hits]
