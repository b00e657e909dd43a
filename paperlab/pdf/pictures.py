"""Pages → pictures, in a child process that is kept while one leafs."""

from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from paperlab.domain.pictures import PagePicture
from paperlab.domain.text import one_line
from paperlab.errors import PdfError, PdfTooCostly, UnreadablePdf
from paperlab.pdf.budget import Account, Limits
from paperlab.pdf.parse import check_pdf, pdf_error
from paperlab.pdf.process import Child, ChildEnded, costs


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits(Limits):
    """What one page may cost."""

    pixels: int = 16_000_000
    """A page that would have more is made smaller."""


_STAYS_S = 600
"""Seconds of processor time after which a child ends; the next one goes on."""


class Pictures:
    """Makes pictures of pages. Safe to call from any thread, one page at a time."""

    def __init__(self, limits: PictureLimits = PictureLimits()) -> None:
        self._limits = limits
        self._lock = Lock()
        self._child: Child | None = None
        self._stamp: tuple[Path, int, int] | None = None
        """The file that the child has open, as it was then."""

    def page(self, path: Path, page_index: int, width_px: int) -> PagePicture:
        """Make a picture of a page.

        Args:
            path: Not opened in this process, but for its first bytes.
            width_px: Of the picture; less if it had too many pixels.

        Raises:
            NotAPdf, EncryptedPdf
            UnreadablePdf: Broken, there is no such page, or it breaks the renderer.
            PdfTooCostly: Past a limit.
        """
        with self._lock:
            name = one_line(path.name)
            answer = self._ask(path, name, {"page": page_index, "width": width_px, "pixels": self._limits.pixels})
            if "error" in answer:
                raise pdf_error(name, answer)
            picture = answer["result"]
            return PagePicture(
                b64decode(picture["png"]),
                int(picture["width"]),
                int(picture["height"]),
                float(picture["width_pt"]),
                float(picture["height_pt"]),
            )

    def close(self) -> None:
        """End the child; the next page starts another."""
        with self._lock:
            self._end()

    def _ask(self, path: Path, name: str, question: dict[str, Any]) -> dict[str, Any]:
        """Ask the child that has the file open, or a new one; one that has ended meanwhile is replaced once."""
        stamp = self._stamp_of(path, name)
        if self._child is not None and stamp == self._stamp:
            try:
                return self._child.ask(question, Account(self._limits))
            except ChildEnded as ended:
                self._end()
                if ended.was_slow:
                    raise _failure(name, ended) from ended
        self._end()
        bounds = costs(Account(self._limits)) | {"processor_s": _STAYS_S}
        first = {"do": "picture", "path": str(path.absolute()), **bounds}
        self._child, self._stamp = Child(first), stamp
        try:
            return self._child.ask(question, Account(self._limits))
        except ChildEnded as ended:
            self._end()
            raise _failure(name, ended) from ended

    def _stamp_of(self, path: Path, name: str) -> tuple[Path, int, int]:
        check_pdf(path)
        status = path.stat()
        if status.st_size > self._limits.file_bytes:
            raise PdfTooCostly(f"{name} has more than {self._limits.file_bytes >> 20} MB", hint="Split the file.")
        return path, status.st_size, status.st_mtime_ns

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def _failure(name: str, ended: ChildEnded) -> PdfError:
    if ended.was_slow:
        return PdfTooCostly(f"the page of {name} was given up: it took too long")
    if ended.was_large:
        return PdfTooCostly(f"the page of {name} was given up: it needs too much memory")
    return UnreadablePdf(f"the page of {name} cannot be shown: {ended}")
