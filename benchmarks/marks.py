"""Marks in PDFs: what is read of those that other programs have made, and what other programs make of our copies.

    python benchmarks/marks.py [--data DIR] [--pdfannots COMMAND] [--poppler PYTHON] [--count N] [--json FILE]
                               [--misses]

Read: every annotation of the PDFs in `annotated_suite` and `annotated_reader`, counted in the raw objects by pikepdf,
is taken over or left out with a reason; none is lost. The text of highlights, underlines, strikeouts is compared with
what pdfannots gives, and poppler under the same quadrilaterals: it counts if it equals either, first but for blanks,
hyphens, ligatures and kinds of quotation marks, then by its letters and digits alone, where a glyph that the other one
has no name for, `(cid:15)`, may be any.

Written: N highlights of random sentences in a copy of each paper of `annotated_reader` and of Attention. The copies
must open without repair in PyMuPDF and without a new complaint in pikepdf, pass `qpdf --check`, and poppler must list
every one.

pdfannots, qpdf and poppler (a Python that has `gi` and `gir1.2-poppler-0.18`) are left out where they are not there.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import tempfile
import unicodedata
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pikepdf
import pymupdf
from retrieval import machine

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.pdf_marks import PdfMark
from paperlab.domain.sentences import sentence_spans
from paperlab.domain.text import LIGATURES, fold
from paperlab.errors import PdfError
from paperlab.pdf.copies import write_copy
from paperlab.pdf.marks import read_marks
from paperlab.pdf.parse import parse_pdf

SEED = 5
OVER_TEXT = ("Highlight", "Underline", "Squiggly", "StrikeOut")
_QUOTATION_MARKS = str.maketrans("‘’“”", "''\"\"")
POPPLER = r"""
import json, sys
from pathlib import Path
import gi
gi.require_version("Poppler", "0.18")
from gi.repository import Poppler

document = Poppler.Document.new_from_file(Path(sys.argv[1]).absolute().as_uri(), "")
pages = [document.get_page(index) for index in range(document.get_n_pages())]
listed = [mapping.annot.get_name() or "" for page in pages for mapping in page.get_annot_mapping()]
texts = []
for index, quads in json.load(sys.stdin):  # from the lower left of the crop box: the bindings' own are broken
    height, text = pages[index].get_size()[1], pages[index].get_text() or ""
    places = pages[index].get_text_layout()[1]
    inside = []
    for x0, y0, x1, y1 in quads:
        for at, (character, place) in enumerate(zip(text, places)):
            x, y = (place.x1 + place.x2) / 2, height - (place.y1 + place.y2) / 2
            if x0 <= x <= x1 and y0 <= y <= y1 and at not in inside:
                inside.append(at)
    texts.append([index, "".join(text[at] for at in inside)])
print(json.dumps({"listed": listed, "texts": texts}))
"""


@dataclass
class Read:
    """What became of the annotations of all files, by PDF's types."""

    found: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lost: list[str] = field(default_factory=list)
    files: int = 0
    seconds: float = 0.0


@dataclass
class Compared:
    """The text of marks beside that of other programs."""

    total: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    same_letters: Counter[str] = field(default_factory=Counter)
    by: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    alone: Counter[str] = field(default_factory=Counter)
    """Marks that no other program gave a text for."""
    misses: list[dict[str, Any]] = field(default_factory=list)


def main() -> None:
    options = _options()
    data: Path = options.data
    files = [*sorted((data / "annotated_suite").glob("*.pdf")), *sorted((data / "annotated_reader").glob("*.pdf"))]
    read, compared = reading(files, _pdfannots(options.pdfannots), _poppler(options.poppler))
    print_read(read)
    print_compared(compared, misses=options.misses)
    papers = [
        *sorted((data / "annotated_reader").glob("*.pdf")),
        *(data / "papers" / f"1706.03762{version}.pdf" for version in ("v5", "v7")),
    ]
    copies = writing(papers, options.count, _poppler(options.poppler))
    print_copies(copies)
    if options.json:
        told = {
            "machine": machine(),
            "types": {
                name: {
                    "found": read.found[name],
                    "read": read.read[name],
                    "left_out": read.left_out[name],
                    "reasons": read.reasons[name],
                }
                for name in read.found
            },
            "lost": read.lost,
            "text": {
                name: {"same": compared.same[name], "letters": compared.same_letters[name], "of": number}
                for name, number in compared.total.items()
            },
            "misses": compared.misses,
            "copies": copies,
        }
        options.json.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--pdfannots", default="pdfannots", help="the command")
    parser.add_argument("--poppler", default="python3", help="a Python that has poppler's bindings")
    parser.add_argument("--count", type=int, default=50, help="highlights in each copy")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--misses", action="store_true", help="show each text that differs")
    return parser.parse_args()


# reading


def reading(files: Sequence[Path], pdfannots: list[str], poppler: list[str]) -> tuple[Read, Compared]:
    read, compared = Read(), Compared()
    for path in files:
        found = counted(path)
        begun = perf_counter()
        try:
            marks = read_marks(path)
        except PdfError as error:
            read.lost.append(f"{path.name}: {error.message}")
            continue
        read.seconds += perf_counter() - begun
        read.files += 1
        here = Counter(mark.subtype for mark in marks.marks)
        left = Counter(one.subtype for one in marks.left_out)
        for one in marks.left_out:
            read.reasons[one.subtype][one.reason] += 1
        read.found += found
        read.read += here
        read.left_out += left
        read.lost += [
            f"{path.name}: {name} {here[name]} + {left[name]} of {found[name]}"
            for name in found | here | left
            if here[name] + left[name] != found[name]
        ]
        others = {"pdfannots": texts_of_pdfannots(path, pdfannots), "poppler": texts_of_poppler(path, poppler)}
        compare(path, [mark for mark in marks.marks if mark.subtype in OVER_TEXT], others, compared)
    return read, compared


def counted(path: Path) -> Counter[str]:
    """Annotations in the raw objects, by type."""
    found: Counter[str] = Counter()
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            annotations = page.obj.get("/Annots")
            for one in annotations if isinstance(annotations, pikepdf.Array) else ():
                if isinstance(one, pikepdf.Dictionary):
                    found[str(one.get("/Subtype", "/?"))[1:]] += 1
    return found


def compare(path: Path, marks: Sequence[PdfMark], others: dict[str, dict[int, list[str]]], into: Compared) -> None:
    for mark in marks:
        mine = squeezed(mark.quote)
        theirs = {name: texts.get(mark.page_index, []) for name, texts in others.items()}
        if not any(theirs.values()):
            into.alone[mark.subtype] += 1
            continue
        into.total[mark.subtype] += 1
        equal = [name for name, texts in theirs.items() if mine in texts]
        for name in equal:
            theirs[name].remove(mine)
            into.by[name][mark.subtype] += 1
        into.same[mark.subtype] += bool(equal)
        is_alike = bool(equal) or any(has_letters(mine, other) for texts in theirs.values() for other in texts)
        into.same_letters[mark.subtype] += is_alike
        if not is_alike:
            near = {name: _nearest(mine, texts) for name, texts in theirs.items()}
            into.misses.append({"file": path.name, "page": mark.page_index + 1, "ours": mine, **near})


def squeezed(text: str) -> str:
    """Without blanks, hyphens, ligatures and kinds of quotation marks; other signs and case count."""
    text = "".join(LIGATURES.get(character, character) for character in text).translate(_QUOTATION_MARKS)
    return re.sub(r"[\s\u00ad‐‑-]+", "", unicodedata.normalize("NFKC", text))


def has_letters(text: str, other: str) -> bool:
    """The letters and digits of the other's text, any or none for a glyph that it has no name for."""
    known = [re.escape(fold(part)[0]) for part in re.split(r"\(cid:\d+\)|[\x00-\x1f]", other)]
    return re.fullmatch(".?".join(known), fold(text)[0]) is not None


def _nearest(text: str, others: Sequence[str]) -> str:
    from difflib import SequenceMatcher

    return max(others, key=lambda other: SequenceMatcher(None, text, other).ratio(), default="")


def texts_of_pdfannots(path: Path, command: list[str]) -> dict[int, list[str]]:
    """The squeezed text of each mark, by page index; nothing where it fails."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in _asked([*command, "-f", "json", str(path)]) if command else ():
        if row["type"] in OVER_TEXT and row.get("text"):
            found[row["page"] - 1].append(squeezed(row["text"]))
    return found


def texts_of_poppler(path: Path, command: list[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for page_index, text in poppler_says(path, command, quads_in(path)).get("texts", ()):
        if text.strip():
            found[page_index].append(squeezed(text))
    return found


def quads_in(path: Path) -> list[tuple[int, list[list[float]]]]:
    """The rectangles of each mark over text, from the lower left of the crop box; of pages that are not turned."""
    found: list[tuple[int, list[list[float]]]] = []
    with pikepdf.open(path) as pdf:
        for index, page in enumerate(pdf.pages):
            left, bottom = (float(edge) for edge in list(page.cropbox)[:2])
            annotations = page.obj.get("/Annots")
            is_turned = bool(int(page.obj.get("/Rotate", 0)))
            marks: list[Any] = list(annotations) if isinstance(annotations, pikepdf.Array) and not is_turned else []
            for one in marks:
                if str(one.get("/Subtype", ""))[1:] in OVER_TEXT and "/QuadPoints" in one:
                    edges = [float(edge) for edge in list(one.QuadPoints)]
                    quads = [(edges[at : at + 8 : 2], edges[at + 1 : at + 8 : 2]) for at in range(0, len(edges) - 7, 8)]
                    boxes = [[min(xs) - left, min(ys) - bottom, max(xs) - left, max(ys) - bottom] for xs, ys in quads]
                    found.append((index, boxes))
    return found


def poppler_says(path: Path, command: list[str], quads: Sequence[object] = ()) -> dict[str, Any]:
    """Names of the annotations that poppler lists, and the text under some quadrilaterals."""
    if not command:
        return {}
    done = subprocess.run([*command, str(path)], input=json.dumps(quads), capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"poppler on {path.name}: {done.stderr.strip()[-100:]}")
        return {}
    return dict(json.loads(done.stdout))


def _asked(words: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    try:
        return list(json.loads(done.stdout))
    except ValueError:
        return []


def _pdfannots(command: str) -> list[str]:
    found = shutil.which(command)
    if not found:
        print(f"{command} is not there: no comparison with it")
    return [found] if found else []


def _poppler(python: str) -> list[str]:
    check = "import gi; gi.require_version('Poppler', '0.18'); from gi.repository import Poppler"
    found = shutil.which(python)
    if not found or subprocess.run([found, "-c", check], capture_output=True, check=False).returncode:
        print(f"{python} has no poppler: no comparison with it")
        return []
    return [found, "-c", POPPLER]


# writing


def writing(papers: Sequence[Path], count: int, poppler: list[str]) -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for path in papers:
            annotations = list(sampled(parse_pdf(path).blocks, count))
            copy = Path(folder) / path.name
            before = path.read_bytes()
            begun = perf_counter()
            unwritten = write_copy(path, annotations, partial(shutil.copyfile, dst=copy))
            row = {
                "file": path.name,
                "annotations": len(annotations),
                "written": len(annotations) - len(unwritten),
                "seconds": round(perf_counter() - begun, 2),
                "original_unchanged": path.read_bytes() == before,
                "begins_with_original": copy.read_bytes().startswith(before),
                "unwritten": [one.annotation.quote for one in unwritten],
            }
            rows.append(row | checked(path, copy, [one.id for one in annotations], poppler))
    return rows


def sampled(blocks: Sequence[Block], count: int) -> Iterator[Annotation]:
    """Highlights of random sentences, as the reader makes them: boxes of whole lines, on the page of the first."""
    drawn = random.Random(SEED)
    sentences = [
        (block, start, end)
        for block in blocks
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
        for start, end in sentence_spans(block.text)
        if len({line.page_index for line in block.lines_of(start, end)}) == 1 and end - start > 20
    ]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for block, start, end in drawn.sample(sentences, min(count, len(sentences))):
        lines = block.lines_of(start, end)
        yield Annotation(
            id=str(uuid.UUID(int=drawn.getrandbits(128), version=4)),
            kind=AnnotationKind.HIGHLIGHT,
            edition="v1",
            page_index=lines[0].page_index,
            quote=block.text[start:end],
            boxes=tuple(line.box for line in lines),
            comment="a remark",
            created=at,
            updated=at,
        )


def checked(original: Path, copy: Path, ids: Sequence[str], poppler: list[str]) -> dict[str, Any]:
    """What PyMuPDF, pikepdf, qpdf and poppler say of a copy; of those that are not there, None."""
    with pymupdf.open(copy) as document:
        is_repaired = document.is_repaired
    with pikepdf.open(copy) as after, pikepdf.open(original) as before:
        warnings = len(after.get_warnings()) - len(before.get_warnings())
    qpdf = shutil.which("qpdf")
    codes = (
        [subprocess.run([qpdf, "--check", p], capture_output=True, check=False).returncode for p in (original, copy)]
        if qpdf
        else []
    )
    listed = set(poppler_says(copy, poppler).get("listed", ()))
    return {
        "repaired": is_repaired,
        "new_warnings": warnings,
        "qpdf": codes[1] <= codes[0] if codes else None,
        "listed_by_poppler": len(listed & set(ids)) if poppler else None,
    }


# tables


def print_read(read: Read) -> None:
    print(f"\n{read.files} files read in {read.seconds:.1f} s\n")
    print("| type | found | taken over | left out | reasons |\n|---|--:|--:|--:|---|")
    for name, total in read.found.most_common():
        reasons = "; ".join(f"{reason} ({number})" for reason, number in read.reasons[name].most_common())
        print(f"| {name} | {total} | {read.read[name]} | {read.left_out[name]} | {reasons} |")
    for line in read.lost:
        print(f"LOST {line}")


def print_compared(compared: Compared, *, misses: bool) -> None:
    print("\n| text of | compared | equal to either | letters equal | to pdfannots | to poppler | not compared |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, total in compared.total.most_common():
        same, letters, by = compared.same[name], compared.same_letters[name], compared.by
        cells = (name, total, _share(same, total), _share(letters, total), by["pdfannots"][name], by["poppler"][name])
        print("|", " | ".join(map(str, (*cells, compared.alone[name]))), "|")
    if total := compared.total.total():
        shares = _share(compared.same.total(), total), _share(compared.same_letters.total(), total)
        print("|", " | ".join(map(str, ("all", total, *shares, "", "", compared.alone.total()))), "|")
    for miss in compared.misses if misses else ():
        print(json.dumps(miss, indent=1, ensure_ascii=False))


def _share(part: int, total: int) -> str:
    return f"{part} ({part / total:.1%})"


def print_copies(copies: Sequence[dict[str, Any]]) -> None:
    print("\n| copy | highlights | written | s | repaired | new warnings | qpdf | listed by poppler |")
    print("|---|--:|--:|--:|---|--:|---|--:|")
    for row in copies:
        cells = (row["file"][:40], row["annotations"], row["written"], row["seconds"], row["repaired"])
        print("|", " | ".join(map(str, (*cells, row["new_warnings"], row["qpdf"], row["listed_by_poppler"]))), "|")
        for quote in row["unwritten"]:
            print(f"    not written: {quote[:100]}")


if __name__ == "__main__":
    main()
