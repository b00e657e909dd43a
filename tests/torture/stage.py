"""The real program, run many times: a process that has loaded it forks for each run, which then may die.

`python -m torture.stage` reads one request a line (`Run` as JSON) and answers with one line each (`Ended`).
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from torture.faults import Disk, Fault, Trouble


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    """Exit code; minus the signal's number if it was killed."""
    out: str
    err: str
    operations: tuple[str, ...]
    """What it asked of the disk; unknown (empty) if it was killed."""
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
        self, library: Path, words: Sequence[str], *, fault: Fault | None = None, kill_after_s: float | None = None
    ) -> Ended:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {
            "library": str(library),
            "words": list(words),
            "fault": asdict(fault) if fault else None,
            "kill_after_s": kill_after_s,
        }
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        return Ended(**answer | {"operations": tuple(answer["operations"])})

    def close(self) -> None:
        self._process.communicate()


def serve() -> None:
    # what most commands need, so that a run is its own work and not the loading of modules
    import paperlab.cli.main
    import paperlab.services.adding
    import paperlab.services.annotating
    import paperlab.services.checking
    import paperlab.services.exporting
    import paperlab.services.indexing
    import paperlab.services.noting
    import paperlab.services.tracking
    import paperlab.workbench  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(asdict(_answer(json.loads(line)))), flush=True)


def _answer(request: dict[str, object]) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        told, out, err = (Path(folder, name) for name in ("operations", "out", "err"))
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _perform(request, told, out, err)
        limit = request["kill_after_s"]
        code = _waited_for(child, limit if isinstance(limit, float | int) else None)
        seconds = time.monotonic() - started
        texts = [path.read_text("utf-8", "replace") if path.exists() else "" for path in (out, err, told)]
    return Ended(code, texts[0], texts[1], tuple(texts[2].splitlines()), seconds)


def _waited_for(child: int, kill_after_s: float | None) -> int:
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _perform(request: dict[str, object], told: Path, out: Path, err: Path) -> None:
    """In the fork: never returns."""
    from paperlab.cli.main import run

    code = 70
    try:
        for number, path in ((0, os.devnull), (1, out), (2, err)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), number)
        library, words, fault = request["library"], request["words"], request["fault"]
        assert isinstance(library, str)
        assert isinstance(words, list)
        found = Fault(Trouble(fault["trouble"]), fault["at"]) if isinstance(fault, dict) else None
        disk = Disk(Path(library), found)
        disk.put_in_place()
        code = run(["--library", library, *words])
        sys.stdout.flush()
        sys.stderr.flush()
        told.write_text("\n".join(disk.operations))
    except BaseException:  # a fork never returns into the loop of the one that made it
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve()
