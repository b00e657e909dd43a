"""Logseq's page: blocks with properties, and nothing that breaks out of its block."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.export.logseq import logseq, logseq_file_name

NOW = datetime(2026, 9, 3, 10, 11, 12, tzinfo=UTC)
PAPER = Paper(
    key=PaperKey("1706.03762"),
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    added=NOW,
    tags=("to read",),
    editions=(Edition("v7", "v7.pdf", "a" * 64, 1, NOW),),
)
MARK = Annotation(
    id="3f9a2c1b-0000-4000-8000-000000000000",
    kind=AnnotationKind.HIGHLIGHT,
    edition="v7",
    page_index=3,
    quote="six layers",
    comment="so few\n\n- really",
    tags=("t",),
    created=NOW,
    updated=NOW,
)
nasty = st.lists(
    st.sampled_from(["- item", "id:: x", "ls-type:: annotation", "```", "# h", "", "\t- deep", "word", "a:: b", "%%"]),
    max_size=5,
).map("\n".join)


def page(*annotations: Annotation, notes: str = "") -> str:
    return logseq(PAPER, annotations, notes, folder="../library/papers/1706.03762", places={})


def test_a_page_looks_as_logseq_writes_it() -> None:
    area = replace(
        MARK, id="4f9a2c1b-0000-4000-8000-000000000000", kind=AnnotationKind.AREA, quote="", comment="", tags=()
    )
    answer = replace(MARK, id="5f9a2c1b-0000-4000-8000-000000000000", quote="", author="Ada", reply_to=MARK.id)
    assert page(MARK, area, replace(answer, comment="many"), notes="An idea.\n") == (
        "file:: [vaswani2017attention.pdf](../library/papers/1706.03762/v7.pdf)\n"
        "file-path:: ../library/papers/1706.03762/v7.pdf\n"
        "title:: hls__vaswani2017attention\n"
        "citekey:: vaswani2017attention\n"
        "paperlab-id:: 1706.03762\n"
        "paper:: Attention Is All You Need\n"
        "tags:: to-read\n"
        "\n"
        "- six layers\n"
        "  ls-type:: annotation\n"
        "  hl-page:: 4\n"
        "  hl-color:: yellow\n"
        "  id:: 3f9a2c1b-0000-4000-8000-000000000000\n"
        "  tags:: t\n"
        "\t- so few\n"
        "\t- really\n"
        "\t- Ada, 2026-09-03\n"
        "\t  id:: 5f9a2c1b-0000-4000-8000-000000000000\n"
        "\t\t- many\n"
        "- \n"
        "  ls-type:: annotation\n"
        "  hl-page:: 4\n"
        "  hl-color:: yellow\n"
        "  id:: 4f9a2c1b-0000-4000-8000-000000000000\n"
        "  hl-type:: area\n"
        "  hl-stamp:: 1788430272000\n"
        "- ## My notes\n"
        "\t- An idea.\n"
    )


@given(quote=nasty, comment=nasty, notes=nasty)
@settings(max_examples=100, deadline=None)
def test_no_text_becomes_a_property_or_a_highlight(quote: str, comment: str, notes: str) -> None:
    text = page(replace(MARK, quote=quote, comment=comment), notes=notes)
    assert len(re.findall(r"^\s*ls-type:: ", text, re.MULTILINE)) == 1
    assert len(re.findall(r"^\s*id:: ", text, re.MULTILINE)) == 1
    assert not re.search(r"^\s*a:: ", text, re.MULTILINE)


def test_an_id_that_is_no_uuid_becomes_one_and_stays_it() -> None:
    first, second = (re.findall(r"  id:: (\S+)", page(replace(MARK, id="from elsewhere"))) for _ in range(2))
    assert first == second
    assert re.fullmatch(r"[0-9a-f-]{36}", first[0])


def test_a_page_has_a_name_that_a_file_can_have() -> None:
    assert logseq_file_name(replace(PAPER, citekey="DBLP:conf/x")) == "hls__DBLP-conf-x.md"
