"""Upgrading: a library of an older format becomes one of this, a step a format.

A released step is never edited. What a step changes is put away first; whoever is cut off goes on at the next start.
"""

import logging
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from paperlab.errors import DamagedFile, LibraryError, LibraryTooNew
from paperlab.library.files import read_bytes, write_atomically
from paperlab.library.snapshots import Snapshots

MARKER = "paperlab.toml"
_KINDS = ("papers/*/*.toml", "papers/*/*.jsonl", "papers/*/*.md", "lists/*.toml", MARKER)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The way from one format to the next."""

    name: str
    """Of the files that it changes: `paper.toml`, `*.jsonl`."""
    convert: Callable[[bytes], bytes]
    """Gives what such a file is to hold. What it has converted already stays; ValueError where it cannot tell."""


STEPS: tuple[Upgrade, ...] = ()
FORMAT = len(STEPS) + 1


def check_format(root: Path, steps: Sequence[Upgrade] = STEPS) -> bool:
    """Whether a library is of this format; an older one is to be upgraded.

    Raises:
        LibraryTooNew: A newer paperlab has made it.
        DamagedFile: It does not tell.
    """
    found, known = _format_of(root), len(steps) + 1
    if found > known:
        raise LibraryTooNew(f"{root} has format {found}, known is {known}", hint="Upgrade paperlab.")
    return found == known


def upgrade(
    root: Path,
    snapshots: Snapshots,
    lock: Callable[[], AbstractContextManager[None]],
    guard: Callable[[str], AbstractContextManager[None]],
    steps: Sequence[Upgrade] = STEPS,
) -> None:
    """Bring an older library to this format.

    Args:
        lock: Held from beginning to end: two paperlabs may start together.
        guard: The lock of whoever changes a file, by its name from the root.

    Raises:
        LibraryError: It cannot be written; what is converted so far stays, and the next start goes on.
    """
    try:
        with lock():
            found = _format_of(root)
            for number, step in enumerate(steps[found - 1 :], found + 1):
                for path in _files(root, step.name):
                    with guard(path.relative_to(root).as_posix()):
                        _convert(path, step, snapshots)
                _write_format(root / MARKER, number, snapshots)
    except LibraryError as error:
        message = f"{root} is of format {_format_of(root)} and cannot be brought to {len(steps) + 1}: {error.message}"
        hint = "Where it cannot be written, the paperlab that made it reads it; or copy it to where it can."
        raise LibraryError(message, hint=hint) from error


def _format_of(root: Path) -> int:
    try:
        found = tomllib.loads(read_bytes(root / MARKER).decode().removeprefix("\ufeff")).get("format")
    except ValueError as error:
        raise DamagedFile(f"{root / MARKER}: {error}", hint="Mend it by hand.") from error
    if not isinstance(found, int) or found < 1:
        raise DamagedFile(f"{root / MARKER}: format is missing", hint=f"Write `format = {FORMAT}` into it.")
    return found


def _files(root: Path, name: str) -> Iterator[Path]:
    for kind in _KINDS:
        yield from sorted(path for path in root.glob(kind) if path.match(name))


def _convert(path: Path, step: Upgrade, snapshots: Snapshots) -> None:
    held = read_bytes(path)
    try:
        converted = step.convert(held)
    except ValueError as error:  # damaged before: `doctor` tells of it
        _log.warning("%s stays as it is: %s", path, error)
        return
    if converted != held:
        snapshots.keep(path)
        write_atomically(path, converted)


def _write_format(path: Path, number: int, snapshots: Snapshots) -> None:
    import tomlkit

    document = tomlkit.parse(read_bytes(path).decode())
    document["format"] = number
    snapshots.keep(path)
    write_atomically(path, tomlkit.dumps(document).encode())
