"""Jobs: processes that are watched."""

import asyncio
import sys
from collections.abc import Callable, Sequence

from paperlab.domain.steps import Stage, Step
from paperlab.tui.jobs import Job, Jobs, JobState, read_outcomes, read_step
from paperlab.tui.widgets.job_line import job_progress

ADDING = """
import json, sys
say = lambda **step: print(json.dumps(step), file=sys.stderr, flush=True)
say(stage="downloading", subject="x", done=5000, total=None)
say(stage="parsing", subject="x", done=2, total=15)
print("a warning", file=sys.stderr, flush=True)
print(json.dumps([{"source": sys.argv[1], "key": "1706.03762", "edition": "v7", "status": "added", "title": "T",
                   "pages": 15, "passages": 60, "error": None, "warning": None}]))
"""
FAILING = """
import json, sys
print(json.dumps([{"source": sys.argv[1], "key": None, "edition": None, "status": "failed", "title": None,
                   "pages": 0, "passages": 0, "error": "no such paper (check the id)"}]))
sys.exit(1)
"""
SLEEPING = "import time; time.sleep(60)"
CRASHING = "import sys; print('paperlab: it broke', file=sys.stderr); sys.exit(1)"


def jobs_running(script: str, on_change: Callable[[Job], None] = lambda _: None) -> Jobs:
    def command(job: Job) -> Sequence[str]:
        return [sys.executable, "-c", script, job.subject]

    return Jobs(command, on_change)


async def test_a_job_tells_its_steps_and_its_outcome() -> None:
    steps: list[Step | None] = []
    jobs = jobs_running(ADDING, lambda job: steps.append(job.step))
    jobs.all.append(Job("add", "1706.03762"))
    await jobs.run()
    (job,) = jobs.all
    assert job.state is JobState.DONE
    assert Step(Stage.DOWNLOADING, "x", 5000, None) in steps
    assert job.step == Step(Stage.PARSING, "x", 2, 15)
    assert job.message == "a warning"
    assert [(o.source, o.title, o.pages, o.error) for o in job.outcomes] == [("1706.03762", "T", 15, "")]


async def test_a_failed_source_is_a_failed_job_with_its_error() -> None:
    jobs = jobs_running(FAILING)
    jobs.all.append(Job("add", "nope"))
    await jobs.run()
    assert jobs.all[0].state is JobState.FAILED
    assert jobs.all[0].outcomes[0].error == "no such paper (check the id)"


async def test_a_job_that_dies_leaves_its_last_words() -> None:
    jobs = jobs_running(CRASHING)
    jobs.all.append(Job("add", "x"))
    await jobs.run()
    assert (jobs.all[0].state, jobs.all[0].message) == (JobState.FAILED, "paperlab: it broke")


async def test_jobs_run_one_after_the_other_and_can_be_stopped() -> None:
    jobs = jobs_running(SLEEPING)
    jobs.all += [Job("add", "one"), Job("add", "two")]
    running = asyncio.create_task(jobs.run())
    while jobs.running is None:
        await asyncio.sleep(0.01)
    assert [job.state for job in jobs.all] == [JobState.RUNNING, JobState.WAITING]
    jobs.stop(jobs.all[1])
    jobs.stop(jobs.all[0])
    await asyncio.wait_for(running, 10)
    assert [job.state for job in jobs.all] == [JobState.STOPPED, JobState.STOPPED]


async def test_cancelling_stops_the_process() -> None:
    jobs = jobs_running(SLEEPING)
    jobs.all.append(Job("add", "one"))
    running = asyncio.create_task(jobs.run())
    while jobs._process is None:
        await asyncio.sleep(0.01)
    process = jobs._process
    running.cancel()
    await asyncio.wait([running], timeout=10)
    assert process.returncode is not None
    assert jobs.all[0].state is JobState.STOPPED


def test_other_lines_are_no_steps() -> None:
    assert read_step("paperlab: a message") is None
    assert read_step('{"stage": "dancing", "subject": "", "done": 1, "total": 1}') is None
    assert read_step("{broken") is None
    assert read_outcomes(b"") == ()


def test_a_job_over_many_papers_tells_how_far_all_of_it_is() -> None:
    line = '{"stage": "parsing", "subject": "x", "done": 2, "total": 4, "papers_done": 3, "papers": 32, "left_s": 240}'
    job = Job("add", "list:transformers", step=read_step(line))
    assert job_progress(job).startswith("3 of 32 papers, about 4 min left · parsing")
    job.step = read_step('{"stage": "parsing", "subject": "x", "done": 2, "total": 4}')
    assert job_progress(job).startswith("parsing")
