"""The default model's graph in the cache: made once, checked always, made anew when anything is wrong with it."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paperlab.errors import ModelUnavailable, ModelUnprepared
from paperlab.index import onnx_encoder
from paperlab.index.minilm_graph import Precision
from paperlab.index.onnx_encoder import OnnxEncoder, packaged_model, prepared_graph, suited_precision

WEIGHTS = packaged_model() / "model.safetensors"


def kept_file(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


@pytest.mark.parametrize(("precision", "limit"), [(Precision.FP32, 100_000), (Precision.INT8, 12_000_000)])
def test_the_graph_is_made_once(tmp_path: Path, precision: Precision, limit: int) -> None:
    cache = tmp_path / "not" / "there" / "yet"
    graph = prepared_graph(WEIGHTS, cache, precision)
    before = kept_file(cache).stat()
    assert prepared_graph(WEIGHTS, cache, precision, may_prepare=False) == graph
    after = kept_file(cache).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert len(graph) < limit


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:0], lambda b: b[:5000] + b"\x00" + b[5001:], lambda b: b + b"x"]
)
def test_a_damaged_graph_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    graph = prepared_graph(WEIGHTS, tmp_path, Precision.INT8)
    file = kept_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    with pytest.raises(ModelUnprepared):
        prepared_graph(WEIGHTS, tmp_path, Precision.INT8, may_prepare=False)
    assert prepared_graph(WEIGHTS, tmp_path, Precision.INT8) == graph
    assert file.read_bytes() == whole
    assert OnnxEncoder.load(packaged_model(), tmp_path, Precision.INT8).encode(["still here"]).shape == (1, 384)


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    encoder = OnnxEncoder.load(packaged_model(), blocked / "cache", may_prepare=False)
    assert encoder.encode(["x"]).shape == (1, 384)


def test_where_there_is_no_time_to_prepare_that_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(ModelUnprepared):
        OnnxEncoder.load(packaged_model(), tmp_path, may_prepare=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the signs are those of x86")
def test_integers_are_for_processors_that_multiply_them(tmp_path: Path) -> None:
    cpu = tmp_path / "cpuinfo"
    cpu.write_text("processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_vnni\n")
    assert suited_precision(cpu) is Precision.INT8
    cpu.write_text("processor\t: 0\nflags\t\t: fpu avx2 avx512f\n")
    assert suited_precision(cpu) is Precision.FP32
    assert suited_precision(tmp_path / "no such file") is Precision.FP32


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
