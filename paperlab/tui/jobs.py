"""Jobs: adding and fetching in processes of their own, one after the other, watched over their pipes.

Network, parsing and embedding never run in the reader's process, so nothing of it can make the screen stutter.
"""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from paperlab.domain.steps import Stage, Step

UPDATE = "update"
"""The verb of a job that looks for newer editions."""
ALL_PAPERS = "all papers"
"""Its subject, if it is not for some."""
_LINE_LIMIT = 1 << 20
"""Bytes of the longest line that a job may write."""


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutcome:
    """What became of one source, as `add --json` tells it."""

    source: str
    status: str
    """`added`, `present` or `failed`."""
    key: str = ""
    title: str = ""
    pages: int = 0
    marks: int = 0
    """Of other programs in its PDF."""
    error: str = ""
    warning: str = ""
    update: str = ""
    """`v5 → v7` where a newer edition has come."""
    carried: int = 0
    unplaced: int = 0
    """Annotations that have a place in it, and those that have none."""


@dataclass(slots=True, eq=False)
class Job:
    """One `add` or `fetch`, or a `fetch --update`; changes while it runs."""

    verb: str
    subject: str
    """A source for `add`, a key for `fetch`; keys with blanks between them, or all papers, for an update."""
    state: JobState = JobState.WAITING
    step: Step | None = None
    outcomes: tuple[JobOutcome, ...] = ()
    message: str = ""
    """The last line that the job wrote to its reader."""

    @property
    def words(self) -> tuple[str, ...]:
        """What the command line calls it."""
        if self.verb != UPDATE:
            return (self.verb, "--", self.subject)
        keys = () if self.subject == ALL_PAPERS else self.subject.split()
        return ("fetch", "--update", "--", *keys)

    @property
    def update_told(self) -> str:
        """What has come of looking for newer editions, a line for each that was found."""
        lines = []
        for outcome in self.outcomes:
            if outcome.update:
                count = outcome.carried + outcome.unplaced
                marks = f"; {outcome.carried} of {count} annotations have their place" if count else ""
                lines.append(f"{outcome.update}  {outcome.title}{marks}")
        return "\n".join(lines) or "Nothing newer."

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}


@dataclass(slots=True)
class Jobs:
    """All jobs of a session, oldest first. Lives in the event loop."""

    command: Callable[[Job], Sequence[str]]
    """The words that start a job's process."""
    on_change: Callable[[Job], None]
    all: list[Job] = field(default_factory=list, init=False)
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def open(self) -> list[Job]:
        """Running or waiting."""
        return [job for job in self.all if job.is_open]

    @property
    def running(self) -> Job | None:
        return next((job for job in self.all if job.state is JobState.RUNNING), None)

    async def run(self) -> None:
        """Work off what waits. Cancelling it stops the process that runs."""
        while waiting := next((job for job in self.all if job.state is JobState.WAITING), None):
            await self._run(waiting)

    def stop(self, job: Job) -> None:
        """End a job; what it has downloaded is taken up by the next try."""
        if job.state is JobState.RUNNING:
            self._terminate()
        if job.is_open:
            self._change(job, JobState.STOPPED)

    def retry(self, job: Job) -> bool:
        """Let a job that failed or was stopped wait for its turn again, as the last one."""
        if job.state not in {JobState.FAILED, JobState.STOPPED}:
            return False
        self.all.remove(job)
        self.all.append(job)
        job.step, job.outcomes, job.message = None, (), ""
        self._change(job, JobState.WAITING)
        return True

    async def end(self) -> None:
        """Stop the process that runs, and wait until it has ended; its job stays open."""
        if (process := self._process) is not None:
            self._terminate()
            await process.wait()

    async def _run(self, job: Job) -> None:
        self._change(job, JobState.RUNNING)
        theirs, ours = os.pipe()  # nothing is ever written: its end tells the job that this process has ended
        try:
            await self._watch(job, theirs)
        finally:
            os.close(ours)

    async def _watch(self, job: Job, stdin: int) -> None:
        try:
            process = self._process = await asyncio.create_subprocess_exec(
                *self.command(job),
                stdin=stdin,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # ctrl+c is for the reader's screen alone
                limit=_LINE_LIMIT,
            )
        finally:
            os.close(stdin)
        if job.state is not JobState.RUNNING:  # stopped while its process was starting
            self._terminate()
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            output, _ = await asyncio.gather(process.stdout.read(), self._follow(job, process.stderr))
            code = await process.wait()
        except asyncio.CancelledError:
            self._terminate()
            job.state = JobState.STOPPED
            await process.wait()
            raise
        finally:
            self._process = None
        if job.state is JobState.RUNNING:
            job.outcomes = read_outcomes(output)
            failed = code != 0 or any(outcome.error for outcome in job.outcomes)
            self._change(job, JobState.FAILED if failed else JobState.DONE)

    async def _follow(self, job: Job, lines: asyncio.StreamReader) -> None:
        while line := await lines.readline():
            text = line.decode(errors="replace").strip()
            if step := read_step(text):
                job.step = step
            elif text:
                job.message = text
            self.on_change(job)

    def _terminate(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)

    def _change(self, job: Job, state: JobState) -> None:
        job.state = state
        self.on_change(job)


def read_step(line: str) -> Step | None:
    """A step as a job writes it; None for any other line."""
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
        return Step(
            Stage(told["stage"]),
            str(told["subject"]),
            int(told["done"]),
            _number(told["total"]),
            int(told.get("papers_done", 0)),
            int(told.get("papers", 1)),
            _number(told.get("left_s")),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _number(told: object) -> int | None:
    return None if told is None else int(str(told))


def read_outcomes(output: bytes) -> tuple[JobOutcome, ...]:
    """What a job writes at its end; empty where it came to no end."""
    try:
        told = json.loads(output)
    except ValueError:
        return ()
    return tuple(
        JobOutcome(
            source=entry["source"],
            status=entry["status"],
            key=entry.get("key") or "",
            title=entry["title"] or "",
            pages=entry["pages"] or 0,
            marks=entry.get("marks") or 0,
            error=entry["error"] or "",
            warning=entry.get("warning") or "",
            update=f"{entry['previous']} → {entry['edition']}" if entry.get("previous") else "",
            carried=entry.get("carried") or 0,
            unplaced=entry.get("unplaced") or 0,
        )
        for entry in told
    )
