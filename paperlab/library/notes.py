"""`notes.md`: the reader's own text. paperlab adds to its end, and replaces it only when nobody else has changed it."""

from pathlib import Path

from paperlab.errors import ChangedOutside, DamagedFile, LibraryError
from paperlab.library.files import Append, Write, append_text, read_bytes, write_atomically


def read_notes(path: Path) -> str:
    """The notes with the line ends they have on disk; empty if there are none.

    Raises:
        DamagedFile: It is not UTF-8.
    """
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{_place(path)}: it is not UTF-8", hint="Save it as UTF-8 in your editor.") from error


def append_note(path: Path, paragraph: str, append: Append = append_text) -> None:
    """Add a paragraph at the end, one blank line after what is there. What is there stays to the byte."""
    if paragraph := paragraph.strip("\n"):
        append(path, paragraph + "\n", _gap)


def write_notes(path: Path, text: str, based_on: str, write: Write = write_atomically) -> None:
    """Replace the notes.

    Raises:
        ChangedOutside: On the disk is neither `based_on` nor `text`: somebody else has written since.
        LibraryError: The disk refused, or the file is write-protected; what is there stays.
    """
    there = read_notes(path)
    if there == text:
        return
    if there != based_on:
        hint = "Your text is not saved; look at the file and take over what is new in it."
        raise ChangedOutside(f"{_place(path)} was changed by somebody else", hint=hint)
    if path.exists() and not path.stat().st_mode & 0o222:  # a new file in its place would not ask
        raise LibraryError(f"{_place(path)} is write-protected", hint="`chmod u+w` lets it be written.")
    write(path, text.encode("utf-8", "replace"))


def _gap(end: bytes) -> str:
    if not end or end.endswith((b"\n\n", b"\n\r\n")):
        return ""
    return "\n" if end.endswith(b"\n") else "\n\n"


def _place(path: Path) -> str:
    """`papers/1706.03762/notes.md`"""
    return "/".join(path.parts[-3:])
