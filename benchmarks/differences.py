"""Whether `diff` tells what changed between two editions, and nothing else.

Two files of one edition (reader copies, re-saved and marked by other programs) must have no difference. Then papers are
changed by known edits at random places, set anew (other pages, hyphens, paragraphs cut in two, floats elsewhere) and
compared: how many edits are told as what they are, and how many changes are told that nobody made.

python benchmarks/differences.py --data DATA [--edits 200] [--json FILE]

DATA holds `papers/` and `annotated_reader/`; files of one edition begin with the same arXiv id and version.
"""

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.differences import Differences, compare
from paperlab.domain.sentences import sentence_spans
from paperlab.pdf.parse import PARSER_VERSION, parse_pdf
from paperlab.pdf.wire import encode, from_parsed, to_parsed

_NAME = re.compile(r"(?P<id>\d{4}\.\d{4,5})(?P<version>v\d+)")
_NEW = "An entirely different sentence about {} was put in at this place by hand."
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "paperlab-differences")
    options.add_argument("--edits", type=int, default=200)
    options.add_argument("--seed", type=int, default=5)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    figures = {
        "same edition": same_editions(given.data, given.cache),
        "two editions": two_editions(given.data, given.cache),
        "edits": edits(given.data, given.cache, given.edits, given.seed),
    }
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1))


def same_editions(data: Path, cache: Path) -> dict[str, int]:
    """Changes between two files of one edition: 0 each."""
    found = {}
    for name, files in sorted(_editions(data).items()):
        for one, other in combinations(files, 2):
            differences = compare(_blocks(one, cache), _blocks(other, cache))
            found[f"{name}: {one.name} and {other.name}"] = _count(differences)
            print(
                f"{_count(differences):>5}  {name}  {one.parent.name}/{one.name} and {other.parent.name}/{other.name}"
            )
    return found


def two_editions(data: Path, cache: Path) -> dict[str, dict[str, int]]:
    """What is told of two editions of one paper."""
    works: defaultdict[str, dict[str, Path]] = defaultdict(dict)
    for name, files in _editions(data).items():
        match = _NAME.match(name)
        if match:
            works[match["id"]][match["version"]] = files[0]
    told = {}
    for work, versions in sorted(works.items()):
        for one, other in combinations(sorted(versions), 2):
            begun = time.perf_counter()
            differences = compare(_blocks(versions[one], cache), _blocks(versions[other], cache))
            took_ms = (time.perf_counter() - begun) * 1000
            counts = Counter(f"{change.kind} {change.status}" for change in differences.changes)
            told[f"{work} {one} {other}"] = dict(counts)
            print(f"{_count(differences):>5}  {work} {one} → {other}: {dict(counts)}, {took_ms:.0f} ms")
    return told


def edits(data: Path, cache: Path, count: int, seed: int) -> dict[str, dict[str, int]]:
    """Known edits in papers that were set anew."""
    chance = random.Random(seed)
    papers = [_blocks(path, cache) for path in sorted((data / "papers").glob("*.pdf"))]
    papers = [blocks for blocks in papers if sum(block.kind in _TEXT for block in blocks) >= 20]
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    untouched = Counter(_count(compare(blocks, _set_anew(blocks, chance))) for blocks in papers)
    print(f"{untouched[0]} of {len(papers)} papers that were only set anew have no difference: {dict(untouched)}")
    for number in range(count):
        kind, edit = list(EDITS.items())[number % len(EDITS)]
        blocks = chance.choice(papers)
        edited, wanted = edit(blocks, chance)
        told = Counter(
            f"{change.kind} {change.status}" for change in compare(blocks, _set_anew(edited, chance)).changes
        )
        figures[kind]["made"] += 1
        figures[kind]["told"] += not wanted - told
        figures[kind]["false"] += sum((told - wanted).values())
    for kind, counts in figures.items():
        print(
            f"{kind:<28} made {counts['made']:>4}  told {counts['told']:>4}  told that nobody made {counts['false']:>3}"
        )
    return {kind: dict(counts) for kind, counts in figures.items()}


Edit = Callable[[Sequence[Block], random.Random], tuple[list[Block], Counter[str]]]


def _add(blocks: Sequence[Block], chance: random.Random) -> tuple[list[Block], Counter[str]]:
    index, start, _ = _sentence(blocks, chance)
    text = blocks[index].text
    new = _NEW.format(chance.randrange(10**6))
    return _with(blocks, index, f"{text[:start]}{new} {text[start:]}"), Counter({"sentence added": 1})


def _remove(blocks: Sequence[Block], chance: random.Random) -> tuple[list[Block], Counter[str]]:
    index, start, end = _sentence(blocks, chance)
    text = blocks[index].text
    return _with(blocks, index, f"{text[:start]}{text[end:].lstrip()}"), Counter({"sentence removed": 1})


def _change_word(blocks: Sequence[Block], chance: random.Random) -> tuple[list[Block], Counter[str]]:
    index, start, end = _sentence(blocks, chance)
    text = blocks[index].text
    words = list(re.finditer(r"\b[a-z]{3,}\b", text[start:end]))
    word = chance.choice(words)
    at, stop = start + word.start(), start + word.end()
    return _with(blocks, index, f"{text[:at]}otherwise{text[stop:]}"), Counter({"sentence changed": 1})


def _change_number(blocks: Sequence[Block], chance: random.Random) -> tuple[list[Block], Counter[str]]:
    places = [
        (index, found)
        for index, block in enumerate(blocks)
        if block.kind is BlockKind.TABLE
        for found in re.finditer(r"(?<![\w.])\d+\.\d+(?![\w.])", block.text)
    ]
    if not places:
        return list(blocks), Counter()
    index, found = chance.choice(places)
    text = blocks[index].text
    return _with(blocks, index, f"{text[: found.start()]}77.7{text[found.end() :]}"), Counter({"table changed": 1})


def _move(blocks: Sequence[Block], chance: random.Random) -> tuple[list[Block], Counter[str]]:
    """To the end of another section."""
    index, start, end = _sentence(blocks, chance)
    text = blocks[index].text
    others = [
        i
        for i, block in enumerate(blocks)
        if block.kind in _TEXT and block.section != blocks[index].section and abs(i - index) > 9
        if block.text[0].isupper()
    ]
    if not others:
        return list(blocks), Counter()
    target = chance.choice(others)
    moved = _with(blocks, target, f"{text[start:end]} {blocks[target].text}")
    return _with(moved, index, f"{text[:start]}{text[end:].lstrip()}"), Counter({"sentence moved": 1})


def _remove_reference(blocks: Sequence[Block], chance: random.Random) -> tuple[list[Block], Counter[str]]:
    places = [index for index, block in enumerate(blocks) if block.kind is BlockKind.REFERENCE]
    if not places:
        return list(blocks), Counter()
    index = chance.choice(places)
    return [*blocks[:index], *blocks[index + 1 :]], Counter({"reference removed": 1})


EDITS: dict[str, Edit] = {
    "a sentence added": _add,
    "a sentence removed": _remove,
    "a word changed": _change_word,
    "a number in a table changed": _change_number,
    "a sentence moved": _move,
    "a reference removed": _remove_reference,
}


def _sentence(blocks: Sequence[Block], chance: random.Random) -> tuple[int, int, int]:
    """A sentence of some length that stands once: its block, start and end."""
    whole = "\n".join(block.text for block in blocks)
    while True:
        index = chance.randrange(len(blocks))
        spans = sentence_spans(blocks[index].text) if blocks[index].kind in _TEXT else []
        long = [
            (start, end) for start, end in spans if len(re.findall(r"\b[a-z]{3,}\b", blocks[index].text[start:end])) > 8
        ]
        if long:
            start, end = chance.choice(long)
            if blocks[index].text[end - 1] == "." and whole.count(blocks[index].text[start:end]) == 1:
                return index, start, end


def _with(blocks: Sequence[Block], index: int, text: str) -> list[Block]:
    changed = [replace(blocks[index], text=text, bold_lead=0, scripts=())] if text.strip() else []
    return [*blocks[:index], *changed, *blocks[index + 1 :]]


def _set_anew(blocks: Sequence[Block], chance: random.Random) -> list[Block]:
    """On other pages, some paragraphs cut in two at a blank, some words with hyphens, floats some blocks on."""
    floats = {BlockKind.CAPTION, BlockKind.TABLE}
    ordered = sorted(
        enumerate(blocks), key=lambda item: item[0] + (chance.randrange(6) if item[1].kind in floats else 0)
    )
    made: list[Block] = []
    for number, (_, block) in enumerate(ordered):
        text = block.text
        if block.kind in _TEXT and chance.random() < 0.1:
            text = re.sub(r"\b([a-z]{4})([a-z]{4,})\b", r"\1-\2", text, count=1)
        parts = [text]
        blanks = [found.start() for found in re.finditer(" ", text)]
        if block.kind in _TEXT and blanks and "by hand" not in text and chance.random() < 0.1:
            at = chance.choice(blanks)
            parts = [text[:at], text[at + 1 :]]
        for part in parts:
            line = Line(number // 9 + 1, Box(50, 20.0 * (number % 40), 300, 20.0 * (number % 40) + 10), 0, len(part))
            made.append(replace(block, text=part, lines=(line,), bold_lead=0, scripts=()))
    return made


def _count(differences: Differences) -> int:
    return len(list(differences.changes)) + sum(section.status != "same" for section in differences.sections)


def _editions(data: Path) -> dict[str, list[Path]]:
    """Files by arXiv id and version."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted([*(data / "papers").glob("*.pdf"), *(data / "annotated_reader").glob("*.pdf")]):
        if match := _NAME.match(path.name):
            found[match[0]].append(path)
    return found


def _blocks(path: Path, cache: Path) -> tuple[Block, ...]:
    kept = cache / f"{path.parent.name}-{path.stem[:80]}-{PARSER_VERSION}.json"
    if not kept.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(encode(from_parsed(parse_pdf(path))))
    return to_parsed(json.loads(kept.read_bytes())).blocks


if __name__ == "__main__":
    main()
