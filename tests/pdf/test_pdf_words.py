import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.pdf.rows import Row, rows_of
from paperlab.pdf.words import Vocabulary, compose
from tests.pdf.pieces import piece


def _rows(*texts: str) -> list[Row]:
    return [row for n, text in enumerate(texts) for row in rows_of(0, [piece(text, y=100 + 12 * n)])]


def _composed(*texts: str, known: str = "") -> str:
    return compose(_rows(*texts), Vocabulary.of(_rows(*texts, known) if known else _rows(*texts)))[0]


@pytest.mark.parametrize(
    ("lines", "known", "text"),
    [
        (("self-atten-", "tion layers"), "attention is all", "self-attention layers"),
        (("state-of-the-", "art results"), "", "state-of-the-art results"),
        (("English-", "to-German"), "English text", "English-to-German"),
        (("atten-", "tion-based"), "attention", "attention-based"),
        (("TRANS-", "FORMER"), "", "TRANSFORMER"),
        (("English-", "German pairs"), "", "English-German pairs"),
        (("a pre-", "trained model"), "the pre-trained model", "a pre-trained model"),
        (("the multi-", "plicative form"), "", "the multiplicative form"),
        (("self-", "supervised"), "", "self-supervised"),
        (("pre- and", "post-processing"), "", "pre- and post-processing"),
        (("short-", "and long-range"), "", "short- and long-range"),
        (("GPT-", "2 and GPT-3"), "", "GPT-2 and GPT-3"),
        (("soft\u00ad", "ware"), "", "software"),
        (("one line", "and another"), "", "one line and another"),
        (("注意力机", "制"), "", "注意力机制"),
        (("a minus −", "b"), "", "a minus − b"),
    ],
)
def test_line_ends_are_mended(lines: tuple[str, ...], known: str, text: str) -> None:
    assert _composed(*lines, known=known) == text


def test_mended_hyphen_belongs_to_no_line() -> None:
    rows = _rows("atten-", "tion layers")
    text, lines = compose(rows, Vocabulary.of(rows))
    assert [text[line.start : line.end] for line in lines] == ["atten", "tion layers"]
    assert lines[0].end == lines[1].start == 5


@given(st.lists(st.text(alphabet="ab- -é注", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_lines_partition_the_text(texts: list[str]) -> None:
    rows = _rows(*texts)
    text, lines = compose(rows, Vocabulary.of(rows))
    assert len(lines) == len(rows)
    ends = [0, *(line.end for line in lines)]
    between = [text[end : line.start] for end, line in zip(ends, lines, strict=False)]
    assert set(between) <= {"", " "}
    assert lines[-1].end == len(text)
