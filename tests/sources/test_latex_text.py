"""LaTeX undone, and the same text again after it has been written as LaTeX."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.latex import is_balanced, latex
from paperlab.sources.latex_text import settled, text_of

PIECES = ["\\input", "{", "}", "$", "\\emph", "\\'", "\\c", "x", "\\i", "\\{", "\\}", "\\textbackslash{}", "\\$", "\\o"]
PIECES += [
    " ",
    "a",
    "$x^2$",
    "\\alpha",
    "--",
    "{\\it a}",
    "\\^",
    "\\~{}",
    "\\(",
    "\\)",
    "%",
    "&",
    "#",
    "_",
    "~",
    "é",
    "e\u0301",
]
hostile = st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(max_size=12)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            r"G{\"o}del, Erd\H{o}s, \v{S}, \c{c}, \'{\i}, \L{}ukasz, \aa, stra\ss e",
            "Gödel, Erdős, Š, ç, í, Łukasz, å, straße",
        ),
        (r"{BERT}: {P}re-training", "BERT: Pre-training"),
        (r"On $O(n^{2})$ and \(x\)", "On $O(n^{2})$ and $x$"),
        (r"50\% \& more, 100% sure", "50% & more, 100% sure"),
        ("a--b---c ``d'' e~f", "a–b—c “d” e f"),
        (r"\emph{Foo} {\bf bar} \textsc{Baz} \enquote{x} \href{http://a}{b}", "Foo bar Baz “x” b"),
        (r"$\alpha$ \alpha{} \textmu m \LaTeX", "$\\alpha$ α µm LaTeX"),
        (r"The \$1000 genome", "The $1000 genome"),
        (r"\$5 or \$6", r"\$5 or \$6"),
        (r"the set \{0,1\}", r"the set \{0,1\}"),
        (r"\unknown{kept} \foo", r"kept \foo"),
        (r"{\noopsort{1973}}A", "A"),
    ],
)
def test_latex_is_undone_but_for_mathematics(source: str, expected: str) -> None:
    assert text_of(source) == expected


@pytest.mark.parametrize("title", [r"\input{/etc/passwd}", r"$\input{/etc/passwd}$", r"\'\input{x}", r"\^^5cinput x"])
def test_no_command_gets_through(title: str) -> None:
    written = latex(title)
    assert "\\input" not in written
    assert "^^" not in written


@pytest.mark.parametrize("math", ["$x^a^b$", "$x_$", "$\\frac$", "$\\left( x$", "$a & b$", "$a % b$", "$a\\\\b$"])
def test_a_formula_that_would_stop_latex_is_no_formula(math: str) -> None:
    assert latex(math).startswith(r"\$")


def test_what_is_too_long_stays_as_it_is() -> None:
    assert text_of("{a}" * 20_000) == "{a}" * 20_000


@given(hostile)
@settings(max_examples=400)
def test_what_was_read_is_read_again_after_an_export(source: str) -> None:
    text = text_of(source)
    written = latex(text)
    assert is_balanced(written)
    assert text_of(written) == text


@given(hostile)
@settings(max_examples=400)
def test_any_text_settles_with_the_first_export(text: str) -> None:
    once = text_of(latex(text))
    assert text_of(latex(once)) == once
    assert latex(text_of(latex(once))) == latex(once)
    assert settled(settled(text)) == settled(text)
