"""The only writers of truth: whole files that are replaced at once, and journals that grow by a line.

A reader of the library sees the old file or the new one, never half of one, and after a crash what was said to be
written is there.
"""

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from paperlab.errors import LibraryError

_TEMPORARY = ".paperlab-tmp"
_CHUNK_BYTES = 1 << 20
_log = logging.getLogger(__name__)
Write = Callable[[Path, bytes], None]
"""Replaces a file, or makes it."""
Append = Callable[[Path, str, Callable[[bytes], str]], None]
"""Adds text to a file's end, as `append_text` does."""
Copy = Callable[[Path, Path], tuple[str, int]]
"""Makes a file of another one, as `copy_atomically` does."""


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file, or make it. Permissions are kept, and a link stays a link: the file it points to is replaced.

    Raises:
        LibraryError: The disk refused; the old file is as it was.
    """
    with _replacing(path) as file:
        file.write(data)


def copy_atomically(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file into the library in one step. Returns the copy's SHA-256 in hex and its size in bytes.

    Raises:
        LibraryError: One of them cannot be read or written; the old target is as it was.
    """
    digest, size = hashlib.sha256(), 0
    with _replacing(target) as file:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return digest.hexdigest(), size


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 of a file in hex, and its size in bytes.

    Raises:
        LibraryError: It cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    with _told(path):
        for chunk in _chunks(path):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def append_line(path: Path, line: str) -> None:
    """Add a line to a journal, in one append that is on the disk when this returns.

    A last line that a crash has torn is closed first, so that it stays alone.

    Raises:
        LibraryError: The disk refused.
        ValueError: The line holds a line break.
    """
    if "\n" in line:
        raise ValueError("a journal line has no line breaks")
    append_text(path, line + "\n", between=close_line)


def close_line(end: bytes) -> str:
    """What goes between the end of a journal and its next line: a line that a crash has torn is closed."""
    return "" if end.endswith(b"\n") or not end else "\n"


def write_once(path: Path, data: bytes) -> None:
    """Make a file that is on the disk when this returns, half the price of `write_atomically`.

    For a file whose name tells what it must hold: after a crash, half of it may be there.

    Raises:
        LibraryError: The disk refused, or there is such a file.
    """
    with _told(path), path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def append_text(path: Path, text: str, between: Callable[[bytes], str], *, is_urgent: bool = True) -> None:
    """Add text to the end of a file, in one append that is on the disk when this returns.

    Args:
        between: What to put before the text, told from the last four bytes of the file (fewer if it has fewer).
        is_urgent: Without it the append outlives this process, and perhaps not a power cut.

    Raises:
        LibraryError: The disk refused.
    """
    with _told(path):
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            size = os.lseek(handle, 0, os.SEEK_END)
            os.lseek(handle, max(0, size - 4), os.SEEK_SET)
            data = (between(os.read(handle, 4)) + text).encode("utf-8", "replace")
            if os.write(handle, data) != len(data):
                raise LibraryError(f"{path} could not be written in full", hint="Is the disk full?")
            if is_urgent:
                os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(path.parent)


def log_broken(path: Path, number: int, reason: str) -> None:
    """Tell the log of a journal line that was set aside."""
    _log.warning("%s, line %d is set aside: %s", path, number, reason)


def read_lines(
    path: Path, on_broken: Callable[[Path, int, str], None] = log_broken
) -> Iterator[tuple[int, dict[str, object]]]:
    """The JSON objects of a journal with their line numbers, from 1. No file, no lines.

    A line that is anything else (torn by a crash, a merge's conflict mark) goes to `on_broken` and is passed over.

    Raises:
        LibraryError: The file cannot be read.
    """
    for number, raw in enumerate(read_bytes(path).split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            on_broken(path, number, "no JSON")
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            on_broken(path, number, "no JSON object")


def read_bytes(path: Path) -> bytes:
    """What is in a file; nothing if there is none.

    Raises:
        LibraryError: It cannot be read.
    """
    with _told(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return b""


def make_folder(path: Path) -> None:
    """Make a folder that lasts, with those above it.

    Raises:
        LibraryError: The disk refused.
    """
    with _told(path):
        missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
        path.mkdir(parents=True, exist_ok=True)
        for folder in missing:
            _sync_folder(folder.parent)


def move_folder(folder: Path, target: Path) -> None:
    """Give a folder another place on the same disk, in one step that lasts.

    Raises:
        LibraryError: The disk refused.
    """
    with _told(folder):
        folder.rename(target)
        _sync_folder(target.parent)
        _sync_folder(folder.parent)


def leftovers(folder: Path) -> tuple[Path, ...]:
    """Temporary files that a crash has left in a folder; safe to delete while nothing is being written there."""
    return tuple(sorted(path for path in folder.iterdir() if is_leftover(path.name)))


def is_leftover(name: str) -> bool:
    """A file of that name is one that is being written, or was when a crash came."""
    return name.endswith(_TEMPORARY)


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the path's place when the block ends well."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}{_TEMPORARY}")
    with _told(path):
        try:
            with temporary.open("xb") as file:
                if target.exists():
                    temporary.chmod(target.stat().st_mode & 0o7777)
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn the system's refusals into ours."""
    try:
        yield
    except OSError as error:
        hint = "Look at the permissions and the room on the disk."
        raise LibraryError(f"{error.filename or path}: {(error.strerror or str(error)).lower()}", hint=hint) from error
