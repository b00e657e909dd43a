import json
from dataclasses import replace
from pathlib import Path

import pytest
from desk import Desk, put_paper

from paperlab.domain.placements import Placement, Reason, Way
from paperlab.errors import ChangedOutside, UsageError
from paperlab.export.highlights import Flavor
from paperlab.services.exporting import ExportedFile, ExportFormat, Exporting
from paperlab.services.paper_files import Manner


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


def export(desk: Desk, output: Path) -> tuple[ExportedFile, ...]:
    return desk.exporting.export(ExportFormat.MARKDOWN, output=output)


def test_one_file_that_cannot_be_written_does_not_keep_the_others_from_it(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    put_paper(desk, "1810.04805", title="BERT")
    first, second = (file.path for file in export(desk, tmp_path / "out"))
    assert first
    assert second
    broken = first.read_text().replace("%% end paperlab:highlights %%", "")
    first.write_text(broken)
    second.write_text(second.read_text() + "mine\n")
    desk.noting.append(second_key := desk.library.keys()[1], "an idea")
    failed, written = export(desk, tmp_path / "out")
    assert str(failed.error).startswith(f"{first}: line ")
    assert first.read_text() == broken
    assert written.error is None
    assert second_key.value == "1810.04805"
    assert "an idea" in second.read_text()


def test_a_file_that_changes_is_kept_as_it_was(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    (file,) = export(desk, tmp_path / "out")
    assert file.path
    before = file.path.read_bytes()
    assert desk.backups.of(file.path) == ()
    desk.noting.append(key, "an idea")
    export(desk, tmp_path / "out")
    assert [backup.read_bytes() for backup in desk.backups.of(file.path)] == [before]
    assert not list((tmp_path / "out").glob("*[!m][!d]")), "nothing but notes where Obsidian looks"


def test_a_document_that_is_replaced_is_kept_as_it_was(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    path = tmp_path / "refs.bib"
    path.write_text("% mine\n")
    with pytest.raises(ChangedOutside):
        desk.exporting.export(ExportFormat.BIBTEX, output=path)
    desk.exporting.export(ExportFormat.BIBTEX, output=path, overwrite=True)
    assert [backup.read_text() for backup in desk.backups.of(path)] == ["% mine\n"]


def test_a_write_protected_file_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    (file,) = export(desk, tmp_path / "out")
    assert file.path
    before = file.path.read_bytes()
    file.path.chmod(0o444)
    desk.noting.append(key, "an idea")
    (file,) = export(desk, tmp_path / "out")
    assert "is write-protected" in str(file.error)
    assert file.path
    assert file.path.read_bytes() == before


def test_a_link_to_a_file_stays_a_link(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    (tmp_path / "vault").mkdir()
    real = tmp_path / "elsewhere.md"
    real.write_text("mine\n")
    link = tmp_path / "vault" / "key170603762.md"
    link.symlink_to(real)
    export(desk, tmp_path / "vault")
    desk.noting.append(key, "an idea")
    (file,) = export(desk, tmp_path / "vault")
    assert file.error is None
    assert link.is_symlink()
    assert "an idea" in real.read_text()
    assert "mine\n" in real.read_text()


def test_two_papers_never_share_a_file(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk, citekey="a/b")
    put_paper(desk, "1810.04805", title="BERT", citekey="A:b")
    first, second = export(desk, tmp_path / "out")
    assert first.error is None
    assert "is the file of 1706.03762 already" in str(second.error)


def test_a_file_in_another_encoding_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    path = tmp_path / "key170603762.md"
    path.write_bytes("käse".encode("latin-1"))
    (file,) = export(desk, tmp_path)
    assert "is not UTF-8" in str(file.error)
    assert path.read_bytes() == "käse".encode("latin-1")


def test_links_open_in_a_vault_that_does_not_hold_the_library(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    desk.annotating.highlight(key, "six layers")
    vault = tmp_path / "my vault"
    (vault / ".obsidian").mkdir(parents=True)
    (file,) = export(desk, vault / "papers")
    whole = desk.library.folder(key).as_posix().replace(" ", "%20")
    assert f"(<file://{whole}/v7.pdf#page=2>)" in file.text
    (tmp_path / ".obsidian").mkdir()
    (vault / ".obsidian").rmdir()
    (file,) = export(desk, vault / "papers")
    assert "(<../../library/papers/1706.03762/v7.pdf#page=2>)" in file.text


def test_places_on_the_newest_edition_are_told(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    moved = desk.annotating.highlight(key, "six layers")
    gone = desk.annotating.highlight(key, "square root", comment="a pity")
    moved, gone = (replace(mark, edition="v5") for mark in (moved, gone))
    for mark in (moved, gone):
        desk.library.annotate(key, mark)
    places = (
        Placement(annotation=moved, edition="v7", way=Way.EXACT, page_index=4),
        Placement(annotation=gone, edition="v7", reason=Reason.GONE),
    )
    files = replace(desk.files, placements=lambda _: places)
    (file,) = Exporting(desk.library, desk.shelf, files).export(ExportFormat.MARKDOWN, output=tmp_path)
    assert "1706.03762v5#page=2>), in v7 [p. 5](<library/papers/1706.03762/v7.pdf#page=5>), yellow)" in file.text
    end = file.text.split("## Not found in v7\n\n")[1]
    assert end.startswith("> square root\n")
    assert "its words are gone" in end
    assert "a pity" in end


def test_plain_markdown_shows_no_marks_and_is_read_back(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    mark = desk.annotating.highlight(key, "six layers", comment="so few")
    plain = Manner(Flavor.PLAIN)
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path, manner=plain)
    assert file.path
    assert "<!-- begin paperlab:highlights -->\n" in file.text
    assert f'\n\n<a id="hl-{mark.id[:8]}"></a>\n\nso few\n' in file.text
    assert "%%" not in file.text
    file.path.write_text(file.text.replace("so few", "so many"))
    list(desk.importing.take_back([file.path]))
    assert desk.annotating.of(key)[0].comment == "so many"
    (again,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path, manner=plain)
    assert (again.error, again.text.count("paperlab:highlights")) == (None, 2)


def test_a_logseq_page_is_written_again_until_somebody_changes_it(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    desk.annotating.highlight(key, "six layers")
    page = Manner(Flavor.LOGSEQ)
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path, manner=page)
    assert file.path == tmp_path / "hls__key170603762.md"
    desk.annotating.highlight(key, "square root")
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path, manner=page)
    assert file.error is None
    assert "- square root\n" in file.path.read_text()
    file.path.write_text(file.path.read_text() + "- mine\n")
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path, manner=page)
    assert "has been changed since it was written" in str(file.error)
    assert file.path.read_text().endswith("- mine\n")


def test_a_template_makes_a_file_a_paper_with_its_own_ending(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    put_paper(desk, "1810.04805", title="BERT")
    template = tmp_path / "note.org.j2"
    template.write_text("#+title: {{ title }}\n")
    manner = Manner(template=template)
    files = desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path / "out", manner=manner)
    assert [file.path.name for file in files if file.path] == ["key170603762.org", "key181004805.org"]
    assert (tmp_path / "out" / "key181004805.org").read_text() == "#+title: BERT\n"
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, manner=manner)
    assert file.text == "#+title: Attention Is All You Need\n\n\n#+title: BERT\n"
    template.write_text("{{ nothing }}")
    with pytest.raises(UsageError, match=r"note\.org\.j2: UndefinedError"):
        desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path / "out", manner=manner)
    with pytest.raises(UsageError, match="no such template"):
        desk.exporting.export(ExportFormat.MARKDOWN, manner=Manner(template=tmp_path / "none.j2"))


def test_a_template_larger_than_any_template_is_refused_unread(desk: Desk, tmp_path: Path) -> None:
    template = tmp_path / "note.org.j2"
    with template.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(UsageError, match="too large for a template"):
        desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path / "out", manner=Manner(template=template))
