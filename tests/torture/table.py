"""The table of `docs/reliability.md`: what was promised, what was measured, and the command that shows it.

Each part of the trials writes its rows into `docs/reliability/PART.json` when it has run; `python -m torture.table`
makes the page of all of them.
"""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs"
_PARTS = ("kills", "processes", "badpdf", "hostile", "doctor", "undo", "sockets", "fuzzing", "coverage", "mutants")
"""In the order of the page."""
_HEAD = """# Reliability

What paperlab promises about the reader's words and about hostile files, and what trials have shown. Made by
`make reliability` out of the results of the trials, which are run by the commands in the last column; not written by
hand.
"""


@dataclass(frozen=True, slots=True)
class Row:
    promise: str
    measured: str
    """The figures, as they came out."""
    command: str


def record(part: str, rows: Sequence[Row], remarks: str = "") -> None:
    """Keep the rows of a part. `remarks`: Markdown below the table, such as what has survived and why."""
    if part not in _PARTS:
        raise ValueError(f"{part} is none of {_PARTS}")
    kept = {
        "rows": [asdict(row) for row in rows],
        "remarks": remarks,
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
    }
    (_DOCS / "reliability").mkdir(exist_ok=True)
    (_DOCS / "reliability" / f"{part}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def page(folder: Path = _DOCS / "reliability") -> str:
    """The whole page, as Markdown."""
    found = {part: json.loads(path.read_text()) for part in _PARTS if (path := folder / f"{part}.json").is_file()}
    lines = [_HEAD, "| promise | measured | on | shown by |", "|---|---|---|---|"]
    for part in found.values():
        for row in part["rows"]:
            cells = (row["promise"], row["measured"], f"{part['day']}, Python {part['python']}", f"`{row['command']}`")
            lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    remarks = [part["remarks"].strip() for part in found.values() if part["remarks"].strip()]
    return "\n".join(lines) + "\n" + "".join(f"\n{remark}\n" for remark in remarks)


if __name__ == "__main__":
    (_DOCS / "reliability.md").write_text(page())
