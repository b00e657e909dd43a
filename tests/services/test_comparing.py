"""Two editions of a paper compared: which ones, and how often each is parsed."""

from dataclasses import replace
from pathlib import Path

import pytest
from desk import TEXTS, Desk, parsed_pdf, put_paper

from paperlab.domain.blocks import TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.steps import Abandoned
from paperlab.errors import EncryptedPdf, NothingFound, UnknownPaper, UnreadablePdf
from paperlab.services.comparing import Comparison

OLD = (TEXTS[0].replace("key dimension", "model dimension"), *TEXTS[1:])


def put_edition(desk: Desk, key: PaperKey, name: str, content: bytes, texts: tuple[str, ...] = OLD) -> None:
    """An older edition, which is not indexed."""
    pdf = desk.library.root.parent / "edition.pdf"
    pdf.write_bytes(content)
    desk.parse.answers.setdefault(content, parsed_pdf(texts))
    edition = desk.library.add_edition(key, name, pdf, desk.now())
    desk.library.change(key, lambda paper: replace(paper, editions=(edition, *paper.editions)))


@pytest.fixture
def key(desk: Desk) -> PaperKey:
    """A paper with v5 and v7."""
    key = put_paper(desk)
    put_edition(desk, key, "v5", b"%PDF-1.7 v5")
    return key


def told(comparison: Comparison) -> list[tuple[str, str]]:
    return [(change.before, change.after) for change in comparison.differences.changes]


def test_the_two_newest_editions_are_compared(desk: Desk, key: PaperKey) -> None:
    put_edition(desk, key, "v1", b"%PDF-1.7 v1", ("Nothing of all that.",))
    found = desk.comparing.compare(key)
    assert (found.older, found.newer, found.title) == ("v5", "v7", "Attention Is All You Need")
    ((before, after),) = told(found)
    assert (before, after) == (
        "Dot products are divided by the square root of the model dimension.",
        "Dot products are divided by the square root of the key dimension.",
    )


def test_editions_are_named_as_one_likes(desk: Desk, key: PaperKey) -> None:
    there, back = desk.comparing.compare(key, "5", "V7"), desk.comparing.compare(key, "v7", "v5")
    assert (there.older, there.newer, back.older, back.newer) == ("v5", "v7", "v7", "v5")
    assert told(there) == [(before, after) for after, before in told(back)]
    assert not desk.comparing.compare(key, "v7", "v7").differences


def test_each_edition_is_parsed_once(desk: Desk, key: PaperKey) -> None:
    calls = desk.parse.calls
    first = desk.comparing.compare(key)
    assert desk.parse.calls == calls + 1
    assert desk.comparing.compare(key).differences == first.differences
    assert desk.parse.calls == calls + 1, "kept"
    (kept,) = (desk.library.derived / "parsed").iterdir()
    kept.write_text("{")
    assert desk.comparing.compare(key).differences == first.differences
    assert desk.parse.calls == calls + 2, "what is damaged is made anew"


def test_what_an_older_parser_has_left_goes_when_it_is_made_anew(desk: Desk, key: PaperKey) -> None:
    desk.comparing.compare(key)
    (kept,) = (desk.library.derived / "parsed").iterdir()
    old = kept.with_name(f"{kept.name.split('-')[0]}-1.json")
    kept.rename(old)
    desk.comparing.compare(key)
    assert list(kept.parent.iterdir()) == [kept]


def test_an_edition_may_be_compared_with_a_file(desk: Desk, key: PaperKey, tmp_path: Path) -> None:
    mine = tmp_path / "mine.pdf"
    mine.write_bytes(b"%PDF-1.7 marked in a viewer")
    desk.parse.answers[mine.read_bytes()] = parsed_pdf()
    assert not desk.comparing.compare(key, "v7", str(mine)).differences
    against = desk.comparing.compare(key, "v5", str(mine))
    assert (against.newer, len(told(against))) == ("mine.pdf", 1)
    with pytest.raises(NothingFound, match="not there"):
        desk.comparing.compare(key, "v5", str(tmp_path / "other.pdf"))


@pytest.mark.parametrize(("older", "newer"), [("v6", None), ("v5", "v9"), ("first", None)])
def test_an_edition_that_is_not_there_is_named_with_those_that_are(
    desk: Desk, key: PaperKey, older: str, newer: str | None
) -> None:
    with pytest.raises(NothingFound, match=r"but v5, v7"):
        desk.comparing.compare(key, older, newer)


def test_a_single_edition_has_nothing_to_be_compared_with(desk: Desk) -> None:
    with pytest.raises(NothingFound) as error:
        desk.comparing.compare(put_paper(desk))
    assert "fetch --update" in error.value.hint
    with pytest.raises(UnknownPaper):
        desk.comparing.compare(PaperKey("nobody"))


def test_what_cannot_be_read_is_an_error(desk: Desk, key: PaperKey) -> None:
    put_edition(desk, key, "v1", b"%PDF-1.7 encrypted")
    with pytest.raises(EncryptedPdf):
        desk.comparing.compare(key, "v1")
    desk.parse.answers[b"%PDF-1.7 scan"] = parsed_pdf(layer=TextLayer.NONE)
    put_edition(desk, key, "v2", b"%PDF-1.7 scan")
    with pytest.raises(UnreadablePdf, match="no text to compare"):
        desk.comparing.compare(key, "v2")
    (desk.library.folder(key) / "v5.pdf").unlink()
    with pytest.raises(UnreadablePdf, match="missing"):
        desk.comparing.compare(key, "v5")


def test_a_comparison_can_be_given_up(desk: Desk, key: PaperKey) -> None:
    def give_up(_: object) -> None:
        raise Abandoned

    with pytest.raises(Abandoned):
        desk.comparing.compare(key, watch=give_up)
