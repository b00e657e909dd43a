"""Beginnings: no library yet, no extra, and a job whose starter has gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from paperlab.cli.main import run
from paperlab.config import Settings
from paperlab.domain.identifiers import PaperKey
from paperlab.workbench import Workbench

WITHOUT = """
import sys
class No:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {'aiohttp', 'textual_serve'}:
            raise ModuleNotFoundError(f'No module named {name}', name=name.partition('.')[0])
sys.meta_path.insert(0, No())
from paperlab.cli.main import run
sys.exit(run(['serve']))
"""
JOB = """
import sys, time
from pathlib import Path
from paperlab.cli.invocation import Invocation
Invocation(library=None, offline=True, as_json=True, steps=True, call=None, closing=None).watcher()
print('begun', flush=True)
time.sleep(60)
"""


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)


@pytest.mark.usefixtures("terminal")
def test_the_tui_makes_the_users_own_library_where_there_is_none(tmp_path: Path) -> None:
    opened: list[Path] = []

    def open_tui(workbench: Workbench, _: PaperKey | None, __: int | None) -> None:
        assert workbench.settings == Settings(origins={})
        opened.append(workbench.library.root)

    assert run([], open_tui) == 0
    assert run([], open_tui) == 0
    assert opened[0] == opened[1]
    assert opened[0].is_relative_to(tmp_path / "home")
    assert (opened[0] / "paperlab.toml").is_file()


@pytest.mark.usefixtures("terminal")
def test_no_other_command_makes_a_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["list"], ["read", "1706.03762"], ["--library", str(tmp_path / "nowhere")]):
        assert run(words) == 1
        assert "paperlab init" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_without_a_terminal_no_library_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)
    assert run([]) == 1
    assert "no library here" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_without_its_extra_serve_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stderr == "paperlab: the TUI in a browser needs an extra (pip install 'paperlab[serve]')\n"


def test_a_job_ends_with_its_starter() -> None:
    job = subprocess.Popen(
        [sys.executable, "-c", JOB], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert job.stdin is not None
    assert job.stdout is not None
    with job.stdout:
        assert job.stdout.readline() == b"begun\n"
        job.stdin.close()  # as it happens when the starter is killed
        assert job.wait(20) == -15


def test_a_job_that_is_started_by_hand_goes_on_without_input() -> None:
    words = [sys.executable, "-c", JOB.replace("time.sleep(60)", "time.sleep(0.3); print('done')")]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.stdout == "begun\ndone\n"
