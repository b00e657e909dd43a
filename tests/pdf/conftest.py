"""A typeset article and what is read from it, made once."""

from pathlib import Path

import pytest

from paperlab.domain.blocks import ParsedPdf
from paperlab.pdf.parse import parse_pdf
from paperlab.pdf.typeset import Section, typeset
from tests.pdf.pieces import SENTENCE, article


@pytest.fixture(scope="session")
def two_columns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The article as a PDF."""
    target = tmp_path_factory.mktemp("typeset") / "columns.pdf"
    typeset(article(), target)
    return target


@pytest.fixture(scope="session")
def one_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A note of one page."""
    target = tmp_path_factory.mktemp("typeset") / "note.pdf"
    typeset(article((Section("Only", (SENTENCE,)),)), target)
    return target


@pytest.fixture(scope="session")
def parsed(two_columns: Path) -> ParsedPdf:
    return parse_pdf(two_columns)
