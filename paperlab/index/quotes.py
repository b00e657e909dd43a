"""Where a quoted fragment stands: letter by letter, else about."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import NamedTuple

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PageBox, QuoteMatch
from paperlab.domain.text import fold, mend_ligatures
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_queries import StoredText, stored_texts, text_bytes
from paperlab.index.catalog_quotes import papers_with_words
from paperlab.index.encoder import encodable
from paperlab.index.words import words_in

_FEW_WORDS, _FEW_LETTERS, _MANY_LETTERS = 3, 12, 24
"""A shorter fragment is only found exactly, and at the bounds of words; one without blanks must be long."""
_LEAST_SCORE, _LEAST_SCORE_OF_FEW, _FEW = 75.0, 85.0, 40
"""Percent of equal letters; of fewer than 40 letters. Sentences of other fields reach 62 by chance (ADR 0005), and
five short words reach 75; with two typos they keep 88."""
_LEAST_SHARE, _LEAST_COVERED, _LONG_RUN = 0.5, 24, 12
"""Of a fragment that is cut up: the share and number of its letters that stand in the paper in runs; those of a run."""
_NEARLY_ALL = 0.99
"""The highest score of what is not exact: all letters may be there, with others between."""
_CONTEXT = 48  # characters
_SCAN_BYTES = 2_000_000
"""Deflated text, of some hundred papers, that may be looked through whole."""
_LIKELY_PAPERS = 16
_MANY_WORDS = 16
"""Of a fragment with so many, some three in a row are as the paper has them."""
_RUN_WORDS, _MOST_RUNS = 3, 24
"""Words in a row that are looked for in the index, and how many such runs of one fragment."""
_RUN_LETTERS, _RUN_LETTERS_OF_FEW, _MOST_PLACES = 10, 7, 16
"""Letters in a row that tell a place, those of a short fragment, and how many places of a paper may have them."""
_LONGEST = 2000
"""Letters of a fragment that count where it is not exact; whoever pastes pages means their beginning."""
_BETWEEN, _MARGIN = 3000, 20
"""Letters that may stand between the parts of a fragment that is cut up, as of a figure's caption; around a place."""
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


class _Run(NamedTuple):
    """A part of the needle that stands in a text."""

    here: int
    """Where it begins in the needle."""
    there: int
    """And in the text."""
    length: int


class _Chain(NamedTuple):
    """Runs one after the other; of two the greater one is the better."""

    letters: int
    gaps: int
    """Letters between the runs, as a negative number."""
    runs: tuple[_Run, ...]

    @property
    def end(self) -> int:
        return self.runs[-1].there + self.runs[-1].length

    def followed_by(self, run: _Run) -> "_Chain":
        return _Chain(self.letters + run.length, self.gaps - (run.there - self.end), (*self.runs, run))


def find_quote(catalog: Catalog, quote: str, papers: frozenset[PaperKey] | None, limit: int) -> tuple[QuoteMatch, ...]:
    """The exact places of a fragment, in order of paper and place; if there are none, the nearest, best first.

    The words tell in what papers to look. Where it does not stand there, and has few words, a library of some hundred
    papers is looked through whole: it may have lost its blanks, or have a typo in each three words.
    """
    needle = _folded(quote)
    if not needle or limit <= 0:
        return ()
    is_short = len(needle) < (_FEW_LETTERS if len(quote.split()) >= _FEW_WORDS else _MANY_LETTERS)
    with catalog.reading() as db:
        if papers is not None and len(papers) <= _LIKELY_PAPERS:
            rounds: list[Collection[PaperKey] | None] = [papers]
        else:
            query = _query(quote)
            likely = papers_with_words(db, query, papers, _LIKELY_PAPERS) if query else []
            rounds = [likely] if likely else []
            is_known_by_words = len(quote.split()) >= _MANY_WORDS
            rounds += [papers] if not is_known_by_words and text_bytes(db, papers) <= _SCAN_BYTES else []
        near: list[QuoteMatch] = []
        seen: set[PaperKey] = set()
        for keys in rounds:
            stored = [text for text in stored_texts(db, keys) if text.paper not in seen]
            seen |= {text.paper for text in stored}
            strips = [(text, *_strips(text)) for text in stored]
            exact = [match for found in strips for match in _exact_matches(*found, needle, is_short)]
            if exact:
                return tuple(exact[:limit])
            if not is_short:
                near += [match for text, strip, _ in strips if (match := _near_match(text, strip, needle[:_LONGEST]))]
            if near:
                break
    return tuple(sorted(near, key=lambda match: -match.score)[:limit])


def _query(quote: str) -> str:
    """The query of FTS5 that is met by whatever has three words of the quote in a row, or all of fewer."""
    words = words_in(encodable(mend_ligatures(_LINE_END_HYPHEN.sub("", quote))))
    runs = [" ".join(words[at : at + _RUN_WORDS]) for at in range(max(len(words) - _RUN_WORDS, 0) + 1)]
    kept = list(dict.fromkeys(runs))
    step = -(-len(kept) // _MOST_RUNS)
    return " OR ".join(f'"{run}"' for run in kept[::step] if run)


def _strips(stored: StoredText) -> tuple[_Strip, _Strip]:
    """All blocks, and the running text alone: a paragraph may go on behind a figure or a footnote."""
    folded = [(index, kind, _folded(text)) for index, (kind, text) in enumerate(stored.texts_of_blocks())]
    body = [(index, text) for index, kind, text in folded if kind in _BODY]
    return _strip([(index, text) for index, _, text in folded]), _strip(body)


def _strip(folded: Sequence[tuple[int, str]]) -> _Strip:
    starts = accumulate((len(text) for _, text in folded[:-1]), initial=0)
    return _Strip("".join(text for _, text in folded), tuple(index for index, _ in folded), tuple(starts))


def _exact_matches(
    stored: StoredText, strip: _Strip, body: _Strip, needle: str, is_short: bool
) -> Sequence[QuoteMatch]:
    for text in (strip, body):
        if needle not in text.text:
            continue
        blocks = stored.blocks()
        matches = [_match(stored, blocks, text, at, at + len(needle)) for at in _occurrences(text.text, needle)]
        found = [match for match in matches if not is_short or _has_bounds(match)]
        if found:
            return found
    return ()


def _near_match(stored: StoredText, strip: _Strip, needle: str) -> QuoteMatch | None:
    """The best place of a paper, if it is good enough.

    Runs of letters tell where to look. There the fragment stands but for some letters; or most of it does, cut up by
    what a viewer has put into it, or the parser has put between: a page number, a running head, a figure, a footnote.
    """
    from rapidfuzz import fuzz

    runs = _runs(needle, strip.text)
    if not runs:
        return None
    chain = _chain(runs)
    first, last = chain[0], chain[-1]
    begin = max(first.there - first.here - _MARGIN, 0)
    around = strip.text[begin : last.there + len(needle) - last.here + _MARGIN]
    if len(around) >= len(needle):
        least = _LEAST_SCORE if len(needle) >= _FEW else _LEAST_SCORE_OF_FEW
        found = fuzz.partial_ratio_alignment(needle, around, score_cutoff=least)
        if found is not None:
            place = begin + found.dest_start, begin + found.dest_end
            return _match(stored, stored.blocks(), strip, *place, found.score / 100)
    chain = _chain([run for run in runs if run.length >= _LONG_RUN])
    covered = sum(run.length for run in chain)
    if covered < max(_LEAST_COVERED, _LEAST_SHARE * len(needle)):
        return None
    place = chain[0].there, chain[-1].there + chain[-1].length
    return _match(stored, stored.blocks(), strip, *place, covered / len(needle))


def _runs(needle: str, text: str) -> list[_Run]:
    """Parts of the needle that stand in a text, each as long as can be, at all of their places."""
    runs: list[_Run] = []
    least = _RUN_LETTERS if len(needle) >= _FEW else _RUN_LETTERS_OF_FEW
    here = 0
    while here <= len(needle) - least:
        seed, rest = needle[here : here + least], needle[here:]
        found = [_Run(here, at, _common(rest, text, at)) for at in islice(_occurrences(text, seed), _MOST_PLACES)]
        longest = max((run.length for run in found), default=0)
        runs += [run for run in found if run.length == longest]
        here += longest or 1
    return runs


def _common(needle: str, text: str, there: int) -> int:
    """How many letters of the needle stand in a text from a place on."""
    pairs = zip(needle, text[there : there + len(needle)], strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(needle), len(text) - there))


def _chain(runs: Sequence[_Run]) -> list[_Run]:
    """Those that follow one another both in the needle and in the text, not too far apart, and hold most letters."""
    chains: list[_Chain] = []
    for run in sorted(runs, key=lambda run: run.there):
        before = [
            chain
            for chain in chains
            if chain.runs[-1].here < run.here and chain.runs[-1].there < run.there <= chain.end + _BETWEEN
        ]
        best = max((chain.followed_by(run) for chain in before), default=_Chain(run.length, 0, (run,)))
        chains.append(best)
    return list(max(chains, default=_Chain(0, 0, ())).runs)


def _occurrences(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + len(needle))


def _match(
    stored: StoredText, blocks: Sequence[Block], strip: _Strip, begin: int, end: int, score: float | None = None
) -> QuoteMatch:
    """Letters `begin` to `end` (excluded) of a strip as a match; without a score, an exact one."""
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
        is_exact=score is None,
        score=1.0 if score is None else min(score, _NEARLY_ALL),
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
