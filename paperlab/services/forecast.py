"""How long a run over many papers will still take, by the pages and passages left and what they took so far."""

from dataclasses import dataclass, field, replace

from paperlab.domain.steps import Stage, Step

_LEAST_S = 5.0
_LEAST_SHARE = 0.05
"""Nothing is told before so much time has passed, and so much of the work is done."""


@dataclass(slots=True)
class _Part:
    """How far a paper is with one kind of work."""

    done: int
    total: int
    at: float
    """Seconds, when that was told."""


@dataclass(slots=True)
class _Work:
    """One kind of work in all papers: its units are pages or passages."""

    papers: int = 0
    done: int = 0
    total: int = 0
    """Of the papers that were seen so far."""
    timed: int = 0
    seconds: float = 0.0
    """What the `timed` units took."""
    under_way: dict[int, _Part] = field(default_factory=dict)

    def count(self, paper: int, step: Step, now: float) -> None:
        assert step.total is not None  # the caller has seen it
        before = self.under_way.get(paper)
        if before is None:
            self.papers += 1
            self.total += step.total
            self.done += step.done
        else:  # the time before the first report is that of starting
            self.done += step.done - before.done
            self.timed += step.done - before.done
            self.seconds += now - before.at
        self.under_way[paper] = _Part(step.done, step.total, now)

    def finish(self, paper: int) -> None:
        part = self.under_way.pop(paper, None)
        if part is not None:
            self.total -= part.total - part.done

    def left_s(self, unseen_papers: float) -> float:
        """Papers not seen yet are taken to be like those that were."""
        usual = self.total / self.papers if self.papers else 0.0
        return (self.total - self.done + unseen_papers * usual) * self.seconds / max(1, self.timed)


class Forecast:
    """Told of each step. Times are seconds of any one clock."""

    def __init__(self, papers: int, now: float) -> None:
        self._papers = papers
        self._began = now
        self._finished = 0
        self._begun: set[int] = set()
        self._parsing, self._embedding = _Work(), _Work()

    def seen(self, paper: int, step: Step, now: float) -> Step:
        """The step of the paper of that number, with how far the whole run is."""
        work = {Stage.PARSING: self._parsing, Stage.EMBEDDING: self._embedding}.get(step.stage)
        if work is not None and step.total:
            self._begun.add(paper)
            work.count(paper, step, now)
        return replace(step, papers_done=self._finished, papers=self._papers, left_s=self.left_s(now))

    def finish(self, paper: int) -> None:
        self._finished += 1
        self._parsing.finish(paper)
        self._embedding.finish(paper)

    def left_s(self, now: float) -> int | None:
        """Seconds; None while there is too little to go by."""
        elapsed = now - self._began
        parsing, embedding = self._parsing, self._embedding
        if elapsed < _LEAST_S or not embedding.timed or (parsing.papers and not parsing.timed):
            return None
        unfinished = self._papers - self._finished
        under_way = parsing.under_way.keys() | embedding.under_way.keys()
        parsed_share = parsing.papers / len(self._begun)  # the text of others was in the catalogue
        left = parsing.left_s((unfinished - len(under_way)) * parsed_share)
        left += embedding.left_s(unfinished - len(embedding.under_way))
        done = parsing.seconds + embedding.seconds
        if done < _LEAST_SHARE * (done + left):
            return None
        return round(elapsed * left / done)
