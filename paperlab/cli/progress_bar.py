"""A bar on stderr while long work goes on."""

import sys
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from paperlab.domain.steps import Stage, Step
from paperlab.domain.text import one_line

_WIDTH = 40


class ProgressBar:
    """One bar, for what is being done now; gone when it is done."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeRemainingColumn(),
        )
        # rich would send results to stderr, too: right between the lines of a bar, wrong in a pipe
        is_shared = sys.stdout.isatty()
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=is_shared)
        self._task: TaskID | None = None
        self._shown: tuple[Stage, str] | None = None

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, step: Step) -> None:
        if self._shown != (step.stage, step.subject):
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(
                f"{step.stage:<12} {escape(one_line(step.subject)[:_WIDTH])}", total=step.total
            )
            self._shown = (step.stage, step.subject)
        if self._task is not None:
            self._progress.update(self._task, completed=step.done, total=step.total)
