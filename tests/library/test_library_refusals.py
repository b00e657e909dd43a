"""Every refusal of the library says in one sentence what failed, and in another what to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.progress import Declaration
from paperlab.errors import LibraryError, PaperlabError
from paperlab.library import plain_files
from paperlab.library.files import append_text, copy_atomically, hash_file
from paperlab.library.library import Library

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY, UNKNOWN = PaperKey("1706.03762"), PaperKey("2005.14165")
ATTENTION = Paper(key=KEY, citekey="vaswani2017attention", title="Attention Is All You Need", added=NOW)
MARK = Annotation(
    id="1", kind=AnnotationKind.HIGHLIGHT, edition="v1", page_index=0, quote="q", created=NOW, updated=NOW
)
RECORD = 'key = "1706.03762"\ncitekey = "v"\ntitle = "A"\nadded = 2026-03-04\n'
EDITION = f'[[editions]]\nname = "v1"\nfile = "v1.pdf"\nsha256 = "{"b" * 64}"\nbytes = 1\nfetched = 2020-01-01\n'
ITEM = '[[items]]\npaper = "a"\n'
MEND, MEND_OR_RESTORE = "Mend it by hand.", "Mend it by hand, or bring back an older copy of the file."
WHAT_THERE_IS = "`paperlab list` shows what there is."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    library.write(ATTENTION)
    return library


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(PaperlabError) as refused:
        act()
    return refused.value.message, refused.value.hint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("key = \n", "Invalid value (at line 1, column 7)"),
        (RECORD.replace("1706.03762", "1706.03763"), "key is 1706.03763, but the folder is 1706.03762"),
        (RECORD.replace("1706.03762", ".."), "key is no key: letters, digits, dot, dash and underscore"),
        (RECORD.replace('key = "1706.03762"', ""), "key is missing"),
        (RECORD.replace('"v"', '"a b"'), "citekey holds characters that BibTeX does not take"),
        (RECORD + "tags = 3\n", "tags should be a list of texts, is a number"),
        (RECORD + "tags = 3.5\n", "tags should be a list of texts, is a number"),
        (RECORD + 'tags = "x"\n', "tags should be a list of texts, is text"),
        (RECORD + "tags = [1]\n", "tags should be a list of texts, is a list"),
        (RECORD + "tags = {a = 1}\n", "tags should be a list of texts, is a table"),
        (RECORD + "doi = true\n", "doi should be text, is true or false"),
        (RECORD + "doi = 07:32:00\n", "doi should be text, is a time"),
        (RECORD + 'updated = "soon"\n', "updated is no date"),
        (RECORD + "updated = 07:32:00\n", "updated should be a date, is a time"),
        (RECORD + "editions = 1\n", "editions should be a list of tables, is a number"),
        (RECORD + "editions = [1]\n", "editions should be a list of tables, is a list"),
        (RECORD + EDITION + EDITION, "editions name one twice"),
        (RECORD + EDITION.replace('"v1"', '"v0"'), "editions.name should be v and a number"),
        (RECORD + EDITION.replace('"v1.pdf"', '"a/b"'), "editions.file should be the name of a file in this folder"),
        *(
            (
                RECORD + EDITION.replace('"v1.pdf"', f"'{name}'"),
                "editions.file should be the name of a file in this folder",
            )
            for name in (".hidden", "a\\b", "C:a", "a:b", "x" * 201, "..")
        ),
        (RECORD + EDITION.replace("b" * 64, "B" * 64), "editions.sha256 should be 64 hexadecimal digits"),
        (RECORD + EDITION.replace("bytes = 1", "bytes = -1"), "bytes should be a whole number from 0"),
        (RECORD + EDITION.replace("fetched", "fetch"), "fetched is missing"),
        (RECORD + "bibliography = 1\n", "bibliography should be a table"),
        (RECORD + "[bibliography]\n'a b' = 1\n", "bibliography.a b is no name of a field"),
        (RECORD + "[bibliography]\nvolume = true\n", "bibliography.volume should be text"),
        (RECORD + "[bibliography]\ntype = 'a b'\n", "bibliography.type is no type of an entry"),
    ],
)
def test_a_record_that_cannot_be_meant(library: Library, text: str, why: str) -> None:
    (library.folder(KEY) / "paper.toml").write_text(text)
    assert refusal(lambda: library.read(KEY)) == (f"papers/1706.03762/paper.toml: {why}", MEND_OR_RESTORE)


def test_a_record_that_is_no_text_or_not_there(library: Library) -> None:
    (library.folder(KEY) / "paper.toml").write_bytes(b"\xff")
    assert refusal(lambda: library.read(KEY)) == ("papers/1706.03762/paper.toml: it is not UTF-8", MEND_OR_RESTORE)
    assert refusal(lambda: library.read(UNKNOWN)) == ("no paper 2005.14165", WHAT_THERE_IS)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("title = 1", "title should be text, is a number"),
        ("items = 1", "items should be a list of tables, is a number"),
        ("[[items]]\ntitle = 'x'", "item 'x' has neither paper nor url"),
        (f"{ITEM}url = 'ftp://a.b'", "url of 'a' should be an address that begins with https://"),
        (f"{ITEM}kind = 'poem'", "kind of 'a' should be one of paper, course, book, video, competition"),
        (f"{ITEM}after = 'b'", "after should be a list of texts, is text"),
        (f"{ITEM}sections = 3", "sections should be a list of texts, is a number"),
        (f"{ITEM}questions = 3", "questions should be a list of texts, is a number"),
        (f"{ITEM}why = 3", "why should be text, is a number"),
        ("title = ", "Invalid value (at end of document)"),
    ],
)
def test_a_list_that_cannot_be_meant(library: Library, text: str, why: str) -> None:
    (library.root / "lists" / "mine.toml").write_text(text)
    assert refusal(lambda: library.list("mine")) == (f"lists/mine.toml: {why}", MEND)


ANNOTATION = {"id": "1", "at": "2026-03-04", "kind": "highlight", "edition": "v1", "page": 1, "quote": "q"}
STAY = {"id": "1", "at": "2026-03-04", "type": "stay", "edition": "v1", "page": 1, "pages": 9, "seconds": 6}
FOUR = "rects should be a list of four numbers each"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({**ANNOTATION, "id": ""}, "id is missing"),
        ({**ANNOTATION, "at": None}, "at is missing"),
        ({**ANNOTATION, "kind": "poem"}, "kind should be one of highlight, underline, strikeout, note, area"),
        ({**ANNOTATION, "edition": " "}, "edition is missing"),
        ({**ANNOTATION, "page": 0}, "page should be a whole number from 1"),
        ({**ANNOTATION, "page": 2**53 + 1}, "page should be a whole number from 1"),
        ({**ANNOTATION, "rects": 1}, FOUR),
        ({**ANNOTATION, "rects": [1]}, FOUR),
        ({**ANNOTATION, "rects": [[1, 2, 3]]}, FOUR),
        ({**ANNOTATION, "rects": [[1, 2, 3, "4"]]}, "rects should be a number"),
        ({**ANNOTATION, "rects": [[1, 2, 3, 2**53 + 1]]}, "rects should be a number"),
        ({**ANNOTATION, "rects": [[1, 2, 3, True]]}, "rects should be a number"),
        ({**ANNOTATION, "created": "soon"}, "created is no date"),
        ({**ANNOTATION, "file_date": 99999}, "file_date is no date"),
        *(
            ({**ANNOTATION, name: 3}, f"{name} should be text, is a number")
            for name in ("quote", "prefix", "suffix", "section", "color", "comment", "author", "reply_to", "source")
        ),
        ({**ANNOTATION, "tags": "x"}, "tags should be a list of texts, is text"),
    ],
)
def test_an_annotation_that_cannot_be_meant(library: Library, line: dict[str, object], why: str) -> None:
    library.annotate(KEY, replace(MARK, id="0"))
    with (library.folder(KEY) / "annotations.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
    assert library.broken_lines(KEY) == (f"annotations.jsonl, line 2: {why}",)
    assert [mark.id for mark in library.annotations(KEY)] == ["0"]
    assert list(library.annotation_history(KEY)) == ["0"] if "id" in why else ["0", "1"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("torn", "no JSON"),
        ("[]", "no JSON object"),
        (json.dumps({**STAY, "type": "nap"}), "type should be one of stay, declared, bookmark"),
        (json.dumps({**STAY, "type": None}), "type is missing"),
        (json.dumps({**STAY, "edition": None}), "edition is missing"),
        (json.dumps({**STAY, "page": 0}), "page should be a whole number from 1"),
        (json.dumps({**STAY, "pages": -1}), "pages should be a whole number from 0"),
        (json.dumps({**STAY, "seconds": None}), "seconds should be a number"),
        (json.dumps({**STAY, "quote": 1}), "quote should be text, is a number"),
        (json.dumps({**STAY, "type": "bookmark"}), "letter is missing"),
        (json.dumps({**STAY, "type": "bookmark", "letter": "a", "page": 0}), "page should be a whole number from 1"),
        (json.dumps({**STAY, "type": "bookmark", "letter": "a", "edition": ""}), "edition is missing"),
        (json.dumps({**STAY, "type": "declared", "status": "x"}), "status should be one of unread, reading, read"),
        (json.dumps({**STAY, "type": "declared", "depth": "x"}), "depth should be one of skimmed, read, understood"),
    ],
)
def test_reading_that_cannot_be_meant(library: Library, line: str, why: str) -> None:
    (library.folder(KEY) / "reading.jsonl").write_text(f"{json.dumps(STAY)}\n{line}\n")
    assert library.broken_lines(KEY) == (f"reading.jsonl, line 2: {why}",)


def test_a_list_that_is_not_there_or_cannot_be_added_to(library: Library) -> None:
    plain = "Use letters, digits, blank, dash and dot."
    assert refusal(lambda: library.list("mine")) == ("no reading list mine", "There are: none yet.")
    assert refusal(lambda: library.list("a/b")) == ("no reading list can be named 'a/b'", plain)
    for name in ("b", "a"):
        (library.root / "lists" / f"{name}.toml").write_text("items = [{paper = 'x'}]")
    assert refusal(lambda: library.list("mine")) == ("no reading list mine", "There are: a, b.")
    message, hint = refusal(lambda: library.add_to_list("a", KEY, "T"))
    assert message.startswith("lists/a.toml: Cannot mutate")
    assert hint == MEND


def test_a_damaged_list_is_told_and_the_others_are_given(library: Library) -> None:
    (library.root / "lists" / "a.toml").write_text("title = ")
    (library.root / "lists" / "b.toml").write_text("title = 'B'")
    told: list[LibraryError] = []
    assert [found.title for found in library.lists(told.append)] == ["B"]
    assert [error.message for error in told] == ["lists/a.toml: Invalid value (at end of document)"]


def test_notes_that_cannot_be_written(library: Library) -> None:
    path, place = library.notes_path(KEY), "papers/1706.03762/notes.md"
    library.append_note(KEY, "theirs")
    assert refusal(lambda: library.write_notes(KEY, "mine", based_on="")) == (
        f"{place} was changed by somebody else",
        "Your text is not saved; look at the file and take over what is new in it.",
    )
    path.chmod(0o555)
    assert refusal(lambda: library.write_notes(KEY, "mine", based_on="theirs\n")) == (
        f"{place} is write-protected",
        "`chmod u+w` lets it be written.",
    )
    assert path.read_text() == "theirs\n"
    path.chmod(0o600)
    path.write_bytes(b"\xff")
    assert refusal(lambda: library.read_notes(KEY)) == (f"{place}: it is not UTF-8", "Save it as UTF-8 in your editor.")


@pytest.mark.parametrize(
    "write",
    [
        lambda library: library.annotate(UNKNOWN, MARK),
        lambda library: library.append_note(UNKNOWN, "x"),
        lambda library: library.write_notes(UNKNOWN, "x", based_on=""),
        lambda library: library.record_reading(UNKNOWN, Declaration(at=NOW)),
        lambda library: library.withdraw_reading(UNKNOWN, "1", NOW),
        lambda library: library.remove_annotation(UNKNOWN, "1", NOW),
        lambda library: library.change(UNKNOWN, lambda paper: paper),
    ],
)
def test_a_paper_that_is_not_there(library: Library, write: Callable[[Library], object]) -> None:
    assert refusal(lambda: write(library)) == ("no paper 2005.14165", WHAT_THERE_IS)


def test_an_edition_whose_name_is_taken(library: Library, tmp_path: Path) -> None:
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"one")
    library.add_edition(KEY, "v1", pdf, NOW)
    pdf.write_bytes(b"two")
    assert refusal(lambda: library.add_edition(KEY, "v1", pdf, NOW)) == (
        "1706.03762/v1.pdf is there already, with other content",
        "The file there is kept. Move it away if it is not the edition you want, and try again.",
    )


def test_files_that_make_no_paper_or_are_in_the_way(library: Library) -> None:
    assert refusal(lambda: plain_files.check_paper(KEY, {"paper.toml": RECORD, "b.sh": "", "a.sh": ""})) == (
        "1706.03762: no file of a paper is named 'a.sh'",
        "",
    )
    assert refusal(lambda: plain_files.check_paper(KEY, {"paper.toml": "key = "})) == (
        "1706.03762/paper.toml: Invalid value (at end of document)",
        MEND_OR_RESTORE,
    )
    record = {"key": "1706.03762", "citekey": "v", "title": "A", "added": "2026-03-04"}
    assert refusal(lambda: plain_files.files_of_tables(KEY, record, [{"mine": float("nan")}], [], "")) == (
        "1706.03762: Out of range float values are not JSON compliant",
        MEND,
    )
    assert refusal(lambda: plain_files.check_paper(KEY, {})) == (
        "1706.03762/paper.toml: key is missing",
        MEND_OR_RESTORE,
    )
    assert refusal(lambda: plain_files.put_paper(library, KEY, {"paper.toml": RECORD})) == (
        f"{library.folder(KEY) / 'paper.toml'} is there already",
        "Nothing is overwritten: move it away.",
    )
    library.notes_path(KEY).write_bytes(b"\xff")
    assert refusal(lambda: plain_files.paper_files(library, KEY)) == (
        f"{library.notes_path(KEY)}: it is not UTF-8",
        "Save it as UTF-8 in your editor.",
    )


def test_what_the_disk_refuses(library: Library, tmp_path: Path) -> None:
    room = "Look at the permissions and the room on the disk."
    gone = tmp_path / "gone"
    assert refusal(lambda: hash_file(gone)) == (f"{gone}: no such file or directory", room)
    assert refusal(lambda: copy_atomically(gone, tmp_path / "a")) == (f"{gone}: no such file or directory", room)
    with pytest.raises(LibraryError, match=f"{gone}/a: no such file"):
        append_text(gone / "a", "x", between=lambda _: "")
    library.notes_path(KEY).mkdir()
    assert refusal(lambda: library.read_notes(KEY)) == (f"{library.notes_path(KEY)}: is a directory", room)


def test_a_library_that_cannot_be_opened(tmp_path: Path) -> None:
    root = tmp_path / "library"
    marker = root / "paperlab.toml"
    assert refusal(lambda: Library.open(root)) == (f"{root} is no library", "`paperlab init` makes one.")
    root.mkdir()
    marker.write_text("format = 'one'")
    assert refusal(lambda: Library.open(root)) == (f"{marker}: format is missing", "Write `format = 1` into it.")
    marker.write_text("format = 99")
    assert refusal(lambda: Library.open(root)) == (f"{root} has format 99, known is 1", "Upgrade paperlab.")
    marker.write_text("format = ")
    assert refusal(lambda: Library.open(root)) == (f"{marker}: Invalid value (at end of document)", MEND)
