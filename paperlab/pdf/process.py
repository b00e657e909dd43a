"""The child process that touches PDFs: started, watched and ended by its parent.

A PDF is hostile input and MuPDF is neither safe to call from threads nor quick to give up, so no PDF is ever opened in
the process of the reader. What comes back is JSON, never a pickle. What the child may not do is in `sandbox`, what it
may cost in `budget`.
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

from paperlab.pdf.budget import Account
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
_LONGEST_LINE = 96 << 20
"""Bytes of a message: a picture takes the most, 64 MB where nothing in it repeats."""
_LOOK_EVERY_S = 0.05 if sys.platform == "linux" else 1.0
"""How often the child's memory is looked at."""


class ChildEnded(Exception):
    """The child ended, or was ended, without an answer."""

    def __init__(self, reason: str, *, was_slow: bool = False, was_large: bool = False) -> None:
        super().__init__(reason)
        self.was_slow = was_slow
        self.was_large = was_large


def ask(
    request: Mapping[str, Any],
    account: Account,
    on_message: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Send a request to a new child and wait for its answer, the message that has a `result` or an `error`.

    Args:
        request: What to do; see `paperlab.pdf.child`. What it may cost is added.
        account: Of the file; other children may have drawn on it.
        on_message: Called in this thread for every other message.

    Raises:
        ChildEnded: It crashed, or a limit ended it.
    """
    child = Child()
    try:
        return child.ask({**request, **costs(account)}, account, on_message)
    finally:
        child.close()


def costs(account: Account) -> dict[str, Any]:
    """What a child is told of its limits: those that the system keeps for it."""
    limits = account.limits
    return {
        "memory_bytes": limits.memory_bytes,
        "page_bytes": limits.page_bytes,
        "pages": limits.pages,
        "processor_s": int(limits.total_s) * 4 + 1,
    }


class Child:
    """A running child. It is dead when it is closed, and the system ends it when its parent is gone."""

    def __init__(self, *requests: Mapping[str, Any]) -> None:
        """Start it, with requests that have no answer of their own."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (open as long as the child)
        line, self._lifeline = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "paperlab.pdf.child", str(line)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            pass_fds=(line,),
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us: we end the child
        )
        os.close(line)
        self._requests = list(requests)
        self._lines = _lines_of(self._process)

    def ask(
        self,
        request: Mapping[str, Any],
        account: Account,
        on_message: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """As the function of that name. A child that was given up is of no use any more: close it."""
        assert self._process.stdin is not None
        try:
            for message in (*self._requests, request):
                self._process.stdin.write(encode(message))
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ChildEnded(_last_words(self._process, self._errors)) from None
        self._requests.clear()
        while True:
            line = self._next_line(account)
            if line is None:
                words, was_large = _last_words(self._process, self._errors), _ran_out_of_memory(self._errors)
                raise ChildEnded(words, was_large=was_large)
            message = json.loads(line)
            if "result" in message or "error" in message:
                return dict(message)
            account.see(message)
            on_message(message)

    def _next_line(self, account: Account) -> bytes | None:
        """What the child says next, None at its end.

        Raises:
            ChildEnded: It was silent for too long, or its time is over, or it has grown too large.
        """
        silent_until = time.monotonic() + account.silence_s()
        while True:
            if _resident_bytes(self._process.pid) > account.memory_bytes():
                raise ChildEnded("it needs too much memory", was_large=True)
            left = min(silent_until - time.monotonic(), account.left_s())
            try:
                return self._lines.get(timeout=max(0.0, min(left, _LOOK_EVERY_S)))
            except queue.Empty:
                if left <= 0:
                    raise ChildEnded("it took too long", was_slow=True) from None

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)
        os.close(self._lifeline)
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


def _resident_bytes(pid: int) -> int:
    """What a process has in memory; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        if sys.platform == "linux":
            return 0
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return int(told) << 10 if told.strip().isdigit() else 0


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
