"""`notes.md`: the reader's own text. paperlab adds to its end, and replaces it only when nobody else has changed it."""

from pathlib import Path

from paperlab.errors import ChangedOutside, DamagedFile
from paperlab.library.files import append_text, read_bytes, write_atomically


def read_notes(path: Path) -> str:
    """The notes with the line ends they have on disk; empty if there are none.

    Raises:
        DamagedFile: It is not UTF-8.
    """
    try:
        return read_bytes(path).decode()
    except UnicodeDecodeError as error:
        place = "/".join(path.parts[-3:])
        raise DamagedFile(f"{place}: it is not UTF-8", hint="Save it as UTF-8 in your editor.") from error


def append_note(path: Path, paragraph: str) -> None:
    """Add a paragraph at the end, one blank line after what is there. What is there stays to the byte."""
    if paragraph := paragraph.strip("\n"):
        append_text(path, paragraph + "\n", between=_gap)


def write_notes(path: Path, text: str, based_on: str) -> None:
    """Replace the notes.

    Raises:
        ChangedOutside: On the disk is neither `based_on` nor `text`: somebody else has written since.
    """
    there = read_notes(path)
    if there == text:
        return
    if there != based_on:
        place = "/".join(path.parts[-3:])
        hint = "Your text is not saved; look at the file and take over what is new in it."
        raise ChangedOutside(f"{place} was changed by somebody else", hint=hint)
    write_atomically(path, text.encode("utf-8", "replace"))


def _gap(end: bytes) -> str:
    if not end or end.endswith((b"\n\n", b"\n\r\n")):
        return ""
    return "\n" if end.endswith(b"\n") else "\n\n"
