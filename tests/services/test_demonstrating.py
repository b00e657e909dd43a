import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperlab.config import Settings
from paperlab.domain.progress import Status
from paperlab.errors import LibraryError
from paperlab.services.demonstrating import (
    ATTENTION,
    COMMENT,
    LIST,
    NOTE,
    PRIMERS,
    QUOTE,
    DemoStep,
    make_demo_library,
    read_primer,
)
from paperlab.workbench import Workbench


def show(root: Path) -> list[DemoStep]:
    """The whole demo, with the real parser, index and model."""
    workbench = Workbench(Settings(offline=True), root)
    steps = list(workbench.demonstrating.run())
    workbench.close()
    return steps


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[DemoStep]]]:
    """A demo that has run once: its folder and its steps."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.getbasetemp() / "home"
        home.mkdir(exist_ok=True)
        patch.setenv("HOME", str(home))
        root = make_demo_library(tmp_path_factory.mktemp("demo") / "paperlab-demo").root
        yield root, show(root)


def test_the_demo_adds_three_primers_with_authors_year_and_tag(shown: tuple[Path, list[DemoStep]]) -> None:
    workbench = Workbench(Settings(offline=True), shown[0])
    keys = workbench.library.keys()
    papers = [workbench.shelf.paper(key) for key in keys]
    assert [str(paper.key) for paper in papers] == [f"paperlab2026{name}" for name in ("attention", "bert", "gpt")]
    assert {(paper.year, paper.authors, paper.tags) for paper in papers} == {(2026, ("Team Paperlab",), ("primer",))}
    assert {summary.pages for summary in workbench.shelf.summaries()} == {2}
    workbench.close()


def test_the_first_three_items_of_the_list_are_in_the_library(shown: tuple[Path, list[DemoStep]]) -> None:
    workbench = Workbench(Settings(offline=True), shown[0])
    keys = workbench.shelf.keys_of(workbench.library.list(LIST))
    assert [str(key) for key in keys[:3]] == [f"paperlab2026{name}" for name in PRIMERS]
    assert set(keys[:3]) == set(workbench.library.keys())
    workbench.close()


def test_sections_come_with_their_numbers_and_levels(shown: tuple[Path, list[DemoStep]]) -> None:
    workbench = Workbench(Settings(offline=True), shown[0])
    headings = [(entry.level, entry.title) for entry in workbench.reading.open(ATTENTION).outline]
    assert (2, "2.1 Why the Square Root of the Dimension") in headings
    numbers = [title.split()[0] for _, title in headings if title[0].isdigit()]
    assert numbers == ["1", "2", "2.1", "2.2", "3", "4", "5", "6"]
    workbench.close()


def test_both_questions_are_answered_by_the_right_primer(shown: tuple[Path, list[DemoStep]]) -> None:
    first, second = (step for step in shown[1] if step.command.startswith("paperlab search"))
    assert first.result.startswith("1. Attention: A Primer  p. 1  2.1 Why the Square Root of the Dimension\n")
    assert second.result.startswith("1. BERT: A Primer  p. 1  2.1 Masked Language Modelling\n")


def test_highlight_note_and_status_are_the_readers_own_files(shown: tuple[Path, list[DemoStep]]) -> None:
    workbench = Workbench(Settings(offline=True), shown[0])
    (mark,) = workbench.annotating.of(ATTENTION)
    assert (mark.quote, mark.comment, mark.page_index) == (QUOTE, COMMENT, 0)
    assert workbench.noting.read(ATTENTION).strip() == NOTE
    assert workbench.tracking.state(ATTENTION).status is Status.READING
    workbench.close()


def test_no_reading_time_is_invented(shown: tuple[Path, list[DemoStep]]) -> None:
    workbench = Workbench(Settings(offline=True), shown[0])
    assert workbench.tracking.totals().seconds == 0
    assert "stay" not in (shown[0] / "papers" / str(ATTENTION) / "reading.jsonl").read_text()
    assert any("Nothing is read yet" in step.result for step in shown[1])
    workbench.close()


def test_the_export_holds_quote_comment_and_note(shown: tuple[Path, list[DemoStep]]) -> None:
    exported = (shown[0] / "exports" / f"{ATTENTION}.md").read_text()
    assert QUOTE in exported
    assert COMMENT in exported
    assert NOTE in exported
    assert QUOTE in shown[1][-1].result


def test_a_second_run_changes_nothing_of_the_readers(shown: tuple[Path, list[DemoStep]]) -> None:
    def truth() -> dict[str, str]:
        return {
            str(path.relative_to(shown[0])): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in shown[0].rglob("*")
            if path.is_file() and ".paperlab" not in path.parts
        }

    before = truth()
    assert make_demo_library(shown[0]).root == shown[0]
    again = show(shown[0])
    assert truth() == before
    assert [step.command for step in again] == [step.command for step in shown[1]]
    assert sum(step.result.endswith("(it was there already)") for step in again) == 2


def test_what_the_reader_has_read_since_is_not_taken_back(shown: tuple[Path, list[DemoStep]]) -> None:
    workbench = Workbench(Settings(offline=True), shown[0])
    workbench.tracking.declare([ATTENTION], Status.READ)
    show(shown[0])
    assert workbench.tracking.state(ATTENTION).status is Status.READ
    workbench.close()


def test_a_folder_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.tex").write_text("mine")
    with pytest.raises(LibraryError, match="left alone"):
        make_demo_library(other)
    assert [path.name for path in other.iterdir()] == ["chapter.tex"]


def test_a_library_of_the_readers_own_is_left_alone(tmp_path: Path) -> None:
    Workbench(Settings(), make_demo_library(tmp_path / "mine").root).close()
    (tmp_path / "mine" / "lists" / f"{LIST}.toml").unlink()
    with pytest.raises(LibraryError, match="left alone"):
        make_demo_library(tmp_path / "mine")


def test_a_file_in_the_folders_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "paperlab-demo").write_text("a file")
    with pytest.raises(LibraryError, match="left alone"):
        make_demo_library(tmp_path / "paperlab-demo")


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert make_demo_library(tmp_path).root == tmp_path


@pytest.mark.parametrize("name", PRIMERS)
def test_a_primer_cites_each_of_its_references_and_no_other(name: str) -> None:
    article = read_primer(name)
    text = " ".join(
        [article.abstract, *(paragraph for section in article.sections for paragraph in section.paragraphs)]
    )
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    assert cited == set(range(1, len(article.references) + 1))
    assert max(section.level for section in article.sections) == 2
    assert 700 < len(text.split()) < 1300
