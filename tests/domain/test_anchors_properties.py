"""Whatever happens to a paper, a mark is on its sentence, or said to have no place: never on another one."""

import re
from dataclasses import dataclass

from anchored import block, mark
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from paperlab.domain.anchors import Anchorage
from paperlab.domain.blocks import Block
from paperlab.domain.placements import Placement, Reason, Way
from paperlab.domain.strips import text_of
from paperlab.domain.text import folded

WORDS = re.findall(
    r"\w+",
    "attention model encoder decoder layer weight query key value output input the a of is with in to we and "
    "training translation sentence token sequence position gradient softmax scaled large small several",
)
SENTENCES = st.builds(
    lambda words, number: f"{' '.join(words).capitalize()} {number}.",
    st.lists(st.sampled_from(WORDS), min_size=4, max_size=14, unique=True),
    st.integers(0, 99),
)
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=5), min_size=1, max_size=5)
often = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@dataclass(frozen=True)
class Marked:
    """A paper as sentences by paragraph, one of them marked."""

    paragraphs: list[list[str]]
    paragraph: int
    sentence: int

    @property
    def quote(self) -> str:
        return self.paragraphs[self.paragraph][self.sentence]

    def count(self, sentence: str) -> int:
        return folded(" ".join(" ".join(one) for one in self.paragraphs)).count(folded(sentence))


@st.composite
def papers(draw: st.DrawFn) -> Marked:
    paragraphs = draw(PARAGRAPHS)
    paragraph = draw(st.integers(0, len(paragraphs) - 1))
    made = Marked(paragraphs, paragraph, draw(st.integers(0, len(paragraphs[paragraph]) - 1)))
    assume(made.count(made.quote) == 1)
    return made


def blocks_of(paragraphs: list[list[str]], first_page: int = 0) -> tuple[Block, ...]:
    return tuple(
        block(" ".join(sentences), first_page + number // 2, f"{number} Section")
        for number, sentences in enumerate(paragraphs)
        if sentences
    )


def carried(made: Marked, after: tuple[Block, ...]) -> Placement:
    annotation = mark(blocks_of(made.paragraphs), made.quote)
    return Anchorage("v7", after).resolve(annotation)


@often
@given(papers(), PARAGRAPHS, PARAGRAPHS, st.integers(0, 9))
def test_what_comes_before_and_after_moves_a_mark_and_loses_none(
    made: Marked, front: list[list[str]], back: list[list[str]], first_page: int
) -> None:
    whole = Marked([*front, *made.paragraphs, *back], len(front) + made.paragraph, made.sentence)
    assume(whole.count(made.quote) == 1)
    after = blocks_of(whole.paragraphs, first_page)
    placed = carried(made, after)
    assert placed.way in (Way.EXACT, Way.MOVED)
    assert text_of(after, placed.spans) == made.quote
    assert placed.page_index == first_page + whole.paragraph // 2


@often
@given(papers(), st.data())
def test_line_ends_hyphens_and_ligatures_are_no_matter(made: Marked, data: st.DataObject) -> None:
    def typeset(sentence: str) -> str:
        at = data.draw(st.integers(1, max(len(sentence) - 2, 1)))
        broken = f"{sentence[:at]}-\n{sentence[at:]}" if sentence[at - 1 : at + 1].isalpha() else sentence
        return re.sub("ff", "ﬀ", broken.replace(" is ", "\nis ")).upper()

    after = blocks_of([[typeset(sentence) for sentence in sentences] for sentences in made.paragraphs])
    placed = carried(made, after)
    assert placed.way is Way.EXACT
    assert folded(text_of(after, placed.spans)) == folded(made.quote)


@often
@given(papers(), st.lists(SENTENCES, max_size=3))
def test_a_mark_whose_sentence_was_taken_out_is_on_no_other(made: Marked, new: list[str]) -> None:
    paragraphs = [list(sentences) for sentences in made.paragraphs]
    del paragraphs[made.paragraph][made.sentence]
    paragraphs.append(["Here begins what nobody had written before.", *new])  # not in the place of the sentence
    assume(folded(made.quote) not in folded("".join("".join(one) for one in paragraphs)))
    placed = carried(made, blocks_of(paragraphs))
    assert not placed.is_placed
    assert placed.reason in (Reason.GONE, Reason.CHANGED, Reason.AMBIGUOUS)


@often
@given(papers(), st.integers(0, 3), st.sampled_from(["Nothing", "something"]))
def test_a_sentence_like_the_one_that_was_taken_out_is_not_taken_for_it(made: Marked, at: int, word: str) -> None:
    assume(len(made.quote) >= 30)
    words = made.quote.split(" ")
    words[at % len(words)] = word
    decoy = " ".join(words)
    assume(made.count(decoy) == 0)
    before = Marked([*made.paragraphs, ["Here ends the paper that was.", decoy]], made.paragraph, made.sentence)
    paragraphs = [list(sentences) for sentences in before.paragraphs]
    del paragraphs[made.paragraph][made.sentence]
    placed = carried(before, blocks_of(paragraphs))
    assert not placed.is_placed


@often
@given(papers(), st.data())
def test_of_two_equal_sentences_the_marked_one_is_found(made: Marked, data: st.DataObject) -> None:
    twin = data.draw(st.integers(0, len(made.paragraphs)))
    twice = Marked(
        [*made.paragraphs[:twin], ["Quite another place.", made.quote, "It ends here."], *made.paragraphs[twin:]],
        made.paragraph + (twin <= made.paragraph),
        made.sentence,
    )
    before = blocks_of(twice.paragraphs)
    annotation = mark(before, twice.quote, nth=1 if twin <= made.paragraph else 0)
    after = blocks_of([["A first paragraph that was not there."], *twice.paragraphs])
    placed = Anchorage("v7", after).resolve(annotation)
    if placed.is_placed:
        assert placed.spans[0].block == twice.paragraph + 1
    else:
        assert placed.reason is Reason.AMBIGUOUS


@often
@given(papers())
def test_on_its_own_edition_a_mark_is_always_where_it_was_made(made: Marked) -> None:
    blocks = blocks_of(made.paragraphs)
    annotation = mark(blocks, made.quote)
    placed = Anchorage("v5", blocks).resolve(annotation)
    assert (placed.way, placed.confidence) == (Way.OWN, 1.0)
    assert text_of(blocks, placed.spans) == made.quote
