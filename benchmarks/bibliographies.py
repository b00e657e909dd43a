"""Bibliographies of other programs: is every entry imported or reported, and does what is exported come back?

    python benchmarks/bibliographies.py [--data DIR] [--json FILE] [--all]

Each file of DIR goes into a library of its own, offline. How many entries it has is counted by a plain scan that shares
no code with the reader: `@type{` at the start of a line, `TY  -`, the length of a JSON list. `@xdata` and `@set` serve
others and are no papers. An entry that comes to a record that is there (the same key and title, or the same DOI, twice
in one file) is imported, too: into that record.

Then every library is exported as BibTeX, BibLaTeX and CSL-JSON, each read into a new library, and exported again: the
records must be the same (title, authors, year, ids, citation key, type, fields, tags), and the second export identical.
`--all` shows all files; without it, those where something was reported or went wrong.
"""

import argparse
import json
import re
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bibtexparser.entrypoint import parse_string
from retrieval import machine

from paperlab.config import Settings
from paperlab.domain.papers import Paper
from paperlab.export.bibtex import biblatex, bibtex
from paperlab.export.csl import csl_json
from paperlab.library.library import Library
from paperlab.services.intake import AddStatus
from paperlab.sources.bibliography import SUFFIXES, read_bibliography
from paperlab.workbench import Workbench

NO_ENTRIES = frozenset({"comment", "string", "preamble"})
FORMATS: dict[str, tuple[Callable[[list[Paper]], str], str]] = {
    "BibTeX": (bibtex, ".bib"),
    "BibLaTeX": (biblatex, ".biblatex"),
    "CSL-JSON": (csl_json, ".json"),
}


@dataclass
class Row:
    name: str
    counted: int
    imported: int = 0
    supporting: int = 0
    reported: int = 0
    crash: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.crash and self.imported + self.supporting + self.reported == self.counted


def count(path: Path) -> int:
    """How many entries a file has, as anybody would count."""
    text = path.read_bytes().decode("utf-8-sig", "replace")
    if path.suffix == ".json":
        document = json.loads(text)
        items = document.get("items", []) if isinstance(document, dict) else document
        return len(items)
    if path.suffix == ".ris":
        return len(re.findall(r"(?m)^TY  -", text))
    return sum(kind.lower() not in NO_ENTRIES for kind in re.findall(r"(?m)^\s*@\s*([A-Za-z]+)\s*[{(]", text))


def add(root: Path, bibliography: Path) -> tuple[list[Paper], Counter[AddStatus], list[str]]:
    """Import into a new library: its records, how many entries became what, and what failed."""
    Library.create(root)
    workbench = Workbench(Settings(offline=True), root)
    try:
        outcomes = list(workbench.adding.add([str(bibliography)], index=False))
        papers = [workbench.library.read(key) for key in workbench.library.keys()]  # noqa: SIM118
    finally:
        workbench.close()
    failed = [outcome.error for outcome in outcomes if outcome.error and "no entries in" not in outcome.error]
    statuses = Counter(outcome.status for outcome in outcomes if not outcome.error)
    return papers, statuses, failed


def measure(path: Path, folder: Path) -> tuple[Row, list[Paper]]:
    row = Row(path.name, count(path))
    try:
        papers, statuses, row.problems = add(folder / "first", path)
        row.supporting = read_bibliography(path).supporting
    except Exception:  # a crash is a figure here
        row.crash = traceback.format_exc(limit=-2)
        return row, []
    row.imported, row.reported = statuses.total(), len(row.problems)
    return row, papers


def differences(papers: list[Paper], name: str, folder: Path) -> Iterator[str]:
    """What does not come back."""
    export, suffix = FORMATS[name]
    text = export(papers)
    if not papers:
        return
    if suffix != ".json" and parse_string(text).failed_blocks:
        yield "bibtexparser cannot read all of it"
    path = folder / f"again{suffix}"
    path.write_text(text, encoding="utf-8")
    again, _, failed = add(folder / f"again-{name}", path)
    yield from failed
    before, after = ({paper.citekey: told(paper) for paper in library} for library in (papers, again))
    for citekey in sorted(before.keys() | after.keys()):
        if before.get(citekey) != after.get(citekey):
            yield f"{citekey}: {before.get(citekey)} | {after.get(citekey)}"
    by_key = {paper.citekey: paper for paper in again}
    if export([by_key[paper.citekey] for paper in papers if paper.citekey in by_key]) != text:
        yield "the second export differs"


def told(paper: Paper) -> tuple[object, ...]:
    return paper.title, paper.authors, paper.year, paper.arxiv_id, paper.doi, paper.entry, paper.tags


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data" / "bib")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    lost: dict[str, list[str]] = {name: [] for name in FORMATS}
    records = 0
    start = perf_counter()
    print(f"{'file':58} {'counted':>7} {'imported':>8} {'serving':>7} {'reported':>8}")
    for path in sorted(options.data.iterdir()):
        if path.suffix not in SUFFIXES:
            print(f"{path.name[:58]:58} not taken: {path.suffix}")
            continue
        with tempfile.TemporaryDirectory() as scratch:
            row, papers = measure(path, Path(scratch))
            for name in FORMATS:
                lost[name] += [f"{path.name}: {what}" for what in differences(papers, name, Path(scratch))]
        rows.append(row)
        records += len(papers)
        if options.all or row.reported or not row.is_whole:
            mark = row.crash or ("" if row.is_whole else "  does not add up")
            print(
                f"{row.name[:58]:58} {row.counted:7} {row.imported:8} {row.supporting:7} {row.reported:8}{mark}"
                + "".join(f"\n    {problem}" for problem in row.problems[:3])
            )
    totals = [sum(getattr(row, name) for row in rows) for name in ("counted", "imported", "supporting", "reported")]
    print(f"{f'{len(rows)} files':58} {totals[0]:7} {totals[1]:8} {totals[2]:7} {totals[3]:8}")
    print(f"crashes: {sum(bool(row.crash) for row in rows)}; do not add up: {sum(not row.is_whole for row in rows)}")
    for name, found in lost.items():
        print(f"{name}: {records} records exported and read in again, {len(found)} differences")
        for line in found[:5]:
            print(f"    {line[:300]}")
    print(f"{perf_counter() - start:.0f} s")
    if options.json:
        figures = {"machine": machine(), "files": [vars(row) for row in rows], "records": records, "lost": lost}
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
