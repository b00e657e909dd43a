"""Another process that holds a lock."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLDER = """
import sys, time
from pathlib import Path
from paperlab.library.locks import Locks
locks = Locks(Path(sys.argv[1]))
locks.command = "paperlab index"
with locks.hold(sys.argv[2], 5):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def process(code: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    """A child that runs some code; it is gone after the block."""
    started = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def said(program: subprocess.Popen[str]) -> str:
    """Its next line."""
    assert program.stdout is not None
    return program.stdout.readline().strip()


@contextmanager
def another_process_holding(folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    with process(HOLDER, folder, name) as holder:
        assert said(holder) == "held"
        yield holder
