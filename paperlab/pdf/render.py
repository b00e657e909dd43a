"""A document's pages → PNG, in the child process."""

from base64 import b64encode
from collections.abc import Callable
from math import sqrt
from typing import Any

from paperlab.errors import UnreadablePdf
from paperlab.pdf.engine import pymupdf_alone


class Renderer:
    """Draws pages of one document, which is opened when the first is asked for."""

    def __init__(self, open_document: Callable[[], Any]) -> None:
        self._open = open_document
        self._document: Any = None

    def picture(self, page: int, width: int, pixels: int) -> dict[str, Any]:
        """Draw a page, annotations of the file included.

        Args:
            page: From 0.
            width: In pixels; less if the picture had more than `pixels` in all.

        Raises:
            UnreadablePdf: There is no such page, or it is broken.
        """
        if self._document is None:
            self._document = self._open()
        if not 0 <= page < self._document.page_count:
            raise UnreadablePdf(f"it has no page {page + 1}")
        try:
            return _drawn(self._document[page], width, pixels)
        except MemoryError:
            raise
        except Exception as error:  # MuPDF's own classes of errors are many
            raise UnreadablePdf(f"page {page + 1} is broken") from error


def _drawn(page: Any, width: int, pixels: int) -> dict[str, Any]:
    pymupdf = pymupdf_alone()
    frame = page.rect
    wide, high = max(frame.width, 1.0), max(frame.height, 1.0)
    scale = min(max(width, 1) / wide, sqrt(pixels / (wide * high)))
    drawn = page.get_pixmap(matrix=pymupdf.Matrix(max(scale, 1 / wide), max(scale, 1 / high)), alpha=False)
    return {
        "png": b64encode(drawn.tobytes("png")).decode("ascii"),
        "width": drawn.width,
        "height": drawn.height,
        "width_pt": wide,
        "height_pt": high,
    }
