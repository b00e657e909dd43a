"""How surely a copied or retyped fragment is found: 1,000 cut at random from 33 papers and damaged, 200 from others.

    python benchmarks/quotes.py [--data DIR] [--cache DIR] [--count N] [--others N] [--json FILE] [--misses]

A fragment is 5 to 40 words in a row as a PDF viewer gives them: in the order of the content stream, with its line ends,
hyphens, ligatures and signs, across paragraphs, columns and pages. Pages are drawn evenly, then a word of the page.
Headings, captions, tables of words, references and footnotes count. Passed over are blocks of fewer than four words
(labels within figures, page numbers, short formulas), running heads, and fragments that are mostly numbers and signs.
Each fragment is damaged in one way, drawn evenly. Apart from these stand 200 that run over the end of a page or column.

It is right if the first match is in its paper and on its page, or one of its pages, or on another page where the
fragment, undamaged, stands as well; of matches that are as good as the first one any may be. Of the fragments of other
papers none may be claimed exact.
"""

import argparse
import hashlib
import json
import random
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pymupdf
from retrieval import machine, papers, parse

from paperlab.domain.papers import Edition
from paperlab.domain.passages import QuoteMatch
from paperlab.domain.text import LIGATURES, fold
from paperlab.index.catalog import Catalog
from paperlab.index.passages import cut_passages
from paperlab.index.quotes import find_quote
from paperlab.pdf.parse import PARSER_VERSION

SEED = 4
SHORTEST, LONGEST = 5, 40
LEAST_WORDS = 4
"""Of a block that is more than a label."""
RUNNING = 3
"""Pages that a running head is printed on, at least."""
LEAST_LETTERS = 0.8
"""Share of a fragment's characters, blanks left out, that are letters."""
WORDS = {"5 words": (5, 5), "6 to 10": (6, 10), "11 to 20": (11, 20), "21 to 40": (21, 40)}
FOUND = 10


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    page_index: int
    block: int
    line: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Fragment:
    paper: str
    words: tuple[Word, ...]
    damage: str
    text: str
    """As it is looked for."""

    @property
    def pages(self) -> set[int]:
        return {word.page_index for word in self.words}

    @property
    def place(self) -> str:
        first, last = self.words[0], self.words[-1]
        if first.page_index != last.page_index:
            return "over two pages"
        if first.block == last.block:
            return "in one block"
        return "over two columns" if last.box[0] > first.box[2] and last.box[1] < first.box[1] else "over two blocks"

    @property
    def size(self) -> str:
        return next(name for name, (least, most) in WORDS.items() if least <= len(self.words) <= most)


def copied(words: Sequence[Word]) -> str:
    """As a viewer puts it on the clipboard."""
    text = words[0].text
    for before, word in pairwise(words):
        is_same = (before.page_index, before.block, before.line) == (word.page_index, word.block, word.line)
        text += (" " if is_same else "\n") + word.text
    return text


def joined(text: str) -> str:
    """Line ends as blanks, which leaves a hyphen and a blank within words."""
    return text.replace("\n", " ")


def dehyphenated(text: str) -> str:
    return text.replace("-\n", "").replace("\n", " ")


def split_ligatures(text: str) -> str:
    return "".join(LIGATURES.get(character, character) for character in joined(text))


def made_ligatures(text: str) -> str:
    for ligature in ("ﬃ", "ﬄ", "ﬀ", "ﬁ", "ﬂ"):
        text = text.replace(LIGATURES[ligature], ligature)
    return text


def curled(text: str) -> str:
    """Straight marks made curly, and dashes long: as a word processor does."""
    return joined(text).replace("'", "’").replace('"', "”").replace("-", "–")


def straightened(text: str) -> str:
    return joined(text).translate(str.maketrans("‘’“”–—−", "''\"\"---"))


def without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", joined(text))
    return "".join(character for character in apart if not unicodedata.combining(character))


def without_hyphens(text: str) -> str:
    return dehyphenated(text).replace("-", "")


def spaced(text: str) -> str:
    """As from a viewer that sees no blanks, or too many."""
    return joined(text).replace(" ", "")


def mistyped(text: str, chance: random.Random) -> str:
    """One letter wrong, missing, doubled or in its neighbour's place; a second one past ten words."""
    text = without_accents(dehyphenated(text))
    for _ in range(1 if len(text.split()) <= 10 else 2):
        at = chance.choice([index for index, character in enumerate(text) if character.isalpha()])
        wrong = chance.choice(["", text[at] * 2, chance.choice("etaoinshr"), text[at + 1 : at + 2] + text[at]])
        text = text[:at] + wrong + text[at + (2 if len(wrong) == 2 and wrong[1] == text[at] != wrong[0] else 1) :]
    return text


def retyped(text: str, chance: random.Random) -> str:
    """All at once: a reader types from paper."""
    text = straightened(mistyped(split_ligatures(dehyphenated(text)), chance))
    return text.lower().replace("-", " ").replace(",", "")


DAMAGES: dict[str, Callable[[str, random.Random], str]] = {
    "as copied": lambda text, _: text,
    "line ends as blanks": lambda text, _: joined(text),
    "hyphens at line ends mended": lambda text, _: dehyphenated(text),
    "ligatures split": lambda text, _: split_ligatures(text),
    "ligatures made": lambda text, _: made_ligatures(text),
    "curly marks, long dashes": lambda text, _: curled(text),
    "straight marks, short dashes": lambda text, _: straightened(text),
    "accents lost": lambda text, _: without_accents(text),
    "hyphens lost": lambda text, _: without_hyphens(text),
    "blanks lost": lambda text, _: spaced(text),
    "capitals": lambda text, _: text.upper(),
    "a typo or two": mistyped,
    "retyped": retyped,
}


def words_of(path: Path) -> list[list[Word]]:
    """By page, in the order of the content stream."""
    with pymupdf.open(path) as document:
        return [
            [
                Word(text, page.number, block, line, (x0, y0, x1, y1))
                for x0, y0, x1, y1, text, block, line, _ in page.get_text(
                    "words", flags=pymupdf.TEXT_PRESERVE_LIGATURES | pymupdf.TEXT_MEDIABOX_CLIP
                )
            ]
            for page in document
        ]


def running_text(pages: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """Without labels and without what is printed on three pages or more."""
    blocks: dict[tuple[int, int], list[str]] = defaultdict(list)
    for word in (word for page in pages for word in page):
        blocks[word.page_index, word.block].append("#" if word.text.strip("()[]").isdigit() else word.text)
    counts = Counter(" ".join(words) for words in blocks.values())
    kept = {place for place, words in blocks.items() if len(words) >= LEAST_WORDS and counts[" ".join(words)] < RUNNING}
    return [[word for word in page if (word.page_index, word.block) in kept] for page in pages]


def fragments(
    texts: dict[str, list[list[Word]]], count: int, chance: random.Random, *, at_edges: bool = False
) -> Iterator[Fragment]:
    pages = [(paper, number) for paper, pages in texts.items() for number in range(len(pages))]
    made = 0
    while made < count:
        paper, number = chance.choice(pages)
        here = [word for page in texts[paper][number : number + 2] for word in page]
        own = len(texts[paper][number])
        size = SHORTEST if chance.random() < 0.15 else chance.randint(SHORTEST, LONGEST)
        edges = [at for at in range(1, own) if _is_edge(here, at)] if at_edges else []
        if own == 0 or (at_edges and not edges):
            continue
        start = max(chance.choice(edges) - chance.randrange(1, size), 0) if at_edges else chance.randrange(own)
        words = tuple(here[start : start + size])
        name, damage = chance.choice(list(DAMAGES.items()))
        if len(words) == size and _is_worded(words):
            yield Fragment(paper, words, name, damage(copied(words), chance))
            made += 1


def _is_edge(words: Sequence[Word], at: int) -> bool:
    """Whether a word begins another page or column than the one before it ends."""
    before, word = words[at - 1], words[at]
    return word.page_index != before.page_index or (word.block != before.block and word.box[3] < before.box[1])


def _is_worded(words: Sequence[Word]) -> bool:
    text = "".join(word.text for word in words)
    letters = sum(character.isalpha() for character in text)
    worded = sum(any(character.isalpha() for character in word.text) for word in words)
    return letters >= LEAST_LETTERS * len(text) and worded >= SHORTEST


def fill(catalog: Catalog, folder: Path, cache: Path) -> dict[str, Path]:
    """Index the papers by words alone, which is all that quotes need. Returns their files."""
    paths = {}
    for key, title, path in papers(folder):
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        parsed = parse(path, cache / f"{sha256[:16]}-{PARSER_VERSION}.json")
        passages = cut_passages(key, "v1", parsed.blocks, lambda texts: [len(text.split()) for text in texts], 160)
        edition = Edition("v1", path.name, sha256, len(content), datetime.now(UTC))
        catalog.put_paper(key, edition, parsed, passages, None, "", PARSER_VERSION, title)
        paths[key.value] = path
    return paths


def is_right(fragment: Fragment, matches: Sequence[QuoteMatch], letters: dict[str, list[str]]) -> bool:
    """`letters`: of the pages of each paper, folded."""
    needle = fold(copied(fragment.words))[0]
    for match in matches:
        pages = {match.page_index, *(place.page_index for place in match.boxes)}
        is_there = match.paper.value == fragment.paper and not pages.isdisjoint(fragment.pages)
        if match.score == matches[0].score and (
            is_there or any(needle in letters[match.paper.value][n] for n in pages)
        ):
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--misses", action="store_true", help="show the fragments that were not found rightly")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = arguments.cache or Path(scratch) / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        catalog = Catalog.open(Path(scratch) / "index")
        paths = fill(catalog, arguments.data / "papers", cache)
        raw = {name: words_of(path) for name, path in paths.items()}
        texts = {name: running_text(pages) for name, pages in raw.items()}
        others = {path.stem: words_of(path) for path in sorted((arguments.data / "papers_other").glob("*.pdf"))}
        letters = {
            name: [fold(" ".join(word.text for word in page))[0] for page in pages] for name, pages in raw.items()
        }
        chance = random.Random(SEED)
        report = {
            "fragments": run(catalog, list(fragments(texts, arguments.count, chance)), letters, arguments.misses),
            "others": run_foreign(catalog, list(fragments(others, arguments.others, chance)), arguments.misses),
            "edges": run(
                catalog, list(fragments(texts, arguments.others, chance, at_edges=True)), letters, arguments.misses
            ),
            "machine": machine(),
        }
        catalog.close()
    print_report(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def run(catalog: Catalog, own: Sequence[Fragment], letters: dict[str, list[str]], shows_misses: bool) -> dict[str, Any]:
    tables: dict[str, dict[str, list[bool]]] = {name: defaultdict(list) for name in ("damage", "place", "size")}
    right, exact, took_ms = [], [], []
    for fragment in own:
        matches, ms = timed_find(catalog, fragment)
        is_found = is_right(fragment, matches, letters)
        took_ms.append(ms)
        right.append(is_found)
        exact.append(bool(matches) and matches[0].is_exact)
        for name, part in (("damage", fragment.damage), ("place", fragment.place), ("size", fragment.size)):
            tables[name][part].append(is_found)
        if shows_misses and not is_found:
            page = fragment.words[0].page_index + 1
            answers = [(m.paper.value, m.page_index + 1, round(m.score, 2), m.text[:60]) for m in matches[:2]]
            print(f"{fragment.paper} p. {page} [{fragment.damage}; {fragment.place}] {fragment.text!r} -> {answers}")
    return {
        "count": len(own),
        "right": round(sum(right) / len(right), 4),
        "exact": round(sum(exact) / len(exact), 4),
        "by": {
            name: {part: [sum(found), len(found)] for part, found in sorted(table.items())}
            for name, table in tables.items()
        },
        "ms": _times(took_ms),
    }


def run_foreign(catalog: Catalog, foreign: Sequence[Fragment], shows_claims: bool) -> dict[str, Any]:
    best: list[QuoteMatch] = []
    took_ms = []
    for fragment in foreign:
        matches, ms = timed_find(catalog, fragment)
        took_ms.append(ms)
        best += matches[:1]
        if shows_claims and matches:
            print(f"foreign {fragment.text!r} -> {matches[0].paper} {matches[0].score:.2f} {matches[0].text!r}")
    return {
        "count": len(foreign),
        "claimed_exact": sum(1 for match in best if match.is_exact),
        "claimed_near": sum(1 for match in best if not match.is_exact),
        "ms": _times(took_ms),
    }


def timed_find(catalog: Catalog, fragment: Fragment) -> tuple[Sequence[QuoteMatch], float]:
    began = perf_counter()
    matches = find_quote(catalog, fragment.text, None, FOUND)
    return matches, (perf_counter() - began) * 1000


def _times(took_ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(took_ms)
    return {"median": round(median(ordered), 1), "p95": round(ordered[int(0.95 * len(ordered))], 1)}


def print_report(report: dict[str, Any]) -> None:
    for name in ("fragments", "edges"):
        part = report[name]
        print(f"{name}: {part['count']}, right {part['right']:.1%}, exact {part['exact']:.1%}, ms {part['ms']}")
        for table in part["by"].values():
            print()
            for kind, (found, count) in table.items():
                print(f"  {kind:30} {found:4} of {count:4}  {found / count:7.1%}")
        print()
    others = report["others"]
    print(
        f"of other papers: {others['count']}, claimed exact {others['claimed_exact']},"
        f" near {others['claimed_near']}, ms {others['ms']}"
    )


if __name__ == "__main__":
    main()
