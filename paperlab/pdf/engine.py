"""PyMuPDF with its layout model and without: only some pages need it, and loading it takes longer than a short paper.

Whoever imports PyMuPDF imports it here.
"""

import sys
from typing import Any


def pymupdf_alone() -> Any:
    """PyMuPDF, imported without the layout model in less than half of the time and memory."""
    sys.modules.setdefault("pymupdf.layout", None)  # type: ignore[arg-type]  # its own import of it then fails quietly
    import pymupdf

    return pymupdf


def load_layout_model() -> None:
    """Let `Page.get_layout` work from now on.

    Raises:
        ImportError, and whatever the model raises when it loads.
    """
    if sys.modules.get("pymupdf.layout", ...) is None:
        del sys.modules["pymupdf.layout"]
    import pymupdf.layout  # noqa: F401
