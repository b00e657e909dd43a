"""How well a search answers: 80 questions of readers over 33 papers, judged by paper and page, in the three modes.

    python benchmarks/retrieval.py [--data DIR] [--cache DIR] [--index DIR] [--json FILE]

A hit is a passage of a gold paper whose pages include a gold page. Settings are chosen on the odd ids, so that the even
ones tell what a new question may expect. `--cache` keeps what was parsed, which takes minutes; `--index` keeps the
index, which is used again as it is. A table goes to stdout; `--json` takes all of it.
"""

import argparse
import hashlib
import json
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median

import numpy as np

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition
from paperlab.domain.passages import Hit, SearchMode
from paperlab.index.catalog import Catalog
from paperlab.index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from paperlab.index.passages import cut_passages, embedding_text
from paperlab.index.search import SearchEngine
from paperlab.index.signatures import encode_signed
from paperlab.pdf.parse import PARSER_VERSION, parse_pdf
from paperlab.pdf.wire import from_parsed, to_parsed

GARBLED = "1908.10084"
BESIDE_THE_LIST = {
    "gpt-1": ("Improving Language Understanding by Generative Pre-Training", "GPT-1_language_understanding_paper.pdf"),
    "gpt-2": (
        "Language Models are Unsupervised Multitask Learners",
        "GPT-2_language_models_are_unsupervised_multitask_learners.pdf",
    ),
}
METRICS = ("hit@1", "hit@5", "hit@10", "MRR@10", "paper-hit@1")
DEPTH = 10
RESAMPLES, SEED = 10_000, 0


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    golds: tuple[tuple[PaperKey, frozenset[int]], ...]
    """Papers, each with the indexes of the pages that answer."""

    @property
    def is_odd(self) -> bool:
        return int(self.id.removeprefix("q")) % 2 == 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        cache = arguments.cache or Path(scratch) / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        encoder = load_encoder(DEFAULT_MODEL, cache)
        catalog = Catalog.open(arguments.index or Path(scratch) / "index")
        fill(catalog, encoder, arguments.data / "papers", cache)
        engine = SearchEngine(catalog, lambda: encoder, (arguments.index or Path(scratch)) / "vectors.faiss")
        report = run(engine, read_questions(arguments.data / "questions" / "questions.jsonl"))
        report |= {"passages": sum(paper.passages for paper in catalog.indexed().values()), "machine": machine()}
        catalog.close()
    print_report(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def fill(catalog: Catalog, encoder: Encoder, folder: Path, cache: Path) -> None:
    """Index the papers that are not yet."""
    indexed = catalog.indexed()
    for key, title, path in papers(folder):
        if key in indexed:
            continue
        print(f"indexing {key}", file=sys.stderr)
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        parsed = parse(path, cache / f"{sha256[:16]}-{PARSER_VERSION}.json")
        passages = cut_passages(key, "v1", parsed.blocks, encoder.count_tokens, encoder.max_tokens)
        vectors, signatures = encode_signed(encoder, [embedding_text(passage, title) for passage in passages])
        edition = Edition("v1", path.name, sha256, len(content), datetime.now(UTC))
        catalog.put_paper(
            key, edition, parsed, passages, vectors, encoder.fingerprint, PARSER_VERSION, title, signatures
        )


def papers(folder: Path) -> Iterator[tuple[PaperKey, str, Path]]:
    listed = {
        entry["id"]: (entry["title"], entry["file"])
        for entry in json.loads((folder / "papers.json").read_text("utf-8"))
    }
    for name, (title, file) in (listed | BESIDE_THE_LIST).items():
        if name != GARBLED:
            yield key_of(name), title, folder / file


def parse(path: Path, kept: Path) -> ParsedPdf:
    if not kept.exists():
        kept.write_text(json.dumps(from_parsed(parse_pdf(path))), "ascii")
    return to_parsed(json.loads(kept.read_text("ascii")))


def key_of(name: str) -> PaperKey:
    return PaperKey(name.replace("/", "_"))


def read_questions(path: Path) -> list[Question]:
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Question(
            entry["id"],
            entry["question"],
            tuple(
                (key_of(gold["paper"]), frozenset(page - 1 for page in gold["pages"]))
                for gold in (entry, *entry.get("also", ()))
            ),
        )
        for entry in entries
    ]


def run(engine: SearchEngine, questions: Sequence[Question]) -> dict[str, object]:
    """Per mode the metrics of each question; their means; how hybrid compares with each of its parts."""
    engine.search("warm", SearchMode.HYBRID, 1)
    scores: dict[SearchMode, np.ndarray] = {}
    took_ms = {}
    for mode in SearchMode:
        answers = [engine.search(question.text, mode, DEPTH) for question in questions]
        scores[mode] = np.array([judge(question, a.hits) for question, a in zip(questions, answers, strict=True)])
        took_ms[mode.value] = round(median(answer.took_ms for answer in answers), 1)
    odd = np.array([question.is_odd for question in questions])
    parts = {"all": np.ones(len(questions), bool), "odd": odd, "even": ~odd}
    return {
        "means": {
            mode.value: {part: means(table[chosen]) for part, chosen in parts.items()} for mode, table in scores.items()
        },
        "hybrid_against": {
            mode.value: {
                part: {
                    metric: interval((scores[SearchMode.HYBRID] - scores[mode])[chosen, column])
                    for column, metric in enumerate(METRICS)
                }
                for part, chosen in parts.items()
            }
            for mode in (SearchMode.MEANING, SearchMode.WORDS)
        },
        "by_question": {
            question.id: {
                mode.value: dict(zip(METRICS, scores[mode][row].tolist(), strict=True)) for mode in SearchMode
            }
            for row, question in enumerate(questions)
        },
        "median_ms": took_ms,
    }


def judge(question: Question, hits: Sequence[Hit]) -> tuple[float, ...]:
    """In the order of `METRICS`."""
    answers = [answers_question(question, hit) for hit in hits]
    first = answers.index(True) + 1 if True in answers else None
    is_right_paper = bool(hits) and any(hits[0].passage.paper == key for key, _ in question.golds)
    within = [float(first is not None and first <= depth) for depth in (1, 5, DEPTH)]
    return (*within, 1 / first if first else 0.0, float(is_right_paper))


def answers_question(question: Question, hit: Hit) -> bool:
    if hit.passage.pages is None:
        return False
    first, last = hit.passage.pages
    return any(hit.passage.paper == key and pages & set(range(first, last + 1)) for key, pages in question.golds)


def means(table: np.ndarray) -> dict[str, float]:
    return {metric: round(mean(table[:, column].tolist()), 4) for column, metric in enumerate(METRICS)}


def interval(differences: np.ndarray) -> dict[str, float]:
    """The mean of paired differences with its 95 % interval: percentiles of the means of resampled questions.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    rows = np.random.default_rng(SEED).integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.percentile(differences[rows].mean(axis=1), (2.5, 97.5))
    return {"mean": round(float(differences.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def machine() -> dict[str, object]:
    names = ("faiss-cpu", "numpy", "onnxruntime", "pymupdf", "tokenizers")
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "parser": PARSER_VERSION,
    } | {name: version(name) for name in names}


def print_report(report: dict[str, object]) -> None:
    print(f"{report['passages']} passages; median ms {report['median_ms']}\n")
    print(f"{'':14}" + "".join(f"{metric:>13}" for metric in METRICS))
    for mode, parts in _items(report["means"]):
        for part, values in _items(parts):
            print(f"{mode:8} {part:5}" + "".join(f"{value:13.3f}" for value in values.values()))
    print("\nhybrid less its part, with the 95 % interval of a paired bootstrap, all questions")
    for mode, parts in _items(report["hybrid_against"]):
        for metric, found in _items(parts["all"]):
            print(f"{mode:8} {metric:12} {found['mean']:+.3f}  ({found['low']:+.3f} to {found['high']:+.3f})")


def _items(table: object) -> Iterator[tuple[str, dict[str, dict[str, float]]]]:
    assert isinstance(table, dict)
    yield from table.items()


if __name__ == "__main__":
    main()
