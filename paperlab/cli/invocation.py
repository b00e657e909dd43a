"""One run of the program: its global options, its settings and its library."""

import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from paperlab.cli.printing import warn
from paperlab.config import Settings, load_settings, user_config_file
from paperlab.domain.findings import Finding, Kind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.steps import Step, Watcher, unwatched
from paperlab.errors import DamagedFile, NoLibrary, SettingsError, UsageError
from paperlab.library.finding import find_library
from paperlab.library.library import Library
from paperlab.library.upgrading import MARKER, check_format

if TYPE_CHECKING:
    from paperlab.workbench import Workbench


OpenTui = Callable[["Workbench", PaperKey | None, int | None], None]
"""Runs the TUI on a library, at a paper and a page from 1 if they are given."""


def no_tui(workbench: "Workbench", key: PaperKey | None, page: int | None) -> None:  # noqa: ARG001  (an OpenTui)
    raise UsageError("there is no TUI here")


class Call(NamedTuple):
    """What the program was started with."""

    open_tui: OpenTui
    told: str
    """The words of the command, without the global options."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """What `doctor` works on, and what was found on the way to it."""

    workbench: "Workbench"
    findings: tuple[Finding, ...]
    may_mend: bool
    """What cannot be read may be a library of another format."""


@dataclass(frozen=True, slots=True)
class Invocation:
    library: Path | None
    offline: bool
    as_json: bool
    steps: bool
    """Progress as JSON lines on stderr, for the TUI's jobs."""
    call: Call
    verb: str
    """The command; empty for the TUI."""
    closing: ExitStack
    """Closed when the command has ended."""

    def settings(
        self, library_root: Path | None = None, on_error: Callable[[SettingsError], None] | None = None
    ) -> Settings:
        """All settings, with those of a library if its root is given.

        Args:
            on_error: Is told what is wrong, and it counts as not set. None: it is raised.

        Raises:
            SettingsError
            LibraryTooNew: Its settings may be others than ours.
        """
        if library_root is not None and on_error is None:
            check_format(library_root)
        return load_settings(
            flags={"offline": self.offline or None, "library": str(self.library) if self.library else None},
            environment=os.environ,
            library_file=library_root / "paperlab.toml" if library_root else None,
            user_file=user_config_file(),
            on_error=on_error,
        )

    def library_root(self, on_error: Callable[[SettingsError], None] | None = None) -> Path:
        """The library that is named by flag or setting, else the nearest one upward from here, else the user's own.

        Args:
            on_error: As in `settings`.

        Raises:
            NoLibrary: There is none; says how to make one.
        """
        chosen = self.settings(on_error=on_error).library
        found = find_library(Path(chosen).expanduser() if chosen else None, Path.cwd()) or _users_own()
        if found is None:
            raise NoLibrary("no library here", hint="`paperlab init` makes one, `paperlab demo` shows what it is")
        return found

    def workbench(self, *, may_make: bool = False, is_step: bool = True) -> "Workbench":
        """All services on the library.

        Args:
            may_make: Where there is no library at all, make the user's own.
            is_step: All that this command changes is undone at once.
        """
        from paperlab.workbench import Workbench

        try:
            root = self.library_root()
        except NoLibrary:
            if not may_make:
                raise
            root = Library.create(users_own_library()).root
        workbench = Workbench(self.settings(root), root)
        locks = workbench.library.locks
        locks.command, locks.on_wait = f"paperlab {self.verb}".rstrip(), warn
        if is_step:
            self.closing.enter_context(workbench.library.history.step(self.call.told))
        return workbench

    def checkup(self) -> Checkup:
        """All services on the library, also where settings are wrong or `paperlab.toml` cannot be read.

        Raises:
            NoLibrary, LibraryTooNew
        """
        from paperlab.workbench import Workbench

        wrong: list[SettingsError] = []
        root = self.library_root(wrong.append)
        wrong.clear()  # it has been told of the user's own file; all are read now
        settings = self.settings(root, wrong.append)
        damaged: list[DamagedFile] = []
        try:
            library = Library.open(root)
        except DamagedFile as error:
            damaged, library = [error], Library(root.absolute())
            wrong = [found for found in wrong if str(root / MARKER) not in found.message]  # the same, once more
        findings = [Finding(Kind.MARKER_DAMAGED, MARKER, found.message, found.hint) for found in damaged]
        findings += [Finding(Kind.SETTING_WRONG, "settings", found.message, found.hint) for found in wrong]
        return Checkup(Workbench(settings, root, library), tuple(findings), may_mend=not damaged)

    def watcher(self) -> "AbstractContextManager[Watcher]":
        """Who looks at long work: the TUI through JSON lines, a reader through a progress bar, or nobody."""
        if self.steps:
            _end_with_starter()
            return nullcontext(_write_step)
        if not sys.stderr.isatty():
            return nullcontext(unwatched)
        from paperlab.cli.progress_bar import ProgressBar

        return ProgressBar()


def users_own_library() -> Path:
    """Where the user's own library is, or would be."""
    from platformdirs import user_data_path

    return user_data_path("paperlab", appauthor=False) / "library"


def _users_own() -> Path | None:
    own = users_own_library()
    return own if (own / "paperlab.toml").is_file() else None


def _end_with_starter() -> None:
    """A job ends with the process that started it, however that one ends: its end of our stdin is closed then."""
    mode = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):  # started by hand
        return

    def wait() -> None:
        while os.read(0, 1024):
            pass
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, daemon=True).start()


def _write_step(step: Step) -> None:
    print(json.dumps(asdict(step)), file=sys.stderr, flush=True)
