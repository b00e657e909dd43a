from collections.abc import Iterator
from pathlib import Path

import pytest
from indexed_papers import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf.open(tmp_path / "derived")
    yield opened
    opened.catalog.close()
