"""What was done is taken back, one step after the other, and nothing that others have written since is touched."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from torture.undo_sequences import ONE, THREE, TWO, Room, go_there_and_back

from paperlab.domain.progress import Status, Stay
from paperlab.errors import ChangedOutside, LibraryBusy, LibraryError, NothingFound, UsageError

QUOTE = "divided by the square root"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_done_is_undone_step_by_step_and_done_again(room: Room, seed: int) -> None:
    assert go_there_and_back(room, seed).total() > 5, "too little has changed to show anything"


def test_a_step_is_told_with_what_it_did_and_an_undo_is_one_too(room: Room) -> None:
    room.do("tag two papers", lambda: room.desk.tracking.tag([ONE, TWO], ["x"]))
    (last, *_) = room.undoing.steps()
    assert (last.number, last.step.told, last.state) == (1, "tag two papers", "")
    assert last.step.files == (f"papers/{ONE}/paper.toml", f"papers/{TWO}/paper.toml")
    room.undoing.undo()
    undo, tag, *_ = room.undoing.steps()
    assert (undo.step.told, undo.step.undoes, tag.state) == ("undo tag two papers", tag.step.id, "undone")


def test_a_command_that_changes_nothing_is_no_step(room: Room) -> None:
    before = room.undoing.steps()
    room.do("tag", lambda: room.desk.tracking.tag([ONE], [], ["never there"]))
    assert room.undoing.steps() == before


def test_what_was_read_is_no_step_and_stays(room: Room) -> None:
    before = len(room.undoing.steps())
    stay = Stay(at=room.desk.now(), edition="v7", page_index=0, page_count=2, seconds=30, quote="")
    room.desk.reading.record_stay(ONE, stay)
    assert len(room.undoing.steps()) == before


def test_what_somebody_has_changed_since_is_not_touched_and_nothing_else_either(room: Room) -> None:
    room.do("tag", lambda: room.desk.tracking.tag([ONE, TWO], ["x"]))
    record = room.library.folder(ONE) / "paper.toml"
    record.write_text(record.read_text() + "# by hand\n")
    before = room.said()
    with pytest.raises(
        ChangedOutside, match=rf"“tag” cannot be undone: papers/{ONE}/paper.toml has changed since.*0001_"
    ):
        room.undoing.undo()
    assert room.said() == before
    assert "# by hand" in record.read_text()


def test_an_older_step_is_undone_by_its_number_if_nothing_stands_on_it(room: Room) -> None:
    room.do("status", lambda: room.desk.tracking.declare([ONE], Status.READ))
    room.do("tag", lambda: room.desk.tracking.tag([TWO], ["x"]))
    room.undoing.undo(2)
    assert not room.library.reading(ONE)
    assert room.library.read(TWO).tags == ("x",)
    with pytest.raises(UsageError, match="undone already"):
        room.undoing.undo(3)
    with pytest.raises(UsageError, match="no step 99"):
        room.undoing.undo(99)


def test_an_added_paper_with_words_of_its_reader_stays(room: Room) -> None:
    room.do("add", lambda: room.add(THREE, "Third"))
    (room.library.folder(THREE) / "notes.md").write_text("mine\n")
    with pytest.raises(ChangedOutside, match=r"third has notes\.md since"):
        room.undoing.undo()
    assert room.library.read_notes(THREE) == "mine\n"


def test_an_added_paper_goes_to_the_backups_with_its_pdf_and_leaves_the_index(room: Room) -> None:
    room.do("add", lambda: room.add(THREE, "Third"))
    pdf = (room.library.folder(THREE) / "v7.pdf").read_bytes()
    room.do("highlight", lambda: room.desk.annotating.highlight(THREE, QUOTE))
    room.undoing.undo()
    room.undoing.undo()
    assert not room.library.folder(THREE).exists()
    (kept,) = (room.library.root / ".backups" / "papers" / "third" / "v7.pdf").iterdir()
    assert kept.read_bytes() == pdf
    assert room.desk.indexing.status().orphans == ()
    assert room.undoing.undo(1).to_index == room.desk.indexing.status().missing == (THREE,)
    assert room.library.read(THREE).title == "Third"


def test_a_merge_that_was_undone_can_be_made_again(room: Room) -> None:
    room.add(THREE, "Third")
    room.desk.annotating.highlight(THREE, QUOTE)
    room.desk.tracking.declare([THREE], Status.READING)
    apart = room.said()
    room.do("merge", lambda: room.joining.join(TWO, THREE))
    joined = room.said()
    room.undoing.undo()
    assert room.said() == apart
    room.do("merge", lambda: room.joining.join(TWO, THREE))
    assert room.said() == joined


def test_there_is_an_end_to_undoing(tmp_path: Path) -> None:
    room = Room(tmp_path)
    for _ in room.undoing.steps():
        room.undoing.undo()
    assert room.library.keys() == ()
    with pytest.raises(NothingFound, match="nothing to undo"):
        room.undoing.undo()


def test_a_step_that_goes_on_in_another_process_is_waited_for(room: Room) -> None:
    room.do("tag", lambda: room.desk.tracking.tag([ONE], ["x"]))
    steps = room.library.root / ".backups" / "steps.jsonl"
    lines = steps.read_text().splitlines()
    begun = lines[-3].replace(f'"pid": {room.undoing.steps()[0].step.process}', '"pid": 1')
    steps.write_text("\n".join([*lines[:-3], begun, lines[-2]]) + "\n")
    assert room.undoing.steps()[0].state == "going on in process 1"
    with pytest.raises(LibraryBusy, match="in process 1"):
        room.undoing.undo()


def test_without_its_snapshot_nothing_is_undone(room: Room) -> None:
    room.do("tag", lambda: room.desk.tracking.tag([ONE], ["x"]))
    for snapshot in (room.library.root / ".backups" / "papers" / str(ONE) / "paper.toml").iterdir():
        snapshot.write_text("torn")
    with pytest.raises(ChangedOutside, match="not kept any more"):
        room.undoing.undo()
    assert room.library.read(ONE).tags == ("x",)


def test_what_cannot_be_put_away_is_not_changed(room: Room) -> None:
    blocked = room.library.root / ".backups" / "papers" / str(ONE)
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("in the way")
    with pytest.raises(LibraryError, match=r"paper\.toml is left as it is"):
        room.desk.tracking.tag([ONE], ["x"])
    assert room.library.read(ONE).tags == ()


def test_an_editor_that_saves_again_and_again_makes_one_step(room: Room) -> None:
    texts = ["", "a\n", "a b\n", "a b c\n"]
    for before, after in pairwise(texts):
        room.desk.noting.save(ONE, after, based_on=before)
    assert [done.step.told for done in room.undoing.steps()[:1]] == [f"notes on {ONE}"]
    room.undoing.undo()
    assert room.desk.noting.read(ONE) == ""
    room.desk.noting.save(ONE, "anew\n", based_on="")
    assert room.undoing.steps()[0].state == ""
    room.desk.now.at = room.desk.now.at.replace(hour=23)
    room.desk.noting.save(ONE, "much later\n", based_on="anew\n")
    room.undoing.undo()
    assert room.desk.noting.read(ONE) == "anew\n"


def test_a_journal_of_steps_that_leads_out_of_the_library_is_not_followed(room: Room, tmp_path: Path) -> None:
    outside = tmp_path / "profile"
    outside.write_text("mine")
    room.do("tag", lambda: room.desk.tracking.tag([ONE], ["x"]))
    steps = room.library.root / ".backups" / "steps.jsonl"
    for name in ("../profile", str(outside), f"papers/{ONE}/../../../profile", ".git/config"):
        steps.write_text(steps.read_text().replace(f"papers/{ONE}/paper.toml", name.replace("\\", "/")))
        before = room.undoing.steps()
        assert name not in [file for done in before for file in done.step.files]
    assert outside.read_text() == "mine"


def test_a_mark_of_one_machine_is_told_from_a_change_of_another(room: Room) -> None:
    mark = room.desk.annotating.highlight(ONE, QUOTE)
    room.do("comment", lambda: room.desk.annotating.comment(ONE, mark, "mine"))
    (now,) = room.library.annotations(ONE)
    journal = room.library.folder(ONE) / "annotations.jsonl"
    theirs = replace(now, comment="theirs", updated=room.desk.now())
    history = room.library.history
    with history.step("theirs"):
        room.library.annotate(ONE, theirs)
    with pytest.raises(ChangedOutside, match=r"the entry .* of .*annotations\.jsonl has changed since"):
        room.undoing.undo(2)
    assert room.library.annotations(ONE)[0].comment == "theirs"
    assert journal.read_text().count("\n") == 3
