import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.index.words import all_words, any_word


def test_words_are_quoted_and_joined() -> None:
    assert all_words("Residual dropout") == '"residual" AND "dropout"'
    assert any_word("Residual dropout") == '"residual" OR "dropout"'


def test_parts_of_a_word_stay_together() -> None:
    assert all_words("self-attention 28.4 BLEU") == '"self-attention" AND "28.4" AND "bleu"'


def test_phrases_come_first_and_whole() -> None:
    assert all_words('of "the key dimension" scaling') == '"the key dimension" AND "scaling"'


def test_words_of_every_text_are_left_out_unless_there_are_no_others() -> None:
    assert all_words("why are the products divided") == '"products" AND "divided"'
    assert all_words("what is the") == '"what" AND "is" AND "the"'


@pytest.mark.parametrize("text", ["", " ", '"', '"" ""', "…", "🙂", "_", "* - +"])
def test_a_text_without_words_gives_no_query(text: str) -> None:
    assert all_words(text) == any_word(text) == ""


def test_only_the_beginning_of_a_long_text_counts() -> None:
    assert all_words(" ".join(f"w{n}" for n in range(5000))).count(" AND ") == 63


@given(st.text())
def test_every_query_is_one_that_fts5_understands(text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')")
    for query in filter(None, (all_words(text), any_word(text))):
        db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (query,)).fetchone()
    db.close()
