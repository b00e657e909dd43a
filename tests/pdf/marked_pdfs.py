"""Small marked PDFs, made object by object: every letter is 6 points wide, so that it is known what lies where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

SIZE, WIDTH = 10, 6
LINES = (
    "The encoder is a stack of six identical layers, and each of",
    "them has two sublayers: the first is a multi-head self-atten-",
    "tion mechanism, the second a simple feed-forward network.",
)
AT = (72, 600)
"""Where the first letter of the first line stands: left end of its base line."""
LEADING = 14


@dataclass
class Sheet:
    """A page: lines of text with the place of each, and what is marked on it."""

    texts: Sequence[tuple[float, float, str]] = tuple(
        (AT[0], AT[1] - LEADING * at, line) for at, line in enumerate(LINES)
    )
    marks: list[Mapping[str, Any]] = field(default_factory=list)
    media_box: Sequence[float] = (0, 0, 612, 792)
    crop_box: Sequence[float] | None = None
    rotate: int = 0


def quad(line: int, start: int, end: int, *, at: tuple[float, float] = AT) -> list[float]:
    """Corners around some letters of a line, in the order of most programs: upper left, upper right, lower left …"""
    x0, x1, y = at[0] + WIDTH * start, at[0] + WIDTH * end, at[1] - LEADING * line
    return [x0, y + 8, x1, y + 8, x0, y - 2, x1, y - 2]


def over(line: int, words: str) -> list[float]:
    start = LINES[line].index(words)
    return quad(line, start, start + len(words))


def mark(subtype: str, quads: Sequence[float] = (), **keys: Any) -> dict[str, Any]:
    """An annotation's dictionary, with the rectangle of its quads unless another is given."""
    made: dict[str, Any] = {"Type": Name.Annot, "Subtype": Name(f"/{subtype}")}
    if quads:
        made["QuadPoints"] = Array([_number(q) for q in quads])
        keys.setdefault("Rect", [min(quads[::2]), min(quads[1::2]), max(quads[::2]), max(quads[1::2])])
    keys.setdefault("Rect", [100, 500, 120, 520])
    return made | {
        name: Array([_number(v) for v in value]) if isinstance(value, list) else value for name, value in keys.items()
    }


def make_pdf(path: Path, *sheets: Sheet, **saving: Any) -> Path:
    """Write the sheets. A mark may name another of its page by its index: `IRT=0`, `Parent=0`."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier))
        for sheet in sheets:
            pdf.add_blank_page(page_size=(612, 792))
            page = pdf.pages[-1].obj
            drawn = [f"BT /F {SIZE} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, text in sheet.texts]
            page.Contents = pdf.make_stream("\n".join(drawn).encode("latin-1"))
            page.Resources = Dictionary(Font=Dictionary(F=font))
            page.MediaBox = Array([_number(v) for v in sheet.media_box])
            if sheet.crop_box:
                page.CropBox = Array([_number(v) for v in sheet.crop_box])
            if sheet.rotate:
                page.Rotate = sheet.rotate
            made = [pdf.make_indirect(Dictionary()) for _ in sheet.marks]
            for target, keys in zip(made, sheet.marks, strict=True):
                for name, value in keys.items():
                    target[f"/{name}"] = made[value] if name in ("IRT", "Parent") else value
            if made:
                page.Annots = Array(made)
        pdf.save(path, **saving)
    return path


def _number(value: float) -> Decimal | int:
    return value if isinstance(value, int) else Decimal(str(value))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
