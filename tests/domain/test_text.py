"""Text from outside made fit."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.text import fold, mend_ligatures, one_line, plain


def test_ligatures_become_their_letters() -> None:
    assert mend_ligatures("eﬃcient ﬁrst ﬂow oﬀ ﬄ ﬅ Ĳ") == "efficient first flow off ffl st IJ"


def test_one_line_has_single_blanks_and_no_controls() -> None:
    assert one_line("  A\ttitle\r\nover\u2028two \x1b[31mlines\x00 ") == "A title over two [31mlines"


def test_plain_text_cannot_steer_a_terminal() -> None:
    assert plain("a\x1b]0;title\x07b\x9b31mc\u202edcba\u2066x\u061c\r\n\tz") == "a]0;titleb31mcdcbax\n\tz"


def test_plain_text_can_be_written() -> None:
    assert plain("caf\udce9 \ud83d").encode() == b"caf "


def test_folding_leaves_letters_and_digits() -> None:
    folded, origin = fold("The “Eﬃ-\ncient” Naïve Größe, x²≤½…")
    assert folded == "theefficientnaivegroßex212"
    assert origin[:3] == [0, 1, 2]


def test_folding_forgives_line_breaks_hyphens_case_and_ligatures() -> None:
    assert fold("self-atten-\ntion, “ﬁrst”")[0] == fold("Self-Attention 'first'")[0]


def test_composed_and_decomposed_accents_fold_alike() -> None:
    text = "Ærøskøbing façade Łódź Ångström İstanbul 어텐션"
    assert fold(unicodedata.normalize("NFC", text))[0] == fold(unicodedata.normalize("NFD", text))[0]


@given(st.text(max_size=200))
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded, origin = fold(text)
    assert len(folded) == len(origin)
    assert origin == sorted(origin)
    assert all(0 <= index < len(text) for index in origin)
    assert fold(folded)[0] == folded
    for character, index in zip(folded, origin, strict=True):
        assert character in fold(text[index])[0]


@given(st.text(max_size=200))
def test_plain_and_one_line_change_nothing_twice(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert one_line(one_line(text)) == one_line(text)
