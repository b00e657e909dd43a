"""Bars on stderr while long work goes on."""

import sys
from types import TracebackType

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from paperlab.domain.steps import Stage, Step
from paperlab.domain.text import one_line

_WIDTH = 40
_MOST = 4
"""Bars at once; what is behind them goes on all the same."""


class ProgressBar:
    """A bar for each paper that is worked on, and one for the whole run if there are several; gone when all is done."""

    def __init__(self, console: Console | None = None) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
        )
        # rich would send results to stderr, too: right between the lines of a bar, wrong in a pipe
        self._progress = Progress(
            *columns,
            console=console or Console(stderr=True),
            transient=True,
            redirect_stdout=sys.stdout.isatty(),
        )
        self._whole: TaskID | None = None
        self._papers: dict[str, tuple[Stage, TaskID]] = {}
        """By subject, the one that was told of last at the end."""

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __rich__(self) -> RenderableType:
        """What is shown now."""
        return self._progress.get_renderable()

    def __call__(self, step: Step) -> None:
        if step.papers > 1:
            if self._whole is None:
                self._whole = self._progress.add_task("")
            self._progress.update(
                self._whole, description=step.whole_run, completed=step.papers_done, total=step.papers
            )
        stage, task = self._papers.pop(step.subject, (None, None))
        if task is not None and stage is not step.stage:
            self._progress.remove_task(task)
            task = None
        if task is None:
            task = self._progress.add_task(f"{step.stage:<12} {escape(one_line(step.subject)[:_WIDTH])}")
        self._papers[step.subject] = step.stage, task
        self._progress.update(task, completed=step.done, total=step.total)
        is_last = step.stage is Stage.EMBEDDING and step.done == step.total
        if is_last or len(self._papers) > _MOST:
            _, gone = self._papers.pop(step.subject if is_last else next(iter(self._papers)))
            self._progress.remove_task(gone)
