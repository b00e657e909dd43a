"""Random sequences of what a reader does, undone one by one and done again: `python -m torture.undo_sequences [N]`."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from desk import Desk, put_paper

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Depth, Position, Status
from paperlab.library.history import History
from paperlab.library.settings_file import write_setting
from paperlab.services.joining import Joining
from paperlab.services.undoing import Place, Undoing
from torture.truth import Fact, facts

ONE, TWO, THREE = PaperKey("1706.03762"), PaperKey("second"), PaperKey("third")
QUOTE, OTHER_QUOTE = "divided by the square root", "push the softmax into flat regions"
Command = Callable[[], object]

LENGTH = 14
"""Commands of a sequence."""


class Room:
    """Some papers, the services that change them, and the way back."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder / "library")
        settings = folder / "settings"
        history = History(settings, folder / "state", lambda _: nullcontext(), lambda: datetime.now(UTC))
        self.settings = Place(history, lambda _: nullcontext())
        self.config = settings / "config.toml"
        self.library = self.desk.library
        self.undoing = Undoing(self.library, self.settings, lambda: self.desk.store, self.desk.now)
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


def go_there_and_back(room: Room, seed: int, length: int = LENGTH) -> Counter[str]:
    """Do so many commands, undo their steps one by one, and undo the undoing.

    Returns:
        How many of each kind were undone.

    Raises:
        AssertionError: The library does not say what it said before, or a command that changes it is no step.
    """
    chance = random.Random(seed)
    states, kinds = [room.said()], Counter[str]()
    for _ in range(length):
        did, command = chance.choice(list(commands(room, chance)))
        steps = len(room.undoing.steps())
        room.do(did, command)
        if len(room.undoing.steps()) > steps:
            states.append(room.said())
            kinds[did] += 1
        assert room.said() == states[-1]
    for expected in reversed(states[:-1]):
        room.undoing.undo()
        assert room.said() == expected
    for expected in states[1:]:
        room.undoing.undo(last_undo(room))
        assert room.said() == expected
    return kinds


def run(count: int) -> tuple[Counter[str], int]:
    """So many sequences. Returns how many commands of each kind were undone, and how many sequences went wrong."""
    kinds, bad = Counter[str](), 0
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            try:
                kinds += go_there_and_back(Room(Path(folder)), seed)
            except AssertionError as error:
                bad += 1
                print(f"seed {seed}: {error}")
    return kinds, bad


if __name__ == "__main__":
    undone_kinds, wrong = run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    print(
        f"{undone_kinds.total()} commands of {len(undone_kinds)} kinds undone and done again; {wrong} sequences wrong"
    )
    sys.exit(1 if wrong else 0)
