"""Marks of other programs on their way into the library."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from pikepdf import String

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.placements import Placement
from paperlab.errors import NothingFound, PdfTooCostly, UnknownPaper
from paperlab.library.files import hash_file
from paperlab.pdf.marks import read_marks
from paperlab.pdf.parse import parse_pdf
from paperlab.services.annotating import Annotating
from paperlab.services.editions import Editions
from paperlab.services.indexing import Indexing
from paperlab.services.marked_files import MarkedFiles
from paperlab.services.taking_over import Fate, TakeOver, TakingOver
from tests.pdf.marked_pdfs import LINES, Sheet, make_pdf, mark, over

KEY = PaperKey("someone2024layers")
STAMPED = PaperKey("1706.03762")
DAY = "D:20240{}01120000Z"
OTHER = Sheet(((72, 700, "A second page, on which nobody has ever marked a word."),))


def highlight(words: str = "six identical layers", line: int = 0, month: int = 1, **keys: Any) -> dict[str, Any]:
    keys.setdefault("M", String(DAY.format(month)))
    return mark("Highlight", over(line, words), **keys)


class Reader:
    """A library with one paper, and programs that mark copies of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(folder / "library")
        desk = self.desk
        self.indexing = Indexing(desk.library, lambda: desk.store, lambda: desk.encoder, parse_pdf, "fake")
        files = MarkedFiles(desk.library, parse_pdf, read_marks)
        self.service = TakingOver(desk.library, files, read_marks, Editions(desk.library, self.indexing), desk.now)

    def put(self, key: PaperKey, *pdfs: Path, **fields: Any) -> Paper:
        editions: tuple[Edition, ...] = ()
        for number, pdf in enumerate(pdfs, start=1):
            editions += (self.desk.library.add_edition(key, f"v{number}", pdf, self.desk.now()),)
        known = {"citekey": str(key), "title": "Layers", "source": str(key), "added": self.desk.now()} | fields
        paper = Paper(key=key, editions=editions, **known)
        self.desk.library.write(paper)
        return paper

    def pdf(self, *marks: Mapping[str, Any], name: str = "copy.pdf", texts: Any = None, **saving: Any) -> Path:
        first = Sheet(marks=list(marks)) if texts is None else Sheet(texts, list(marks))
        return make_pdf(self.folder / name, first, OTHER, **saving)

    def take(self, path: Path, key: PaperKey | None = KEY, **options: Any) -> TakeOver:
        return self.service.take_over(path, key, **options)

    def fates(self, path: Path) -> Counter[Fate]:
        return Counter(taken.fate for taken in self.take(path).marks)

    def placements(self, key: PaperKey) -> tuple[Placement, ...]:
        annotating = Annotating(
            self.desk.library, self.desk.engine, Editions(self.desk.library, self.indexing), self.desk.now
        )
        return annotating.placements(key)

    def annotations(self, key: PaperKey = KEY) -> tuple[Annotation, ...]:
        return self.desk.library.annotations(key)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    made = Reader(tmp_path)
    made.put(KEY, made.pdf(name="original.pdf"))
    return made


def test_a_mark_becomes_an_annotation_that_is_anchored_in_the_blocks(reader: Reader) -> None:
    keys = {"Contents": String("how many?"), "T": String("Ada"), "C": [0.4, 0.8, 0.4]}
    taken = reader.take(reader.pdf(highlight(**keys)))
    (made,) = reader.annotations()
    assert [one.annotation for one in taken.marks] == [made]
    assert (taken.key, made.edition, made.kind, made.quote) == (KEY, "v1", "highlight", "six identical layers")
    assert (made.comment, made.author, made.color, made.source) == ("how many?", "Ada", "green", "copy.pdf")
    assert made.created == made.updated == datetime(2024, 1, 1, 12, tzinfo=UTC)
    assert made.prefix.endswith("The encoder is a stack of ")
    assert made.suffix.startswith(", and each of them has two")


def test_twice_taken_over_is_once_there(reader: Reader) -> None:
    path = reader.pdf(highlight(), highlight("them", 1), mark("Text", Contents=String("a note")), highlight())
    assert reader.fates(path) == {Fate.TAKEN: 4}
    before = reader.annotations()
    assert reader.fates(path) == {Fate.PRESENT: 4}
    assert reader.annotations() == before
    again = reader.pdf(highlight(), highlight("them", 1), name="saved again.pdf", linearize=True)
    assert reader.fates(again) == {Fate.PRESENT: 2}


def test_one_name_in_two_files_is_two_marks_unless_it_is_unique(reader: Reader) -> None:
    first = reader.pdf(highlight(NM=String("fitz-A0")), name="a.pdf")
    second = reader.pdf(highlight("two sublayers", 1, NM=String("fitz-A0")), name="b.pdf")
    assert reader.fates(first) + reader.fates(second) == {Fate.TAKEN: 2}
    unique = String("0b5b5a35-13bb-4f0b-b3ee-2a5c0f8f0001")
    reader.take(reader.pdf(highlight("network", 2, NM=unique), name="c.pdf"))
    assert reader.fates(reader.pdf(highlight("simple", 2, NM=unique), name="d.pdf")) == {Fate.PRESENT: 1}


def test_a_deleted_mark_does_not_come_back(reader: Reader) -> None:
    path = reader.pdf(highlight())
    reader.take(path)
    reader.desk.library.remove_annotation(KEY, reader.annotations()[0].id, reader.desk.now())
    assert reader.fates(path) == {Fate.DELETED: 1}
    assert reader.annotations() == ()


def test_an_edit_in_the_file_is_taken_over_again_and_again(reader: Reader) -> None:
    for month, said in enumerate(("one", "two", "three"), start=1):
        path = reader.pdf(highlight(month=month, Contents=String(said)))
        assert reader.fates(path) == {Fate.TAKEN if month == 1 else Fate.EDITED: 1}
        (made,) = reader.annotations()
        assert (made.comment, made.updated.month) == (said, month)


def test_what_was_changed_here_and_in_the_file_is_a_conflict_that_changes_nothing(reader: Reader) -> None:
    reader.take(reader.pdf(highlight()))
    ours = replace(reader.annotations()[0], comment="ours", updated=reader.desk.now())
    reader.desk.library.annotate(KEY, ours)
    assert reader.fates(reader.pdf(highlight(), name="older.pdf")) == {Fate.PRESENT: 1}
    (taken,) = reader.take(reader.pdf(highlight(month=5, Contents=String("theirs")))).marks
    assert (taken.fate, taken.annotation) == (Fate.CONFLICT, ours)
    assert "theirs" in taken.reason
    assert reader.annotations() == (ours,)


def test_a_copy_that_paperlab_wrote_is_known_and_an_edit_of_it_taken_over(reader: Reader) -> None:
    ours = replace(reader.take(reader.pdf(highlight())).marks[0].annotation, file_date=None, source="paperlab")
    ours = replace(ours, id="11111111-2222-3333-4444-555555555555", updated=datetime(2024, 2, 1, 12, tzinfo=UTC))
    reader.desk.library.annotate(KEY, ours)
    written = {"NM": String(ours.id), "PaperlabUpdated": String(ours.updated.isoformat())}
    assert reader.fates(reader.pdf(highlight(month=2, **written))) == {Fate.PRESENT: 1}
    assert reader.fates(reader.pdf(highlight(month=3, Contents=String("in Okular"), **written))) == {Fate.EDITED: 1}
    there = {one.id: one for one in reader.annotations()}
    assert there[ours.id].comment == "in Okular"
    assert len(there) == 2


def test_an_edit_by_a_viewer_that_drops_our_own_date_is_taken_over_if_nothing_was_ever_changed_here(
    reader: Reader,
) -> None:
    ours = replace(reader.take(reader.pdf(highlight())).marks[0].annotation, file_date=None, source="paperlab")
    ours = replace(ours, id="11111111-2222-3333-4444-555555555555", updated=datetime(2024, 2, 1, 12, tzinfo=UTC))
    reader.desk.library.annotate(KEY, ours)
    assert reader.fates(reader.pdf(highlight(month=3, Contents=String("a"), NM=String(ours.id)))) == {Fate.EDITED: 1}
    changed = replace(ours, comment="b", updated=datetime(2024, 4, 1, 12, tzinfo=UTC))
    reader.desk.library.annotate(KEY, changed)
    path = reader.pdf(highlight(month=5, Contents=String("c"), NM=String(ours.id)))
    assert reader.fates(path) == {Fate.CONFLICT: 1}


def test_answers_point_to_what_they_answer(reader: Reader) -> None:
    marks = (highlight(), mark("Text", IRT=0, Contents=String("no")), mark("Text", IRT=1, Contents=String("yes")))
    one, two, three = (taken.annotation for taken in reader.take(reader.pdf(*marks)).marks)
    assert (one.reply_to, two.reply_to, three.reply_to) == ("", one.id, two.id)


def test_undoing_takes_away_what_was_added_and_leaves_what_was_changed_since(reader: Reader) -> None:
    change = reader.take(reader.pdf(highlight(), highlight("them", 1))).change
    assert change is not None
    first, second = reader.annotations()
    kept = replace(second, comment="mine", updated=reader.desk.now())
    reader.desk.library.annotate(KEY, kept)
    change.undo()
    assert reader.annotations() == (kept,)
    assert first.id in reader.desk.library.annotation_history(KEY)


def test_a_dry_run_writes_nothing(reader: Reader) -> None:
    taken = reader.take(reader.pdf(highlight()), dry_run=True)
    assert taken.count(Fate.TAKEN) == 1
    assert taken.change is None
    assert reader.annotations() == ()


def test_marks_without_words_do_not_hinder_a_search(reader: Reader) -> None:
    reader.take(reader.pdf(mark("Ink"), mark("Text", Contents=String("see the appendix"))))
    reader.indexing.take_in_marks()
    kinds = frozenset({PassageKind.ANNOTATION})
    answer = reader.desk.searching.search("appendix", mode=SearchMode.WORDS, limit=5, kinds=kinds)
    assert [hit.passage.text for hit in answer.hits] == ["see the appendix"]


# whose paper, and which edition


def test_the_paper_is_known_by_bytes_by_its_id_and_by_its_title(reader: Reader) -> None:
    stamped = ((72, 700, "arXiv:1706.03762v1 [cs.CL] 12 Jun 2017"), (72, 600, LINES[0]))
    original = reader.pdf(name="stamped.pdf", texts=stamped)
    reader.put(STAMPED, original, title="Attention")
    assert reader.take(original, None).key == STAMPED
    assert reader.take(reader.pdf(highlight(), texts=stamped), None).key == STAMPED
    assert reader.take(reader.pdf(highlight(), name="Layers.pdf"), None).key == KEY


def test_a_file_of_no_paper_is_told_what_it_is(reader: Reader) -> None:
    with pytest.raises(NothingFound, match=r"arXiv 1810\.04805"):
        reader.take(reader.pdf(highlight(), name="1810.04805.pdf"), None)
    reader.put(PaperKey("other"), title="Layers")
    with pytest.raises(NothingFound, match="may be of"):
        reader.take(reader.pdf(highlight(), name="layers.pdf"), None)
    with pytest.raises(UnknownPaper):
        reader.take(reader.pdf(highlight()), PaperKey("nobody"))
    with pytest.raises(NothingFound, match="no PDF"):
        reader.take(reader.pdf(highlight()), PaperKey("other"))


def test_marks_go_to_the_edition_whose_text_the_file_has(reader: Reader) -> None:
    newer = ((72, 600, "A new beginning, and the encoder is a stack of six identical layers now."),)
    key = PaperKey("two2024editions")
    reader.put(key, reader.pdf(name="first.pdf"), reader.pdf(name="second.pdf", texts=newer))
    (made,) = (taken.annotation for taken in reader.take(reader.pdf(highlight()), key).marks)
    assert made.edition == "v1"


def test_marks_of_an_edition_that_is_not_there_stay_on_it_and_are_found_by_their_quotes(reader: Reader) -> None:
    newer = ((72, 400, "A new beginning, and the encoder is a stack of six identical layers, and each is new."),)
    key = PaperKey("two2024editions")
    reader.put(key, reader.pdf(name="second.pdf", texts=newer))
    marks = (highlight(), mark("Text", IRT=0, Contents=String("so?")), highlight("sublayers", 1), mark("Square"))
    taken = reader.take(reader.pdf(*marks), key)
    assert taken.edition.startswith("file-")
    assert [one.annotation.boxes != () for one in taken.marks] == [True] * 4
    assert "no copy" in taken.notes[0]
    assert "2 of its marks have no place" in taken.notes[1]
    placed = {(place.annotation.quote, place.annotation.comment): place for place in reader.placements(key)}
    first, answer = placed["six identical layers", ""], placed["", "so?"]
    assert first.boxes[0].box.y0 == pytest.approx(792 - 400 - 8, abs=4)
    assert answer.boxes == first.boxes
    assert not placed["sublayers", ""].is_placed
    assert not placed["", ""].is_placed


def test_marks_of_an_edition_of_arxiv_that_is_not_there_are_kept_under_its_name(reader: Reader) -> None:
    newer = ((72, 400, "A new beginning, and the encoder is a stack of six identical layers, and each is new."),)
    reader.put(PaperKey("1810.04805"), reader.pdf(name="second.pdf", texts=newer))
    taken = reader.take(reader.pdf(highlight(), name="1810.04805v3.pdf"), None)
    assert (taken.key.value, taken.edition) == ("1810.04805", "v3")
    assert "is of v3" in taken.notes[0]


def test_a_pdf_of_the_library_that_a_viewer_has_written_into_is_read_where_it_lies(reader: Reader) -> None:
    paper = reader.desk.library.read(KEY)
    own = reader.desk.library.edition_path(KEY, paper.editions[0])
    own.write_bytes(reader.pdf(highlight()).read_bytes())
    before = hash_file(own)
    (taken,) = reader.service.of_paper(KEY)
    assert (taken.edition, taken.count(Fate.TAKEN)) == ("v1", 1)
    assert hash_file(own) == before
    assert reader.take(own, None).count(Fate.PRESENT) == 1


def test_a_file_past_the_limits_is_refused_and_nothing_written(reader: Reader) -> None:
    path = reader.pdf(*[mark("Text", Contents=String("x"))] * 20_100)
    with pytest.raises(PdfTooCostly):
        reader.take(path)
    assert reader.annotations() == ()
