r"""The `file` fields of JabRef (`description:path:type`), Zotero and others: where an entry's PDF lies."""

import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_ESCAPED = re.compile(r"\\([:;\\{}_&%#$ ])")
_LONGEST = 20_000


def paths_in(field: str) -> Iterator[str]:
    """The paths that a field names, in its order; several are divided by `;`, parts by `:`, both escaped with `\\`."""
    for one in _split(field[:_LONGEST].strip(), ";"):
        one = one.strip()
        if _DRIVE.match(one):  # a Windows path with nothing escaped
            yield one
            continue
        parts = _split(one, ":")
        path = parts[1] if len(parts) >= 3 else one if len(parts) == 1 or "://" in one else max(parts, key=len)
        if path := _ESCAPED.sub(r"\1", path).strip():
            yield path


def pdfs_at(paths: Sequence[str], folder: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Those of the paths that are files named like a PDF, and the PDFs that are not there.

    Args:
        folder: Where the bibliography lies, for paths that are relative.
    """
    found: list[Path] = []
    missing: list[str] = []
    for path in paths:
        if not path.lower().endswith(".pdf") or "://" in path:
            continue
        there = next((place for place in _places(path, folder) if _is_plain_file(place)), None)
        if there is not None:
            found.append(there)
        else:
            missing.append(path)
    return tuple(dict.fromkeys(found)), tuple(missing)


def _places(path: str, folder: Path) -> Iterator[Path]:
    yield folder / (Path(path).expanduser() if path.startswith("~/") else path)
    if path.startswith(("home/", "Users/")):  # Mendeley leaves the first slash out
        yield Path("/", path)
    if "\\" in path:
        slashed = path.replace("\\", "/")
        yield folder / slashed
        if _DRIVE.match(path):  # from another machine: beside the bibliography, if there
            yield folder / slashed.rpartition("/")[2]


def _is_plain_file(path: Path) -> bool:
    """No folder, pipe or device."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):  # too long, a NUL
        return False


def _split(text: str, sign: str) -> list[str]:
    return re.split(rf"(?<!\\){sign}", text)
