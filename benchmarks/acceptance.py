"""What became of the papers of a library: sizes, places and furniture of every passage, a line a paper.

    python benchmarks/acceptance.py LIBRARY

For each paper: passages; the longest in word pieces with its context (the window is the model's); the share of its
words that are printed inside the passage's rectangles on its page; passages that hold an arXiv stamp, a page number
alone or a line that stands at the same place of three pages or more; numbered sections and those out of order.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pymupdf

from paperlab.config import Settings
from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Passage
from paperlab.domain.text import fold
from paperlab.index.passages import cut_passages, embedding_text
from paperlab.workbench import Workbench

STAMP = re.compile(r"arXiv:\s?\d{4}\.\d{4,5}v\d+\s+\[")
NUMBER = re.compile(r"^(\d+(?:\.\d+)*|[A-Z](?:\.\d+)*)\.?\s")
MARGIN_PT = 2.0


def passages_of(workbench: Workbench, key: PaperKey) -> tuple[Passage, ...]:
    """As they were cut: the same blocks and the same encoder give the same passages."""
    _, edition, parsed = workbench.indexing.parsed(key)
    encoder = workbench.encoder()
    if not parsed.is_searchable:
        return ()
    return cut_passages(key, edition.name, parsed.blocks, encoder.count_tokens, encoder.max_tokens)


def share_inside(pdf: Path, passages: tuple[Passage, ...]) -> float:
    """Share of the words of all passages that are printed inside their rectangles."""
    inside = total = 0
    with pymupdf.open(pdf) as document:
        printed = [[(pymupdf.Rect(w[:4]), fold(w[4])[0]) for w in page.get_text("words")] for page in document]
    for passage in passages:
        found = []
        for place in passage.boxes:
            box = place.box
            frame = pymupdf.Rect(box.x0 - MARGIN_PT, box.y0 - MARGIN_PT, box.x1 + MARGIN_PT, box.y1 + MARGIN_PT)
            found += [text for rect, text in printed[place.page_index] if rect.tl + (rect.br - rect.tl) / 2 in frame]
        text = "".join(found)
        words = [folded for word in passage.text.split() if (folded := fold(word)[0])]
        total += len(words)
        inside += sum(word in text for word in words)
    return inside / max(total, 1)


def furniture(blocks: tuple[Block, ...], passages: tuple[Passage, ...]) -> list[str]:
    """Texts that no passage should hold."""
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    for block in blocks:
        if len(block.lines) == 1 and block.kind is not BlockKind.REFERENCE:
            shape = re.sub(r"\d+", "#", block.text.strip())
            places[shape, round(block.lines[0].box.y0 / 4)].add(block.page_index)
    repeated = [shape for (shape, _), pages in places.items() if len(pages) >= 3 and len(shape) > 3]
    found = [passage.text[:60] for passage in passages if STAMP.search(passage.text) or passage.text.strip().isdigit()]
    return found + repeated


def disorder(blocks: tuple[Block, ...]) -> tuple[int, list[str]]:
    """Numbered headings, and those that do not follow the one before."""
    numbers = [m[1] for b in blocks if b.kind is BlockKind.HEADING and (m := NUMBER.match(b.text))]
    keys = [tuple(int(p) if p.isdigit() else 100 + ord(p) for p in number.split(".")) for number in numbers]
    return len(numbers), [f"{a}>{b}" for (a, x), (b, y) in pairwise(zip(numbers, keys, strict=True)) if x >= y]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    workbench = Workbench(Settings(offline=True), parser.parse_args().library)
    window = workbench.encoder().max_tokens
    print(
        f"{'paper':<18}{'pages':>6}{'passages':>9}{'longest':>8}{'inside':>8}{'numbered':>9}  out of order; furniture"
    )
    bad = Counter[str]()
    for key in workbench.library.keys():  # noqa: SIM118  (a library is no dict)
        if workbench.library.read(key).newest is None:
            continue
        paper, edition, parsed = workbench.indexing.parsed(key)
        passages = passages_of(workbench, key)
        texts = [embedding_text(passage, paper.title) for passage in passages]
        longest = max((n + 2 for n in workbench.encoder().count_tokens(texts)), default=0)
        inside = share_inside(workbench.library.edition_path(key, edition), passages) if passages else 1.0
        numbered, jumps = disorder(parsed.blocks)
        junk = furniture(parsed.blocks, passages)
        bad.update(longest=longest > window, inside=inside < 0.99, order=bool(jumps), furniture=bool(junk))
        print(
            f"{key!s:<18}{parsed.page_count:>6}{len(passages):>9}{longest:>8}{inside:>8.1%}{numbered:>9}  "
            f"{' '.join(jumps)}; {junk if junk else ''}"
        )
    print(
        f"papers with a passage past the window of {window}: {bad['longest']}; under 99 % inside: {bad['inside']}; "
        f"sections out of order: {bad['order']}; furniture: {bad['furniture']}"
    )
    return int(bad["longest"] > 0)


if __name__ == "__main__":
    sys.exit(main())
