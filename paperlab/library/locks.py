"""Locks: one process at a time changes a paper, a list, the index. Reading needs none."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paperlab.errors import LibraryBusy
from paperlab.library.files import make_folder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,140}", re.ASCII)


@contextmanager
def lock(folder: Path, name: str, timeout_s: float) -> Iterator[None]:
    """Hold `NAME.lock` in a folder. The thread that holds it may take it again.

    Raises:
        LibraryBusy: Somebody else has held it for all of `timeout_s`.
        ValueError: The name is no file name.
    """
    from filelock import FileLock, Timeout  # 30 ms, and most commands write nothing

    if not _NAME.fullmatch(name):
        raise ValueError(f"not a lock's name: {name!r}")
    make_folder(folder)
    path = folder / f"{name}.lock"
    held = FileLock(path, is_singleton=True)
    try:
        held.acquire(timeout=timeout_s)
    except Timeout as error:
        hint = "Another paperlab is at work on this library; wait for it to end, or stop it."
        raise LibraryBusy(f"{name} is locked since more than {timeout_s:g} s", hint=hint) from error
    try:
        yield
    finally:
        held.release()
