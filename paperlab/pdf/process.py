"""The child process that touches PDFs: started, watched and ended by its parent.

A PDF is hostile input and MuPDF is neither safe to call from threads nor quick to give up, so no PDF is ever opened in
the process of the reader. What comes back is JSON, never a pickle.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from paperlab.pdf.wire import encode

_KEPT = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
)
"""All of the environment that Python and its libraries need."""
_LONGEST_LINE = 256 * 1024 * 1024
"""Bytes of a message; no paper comes near it."""


class ChildEnded(Exception):
    """The child ended, or was ended, without an answer."""

    def __init__(self, reason: str, *, was_slow: bool = False, was_large: bool = False) -> None:
        super().__init__(reason)
        self.was_slow = was_slow
        self.was_large = was_large


def ask(
    request: Mapping[str, Any],
    *,
    step_s: float,
    total_s: float,
    on_message: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Send a request to a new child and wait for its answer, the message that has a `result` or an `error`.

    Args:
        request: What to do; see `paperlab.pdf.child`.
        step_s: Longest silence between two messages, in seconds.
        total_s: Longest time for all.
        on_message: Called in this thread for every other message.

    Raises:
        ChildEnded: It crashed, or a limit ended it.
    """
    child = Child()
    try:
        return child.ask(request, step_s=step_s, total_s=total_s, on_message=on_message)
    finally:
        child.close()


class Child:
    """A running child. It is dead when it is closed, and ends by itself when its parent is gone."""

    def __init__(self, *requests: Mapping[str, Any]) -> None:
        """Start it, with requests that have no answer of their own."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the child)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "paperlab.pdf.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us: we end the child
        )
        self._requests = list(requests)
        self._lines = _lines_of(self._process)

    def ask(
        self,
        request: Mapping[str, Any],
        *,
        step_s: float,
        total_s: float,
        on_message: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """As the function of that name. A child that was too slow is of no use any more: close it."""
        assert self._process.stdin is not None
        try:
            for message in (*self._requests, request):
                self._process.stdin.write(encode(message))
            self._process.stdin.flush()  # stdin stays open: its end tells the child that we are gone
        except BrokenPipeError:
            raise ChildEnded(_last_words(self._process, self._errors)) from None
        self._requests.clear()
        deadline = time.monotonic() + total_s
        while True:
            left = min(step_s, deadline - time.monotonic())
            try:
                line = self._lines.get(timeout=max(0.0, left))
            except queue.Empty:
                raise ChildEnded("it took too long", was_slow=True) from None
            if line is None:
                words, was_large = _last_words(self._process, self._errors), _ran_out_of_memory(self._errors)
                raise ChildEnded(words, was_large=was_large)
            message = json.loads(line)
            if "result" in message or "error" in message:
                return dict(message)
            on_message(message)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)
        self._errors.close()


def _close(stream: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        stream.close()


def _environment() -> dict[str, str]:
    import paperlab

    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    root = str(Path(paperlab.__file__).parents[1])
    paths = [root, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return kept | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUTF8": "1",
        "HF_HUB_OFFLINE": "1",
        "PYMUPDF_SUGGEST_LAYOUT_ANALYZER": "0",
    }


def _lines_of(process: subprocess.Popen[bytes]) -> queue.Queue[bytes | None]:
    """The child's messages as they come; None at the end."""
    lines: queue.Queue[bytes | None] = queue.Queue()
    stdout = process.stdout
    assert stdout is not None

    def pump() -> None:
        try:
            while (line := stdout.readline(_LONGEST_LINE)).endswith(b"\n"):
                lines.put(line)
        except ValueError:  # closed by the parent, who has left
            return
        lines.put(None)

    threading.Thread(target=pump, name="pdf child", daemon=True).start()
    return lines


def _last_words(process: subprocess.Popen[bytes], errors: IO[bytes]) -> str:
    code = process.wait()
    if code < 0:
        return f"the parser crashed ({signal.Signals(-code).name})"
    words = _stderr(errors)
    return f"the parser failed ({words[-1][:200]})" if words else f"the parser failed (exit code {code})"


def _ran_out_of_memory(errors: IO[bytes]) -> bool:
    words = " ".join(_stderr(errors)[-3:])
    return any(sign in words for sign in ("MemoryError", "bad_alloc", "malloc", "Cannot allocate memory"))


def _stderr(errors: IO[bytes]) -> list[str]:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 4096))
    return [line for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
