import pytest
from indexed_papers import Shelf, block, heading

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PageBox

SENTENCE = "We suspect that for large values of the key dimension the dot products grow large in magnitude."
FOREIGN = "The harbour was full of fishing boats when the storm came over the hills that evening."


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.put(
        "a", heading("3 Model"), block(f"An earlier sentence stands here. {SENTENCE} And so on.", 3, ("3 Model",))
    )
    shelf.put("b", "Positional encodings have the same dimension as the embeddings, so that the two can be summed.")
    return shelf


def test_a_quote_is_found_with_its_exact_place(filled: Shelf) -> None:
    (match,) = filled.engine().find("the dot products grow large in magnitude")
    assert (match.paper, match.edition, match.page_index, match.section) == (PaperKey("a"), "v1", 3, ("3 Model",))
    assert (match.is_exact, match.score) == (True, 1.0)
    assert match.text == "the dot products grow large in magnitude"
    assert match.block == 1
    text = f"An earlier sentence stands here. {SENTENCE} And so on."
    assert text[match.start :].startswith(match.text)
    assert match.prefix == "here. We suspect that for large values of the key dimension "
    assert text[: match.start].endswith(match.prefix)
    assert match.suffix == ". And so on."
    assert match.boxes == (PageBox(3, Box(72, 112.25, 300.5, 122.25)), PageBox(3, Box(72, 124.25, 300.5, 134.25)))


@pytest.mark.parametrize(
    "quote",
    [
        SENTENCE.upper(),
        SENTENCE.replace("fo", "f\no"),
        SENTENCE.replace("dimension", "dimen-\nsion"),
        SENTENCE.replace("magnitude", "magni\u00adtude"),
        SENTENCE.replace(" ", "\n"),
        f"“{SENTENCE}”",
        f"  ‘{SENTENCE[:-1]}’ ",
        SENTENCE.replace("suspect", "suspéct"),
    ],
)
def test_case_breaks_hyphens_and_quotation_marks_do_not_matter(filled: Shelf, quote: str) -> None:
    (match,) = filled.engine().find(quote)
    assert (match.is_exact, match.text) == (True, SENTENCE.rstrip("."))


def test_ligatures_on_either_side_do_not_matter(shelf: Shelf) -> None:
    shelf.put("a", "An eﬃcient ﬂow of ﬁne gradients. Café cre\u0300me.")
    engine = shelf.engine()
    assert engine.find("efficient flow of fine gradients")[0].text == "eﬃcient ﬂow of ﬁne gradients"
    assert engine.find("an efﬁcient ﬂow")[0].is_exact
    assert engine.find("of fine gradients cafe creme")[0].text.endswith("cre\u0300me")


def test_a_quote_may_run_from_one_block_to_the_next(shelf: Shelf) -> None:
    shelf.put("a", block("The paragraph begins on one page", 0), block("and it ends on another one.", 1))
    (match,) = shelf.engine().find("begins on one page and it ends")
    assert match.text == "begins on one page and it ends"
    assert (match.block, match.page_index, [box.page_index for box in match.boxes]) == (0, 0, [0, 1])


def test_a_quote_may_run_on_behind_a_figure(shelf: Shelf) -> None:
    shelf.put(
        "a",
        block("The paragraph begins on one page", 0),
        block("Figure 2: Something else.", 0, kind=BlockKind.CAPTION),
        block("and it ends on another one.", 1),
    )
    (match,) = shelf.engine().find("begins on one page and it ends")
    assert match.text == "begins on one page and it ends"
    assert [box.page_index for box in match.boxes] == [0, 1]


def test_all_exact_places_are_found_in_order(shelf: Shelf) -> None:
    for name in ("b", "a"):
        shelf.put(name, "Scaled dot product attention. More of scaled dot product attention.")
    matches = shelf.engine().find("scaled dot product attention")
    assert [(match.paper.value, match.start) for match in matches] == [("a", 0), ("a", 38), ("b", 0), ("b", 38)]
    assert len(shelf.engine().find("scaled dot product attention", limit=3)) == 3
    assert {m.paper.value for m in shelf.engine().find("scaled dot", papers=frozenset({PaperKey("b")}))} == {"b"}


def test_a_typo_is_forgiven_and_told(filled: Shelf) -> None:
    (match,) = filled.engine().find("We suspect that for lagre values of the kye dimension the dot products grow")
    assert not match.is_exact
    assert 0.9 < match.score < 1
    assert (match.paper, match.page_index) == (PaperKey("a"), 3)
    assert match.text.startswith("We suspect that for large values")


def test_an_exact_place_hides_mere_likenesses(shelf: Shelf) -> None:
    shelf.put("a", "The encoder maps an input sequence to a sequence of representations.")
    shelf.put("b", "The encoder maps an input sentence to a sequence of representations.")
    (match,) = shelf.engine().find("encoder maps an input sentence to a sequence")
    assert (match.paper, match.is_exact) == (PaperKey("b"), True)


def test_a_foreign_text_is_not_found(filled: Shelf) -> None:
    assert filled.engine().find(FOREIGN) == ()


@pytest.mark.parametrize("quote", ["", "  ", "…", "“”", "🙂"])
def test_a_quote_without_letters_is_nowhere(filled: Shelf, quote: str) -> None:
    assert filled.engine().find(quote) == ()


def test_a_short_quote_is_found_exactly_or_not_at_all(filled: Shelf) -> None:
    engine = filled.engine()
    assert engine.find("key dimension")[0].text == "key dimension"
    assert engine.find("ey dimensio") == ()  # not inside words
    assert engine.find("kye dimension") == ()


def test_an_empty_index_holds_no_quote(shelf: Shelf) -> None:
    assert shelf.engine().find(SENTENCE) == ()


def test_text_in_other_scripts_is_found(shelf: Shelf) -> None:
    shelf.put("a", "Das Maß der Größe. 注意力机制很重要。 Всё внимание здесь.")
    assert shelf.engine().find("注意力机制很重要")[0].is_exact
    assert shelf.engine().find("всё внимание здесь")[0].text == "Всё внимание здесь"


def test_the_boxes_are_those_of_the_lines_that_are_touched(shelf: Shelf) -> None:
    text = "first line of it second line of it third line of it"
    lines = tuple(Line(0, Box(72, y, 300, y + 10), at, at + 16) for y, at in ((100, 0), (112, 17), (124, 35)))
    shelf.put("a", Block(BlockKind.PARAGRAPH, text, lines))
    (match,) = shelf.engine().find("it second line of")
    assert match.boxes == (PageBox(0, lines[0].box), PageBox(0, lines[1].box))


def test_a_large_library_is_narrowed_by_words(shelf: Shelf) -> None:
    shelf.put("a", SENTENCE, "-", *(f"{n} {hash_words(n)}" for n in range(40)))
    for paper in range(60):
        shelf.put(f"b{paper}", *(f"{n} {hash_words(1000 * paper + n)}" for n in range(40)))
    engine = shelf.engine()
    assert engine.find("values of the key di-\nmension")[0].paper == PaperKey("a")
    assert engine.find(hash_words(30_007))[0].paper == PaperKey("b30")


LONGER = "The authors measured how often readers return to a page after they have marked a sentence on it."


@pytest.mark.parametrize(
    "quote",
    [
        LONGER.replace(" ", ""),
        LONGER.replace(" ", "").replace("readers", "raeders"),
        LONGER[: LONGER.index(" page")].replace(" ", ""),
        "how oftn readers",
        "retrun to a page aftr they",
    ],
)
def test_blanks_that_are_lost_and_typos_in_every_third_word_do_not_matter(filled: Shelf, quote: str) -> None:
    filled.put("c", block(LONGER, 2))
    matches = filled.engine().find(quote)
    assert [(match.paper, match.page_index) for match in matches] == [(PaperKey("c"), 2)]


def test_a_quote_cut_up_by_a_page_number_and_a_running_head_is_found_nearly(shelf: Shelf) -> None:
    shelf.put("a", block(SENTENCE, 3), block(LONGER, 4))
    quote = f"{SENTENCE}\n4\nA running head of the journal\n{LONGER[:40]}"
    (match,) = shelf.engine().find(quote)
    assert (match.is_exact, match.page_index) == (False, 3)
    assert match.text.startswith(SENTENCE)
    assert [box.page_index for box in match.boxes] == [3, 3, 3, 4]
    assert 0.5 < match.score < 1


def test_five_words_over_the_end_of_a_page_behind_figures_are_found(shelf: Shelf) -> None:
    figures = [block(f"Figure {n}: {FOREIGN}", 3, kind=BlockKind.CAPTION) for n in range(3)]
    shelf.put("a", block(SENTENCE, 3), *figures, block(LONGER, 4))
    (match,) = shelf.engine().find("large in magnitude. The authors")
    assert (match.is_exact, match.page_index) == (True, 3)
    (match,) = shelf.engine().find("grow large in magnitude. The authors maesured how often")
    assert (match.is_exact, match.page_index) == (False, 3)


def test_what_stands_in_another_order_is_never_exact(shelf: Shelf) -> None:
    shelf.put("a", block(LONGER, 1), block(SENTENCE, 1))
    (match,) = shelf.engine().find(f"{SENTENCE} {LONGER}")
    assert not match.is_exact
    assert match.score < 1


def test_a_few_words_that_many_texts_have_are_no_likeness(filled: Shelf) -> None:
    for quote in (
        "for large values of the harbour at the time",
        "And so on it went for the whole of the evening",
        "An earlier storm stands over these hills",
    ):
        assert filled.engine().find(quote) == ()


def test_pages_that_are_pasted_are_looked_for_by_their_beginning(shelf: Shelf) -> None:
    shelf.put("a", *(hash_words(n) for n in range(9)))
    pasted = " ".join(hash_words(n) for n in (3, 4, 5, 6, 99))
    (match,) = shelf.engine().find(f"x{pasted}")
    assert (match.paper, match.is_exact, match.page_index) == (PaperKey("a"), False, 3)
    assert shelf.engine().find(" ".join(hash_words(n) for n in range(100, 200))) == ()


def hash_words(seed: int) -> str:
    """Text that deflates badly, so that a little of it is a large library."""
    import random

    letters = random.Random(seed)
    return " ".join("".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=12)) for _ in range(90))
