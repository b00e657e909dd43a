"""Every command on a library in which every field is hostile: nothing of it reaches the terminal but plain text."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from torture.hostile import KEY, LINES, PAYLOAD, Scene, build, leaked

from paperlab.cli.main import run
from paperlab.cli.verbs import app

SLOW = frozenset({"import", "pdf"})
"""What reads PDFs each time: tried once here, and in each way by `python -m torture.hostile`."""
VERBS = tuple(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  (a group)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    scene = build(tmp_path_factory.mktemp("hostile"))
    assert run(["--library", str(scene.library), "--offline", "index"]) == 0
    return scene


@pytest.fixture
def scene(indexed: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A copy for each test."""
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(indexed.library, tmp_path / "library")
    return Scene(tmp_path / "library", indexed.folder, tmp_path / "out")


def test_every_verb_is_tried() -> None:
    assert set(VERBS) == set(LINES)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_sends_nothing_of_hostile_data_but_plain_text(
    scene: Scene, verb: str, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = list(scene.lines(verb))
    lines += [[*line, "--json"] for line in lines if not SLOW.intersection(line)]
    for line in (*lines, [*lines[-1], "-v"]):
        run(["--library", str(scene.library), "--offline", *line])
        captured = capfd.readouterr()
        assert captured.out or captured.err, line
        assert leaked(captured.out) == [], line
        assert leaked(captured.err) == [], line


def test_what_is_hostile_is_shown_all_the_same(scene: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    run(["--library", str(scene.library), "show", KEY])
    shown = capfd.readouterr().out
    assert "[red]markup[/red]" in shown
    assert "{{ 7*7 }}" in shown
    assert "]0;owned" in shown
    run(["--library", str(scene.library), "note", KEY, "--print", "--json"])
    assert json.loads(capfd.readouterr().out)["text"].startswith(f"# {PAYLOAD}")
