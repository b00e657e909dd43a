"""Templates of the reader's: what they are given, and that none does harm."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.placements import Placement, Way
from paperlab.domain.progress import ReadingState
from paperlab.errors import UsageError
from paperlab.export.library_json import ExportedPaper
from paperlab.export.templates import render_template, values_of

NOW = datetime(2026, 9, 3, 10, 11, 12, tzinfo=UTC)
MARK = Annotation(
    id="3f9a2c1b-0000-4000-8000-000000000000",
    kind=AnnotationKind.HIGHLIGHT,
    edition="v5",
    page_index=3,
    quote="*six* layers",
    section="3 Model",
    comment="%% why?",
    created=NOW,
    updated=NOW,
)
ANSWER = replace(MARK, id="4f9a2c1b-x", quote="", comment="because", author="Ada", reply_to=MARK.id)
MOVED = Placement(annotation=MARK, edition="v7", way=Way.EXACT, page_index=4)
PAPER = Paper(
    key=PaperKey("1706.03762"),
    citekey="vaswani2017attention",
    title="Attention & more",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    published=NOW,
    added=NOW,
    editions=(Edition("v7", "v7.pdf", "a" * 64, 1, NOW),),
)
EXPORTED = ExportedPaper(paper=PAPER, state=ReadingState(), annotations=[MARK, ANSWER], notes="An idea.\n")


def render(template: str, **options: Any) -> str:
    values = values_of(replace(EXPORTED, places={MARK.id: MOVED}), "papers/1706.03762")
    (text,) = render_template(template, [values], name="mine.j2", **options)
    return text


def test_a_template_decides_about_everything() -> None:
    template = """\
#+title: {{ title }} ({{ authors | join("; ") }}, {{ year }})
{% for section in sections %}
* {{ section.title }}
{% for mark in section.annotations %}
- {{ mark.quote | literal }} :: {{ mark.link }}, now {{ mark.now_edition }} p. {{ mark.now_page }}
  {{ mark.comment | own }}
{% for answer in mark.answers %}
  - {{ answer.author }}: {{ answer.comment }}
{% endfor %}
{% endfor %}
{% endfor %}
{{ notes }}"""
    assert render(template) == (
        "#+title: Attention & more (Ashish Vaswani; Noam Shazeer, 2026)\n"
        "* 3 Model\n"
        "- \\*six\\* layers :: [p. 4](<https://arxiv.org/pdf/1706.03762v5#page=4>), now v7 p. 5\n"
        "  \\%\\% why?\n"
        "  - Ada: because\n"
        "An idea.\n"
    )


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ titel }}", "mine.j2: UndefinedError: 'titel' is undefined"),
        ("a\n{% for %}", "mine.j2: line 2: "),
        ("{% include '/etc/passwd' %}", "mine.j2: TypeError: no loader"),
        ("{% import 'os' as os %}", "mine.j2: TypeError: no loader"),
        ("{% extends 'x' %}", "mine.j2: TypeError: no loader"),
        ("{{ title.__class__.__mro__ }}", "mine.j2: SecurityError"),
        ("{{ ''.__class__.__base__.__subclasses__() }}", "mine.j2: SecurityError"),
        ("{{ self.__init__.__globals__ }}", "mine.j2: SecurityError"),
        ("{{ authors.append('x') }}", "mine.j2: SecurityError"),
        ("{{ '%s' | format(range(10 ** 9)) }}", "mine.j2: OverflowError"),
        ("{{ 1 / 0 }}", "mine.j2: ZeroDivisionError"),
        ("{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}", "has more than 10,000,000 characters"),
        ("{{ 'x' * 10 ** 10 }}", "mine.j2: (it takes too much memory|MemoryError)"),
        ("{{ lipsum(10 ** 9) }}", "mine.j2: UndefinedError"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "mine.j2: RecursionError"),
    ],
)
def test_what_a_template_must_not_do_ends_in_an_error_of_one_line(template: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refusal:
        render(template)
    assert "\n" not in refusal.value.message


def test_a_template_that_never_ends_is_ended() -> None:
    bomb = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    with pytest.raises(UsageError, match="the template takes longer than"):
        render(bomb, time_s=1.0)
