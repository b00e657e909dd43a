"""Links from notes to papers."""

import pytest

from paperlab.domain.note_links import LinkTarget, Suggestions, begun_link, completed, link_at, links_in

ATTENTION = LinkTarget("1706.03762", "vaswani2017attention", "Attention Is All You Need")
BERT = LinkTarget("1810.04805", "devlin2019bert", "BERT: Pre-training of Deep Bidirectional Transformers")
FORD = LinkTarget("ford2019", "", "Language models, attention, and more")


@pytest.mark.parametrize(
    ("text", "target", "page_index"),
    [
        ("see [[1706.03762]]", "1706.03762", None),
        ("[[vaswani2017attention#p4]]", "vaswani2017attention", 3),
        ("[[ hep-th_9901001 # p. 12 ]]", "hep-th_9901001", 11),
        ("[[key#p0]]", "key", None),
        ("[[key#^hl-3]]", "key", None),
        ("[[key#p2|the second page]]", "key", 1),
    ],
)
def test_a_link_names_a_paper_and_perhaps_a_page(text: str, target: str, page_index: int | None) -> None:
    (link,) = links_in(text)
    assert (link.target, link.page_index) == (target, page_index)
    assert text[slice(*link.span)].startswith("[[")


@pytest.mark.parametrize("text", ["[[]]", "[[ ]]", "[key]", "[[a\nb]]", "[[key]", "[[#p4]]", "[[a]b]]", "[[a[b]]"])
def test_anything_else_is_no_link(text: str) -> None:
    assert list(links_in(text)) == []


def test_the_link_under_the_cursor() -> None:
    line = "a [[one]] and [[two#p3]]"
    assert link_at(line, 1) is None
    assert [link_at(line, column).target for column in (2, 5, 9, 14, 24)] == ["one", "one", "one", "two", "two"]  # type: ignore[union-attr]
    assert link_at(line, 11) is None


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("[[", ""),
        ("x [[vas", "vas"),
        ("[[a]] [[b c", "b c"),
        ("[[a]]", None),
        ("[[a#p", None),
        ("[a", None),
        ("", None),
    ],
)
def test_what_is_typed_of_a_link(before: str, typed: str | None) -> None:
    assert begun_link(before) == typed


def test_beginnings_come_first_then_words_then_letters() -> None:
    papers = Suggestions([FORD, BERT, ATTENTION])
    assert papers.of("1706", 5) == [ATTENTION]
    assert papers.of("Vas", 5) == [ATTENTION]
    assert papers.of("attention", 5) == [ATTENTION, FORD]
    assert papers.of("deep bi", 5) == [BERT]
    assert papers.of("vsw17", 5) == [ATTENTION]
    assert papers.of("", 2) == [ATTENTION, BERT]
    assert papers.of("nothing like it", 5) == []


def test_what_is_typed_is_completed() -> None:
    assert completed(ATTENTION, "17") == "1706.03762"
    assert completed(ATTENTION, "Attention Is") == "vaswani2017attention"
    assert completed(ATTENTION, "") == "vaswani2017attention"
    assert completed(FORD, "lang") == "ford2019"
