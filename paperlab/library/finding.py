"""Finding: which library is meant where none is named."""

import os
from pathlib import Path

from paperlab.library.upgrading import MARKER


def find_library(explicit: Path | None, start: Path) -> Path | None:
    """The folder of the library to use.

    Returns:
        `explicit` if it is given; else the nearest folder from `start` upward that is a library or holds one named
        `library`; None if there is none.
    """
    if explicit is not None:
        return explicit.expanduser()
    start = start.absolute()
    for folder in (start, *start.parents):
        for candidate in (folder, folder / "library"):
            if os.path.isfile(candidate / MARKER):  # noqa: PTH113 - False, not an error, where we may not look
                return candidate
    return None
