"""Notes are saved where they belong, or where there is room, and never over somebody else's."""

import threading
from pathlib import Path

import pytest
from desk import Desk, put_paper
from holding import another_process_holding

from paperlab.domain.merging import CONFLICT
from paperlab.errors import LibraryError


def test_a_write_protected_note_is_left_as_it_is(desk: Desk) -> None:
    key = put_paper(desk)
    desk.noting.save(key, "kept\n", based_on="")
    path = desk.noting.path(key)
    path.chmod(0o444)
    with pytest.raises(LibraryError, match=r"1706\.03762/notes\.md is write-protected"):
        desk.noting.save(key, "new\n", based_on="kept\n")
    assert path.read_text() == "kept\n"
    path.chmod(0o644)
    desk.noting.save(key, "new\n", based_on="kept\n")
    assert path.read_text() == "new\n"


def test_a_rescued_text_is_merged_with_what_others_have_written(desk: Desk) -> None:
    key = put_paper(desk)
    desk.noting.save(key, "one\ntwo\n", based_on="")
    assert desk.noting.rescue(key, "ONE\ntwo\n", based_on="one\ntwo\n") is None
    assert desk.noting.rescue(key, "one\ntwo\nthree\n", based_on="one\ntwo\n") is None
    assert desk.noting.read(key) == "ONE\ntwo\nthree\n"
    assert desk.noting.rescue(key, "eins\n", based_on="") is None
    assert desk.noting.read(key) == f"ONE\ntwo\nthree\n\n{CONFLICT}\n\neins\n"


def test_a_text_without_room_becomes_a_draft_beside_earlier_ones(desk: Desk) -> None:
    key = put_paper(desk)
    desk.noting.save(key, "kept\n", based_on="")
    desk.noting.path(key).chmod(0o444)
    drafts = [desk.noting.rescue(key, text, based_on="kept\n") for text in ("mine\n", "mine again\n")]
    assert [draft.read_text() for draft in drafts if draft] == ["mine\n", "mine again\n"]
    assert all(isinstance(draft, Path) and desk.library.root not in draft.parents for draft in drafts)
    assert desk.noting.drafts(key) == tuple(drafts)
    assert desk.noting.read(key) == "kept\n"


def test_a_text_that_waits_for_its_place_is_a_draft_already(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ends the program while it waits for another one takes nothing."""
    key = put_paper(desk)
    seen: list[str] = []
    monkeypatch.setattr(
        desk.library.locks, "on_wait", lambda _: seen.extend(p.read_text() for p in desk.noting.drafts(key))
    )
    with another_process_holding(desk.library.root / ".paperlab" / "locks", f"paper-{key}") as other:
        threading.Timer(1.5, other.kill).start()
        assert desk.noting.rescue(key, "mine\n", based_on="") is None
    assert seen == ["mine\n"]
    assert desk.noting.read(key) == "mine\n"
    assert desk.noting.drafts(key) == ()
