"""An export of everything is everything: a library made of it exports the same, to the byte."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from desk import Desk, put_paper
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.progress import Bookmark, Declaration, Depth, Position, Status, Stay
from paperlab.domain.text import one_line
from paperlab.errors import DamagedFile, PaperlabError, UsageError
from paperlab.library.library import Library
from paperlab.services.exporting import ExportFormat
from paperlab.services.restoring import RestoreStatus, restore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
texts = st.text(max_size=30)
lines = texts.map(lambda text: one_line(text) or "x")
times = st.integers(0, 10**7).map(lambda seconds: NOW + timedelta(seconds=seconds))
papers = st.builds(
    Paper,
    key=st.sampled_from(["1706.03762", "hep-th_9901001", "smith2020", "a.b-c_d"]).map(PaperKey),
    citekey=st.uuids().map(lambda value: f"k{value.hex}"),
    title=lines,
    authors=st.lists(lines, max_size=3).map(tuple),
    abstract=texts,
    doi=st.sampled_from(["", "10.1/x"]),
    comment=lines,
    published=st.none() | times,
    added=times,
    tags=st.lists(lines, max_size=3).map(tuple),
    editions=st.sampled_from(
        [(), (Edition("v1", "v1.pdf", "a" * 64, 3, NOW), Edition("v7", "v7.pdf", "b" * 64, 4, NOW))]
    ),
)
annotations = st.builds(
    Annotation,
    id=st.uuids().map(str),
    kind=st.sampled_from(AnnotationKind),
    edition=st.sampled_from(["v1", "v7"]),
    page_index=st.integers(0, 20),
    quote=texts,
    boxes=st.sampled_from([(), (Box(1, 2, 3.5, 4),)]),
    section=lines,
    comment=texts,
    tags=st.lists(lines, max_size=2).map(tuple),
    author=lines,
    reply_to=st.sampled_from(["", "somebody"]),
    created=times,
    updated=times,
)
entries = st.one_of(
    st.builds(
        Stay,
        at=times,
        edition=st.just("v7"),
        page_index=st.integers(0, 9),
        page_count=st.just(10),
        seconds=st.floats(0, 500),
    ),
    st.builds(Declaration, at=times, status=st.sampled_from(Status), depth=st.none() | st.sampled_from(Depth)),
    st.builds(Bookmark, at=times, letter=st.sampled_from("abc"), position=st.just(Position("v7", 2, "q"))),
)


def exports(desk: Desk) -> dict[str, str]:
    return {format_: desk.exporting.export(format_)[0].text for format_ in ExportFormat}


def saved(desk: Desk, folder: Path) -> Path:
    path = folder / "everything.json"
    desk.exporting.export(ExportFormat.JSON, output=path)
    return path


@given(
    found=st.lists(papers, max_size=3, unique_by=lambda paper: paper.key),
    marks=st.lists(annotations, max_size=4, unique_by=lambda mark: mark.id),
    read=st.lists(entries, max_size=5),
    notes=texts,
    broken=st.sampled_from([b"", b'{"id": "x", "to', b"\xff\xfe\n", b"<<<<<<< theirs\n"]),
    extra=st.sampled_from(["", "# mine\nrating = 5\n", "\ufeff"]),
)
@settings(max_examples=40, deadline=None)
def test_export_restore_export_is_identical(
    found: list[Paper], marks: list[Annotation], read: list[Any], notes: str, broken: bytes, extra: str
) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "first")
        for paper in found:
            desk.library.write(paper)
            record = desk.library.folder(paper.key) / "paper.toml"
            record.write_text((extra if extra == "\ufeff" else "") + extra.strip("\ufeff") + record.read_text())
            for mark in marks:
                desk.library.annotate(paper.key, mark)
            for mark in marks[:1]:
                desk.library.remove_annotation(paper.key, mark.id, NOW)
            for entry in read:
                desk.library.record_reading(paper.key, entry)
            desk.library.notes_path(paper.key).write_bytes(notes.encode())
            with (desk.library.folder(paper.key) / "annotations.jsonl").open("ab") as journal:
                journal.write(broken)
        (desk.library.root / "lists" / "mine.toml").write_text('# mine\ntitle = "Mine"\nx = 1\n')
        before = exports(desk)
        outcomes = list(restore(saved(desk, Path(folder)), Path(folder) / "second"))
        assert {outcome.status for outcome in outcomes} == {RestoreStatus.RESTORED}
        again = Desk(Path(folder) / "second")
        assert exports(again) == before
        for paper in found:
            first, second = (one.library.folder(paper.key) / "paper.toml" for one in (desk, again))
            assert first.read_bytes() == second.read_bytes()
        assert (again.library.root / "lists" / "mine.toml").read_text() == '# mine\ntitle = "Mine"\nx = 1\n'


def test_pdfs_that_lie_beside_come_along_and_others_do_not(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    document = saved(desk, tmp_path)
    (outcome,) = restore(document, tmp_path / "without", pdfs=tmp_path / "nowhere")
    assert (outcome.pdfs, outcome.missing_pdfs) == ((), ("v7.pdf",))
    (outcome,) = restore(document, tmp_path / "with")
    assert (outcome.pdfs, outcome.missing_pdfs) == (("v7.pdf",), ())
    pdf = desk.library.folder(key) / "v7.pdf"
    assert (tmp_path / "with" / "papers" / str(key) / "v7.pdf").read_bytes() == pdf.read_bytes()
    pdf.write_bytes(b"%" * pdf.stat().st_size)
    (outcome,) = restore(document, tmp_path / "other", pdfs=desk.library.root)
    assert outcome.missing_pdfs == ("v7.pdf",)


def test_what_is_there_stays_and_is_told(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    (desk.library.root / "lists" / "mine.toml").write_text('title = "Mine"\n')
    document = saved(desk, tmp_path)
    desk.noting.append(key, "newer than the export")
    (desk.library.root / "lists" / "mine.toml").write_text('title = "Newer"\n')
    outcomes = list(restore(document, desk.library.root))
    assert [outcome.status for outcome in outcomes] == [RestoreStatus.PRESENT, RestoreStatus.PRESENT]
    assert desk.noting.read(key) == "newer than the export\n"
    assert (desk.library.root / "lists" / "mine.toml").read_text() == 'title = "Newer"\n'


def test_a_citation_key_is_never_that_of_two_papers(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk, citekey="same")
    document = saved(desk, tmp_path)
    other = Desk(tmp_path / "other" / "library")
    other.library.write(Paper(key=PaperKey("else"), citekey="same", title="Other", added=NOW))
    (outcome,) = restore(document, other.library.root)
    assert outcome.error == "the citation key same is that of else"
    assert not other.library.has(PaperKey("1706.03762"))


def test_a_restore_that_was_cut_off_goes_on(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    desk.noting.append(key, "a note")
    document = saved(desk, tmp_path)
    half = Library.create(tmp_path / "half")
    half.folder(key).mkdir(parents=True)
    half.notes_path(key).write_text("a note\n")
    (outcome,) = restore(document, half.root)
    assert outcome.status is RestoreStatus.RESTORED
    third = Library.create(tmp_path / "third")
    third.folder(key).mkdir(parents=True)
    third.notes_path(key).write_text("somebody else's\n")
    (outcome,) = restore(document, third.root)
    assert outcome.status is RestoreStatus.FAILED
    assert third.notes_path(key).read_text() == "somebody else's\n"
    assert not third.has(key)


def test_what_is_left_of_a_restore_that_was_cut_off_is_no_hindrance(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk)
    again = tmp_path / "again"
    (again / "papers").mkdir(parents=True)
    (again / ".gitignore").touch()
    (again / ".paperlab.toml.1a2b3c4d.paperlab-tmp").write_text("form")
    (outcome,) = (one for one in restore(saved(desk, tmp_path), again) if not one.is_list)
    assert (outcome.name, outcome.status) == (str(key), RestoreStatus.RESTORED)


def test_a_folder_of_something_else_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    put_paper(desk)
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "one.jpg").touch()
    with pytest.raises(UsageError, match="no library and not empty"):
        list(restore(saved(desk, tmp_path), folder))
    assert [path.name for path in folder.iterdir()] == ["one.jpg"]


def test_format_1_gives_records_annotations_notes_and_the_status(desk: Desk, tmp_path: Path) -> None:
    key = put_paper(desk, doi="10.1/x", tags=("one",))
    mark = desk.annotating.highlight(key, "six layers", comment="so few")
    desk.library.annotate(key, replace(mark, tags=("t",)))
    desk.noting.append(key, "a note")
    desk.tracking.declare([key], Status.READ, Depth.SKIMMED)
    document = json.loads(saved(desk, tmp_path).read_text())
    document["format"] = 1
    for paper in document["papers"]:
        del paper["files"], paper["bibliography"]
    for one in document["lists"]:
        del one["file"]
    old = tmp_path / "old.json"
    old.write_text(json.dumps(document))
    list(restore(old, tmp_path / "again"))
    again = Desk(tmp_path / "again")
    assert again.library.read(key) == desk.library.read(key)
    assert again.library.annotations(key) == desk.library.annotations(key)
    assert again.noting.read(key) == "a note\n"
    assert (again.tracking.state(key).status, again.tracking.state(key).depth) == (Status.READ, Depth.SKIMMED)


RECORD = 'key = "a"\ncitekey = "a"\ntitle = "A"\nadded = 2026-01-01\n'
GOOD: dict[str, Any] = {"format": 2, "papers": [{"key": "a", "files": {"paper.toml": RECORD}}], "lists": []}
EDITION = (
    '[[editions]]\nname = "v1"\nfile = "../../x.pdf"\nsha256 = "' + "a" * 64 + '"\nbytes = 1\nfetched = 2026-01-01\n'
)


def paper(**fields: Any) -> str:
    return json.dumps({**GOOD, "papers": [{**GOOD["papers"][0], **fields}]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        "null",
        '"format"',
        "{}",
        "[" * 100_000,
        '{"format": 2, "papers": ' + "[" * 100_000,
        json.dumps({**GOOD, "format": 3}),
        json.dumps({**GOOD, "format": "2"}),
        json.dumps({**GOOD, "format": True}),
        '{"format": 1e999, "papers": []}',
        '{"format": ' + "9" * 5000 + ', "papers": []}',
        json.dumps({**GOOD, "papers": {}}),
        json.dumps({**GOOD, "papers": [1]}),
        json.dumps({**GOOD, "papers": GOOD["papers"] * 2}),
        json.dumps({**GOOD, "lists": [{"name": "../x", "file": "title = 1"}]}),
        json.dumps({**GOOD, "lists": [{"name": "../x", "file": 'title = "x"'}]}),
        json.dumps({**GOOD, "lists": [{"name": "con", "file": 'title = "x"'}]}),
        json.dumps({**GOOD, "lists": [{"name": "x", "file": "items = ["}]}),
        json.dumps({**GOOD, "lists": [{"name": ["x"], "file": ""}]}),
        paper(key="../a"),
        paper(key="/etc/passwd"),
        paper(key="con"),
        paper(key=""),
        paper(key=None),
        paper(key="b"),
        paper(files=None),
        paper(files=["paper.toml"]),
        paper(files={}),
        paper(files={"paper.toml": None}),
        paper(files={"paper.toml": RECORD, "../../x": "x"}),
        paper(files={"paper.toml": RECORD, "paperlab.toml": 'editor = "rm"'}),
        paper(files={"paper.toml": RECORD, "notes.md": "\ud800"}),
        paper(files={"paper.toml": RECORD, "notes.md": 1}),
        paper(files={"paper.toml": RECORD + EDITION}),
        paper(files={"paper.toml": "x = " + "[" * 5000}),
        json.dumps({"format": 1, "papers": [{"key": "a"}]}),
        json.dumps({"format": 1, "papers": [{"key": "a", "citekey": "a", "title": "A", "added": 1, "annotations": 3}]}),
        json.dumps({"format": 1, "papers": [{"key": "a", "citekey": {}, "title": "A", "added": "2026"}]}),
        *(
            json.dumps({"format": 1, "papers": [{"key": "a", "citekey": "a", "title": "A", "added": "2026", **wrong}]})
            for wrong in (
                {"notes": "half of a character: \ud800"},
                {"annotations": [{"id": "1", "quote": "\ud800"}]},
                {"annotations": [{"id": "1", "mine": float("nan")}]},
                {"reading": {"status": "read", "last_read": float("inf")}},
                {"reading": {"status": "read", "depth": "\ud800"}},
            )
        ),
    ],
)
def test_a_hostile_document_is_refused_with_one_line_and_nothing_is_written(text: str, tmp_path: Path) -> None:
    document = tmp_path / "hostile.json"
    document.write_text(text)
    with pytest.raises(PaperlabError) as refusal:
        list(restore(document, tmp_path / "library"))
    assert isinstance(refusal.value, DamagedFile)
    assert "\n" not in refusal.value.message.strip()
    assert not (tmp_path / "library").exists()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(restore(tmp_path / "none.json", tmp_path / "library"))


def test_a_document_larger_than_any_library_is_refused_unread(tmp_path: Path) -> None:
    document = tmp_path / "large.json"
    with document.open("wb") as file:
        file.truncate((1 << 30) + 1)
    with pytest.raises(DamagedFile, match=r"large\.json is larger than 1 GB"):
        list(restore(document, tmp_path / "library"))
