"""Which records may be one work."""

from datetime import UTC, datetime

import pytest

from paperlab.domain.likeness import alike_pairs, are_alike, title_form
from paperlab.domain.papers import FoundPaper

A = FoundPaper(
    title="Attention Is All You Need", authors=("Ashish Vaswani",), published=datetime(2017, 1, 1, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention is all you need.", "ATTENTION  IS ALL YOU NEED"),
        (r"The $\alpha$-helix of Schr\"odinger", "The α-helix of Schrödinger"),
        (r"The {\it Chandra} Deep Field", "The Chandra deep field"),
        (r"\emph{On} $\Lambda$CDM", "On ΛCDM"),
    ],
)
def test_a_title_is_compared_without_case_signs_and_latex(one: str, other: str) -> None:
    assert title_form(one) == title_form(other)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (FoundPaper(title=A.title, authors=("Vaswani, A.", "Noam Shazeer")), True),
        (FoundPaper(title=A.title, authors=("Someone Else",), published=A.published), False),
        (FoundPaper(title=A.title, published=A.published), True),
        (FoundPaper(title=A.title, published=datetime(2020, 1, 1, tzinfo=UTC)), False),
        (FoundPaper(title="Attention", authors=A.authors), False),
    ],
)
def test_the_same_title_needs_an_author_or_the_year(other: FoundPaper, expected: bool) -> None:
    assert are_alike(A, other) is expected


def test_a_short_title_says_too_little() -> None:
    assert not are_alike(FoundPaper(title="Index"), FoundPaper(title="Index"))


def test_each_work_is_paired_with_the_first_one_like_it() -> None:
    works = [A, FoundPaper(title="Other"), A, A]
    assert alike_pairs(works) == ((A, A), (A, A))
