"""Whether highlights are carried to another edition rightly: 500 at random sentences, and 5,000 on damaged texts.

    python benchmarks/anchors.py [--data DIR] [--cache DIR] [--count N] [--json FILE] [--misses]

A highlight holds what paperlab stores: quote, prefix, suffix, page, rectangles, section. The editions are Attention v5
and v7, and copies of v5 that readers have marked and saved with other programs. What is right is judged without
paperlab: a sentence stands if its folded letters stand in MuPDF's own words of the other file; of several places the
one is right whose 200 letters before and behind are most like those of the original; and its words must lie in the
rectangles that the highlight is placed on. `in pieces` are sentences that MuPDF's words do not have in a row in one of
the files, as where a page number stands between: if placed, their letters must lie in the rectangles all the same.

Damaged texts are made from parsed papers, so what is right is known: the sentence is changed a little (typos, a word
more, less, or another), moved, taken out, taken out while one like it stays beside it or elsewhere; or all pages are
reflowed. A highlight of a sentence that was taken out must have no place.
"""

import argparse
import json
import random
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import Any

import pymupdf
from quotes import mistyped
from retrieval import machine, parse

from paperlab.domain.anchors import Anchorage
from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Block, Box, Line
from paperlab.domain.passages import PageBox
from paperlab.domain.placements import Placement
from paperlab.domain.sentences import sentence_spans
from paperlab.domain.strips import BODY, Span, boxes_of, surroundings, text_of
from paperlab.domain.text import fold
from paperlab.pdf.parse import PARSER_VERSION

SEED = 5
AROUND = 200
"""Letters on each side that tell twins apart."""
LEAST_IN = 0.9
"""Share of a sentence's letters that must lie in the rectangles."""
LEAST_SAME = 0.8
"""Share that the place of a changed sentence and the one found must have in common."""
LEAST_WORDS = 8
"""Of a sentence that is damaged."""
EDITIONS = {
    "v5": "papers/1706.03762v5.pdf",
    "v7": "papers/1706.03762v7.pdf",
    "copy R": "annotated_reader/1706.03762v5__RishabhG998.pdf",
    "copy L": "annotated_reader/1706.03762v5__labmlai.pdf",
}
PAIRS = (
    ("v5", "v7"),
    ("v7", "v5"),
    ("v5", "copy R"),
    ("copy R", "v5"),
    ("v5", "copy L"),
    ("copy L", "v5"),
)
DAMAGED = ("1706.03762v5", "1810.04805v2", "1508.04025v5", "2005.11401v4")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Letters:
    """A file's words as MuPDF gives them, as one folded text."""

    text: str
    starts: tuple[int, ...]
    words: tuple[PageBox, ...]

    @classmethod
    def of(cls, path: Path) -> "Letters":
        words, texts = [], []
        with pymupdf.open(path) as document:
            for page in document:
                for x0, y0, x1, y1, text, *_ in page.get_text("words"):
                    if folded := fold(text)[0]:
                        texts.append(folded)
                        words.append(PageBox(page.number, Box(x0, y0, x1, y1)))
        return cls("".join(texts), tuple(accumulate((len(text) for text in texts[:-1]), initial=0)), tuple(words))

    def places(self, needle: str) -> Iterator[int]:
        at = self.text.find(needle)
        while at >= 0:
            yield at
            at = self.text.find(needle, at + 1)

    def share_in(self, begin: int, end: int, boxes: Sequence[PageBox]) -> float:
        """Share of the letters from one place to another whose words lie in some rectangles."""
        inside = 0
        for at in range(begin, end):
            word = self.words[bisect_right(self.starts, at) - 1]
            inside += any(lies_in(word, box) for box in boxes)
        return inside / (end - begin)

    def letters_in(self, boxes: Sequence[PageBox]) -> Counter[str]:
        """All letters whose words lie in some rectangles."""
        ends = (*self.starts[1:], len(self.text))
        found = Counter[str]()
        for word, begin, end in zip(self.words, self.starts, ends, strict=True):
            if any(lies_in(word, box) for box in boxes):
                found.update(self.text[begin:end])
        return found

    def around(self, begin: int, end: int) -> tuple[str, str]:
        return self.text[max(begin - AROUND, 0) : begin], self.text[end : end + AROUND]


@dataclass(frozen=True, slots=True)
class Edition:
    name: str
    blocks: Sequence[Block]
    letters: Letters


@dataclass(frozen=True, slots=True)
class Mark:
    annotation: Annotation
    span: Span
    boxes: tuple[PageBox, ...]
    """All of them: the annotation keeps those of its page."""


def lies_in(word: PageBox, line: PageBox) -> bool:
    """Whether a word's middle is in a rectangle."""
    x, y = (word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2
    box = line.box
    return word.page_index == line.page_index and box.x0 - 1 <= x <= box.x1 + 1 and box.y0 - 1 <= y <= box.y1 + 1


def sentences(blocks: Sequence[Block]) -> list[Span]:
    return [Span(index, *span) for index, block in enumerate(blocks) for span in sentence_spans(block.text)]


def mark(blocks: Sequence[Block], span: Span, edition: str, number: int) -> Mark:
    """As paperlab makes it."""
    prefix, suffix = surroundings(blocks, (span,))
    boxes = boxes_of(blocks, (span,))
    annotation = Annotation(
        id=str(number),
        kind=AnnotationKind.HIGHLIGHT,
        edition=edition,
        page_index=boxes[0].page_index,
        quote=text_of(blocks, (span,)),
        prefix=prefix,
        suffix=suffix,
        boxes=tuple(place.box for place in boxes if place.page_index == boxes[0].page_index),
        section="".join(blocks[span.block].section[-1:]),
        created=NOW,
        updated=NOW,
    )
    return Mark(annotation, span, boxes)


def show(what: str, made: Mark, placement: Placement) -> None:
    where = f"{placement.way or placement.reason} {placement.confidence} {placement.page_index}"
    print(f"  {what}: {made.annotation.quote[:90]!r} {where} {placement.text[:60]!r}")


# real editions


def likeness(one: tuple[str, str], other: tuple[str, str]) -> float:
    return sum(SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in zip(one, other, strict=True))


def verdict(made: Mark, placement: Placement, source: Letters, target: Letters) -> str:
    """What became of a mark: `right`, `wrong`, `listed though it stands`, `listed`, or one of `in pieces`."""
    needle = fold(made.annotation.quote)[0]
    length = len(needle)
    there = list(target.places(needle)) if needle else []
    own = (
        [at for at in source.places(needle) if source.share_in(at, at + length, made.boxes) >= LEAST_IN]
        if needle
        else []
    )
    if not there or not own:
        if not placement.is_placed:
            return "listed" if not there else "in pieces, listed"
        wanted, found = Counter(needle), target.letters_in(placement.boxes)
        missing = sum((wanted - found).values())
        return "in pieces, placed" if missing <= (1 - LEAST_IN) * length else "wrong"
    if not placement.is_placed:
        return "listed though it stands"
    around = source.around(own[0], own[0] + length)
    likely = (
        [(likeness(around, target.around(at, at + length)), at) for at in there] if len(there) > 1 else [(1, there[0])]
    )
    best = max(likely)[0]
    right = [at for score, at in likely if score >= best - 0.02]
    is_right = any(target.share_in(at, at + length, placement.boxes) >= LEAST_IN for at in right)
    return ("right, of several" if len(there) > 1 else "right") if is_right else "wrong"


def carry(source: Edition, target: Edition, count: int, chance: random.Random, shows: bool) -> dict[str, Any]:
    spans = sentences(source.blocks)
    marks = [mark(source.blocks, chance.choice(spans), source.name, number) for number in range(count)]
    began = perf_counter()
    placements = Anchorage(target.name, target.blocks).resolve_all([made.annotation for made in marks])
    took_ms = (perf_counter() - began) * 1000
    verdicts = Counter[str]()
    for made, placement in zip(marks, placements, strict=True):
        told = verdict(made, placement, source.letters, target.letters)
        verdicts[told] += 1
        if shows and not told.startswith("right"):
            show(f"{source.name} → {target.name} {told}", made, placement)
    ways = Counter(str(placement.way or placement.reason) for placement in placements)
    return {
        "pair": f"{source.name} → {target.name}",
        "verdicts": dict(verdicts),
        "ways": dict(ways),
        "ms": round(took_ms),
    }


# damaged texts


@dataclass(frozen=True, slots=True)
class Damaged:
    before: Sequence[Block]
    span: Span
    """What is marked."""
    after: Sequence[Block]
    stands: Span | None
    """Where it is afterwards; None if it is gone."""


def with_text(block: Block, text: str) -> Block:
    line = block.lines[0]
    return replace(block, text=text, lines=(Line(line.page_index, line.box, 0, len(text)),), scripts=(), bold_lead=0)


def put(blocks: Sequence[Block], span: Span, text: str) -> list[Block]:
    """Blocks with a text in the place of a span."""
    old = blocks[span.block].text
    changed = old[: span.start] + text + old[span.end :]
    return [with_text(block, changed) if index == span.block else block for index, block in enumerate(blocks)]


def like(sentence: str, chance: random.Random) -> str:
    """With two words exchanged for others."""
    words = sentence.split(" ")
    for at in chance.sample(range(len(words)), 2):
        words[at] = chance.choice(["several", "rather", "deep", "earlier", "measured"])
    return " ".join(words)


def edited(sentence: str, chance: random.Random) -> str:
    words = sentence.split(" ")
    at = chance.randrange(1, len(words))
    words[at : at + chance.choice([0, 1])] = chance.choice([[], ["rather"], ["quite", "often"]])
    return " ".join(words)


def elsewhere(blocks: Sequence[Block], span: Span, chance: random.Random) -> Span:
    """An empty place between sentences of another paragraph."""
    others = [
        index
        for index, block in enumerate(blocks)
        if index != span.block and block.kind in BODY and len(block.text) > 80
    ]
    index = chance.choice(others)
    at = chance.choice(sentence_spans(blocks[index].text))[1]
    return Span(index, at, at)


def as_it_was(blocks: Sequence[Block], span: Span, _: str, chance: random.Random) -> Damaged:
    """On other pages, with other blocks in front."""
    front = [
        with_text(blocks[0], f"Remark {number}, which was not there.") for number in range(chance.randrange(1, 30))
    ]
    moved = [
        replace(block, lines=tuple(Line(line.page_index + 2, line.box, line.start, line.end) for line in block.lines))
        for block in blocks
    ]
    return Damaged(blocks, span, [*front, *moved], Span(span.block + len(front), *span[1:]))


def small_edit(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    new = edited(text, chance)
    return Damaged(blocks, span, put(blocks, span, new), Span(span.block, span.start, span.start + len(new)))


def typos(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    new = mistyped(text, chance)
    return Damaged(blocks, span, put(blocks, span, new), Span(span.block, span.start, span.start + len(new)))


def taken_out(blocks: Sequence[Block], span: Span, *_: object) -> Damaged:
    return Damaged(blocks, span, put(blocks, span, ""), None)


def like_it_elsewhere(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    with_decoy = put(blocks, elsewhere(blocks, span, chance), f" {like(text, chance)}")
    return Damaged(with_decoy, span, put(with_decoy, span, ""), None)


def like_it_behind(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    with_decoy = put(blocks, Span(span.block, span.end, span.end), f" {like(text, chance)}")
    return Damaged(with_decoy, span, put(with_decoy, span, ""), None)


def like_it_before(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    decoy = f"{like(text, chance)} "
    with_decoy = put(blocks, Span(span.block, span.start, span.start), decoy)
    span = Span(span.block, span.start + len(decoy), span.end + len(decoy))
    return Damaged(with_decoy, span, put(with_decoy, span, ""), None)


def moved(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    there = elsewhere(blocks, span, chance)
    after = put(put(blocks, there, f" {text}"), span, "")
    return Damaged(blocks, span, after, Span(there.block, there.start + 1, there.start + 1 + len(text)))


def twin(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    """The same sentence again, where nobody has marked it."""
    there = elsewhere(blocks, span, chance)
    twice = put(blocks, there, f" {text}")
    return Damaged(twice, span, [with_text(twice[0], "A remark."), *twice], Span(span.block + 1, *span[1:]))


def twin_edited(blocks: Sequence[Block], span: Span, text: str, chance: random.Random) -> Damaged:
    """The same sentence again stays as it was, the marked one changes a little."""
    twice = put(blocks, elsewhere(blocks, span, chance), f" {text}")
    new = edited(text, chance)
    return Damaged(twice, span, put(twice, span, new), Span(span.block, span.start, span.start + len(new)))


DAMAGES: dict[str, Callable[[Sequence[Block], Span, str, random.Random], Damaged]] = {
    "reflowed": as_it_was,
    "stands twice": twin,
    "a word more, less, another": small_edit,
    "a typo or two": typos,
    "so edited, its twin not": twin_edited,
    "moved": moved,
    "taken out": taken_out,
    "taken out, one like it elsewhere": like_it_elsewhere,
    "taken out, one like it before": like_it_before,
    "taken out, one like it behind": like_it_behind,
}


def damaged_verdict(damaged: Damaged, placement: Placement) -> str:
    if damaged.stands is None:
        return "wrong" if placement.is_placed else "listed, it is gone"
    if not placement.is_placed:
        return "listed though it stands"
    (stands, spans) = damaged.stands, placement.spans
    if len(spans) != 1 or spans[0].block != stands.block:
        return "wrong"
    shared = min(spans[0].end, stands.end) - max(spans[0].start, stands.start)
    whole = max(spans[0].end, stands.end) - min(spans[0].start, stands.start)
    return "right" if shared >= LEAST_SAME * whole else "wrong"


def run_damage(name: str, papers: Sequence[Sequence[Block]], count: int, shows: bool) -> dict[str, Any]:
    chance = random.Random(SEED)
    verdicts, took = Counter[str](), 0.0
    for number in range(count):
        blocks = papers[number % len(papers)]
        spans = [
            span
            for span in sentences(blocks)
            if blocks[span.block].kind in BODY and len(text_of(blocks, (span,)).split()) >= LEAST_WORDS
        ]
        span = chance.choice(spans)
        damaged = DAMAGES[name](blocks, span, text_of(blocks, (span,)), chance)
        made = mark(damaged.before, damaged.span, "before", number)
        began = perf_counter()
        placement = Anchorage("after", damaged.after).resolve(made.annotation)
        took += perf_counter() - began
        told = damaged_verdict(damaged, placement)
        verdicts[told] += 1
        if shows and told in {"wrong", "listed though it stands"}:
            show(f"{name} {told}", made, placement)
    return {"damage": name, "verdicts": dict(verdicts), "ms": round(took * 1000)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--misses", action="store_true", help="show what was not placed, or not rightly")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = arguments.cache or Path(scratch)
        cache.mkdir(parents=True, exist_ok=True)

        def blocks_of(path: Path) -> Sequence[Block]:
            return parse(path, cache / f"{path.stem}-{PARSER_VERSION}.json").blocks

        editions = {
            name: Edition(name, blocks_of(arguments.data / file), Letters.of(arguments.data / file))
            for name, file in EDITIONS.items()
        }
        papers = [blocks_of(arguments.data / "papers" / f"{name}.pdf") for name in DAMAGED]
    chance = random.Random(SEED)
    report: dict[str, Any] = {
        "editions": [carry(editions[a], editions[b], arguments.count, chance, arguments.misses) for a, b in PAIRS],
        "damages": [run_damage(name, papers, arguments.count, arguments.misses) for name in DAMAGES],
        "machine": machine(),
    }
    print_table("pair", report["editions"])
    print_table("damage", report["damages"])
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def print_table(head: str, rows: Sequence[dict[str, Any]]) -> None:
    columns = sorted({verdict for row in rows for verdict in row["verdicts"]})
    columns.sort(key=lambda name: (not name.startswith("right"), name))
    print(f"{head:34}" + "".join(f"{name:>{len(name) + 3}}" for name in columns) + f"{'ms':>8}")
    for row in rows:
        cells = "".join(f"{row['verdicts'].get(name, 0) or '·':>{len(name) + 3}}" for name in columns)
        print(f"{row[head]:34}{cells}{row['ms']:>8}")
    print()


if __name__ == "__main__":
    main()
