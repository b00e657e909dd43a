"""What the one of two papers has goes over to the other: again and again, if it was cut off, and under any name."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.progress import Declaration, Status
from paperlab.errors import LibraryError
from paperlab.library.joining import join, successor
from paperlab.library.library import Library

NOW = datetime(2026, 3, 4, tzinfo=UTC)
KEY, OTHER = PaperKey("1706.03762"), PaperKey("nips")
PAPER = Paper(key=KEY, citekey="vaswani2017attention", title="Attention", added=NOW)
TWIN = Paper(key=OTHER, citekey="Vaswani17", title="Attention", added=NOW)
MARK = Annotation(
    id="1", kind=AnnotationKind.HIGHLIGHT, edition="v1", page_index=0, quote="Größe", created=NOW, updated=NOW
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library.write(PAPER)
    library.write(TWIN)
    return library


def put_edition(library: Library, tmp_path: Path, content: bytes) -> Paper:
    """The other paper with a PDF."""
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(content)
    edition = library.add_edition(OTHER, "v1", pdf, NOW)
    return library.change(OTHER, lambda paper: replace(paper, editions=(edition,)))


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_go_over_once_under_the_new_name_of_their_edition(library: Library, tmp_path: Path) -> None:
    other = put_edition(library, tmp_path, b"%PDF-other")
    (library.folder(KEY) / "annotations.jsonl").write_bytes(b'{"id": "torn')
    library.annotate(OTHER, MARK)
    library.annotate(OTHER, replace(MARK, id="2", edition="file-1"))
    library.record_reading(OTHER, Declaration(at=NOW, status=Status.READ))
    for _ in range(2):  # the first try was cut off before the folder was moved
        kept = join(library, PAPER, other, {"v1": "v3"})
        (kept / "paper").rename(library.folder(OTHER))
    text = (library.folder(KEY) / "annotations.jsonl").read_text()
    assert text.startswith('{"id": "torn\n'), "a torn line stays alone"
    assert [(mark.id, mark.edition, mark.quote) for mark in library.annotations(KEY)] == [
        ("1", "v3", "Größe"),
        ("2", "file-1", "Größe"),
    ]
    assert "Größe" in text, "as it was written"
    assert text.count("\n") == 3
    library.annotate(OTHER, replace(MARK, id="3"))
    join(library, PAPER, other, {"v1": "v3"})
    assert (library.folder(KEY) / "annotations.jsonl").read_text().startswith(text + '{"id": "3"')
    assert [entry["status"] for entry in lines(library.folder(KEY) / "reading.jsonl")] == ["read"]
    assert (library.folder(KEY) / "v3.pdf").read_bytes() == b"%PDF-other"


def test_a_line_that_a_merge_taken_back_has_deleted_stands_again_under_its_editions_new_name(
    library: Library, tmp_path: Path
) -> None:
    other = put_edition(library, tmp_path, b"%PDF-other")
    for key in (KEY, OTHER):
        library.annotate(key, replace(MARK, edition="v3" if key == KEY else "v1"))
        library.annotate(key, replace(MARK, id="2", edition="v3" if key == KEY else "v1"))
    library.remove_annotation(KEY, "1", NOW)
    library.remove_annotation(OTHER, "2", NOW)
    with library.history.step("merge"):
        join(library, PAPER, other, {"v1": "v3"})
    assert [(mark.id, mark.edition) for mark in library.annotations(KEY)] == [("1", "v3")]
    noted = [change.file for change in library.history.steps()[-1].changes if change.entry == "1"]
    assert noted == ["papers/1706.03762/annotations.jsonl"], "so that it can be undone"


def test_a_list_that_names_the_paper_is_noted_as_changed(library: Library) -> None:
    (library.root / "lists" / "mine.toml").write_text('[[items]]\npaper = "nips"\n')
    with library.history.step("merge"):
        join(library, PAPER, TWIN, {})
    assert "lists/mine.toml" in {change.file for change in library.history.steps()[-1].changes}


def test_an_edition_without_its_pdf_is_passed_over(library: Library) -> None:
    without = replace(TWIN, editions=(Edition("v1", "v1.pdf", "a" * 64, 1, NOW),))
    library.write(without)
    join(library, PAPER, without, {"v1": "v2"})
    assert not list(library.folder(KEY).glob("*.pdf"))


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("", "", ""),
        ("Mine.", "", "Mine.\n"),
        ("Mine.", " \n", "Mine.\n"),
        ("", "Theirs.", "Theirs.\n"),
        ("Mine.", "Theirs.", "Mine.\n\nTheirs.\n"),
        ("Mine. Theirs. More.", "Theirs.", "Mine. Theirs. More.\n"),
    ],
)
def test_notes_go_over_once(library: Library, mine: str, theirs: str, both: str) -> None:
    library.append_note(KEY, mine)
    library.notes_path(OTHER).write_text(theirs)
    join(library, PAPER, TWIN, {})
    assert library.read_notes(KEY) == both


def test_what_was_there_before_is_kept_as_the_first_try_found_it(library: Library) -> None:
    library.append_note(KEY, "Mine.")
    library.annotate(KEY, MARK)
    library.append_note(OTHER, "Theirs.")
    before = {name: (library.folder(KEY) / name).read_bytes() for name in ("notes.md", "annotations.jsonl")}
    for _ in range(2):
        kept = join(library, replace(PAPER, title="New"), TWIN, {})
        (kept / "paper").rename(library.folder(OTHER))
    assert kept == library.root / "merged" / "nips"
    found = {path.name: path.read_bytes() for path in (kept / "before").iterdir()}
    assert b'title = "Attention"' in found.pop("paper.toml")
    assert found == before
    assert library.read(KEY).title == "New"
    assert (kept / "merged.toml").read_text() == 'into = "1706.03762"\ncitekey = "Vaswani17"\n'


def test_lists_name_the_paper_by_its_new_key_and_are_kept_as_they_were(library: Library) -> None:
    folder = library.root / "lists"
    named = '# mine\n[[items]]\ntitle = "A"\npaper = "nips" # here\n[[items]]\npaper = "x"\nafter = ["y", "nips"]\n'
    (folder / "latin.toml").write_bytes(b"# caf\xe9")
    others = {
        "a.toml": 'title = "nips is only named"\n',
        "b.toml": '[[items]]\npaper = "x"\nwhy = "nips"\n',
        "d.toml": '[[items]]\npaper = "z"\n',
    }
    for name, text in {**others, "c.toml": named}.items():
        (folder / name).write_text(text)
    kept = join(library, PAPER, TWIN, {})
    assert (folder / "c.toml").read_text() == named.replace('"nips"', '"1706.03762"')
    assert (kept / "before" / "c.toml").read_text() == named
    assert {name: (folder / name).read_text() for name in others} == others
    assert [path.name for path in (kept / "before").glob("?.toml")] == ["c.toml"]


def test_a_paper_that_is_merged_once_more_gets_a_folder_of_its_own(library: Library) -> None:
    folders = []
    for _ in range(3):
        library.write(TWIN)
        folders.append(join(library, PAPER, TWIN, {}).name)
    assert folders == ["nips", "nips~2", "nips~3"]
    assert successor(library, "nips") == KEY


def test_a_folder_that_cannot_be_moved_is_told(library: Library) -> None:
    (library.root / "merged" / "nips" / "paper").parent.mkdir(parents=True)
    (library.root / "merged" / "nips" / "paper").symlink_to("nowhere")
    with pytest.raises(LibraryError, match=r"papers/nips: \w+"):
        join(library, PAPER, TWIN, {})
    assert library.has(OTHER)


def test_a_name_that_was_merged_twice_leads_to_the_last_paper(library: Library) -> None:
    library.write(replace(TWIN, key=PaperKey("first"), citekey="first"))
    join(library, replace(TWIN, key=PaperKey("first"), citekey="first"), TWIN, {})
    library.write(replace(TWIN, citekey="again"))
    join(library, PAPER, replace(TWIN, citekey="again"), {})
    assert successor(library, "nips") == successor(library, "again") == KEY
    assert successor(library, "Vaswani17") == PaperKey("first")
    assert successor(library, "nips~2") is None


def test_old_names_lead_to_the_paper_through_any_number_of_mergings(library: Library) -> None:
    third = replace(TWIN, key=PaperKey("third"), citekey="third")
    library.write(third)
    join(library, TWIN, third, {})
    assert successor(library, "THIRD") == OTHER
    join(library, PAPER, TWIN, {})
    assert successor(library, "third") == successor(library, "vaswani17") == successor(library, "nips") == KEY
    assert successor(library, "1706.03762") is None


def merged_note(library: Library, name: str, text: str) -> None:
    folder = library.root / "merged" / name
    folder.mkdir(parents=True)
    (folder / "merged.toml").write_bytes(text.encode("utf-8", "surrogateescape"))


def test_notes_of_others_lead_nowhere(library: Library) -> None:
    merged_note(library, "a", "into = ")
    merged_note(library, "b", "into = 5\n")
    merged_note(library, "c", 'into = "c"\n')
    merged_note(library, "d", 'into = "gone"\nciteKey = 3\n')
    merged_note(library, "e", "\udcff")
    merged_note(library, "f", 'into = "../1706.03762"\n')
    merged_note(library, "g", "into = " + "[" * 5000)
    merged_note(library, "h", 'into = "1706.03762"\n')
    assert [successor(library, name) for name in "abcdefgh"] == [None] * 7 + [KEY]
