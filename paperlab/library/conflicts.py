"""Conflicts: what is left in a file where git, or a synchroniser, could not decide between two versions."""

import re
from pathlib import Path

from paperlab.library.files import read_bytes

_MARK = re.compile(rb"(<<<<<<<|=======|>>>>>>>|\|\|\|\|\|\|\|)( .*)?\r?")
_BEGIN, _MIDDLE, _END = b"<<<<<<<", b"=======", b">>>>>>>"


def is_conflict_mark(line: bytes) -> bool:
    """A line that git has put between two versions."""
    return _MARK.fullmatch(line) is not None


def has_conflict_marks(path: Path) -> bool:
    """Both versions of something stand in a file. A row of `=` alone is a heading in Markdown.

    Raises:
        LibraryError: It cannot be read.
    """
    marks = [line[:7] for line in read_bytes(path).split(b"\n") if is_conflict_mark(line)]
    return _BEGIN in marks and _END in marks and _MIDDLE in marks
