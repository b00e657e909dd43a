import pytest

from paperlab.pdf.numbering import Scheme, numbers_of, without_number


@pytest.mark.parametrize(
    ("text", "scheme", "parts"),
    [
        ("3 Model Architecture", Scheme.ARABIC, (3,)),
        ("3.2.1 Scaled Dot-Product Attention", Scheme.ARABIC, (3, 2, 1)),
        ("4. Experiments", Scheme.ARABIC, (4,)),
        ("A.1 Fine tuning", Scheme.LETTER, (1, 1)),
        ("Appendix E. Scores", Scheme.LETTER, (5,)),
        ("IV. RESULTS", Scheme.ROMAN, (4,)),
        ("Section 7 Why", Scheme.ARABIC, (7,)),
    ],
)
def test_numbers_are_read(text: str, scheme: Scheme, parts: tuple[int, ...]) -> None:
    assert (scheme, parts) in [(number.scheme, number.parts) for number in numbers_of(text)]


@pytest.mark.parametrize("text", ["Results", "2018 was a year", "3", "IIII. wrong", "14: end for", "28.4 BLEU"[:4]])
def test_other_beginnings_are_none(text: str) -> None:
    assert numbers_of(text) == ()


def test_title_without_its_number() -> None:
    assert without_number("3.2.1 Scaled Dot-Product Attention") == "Scaled Dot-Product Attention"
    assert without_number("Related Work") == "Related Work"
