"""The same papers and questions in paperlab and in what a reader would pick instead, side by side in one run.

    python benchmarks/rivals.py [--data DIR] [--tools DIR] [--papers 8] [--rounds 3] [--json FILE]

`--tools` holds an environment for each tool (see README.md); what is not there is skipped. Measured: the ingest of the
papers, a query from a cold start (the whole process), warm queries, and on the questions about these papers how often
the first hit, or one of five, is on a right page. What each is:

  ripgrep                rg over pages of pdftotext; it ranks nothing: here pages by how many different words they have
  papis                  with the text of pdftotext in a field of its whoosh database: finds papers, not pages
  sentence-transformers  a script: pages of pdftotext cut at 160 words, the same MiniLM, cosine
  txtai                  hybrid, the same chunks and model
  paper-qa               its own reader of PDFs, the local sparse embedding (words; another needs a service or a hub);
                         citations are given, and no language model answers: passages alone are compared
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from statistics import mean, median
from time import perf_counter

from retrieval import Question, machine, papers, read_questions
from rival_scripts import PAPER_QA, PAPERLAB, PAPIS, RIPGREP, SENTENCE_TRANSFORMERS, TXTAI

SCORES = ("paper-hit@1", "hit@1", "hit@5")


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    program: str
    python: Path = field(default=Path(sys.executable))
    needs_text: bool = True
    """Pages of pdftotext, which then is part of its ingest."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--tools", type=Path, default=Path("rivals"))
    parser.add_argument("--papers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    listed = list(papers(arguments.data / "papers"))[: arguments.papers]
    keys = {key for key, _, _ in listed}
    questions = [
        question
        for question in read_questions(arguments.data / "questions" / "questions.jsonl")
        if all(key in keys for key, _ in question.golds)
    ]
    report: dict[str, object] = {"machine": machine(), "papers": len(listed), "questions": len(questions)}
    print(f"{len(listed)} papers, {len(questions)} questions")
    for tool in installed(arguments.tools):
        with tempfile.TemporaryDirectory() as scratch:
            work = Path(scratch)
            entries = [{"key": key.value, "title": title, "file": str(path)} for key, title, path in listed]
            (work / "papers.json").write_text(json.dumps(entries), "utf-8")
            report[tool.name] = found = measure(tool, work, questions, arguments.rounds)
        print(f"{tool.name:24}" + "  ".join(f"{name} {value}" for name, value in found.items()), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def installed(tools: Path) -> list[Tool]:
    found = [Tool("paperlab", PAPERLAB, needs_text=False)]
    if which("pdftotext"):
        found += [Tool("ripgrep", RIPGREP)] if which("rg") else []
        found += [Tool("sentence-transformers", SENTENCE_TRANSFORMERS)]
    for name, folder, program in (
        ("papis", "papis", PAPIS),
        ("txtai", "txtai", TXTAI),
        ("paper-qa", "paperqa", PAPER_QA),
    ):
        python = tools.absolute() / folder / "bin" / "python"
        if python.exists() and (which("pdftotext") or name == "paper-qa"):
            found.append(Tool(name, program, python, needs_text=name != "paper-qa"))
        else:
            print(f"{name}: not installed", file=sys.stderr)
    return found


def measure(tool: Tool, work: Path, questions: Sequence[Question], rounds: int) -> dict[str, object]:
    for name, texts in (("all", [question.text for question in questions]), ("one", [questions[0].text])):
        (work / f"{name}.json").write_text(json.dumps(texts), "utf-8")
    try:
        began = perf_counter()
        ingest(tool, work)
        ingest_s = perf_counter() - began
        cold = [timed(lambda: ask_once(tool, work, questions[0].text)) for _ in range(rounds)]
        answer = json.loads(run(tool, "ask", work, work / "all.json").splitlines()[-1])
    except subprocess.CalledProcessError as error:
        return {"failed": (error.stderr or "").strip().splitlines()[-1:]}
    scores = [judge(question, hits) for question, hits in zip(questions, answer["answers"], strict=True)]
    means = {name: round(mean(score[at] for score in scores), 3) for at, name in enumerate(SCORES)}
    return {
        "ingest_s": round(ingest_s, 1),
        "cold_s": round(median(cold), 2),
        "warm_ms": round(median(answer["took_ms"]), 1),
        **means,
    }


def ingest(tool: Tool, work: Path) -> None:
    entries = json.loads((work / "papers.json").read_text("utf-8"))
    if tool.needs_text:
        (work / "text").mkdir()
        for entry in entries:
            command = ["pdftotext", entry["file"], str(work / "text" / f"{entry['key']}.txt")]
            subprocess.run(command, check=True, capture_output=True, text=True)
    if tool.name == "paperlab":
        paperlab(work, "init", str(work / "library"))
        paperlab(work, "--offline", "add", *(entry["file"] for entry in entries))
    else:
        run(tool, "ingest", work, work / "one.json")


def ask_once(tool: Tool, work: Path, question: str) -> None:
    if tool.name == "paperlab":
        paperlab(work, "--offline", "--json", "search", "-n", "5", question)
    else:
        run(tool, "ask", work, work / "one.json")


def paperlab(work: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "paperlab", "--library", str(work / "library"), *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


def run(tool: Tool, step: str, work: Path, questions: Path) -> str:
    command = [str(tool.python), "-c", tool.program, step, str(work), str(questions)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def timed(work: object) -> float:
    assert callable(work)
    began = perf_counter()
    work()
    return perf_counter() - began


def judge(question: Question, hits: Sequence[tuple[str, Sequence[int]]]) -> tuple[float, float, float]:
    """In the order of `SCORES`."""
    right = [any(key == gold.value and pages & set(found) for gold, pages in question.golds) for key, found in hits]
    is_right_paper = bool(hits) and any(hits[0][0] == gold.value for gold, _ in question.golds)
    return float(is_right_paper), float(any(right[:1])), float(any(right[:5]))


if __name__ == "__main__":
    main()
