"""Citation keys: readable, safe as names, never taken twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.citekeys import free_citekey, make_citekey
from paperlab.domain.identifiers import PaperKey


@pytest.mark.parametrize(
    ("authors", "title", "year", "key"),
    [
        (["Ashish Vaswani", "Noam Shazeer"], "Attention Is All You Need", 2017, "vaswani2017attention"),
        (["Kurt Gödel"], "Über formal unentscheidbare Sätze", 1931, "godel1931uber"),
        (["Vaswani, Ashish"], "The Annotated Transformer", 2018, "vaswani2018annotated"),
        (["Martin Luther King Jr."], "On Being", 1959, "king1959being"),
        (["Jürgen Straße", "B"], "BERT: Pre-training", 2018, "strasse2018bert"),
        (["Łukasz Kaiser"], "$k$-means: why?", None, "kaisermeans"),
        (["OpenAI"], "GPT-4 Technical Report", 2023, "openai2023gpt"),
        (["王小明"], "注意力", 2020, "paper2020"),
        ([], "1984", 1949, "paper1949"),
        ([], "", None, "paper"),
        ([], "2001: A Space Odyssey", 1968, "paper1968space"),
        ([], "Con", None, "papercon"),
        ([""], "Nul", None, "papernul"),
    ],
)
def test_keys_tell_who_when_and_what(authors, title, year, key):
    assert make_citekey(authors, title, year) == key


@given(st.lists(st.text(max_size=60), max_size=3), st.text(max_size=200), st.none() | st.integers(1500, 2100))
def test_every_key_is_safe_as_a_name(authors, title, year):
    key = make_citekey(authors, title, year)
    assert PaperKey(key).value == key
    assert key == key.lower()
    assert make_citekey(authors, title, year) == key


@given(
    st.sampled_from(["con", "aux", "nul", "com1", "a", "CON", "Lpt9"]),
    st.sampled_from(["con", "aux", "", "of", "prn"]),
    st.none() | st.integers(1900, 1901),
)
def test_names_that_an_operating_system_keeps_are_avoided(author, title, year):
    PaperKey(make_citekey([author], title, year))


def test_clashes_get_letters():
    taken: set[str] = set()
    for _ in range(60):
        taken.add(free_citekey("vaswani2017attention", taken))
    assert len(taken) == 60
    endings = {key.removeprefix("vaswani2017attention") for key in taken}
    assert {"", "a", "z", "aa", "az", "bg"} <= endings


def test_an_ending_never_makes_a_name_that_is_kept():
    taken = {"co"} | {f"co{letter}" for letter in "abcdefghijklm"}
    assert free_citekey("co", taken) == "coo"


@given(st.sampled_from(["a", "ab"]), st.sets(st.from_regex(r"ab?[a-c]{0,2}", fullmatch=True), max_size=30))
def test_a_free_key_is_free(wanted, taken):
    key = free_citekey(wanted, taken)
    assert key not in taken
    assert key.startswith(wanted)
    assert wanted in taken or key == wanted


def test_a_reserved_name_with_a_dot_becomes_free():
    assert free_citekey("con.x", ()) == "con-x"
    assert free_citekey("NUL", ()) == "NULa"
