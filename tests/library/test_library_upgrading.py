"""A library of an older format is brought to this one, and one of a newer is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from paperlab.cli.main import run
from paperlab.errors import LibraryError, LibraryTooNew
from paperlab.library.library import Library
from paperlab.library.upgrading import FORMAT, STEPS, Upgrade

RECORD = b'key = "%s"\n# mine\nlabels = ["x"]\n'


def labels_are_tags(held: bytes) -> bytes:
    """Raises UnicodeDecodeError, which is a ValueError, where nothing can be told."""
    return held.decode().replace("labels = ", "tags = ").encode()


def lines_have_a_kind(held: bytes) -> bytes:
    return held.replace(b'{"id"', b'{"kind": "highlight", "id"')


TO_TWO, TO_THREE = Upgrade("paper.toml", labels_are_tags), Upgrade("*.jsonl", lines_have_a_kind)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Of format 1, with three papers."""
    for name in ("a", "b", "c"):
        folder = tmp_path / "papers" / name
        folder.mkdir(parents=True)
        (folder / "paper.toml").write_bytes(RECORD % name.encode())
        (folder / "annotations.jsonl").write_bytes(b'{"id": "1"}\n')
    (tmp_path / "paperlab.toml").write_text("# my own\nformat = 1\n")
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    paths = [root / "paperlab.toml", *sorted((root / "papers").rglob("*.*"))]
    return {str(path.relative_to(root)): path.read_bytes() for path in paths if path.is_file()}


def is_upgraded(root: Path) -> bool:
    found = contents(root)
    records = all(b"tags" in found[f"papers/{name}/paper.toml"] for name in "abc")
    return records and all(found[f"papers/{name}/annotations.jsonl"].count(b"kind") == 1 for name in "abc")


def test_an_older_library_is_upgraded_step_by_step_and_what_it_held_is_kept(root: Path) -> None:
    before = contents(root)
    library = Library.open(root, (TO_TWO, TO_THREE))
    assert is_upgraded(root)
    assert (root / "paperlab.toml").read_text() == "# my own\nformat = 3\n"
    assert b"# mine" in (root / "papers" / "a" / "paper.toml").read_bytes()
    for name, held in before.items():
        oldest = library.history.snapshots.of(root / name)[-1]
        assert oldest.path.read_bytes() == held
    assert library.history.steps() == (), "there is no way back but the snapshots"


def test_an_upgraded_library_is_not_touched_again(root: Path) -> None:
    steps = (TO_TWO, TO_THREE)
    Library.open(root, steps)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    Library.open(root, steps)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


@pytest.mark.parametrize("survived", range(7))
def test_who_is_cut_off_goes_on_at_the_next_start(root: Path, survived: int) -> None:
    left = survived

    def cut_off(step: Upgrade) -> Upgrade:
        def convert(held: bytes) -> bytes:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            return step.convert(held)

        return Upgrade(step.name, convert)

    def once_converted(held: bytes) -> bytes:
        return held if b"kind" in held else lines_have_a_kind(held)

    steps = (TO_TWO, Upgrade("*.jsonl", once_converted))
    if survived < 6:
        with pytest.raises(KeyboardInterrupt):
            Library.open(root, tuple(map(cut_off, steps)))
        assert not is_upgraded(root)
    Library.open(root, steps)
    assert is_upgraded(root)


def test_two_that_start_together_upgrade_once(root: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from paperlab.library.library import Library; from paperlab.library.upgrading import Upgrade\n"
        "step = Upgrade('*.jsonl', lambda held: held + b'{}\\n')\n"
        "sys.stdin.readline(); Library.open(Path(sys.argv[1]), (step,))\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program, str(root)], stdin=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    assert [process.wait() for process in both] == [0, 0]
    for process in both:
        assert process.stdin is not None
        process.stdin.close()
    assert all((root / "papers" / name / "annotations.jsonl").read_text() == '{"id": "1"}\n{}\n' for name in "abc")


def test_a_damaged_file_stays_as_it_is_and_costs_no_other(root: Path) -> None:
    damaged = root / "papers" / "b" / "paper.toml"
    damaged.write_bytes(b"\xff labels = ")
    Library.open(root, (TO_TWO,))
    assert damaged.read_bytes() == b"\xff labels = "
    assert b"tags" in (root / "papers" / "c" / "paper.toml").read_bytes()


def test_where_nothing_can_be_written_it_is_told(root: Path) -> None:
    (root / ".paperlab").write_text("in the way of the lock")
    before = contents(root)
    with pytest.raises(LibraryError, match="is of format 1 and cannot be brought to 2") as told:
        Library.open(root, (TO_TWO,))
    assert "the paperlab that made it reads it" in told.value.hint
    assert contents(root) == before


@pytest.mark.parametrize("words", [["list"], ["tag", "a", "-a", "x"], ["doctor"], ["undo"], [], ["config"], ["init"]])
def test_a_newer_library_is_refused_in_one_line_and_nothing_is_written(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """Also by the TUI, and whatever settings it may have."""
    (root / "paperlab.toml").write_text(f"format = {FORMAT + 1}\nnever_heard_of = 1\n")
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    with pytest.raises(LibraryTooNew):
        Library.open(root)
    assert run(["--library", str(root), *words]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"paperlab: {root} has format {FORMAT + 1}, known is {FORMAT} (Upgrade paperlab.)\n"
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_the_format_is_the_number_of_steps_and_one() -> None:
    assert len(STEPS) + 1 == FORMAT == 1
