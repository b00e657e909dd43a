"""The main job on real papers, from the stand-in for arXiv: the real program in processes of its own."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def arxiv_url(real_data: Path) -> Iterator[str]:
    stand_in = real_data.parent / "tools" / "arxiv_stand_in.py"
    if not stand_in.is_file():
        pytest.skip("no stand-in for arXiv beside the checkout")
    words = [sys.executable, str(stand_in), str(real_data / "papers"), "--fault", "503", "--fault", "reset"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1]
        server.terminate()


class Program:
    """paperlab on one library, as a reader runs it."""

    def __init__(self, folder: Path, arxiv_url: str) -> None:
        self.library = folder / "library"
        self._environment = {
            **os.environ,
            "HOME": str(folder / "home"),
            "PAPERLAB_ARXIV_URL": arxiv_url,
            "PAPERLAB_ARXIV_DELAY_S": "0.1",
            "NO_COLOR": "1",
        }

    def run(self, *words: str, fails: bool = False) -> str:
        command = [sys.executable, "-m", "paperlab", "--library", str(self.library), *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=300)
        assert (done.returncode != 0) == fails, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if fails else done.stdout

    def kill_after(self, seconds: float, *words: str) -> None:
        command = [sys.executable, "-m", "paperlab", "--library", str(self.library), *words]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            process.kill()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, arxiv_url: str) -> Program:
    """With Attention in the library, although the server was busy and cut the download once."""
    program = Program(tmp_path_factory.mktemp("real"), arxiv_url)
    program.run("init")
    (outcome,) = json.loads(program.run("--json", "add", "https://arxiv.org/abs/1706.03762"))
    assert (outcome["status"], outcome["edition"], outcome["pages"]) == ("added", "v7", 15)
    return program


def test_the_question_of_the_square_root_is_answered_by_page_4(program: Program) -> None:
    question = "why are dot products divided by the square root of the dimension"
    answer = json.loads(program.run("--json", "search", question))
    assert (answer["mode"], answer["hits"][0]["key"], answer["hits"][0]["pages"]) == ("hybrid", "1706.03762", [4, 4])


def test_record_and_sections_are_those_of_the_paper(program: Program) -> None:
    shown = json.loads(program.run("--json", "show", "vaswani2017attention"))
    assert shown["title"] == "Attention Is All You Need"
    assert len(shown["authors"]) == 8
    numbered = [(s["title"].split()[0], s["level"]) for s in shown["sections"] if s["title"][0].isdigit()]
    assert len(numbered) == 22
    assert all(level == number.count(".") + 1 for number, level in numbered)


def test_adding_again_changes_no_file(program: Program) -> None:
    files = {path: path.read_bytes() for path in (program.library / "papers").rglob("*") if path.is_file()}
    (outcome,) = json.loads(program.run("--json", "add", "arXiv:1706.03762v7"))
    assert outcome["status"] == "present"
    assert {path: path.read_bytes() for path in (program.library / "papers").rglob("*") if path.is_file()} == files


def test_a_quote_is_found_marked_and_exported(program: Program) -> None:
    quote = "pushing the softmax function into re-\ngions where it has extremely small gradients"
    (match,) = json.loads(program.run("--json", "find", quote))["matches"]
    assert (match["page"], match["exact"]) == (4, True)
    program.run("highlight", "1706.03762", "--quote", quote, "--comment", "so we scale")
    exported = program.run("export", "1706.03762", "--format", "markdown")
    assert "## 3.2.1 Scaled Dot-Product Attention" in exported
    assert "so we scale" in exported


def test_an_unknown_and_a_malformed_id_fail_in_one_line_and_leave_nothing(program: Program) -> None:
    for wrong in ("2101.99999", "1713.03762", "1706X03762"):
        assert program.run("add", wrong, fails=True).count("\n") == 1
    assert [path.name for path in (program.library / "papers").iterdir()] == ["1706.03762"]


def test_an_older_edition_joins_and_differs_by_one_sentence(program: Program, real_data: Path) -> None:
    (outcome,) = json.loads(program.run("--json", "add", "1706.03762v5"))
    assert (outcome["status"], outcome["edition"]) == ("added", "v5")
    shown = json.loads(program.run("--json", "show", "1706.03762"))
    assert (shown["edition"], shown["editions"]) == ("v7", ["v5", "v7"])
    told = json.loads(program.run("--json", "diff", "1706.03762"))
    ((change,),) = (section["changes"] for section in told["sections"])
    assert (told["from"], told["to"], change["status"], change["pages"]) == ("v5", "v7", "added", [None, 1])
    assert change["after"].startswith("Provided proper attribution is provided, Google hereby grants permission")
    for copy in sorted((real_data / "annotated_reader").glob("1706.03762v5__*.pdf")):
        told = json.loads(program.run("--json", "diff", "1706.03762", "v5", str(copy)))
        assert told["sections"] == [], copy.name


def test_an_update_that_is_killed_loses_nothing(arxiv_url: str, tmp_path: Path) -> None:
    reader = Program(tmp_path, arxiv_url)
    reader.run("init")
    reader.run("add", "--no-index", "1706.03762v5")
    old = (reader.library / "papers" / "1706.03762" / "v5.pdf").read_bytes()
    reader.kill_after(1.5, "fetch", "--update")
    told = json.loads(reader.run("--json", "list"))
    assert told[0]["editions"] in (["v5"], ["v5", "v7"])
    (outcome,) = json.loads(reader.run("--json", "fetch", "--update"))
    assert (outcome["edition"], outcome["error"]) == ("v7", "")
    assert json.loads(reader.run("--json", "list"))[0]["editions"] == ["v5", "v7"]
    assert (reader.library / "papers" / "1706.03762" / "v5.pdf").read_bytes() == old
    assert json.loads(reader.run("--json", "doctor"))["ok"]


def test_the_library_is_sound_afterwards(program: Program) -> None:
    assert json.loads(program.run("--json", "doctor")) == {"ok": True, "findings": [], "mended": []}
    assert json.loads(program.run("--json", "index", "verify"))["problems"] == []
