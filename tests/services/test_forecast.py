"""The time that is left is told by what the pages and passages so far have taken."""

from paperlab.domain.steps import Stage, Step
from paperlab.services.forecast import Forecast


def paper(forecast: Forecast, number: int, start: float, *, pages: int = 10, page_s: float = 1.0) -> float:
    """Parse and embed a paper, ten passages a page in a tenth of a second each. Returns when it is done."""
    at = start
    for page in range(pages):
        forecast.seen(number, Step(Stage.PARSING, "x", page + 1, pages), at)
        at += page_s
    for passage in range(10 * pages):
        forecast.seen(number, Step(Stage.EMBEDDING, "x", passage + 1, 10 * pages), at)
        at += 0.1
    forecast.finish(number)
    return at


def test_nothing_is_told_before_there_is_something_to_go_by() -> None:
    forecast = Forecast(100, 0.0)
    assert forecast.seen(0, Step(Stage.PARSING, "x", 1, 10), 6.0).left_s is None
    assert forecast.seen(0, Step(Stage.PARSING, "x", 2, 10), 7.0).left_s is None  # embedding is still to be seen
    assert forecast.seen(0, Step(Stage.EMBEDDING, "x", 1, 100), 15.0).left_s is None
    assert forecast.seen(0, Step(Stage.EMBEDDING, "x", 100, 100), 25.0).left_s is None  # a hundredth of the work
    assert Forecast(2, 0.0).left_s(100.0) is None


def test_papers_to_come_are_taken_to_be_like_those_that_were() -> None:
    forecast = Forecast(4, 0.0)
    at = paper(forecast, 0, 0.0)
    left = forecast.left_s(at)
    assert left is not None
    assert 3 * at <= left <= 3.3 * at  # the starting of each paper is counted, too


def test_a_long_paper_that_has_begun_counts_by_its_own_pages() -> None:
    forecast = Forecast(2, 0.0)
    at = paper(forecast, 0, 0.0)
    short = forecast.left_s(at)
    step = forecast.seen(1, Step(Stage.PARSING, "long", 1, 100), at)
    assert step.left_s is not None
    assert short is not None
    assert step.left_s > 4 * short


def test_two_papers_at_once_take_half_the_time() -> None:
    forecast = Forecast(4, 0.0)
    paper(forecast, 0, 0.0)
    at = paper(forecast, 1, 0.0)
    left = forecast.left_s(at)
    assert left is not None
    assert abs(left - at) <= 1


def test_papers_that_are_only_embedded_need_no_parser() -> None:
    forecast = Forecast(10, 0.0)
    for passage in range(101):
        step = forecast.seen(0, Step(Stage.EMBEDDING, "x", passage, 100), passage / 10)
    assert step.left_s == 90


def test_a_paper_that_fails_is_not_waited_for() -> None:
    forecast = Forecast(2, 0.0)
    at = paper(forecast, 0, 0.0)
    forecast.seen(1, Step(Stage.PARSING, "broken", 1, 1000), at)
    forecast.finish(1)
    assert forecast.left_s(at) == 0


def test_a_step_tells_of_the_whole_run_in_words() -> None:
    step = Step(Stage.PARSING, "x", 1, 2, papers_done=3, papers=32)
    assert Step(Stage.PARSING, "x").whole_run == ""
    assert step.whole_run == "3 of 32 papers"
    for left_s, words in ((20, "less than a minute"), (250, "about 4 min"), (10_000, "about 3 h")):
        told = Step(Stage.PARSING, "x", papers_done=3, papers=32, left_s=left_s)
        assert told.whole_run == f"3 of 32 papers, {words} left"
