"""The bars on a terminal."""

import io

from rich.console import Console

from paperlab.cli.progress_bar import ProgressBar
from paperlab.domain.steps import Stage, Step


def shown(*steps: Step) -> str:
    """The last that a terminal shows while the work goes on."""
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    bar = ProgressBar(console)
    with bar:
        for step in steps:
            bar(step)
        frame = Console(file=(text := io.StringIO()), width=100)
        frame.print(bar)
    return text.getvalue()


def test_each_paper_has_a_bar_and_so_has_the_run() -> None:
    screen = shown(
        Step(Stage.DOWNLOADING, "BERT", 100, 1000, papers=3),
        Step(Stage.PARSING, "GPT [2]", 1, 10, papers_done=1, papers=3, left_s=200),
    )
    rows = screen.splitlines()
    assert "1 of 3 papers, about 3 min left" in rows[0]
    assert "downloading  BERT" in rows[1]
    assert "parsing      GPT [2]" in rows[2]


def test_a_paper_keeps_one_bar_and_loses_it_when_it_is_done() -> None:
    parsing, embedding = Step(Stage.PARSING, "BERT", 9, 10), Step(Stage.EMBEDDING, "BERT", 1, 60)
    assert shown(parsing, embedding).count("BERT") == 1
    assert "BERT" not in shown(parsing, embedding, Step(Stage.EMBEDDING, "BERT", 60, 60))


def test_bars_never_fill_the_screen() -> None:
    screen = shown(*(Step(Stage.PARSING, f"paper {number}", 1, 10) for number in range(50)))
    assert len(screen.splitlines()) <= 5
    assert "paper 49" in screen
