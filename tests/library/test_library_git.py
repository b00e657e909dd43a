"""A library under git: two machines go on for themselves, and what both have said is there after a merge."""

import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Declaration, Status, Stay, add_up
from paperlab.errors import DamagedFile
from paperlab.library.library import Library

KEY = PaperKey("1706.03762")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def mark(name: str, comment: str = "", minutes: int = 0) -> Annotation:
    at = NOW + timedelta(minutes=minutes)
    kind = AnnotationKind.HIGHLIGHT
    return Annotation(
        id=name, kind=kind, edition="v1", page_index=0, quote="q", comment=comment, created=NOW, updated=at
    )


def git(folder: Path, *words: str, is_good: bool = True) -> str:
    own = ("-c", "user.name=A Reader", "-c", "user.email=reader@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *own, *words], cwd=folder, capture_output=True, text=True, check=False, env={"HOME": str(folder)}
    )
    assert (done.returncode == 0) is is_good, done.stdout + done.stderr
    return done.stdout


class Machines:
    """Two clones of a library, and the way from one to the other."""

    def __init__(self, folder: Path) -> None:
        first = Library.create(folder / "first")
        first.write(Paper(key=KEY, citekey="v", title="Attention", added=NOW, abstract="One.\nTwo.\nThree.\nFour.\n"))
        first.annotate(KEY, mark("shared"))
        first.append_note(KEY, "What both have.")
        first.add_to_list("mine", KEY, "Attention")
        git(first.root, "init", "-q", "-b", "main")
        self._commit(first.root)
        git(folder, "clone", "-q", "first", "second")
        self.first, self.second = first, Library.open(folder / "second")

    def join(self, *, has_conflict: bool = False) -> None:
        """Take what the second has said into the first."""
        self._commit(self.second.root)
        self._commit(self.first.root)
        git(
            self.first.root,
            "pull",
            "-q",
            "--no-rebase",
            "--no-edit",
            str(self.second.root),
            "main",
            is_good=not has_conflict,
        )

    def _commit(self, root: Path) -> None:
        git(root, "add", "--all")
        git(root, "commit", "-q", "--allow-empty", "-m", "more")


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    return Machines(tmp_path)


@needs_git
def test_what_both_have_marked_and_read_is_there(machines: Machines) -> None:
    for library, name in ((machines.first, "a"), (machines.second, "b")):
        library.annotate(KEY, mark(name))
        library.record_reading(KEY, Stay(at=NOW, edition="v1", page_index=0, page_count=3, seconds=20, quote=name))
        library.add_to_list(name, KEY, "Attention")
    machines.first.append_note(KEY, "Only the first.")
    machines.join()
    first = machines.first
    assert {found.id for found in first.annotations(KEY)} == {"shared", "a", "b"}
    assert {stay.quote for stay in first.reading(KEY) if isinstance(stay, Stay)} == {"a", "b"}
    assert [found.name for found in first.lists()] == ["a", "b", "mine"]
    assert first.broken_lines(KEY) == ()


@needs_git
@pytest.mark.parametrize("is_first_later", [True, False])
def test_of_two_comments_on_one_mark_the_later_holds_wherever_it_stands(
    machines: Machines, is_first_later: bool
) -> None:
    machines.first.annotate(KEY, mark("shared", "of the first", minutes=2 if is_first_later else 1))
    machines.second.annotate(KEY, mark("shared", "of the second", minutes=1 if is_first_later else 2))
    machines.first.record_reading(KEY, Declaration(at=NOW + timedelta(hours=is_first_later), status=Status.READ))
    machines.second.record_reading(
        KEY, Declaration(at=NOW + timedelta(hours=not is_first_later), status=Status.READING)
    )
    machines.join()
    (found,) = machines.first.annotations(KEY)
    assert found.comment == ("of the first" if is_first_later else "of the second")
    assert add_up(machines.first.reading(KEY)).status is (Status.READ if is_first_later else Status.READING)


@needs_git
def test_records_are_joined_where_git_can_and_conflict_visibly_where_it_cannot(machines: Machines) -> None:
    machines.first.change(KEY, lambda paper: replace(paper, title="Attention!"))
    machines.second.change(KEY, lambda paper: replace(paper, tags=("mine",)))
    machines.join()
    assert (machines.first.read(KEY).title, machines.first.read(KEY).tags) == ("Attention!", ("mine",))
    machines.first.change(KEY, lambda paper: replace(paper, tags=("theirs",)))
    machines.second.change(KEY, lambda paper: replace(paper, tags=("mine", "more")))
    machines.first.add_to_list("mine", PaperKey("other"), "Other")
    machines.second.add_to_list("mine", PaperKey("another"), "Another")
    machines.join(has_conflict=True)
    with pytest.raises(DamagedFile, match=r"paper\.toml"):
        machines.first.read(KEY)
    with pytest.raises(DamagedFile, match=r"mine\.toml"):
        machines.first.lists()
    assert [found.id for found in machines.first.annotations(KEY)] == ["shared"]


@needs_git
def test_only_what_is_the_readers_is_under_git(machines: Machines) -> None:
    machines.first.change(KEY, lambda paper: replace(paper, tags=("x",)))
    assert (machines.first.root / ".backups").is_dir()
    tracked = git(machines.first.root, "ls-files", "--cached", "--others", "--exclude-standard").split()
    assert tracked == [
        ".gitattributes",
        ".gitignore",
        "lists/mine.toml",
        "paperlab.toml",
        f"papers/{KEY}/annotations.jsonl",
        f"papers/{KEY}/notes.md",
        f"papers/{KEY}/paper.toml",
    ]


@needs_git
def test_line_ends_of_another_system_break_no_journal(machines: Machines) -> None:
    git(machines.second.root, "config", "core.autocrlf", "true")
    shutil.rmtree(machines.second.folder(KEY))
    git(machines.second.root, "checkout", "--", ".")
    assert b"\r" not in (machines.second.folder(KEY) / "annotations.jsonl").read_bytes()
    machines.second.annotate(KEY, mark("b"))
    machines.join()
    assert {found.id for found in machines.first.annotations(KEY)} == {"shared", "b"}


def test_a_library_is_given_what_it_lacks_for_git_and_nothing_is_overwritten(tmp_path: Path) -> None:
    Library.create(tmp_path)
    (tmp_path / ".gitattributes").unlink()
    (tmp_path / ".gitignore").write_text("mine\n")
    Library.create(tmp_path)
    assert "merge=union" in (tmp_path / ".gitattributes").read_text()
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def shuffled(path: Path, chance: random.Random) -> None:
    lines = path.read_text().splitlines()
    chance.shuffle(lines)
    path.write_text("".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("seed", range(8))
def test_a_journal_says_the_same_in_whatever_order_its_lines_stand(tmp_path: Path, seed: int) -> None:
    """Whatever the clock did meanwhile, and also after undone deletions."""
    chance = random.Random(seed)
    library = Library.create(tmp_path)
    library.write(Paper(key=KEY, citekey="v", title="Attention", added=NOW))
    expected: dict[str, str] = {}
    for number in range(40):
        name = chance.choice("abc")
        at = NOW + timedelta(minutes=chance.uniform(-1000, 1000))
        if name in expected and chance.random() < 0.3:
            library.remove_annotation(KEY, name, at)
            del expected[name]
        else:
            expected[name] = str(number)
            library.annotate(KEY, replace(mark(name, str(number)), updated=at))
    said: Callable[[], dict[str, str]] = lambda: {found.id: found.comment for found in library.annotations(KEY)}  # noqa: E731
    assert said() == expected
    shuffled(library.folder(KEY) / "annotations.jsonl", chance)
    assert said() == expected
