"""One row that tells of the jobs while there are any."""

from pathlib import PurePath

from paperlab.domain.steps import Stage, Step
from paperlab.tui.cells import bar
from paperlab.tui.jobs import Job, Jobs
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
    return f"{step_progress(job.step) if job.step else 'starting'} · {job.verb} {subject}"


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
