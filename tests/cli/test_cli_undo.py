"""`paperlab undo` as a reader types it."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, put_paper

from paperlab.cli.main import run
from paperlab.config import user_config_file
from paperlab.library.library import Library

Captured = pytest.CaptureFixture[str]
ONE, TWO = "1706.03762", "1810.04805"


class Reader:
    """Types commands on a library with two papers."""

    def __init__(self, root: Path, capsys: Captured) -> None:
        desk = Desk(root)
        put_paper(desk, ONE)
        put_paper(desk, TWO, title="BERT")
        desk.store.close()
        self.library = Library.open(root)
        self._capsys = capsys

    def type(self, *words: str, code: int = 0) -> str:
        assert run(["--library", str(self.library.root), *words]) == code
        self.told = self._capsys.readouterr()
        return self.told.out + (self.told.err if code else "")

    def json(self, *words: str) -> Any:
        return json.loads(self.type("--json", *words))

    @property
    def tags(self) -> list[tuple[str, ...]]:
        return [self.library.read(key).tags for key in self.library.keys()]  # noqa: SIM118  (a library is no dict)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test has set is nothing to undo here."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def reader(tmp_path: Path, capsys: Captured) -> Reader:
    return Reader(tmp_path / "library", capsys)


def test_a_command_on_many_papers_is_one_step(reader: Reader) -> None:
    reader.type("tag", ONE, TWO, "-a", "later on")
    reader.type("status", ONE, "reading")
    assert reader.type("undo").startswith(f"undone: status {ONE} reading (20")
    assert reader.told.err == "paperlab: `paperlab undo 1` takes that back\n"
    assert reader.type("undo").startswith(f"undone: tag {ONE} {TWO} -a 'later on' (")
    assert reader.tags == [(), ()]
    assert reader.type("undo", "1").startswith("undone: undo tag")
    assert reader.tags == [("later on",), ("later on",)]
    assert reader.told.err.startswith("paperlab: `paperlab undo 1`")
    reader.type("undo", "1")
    assert reader.tags == [(), ()]
    told = [step["did"].split(f" {ONE}")[0] for step in reader.json("undo", "--list", "-n", "6")]
    assert told == ["undo tag", "redo tag", "undo tag", "undo status", "status", "tag"]


def test_the_list_shows_what_was_done_and_what_is_undone(reader: Reader) -> None:
    reader.type("tag", ONE, TWO, "--add", "x", "--json")
    reader.type("undo")
    undo, tag = reader.type("undo", "--list", "-n", "2").splitlines()
    assert undo.startswith("1  20")
    assert undo.endswith(f"  undo tag {ONE} {TWO} --add x  2 files")
    assert tag.endswith(f"  tag {ONE} {TWO} --add x       undone")
    undo, tag = reader.json("undo", "--list", "-n", "2")
    assert (tag["state"], tag["undone"], undo["undoes"]) == ("undone", True, tag["id"])
    assert tag["files"] == [f"papers/{ONE}/paper.toml", f"papers/{TWO}/paper.toml"]
    assert undo["process"] == os.getpid()


def test_a_setting_is_undone_by_whoever_has_a_library(reader: Reader) -> None:
    reader.type("config", "set", "reader_width", "60")
    reader.type("config", "set", "reader_width", "70")
    assert reader.json("undo")["did"] == "config set reader_width 70"
    assert user_config_file().read_text() == "reader_width = 60\n"
    reader.type("undo")
    assert not user_config_file().exists()
    reader.type("undo", "1")
    assert user_config_file().read_text() == "reader_width = 60\n"


def test_notes_from_an_editor_are_undone(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; open(sys.argv[1], 'a').write('by an editor\\n')"
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, "-c", program]))
    reader.type("note", ONE, "-m", "First.")
    words = [sys.executable, "-m", "paperlab", "--library", str(reader.library.root), "note", ONE]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # an editor wants a terminal, or a file
    path = reader.library.notes_path(reader.library.read(reader.library.keys()[0]).key)
    assert path.read_text() == "First.\nby an editor\n"
    reader.type("undo")
    assert path.read_text() == "First.\n"


def test_what_other_processes_do_at_once_are_steps_of_their_own(reader: Reader) -> None:
    words = [sys.executable, "-m", "paperlab", "--library", str(reader.library.root), "tag"]
    both = [subprocess.Popen([*words, key, "-a", "x"], stdout=subprocess.DEVNULL) for key in (ONE, TWO)]
    assert [process.wait() for process in both] == [0, 0]
    steps = reader.json("undo", "--list", "-n", "2")
    assert {step["process"] for step in steps} == {process.pid for process in both}
    reader.type("undo")
    assert sorted(reader.tags) == [(), ("x",)]
    reader.type("undo")
    assert reader.tags == [(), ()]


def test_a_command_that_failed_halfway_is_undone_as_far_as_it_came(reader: Reader, tmp_path: Path) -> None:
    bad = tmp_path / "bad.bib"
    bad.write_text("@book{good, title = {Good}, author = {A, B}, year = 2001}\n@book{bad, title = \n")
    reader.type("add", str(bad), "--no-index", code=1)
    assert len(reader.library.keys()) == 3
    reader.type("undo")
    assert len(reader.library.keys()) == 2


def test_nothing_to_undo_and_wrong_words_are_told(tmp_path: Path, capsys: Captured) -> None:
    library = ["--library", str(Library.create(tmp_path / "library").root)]
    assert run([*library, "undo"]) == 1
    assert run([*library, "undo", "--list"]) == 0
    assert run([*library, "undo", "7"]) == 2
    assert run([*library, "undo", "7", "--list"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "paperlab: there is nothing to undo (`paperlab undo --list` shows what was done)",
        "paperlab: nothing was done yet",
        "paperlab: there is no step 7 (`paperlab undo --list` shows their numbers)",
        "paperlab: --list takes no number (`paperlab undo N` takes a step back)",
    ]
