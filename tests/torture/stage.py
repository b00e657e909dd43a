"""The real program, run many times: a process that has loaded it forks for each run, which then may die.

`python -m torture.stage` reads one request a line as JSON and answers with one line each (`Ended`).
"""

import gc
import importlib
import json
import mmap
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from torture.faults import Disk, Fault, Operation, Trouble

_LOADED = (
    *("paperlab.cli.main", "paperlab.workbench", "paperlab.cli.marks_import", "paperlab.cli.pdf_export"),
    *(f"paperlab.services.{name}" for name in ("adding", "annotating", "checking", "comparing", "exporting")),
    *(f"paperlab.services.{name}" for name in ("importing", "indexing", "joining", "markdown_files", "noting")),
    *(f"paperlab.services.{name}" for name in ("pdf_copies", "restoring", "searching", "taking_over", "tracking")),
    *("paperlab.index.onnx_encoder", "paperlab.index.search", "paperlab.library.settings_file"),
    *("arxiv", "bibtexparser", "faiss", "filelock", "httpx2", "jinja2", "numpy", "onnxruntime", "pikepdf", "stamina"),
    *("tokenizers", "tomlkit"),
)
"""What commands need, so that a run is its own work and not the loading of modules."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_COUNT = struct.Struct("q")
_GLANCE_S = 2e-5


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL from outside, at an instant between two operations of the disk."""

    after: int
    """So many operations have begun."""
    wait_s: float
    """Since then."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    """Exit code; minus the signal's number if it was killed."""
    out: str
    err: str
    operations: tuple[Operation, ...]
    """What it asked of the disk; unknown (empty) if it was killed."""
    begun: int
    """So many operations, also if it was killed."""
    started_s: float
    """On the clock of the operations."""
    seconds: float

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def is_acknowledged(self) -> bool:
        return self.code == 0


class Stage:
    """One such process. To be closed."""

    def __init__(self, home: Path) -> None:
        tests = Path(__file__).resolve().parents[1]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join((str(tests.parent), str(tests))),
            "HOME": str(home),
            "PAPERLAB_OFFLINE": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "torture.stage"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def run(
        self,
        library: Path,
        words: Sequence[str],
        *,
        fault: Fault | None = None,
        kill: Kill | None = None,
        environment: Mapping[str, str] = _NOTHING,
    ) -> Ended:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {
            "library": str(library),
            "words": list(words),
            "fault": asdict(fault) if fault else None,
            "kill": asdict(kill) if kill else None,
            "environment": dict(environment),
        }
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return Ended(**answer | {"operations": tuple(Operation(**each) for each in answer["operations"])})

    def close(self) -> None:
        self._process.communicate()


def serve() -> None:
    for name in _LOADED:
        importlib.import_module(name)
    gc.freeze()  # a fork that collects garbage would copy all of this
    for line in sys.stdin:
        print(json.dumps(asdict(_answer(json.loads(line)))), flush=True)


def _answer(request: dict[str, Any]) -> Ended:
    begun = mmap.mmap(-1, _COUNT.size)  # shared with the fork
    with tempfile.TemporaryDirectory() as folder:
        told, out, err = (Path(folder, name) for name in ("operations", "out", "err"))
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _perform(request, begun, told, out, err)
        code = _waited_for(child, begun, Kill(**request["kill"]) if request["kill"] else None)
        seconds = time.monotonic() - started
        texts = [path.read_text("utf-8", "replace") if path.exists() else "" for path in (out, err, told)]
    operations = tuple(Operation(**each) for each in json.loads(texts[2] or "[]"))
    return Ended(code, texts[0], texts[1], operations, _count(begun), started, seconds)


def _count(begun: mmap.mmap) -> int:
    return int(_COUNT.unpack(begun[:])[0])


def _waited_for(child: int, begun: mmap.mmap, kill: Kill | None) -> int:
    if kill is not None:
        while _count(begun) < kill.after:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(_GLANCE_S)
        time.sleep(kill.wait_s)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _perform(request: dict[str, Any], begun: mmap.mmap, told: Path, out: Path, err: Path) -> None:
    """In the fork: never returns."""
    from paperlab.cli.main import run

    code = 70
    try:
        for number, path in ((0, os.devnull), (1, out), (2, err)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), number)
        os.environ.update(request["environment"])
        fault = request["fault"]
        disk = Disk(
            Path(request["library"]),
            Fault(Trouble(fault["trouble"]), fault["at"]) if fault else None,
            lambda number: begun.__setitem__(slice(None), _COUNT.pack(number)),
        )
        disk.put_in_place()
        code = run(["--library", request["library"], *request["words"]])
        sys.stdout.flush()
        sys.stderr.flush()
        told.write_text(json.dumps([asdict(each) for each in disk.operations]))
    except BaseException:  # a fork never returns into the loop of the one that made it
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve()
