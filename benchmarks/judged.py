"""Ranking judged on Cranfield and CACM: nDCG@10 of the three modes, and what other weights of the ranking would give.

    python benchmarks/judged.py [--data DIR] [--index DIR] [--weights] [--json FILE]

A document is a paper of one paragraph, its title and its text; it stands where its best passage does. `--index` keeps
the indexes. `--weights` tries a grid of weights on both collections and on the readers' questions, and reports what
those chosen on the other collections give on each, and five-fold cross-validation on the questions.
"""

import argparse
import itertools
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import retrieval

from paperlab.domain.blocks import Block, BlockKind, Box, Line, ParsedPdf, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition
from paperlab.domain.passages import SearchMode
from paperlab.index import ranking
from paperlab.index.catalog import Catalog
from paperlab.index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from paperlab.index.passages import cut_passages, embedding_text
from paperlab.index.search import SearchEngine
from paperlab.index.signatures import encode_signed

COLLECTIONS = ("cranfield", "cacm")
DEPTH, CUT = 50, 10
GRID = tuple(itertools.product((0.0, 0.1, 0.2, 0.5), (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)))
"""Weights of the cosine and of the words."""
TOGETHER = 64
FOLDS, SEED = 5, 0


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    documents: dict[str, str]
    queries: dict[str, str]
    """Those that any document answers."""
    gains: dict[str, dict[str, float]]
    """By query, of the documents that answer it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--weights", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.index or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        encoder = load_encoder(DEFAULT_MODEL, folder)
        collections = [read_collection(arguments.data / "ir" / name) for name in COLLECTIONS]
        engines = [engine_of(collection, encoder, folder / collection.name) for collection in collections]
        judged = {
            collection.name: summary({mode: gained(collection, engine, mode) for mode in SearchMode})
            for collection, engine in zip(collections, engines, strict=True)
        }
        report: dict[str, object] = {"machine": retrieval.machine(), "ndcg@10": judged}
        if arguments.weights:
            report["weights"] = weights(collections, engines, encoder, arguments.data, folder)
    print(json.dumps(report, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def read_collection(folder: Path) -> Collection:
    def lines(name: str) -> Iterator[dict[str, str]]:
        return (json.loads(line) for line in (folder / name).read_text("utf-8").splitlines())

    gains: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        if float(gain) > 0:
            gains.setdefault(query, {})[document] = float(gain)
    return Collection(
        folder.name,
        {entry["_id"]: whole(entry["title"], entry["text"]) for entry in lines("corpus.jsonl")},
        {entry["_id"]: entry["text"] for entry in lines("queries.jsonl") if entry["_id"] in gains},
        gains,
    )


def whole(title: str, text: str) -> str:
    """Cranfield's texts begin with their titles."""
    return text if text.startswith(title) else f"{title}. {text}".strip()


def engine_of(collection: Collection, encoder: Encoder, folder: Path) -> SearchEngine:
    catalog = Catalog.open(folder)
    indexed = catalog.indexed()
    todo = [(name, text) for name, text in collection.documents.items() if PaperKey(name) not in indexed]
    for some in batches(todo, TOGETHER):
        put(catalog, encoder, some)
    return SearchEngine(catalog, lambda: encoder, folder / "vectors.faiss")


def batches(items: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def put(catalog: Catalog, encoder: Encoder, documents: Sequence[tuple[str, str]]) -> None:
    """Some are encoded together, and put in one by one."""
    parsed = [one_paragraph(text) for _, text in documents]
    cut = [
        cut_passages(PaperKey(name), "v1", paper.blocks, encoder.count_tokens, encoder.max_tokens)
        for (name, _), paper in zip(documents, parsed, strict=True)
    ]
    vectors, signatures = encode_signed(encoder, [embedding_text(p, "") for passages in cut for p in passages])
    start = 0
    for (name, text), paper, passages in zip(documents, parsed, cut, strict=True):
        end = start + len(passages)
        edition = Edition("v1", f"{name}.pdf", name.rjust(64, "0"), len(text), datetime.now(UTC))
        catalog.put_paper(
            PaperKey(name),
            edition,
            paper,
            passages,
            vectors[start:end],
            encoder.fingerprint,
            1,
            "",
            signatures[start:end],
        )
        start = end


def one_paragraph(text: str) -> ParsedPdf:
    line = Line(0, Box(0, 0, 100, 10), 0, len(text))
    block = Block(BlockKind.PARAGRAPH, text, (line,), (), 0, False)
    return ParsedPdf(page_count=1, blocks=(block,), text_layer=TextLayer.GOOD)


def gained(collection: Collection, engine: SearchEngine, mode: SearchMode) -> np.ndarray:
    """nDCG@10 of each query: Σ gain(i) / log2(i + 1) over the first ten, over that of the best order.

    Source: Järvelin & Kekäläinen, ACM TOIS 2002, doi:10.1145/582415.582418.
    """
    discounts = 1 / np.log2(np.arange(2, CUT + 2))
    found = []
    for name, text in collection.queries.items():
        hits = engine.search(text.replace('"', " "), mode, DEPTH).hits
        documents = list(dict.fromkeys(hit.passage.paper.value for hit in hits))[:CUT]
        gains = collection.gains[name]
        got = np.array([gains.get(document, 0.0) for document in documents])
        best = np.sort([*gains.values()])[::-1][:CUT]
        found.append((got @ discounts[: len(got)]) / (best @ discounts[: len(best)]))
    return np.array(found)


def summary(modes: dict[SearchMode, np.ndarray]) -> dict[str, object]:
    means = {mode.value: round(float(scores.mean()), 4) for mode, scores in modes.items()}
    hybrid = modes[SearchMode.HYBRID]
    parts = (SearchMode.MEANING, SearchMode.WORDS)
    return means | {f"hybrid less {part}": retrieval.interval(hybrid - modes[part]) for part in parts}


def weights(
    collections: Sequence[Collection], engines: Sequence[SearchEngine], encoder: Encoder, data: Path, folder: Path
) -> dict[str, object]:
    """What each collection says of the weights, and what those chosen without it give."""
    questions = retrieval.read_questions(data / "questions" / "questions.jsonl")
    catalog = Catalog.open(folder / "papers")
    (folder / "parsed").mkdir(exist_ok=True)
    retrieval.fill(catalog, encoder, data / "papers", folder / "parsed")
    reader = SearchEngine(catalog, lambda: encoder, folder / "papers" / "vectors.faiss")
    table: dict[str, list[np.ndarray]] = {"questions": [], **{collection.name: [] for collection in collections}}
    for ranking.COSINE_WEIGHT, ranking.WORDS_WEIGHT in GRID:
        answers = [reader.search(question.text, SearchMode.HYBRID, retrieval.DEPTH) for question in questions]
        judged = [retrieval.judge(question, answer.hits) for question, answer in zip(questions, answers, strict=True)]
        table["questions"].append(np.array(judged))
        for collection, engine in zip(collections, engines, strict=True):
            table[collection.name].append(gained(collection, engine, SearchMode.HYBRID))
        print(GRID[len(table["questions"]) - 1], file=sys.stderr)
    means = {name: np.array([scores.mean() for scores in of_grid]) for name, of_grid in table.items()}
    chosen = {
        name: int(np.argmax(sum(means[other] / means[other].max() for other in means if other != name)))
        for name in means
    }
    return {
        "grid": {str(pair): {name: round(float(means[name][at]), 4) for name in means} for at, pair in enumerate(GRID)},
        "chosen on the others": {
            name: {"weights": GRID[at], "gives": table[name][at].mean(axis=0).round(4).tolist()}
            for name, at in chosen.items()
        },
        "cross-validated on the questions": folded(table["questions"]),
        "metrics of the questions": retrieval.METRICS,
    }


def folded(of_grid: Sequence[np.ndarray]) -> list[float]:
    """Means of the metrics where each fold has the weights that are best on the other folds."""
    order = np.random.default_rng(SEED).permutation(len(of_grid[0]))
    found = np.zeros_like(of_grid[0])
    for fold in np.array_split(order, FOLDS):
        others = np.setdiff1d(order, fold)
        best = max(range(len(of_grid)), key=lambda at: float(of_grid[at][others].mean()))
        found[fold] = of_grid[best][fold]
    means: list[float] = found.mean(axis=0).round(4).tolist()
    return means


if __name__ == "__main__":
    main()
