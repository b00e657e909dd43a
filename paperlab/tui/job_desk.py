"""The part of the application that adds and fetches, and goes on with what an earlier session has left open."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.worker import Worker

from paperlab.errors import PaperlabError
from paperlab.services.resuming import OpenJob
from paperlab.tui.desk import Desk
from paperlab.tui.jobs import UPDATE, Job, Jobs, JobState
from paperlab.tui.widgets.job_line import JobLine

if TYPE_CHECKING:
    from paperlab.workbench import Workbench

_SHOWN_S = 0.1
"""Between two looks at the jobs: they tell of themselves far more often."""


class JobDesk(Desk):
    """Holds the jobs, which outlive every screen."""

    def __init__(self, workbench: "Workbench", job_command: Callable[[Job], Sequence[str]] | None = None) -> None:
        super().__init__(workbench)
        self.jobs = Jobs(job_command or self._job_command, self._on_job)
        self.has_changed = asyncio.Event()
        """Set, it makes every screen show what the library says now."""
        self._jobs_worker: Worker[None] | None = None
        self._jobs_changed = False
        self._kept: tuple[OpenJob, ...] = ()
        self._keeper = ThreadPoolExecutor(1, "jobs")  # one after the other, and the lock is this thread's

    def on_mount(self) -> None:
        self.set_interval(_SHOWN_S, self._show_jobs)
        self.call_after_refresh(lambda: self.run_worker(self._resume(), group="resume"))  # the first paint comes first

    async def on_unmount(self) -> None:
        await self.jobs.end()
        await asyncio.get_running_loop().run_in_executor(self._keeper, self.workbench.resuming.end)
        self._keeper.shutdown()

    def start_job(self, verb: str, subject: str) -> None:
        """Add or fetch in a process of its own, after those that wait."""
        if any(job.is_open and (job.verb, job.subject) == (verb, subject) for job in self.jobs.all):
            return
        job = Job(verb, subject)
        self.jobs.all.append(job)
        self._on_job(job)
        self._work_off()

    def retry_job(self, job: Job) -> None:
        """Try a job again that failed or was stopped."""
        if self.jobs.retry(job):
            self._work_off()

    def stop_job(self) -> None:
        if self.jobs.running is not None:
            self.jobs.stop(self.jobs.running)

    def _work_off(self) -> None:
        if self._jobs_worker is None or self._jobs_worker.is_finished:
            self._jobs_worker = self.run_worker(self.jobs.run(), group="jobs")

    def _job_command(self, job: Job) -> list[str]:
        return self.paperlab_words("--json", "--steps", *job.words)

    def _on_job(self, job: Job) -> None:
        self._jobs_changed = True
        if not self.is_running:
            return
        self._keep()
        if job.is_open:
            return
        self.has_changed.set()
        if job.verb == UPDATE and job.state is JobState.DONE:
            self.notify(job.update_told, title="Newer editions", timeout=8, markup=False)
        if job.state is JobState.FAILED:
            errors = [outcome.error for outcome in job.outcomes if outcome.error]
            message = "\n".join(errors[:3]) or job.message or "ended without a word"
            self.notify(message, title=f"{job.verb} {job.subject[:40]}", severity="error", timeout=8, markup=False)

    def _show_jobs(self) -> None:
        from paperlab.tui.screens.add import AddScreen

        if not (self._jobs_changed and self.is_running):
            return
        self._jobs_changed = False
        for screen in self.screen_stack:
            for line in screen.query(JobLine):
                line.show(self.jobs)
            if isinstance(screen, AddScreen):
                screen.show(self.jobs)

    # from one session to the next

    async def _resume(self) -> None:
        try:
            left = await asyncio.get_running_loop().run_in_executor(self._keeper, self.workbench.resuming.begin)
        except PaperlabError as error:
            self.show_error(error)
            return
        for job in left:
            self.start_job(job.verb, job.subject)
        if left:
            papers = "1 job goes on" if len(left) == 1 else f"{len(left)} jobs go on"
            self.notify(f"{papers} that the last session left open. A shows what is added.", markup=False)

    def _keep(self) -> None:
        """Have the open jobs written down, where they are others than before."""
        is_open = tuple(OpenJob(job.verb, job.subject) for job in self.jobs.open)
        if is_open != self._kept:
            self._kept = is_open
            with suppress(RuntimeError):  # the session is ending: what was open when it did is kept
                self._keeper.submit(self._keep_now, is_open)

    def _keep_now(self, jobs: tuple[OpenJob, ...]) -> None:
        with suppress(PaperlabError):  # a full disk stops the job itself, which tells of it
            self.workbench.resuming.keep(jobs)
