"""Heavy libraries are loaded by the commands that need them and by no other. Each test asks a fresh interpreter."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "torch",
    "sentence_transformers",
    "pymupdf",
    "pikepdf",
    "textual",
    "faiss",
    "onnx",
    "onnxruntime",
    "httpx2",
    "arxiv",
    "numpy",
    "requests",
)
SCRIPT = """
import json, sys
from paperlab.cli.main import run
code = run(json.loads(sys.argv[1]))
loaded = [name for name in json.loads(sys.argv[2]) if name in sys.modules]
print(json.dumps({"code": code, "loaded": loaded}), file=sys.stderr)
"""


def loaded_by(words: list[str], home: Path) -> set[str]:
    environment = {**os.environ, "HOME": str(home), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(words), json.dumps(HEAVY)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["code"] == 0, done.stderr
    return set(told["loaded"])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from paperlab.library.library import Library

    root = tmp_path_factory.mktemp("hygiene") / "library"
    Library.create(root)
    record = 'key = "1706.03762"\ncitekey = "vaswani2017attention"\ntitle = "Attention"\nauthors = ["A. V."]\n'
    record += "added = 2026-01-01T00:00:00Z\n"
    (root / "papers" / "1706.03762").mkdir(parents=True)
    (root / "papers" / "1706.03762" / "paper.toml").write_text(record)
    return root


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["status", "1706.03762", "read"],
        ["note", "1706.03762", "-m", "x"],
        ["lists"],
        ["config"],
        ["show", "1706.03762"],
        ["progress"],
        ["export", "--format", "bibtex"],
    ],
    ids=lambda words: words[0],
)
def test_everyday_commands_load_nothing_heavy(library: Path, tmp_path: Path, words: list[str]) -> None:
    assert loaded_by(["--library", str(library), *words], tmp_path) == set()


def test_a_search_loads_neither_torch_nor_pymupdf(library: Path, tmp_path: Path) -> None:
    loaded = loaded_by(["--library", str(library), "index", "status"], tmp_path)
    assert not loaded & {"torch", "sentence_transformers", "pymupdf", "textual"}


def test_no_library_reports_to_its_makers(tmp_path: Path) -> None:
    """ONNX Runtime would write an identifier of the machine into the home as soon as it is imported."""
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        environment.pop(name, None)
    subprocess.run([sys.executable, "-c", "import paperlab, onnxruntime"], env=environment, check=True)
    assert not list(tmp_path.rglob("*"))
