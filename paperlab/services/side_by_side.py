"""Several papers side by side: one is downloaded while others are parsed and another is embedded."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from threading import Event, Lock, Semaphore, Thread
from time import monotonic
from typing import Generic, TypeVar

from paperlab.domain.steps import Abandoned, Step, Watcher
from paperlab.services.forecast import Forecast

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

_PARSERS = min(2, os.cpu_count() or 1)
_HANDS = _PARSERS + 2
"""Papers that are under way at once, which bounds what is held in memory: parsed ones, one embedded, one downloaded."""
_PATIENCE_S = 2.0
"""How long whoever gives up waits for those under way to notice, which they do with their next report."""


class Lanes:
    """How much of each kind of work goes on at once, whoever does it. One takes at most one of them at a time."""

    def __init__(self) -> None:
        self.network = Lock()
        self.parsing = Semaphore(_PARSERS)
        """Each in a process of its own, with a few hundred megabytes."""
        self.embedding = Lock()
        """One paper on all cores, then into the catalogue."""


class SideBySide(Generic[Task, Outcome]):
    def __init__(self, work: Callable[[Task, Watcher], Outcome], watch: Watcher) -> None:
        """`work` is called from several threads, `watch` too, but never at once; what either raises ends all."""
        self._work = work
        self._watch = watch
        self._telling = Lock()
        self._stopped = Event()
        self._failure: BaseException | None = None

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Outcomes in the order of the tasks, each as soon as those before it are there.

        If the iteration is given up, what is under way ends with its next report, and the rest is not begun.
        """
        forecast = Forecast(len(tasks), monotonic())
        waiting = deque((number, task, Future[Outcome]()) for number, task in enumerate(tasks))
        outcomes = [outcome for _, _, outcome in waiting]
        # daemons: a parser that hangs does not keep the program from ending, and ends with it
        hands = [
            Thread(target=copy_context().run, args=(self._toil, waiting, forecast), name="paper", daemon=True)
            for _ in range(min(_HANDS, len(tasks)))
        ]
        for hand in hands:
            hand.start()
        try:
            for outcome in outcomes:
                yield outcome.result()
        except Abandoned:
            raise self._failure or Abandoned from None
        finally:
            self._stopped.set()
            deadline = monotonic() + _PATIENCE_S
            for hand in hands:
                hand.join(max(0.0, deadline - monotonic()))

    def _toil(self, waiting: "deque[tuple[int, Task, Future[Outcome]]]", forecast: Forecast) -> None:
        while True:
            try:
                number, task, outcome = waiting.popleft()
            except IndexError:
                return
            try:
                if self._stopped.is_set():
                    raise Abandoned
                outcome.set_result(self._work(task, partial(self._tell, forecast, number)))
                with self._telling:
                    forecast.finish(number)
            except BaseException as error:  # whoever waits for the outcome gets it
                if not isinstance(error, Abandoned):
                    self._failure = self._failure or error
                self._stopped.set()
                outcome.set_exception(error)

    def _tell(self, forecast: Forecast, number: int, step: Step) -> None:
        if self._stopped.is_set():
            raise Abandoned
        with self._telling:
            self._watch(forecast.seen(number, step, monotonic()))
