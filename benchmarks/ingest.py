"""How fast PDFs become blocks, and how good: rules with the layout model in doubt against the model on every page.

    python benchmarks/ingest.py [--data DIR] [--rounds N] [--json FILE] [FILE ...]

Each paper is parsed both ways, one after the other, in every round; whole processes, as a reader waits for them. Then
the blocks are compared: headings against the outline, where a paper has one, and both ways against each other.
"""

import argparse
import difflib
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

import pymupdf

from paperlab.domain.blocks import Block, BlockKind, ParsedPdf
from paperlab.domain.text import fold
from paperlab.pdf.document import assemble
from paperlab.pdf.layout import describe, read_page
from paperlab.pdf.outline import title_keys
from paperlab.pdf.pages import Region
from paperlab.pdf.parse import PARSER_VERSION, ModelUse, parse_pdf

WAYS = {"rules": ModelUse.IN_DOUBT, "model": ModelUse.EVERY}


@dataclass(slots=True)
class Witness:
    """Headings against the outline."""

    entries: int
    found: int
    at_level: int
    is_in_order: bool
    false: int
    """Headings that the outline does not know; the abstract and the references are seldom in it."""


@dataclass(slots=True)
class Paper:
    name: str
    pages: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    asked: int = 0
    """Pages that went to the layout model."""
    agreement: float = 0.0
    """Words in the same order on the same page: the longest common run of each page over its words."""
    words: dict[str, dict[str, int]] = field(default_factory=dict)
    """By kind of block."""
    headings: dict[str, int] = field(default_factory=dict)
    heading_difference: list[str] = field(default_factory=list)
    witness: dict[str, Witness] | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    files = arguments.files or listed(arguments.data / "papers")
    papers = [measured(path, arguments.rounds) for path in files]
    report = {
        "machine": machine(),
        "peak_mb": {way: peak_mb(files[0], use) for way, use in WAYS.items()},
        "papers": [asdict(paper) for paper in papers],
    } | totals(papers, arguments.rounds)
    print_report(papers, report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


def listed(folder: Path) -> list[Path]:
    return [folder / entry["file"] for entry in json.loads((folder / "papers.json").read_text("utf-8"))]


def measured(path: Path, rounds: int) -> Paper:
    parsed: dict[str, ParsedPdf] = {}
    paper = Paper(path.stem[:24], 0)
    for _ in range(rounds):
        for way, use in WAYS.items():
            begun = time.perf_counter()
            parsed[way] = parse_pdf(path, model=use)
            paper.seconds[way].append(time.perf_counter() - begun)
    rules, model = parsed["rules"], parsed["model"]
    paper.pages = rules.page_count
    paper.asked = len(asked_pages(path))
    paper.agreement = agreement(rules, model)
    for way, result in parsed.items():
        paper.words[way] = dict(words_by_kind(result))
        paper.headings[way] = len(headings(result))
    keys = {way: Counter(fold(block.text)[0] for block in headings(result)) for way, result in parsed.items()}
    paper.heading_difference = [
        f"{sign} {key[:40]}"
        for sign, more, less in (("+", "rules", "model"), ("-", "model", "rules"))
        for key in (keys[more] - keys[less]).elements()
    ]
    if outline := outline_of(path):
        paper.witness = {way: witness(result, outline) for way, result in parsed.items()}
    print(f"{paper.name}: {ratio(paper):.1f}", file=sys.stderr)
    return paper


def ratio(paper: Paper) -> float:
    """Of the times without and with rules, median of the rounds."""
    return median(model / rules for rules, model in zip(paper.seconds["rules"], paper.seconds["model"], strict=True))


def headings(parsed: ParsedPdf) -> list[Block]:
    return [block for block in parsed.blocks if block.kind is BlockKind.HEADING]


def words_by_kind(parsed: ParsedPdf) -> Counter[str]:
    counts: Counter[str] = Counter()
    for block in parsed.blocks:
        counts[block.kind.value] += len(block.text.split())
    return counts


def words_by_page(parsed: ParsedPdf) -> dict[int, list[str]]:
    pages: dict[int, list[str]] = {}
    for block in parsed.blocks:
        for line in block.lines:
            pages.setdefault(line.page_index, []).extend(block.text[line.start : line.end].split())
    return pages


def agreement(rules: ParsedPdf, model: ParsedPdf) -> float:
    a, b = words_by_page(rules), words_by_page(model)
    same = total = 0
    for page in a.keys() | b.keys():
        left, right = a.get(page, []), b.get(page, [])
        runs = difflib.SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
        same += sum(run.size for run in runs)
        total += max(len(left), len(right))
    return same / max(total, 1)


def outline_of(path: Path) -> list[tuple[int, str, int]]:
    """Level, title and page index of the bookmarks that lead somewhere."""
    with pymupdf.open(path) as document:
        return [(level, title, page - 1) for level, title, page, *_ in document.get_toc() if page > 0]


def witness(parsed: ParsedPdf, outline: Sequence[tuple[int, str, int]]) -> Witness:
    printed = headings(parsed)
    places: list[int] = []
    levels: list[int] = []
    for level, title, page in outline:
        keys = set(title_keys(title))
        at = next((i for i, block in enumerate(printed) if i not in places and _is_same(block, keys, page)), None)
        if at is not None:
            places.append(at)
            levels.append(level - printed[at].level)
    usual = Counter(levels).most_common(1)[0][0] if levels else 0  # some outlines count their levels from the title
    is_in_order = all(a < b for a, b in pairwise(places))
    return Witness(len(outline), len(places), levels.count(usual), is_in_order, len(printed) - len(places))


def _is_same(block: Block, keys: set[str], page: int) -> bool:
    return abs(block.page_index - page) <= 1 and bool(keys & set(title_keys(block.text)))


def asked_pages(path: Path) -> list[int]:
    """The pages on which the rules ask for the layout model."""
    asked: list[int] = []

    def note(index: int) -> tuple[Region, ...]:
        asked.append(index)
        return ()

    with pymupdf.open(path) as document:
        pages = tuple(read_page(page, index) for index, page in enumerate(document))
        assemble(describe(document, pages, ()), note)
    return asked


def peak_mb(path: Path, use: ModelUse) -> float:
    """Memory of the parsing process, in a fresh one that parses this paper alone."""
    script = (
        "import resource, sys; from pathlib import Path; from paperlab.pdf.parse import ModelUse, parse_pdf\n"
        "parse_pdf(Path(sys.argv[1]), model=ModelUse(sys.argv[2]))\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    run = subprocess.run([sys.executable, "-c", script, str(path), use], capture_output=True, text=True, check=True)
    return int(run.stdout) / (1024 if sys.platform == "linux" else 1 << 20)


def totals(papers: Sequence[Paper], rounds: int) -> dict[str, object]:
    """Over all papers; a ratio is taken within a round, then the median of the rounds."""
    seconds = {way: [sum(paper.seconds[way][n] for paper in papers) for n in range(rounds)] for way in WAYS}
    pages = sum(paper.pages for paper in papers)
    witnessed = [paper.witness for paper in papers if paper.witness]
    return {
        "pages": pages,
        "asked": sum(paper.asked for paper in papers),
        "papers_asked": sum(paper.asked > 0 for paper in papers),
        "pages_per_second": {way: pages / median(spent) for way, spent in seconds.items()},
        "ratio": median(model / rules for rules, model in zip(seconds["rules"], seconds["model"], strict=True)),
        "agreement": mean(paper.agreement for paper in papers),
        "outline": {
            way: {
                "entries": sum(seen[way].entries for seen in witnessed),
                "found": sum(seen[way].found for seen in witnessed),
                "at_level": sum(seen[way].at_level for seen in witnessed),
                "in_order": sum(seen[way].is_in_order for seen in witnessed),
                "false": sum(seen[way].false for seen in witnessed),
                "papers": len(witnessed),
            }
            for way in WAYS
        },
    }


def machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "pymupdf": version("pymupdf"),
        "parser": PARSER_VERSION,
        "load": os.getloadavg()[0],
    }


def print_report(papers: Sequence[Paper], report: dict[str, Any]) -> None:
    columns = ("pages", 6), ("asked", 6), ("rules s", 9), ("model s", 9), ("ratio", 7), ("agree", 7), ("heads", 9)
    print(f"{'paper':<25}" + "".join(f"{name:>{width}}" for name, width in columns) + "  outline")
    for paper in papers:
        rules, model = (median(paper.seconds[way]) for way in WAYS)
        heads = f"{paper.headings['rules']}/{paper.headings['model']}"
        print(
            f"{paper.name:<25}{paper.pages:>6}{paper.asked:>6}{rules:>9.2f}{model:>9.2f}{ratio(paper):>7.1f}"
            f"{paper.agreement:>7.3f}{heads:>9}  {_seen(paper)}"
        )
    print(json.dumps({key: value for key, value in report.items() if key != "papers"}, indent=1))
    print("words by kind of block, rules and model:")
    kinds = {way: sum((Counter(paper.words[way]) for paper in papers), Counter[str]()) for way in WAYS}
    for kind in BlockKind:
        print(f"{kind:<12}{kinds['rules'][kind]:>9}{kinds['model'][kind]:>9}")
    print("headings of one way alone (+ rules, - model):")
    for paper in papers:
        print(f"{paper.name}: {'; '.join(paper.heading_difference)}")


def _seen(paper: Paper) -> str:
    if paper.witness is None:
        return "none"
    return " | ".join(
        f"{way} {seen.found}/{seen.entries} level {seen.at_level} false {seen.false}{'' if seen.is_in_order else ' !'}"
        for way, seen in paper.witness.items()
    )


if __name__ == "__main__":
    main()
