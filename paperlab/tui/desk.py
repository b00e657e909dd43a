"""What several screens do with a paper."""

import os
import subprocess
import sys
from asyncio import to_thread
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from textual.app import SuspendNotSupported

from paperlab.config import editor_words
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Depth, Status
from paperlab.errors import PaperlabError
from paperlab.services.changes import Change
from paperlab.tui.exports import edited_question, left_over, written_to
from paperlab.tui.type_ahead import TypeAheadApp
from paperlab.tui.unsaved import UnsavedComments, UnsavedNotes

if TYPE_CHECKING:
    from paperlab.services.exported_file import ExportedFile
    from paperlab.services.importing import TakenBack
    from paperlab.workbench import Workbench

T = TypeVar("T")
PAPERLAB = (sys.executable, "-P", "-m", "paperlab")
"""How to start paperlab. -P: no module of the folder where the reader happens to be is taken for one of ours."""


class Desk(TypeAheadApp):
    """An application that holds a workbench."""

    def __init__(self, workbench: "Workbench") -> None:
        super().__init__()
        self.workbench = workbench
        self.unsaved = UnsavedNotes()
        self.unsaved_comments = UnsavedComments()
        self.parting_words: list[str] = []
        """What went wrong at the end, to be told when the terminal is the shell's again."""

    def did(self, change: Change) -> None:
        """Remember what has been done, for undo."""
        raise NotImplementedError

    def ask_status(
        self,
        keys: Sequence[PaperKey],
        status: Status | None,
        depth: Depth | None,
        done: Callable[[], object] | None = None,
    ) -> None:
        """Let the reader say how far some papers are read.

        Args:
            status: What was declared last; None if it differs between them.
        """
        from paperlab.tui.screens.dialogs import status_dialog

        def declare(choice: tuple[Status, Depth | None] | None) -> None:
            if choice is not None:
                self.perform(lambda: self.workbench.tracking.declare(keys, *choice), declared)

        def declared(change: Change) -> None:
            self.did(change)
            if done is not None:
                done()

        self.push_screen(status_dialog(status, depth, len(keys)), declare)

    def open_pdf(self, key: PaperKey, page: int | None = None) -> None:
        """In the desktop's viewer, through the command line, which knows how."""
        words = [*self.paperlab_words("open"), *(["--page", str(page)] if page else []), "--", key.value]

        def launch() -> None:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise PaperlabError(done.stderr.strip() or "the viewer could not be started")

        self.perform(launch)

    def export(self, *keys: PaperKey) -> None:
        """Write papers as Markdown into the library's `exports` folder."""
        from paperlab.services.exporting import ExportFormat

        folder = self.workbench.library.root / "exports"
        self.perform(
            lambda: self.workbench.exporting.export(ExportFormat.MARKDOWN, keys, output=folder),
            lambda files: self._exported(keys, files),
        )

    def _exported(self, keys: Sequence[PaperKey], files: "Sequence[ExportedFile]") -> None:
        """Tell what was written, and ask about what the reader has changed within the managed regions."""
        from paperlab.tui.screens.dialogs import yes_no

        if written := [file for file in files if not file.error]:
            self.notify(written_to(written), title="Written", markup=False)
        for file in files:
            if file.error and not file.is_edited:
                self.show_error(file.error)
        edited = [file.path for file in files if file.is_edited and file.path]

        def answered(take: bool | None) -> None:
            if take:
                self.perform(
                    lambda: tuple(self.workbench.importing.take_back(edited)),
                    lambda outcomes: self._took(keys, outcomes),
                )

        if edited:
            question = yes_no(edited_question(edited), "take them into the library", "leave the files as they are")
            self.push_screen(question, answered)

    def _took(self, keys: Sequence[PaperKey], outcomes: "Sequence[TakenBack]") -> None:
        """Tell what could not be taken; if all could, the export goes on."""
        if left := left_over(outcomes):
            self.notify(left, title="Not taken", severity="warning", timeout=12, markup=False)
        else:
            self.export(*keys)

    def copy(self, text: str) -> None:
        self.copy_to_clipboard(text)
        self.notify(f"Copied: {' '.join(text.split())[:120]}", timeout=2, markup=False)

    def edit_outside(self, key: PaperKey, done: Callable[[], object]) -> None:
        """Let the reader's own editor have the terminal."""
        try:
            words = editor_words(self.workbench.settings.editor, os.environ)
            failure = self.workbench.noting.edit(key, lambda path: self._run_outside([*words, str(path)]))
        except PaperlabError as error:
            self.show_error(error)
        except SuspendNotSupported:
            self.show_error(PaperlabError("this terminal cannot be lent to an editor"))
        else:
            if failure:
                self.show_error(PaperlabError(f"the editor {words[0]!r} {failure}", hint="set $EDITOR"))
            done()

    def _run_outside(self, words: list[str]) -> str:
        """Give the terminal to another program. Tells what went wrong; an error that left `suspend` would keep it."""
        with self.suspend():
            try:
                code = subprocess.run(words, check=False).returncode
            except OSError as error:
                return f"did not start: {(error.strerror or str(error)).lower()}"
        return f"ended with {code}" if code else ""

    def rescue(self) -> None:
        """Save what the editors hold where nobody can be asked any more."""
        self.parting_words.extend(self.unsaved_comments.rescue())
        self.parting_words.extend(self.unsaved.rescue(self.workbench.noting))

    def perform(self, call: Callable[[], T], done: Callable[[T], object] | None = None) -> None:
        """Do something in a thread, then go on with what it gave. Finished even if its screen, or all, is left."""

        async def performing() -> None:
            try:
                given = await to_thread(self.as_step, call)
            except PaperlabError as error:
                self.show_error(error)
                return
            if done is not None:
                done(given)

        self.run_worker(performing(), group="perform")

    def tell_waiting(self, told: str) -> None:
        """A thread waits for another program. Called from that thread."""
        with suppress(RuntimeError):  # the application has ended meanwhile
            self.notify(f"{told[:1].upper()}{told[1:]} …", timeout=5, markup=False)

    def as_step(self, call: Callable[[], T]) -> T:
        """Do something so that `paperlab undo` takes it back at once. To be called in a thread."""
        with self.workbench.library.history.step() as step:
            given = call()
            if isinstance(given, Change):
                step.did = given.what
        return given

    def show_error(self, error: PaperlabError) -> None:
        self.notify(f"{error.message}\n{error.hint}".strip(), severity="error", timeout=8, markup=False)

    def paperlab_words(self, *words: str) -> list[str]:
        """How to start paperlab itself on this library."""
        offline = ["--offline"] if self.workbench.settings.offline else []
        return [*PAPERLAB, "--library", str(self.workbench.library.root), *offline, *words]
