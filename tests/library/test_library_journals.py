"""Annotations, reading and notes: they grow, they are read back, and nobody's lines are lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.domain.progress import Bookmark, Declaration, Depth, Position, ReadingEntry, Status, Stay
from paperlab.domain.text import one_line, plain
from paperlab.errors import ChangedOutside, DamagedFile
from paperlab.library.journals import (
    append_annotation,
    append_deletion,
    append_reading,
    read_annotations,
    read_reading,
)
from paperlab.library.notes import append_note, read_notes, write_notes

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MARK = Annotation(
    id="3f9a2c1b-0000-4000-8000-000000000000",
    kind=AnnotationKind.HIGHLIGHT,
    edition="v7",
    page_index=3,
    quote="Scaled Dot-Product Attention",
    boxes=(Box(1, 2, 3, 4),),
    created=NOW,
    updated=NOW,
)
few = settings(max_examples=40, deadline=None)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(plain)
short = texts.map(one_line)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
edges = st.floats(-1e4, 1e4)
annotations = st.builds(
    Annotation,
    id=st.uuids().map(str),
    kind=st.sampled_from(AnnotationKind),
    edition=st.sampled_from(["v1", "v12"]),
    page_index=st.integers(0, 10**6),
    quote=texts,
    prefix=texts,
    suffix=texts,
    boxes=st.lists(st.builds(Box, edges, edges, edges, edges), max_size=3).map(tuple),
    section=short,
    color=st.sampled_from(["yellow", "green"]),
    comment=texts,
    tags=st.lists(short.filter(bool), max_size=2).map(tuple),
    author=short,
    created=moments,
    updated=moments,
    source=short,
)
entries = st.one_of(
    st.builds(
        Bookmark,
        at=moments,
        letter=st.sampled_from("abXY"),
        position=st.builds(Position, edition=st.just("v1"), page_index=st.integers(0, 999), quote=texts),
    ),
    st.builds(
        Stay,
        at=moments,
        edition=st.just("v1"),
        page_index=st.integers(0, 999),
        page_count=st.integers(0, 999),
        seconds=st.floats(0, 1e6),
        quote=texts,
    ),
    st.builds(
        Declaration,
        at=moments,
        status=st.none() | st.sampled_from(Status),
        depth=st.none() | st.sampled_from(Depth),
    ),
)


@given(marks=st.lists(annotations, max_size=4, unique_by=lambda mark: mark.id))
@few
def test_annotations_are_read_back(tmp_path_factory: pytest.TempPathFactory, marks: list[Annotation]) -> None:
    path = tmp_path_factory.mktemp("journal") / "annotations.jsonl"
    for mark in marks:
        append_annotation(path, mark)
    assert set(read_annotations(path)) == set(marks)


@given(written=st.lists(entries, max_size=5))
@few
def test_reading_is_read_back_in_order(tmp_path_factory: pytest.TempPathFactory, written: list[ReadingEntry]) -> None:
    path = tmp_path_factory.mktemp("journal") / "reading.jsonl"
    for entry in written:
        append_reading(path, entry)
    assert read_reading(path) == tuple(written)


def test_the_lines_are_as_documented(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    append_annotation(path, MARK)
    append_deletion(path, MARK.id, NOW)
    append_reading(path, Stay(at=NOW, edition="v7", page_index=3, page_count=15, seconds=61.5, quote="We"))
    append_reading(path, Declaration(at=NOW, status=Status.READ, depth=Depth.SKIMMED))
    append_reading(path, Bookmark(at=NOW, letter="a", position=Position("v7", 3, "We")))
    mark, deletion, stay, declared, bookmark = map(json.loads, path.read_text().splitlines())
    assert mark == {
        "id": MARK.id,
        "at": "2026-03-04T05:06:07Z",
        "kind": "highlight",
        "edition": "v7",
        "page": 4,
        "quote": "Scaled Dot-Product Attention",
        "prefix": "",
        "suffix": "",
        "rects": [[1, 2, 3, 4]],
        "section": "",
        "color": "yellow",
        "comment": "",
        "tags": [],
        "author": "",
        "created": "2026-03-04T05:06:07Z",
        "updated": "2026-03-04T05:06:07Z",
        "source": "paperlab",
    }
    assert deletion == {"id": MARK.id, "at": "2026-03-04T05:06:07Z", "deleted": True}
    assert stay.pop("id") != declared.pop("id")
    at = {"at": "2026-03-04T05:06:07Z"}
    assert stay == at | {"type": "stay", "edition": "v7", "page": 4, "pages": 15, "seconds": 61.5, "quote": "We"}
    assert bookmark.pop("id")
    assert bookmark == at | {"type": "bookmark", "letter": "a", "edition": "v7", "page": 4, "quote": "We"}
    assert declared == at | {"type": "declared", "status": "read", "depth": "skimmed"}


def line(**changed: object) -> str:
    known = {"id": "1", "at": "2026-03-04T05:06:07Z", "kind": "highlight", "edition": "v1", "page": 1, "quote": "q"}
    return json.dumps(known | changed)


def test_the_last_line_of_an_id_wins(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    deleted = '{"id": "2", "at": "2026-03-04T05:06:07Z", "deleted": true}'
    path.write_text("\n".join([line(), line(id="2"), line(comment="newer"), deleted, line(id="3"), ""]))
    assert [(mark.id, mark.comment) for mark in read_annotations(path)] == [("1", "newer"), ("3", "")]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (line(page=0), "page should be a whole number from 1"),
        (line(page="4"), "page"),
        (line(page=True), "page"),
        (line(page=10**30), "page"),
        (line(kind="scribble"), "kind should be one of highlight"),
        (line(id=None), "id is missing"),
        (line(at="yesterday"), "at is no date"),
        (line(at=None), "at is missing"),
        (line(quote=["q"]), "quote should be text"),
        (line(rects=[[1, 2, 3]]), "rects"),
        (line(rects=[[1, 2, 3, None]]), "rects"),
        (line(rects=[[1, 2, 3, 10**400]]), "rects"),
        (line().replace('"q"', "NaN"), "quote"),
        ("torn", "no JSON"),
    ],
)
def test_a_line_that_cannot_be_meant_is_set_aside_and_told(tmp_path: Path, wrong: str, reason: str) -> None:
    path = tmp_path / "annotations.jsonl"
    path.write_text(f"{line(id='before')}\n{wrong}\n{line(id='after')}\n")
    told: list[tuple[int, str]] = []
    found = read_annotations(path, lambda _, number, why: told.append((number, why)))
    assert [mark.id for mark in found] == ["before", "after"]
    assert [number for number, _ in told] == [2]
    assert reason in told[0][1]


def test_reading_of_an_unknown_type_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    at = "2026-03-04T05:06:07Z"
    path.write_text(
        f'{{"id": "1", "at": "{at}", "type": "dreamt"}}\n'
        f'{{"id": "2", "at": "{at}", "type": "declared", "status": "read", "mood": "good"}}\n'
        f'{{"id": "3", "at": "{at}", "type": "declared", "status": "done"}}\n'
        f'{{"id": "4", "at": "{at}", "type": "stay", "edition": "v1", "page": 1, "pages": 2, "seconds": -5}}\n'
    )
    told: list[int] = []
    read = read_reading(path, lambda _, number, __: told.append(number))
    assert read == (
        Declaration(at=NOW, status=Status.READ),
        Stay(at=NOW, edition="v1", page_index=0, page_count=2, seconds=0),
    )
    assert told == [1, 3]


def test_control_characters_do_not_come_out_of_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    path.write_text(line(quote="a\x1b[31mb\ud800", comment="one\n\ttwo", section="1\n2") + "\n")
    (mark,) = read_annotations(path)
    assert (mark.quote, mark.comment, mark.section) == ("a[31mb", "one\n\ttwo", "1 2")


def test_a_quote_with_a_lone_surrogate_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    append_reading(path, Stay(at=NOW, edition="v1", page_index=0, page_count=1, seconds=9, quote="a\ud800b"))
    assert read_reading(path)[0].quote == "a?b"  # type: ignore[union-attr]


def placed(name: str, page: int, x0: float, y0: float, width: float = 200) -> str:
    return line(id=name, page=page, rects=[[x0, y0, x0 + width, y0 + 10]])


def test_two_columns_are_in_reading_order(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    marks = [
        placed("right", 2, 310, 80),
        placed("left low", 2, 72, 700),
        placed("left", 2, 72, 90),
        placed("p1", 1, 72, 5),
    ]
    path.write_text("\n".join(marks))
    assert [mark.id for mark in read_annotations(path)] == ["p1", "left", "left low", "right"]


def test_one_column_is_in_reading_order(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    path.write_text("\n".join([placed("low", 1, 108, 500, 390), placed("high", 1, 320, 80, 100)]))
    assert [mark.id for mark in read_annotations(path)] == ["high", "low"]


@given(there=st.binary(max_size=20), paragraphs=st.lists(texts, max_size=3))
@few
def test_appending_keeps_every_byte_and_leaves_one_blank_line(
    tmp_path_factory: pytest.TempPathFactory, there: bytes, paragraphs: list[str]
) -> None:
    path = tmp_path_factory.mktemp("notes") / "notes.md"
    path.write_bytes(there)
    for paragraph in paragraphs:
        before = path.read_bytes()
        append_note(path, paragraph)
        added = path.read_bytes()
        assert added.startswith(before)
        if paragraph.strip("\n"):
            assert added.endswith(paragraph.strip("\n").encode() + b"\n")
            gap = added[: len(added) - len(paragraph.strip("\n").encode()) - 1]
            assert not gap or gap.endswith((b"\n\n", b"\n\r\n"))
        else:
            assert added == before


def test_notes_are_made_by_the_first_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    assert read_notes(path) == ""
    append_note(path, "one")
    append_note(path, "two\nlines\n")
    assert path.read_text() == "one\n\ntwo\nlines\n"


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@few
def test_saved_notes_are_read_back_to_the_byte(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("notes") / "notes.md"
    write_notes(path, text, based_on="")
    assert read_notes(path) == text


def test_notes_changed_by_somebody_else_are_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("theirs")
    with pytest.raises(ChangedOutside, match="changed by somebody else"):
        write_notes(path, "mine", based_on="old")
    assert path.read_text() == "theirs"
    write_notes(path, "theirs", based_on="old")
    write_notes(path, "mine", based_on="theirs")
    assert path.read_text() == "mine"


def test_notes_that_are_no_text_are_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(b"caf\xe9")
    with pytest.raises(DamagedFile, match="not UTF-8"):
        read_notes(path)
    append_note(path, "new")
    assert path.read_bytes() == b"caf\xe9\n\nnew\n"


def test_times_are_written_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    append_deletion(path, "1", NOW + timedelta(microseconds=5))
    assert json.loads(path.read_text())["at"] == "2026-03-04T05:06:07.000005Z"


CLOCKS = [datetime(year, 3, 1, tzinfo=UTC) for year in (2026, 2031, 1970, 2026, 9999, 1, 2026)]


def test_the_order_of_reading_is_that_of_writing_whatever_the_clock_tells(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    written = [Bookmark(at=at, letter="a", position=Position("v1", n, "")) for n, at in enumerate(CLOCKS)]
    for entry in written:
        append_reading(path, entry)
    assert read_reading(path) == tuple(written), "and each keeps the time that its clock told"


def test_journals_of_two_machines_are_joined_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    for entry in (Declaration(at=at, status=Status.READING) for at in CLOCKS):
        append_reading(path, entry)
    in_order = read_reading(path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(reversed(lines)))
    assert read_reading(path) == in_order
    append_reading(path, last := Declaration(at=CLOCKS[0], status=Status.READ))
    assert read_reading(path) == (*in_order, last)


def test_a_right_clock_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    for second in range(3):
        append_reading(path, Declaration(at=NOW + timedelta(seconds=second), status=Status.READ))
    assert "written" not in path.read_text()


def test_the_largest_numbers_that_every_reader_of_json_can_hold_are_read(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    path.write_text(line(page=2**53, rects=[[-(2**53), 0, 2**53, 1]]) + "\n")
    (mark,) = read_annotations(path)
    assert (mark.page_index, mark.boxes) == (2**53 - 1, (Box(-(2**53), 0, 2**53, 1),))


@pytest.mark.usefixtures("far_away")
def test_a_time_without_a_zone_is_utc_wherever_its_reader_is(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    path.write_text(line(at="2026-03-04T05:06:07", created="2026-03-04T15:06:07+10:00") + "\n")
    (mark,) = read_annotations(path)
    assert mark.updated == mark.created == NOW


@pytest.mark.parametrize(
    ("there", "then"),
    [
        ("", "two\n"),
        ("one", "one\n\ntwo\n"),
        ("one\n", "one\n\ntwo\n"),
        ("one\n\n", "one\n\ntwo\n"),
        ("one\r\n", "one\r\n\ntwo\n"),
        ("one\r\n\r\n", "one\r\n\r\ntwo\n"),
    ],
)
def test_one_blank_line_is_enough(tmp_path: Path, there: str, then: str) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(there.encode())
    append_note(path, "\ntwo\n")
    assert path.read_bytes() == then.encode()


def test_half_of_a_character_costs_no_note(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    write_notes(path, "a\ud800", based_on="")
    append_note(path, "X\udfff")
    assert path.read_text() == "a?\n\nX?\n"
