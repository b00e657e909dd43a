"""Where a quoted fragment stands: letter by letter, else about."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from sqlite3 import Connection

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PageBox, PassageKind, QuoteMatch
from paperlab.domain.text import fold, mend_ligatures
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_queries import Scope, StoredText, match_words, passages_of, stored_texts, text_bytes
from paperlab.index.words import any_word

_FEW_WORDS, _FEW_LETTERS = 3, 12
"""A shorter fragment is only found exactly, and at the bounds of words."""
_LEAST_SCORE = 75.0
"""Percent of equal letters. Sentences of other fields reach 62 against 33 papers by chance (ADR 0005)."""
_CONTEXT = 48  # characters
_SCAN_BYTES = 2_000_000
"""Deflated text, of some hundred papers, that is looked through whole; past it the words decide where to look."""
_MOST_PASSAGES = 200
_LIKELY_PAPERS = 8
_BODY = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FORMULA)
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010][ \t]*\n\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class _Strip:
    """Blocks of a paper as one folded text, without anything between them."""

    text: str
    blocks: tuple[int, ...]
    """Indexes of the blocks in it, in order."""
    starts: tuple[int, ...]
    """Where each of them begins in the text."""

    def place(self, at: int) -> tuple[int, int]:
        """Block and offset in the block's folded text of the letter at a place."""
        position = bisect_right(self.starts, at) - 1
        return self.blocks[position], at - self.starts[position]


def find_quote(catalog: Catalog, quote: str, papers: frozenset[PaperKey] | None, limit: int) -> tuple[QuoteMatch, ...]:
    """The exact places of a fragment, in order of paper and place; if there are none, the nearest, best first."""
    needle = _folded(quote)
    if not needle or limit <= 0:
        return ()
    is_short = len(quote.split()) < _FEW_WORDS or len(needle) < _FEW_LETTERS
    with catalog.reading() as db:
        exact: list[QuoteMatch] = []
        for stored in stored_texts(db, _where_to_look(db, quote, papers)):
            exact += _exact_matches(stored, needle, is_short, limit - len(exact))
            if len(exact) == limit:
                break
        if exact or is_short:
            return tuple(exact)
        likely = _papers_by_words(db, quote, papers)[:_LIKELY_PAPERS]
        fuzzy = [match for stored in stored_texts(db, likely) for match in _fuzzy_matches(stored, needle)]
    return tuple(sorted(fuzzy, key=lambda match: -match.score)[:limit])


def _where_to_look(db: Connection, quote: str, papers: frozenset[PaperKey] | None) -> Sequence[PaperKey] | None:
    if text_bytes(db, papers) <= _SCAN_BYTES:
        return None if papers is None else sorted(papers)
    return _papers_by_words(db, quote, papers)


def _papers_by_words(db: Connection, quote: str, papers: frozenset[PaperKey] | None) -> list[PaperKey]:
    """The papers of the passages that have most of the quote's words, the rare ones above all; best first."""
    query = any_word(mend_ligatures(_LINE_END_HYPHEN.sub("", quote)).replace('"', " "))
    if not query:
        return []
    scope = Scope(frozenset({PassageKind.PASSAGE}), papers)
    ids = [number for number, _ in match_words(db, query, _MOST_PASSAGES, scope)]
    passages = passages_of(db, ids)
    return list(dict.fromkeys(passages[number][0].paper for number in ids if number in passages))


def _strips(stored: StoredText) -> Iterator[_Strip]:
    """All blocks, then the running text alone: a paragraph may go on behind a figure or a footnote."""
    folded = [(index, kind, _folded(text)) for index, (kind, text) in enumerate(stored.texts_of_blocks())]
    yield _strip([(index, text) for index, _, text in folded])
    yield _strip([(index, text) for index, kind, text in folded if kind in _BODY])


def _strip(folded: Sequence[tuple[int, str]]) -> _Strip:
    starts = accumulate((len(text) for _, text in folded[:-1]), initial=0)
    return _Strip("".join(text for _, text in folded), tuple(index for index, _ in folded), tuple(starts))


def _exact_matches(stored: StoredText, needle: str, is_short: bool, limit: int) -> list[QuoteMatch]:
    for strip in _strips(stored):
        if needle not in strip.text:
            continue
        blocks = stored.blocks()
        matches = [_match(stored, blocks, strip, at, at + len(needle), 1.0) for at in _occurrences(strip.text, needle)]
        found = [match for match in matches if not is_short or _has_bounds(match)]
        if found:
            return found[:limit]
    return []


def _fuzzy_matches(stored: StoredText, needle: str) -> Iterator[QuoteMatch]:
    """The best place of a paper, if it is good enough."""
    from rapidfuzz import fuzz

    strip = next(_strips(stored))
    found = fuzz.partial_ratio_alignment(needle, strip.text, score_cutoff=_LEAST_SCORE)
    # a text shorter than the needle is found in the needle, not the other way round
    if found is not None and len(strip.text) >= len(needle):
        yield _match(stored, stored.blocks(), strip, found.dest_start, found.dest_end, found.score / 100)


def _occurrences(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + len(needle))


def _match(
    stored: StoredText, blocks: Sequence[Block], strip: _Strip, begin: int, end: int, score: float
) -> QuoteMatch:
    """Letters `begin` to `end` (excluded) of a strip as a match."""
    (first, begin_in_first), (last, end_in_last) = strip.place(begin), strip.place(end - 1)
    start = fold(blocks[first].text)[1][begin_in_first]
    stop = _past_accents(blocks[last].text, fold(blocks[last].text)[1][end_in_last] + 1)
    touched = [index for index in strip.blocks if first <= index <= last]
    spans = [
        (blocks[index], start if index == first else 0, stop if index == last else len(blocks[index].text))
        for index in touched
    ]
    boxes = tuple(PageBox(line.page_index, line.box) for block, a, b in spans for line in block.lines_of(a, b))
    return QuoteMatch(
        paper=stored.paper,
        edition=stored.edition,
        page_index=boxes[0].page_index if boxes else blocks[first].page_index,
        is_exact=score == 1.0,
        score=score,
        text=" ".join(block.text[a:b] for block, a, b in spans),
        boxes=boxes,
        section=blocks[first].section,
        block=first,
        start=start,
        prefix=blocks[first].text[max(0, start - _CONTEXT) : start],
        suffix=blocks[last].text[stop : stop + _CONTEXT],
    )


def _has_bounds(match: QuoteMatch) -> bool:
    """Whether it begins and ends where words do."""
    return not (match.prefix[-1:].isalnum() or match.suffix[:1].isalnum())


def _past_accents(text: str, stop: int) -> int:
    while stop < len(text) and unicodedata.combining(text[stop]):
        stop += 1
    return stop


def _folded(text: str) -> str:
    """`fold` without the origins, some ten times faster where most of the text is ASCII."""
    return "".join(_NO_LETTER.sub("", run.lower()) if run.isascii() else fold(run)[0] for run in _RUNS.findall(text))
