"""What was done is taken back, one step after the other, and nothing that others have written since is touched."""

import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from desk import Desk, put_paper
from torture.truth import Fact, facts

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Depth, Position, Status, Stay
from paperlab.errors import ChangedOutside, LibraryBusy, LibraryError, NothingFound, UsageError
from paperlab.library.history import History
from paperlab.library.settings_file import write_setting
from paperlab.services.joining import Joining
from paperlab.services.undoing import Place, Undoing

ONE, TWO, THREE = PaperKey("1706.03762"), PaperKey("second"), PaperKey("third")
QUOTE, OTHER_QUOTE = "divided by the square root", "push the softmax into flat regions"
Command = Callable[[], object]


class Room:
    """Some papers, the services that change them, and the way back."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder / "library")
        settings = folder / "settings"
        history = History(settings, folder / "state", lambda _: nullcontext(), lambda: datetime.now(UTC))
        self.settings = Place(history, lambda _: nullcontext())
        self.config = settings / "config.toml"
        self.library = self.desk.library
        self.undoing = Undoing(
            self.library, self.settings, lambda: self.desk.indexing, lambda: self.desk.store, self.desk.now
        )
        self.joining = Joining(self.library, self.desk.indexing, lambda: self.desk.store)
        self.add(ONE, "Attention")
        self.add(TWO, "Another")

    def add(self, key: PaperKey, title: str) -> None:
        put_paper(self.desk, key.value, title=title, citekey=f"key{key}")

    def do(self, did: str, command: Command) -> None:
        with self.library.history.step(did):
            command()

    def said(self) -> frozenset[Fact]:
        """All that the library says, with what counts of its reading journals, and the settings."""
        found = {fact for fact in facts(self.library.root) if fact[0] != "reading"}
        for key in self.library.keys():  # noqa: SIM118  (a library is no dict)
            found |= {("reading", str(key), str(entry)) for entry in self.library.reading(key)}
        text = self.config.read_text() if self.config.exists() else ""
        return frozenset(found | {("settings", text)})


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def commands(room: Room, chance: random.Random) -> Iterator[tuple[str, Command]]:
    """One of each kind, with papers, marks and words of its own at each call."""
    desk, library = room.desk, room.library
    key = chance.choice(library.keys())
    word = f"word{chance.randrange(10**6)}"
    marks = library.annotations(key)
    mark = chance.choice(marks) if marks else None
    yield "tag one", lambda: desk.tracking.tag([key], [word])
    yield "tag all", lambda: desk.tracking.tag(library.keys(), [word], library.read(key).tags[:1])
    yield "status", lambda: desk.tracking.declare([key], chance.choice(list(Status)))
    yield "status of all", lambda: desk.tracking.declare(library.keys(), Status.READ, Depth.SKIMMED)
    yield "note", lambda: library.append_note(key, word)
    yield "notes", lambda: desk.noting.save(key, f"{word}\n", based_on=desk.noting.read(key))
    yield "no notes", lambda: desk.noting.save(key, "", based_on=desk.noting.read(key))
    yield "notes elsewhere", lambda: library.edit_notes(key, lambda path: path.write_text(f"{word}, in an editor\n"))
    yield "highlight", lambda: desk.annotating.highlight(key, chance.choice([QUOTE, OTHER_QUOTE]), comment=word)
    yield "bookmark", lambda: desk.reading.bookmark(key, "a", Position("v7", 0, word))
    yield "list", lambda: library.add_to_list("mine", key, word)
    yield "new list", lambda: library.add_to_list(word, key, word)
    yield (
        "setting",
        lambda: write_setting(room.config, "reader_width", chance.randrange(40, 90), room.settings.history.write),
    )
    yield "nothing", lambda: None
    if mark is not None:
        yield "comment", lambda: desk.annotating.comment(key, mark, word)
        yield "color", lambda: desk.annotating.recolor(key, mark, chance.choice(["red", "green"]))
        yield "place", lambda: desk.annotating.place(mark.id, OTHER_QUOTE, key)
        yield "remove", lambda: desk.annotating.remove(mark.id, key)
    if library.has(THREE):
        yield "merge", lambda: room.joining.join(TWO, THREE)
    else:
        yield "add", lambda: room.add(THREE, f"Third {word}")


def last_undo(room: Room) -> int:
    """The number of the last undo of a command that holds."""
    steps = room.undoing.steps()
    undos = {done.step.id for done in steps if done.step.undoes}
    return next(d.number for d in steps if d.step.undoes and d.step.undoes not in undos and not d.is_undone)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_done_is_undone_step_by_step_and_done_again(room: Room, seed: int) -> None:
    chance = random.Random(seed)
    states = [room.said()]
    for _ in range(14):
        did, command = chance.choice(list(commands(room, chance)))
        room.do(did, command)
        if (now := room.said()) != states[-1]:
            states.append(now)
    for expected in reversed(states[:-1]):
        room.undoing.undo()
        assert room.said() == expected
    for expected in states[1:]:
        room.undoing.undo(last_undo(room))
        assert room.said() == expected


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
    room.undoing.undo(1)
    assert room.library.read(THREE).title == "Third"
    assert room.desk.indexing.status().missing == ()


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
