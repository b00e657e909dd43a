"""What was edited in an exported file comes back, or is reported; nothing is lost on either side."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from desk import Desk, put_paper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import NothingFound, UsageError
from paperlab.export.highlights import shown_comment
from paperlab.services.exporting import ExportedFile, ExportFormat
from paperlab.services.importing import TakenBack

nasty = st.lists(
    st.sampled_from(
        [
            "---",
            "# Heading",
            "## 2 Section",
            "%% end paperlab:highlights",
            "%%",
            "^mine",
            "```",
            "> quote",
            "> [!note]",
            "- item",
            "<!-- open",
            "$$",
            "\\%%",
            "word",
            "  indented",
            "",
        ]
    ),
    min_size=1,
    max_size=6,
).map("\n".join)


class Vault:
    """One exported paper with two highlights."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder
        self.key = put_paper(desk)
        self.first = desk.annotating.highlight(self.key, "square root", comment="why?\n\nthe second line")
        self.second = desk.annotating.highlight(self.key, "six layers", comment="so few")
        desk.noting.append(self.key, "An idea.\n\nAnother one.")
        self.path = folder / "key170603762.md"
        assert self.export().error is None

    def export(self, *, overwrite: bool = False) -> ExportedFile:
        (file,) = self.desk.exporting.export(ExportFormat.MARKDOWN, output=self.folder, overwrite=overwrite)
        return file

    def take(self) -> TakenBack:
        (outcome,) = self.desk.importing.take_back([self.path])
        return outcome

    def edit(self, old: str, new: str) -> None:
        text = self.path.read_text()
        assert text.count(old) == 1
        self.path.write_text(text.replace(old, new))

    def comment(self, annotation: Annotation) -> str:
        return next(one.comment for one in self.desk.annotating.of(self.key) if one.id == annotation.id)

    def declare_comment(self, annotation: Annotation, text: str) -> None:
        found = next(one for one in self.desk.annotating.of(self.key) if one.id == annotation.id)
        self.desk.annotating.comment(self.key, found, text)


@pytest.fixture
def vault(desk: Desk, tmp_path: Path) -> Vault:
    return Vault(desk, tmp_path / "vault")


def block_id(annotation: Annotation) -> str:
    return f"^hl-{annotation.id[:8]}"


def test_an_edited_comment_comes_back(vault: Vault) -> None:
    vault.edit("so few", "so few, and **yet**\n\n- a list")
    outcome = vault.take()
    assert outcome.taken == (f"comment of {block_id(vault.second)}",)
    assert vault.comment(vault.second) == "so few, and **yet**\n\n- a list"
    assert vault.comment(vault.first) == "why?\n\nthe second line"
    before = vault.path.read_bytes()
    assert vault.export().error is None
    assert vault.path.read_text().split("---\n", 2)[2] == before.decode().split("---\n", 2)[2]
    assert vault.take().taken == ()


def test_an_export_does_not_overwrite_what_was_edited_inside(vault: Vault) -> None:
    vault.edit("so few", "mine")
    vault.desk.annotating.highlight(vault.key, "Each layer has two sublayers")
    before = vault.path.read_bytes()
    file = vault.export()
    assert file.is_edited
    assert "edited inside the managed regions: 1 comment" in str(file.error)
    assert vault.path.read_bytes() == before
    vault.take()
    assert vault.export().error is None
    assert "Each layer has two sublayers" in vault.path.read_text()
    assert "\nmine\n" in vault.path.read_text()


def test_overwriting_keeps_a_backup(vault: Vault) -> None:
    vault.edit("so few", "mine")
    before = vault.path.read_bytes()
    assert vault.export(overwrite=True).error is None
    assert "mine" not in vault.path.read_text()
    assert [backup.read_bytes() for backup in vault.desk.backups.of(vault.path)] == [before]


def test_changes_of_different_lines_are_put_together(vault: Vault) -> None:
    vault.edit("why?", "why, though?")
    vault.declare_comment(vault.first, "why?\n\nthe second line, longer")
    assert vault.take().left == ()
    assert vault.comment(vault.first) == "why, though?\n\nthe second line, longer"


def test_a_comment_that_has_changed_on_both_sides_is_reported_and_stays_on_both(vault: Vault) -> None:
    vault.edit("so few", "in the file")
    vault.declare_comment(vault.second, "in the library")
    outcome = vault.take()
    assert outcome.left == (
        f"comment of {block_id(vault.second)}: it has changed in the library, too, at the same place",
    )
    assert vault.comment(vault.second) == "in the library"
    assert vault.export().is_edited
    assert "in the file" in vault.path.read_text()


def test_a_comment_can_be_edited_again_and_again(vault: Vault) -> None:
    for text in ("first try", "second try", "third try"):
        vault.edit(vault.comment(vault.second), text)
        assert len(vault.take().taken) == 1
        assert vault.comment(vault.second) == text


def test_a_comment_that_was_emptied_is_taken_away(vault: Vault) -> None:
    vault.edit("so few\n\n", "")
    vault.take()
    assert vault.comment(vault.second) == ""


def test_what_the_library_has_changed_is_no_edit_of_the_readers(vault: Vault) -> None:
    vault.declare_comment(vault.second, "new")
    vault.desk.annotating.remove(vault.first.id)
    assert vault.take().taken == ()
    assert vault.export().error is None
    assert "new" in vault.path.read_text()


def test_without_memory_of_the_last_export_old_comments_are_still_known(vault: Vault) -> None:
    for file in (vault.desk.library.derived / "exports").iterdir():
        file.unlink()
    vault.declare_comment(vault.second, "new")
    vault.desk.noting.append(vault.key, "A third idea.")
    assert vault.export().error is None
    assert "A third idea." in vault.path.read_text()


def test_without_memory_of_the_last_export_a_foreign_text_is_not_overwritten(vault: Vault) -> None:
    vault.edit("so few", "mine alone")
    vault.edit("An idea.", "An idea of mine.")
    for file in (vault.desk.library.derived / "exports").iterdir():
        file.write_text("{ broken")
    assert vault.export().is_edited
    outcome = vault.take()
    assert len(outcome.left) == 2
    assert vault.comment(vault.second) == "so few"
    assert "mine alone" in vault.path.read_text()


def test_notes_edited_in_the_file_come_back(vault: Vault) -> None:
    vault.edit("An idea.", "An idea of mine.")
    vault.desk.noting.append(vault.key, "Written in the library.")
    assert vault.take().taken == ("the notes",)
    assert vault.desk.noting.read(vault.key) == "An idea of mine.\n\nAnother one.\n\nWritten in the library.\n"
    (backup,) = vault.desk.backups.of(vault.desk.library.notes_path(vault.key))
    assert backup.read_text() == "An idea.\n\nAnother one.\n\nWritten in the library.\n"


def test_notes_with_windows_line_ends_keep_them(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    notes = desk.library.notes_path(key)
    notes.write_bytes(b"\r\n# One %% x\r\ntwo\r\n\r\n")
    desk.exporting.export(ExportFormat.MARKDOWN, output=tmp_path)
    file = tmp_path / "key170603762.md"
    file.write_text(file.read_text().replace("two", "2"))
    assert [outcome.taken for outcome in desk.importing.take_back([file])] == [("the notes",)]
    assert notes.read_bytes() == b"\r\n# One %% x\r\n2\r\n\r\n"


def test_who_edits_one_line_leaves_the_escapes_of_the_others(vault: Vault) -> None:
    vault.declare_comment(vault.second, "# not a heading %%\n\nso few")
    vault.export()
    vault.edit("so few", "so many")
    vault.take()
    assert vault.comment(vault.second) == "# not a heading %%\n\nso many"


def test_tags_that_were_added_or_taken_away_come_back(vault: Vault) -> None:
    annotation = next(one for one in vault.desk.annotating.of(vault.key) if one.id == vault.second.id)
    vault.desk.library.annotate(vault.key, replace(annotation, tags=("to do", "old")))
    vault.export()
    vault.edit(" #to-do #old", " #to-do #new/part")
    assert vault.take().taken == (f"tags of {block_id(vault.second)}",)
    assert next(one.tags for one in vault.desk.annotating.of(vault.key) if one.id == vault.second.id) == (
        "to do",
        "new/part",
    )


def test_an_edited_quote_is_the_papers_and_not_taken(vault: Vault) -> None:
    vault.edit("> six layers", "> seven layers")
    outcome = vault.take()
    assert outcome.left == (f"the quote of {block_id(vault.second)} has changed; it is the paper's",)
    assert vault.export().is_edited


def test_a_text_between_the_highlights_is_reported_and_not_overwritten(vault: Vault) -> None:
    vault.edit("## 2 Section\n", "## 2 Section\n\nMy own thought.\n")
    assert vault.take().left == ("“My own thought.” belongs to no highlight",)
    assert vault.export().is_edited
    assert "My own thought." in vault.path.read_text()


def test_a_deleted_highlight_is_no_deletion(vault: Vault) -> None:
    text = vault.path.read_text()
    start = text.index("> six layers")
    end = text.index("%% end paperlab:highlights")
    vault.path.write_text(text[:start] + text[end:])
    outcome = vault.take()
    assert outcome.deleted == (block_id(vault.second)[1:],)
    assert len(vault.desk.annotating.of(vault.key)) == 2
    assert vault.export().error is None
    assert "> six layers" in vault.path.read_text()


def test_a_highlight_that_lost_its_id_is_not_taken_for_a_comment(vault: Vault) -> None:
    third = vault.desk.annotating.highlight(vault.key, "residual connections", comment="below it")
    vault.export()
    vault.edit(f"{block_id(vault.second)}\n", "")
    vault.edit(f"{block_id(third)}\n", "")
    outcome = vault.take()
    assert (outcome.taken, len(outcome.left)) == ((), 1)
    vault.path.write_text(
        vault.path.read_text().replace("yellow)\n\n\nso few", f"yellow)\n\n{block_id(vault.second)}\n\nso few")
    )
    outcome = vault.take()
    assert outcome.taken == ()
    assert f"the line {block_id(third)} is gone" in outcome.left[0]
    assert vault.comment(vault.second) == "so few"
    assert vault.export().is_edited


def test_a_comment_on_what_the_library_has_deleted_stays_in_the_file(vault: Vault) -> None:
    vault.edit("so few", "important!")
    vault.desk.annotating.remove(vault.second.id)
    assert "no longer in the library" in vault.take().left[0]
    assert vault.export().is_edited


def test_a_folder_stands_for_the_exported_files_in_it(vault: Vault) -> None:
    (vault.folder / "other.md").write_text("# mine\n")
    (vault.folder / ".trash").mkdir()
    (vault.folder / ".trash" / "old.md").write_text(vault.path.read_text())
    vault.edit("so few", "mine")
    assert [outcome.path for outcome in vault.desk.importing.take_back([vault.folder])] == [vault.path]


@pytest.mark.parametrize("name", ["refs.bib", "paper.PDF", "library.json"])
def test_what_another_command_takes_is_sent_there(vault: Vault, name: str) -> None:
    with pytest.raises(UsageError):
        list(vault.desk.importing.take_back([vault.folder / name]))


def test_files_of_nobody_are_told_and_the_others_taken(vault: Vault) -> None:
    plain = vault.folder / "plain.md"
    plain.write_text("# mine\n")
    unknown = vault.folder / "unknown.md"
    unknown.write_text('---\npaperlab_id: "../../etc"\n---\n')
    gone = vault.folder / "gone.md"
    gone.write_text('---\npaperlab_id: "2001.00001"\n---\n')
    vault.edit("so few", "mine")
    outcomes = list(vault.desk.importing.take_back([plain, unknown, gone, vault.path]))
    assert [outcome.error is None for outcome in outcomes] == [False, False, False, True]
    assert vault.comment(vault.second) == "mine"


def test_each_file_of_nobody_is_told_with_the_reason(vault: Vault) -> None:
    plain, unknown = vault.folder / "plain.md", vault.folder / "unknown.md"
    plain.write_text("# mine\n")
    unknown.write_text('---\npaperlab_id: "../../etc"\n---\n')
    told = [outcome.error for outcome in vault.desk.importing.take_back([vault.folder / "none.md", plain, unknown])]
    assert [(str(error), error.hint if error else "") for error in told] == [
        (f"{vault.folder / 'none.md'}: no such file", ""),
        (f"{plain} names no paper", "an exported file has `paperlab_id` in its front matter"),
        (f"{unknown}: '../../etc' is no paper key", ""),
    ]


def test_a_folder_without_exported_files_is_told(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.md").write_text("# mine\n")
    (tmp_path / "other" / "latin.md").write_bytes(b"caf\xe9")
    with pytest.raises(NothingFound, match="no exported file in"):
        list(vault.desk.importing.take_back([tmp_path / "other"]))


@given(comment=nasty, notes=nasty, outside=st.tuples(nasty, nasty, nasty), end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_outside_the_regions_is_never_an_edit_and_stays_to_the_byte(
    vault: Vault, comment: str, notes: str, outside: tuple[str, str, str], end: str
) -> None:
    vault.declare_comment(vault.second, comment)
    vault.desk.noting.save(vault.key, notes, based_on=vault.desk.noting.read(vault.key))
    vault.path.unlink()
    assert vault.export().error is None
    front, body = vault.path.read_text().split("\n---\n", 1)
    body = body.replace("# Attention", f"{outside[0]}\n# Attention").replace(
        "## My notes", f"{outside[1]}\n## My notes"
    )
    written = f"{front}\nmine: [1]\n---\n{body}{outside[2]}".replace("\n", end).encode()
    vault.path.write_bytes(written)
    vault.declare_comment(vault.first, "changed in the library")
    assert vault.export().error is None
    renewed = vault.path.read_bytes()
    for before, after in zip(parts(written), parts(renewed), strict=True):
        assert before == after
    assert b"changed in the library" in renewed
    vault.export()
    assert vault.path.read_bytes() == renewed


def parts(data: bytes) -> list[bytes]:
    """What is outside of the regions and of our front matter."""
    body = data.split(b"\nmine: [1]", 1)[1]
    return re.split(rb"%% begin paperlab:\w+ %%(?s:.*?)%% end paperlab:\w+ %%", body)


@given(comments=st.tuples(nasty, nasty), edited=nasty)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_comment_that_is_written_into_the_file_comes_back_as_it_is_shown(
    vault: Vault, comments: tuple[str, str], edited: str
) -> None:
    vault.declare_comment(vault.first, comments[0])
    vault.declare_comment(vault.second, comments[1])
    assert vault.export(overwrite=True).error is None
    anchor = f"{block_id(vault.second)}\n\n"
    start, rest = vault.path.read_text().split(anchor)
    end = rest[rest.index("%% end paperlab:highlights") :]
    written = shown_comment(edited)
    vault.path.write_text(f"{start}{anchor}{written}\n\n{end}")
    outcome = vault.take()
    assert (outcome.left, outcome.error) == ((), None)
    assert shown_comment(vault.comment(vault.second)) == written
    assert vault.comment(vault.first) == comments[0]
    assert vault.export().error is None
    assert PaperKey("1706.03762") == outcome.key
