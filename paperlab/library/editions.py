"""Editions: the PDFs as they were fetched. Bytes under a name never change."""

from datetime import datetime
from pathlib import Path

from paperlab.domain.papers import Edition
from paperlab.errors import ChangedOutside
from paperlab.library.files import Copy, copy_atomically, hash_file


def add_edition(folder: Path, name: str, pdf: Path, fetched: datetime, copy: Copy = copy_atomically) -> Edition:
    """Copy a PDF into a paper's folder as `NAME.pdf`; the same bytes once more change nothing.

    Raises:
        ChangedOutside: Other bytes have that name already.
    """
    target = folder / f"{name}.pdf"
    if not target.exists():
        sha256, size_bytes = copy(pdf, target)
    else:
        sha256, size_bytes = hash_file(pdf)
        if hash_file(target) != (sha256, size_bytes):
            hint = "The file there is kept. Move it away if it is not the edition you want, and try again."
            raise ChangedOutside(f"{folder.name}/{target.name} is there already, with other content", hint=hint)
    return Edition(name, target.name, sha256, size_bytes, fetched)
