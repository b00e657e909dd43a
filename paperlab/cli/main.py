"""The one `try` around every command, and the order of the words before it."""

import contextlib
import io
import json
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import typer
from typer._click.exceptions import (
    ClickException,
)  # typer 0.29 has its own click inside and re-exports half of its errors

from paperlab.cli.invocation import Call, OpenTui, no_tui
from paperlab.cli.printing import tell_the_log
from paperlab.cli.verbs import app
from paperlab.errors import PaperlabError, UsageError

_VERBOSE = frozenset({"-v", "--verbose"})
_FLAGS = frozenset({"--json", "--offline", "--steps"}) | _VERBOSE
_WITH_VALUE = "--library"
INTERRUPTED = 130


def run(words: Sequence[str], open_tui: OpenTui = no_tui) -> int:
    """Carry out one command line.

    Args:
        open_tui: Runs the TUI until its reader leaves it.

    Returns:
        The exit code: 0 done, 1 failed or nothing found, 2 wrong usage, 130 interrupted.
    """
    _make_writable()
    tell_the_log()
    is_verbose = not _VERBOSE.isdisjoint(words)
    try:
        first, rest = _parted(words)
        call = Call(open_tui, shlex.join(rest))
        outcome = app([*first, *rest], standalone_mode=False, prog_name="paperlab", obj=call)
        sys.stdout.flush()
        if outcome == INTERRUPTED:  # typer has caught ctrl-c and tells by its exit code alone
            _complain("interrupted", "")
        return outcome if isinstance(outcome, int) else 0
    except PaperlabError as error:
        _complain(error.message, error.hint, is_verbose=is_verbose)
        return error.exit_code
    except ClickException as error:
        is_text = any(word.startswith("-") and " " in word for word in words)  # a query or a quote, taken for options
        hint = "a text that begins with - goes behind --" if is_text else "see `paperlab --help`"
        _complain(error.format_message().rstrip("."), hint)
        return UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted", "")
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough: `paperlab list | head`
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(f"{where}{error.strerror or error}", "", is_verbose=is_verbose)
        return PaperlabError.exit_code


def _make_writable() -> None:
    """No title is too strange for a terminal's encoding, and a stream that was closed swallows what it is given."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (for the rest of the run)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The global options, wherever the reader has put them before a `--`, and the other words."""
    first: list[str] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            rest += [word, *left]
        elif word in _FLAGS or word.startswith(f"{_WITH_VALUE}="):
            first.append(word)
        elif word == _WITH_VALUE:
            first += [word, *(value for value in [next(left, None)] if value is not None)]
        else:
            rest.append(word)
    return first, rest


def _complain(message: str, hint: str, *, is_verbose: bool = False) -> None:
    """Say what failed, in one line; where it failed, before that, for those who want to know."""
    if is_verbose:
        print(_printable(traceback.format_exc()), file=sys.stderr)
    line = " ".join(f"paperlab: {message} ({hint})".split()) if hint else " ".join(f"paperlab: {message}".split())
    print(_printable(line), file=sys.stderr)


def _printable(text: str) -> str:
    """No escape sequence of a title or a path reaches the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def show_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show what nobody has caught as Python does, but harmlessly: for `sys.excepthook`."""
    print(_printable("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)
