import json
from pathlib import Path

import pytest
from desk import Desk, put_paper

from paperlab.errors import UsageError
from paperlab.services.exporting import ExportFormat


def test_markdown_goes_into_one_file_a_paper_and_keeps_what_the_reader_wrote_there(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    desk.annotating.highlight(key, "six layers", comment="so few")
    target = tmp_path / "out"
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=target)
    assert file.path == target / "key170603762.md"
    mine = file.path.read_text() + "\nMy own words.\n"
    file.path.write_text(mine)
    desk.annotating.highlight(key, "square root")

    desk.exporting.export(ExportFormat.MARKDOWN, output=target)

    text = file.path.read_text()
    assert text.endswith("\nMy own words.\n")
    assert "> six layers" in text
    assert "> square root" in text


def test_a_dry_run_shows_the_change_and_makes_none(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path / "out", dry_run=True)
    assert "+# Attention Is All You Need" in file.difference
    assert not (tmp_path / "out").exists()


def test_an_export_that_changes_nothing_says_so(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path)
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path)
    assert file.difference == ""


def test_several_papers_do_not_go_into_one_markdown_file(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    put_paper(desk, "1810.04805", title="BERT")
    with pytest.raises(UsageError):
        desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path / "all.md")


@pytest.mark.parametrize("export_format", [ExportFormat.BIBTEX, ExportFormat.CSL_JSON, ExportFormat.JSON])
def test_the_other_formats_are_one_document_of_all_papers(desk: Desk, export_format: ExportFormat) -> None:
    put_paper(desk)
    put_paper(desk, "1810.04805", title="BERT")
    (file,) = desk.exporting.export(export_format)
    assert file.path is None
    assert "1706.03762" in file.text
    assert "1810.04805" in file.text
    if export_format is not ExportFormat.BIBTEX:
        json.loads(file.text)
