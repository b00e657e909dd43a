"""Libraries of any size whose texts, places and vectors behave like those of real papers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from paperlab.domain.blocks import Block, BlockKind, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition
from paperlab.domain.passages import Passage

NOISE = 0.5
"""Norm of what is added to a vector: neighbours then are as near as in real libraries, and no two vectors are equal."""
RARE = 3
"""Words that so few seed passages have get endings, or a large library would have no rare words."""
LONGEST_PAPER = 100


@dataclass(frozen=True, slots=True)
class Seed:
    """Passages of real papers, paper by paper, with their vectors."""

    papers: tuple[tuple[Passage, ...], ...]
    vectors: np.ndarray
    """float32, in order of the passages of all papers, rows of norm 1."""
    signatures: tuple[bytes, ...]
    """In the same order."""


@dataclass(frozen=True, slots=True)
class SyntheticPaper:
    key: PaperKey
    title: str
    edition: Edition
    parsed: ParsedPdf
    passages: tuple[Passage, ...]
    vectors: np.ndarray
    signatures: tuple[bytes, ...]


def synthetic_papers(seed: Seed, passages: int, random_seed: int = 0) -> Iterator[SyntheticPaper]:
    """Papers with at least so many passages in all; the same arguments give the same papers.

    Each is shaped like a seed paper, or a part of at most 100 passages: sections, sizes and boxes are its own. A text
    is the first half of one seed passage and the second half of another, a vector the middle of theirs with noise, a
    signature that of the first, so that words stand together and vectors lie in clusters as they really do. Rare words
    get endings by Zipf's law.
    """
    random = np.random.default_rng(random_seed)
    texts = [passage.text.split(" ") for paper in seed.papers for passage in paper]
    rare = _rare_words(texts)
    shapes = [paper[at : at + LONGEST_PAPER] for paper in seed.papers for at in range(0, len(paper), LONGEST_PAPER)]
    number = made = 0
    while made < passages:
        shape = shapes[random.integers(len(shapes))]
        pairs = random.integers(len(texts), size=(len(shape), 2))
        key = PaperKey(f"{1000 + number // 20000:04}.{number % 20000:05}")
        spliced = [_spliced(texts[first], texts[second], rare, random) for first, second in pairs]
        cut = tuple(
            replace(passage, paper=key, text=text, edition="v1", first_block=index)
            for index, (passage, text) in enumerate(zip(shape, spliced, strict=True))
        )
        noise = random.standard_normal((len(shape), seed.vectors.shape[1]), np.float32)
        middle = seed.vectors[pairs[:, 0]] + seed.vectors[pairs[:, 1]]
        vectors = _unit(_unit(middle) + NOISE * _unit(noise))
        title = " ".join(spliced[0].split()[:8])
        signatures = tuple(seed.signatures[first] for first, _ in pairs)
        yield SyntheticPaper(key, title, _edition(number), _parsed(cut, title), cut, vectors, signatures)
        made += len(cut)
        number += 1


def _spliced(first: Sequence[str], second: Sequence[str], rare: frozenset[str], random: np.random.Generator) -> str:
    words = [*first[: len(first) // 2], *second[len(second) // 2 :]]
    ending = random.zipf(1.3)
    return " ".join(f"{word}{ending}" if ending > 1 and word in rare else word for word in words)


def _rare_words(texts: Sequence[Sequence[str]]) -> frozenset[str]:
    counts: dict[str, int] = {}
    for words in texts:
        for word in set(words):
            counts[word] = counts.get(word, 0) + 1
    return frozenset(word for word, count in counts.items() if count <= RARE and word.isalpha())


def _parsed(passages: Sequence[Passage], title: str) -> ParsedPdf:
    """A block for each passage, its lines where the passage's boxes are."""
    blocks = []
    for passage in passages:
        text, boxes = passage.text, passage.boxes
        bounds = [len(text) * at // max(len(boxes), 1) for at in range(len(boxes) + 1)]
        lines = tuple(Line(place.page_index, place.box, bounds[at], bounds[at + 1]) for at, place in enumerate(boxes))
        blocks.append(Block(BlockKind.PARAGRAPH, text, lines, passage.section))
    pages = max(block.last_page_index for block in blocks) + 1
    return ParsedPdf(pages, tuple(blocks), TextLayer.GOOD, title)


def _edition(number: int) -> Edition:
    return Edition("v1", "v1.pdf", f"{number:064x}", 1_000_000, datetime(2026, 1, 1, tzinfo=UTC))


def _unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
