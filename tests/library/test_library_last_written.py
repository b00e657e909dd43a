"""The latest time that a journal tells."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from paperlab.library.last_written import last_written


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("", None),
        ('{"id": "a", "at": "soon"}\n{"id": "b"}\n{"id": "c", "at"', None),
        ('{"at": "2026-03-01T10:00:00.5Z"}\n{"at": "2026-03-01T10:00:00Z"}\n', "2026-03-01T10:00:00.500000+00:00"),
        ('{"at":"2026-03-01T10:00:00"}\n', "2026-03-01T10:00:00+00:00"),
        ('{"written": "2031-01-01T00:00:00Z", "at": "2026-03-01T10:00:00Z"}\n', "2031-01-01T00:00:00+00:00"),
        ('{"at": "2026-13-41T99:00:00Z"}\n', None),
        (json.dumps({"quote": '"at": "2031-01-01T00:00:00Z"'}) + "\n", None),
    ],
)
def test_the_latest_time_of_a_journal_is_found(tmp_path: Path, lines: str, last: str | None) -> None:
    path = tmp_path / "reading.jsonl"
    path.write_text(lines)
    assert last_written(path) == (datetime.fromisoformat(last) if last else None)
