import pytest

from paperlab.pdf.glyphs import SOFT_HYPHEN, mend


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("eﬃcient ﬁne-tuning", "efficient fine-tuning"),
        ("Schr¨odinger and Schr¨ odinger", "Schrödinger and Schrödinger"),
        ("e\u0301te\u0301", "été"),
        ("Ayd´ın, Fran¸cois", "Aydín, François"),
        ("a\u00a0b\u2009c\u3000d", "a b c d"),
        ("zero\u200bwidth", "zero width"),
        ("\uf0b7 item \ue123", "• item"),
        ("one\x00two\x1bthree", "one two three"),
        ("in\u00advisible", "invisible"),
        ("``a quote''", "``a quote''"),
        ("left-to-right \u202emark\u202c", "left-to-right mark"),
        ("변환기 变换器 المحولات", "변환기 变换器 المحولات"),
    ],
)
def test_characters_are_mended(raw: str, mended: str) -> None:
    assert mend(raw) == mended


def test_soft_hyphen_survives_at_the_end_of_a_line() -> None:
    assert mend("atten\u00ad ") == "atten" + SOFT_HYPHEN
