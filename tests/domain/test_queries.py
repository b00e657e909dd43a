import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Status
from paperlab.domain.queries import FIELDS, Field, begins_in, parse_query, phrase_test
from paperlab.domain.summaries import PaperSummary

PAPER = PaperSummary(
    key=PaperKey("1706.03762"),
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Łukasz Kaiser", "Laurens van der Maaten", "Klaus Müller"),
    year=2017,
    tags=("nlp", "Machine Translation"),
    edition="v7",
    editions=("v7",),
    status=Status.READING,
    depth=None,
    progress=0.5,
    pages=15,
    annotations=0,
    has_notes=False,
    added=datetime(2026, 1, 1, tzinfo=UTC),
    last_read=None,
)
WORDS = re.compile(r"[^\W_]+")
SYNTAX = st.lists(
    st.one_of(
        st.sampled_from([*(f"{name}:" for name in FIELDS), "-", '"', "“", "”", " ", ":", "..", "2017", "\n", "\0"]),
        st.text(max_size=6),
    )
).map("".join)


def test_words_phrases_exclusions_and_fields_are_told_apart() -> None:
    query = parse_query('why "dot products" grow -survey -"a table" author:"van der" Year:2017..2019 -tag:later')
    assert query.words == "why grow"
    assert query.sought == "why dot products grow"
    assert query.phrases == ("dot products",)
    assert query.excluded == ("survey", "a table")
    assert query.fields == (Field("author", "van der"), Field("year", "2017..2019"), Field("tag", "later", False))
    assert query.conditions == ('"dot products"', "-survey", '-"a table"', *map(str, query.fields))


def test_sections_are_no_matter_of_papers() -> None:
    query = parse_query('section:related -section:"future work" title:need')
    assert (query.sections, query.other_sections) == (("related",), ("future work",))
    assert query.of_papers == (Field("title", "need"),)


@pytest.mark.parametrize(
    "text",
    [
        "3:1",
        "arXiv:1706",
        "-",
        '"',
        "a - b",
        "between -1 and -0.5",
        '5" and 3" floppy disks',
        '"never closed',
        "author:",
        "-author: x",
        'author:"never closed',
        "state-of-the-art",
        'x"y z"',
        '""',
        'tag:""',
        "year:..",
        "attention AND (NEAR OR NOT *)",
        "{title section}: ^atten*",
        "🙂 _ __",
    ],
)
def test_what_has_no_meaning_in_the_syntax_is_text(text: str) -> None:
    query = parse_query(text)
    assert query.words == query.sought == text
    assert query.conditions == ()


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ('softmax "never closed', "quotation mark"),
        ('-"never closed', "quotation mark"),
        ('author:"never closed', "quotation mark"),
        ('"" softmax', "quotation mark"),
        ("softmax author:", "author: has nothing"),
        ("-Author: vaswani", "author: has nothing"),
        ("year:..", "year: has nothing"),
        ("autor:vaswani", "autor: is no field, author: is"),
        ("-tags:nlp", "tags: is no field, tag: is"),
        ("sections:related", "section: is"),
        ("year:soon", "year:soon names no years"),
        ("year:2017-2019", "year:2017-2019 names no years"),
        ("-year:2017...2019", "-year:2017...2019 names no years"),
        ("year:2019..2017", "ends before it begins"),
        ("status:done", "status:done is no status: unread, reading, read are"),
    ],
)
def test_what_was_hardly_meant_so_is_told(text: str, doubt: str) -> None:
    (told,) = parse_query(text).doubts
    assert doubt in told


@pytest.mark.parametrize(
    "text",
    [
        'why "dot products" -survey -"a table" author:"van der" year:2017..2019 -tag:later section:related',
        "year:20 year:2017.. -year:..2019 year:2017..2017 year:201..202",
        "status:read status:un key:1706",
        "3:1 arXiv:1706 https://x.org/y a: b - c",
        '5" and 3" floppy disks, state-of-the-art',
    ],
)
def test_what_is_well_said_raises_no_doubt(text: str) -> None:
    assert parse_query(text).doubts == ()


def test_curly_quotation_marks_are_quotation_marks() -> None:
    assert parse_query("(“batch size”)").phrases == ("batch size",)
    assert parse_query("-„batch size“").excluded == ("batch size",)


@given(st.one_of(st.text(), SYNTAX))
def test_no_text_is_refused_and_no_word_is_lost(text: str) -> None:
    query = parse_query(text)
    kept = " ".join([query.words, *query.phrases, *query.excluded, *(f"{f.name} {f.value}" for f in query.fields)])
    names = {field.name for field in query.fields}
    assert {word for word in WORDS.findall(text) if word.lower() not in names} <= set(WORDS.findall(kept))
    sought = WORDS.findall(query.sought)
    assert sorted(sought) == sorted(WORDS.findall(" ".join([query.words, *query.phrases])))


@given(st.one_of(st.text(), SYNTAX))
@example('-"a\u3000b" "c\td"')
@example('-"0" -"tag:a" -tag:"u')
def test_what_is_asked_for_can_be_typed_as_it_is_told(text: str) -> None:
    for condition in parse_query(text).conditions:
        assert parse_query(condition).conditions == (condition,)


@given(st.one_of(st.text(), SYNTAX))
def test_every_field_can_be_asked_of_every_paper(text: str) -> None:
    for field in parse_query(text).fields:
        assert field.passes(PAPER) is not field._replace(is_wanted=not field.is_wanted).passes(PAPER) or (
            field.name == "section"
        )


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("author:vaswani", True),
        ("author:ashish author:kaiser", True),
        ('author:"van der m"', True),
        ("author:muller", True),
        ("author:MÜLLER", True),
        ("author:aswani", False),
        ("author:vaswani author:nobody", False),
        ("-author:vaswani", False),
        ("-author:nobody", True),
        ("year:2017", True),
        ("year:2017..2019", True),
        ("year:2018..", False),
        ("year:..2016", False),
        ("year:..2017", True),
        ("year:soon", False),
        ("tag:nlp", True),
        ("tag:NL", True),
        ('tag:"machine translation"', True),
        ("tag:translation", False),
        ('title:"all you"', True),
        ("title:attention", True),
        ("title:tension", False),
        ("status:reading", True),
        ("status:read", False),
        ("key:vaswani2017", True),
        ("key:1706.03762", True),
        ("section:anything", True),
        ("-section:anything", True),
    ],
)
def test_papers_pass_by_their_fields(text: str, passes: bool) -> None:
    assert all(field.passes(PAPER) for field in parse_query(text).fields) is passes


def test_a_paper_without_a_year_is_of_none() -> None:
    undated = replace(PAPER, year=None)
    assert not Field("year", "2017..").passes(undated)
    assert not Field("year", "..2019").passes(undated)


@pytest.mark.parametrize(
    ("phrase", "text", "holds"),
    [
        ("batch size", "A Batch\n Size of 3", True),
        ("batch size", "batch sizes", False),
        ("batch size", "minibatch size", False),
        ("pre-training of", "Pretraining of models", True),
        ("pretraining of", "pre-\ntraining of models", True),
        ("fine tuning", "ﬁne-tuning", True),
        ("muller", "by Müller.", True),
        ("art", "state of the art", True),
        ("art", "start", False),
        ("a“b", "a b", True),
    ],
)
def test_a_phrase_is_exact_up_to_how_it_is_printed(phrase: str, text: str, holds: bool) -> None:
    assert phrase_test(phrase)(text) is holds


@given(st.text(), st.text(), st.text())
def test_a_text_holds_what_stands_in_it(before: str, phrase: str, after: str) -> None:
    if WORDS.search(phrase):
        assert phrase_test(phrase)(f"{before} {phrase} {after}")


def test_a_value_begins_at_a_word() -> None:
    assert begins_in("2 Related Work", "related w")
    assert begins_in("Results > Müller's test", "muller")
    assert not begins_in("2 Related Work", "elated")
    assert not begins_in("2 Related Work", "work related")
