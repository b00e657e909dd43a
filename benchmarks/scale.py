"""How search behaves as a library grows: synthetic libraries of 10,000, 100,000 and 1,000,000 passages.

    python benchmarks/scale.py [--data DIR] [--cache DIR] [--sizes N …] [--rounds 3] [--json FILE]

The libraries are spliced from the papers of --data (see `synthetic.py`) and stand in --cache; 1,000,000 passages take
some minutes to make and 3 GB. Queries are the questions of --data, and as many spliced of two halves. All is measured
in this process, the encoding of the query included. Targets: p95 under 30 ms at 100,000 passages and 100 ms at
1,000,000, open under 1 s, 2.5 kB a passage beyond its text; 1 ms a paper to find that it has not changed. A table
goes to stdout; `--json` takes all of it.
"""

import argparse
import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

import numpy as np
from retrieval import fill, machine, read_questions
from synthetic import Seed, SyntheticPaper, synthetic_papers

from paperlab.config import Settings
from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.index.catalog import FILE, SNAPSHOT, Catalog
from paperlab.index.catalog_queries import passages_of, signatures_of
from paperlab.index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from paperlab.index.search import SearchEngine
from paperlab.library.library import Library
from paperlab.pdf.parse import PARSER_VERSION
from paperlab.workbench import Workbench

SIZES = (10_000, 100_000, 1_000_000)
LIMIT = 10
PAPERS = 500


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    kinds: frozenset[PassageKind] = frozenset(PassageKind)
    papers: frozenset[PaperKey] | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = arguments.cache or Path(scratch)
        encoder = load_encoder(DEFAULT_MODEL, cache / "model")
        seed = read_seed(encoder, arguments.data / "papers", cache)
        questions = [q.text for q in read_questions(arguments.data / "questions" / "questions.jsonl")]
        queries = [*questions, *spliced(questions)]
        report: dict[str, object] = {"machine": machine(), "queries": len(queries)}
        report["unchanged re-index, ms a paper"] = unchanged = reindexing(Path(scratch) / "library")
        print(f"re-index of {PAPERS} papers that have not changed: {unchanged} ms a paper")
        for size in arguments.sizes:
            report[str(size)] = found = measure(seed, size, encoder, queries, cache / f"scale-{size}", arguments.rounds)
            print_report(size, found)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def read_seed(encoder: Encoder, papers: Path, cache: Path) -> Seed:
    (cache / "parsed").mkdir(parents=True, exist_ok=True)
    catalog = Catalog.open(cache / "seed")
    fill(catalog, encoder, papers, cache / "parsed")
    with catalog.reading() as db:
        ids = [number for (number,) in db.execute("SELECT id FROM passages ORDER BY id")]
        found = passages_of(db, ids)
        rows = db.execute("SELECT rows FROM vectors ORDER BY first_passage").fetchall()
        signatures = signatures_of(db, ids, encoder.fingerprint)
    catalog.close()
    by_paper: dict[PaperKey, list[int]] = {}
    for number in ids:
        by_paper.setdefault(found[number][0].paper, []).append(number)
    vectors = np.frombuffer(b"".join(content for (content,) in rows), "<f2").reshape(len(ids), -1)
    return Seed(
        tuple(tuple(found[number][0] for number in numbers) for numbers in by_paper.values()),
        vectors.astype(np.float32),
        tuple(signatures.get(number, b"") for number in ids),
    )


def spliced(questions: Sequence[str]) -> Iterator[str]:
    for first, second in zip(questions, [*questions[7:], *questions[:7]], strict=True):
        head, tail = first.split(), second.split()
        yield " ".join([*head[: len(head) // 2], *tail[len(tail) // 2 :]])


def measure(
    seed: Seed, size: int, encoder: Encoder, queries: Sequence[str], folder: Path, rounds: int
) -> dict[str, object]:
    report: dict[str, object] = {}
    made = folder / "made.json"
    if not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        built = build(seed, size, folder, encoder.fingerprint)
        made.write_text(json.dumps(built), "utf-8")
    report |= json.loads(made.read_text("utf-8"))
    first_search(folder, encoder, queries[0])  # makes the snapshot
    report |= space(folder)
    openings = [first_search(folder, encoder, queries[number]) for number in range(rounds)]
    report |= {name: round(median(opening[name] for opening in openings), 1) for name in openings[0]}
    catalog = Catalog.open(folder)
    engine = SearchEngine(catalog, lambda: encoder, folder / SNAPSHOT)
    report["warm"] = warm(engine, list(catalog.indexed()), queries)
    report["adding"] = adding(catalog, engine, next(synthetic_papers(seed, 1, 99)), encoder.fingerprint, queries)
    catalog.close()
    return report


def build(seed: Seed, size: int, folder: Path, fingerprint: str) -> dict[str, float]:
    """Make a library; the rate is the catalogue's alone."""
    catalog = Catalog.open(folder)
    took_s = passages = papers = 0.0
    for paper in synthetic_papers(seed, size):
        began = perf_counter()
        put(catalog, paper, fingerprint)
        took_s += perf_counter() - began
        passages += len(paper.passages)
        papers += 1
        if papers % 500 == 0:
            print(f"{passages:,.0f} passages, {passages / took_s:,.0f} a second", file=sys.stderr)
    catalog.close()
    return {"passages": passages, "papers": papers, "built_per_s": round(passages / took_s)}


def put(catalog: Catalog, paper: SyntheticPaper, fingerprint: str) -> None:
    catalog.put_paper(
        paper.key,
        paper.edition,
        paper.parsed,
        paper.passages,
        paper.vectors,
        fingerprint,
        PARSER_VERSION,
        paper.title,
        paper.signatures,
    )


def space(folder: Path) -> dict[str, float]:
    """Bytes a passage. "Beyond text" is all that both files take but for the passages' own text."""
    catalog = Catalog.open(folder)
    with catalog.reading() as db:
        (count, text) = db.execute("SELECT count(*), sum(length(CAST(text AS BLOB))) FROM passages").fetchone()
    catalog.close()  # what stands in the write-ahead log goes into the file
    files = {"catalogue": (folder / FILE).stat().st_size, "snapshot": (folder / SNAPSHOT).stat().st_size}
    per_passage = {f"{name}_bytes": round(content / count, 1) for name, content in (*files.items(), ("text", text))}
    return per_passage | {"beyond_text_bytes": round((sum(files.values()) - text) / count, 1)}


def first_search(folder: Path, encoder: Encoder, query: str) -> dict[str, float]:
    """Milliseconds to open the catalogue, and until it has answered the first query. The files may be in memory."""
    began = perf_counter()
    catalog = Catalog.open(folder)
    opened = perf_counter()
    SearchEngine(catalog, lambda: encoder, folder / SNAPSHOT).search(query, SearchMode.HYBRID, LIMIT)
    answered = perf_counter()
    catalog.close()
    return {"open_ms": (opened - began) * 1000, "open_and_first_search_ms": (answered - began) * 1000}


def warm(engine: SearchEngine, keys: Sequence[PaperKey], queries: Sequence[str]) -> dict[str, dict[str, float]]:
    """Milliseconds by mode and filter: p50, p95, the longest; and the p95 of what this thread has had of a core."""
    filters = (
        Filter("all"),
        Filter("half of the papers", papers=frozenset(keys[::2])),
        Filter("ten papers", papers=frozenset(keys[:: max(len(keys) // 10, 1)])),
        Filter("text only", kinds=frozenset({PassageKind.PASSAGE})),
    )
    return {
        f"{mode.value}, {chosen.name}": percentiles(
            lambda query, mode=mode, chosen=chosen: engine.search(  # type: ignore[misc]  # mypy cannot tell the types of defaults
                query, mode, LIMIT, kinds=chosen.kinds, papers=chosen.papers
            ),
            queries,
        )
        for mode in SearchMode
        for chosen in filters
    }


def percentiles(search: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    search(queries[0])
    took_ms, busy_ms = [], []
    for query in queries:
        began, busy = perf_counter(), thread_time()
        search(query)
        took_ms.append((perf_counter() - began) * 1000)
        busy_ms.append((thread_time() - busy) * 1000)
    p50, p95, most = np.percentile(took_ms, (50, 95, 100)).round(1).tolist()
    return {"p50": p50, "p95": p95, "max": most, "busy_p95": float(np.percentile(busy_ms, 95).round(1))}


def adding(
    catalog: Catalog, engine: SearchEngine, paper: SyntheticPaper, fingerprint: str, queries: Sequence[str]
) -> dict[str, float]:
    """Milliseconds to put a paper in, to answer the next query, and to take it out: the library stays as it was."""
    added = replace(paper, key=PaperKey("9999.99999"))
    times = [perf_counter()]
    put(catalog, added, fingerprint)
    times.append(perf_counter())
    engine.search(queries[0], SearchMode.HYBRID, LIMIT)
    times.append(perf_counter())
    catalog.remove(added.key)
    times.append(perf_counter())
    took = [round((after - before) * 1000, 1) for before, after in itertools.pairwise(times)]
    return {"passages": len(paper.passages)} | dict(zip(("put_ms", "next_search_ms", "remove_ms"), took, strict=True))


def reindexing(root: Path) -> float:
    """Milliseconds a paper to find that nothing is to be done, in a library of papers of one line each."""
    library, workbench = Library.create(root), Workbench(Settings(offline=True), root)
    pdf = root / "a.pdf"
    text = "A line."
    block = Block(BlockKind.PARAGRAPH, text, (Line(0, Box(72, 72, 540, 84), 0, len(text)),))
    for number in range(PAPERS):
        key, now = PaperKey(f"2401.{number:05}"), datetime(2026, 1, 1, tzinfo=UTC)
        pdf.write_bytes(f"%PDF-1.7 {number}".encode())
        paper = Paper(key=key, citekey=f"author{number}", title=f"Paper {number}", added=now, source="file")
        library.write(paper)
        paper = replace(paper, editions=(library.add_edition(key, "v1", pdf, now),))
        library.write(paper)
        workbench.indexing.put(paper, paper.editions[0], ParsedPdf(1, (block,), TextLayer.GOOD))
    took_s = []
    for _ in range(3):
        began = perf_counter()
        assert not workbench.indexing.run()
        took_s.append(perf_counter() - began)
    workbench.close()
    return round(min(took_s) / PAPERS * 1000, 2)


def print_report(size: int, report: dict[str, object]) -> None:
    print(f"\n{size:,} passages")
    for name, value in report.items():
        if isinstance(value, dict) and name == "warm":
            print(f"  {'warm, ms':32}{'p50':>8}{'p95':>8}{'max':>8}{'busy p95':>10}")
            for row, figures in value.items():
                print(f"  {row:32}" + "".join(f"{figure:8.1f}" for figure in figures.values()))
        else:
            print(f"  {name:32}{value}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
