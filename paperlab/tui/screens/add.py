"""Adding papers, and what has become of those that were added."""

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from paperlab.domain.identifiers import parse_arxiv_id
from paperlab.tui.cells import safe
from paperlab.tui.commands import bindings
from paperlab.tui.jobs import Job, JobOutcome, Jobs, JobState
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.widgets.inputs import LineInput
from paperlab.tui.widgets.job_line import job_progress
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

HINT = """An arXiv id (1706.03762, several divided by blanks), an address on arXiv or of a PDF, a DOI of arXiv,
the path of a PDF, of a folder or of a .bib file, or list: and the name of a reading list.

Downloading and indexing go on while you read."""


def split_sources(text: str) -> list[str]:
    """What a reader has typed, as sources: several only where all are ids or addresses, as a path may have blanks."""
    text = text.strip()
    words = text.split()
    if len(words) > 1 and all(parse_arxiv_id(word) or "://" in word for word in words):
        return words
    if text.startswith("~"):
        return [str(Path(text).expanduser())]
    return [text.strip("'\"")] if text else []


class AddScreen(PlaceScreen):
    """A line to type in, and the jobs."""

    PLACE = "add"
    BINDINGS = bindings("add")

    def compose(self) -> ComposeResult:
        yield Line("Add papers", id="header", classes="bar")
        yield LineInput(id="source", placeholder="1706.03762  or  https://…  or  ~/papers")
        with VerticalScroll(id="jobs", can_focus=False):
            yield Static(id="jobs-text")
        yield KeyBar("add")

    def on_mount(self) -> None:
        self.query_one("#source").focus()
        self.show(self.desk.jobs)

    def show(self, jobs: Jobs) -> None:
        """Show how all jobs stand, the newest first."""
        rows = [row for job in reversed(jobs.all) for row in _describe(job)]
        self.query_one("#jobs-text", Static).update(Text("\n").join(rows) if rows else Text(HINT))
        still = len(jobs.open)
        self.query_one("#header", Line).right = f"{still} to do" if still else ""

    def action_start(self) -> None:
        entry = self.query_one("#source", Input)
        for source in split_sources(entry.value):
            self.desk.start_job("add", source)
        entry.value = ""

    def action_cancel(self) -> None:
        self.desk.stop_job()


def _describe(job: Job) -> Iterator[Text]:
    if job.state is JobState.RUNNING:
        yield Text("▸ " + safe(job_progress(job)))
    elif job.state is JobState.WAITING:
        yield Text(f"· {safe(job.subject)} · waiting")
    elif job.state is JobState.STOPPED:
        yield Text(f"– {safe(job.subject)} · stopped; adding it again goes on")
    elif not job.outcomes:
        yield Text(f"✗ {safe(job.subject)}", "bold")
        yield Text("  " + safe(job.message or "ended without a word"))
    for outcome in job.outcomes:
        yield from _describe_outcome(outcome)


def _describe_outcome(outcome: JobOutcome) -> Iterator[Text]:
    name = safe(outcome.title or outcome.source)
    if outcome.error:
        yield Text(f"✗ {name}", "bold")
        yield Text("  " + safe(outcome.error))
        return
    said = "added" if outcome.status == "added" else "is in the library already"
    pages = f" · {outcome.pages} pages" if outcome.pages else ""
    yield Text(f"✓ {name} · {said}{pages}")
    if outcome.warning:
        yield Text("  " + safe(outcome.warning))
