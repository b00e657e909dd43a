"""Papers side by side: overlapping, in order, ended all together."""

from threading import Barrier, Event, Lock
from time import monotonic

import pytest

from paperlab.domain.steps import Abandoned, Stage, Step, Watcher, unwatched
from paperlab.services.side_by_side import SideBySide

STEP = Step(Stage.PARSING, "x")


def test_outcomes_come_in_the_order_of_the_tasks() -> None:
    second_done = Event()

    def work(task: int, _: Watcher) -> int:
        if task == 0:
            assert second_done.wait(10)
        else:
            second_done.set()
        return task * 10

    assert list(SideBySide(work, unwatched).run(range(20))) == [number * 10 for number in range(20)]


def test_tasks_overlap() -> None:
    meeting = Barrier(2, timeout=10)
    assert list(SideBySide(lambda _task, _watch: meeting.wait() >= 0, unwatched).run(range(2))) == [True, True]


def test_only_a_few_are_under_way_at_once() -> None:
    lock, under_way, most = Lock(), 0, 0

    def work(_task: int, watch: Watcher) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        watch(STEP)
        with lock:
            under_way -= 1

    list(SideBySide(work, unwatched).run(range(50)))
    assert 1 <= most <= 4


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_a_watcher_raises_ends_all_of_them(error: type[BaseException]) -> None:
    begun = []

    def work(task: int, watch: Watcher) -> int:
        begun.append(task)
        while True:
            watch(STEP)

    def stop(_: Step) -> None:
        raise error

    with pytest.raises(error):
        list(SideBySide(work, stop).run(range(1000)))
    assert len(begun) <= 4


def test_what_is_under_way_ends_when_nobody_wants_the_outcomes_any_more() -> None:
    ended = Event()

    def work(task: int, watch: Watcher) -> int:
        try:
            while task:
                watch(STEP)
        except Abandoned:
            ended.set()
            raise
        return task

    outcomes = SideBySide(work, unwatched).run(range(100))
    assert next(outcomes) == 0
    outcomes.close()
    assert ended.is_set()


def test_a_task_that_hangs_keeps_nobody_from_leaving() -> None:
    released = Event()

    def work(task: int, _: Watcher) -> int:
        if task:
            released.wait(60)
        return task

    outcomes = SideBySide(work, unwatched).run(range(4))
    assert next(outcomes) == 0
    began = monotonic()
    outcomes.close()
    released.set()
    assert monotonic() - began < 10


def test_a_watcher_is_told_of_one_step_at_a_time() -> None:
    inside = Lock()

    def watch(_: Step) -> None:
        assert inside.acquire(blocking=False)
        inside.release()

    def work(_task: int, watch: Watcher) -> None:
        for _ in range(200):
            watch(STEP)

    assert len(list(SideBySide(work, watch).run(range(8)))) == 8
