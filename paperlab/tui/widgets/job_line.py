"""Jobs in words: one row that tells of them while there are any, and some rows for each."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from paperlab.domain.steps import Stage, Step
from paperlab.tui.cells import bar, safe
from paperlab.tui.jobs import UPDATE, Job, JobOutcome, Jobs, JobState
from paperlab.tui.layout import wrap
from paperlab.tui.widgets.entry_list import Entry, EntryRow
from paperlab.tui.widgets.line import Line

_BAR = 12
_UNITS = {Stage.DOWNLOADING: "kB", Stage.PARSING: "pages", Stage.EMBEDDING: "passages"}


class JobLine(Line):
    """What the running job does, with a bar; hidden while nothing runs."""

    DEFAULT_CSS = """
    JobLine { display: none; }
    """

    def show(self, jobs: Jobs) -> None:
        running = jobs.running
        self.display = running is not None
        if running is not None:
            waiting = len(jobs.open) - 1
            self.left = job_progress(running)
            self.right = f"{waiting} waiting · A shows all" if waiting else "A shows all"


def job_progress(job: Job) -> str:
    """`parsing ███▌········ 4 of 15 pages · add 1706.03762`."""
    subject = job.subject if "://" in job.subject else PurePath(job.subject).name or job.subject
    run = f"{job.step.whole_run} · " if job.step and job.step.whole_run else ""
    return f"{run}{step_progress(job.step) if job.step else 'starting'} · {job.verb} {subject}"


def job_entry(job: Job, width: int) -> Entry:
    """How a job stands, or what became of its papers; what went wrong stands first, and whole."""
    return tuple(_job_rows(job, width))


def _job_rows(job: Job, width: int) -> Iterator[EntryRow]:
    if job.state is JobState.RUNNING:
        yield EntryRow(f"▸ {job_progress(job)}")
    elif job.state is JobState.WAITING:
        yield EntryRow(f"· {job.subject} · waiting")
    elif job.state is JobState.STOPPED:
        yield EntryRow(f"– {job.subject} · stopped; another try goes on from here")
    elif not job.outcomes:
        yield from _failed_rows(job.subject, job.message or "ended without a word", width)
    if job.verb == UPDATE and job.outcomes:
        yield EntryRow(f"✓ {_updated(job.outcomes)}")
    for outcome in sorted(job.outcomes, key=lambda outcome: not outcome.error):
        name = outcome.title or outcome.source
        if outcome.error:
            yield from _failed_rows(name, outcome.error, width)
            continue
        if job.verb == UPDATE and outcome.status == "present" and not outcome.warning:
            continue
        said = outcome.update or ("added" if outcome.status == "added" else "is in the library already")
        pages = f" · {outcome.pages} pages" if outcome.pages else ""
        yield EntryRow(f"✓ {name} · {said}{pages}")
        yield from _wrapped(outcome.warning, width)


def _updated(outcomes: Sequence[JobOutcome]) -> str:
    """`12 papers looked at, 2 have a newer edition`."""
    newer = sum(bool(outcome.update) for outcome in outcomes)
    looked = f"{len(outcomes)} paper{'' if len(outcomes) == 1 else 's'} looked at"
    return f"{looked}, {newer or 'none'} ha{'s' if newer <= 1 else 've'} a newer edition"


def _failed_rows(name: str, reason: str, width: int) -> Iterator[EntryRow]:
    yield EntryRow(f"✗ {name} · failed", style="lead")
    yield from _wrapped(reason, width)


def _wrapped(text: str, width: int) -> Iterator[EntryRow]:
    text = " ".join(safe(text).split())
    for left, right in wrap(text, 0, len(text), width, width) if text else ():
        yield EntryRow(text[left:right], indent=2)


def step_progress(step: Step) -> str:
    """`parsing ███▌········ 4 of 15 pages`."""
    unit, done, total = _UNITS.get(step.stage, ""), step.done, step.total
    if step.stage is Stage.WAITING:
        return f"waiting {done} s, as the server asks"
    if step.stage is Stage.DOWNLOADING:
        done, total = done // 1000, total // 1000 if total else None
    if total:
        return f"{step.stage.value} {bar(done / total, _BAR)} {done} of {total} {unit}"
    return step.stage.value + (f" {done} {unit}" if done else "")
