"""Where a quoted fragment stands: letter by letter, else about."""

import re
from collections.abc import Collection, Sequence

from paperlab.domain.blocks import Block
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import QuoteMatch
from paperlab.domain.runs import best_chain, occurrences, shared_runs
from paperlab.domain.strips import Strip, boxes_of, strips_of, surroundings, text_of
from paperlab.domain.text import folded, mend_ligatures
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
_SCAN_BYTES = 2_000_000
"""Deflated text, of some hundred papers, that may be looked through whole."""
_LIKELY_PAPERS = 16
_MANY_WORDS = 16
"""Of a fragment with so many, some three in a row are as the paper has them."""
_RUN_WORDS, _MOST_RUNS = 3, 24
"""Words in a row that are looked for in the index, and how many such runs of one fragment."""
_RUN_LETTERS, _RUN_LETTERS_OF_FEW = 10, 7
"""Letters in a row that tell a place, and those of a short fragment."""
_LONGEST = 2000
"""Letters of a fragment that count where it is not exact; whoever pastes pages means their beginning."""
_BETWEEN, _MARGIN = 3000, 20
"""Letters that may stand between the parts of a fragment that is cut up, as of a figure's caption; around a place."""
_LINE_END_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010][ \t]*\n\s*(?=\w)")


def find_quote(catalog: Catalog, quote: str, papers: frozenset[PaperKey] | None, limit: int) -> tuple[QuoteMatch, ...]:
    """The exact places of a fragment, in order of paper and place; if there are none, the nearest, best first.

    The words tell in what papers to look. Where it does not stand there, and has few words, a library of some hundred
    papers is looked through whole: it may have lost its blanks, or have a typo in each three words.
    """
    needle = folded(quote)
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
            strips = [(text, *strips_of(text.texts_of_blocks())) for text in stored]
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


def _exact_matches(stored: StoredText, strip: Strip, body: Strip, needle: str, is_short: bool) -> Sequence[QuoteMatch]:
    for text in (strip, body):
        if needle not in text.text:
            continue
        blocks = stored.blocks()
        matches = [_match(stored, blocks, text, at, at + len(needle)) for at in occurrences(text.text, needle)]
        found = [match for match in matches if not is_short or _has_bounds(match)]
        if found:
            return found
    return ()


def _near_match(stored: StoredText, strip: Strip, needle: str) -> QuoteMatch | None:
    """The best place of a paper, if it is good enough.

    Runs of letters tell where to look. There the fragment stands but for some letters; or most of it does, cut up by
    what a viewer has put into it, or the parser has put between: a page number, a running head, a figure, a footnote.
    """
    from rapidfuzz import fuzz

    runs = shared_runs(needle, strip.text, _RUN_LETTERS if len(needle) >= _FEW else _RUN_LETTERS_OF_FEW)
    if not runs:
        return None
    chain = best_chain(runs, _BETWEEN)
    first, last = chain[0], chain[-1]
    begin = max(first.there - first.here - _MARGIN, 0)
    around = strip.text[begin : last.there + len(needle) - last.here + _MARGIN]
    if len(around) >= len(needle):
        least = _LEAST_SCORE if len(needle) >= _FEW else _LEAST_SCORE_OF_FEW
        found = fuzz.partial_ratio_alignment(needle, around, score_cutoff=least)
        if found is not None:
            place = begin + found.dest_start, begin + found.dest_end
            return _match(stored, stored.blocks(), strip, *place, found.score / 100)
    chain = best_chain([run for run in runs if run.length >= _LONG_RUN], _BETWEEN)
    covered = sum(run.length for run in chain)
    if covered < max(_LEAST_COVERED, _LEAST_SHARE * len(needle)):
        return None
    place = chain[0].there, chain[-1].there + chain[-1].length
    return _match(stored, stored.blocks(), strip, *place, covered / len(needle))


def _match(
    stored: StoredText, blocks: Sequence[Block], strip: Strip, begin: int, end: int, score: float | None = None
) -> QuoteMatch:
    """Letters `begin` to `end` (excluded) of a strip as a match; without a score, an exact one."""
    spans = strip.spans(blocks, begin, end)
    boxes = boxes_of(blocks, spans)
    prefix, suffix = surroundings(blocks, spans)
    first = blocks[spans[0].block]
    return QuoteMatch(
        paper=stored.paper,
        edition=stored.edition,
        page_index=boxes[0].page_index if boxes else first.page_index,
        is_exact=score is None,
        score=1.0 if score is None else min(score, _NEARLY_ALL),
        text=text_of(blocks, spans),
        boxes=boxes,
        section=first.section,
        block=spans[0].block,
        start=spans[0].start,
        prefix=prefix,
        suffix=suffix,
    )


def _has_bounds(match: QuoteMatch) -> bool:
    """Whether it begins and ends where words do."""
    return not (match.prefix[-1:].isalnum() or match.suffix[:1].isalnum())
