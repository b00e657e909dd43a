"""Markdown: the frame holds whatever goes into it, and the reader's text is never touched."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.progress import Declaration, Depth, ReadingState, Status, Stay, add_up
from paperlab.errors import ChangedOutside
from paperlab.export.markdown import file_name, markdown

NOW = datetime(2026, 9, 3, 10, 11, 12, tzinfo=UTC)
PAPER = Paper(
    key=PaperKey("1706.03762"),
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    published=datetime(2017, 6, 12, tzinfo=UTC),
    added=NOW,
    tags=("transformer",),
    editions=(Edition("v7", "v7.pdf", "a" * 64, 1, NOW),),
)
QUOTE = 'We call our particular attention "Scaled Dot-Product Attention".'
MARK = Annotation(
    id="3f9a2c1b-0000-4000-8000-000000000000",
    kind=AnnotationKind.HIGHLIGHT,
    edition="v7",
    page_index=3,
    quote=QUOTE,
    section="3.2.1 Scaled Dot-Product Attention",
    comment="my note on this highlight",
    created=NOW,
    updated=NOW,
)
STATE = add_up(
    [
        Declaration(at=NOW, status=Status.READING, depth=Depth.SKIMMED),
        *(Stay(at=NOW, edition="v7", page_index=page, page_count=15, seconds=60) for page in range(6)),
    ]
)
nasty = st.lists(
    st.sampled_from(
        [
            "---",
            "***",
            "===",
            "# Heading",
            "## Heading",
            "%% end paperlab:highlights %%",
            "%% end paperlab:notes %%",
            "%% begin paperlab:highlights %%",
            "%%",
            "%%%",
            "^hl-3f9a2c1b",
            "text ^mine",
            "```",
            "~~~~",
            "    ```",
            "<!-- open",
            "<script>",
            "$$",
            "a $$ b",
            "> [!quote] callout",
            "<!-- begin paperlab:notes -->",
            "<!-- end paperlab:highlights -->",
            '<a id="hl-3f9a2c1b"></a>',
            "> quote",
            "- item",
            "1. item",
            "[13]: http://x",
            "[[link]]",
            "tags: [x]",
            "\x1b[31m",
            "a\u2028b",
            "a\rb",
            "\ud800",
            "",
        ]
    )
    | st.text(max_size=12),
    max_size=6,
).map("\n".join)
marks = st.lists(
    st.builds(
        Annotation,
        id=st.uuids().map(str) | st.sampled_from(["3f9a2c1b-a", "3f9a2c1b-b", "^%% x/y z"]),
        kind=st.sampled_from(AnnotationKind),
        edition=st.sampled_from(["v7", "v5", "%% v>\n"]),
        page_index=st.integers(0, 20),
        quote=nasty,
        section=nasty,
        color=st.sampled_from(["yellow", "%%\n---"]),
        comment=nasty,
        tags=st.lists(nasty, max_size=2).map(tuple),
        author=nasty,
        reply_to=st.sampled_from(["", "", "3f9a2c1b-a", "3f9a2c1b-b"]),
        created=st.just(NOW),
        updated=st.just(NOW),
    ),
    max_size=4,
    unique_by=lambda mark: mark.id,
)
many = settings(max_examples=100, deadline=None)
MARKS = re.compile("^(?:%%|<!--) (begin|end) paperlab:", re.MULTILINE)
REGION = re.compile(r"%% begin paperlab:(\w+) %%\n(.*?)%% end paperlab:\1 %%", re.DOTALL)


def export(
    annotations: Sequence[Annotation] = (), notes: str = "", existing: str | None = None, paper: Paper = PAPER
) -> str:
    return markdown(paper, STATE, annotations, notes, existing)


def front_matter(text: str) -> dict[str, object]:
    found = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n"))
    assert isinstance(found, dict)
    return found


def test_a_paper_looks_as_documented() -> None:
    assert export([MARK], "An idea.\n") == (
        "---\n"
        'title: "Attention Is All You Need"\n'
        'authors: ["Ashish Vaswani", "Noam Shazeer"]\n'
        "year: 2017\n"
        'arxiv: "1706.03762"\n'
        "arxiv_version: 7\n"
        'doi: "10.48550/arXiv.1706.03762"\n'
        'citekey: "vaswani2017attention"\n'
        'aliases: ["Vaswani 2017"]\n'
        'tags: ["transformer"]\n'
        'status: "reading"\n'
        'depth: "skimmed"\n'
        "progress: 0.4\n"
        "last_highlight_at: 2026-09-03T10:11:12Z\n"
        'paperlab_id: "1706.03762"\n'
        "---\n"
        "# Attention Is All You Need\n"
        "\n"
        "%% begin paperlab:highlights %%\n"
        "## 3.2.1 Scaled Dot-Product Attention\n"
        "\n"
        '> We call our particular attention "Scaled Dot-Product Attention".\n'
        "> ([p. 4](<papers/1706.03762/v7.pdf#page=4>), yellow)\n"
        "\n"
        "^hl-3f9a2c1b\n"
        "\n"
        "my note on this highlight\n"
        "\n"
        "%% end paperlab:highlights %%\n"
        "\n"
        "## My notes\n"
        "\n"
        "%% begin paperlab:notes %%\n"
        "\n"
        "An idea.\n"
        "\n"
        "%% end paperlab:notes %%\n"
    )


@given(annotations=marks, notes=nasty, title=nasty)
@many
def test_nothing_that_goes_in_breaks_the_frame(annotations: list[Annotation], notes: str, title: str) -> None:
    text = export(annotations, notes, paper=replace(PAPER, title=title))
    assert front_matter(text)["paperlab_id"] == "1706.03762"
    assert front_matter(text)["arxiv"] == "1706.03762"
    assert [name for name, _ in REGION.findall(text)] == ["highlights", "notes"]
    assert len(re.findall(r"%%\s*(?:begin|end) paperlab", text)) == 4
    highlights = REGION.findall(text)[0][1]
    ids = re.findall(r"\n\n\^(hl-[A-Za-z0-9-]+)\n\n", highlights)
    assert len(ids) == len(set(ids)) == len(annotations)
    fences = re.findall(r"^ {0,3}(?:```|~~~)", highlights, re.MULTILINE)
    sections = {line for line in highlights.split("\n") if re.match(r"#{1,6}(\s|$)", line)}
    if not fences:
        assert highlights.count("%%") == 0, "no comment mark but ours"
        assert len(sections) <= len(annotations)
        assert not re.search(r"^(---|===)", highlights, re.MULTILINE)
    assert export(annotations, notes, text, replace(PAPER, title=title)) == text


@given(
    first=marks, second=marks, notes=nasty, edits=st.tuples(nasty, nasty, nasty), end=st.sampled_from(["\n", "\r\n"])
)
@many
def test_a_renewal_keeps_what_is_outside_the_regions_to_the_byte_or_refuses(
    first: list[Annotation], second: list[Annotation], notes: str, edits: tuple[str, str, str], end: str
) -> None:
    text = export(first, notes)
    start, highlights, middle, own, rest = re.split(r"(%% begin (?s:.*?)%% end \S+ %%)", text)
    before, between, after = edits
    outside = [f"{start}{before}\n", f"\n{between}{middle}", f"{rest}{after}"]
    mine = f"{outside[0]}{highlights}{outside[1]}{own}{outside[2]}".replace("\r\n", "\n").replace("\n", end)
    try:
        renewed = export(second, notes, mine)
    except ChangedOutside:
        assert MARKS.search("\n".join(edits)), "only marks that the reader has put there can be in the way"
        return
    fresh = re.split(r"(%% begin (?s:.*?)%% end \S+ %%)", export(second, notes))
    body = renewed.split(f"{end}---{end}", 1)[1]
    kept = [part.replace("\r\n", "\n").replace("\n", end) for part in outside]
    regions = [part.replace("\n", end) for part in (fresh[1], fresh[3])]
    assert body == f"{kept[0]}{regions[0]}{kept[1]}{regions[1]}{kept[2]}".split(f"{end}---{end}", 1)[1]
    assert export(second, notes, renewed) == renewed


def mend(text: str) -> str:
    return export([], "note", text)


@pytest.mark.parametrize("lost", ["%% end paperlab:highlights %%", "%% begin paperlab:highlights %%"])
def test_a_mark_without_its_partner_is_told_and_nothing_is_changed(lost: str) -> None:
    broken = export([MARK], "note").replace(lost, "my own words")
    with pytest.raises(ChangedOutside, match=r"line \d+: paperlab:highlights lacks its (end|begin) mark"):
        mend(broken)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("%% end paperlab:highlights %%", "%% end paperlab:highlights %%\n%% end paperlab:highlights %%"),
        ("## My notes", "%% begin paperlab:highlights %%\n%% end paperlab:highlights %%\n## My notes"),
        ("%% begin paperlab:highlights %%\n", "%% begin paperlab:highlights %%\n%% begin paperlab:notes %%\n"),
        ("my note on this highlight\n", "%% begin paperlab:notes %%\n%% end paperlab:notes %%\n"),
    ],
)
def test_marks_that_are_twice_or_within_each_other_are_told(old: str, new: str) -> None:
    with pytest.raises(ChangedOutside, match=r"line \d+: "):
        mend(export([MARK], "note").replace(old, new))


def test_a_region_within_another_is_told() -> None:
    start, highlights, _, own, end = re.split(r"(%% begin (?s:.*?)%% end \S+ %%)", export([MARK], "note"))
    nested = highlights.replace("%% end", f"{own}\n%% end")
    with pytest.raises(ChangedOutside, match="a region begins within paperlab:highlights"):
        mend(f"{start}{nested}{end}")


def test_marks_in_a_code_block_are_an_example() -> None:
    example = "```\n%% begin paperlab:highlights %%\n%% end paperlab:highlights %%\n```\n"
    text = export([MARK], "note") + example
    renewed = mend(text)
    assert renewed.endswith(example)
    assert QUOTE not in renewed


def test_a_code_block_that_the_reader_forgot_to_close_changes_nothing() -> None:
    text = export([MARK], "note").replace("# Attention", "```\nopen\n# Attention", 1)
    renewed = mend(text)
    assert renewed.count("%% begin paperlab:highlights %%") == 1
    assert "```\nopen\n# Attention" in renewed
    assert QUOTE not in renewed


def test_a_byte_order_mark_stays_before_the_front_matter() -> None:
    renewed = mend("\ufeff" + export([MARK], "note"))
    assert renewed.startswith("\ufeff---\ntitle:")
    assert renewed.count("paperlab_id") == 1


@pytest.mark.parametrize("mine", ["---\nrating: 5\n---\n", "---\nrating: 5\n---", "\ufeff", " \n", "# x", "x\r\ny"])
def test_files_with_hardly_anything_in_them_keep_it(mine: str) -> None:
    renewed = mend(mine)
    assert front_matter(renewed.removeprefix("\ufeff").replace("\r\n", "\n"))["paperlab_id"] == "1706.03762"
    assert mend(renewed) == renewed
    assert all(line in renewed for line in mine.split("\n"))


def test_front_matter_of_ours_that_was_broken_gets_no_second_one() -> None:
    broken = export([MARK], "note").replace("year: 2017", "year 2017 : no [ yaml\nnonsense")
    with pytest.raises(ChangedOutside, match="front matter above line"):
        mend(broken)


def test_a_file_of_the_readers_gets_the_regions_at_its_end() -> None:
    mine = "My page\n\n* item"
    text = export([MARK], "", mine)
    assert f"---\n{mine}\n\n%% begin paperlab:highlights %%\n" in text
    assert export([MARK], "", text) == text


def test_windows_line_ends_of_the_reader_stay() -> None:
    mine = export([MARK], "note").replace("\n", "\r\n") + "mine\r\n"
    renewed = export([], "note", mine)
    assert renewed.startswith('---\r\ntitle: "Attention')
    assert renewed.endswith("%% end paperlab:notes %%\r\nmine\r\n")
    assert renewed.count("%% begin paperlab:") == 2


def test_the_readers_front_matter_survives() -> None:
    text = export([MARK])
    kept = "cssclasses:\n  - wide\nrating: 5 # stars\n# a comment\n'quoted key': |\n  lines\n\n  ---\n  title: no\n"
    edited = text.replace("---\n# Att", f"{kept}depth: x\n---\n# Att").replace("year: 2017\n", "")
    renewed = export([], "", edited)
    assert kept in renewed
    found = front_matter(renewed)
    assert found["year"] == 2017
    assert found["rating"] == 5
    assert found["quoted key"] == "lines\n\n---\ntitle: no\n"
    assert found["depth"] == "skimmed"
    assert "last_highlight_at" not in found


@pytest.mark.parametrize(
    "written",
    [
        "tags: [transformer, mine, 'two words']",
        'tags: ["transformer", "mine", "two words"] # all',
        "tags:\n  - transformer\n  - mine\n  - two words",
        'tags:\n  - "mine" # added\n  - "two words"',
        "tags:\n- mine # added\n# why\n- 'two words'",
        "tags: [transformer,\n  mine,\n  two words]",
        "tags: [transformer, ' ', mine, '', two words]",
        "tags: [transformer, mine, \"mine\\u0000\", 'two  words']",
    ],
)
def test_tags_that_the_reader_has_added_in_the_editor_stay(written: str) -> None:
    text = export([MARK]).replace('tags: ["transformer"]', written)
    renewed = export([MARK], "", text)
    assert front_matter(renewed)["tags"] == ["transformer", "mine", "two words"]
    assert export([MARK], "", renewed) == renewed


def test_the_file_of_another_paper_is_refused() -> None:
    with pytest.raises(ChangedOutside, match=r"file for 2005\.14165 is that of 1706\.03762"):
        export([], "", export([MARK]), replace(PAPER, key=PaperKey("2005.14165")))
    own = export([MARK]).replace('paperlab_id: "1706.03762"', "paperlab_id: '1706.03762' # mine")
    assert "paperlab_id" in front_matter(export([], "", own))


def test_what_paperlab_does_not_know_may_be_filled_in_by_the_reader() -> None:
    paper = Paper(key=PaperKey("radford2018improving"), citekey="radford2018improving", title="GPT", added=NOW)
    text = markdown(paper, ReadingState(), [], "", None)
    assert "doi" not in front_matter(text)
    filled = text.replace("citekey:", 'doi: "10.1/x"\ncitekey:')
    assert front_matter(markdown(paper, ReadingState(), [], "", filled))["doi"] == "10.1/x"


def test_a_text_between_dashes_that_is_no_front_matter_stays_text() -> None:
    mine = "---\nA line, then a rule.\n---\nmore\n"
    assert f"---\n{mine}" in export([], "", mine)


def test_highlights_are_under_their_headings_in_page_order() -> None:
    def mark(number: int, page_index: int, section: str) -> Annotation:
        return replace(
            MARK, id=f"{number:08}-x", page_index=page_index, section=section, quote=f"q{number}", comment=""
        )

    found = export([mark(1, 5, "B"), mark(2, 1, "A"), mark(3, 6, "A"), mark(4, 7, "")])
    seen = re.findall(r"^(?:## (\w+)$|> (q\d))", found, re.MULTILINE)
    assert [heading or quote for heading, quote in seen] == ["q4", "A", "q2", "q3", "B", "q1"]


def test_a_link_goes_to_the_edition_that_was_marked() -> None:
    older = export([replace(MARK, edition="v5")])
    assert "([p. 4](<https://arxiv.org/pdf/1706.03762v5#page=4>), yellow)" in older
    elsewhere = replace(PAPER, key=PaperKey("gpt"), editions=())
    assert "> (p. 4, yellow)\n" in export([MARK], paper=elsewhere)
    spaced = markdown(PAPER, STATE, [MARK], "", None, folder="../my library/papers/1706.03762")
    assert "(<../my%20library/papers/1706.03762/v7.pdf#page=4>)" in spaced


def test_kind_and_tags_of_an_annotation_are_told() -> None:
    text = export([replace(MARK, kind=AnnotationKind.UNDERLINE, tags=("to do", "ml"))])
    assert ", yellow, underline) #to-do #ml\n" in text


def test_a_block_id_stays_when_a_later_one_begins_alike() -> None:
    later = replace(MARK, id="3f9a2c1b-1111", created=NOW.replace(year=2027), page_index=0)
    text = export([MARK, later])
    assert "^hl-3f9a2c1b\n" in text
    assert "^hl-3f9a2c1b-\n" in text


def test_the_readers_own_markdown_stays_as_it_is() -> None:
    notes = "# Idea\n\n- [ ] try *this* and `that`  \n\n```python\nx = 1 # %% cell\n```\n\n[[link]] ^mine\n\n\t- deep"
    assert notes in export([], notes)


def test_prose_is_quoted_as_it_is() -> None:
    prose = "The dominant models [13] are 5-10% better: d_model = 512, a < b, (see 3.2), “quoted”, C# & x/y - why?"
    assert f"> {prose}\n" in export([replace(MARK, quote=prose)])


def test_markup_in_a_quote_is_shown_and_not_obeyed() -> None:
    quote = "<b>x</b> *y* `z` [[w]] [a](b) ![p](q) ==m== #tag"
    expected = r"\<b>x\</b> \*y\* \`z\` \[[w]] [a]\(b) \![p]\(q) \==m\== \#tag"
    assert f"> {expected}\n" in export([replace(MARK, quote=quote)])


@pytest.mark.parametrize(
    ("citekey", "name"),
    [
        ("vaswani2017attention", "vaswani2017attention.md"),
        ("DBLP:conf/nips/V17", "DBLP-conf-nips-V17.md"),
        ("..", "-..md"),
    ],
)
def test_a_file_name_is_safe(citekey: str, name: str) -> None:
    assert file_name(replace(PAPER, citekey=citekey)) == name
