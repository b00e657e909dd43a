"""What looks odd in a journal, and what does not."""

import json
from datetime import UTC, datetime
from pathlib import Path

from paperlab.domain.findings import Kind
from paperlab.library.journal_checks import odd_lines

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_what_was_deleted_is_looked_at_no_more(tmp_path: Path) -> None:
    journal = tmp_path / "annotations.jsonl"
    mark = {"id": "a", "at": "2026-03-01T10:00:00Z", "kind": "note", "edition": "v9", "page": 1, "reply_to": "gone"}
    mark |= {"comment": "hm", "source": "paperlab"}
    gone = {"id": "a", "at": "2026-03-01T11:00:00Z", "deleted": True}
    journal.write_text(json.dumps(mark) + "\n")
    assert Kind.ANSWER_LOST in {line.kind for line in odd_lines(journal, ["v1"], NOON)}
    journal.write_text(json.dumps(mark) + "\n" + json.dumps(gone) + "\n")
    assert not {line.kind for line in odd_lines(journal, ["v1"], NOON)} & {Kind.ANSWER_LOST, Kind.EDITION_UNKNOWN}
    late = {**gone, "at": "2036-03-01T11:00:00Z"}
    journal.write_text(json.dumps(late) + "\n")
    assert [line.kind for line in odd_lines(journal, ["v1"], NOON)] == [Kind.TIME_UNLIKELY], (
        "a deletion has a time, too"
    )
