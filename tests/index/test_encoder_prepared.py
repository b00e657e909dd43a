"""The default model's graph in the cache: made once, checked always, made anew when anything is wrong with it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paperlab.errors import ModelUnavailable
from paperlab.index import onnx_encoder
from paperlab.index.onnx_encoder import OnnxEncoder, packaged_model, prepared_graph

WEIGHTS = packaged_model() / "model.safetensors"


def kept_file(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def test_the_graph_is_made_once(tmp_path: Path) -> None:
    cache = tmp_path / "not" / "there" / "yet"
    graph = prepared_graph(WEIGHTS, cache)
    before = kept_file(cache).stat()
    assert prepared_graph(WEIGHTS, cache) == graph
    after = kept_file(cache).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert len(graph) < 100_000


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:0], lambda b: b[:5000] + b"\x00" + b[5001:], lambda b: b + b"x"]
)
def test_a_damaged_graph_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    graph = prepared_graph(WEIGHTS, tmp_path)
    file = kept_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert prepared_graph(WEIGHTS, tmp_path) == graph
    assert file.read_bytes() == whole
    assert OnnxEncoder.load(packaged_model(), tmp_path).encode(["still here"]).shape == (1, 384)


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert OnnxEncoder.load(packaged_model(), blocked / "cache").encode(["x"]).shape == (1, 384)


def test_weights_that_changed_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged_model(), folder)
    OnnxEncoder.load(folder, tmp_path / "cache")
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"\xff\xff\xff\x7f")
    with pytest.raises(ModelUnavailable, match="damaged") as raised:
        OnnxEncoder.load(folder, tmp_path / "cache")
    assert "reinstall" in raised.value.hint


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_told(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in {"model.safetensors", "tokenizer.json"} - {missing}:
        shutil.copy(packaged_model() / name, folder)
    with pytest.raises(ModelUnavailable) as raised:
        OnnxEncoder.load(folder, tmp_path / "cache")
    assert raised.value.hint


def test_two_processes_may_prepare_at_once(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from paperlab.index.onnx_encoder import OnnxEncoder, packaged_model\n"
        "print(OnnxEncoder.load(packaged_model(), Path(sys.argv[1])).encode(['both'])[0, :3].tolist())\n"
    )
    root = Path(onnx_encoder.__file__).parents[2]
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=root)
        for _ in range(3)
    ]
    answers = {process.communicate(timeout=60)[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(answers) == 1
    assert kept_file(tmp_path).suffix == ".onnx"
