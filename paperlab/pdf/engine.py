"""PyMuPDF with its layout model and without: only some pages need it, and loading it takes longer than a short paper.

Whoever imports PyMuPDF imports it here.
"""

import sys
from typing import Any

_COMPANIONS = ("pymupdf.layout", "pymupdf4llm")


def pymupdf_alone() -> Any:
    """PyMuPDF without what it imports if it can, the layout model and a writer of Markdown: in a fifth of the time."""
    if "pymupdf" not in sys.modules:
        for name in _COMPANIONS:
            sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # an import of it fails, which PyMuPDF expects
    import pymupdf

    return pymupdf


def load_layout_model() -> None:
    """Let `Page.get_layout` work from now on.

    Raises:
        ImportError, and whatever the model raises when it loads.
    """
    for name in _COMPANIONS:
        if sys.modules.get(name, ...) is None:
            del sys.modules[name]
    import pymupdf.layout  # noqa: F401
