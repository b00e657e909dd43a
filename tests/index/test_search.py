import pytest
from fakes import FakeEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexed_papers import Shelf, block, found_in, heading

from paperlab.domain.blocks import BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.steps import Abandoned
from paperlab.errors import ModelUnavailable
from paperlab.index.encoder import Encoder
from paperlab.index.search import SearchEngine

HOSTILE = (
    "self-attention (foo",
    '"',
    '""',
    '"unclosed phrase',
    "NEAR",
    "NEAR(attention layers, 5)",
    "*",
    "atten*",
    "^attention",
    "title:attention",
    "attention AND",
    "OR NOT",
    "-attention +layers",
    "{title section}: attention",
    "'; DROP TABLE passages; --",
    "%s %d \\ /",
    "🙂",
    "🙂 attention",
    "_ __ ___",
    "\x00attention\x00",
    "\ud800",
    "注意 внимание 注意力机制",
    "a\u0301ttention",
    "² ½ ⅷ ٣",
    "attention " * 1000,
    " ".join(f"word{n}" for n in range(2000)),
)
SYNTAX = (
    "section:",
    "-section:",
    "author:",
    "-",
    '"',
    "“",
    " ",
    "_",
    "a",
    "layers",
    "pre-training",
    "2",
    "²",
    "\0",
    "'",
    ".",
)


def unavailable() -> Encoder:
    raise ModelUnavailable("the model is not installed")


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    shelf.put("a", "Attention layers connect all positions.", "The optimizer was Adam.", title="On Attention")
    shelf.put("b", "Recurrent layers read from left to right.", "Adam has two decay rates.", title="Recurrence")
    return shelf


@pytest.mark.parametrize("query", HOSTILE)
def test_no_query_reaches_the_syntax_of_the_index(filled: Shelf, query: str) -> None:
    for mode in SearchMode:
        answer = filled.search(query, mode)
        assert answer.query == query
        assert len(answer.hits) <= 4


@pytest.mark.parametrize("mode", SearchMode)
@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query_finds_nothing(filled: Shelf, mode: SearchMode, query: str) -> None:
    assert filled.search(query, mode).hits == ()


@pytest.mark.parametrize("mode", SearchMode)
def test_an_empty_index_finds_nothing(shelf: Shelf, mode: SearchMode) -> None:
    answer = shelf.search("attention", mode)
    assert (answer.hits, answer.warning) == ((), "")


@pytest.mark.parametrize("mode", SearchMode)
def test_a_passage_is_found_with_its_place_and_the_title_of_its_paper(filled: Shelf, mode: SearchMode) -> None:
    answer = filled.search("which layers connect positions", mode)
    hit = answer.hits[0]
    assert (hit.rank, hit.title, hit.passage.pages, hit.passage.section) == (1, "On Attention", (0, 0), ("1 Section",))
    assert hit.passage.text == "Attention layers connect all positions."
    assert answer.mode is mode
    assert answer.took_ms > 0


@pytest.mark.parametrize("mode", SearchMode)
def test_hits_are_ranked_by_falling_scores(filled: Shelf, mode: SearchMode) -> None:
    hits = filled.search("layers of attention", mode).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(filled.search("layers of attention", mode, 1).hits) == 1


def test_a_passage_with_all_words_comes_before_those_with_some(shelf: Shelf) -> None:
    shelf.put("some", "Dropout dropout dropout dropout.")
    shelf.put("all", "We apply residual dropout, " + "and say much else besides about many other things " * 6)
    assert found_in(shelf.search("residual dropout")) == ["all", "some"]


def test_words_that_are_everywhere_do_not_count(shelf: Shelf) -> None:
    shelf.put("a", "What is the meaning of this and that.")
    shelf.put("b", "Heads attend.")
    assert found_in(shelf.search("what is the meaning of heads")) == ["b", "a"]
    assert found_in(shelf.search("what is the")) == ["a"]


def test_words_are_found_in_other_forms(shelf: Shelf) -> None:
    shelf.put("a", "Positional encodings were learned by Müller.")
    assert found_in(shelf.search("learning position encoding")) == ["a"]
    assert found_in(shelf.search("muller")) == ["a"]


def test_a_phrase_in_quotation_marks_must_stand_as_it_is(shelf: Shelf) -> None:
    shelf.put("a", "The batch was large; its size did not matter.")
    shelf.put("b", "A large batch size helps.")
    assert found_in(shelf.search('"batch size"')) == ["b"]
    assert found_in(shelf.search("“batch size” large"))[0] == "b"
    assert found_in(shelf.search("batch size")) == ["b", "a"]


def test_words_of_titles_and_sections_are_found(shelf: Shelf) -> None:
    shelf.put("a", heading("3.2 Masking"), block("Nothing more is said.", section=("3.2 Masking",)), title="Zebras")
    assert found_in(shelf.search("zebras")) == ["a"]
    assert found_in(shelf.search("masking")) == ["a"]


@pytest.mark.parametrize("mode", SearchMode)
def test_bibliographies_stand_behind_the_text(shelf: Shelf, mode: SearchMode) -> None:
    shelf.put(
        "a",
        block("Attention layers.", kind=BlockKind.REFERENCE, section=("References",)),
        block("Something long and winding that mentions among much else that attention has layers, in passing."),
    )
    assert [hit.passage.section[-1] for hit in shelf.search("attention layers", mode).hits] == [
        "1 Introduction",
        "References",
    ]


@pytest.mark.parametrize("mode", SearchMode)
def test_only_chosen_kinds_and_papers_are_searched(filled: Shelf, mode: SearchMode) -> None:
    filled.note(PaperKey("a"), "I wonder about layers.")
    notes = frozenset({PassageKind.NOTE})
    assert [hit.passage.kind for hit in filled.search("layers", mode, kinds=notes).hits] == [PassageKind.NOTE]
    only_b = filled.search("layers", mode, papers=frozenset({PaperKey("b")}))
    assert set(found_in(only_b)) == {"b"}
    assert filled.search("layers", mode, papers=frozenset()).hits == ()
    assert filled.search("layers", mode, kinds=frozenset()).hits == ()
    assert filled.search("layers", mode, papers=frozenset({PaperKey("unheard-of")})).hits == ()


def test_without_an_encoder_hybrid_falls_back_on_words(filled: Shelf) -> None:
    engine = SearchEngine(filled.catalog, unavailable, filled.snapshot)
    answer = engine.search("adam", SearchMode.HYBRID, 10)
    assert sorted(found_in(answer)) == ["a", "b"]
    assert answer.mode is SearchMode.WORDS
    assert "the model is not installed" in answer.warning
    assert engine.search("adam", SearchMode.WORDS, 10).warning == ""
    with pytest.raises(ModelUnavailable):
        engine.search("adam", SearchMode.MEANING, 10)


def test_papers_without_vectors_are_found_by_words_and_told_of(filled: Shelf) -> None:
    words_only = Shelf(filled.catalog, filled.snapshot, None)
    words_only.put("c", "Convolutions slide over the input.")
    answer = filled.search("convolutions", SearchMode.HYBRID)
    assert "c" in found_in(answer)
    assert "1 paper is searched by words only" in answer.warning
    assert "c" not in found_in(filled.search("convolutions", SearchMode.MEANING))
    Shelf(filled.catalog, filled.snapshot, FakeEncoder()).put("c", "Convolutions slide over the input.")
    assert filled.search("convolutions", SearchMode.MEANING).warning == ""


@pytest.mark.parametrize("mode", SearchMode)
def test_equal_passages_keep_the_order_they_were_indexed_in(shelf: Shelf, mode: SearchMode) -> None:
    for name in ("c", "a", "b"):
        shelf.put(name, "The very same sentence about attention.")
    assert found_in(shelf.search("attention sentence", mode)) == ["c", "a", "b"]


def test_words_the_model_knows_nothing_of_find_nothing_by_meaning(filled: Shelf) -> None:
    assert filled.search("\u2003\u2003", SearchMode.MEANING).hits == ()


@pytest.mark.parametrize("mode", SearchMode)
def test_a_search_that_nobody_wants_any_more_ends_and_the_next_one_answers(filled: Shelf, mode: SearchMode) -> None:
    engine = SearchEngine(filled.catalog, FakeEncoder, filled.snapshot)
    with pytest.raises(Abandoned):
        engine.search("layers", mode, 10, is_wanted=lambda: False)
    assert found_in(engine.search("layers", mode, 10))


def test_a_long_query_is_given_up_in_its_midst(shelf: Shelf) -> None:
    for number in range(40):
        shelf.put(f"p{number}", *(f"Attention layers number {n} of many." for n in range(60)))
    asked = []

    def is_wanted() -> bool:
        asked.append(True)
        return len(asked) < 3

    engine = SearchEngine(shelf.catalog, FakeEncoder, shelf.snapshot)
    with pytest.raises(Abandoned):
        engine.search("attention layers", SearchMode.WORDS, 10, is_wanted=is_wanted)
    assert len(asked) == 3


EVERY_WAY = pytest.mark.parametrize("mode", SearchMode)


@EVERY_WAY
def test_every_hit_holds_every_phrase(shelf: Shelf, mode: SearchMode) -> None:
    shelf.put("a", "The batch was large; its size did not matter.", "Batch sizes differ.")
    shelf.put("b", "A large batch\nsize helps.", "The minibatch size helps, too.")
    assert found_in(shelf.search('large "batch size"', mode)) == ["b"]
    assert found_in(shelf.search('"batch size" "large batch"', mode)) == ["b"]
    assert found_in(shelf.search('"batch size" "no such phrase"', mode)) == []


@EVERY_WAY
@pytest.mark.parametrize("query", ['"pre-training helps"', '"pretraining helps"', '"pre training helps"'])
def test_hyphens_do_not_decide_about_a_phrase(shelf: Shelf, mode: SearchMode, query: str) -> None:
    shelf.put("a", "Here pre-training helps.")
    shelf.put("b", "Surely, training helps.")
    assert found_in(shelf.search(query, mode)) == ["a"]


@EVERY_WAY
def test_a_phrase_may_be_a_heading(shelf: Shelf, mode: SearchMode) -> None:
    shelf.put("a", block("Heads attend.", section=("3 Model", "3.2 Multi-Head Attention")), block("Heads nod."))
    assert [hit.passage.text for hit in shelf.search('heads "multi-head attention"', mode).hits] == ["Heads attend."]


@EVERY_WAY
def test_no_hit_holds_what_is_excluded(filled: Shelf, mode: SearchMode) -> None:
    filled.put("c", "Layers of a transformer.", title="A Survey")
    assert "c" in found_in(filled.search("layers -survey", mode))
    assert "c" not in found_in(filled.search("layers -transformers", mode))
    assert "Recurrent layers read from left to right." not in {
        hit.passage.text for hit in filled.search("layers -recurrent", mode).hits
    }
    assert "Adam has two decay rates." not in {h.passage.text for h in filled.search('adam -"decay rate"', mode).hits}


@EVERY_WAY
def test_sections_are_searched_by_their_beginnings(shelf: Shelf, mode: SearchMode) -> None:
    shelf.put(
        "a",
        block("Attention layers were known.", section=("2 Related Work", "2.1 Attention")),
        block("Attention layers extract relations.", section=("5 Relation Extraction",)),
        block("Attention layers are mapped.", section=("6 Mapping",)),
    )

    def sections(query: str) -> list[str]:
        return sorted(hit.passage.section[0] for hit in shelf.search(f"attention {query}", mode).hits)

    assert sections("section:related") == ["2 Related Work"]
    assert sections("section:relat") == ["2 Related Work", "5 Relation Extraction"]
    assert sections('section:"related w"') == ["2 Related Work"]
    assert sections("section:mapping") == ["6 Mapping"]
    assert sections("-section:related -section:mapping") == ["5 Relation Extraction"]
    assert sections("section:related section:mapping") == []


@EVERY_WAY
@pytest.mark.parametrize("query", ['attention "rare phrase"', "attention section:rarely", "attention -common"])
def test_a_passage_far_down_the_ranking_is_found_by_what_it_must_be(shelf: Shelf, mode: SearchMode, query: str) -> None:
    for number in range(12):
        shelf.put(f"p{number:02}", *(f"Attention attention, common rares phrases number {n}." for n in range(40)))
    text = "Much is said here, in many other words, of this rare phrase, and of attention as well."
    shelf.put("wanted", block(text, section=("Rarely",)))
    assert found_in(shelf.search(query, mode, 1)) == ["wanted"]


@EVERY_WAY
def test_a_query_that_seeks_nothing_gives_the_beginnings_of_what_passes(filled: Shelf, mode: SearchMode) -> None:
    filled.note(PaperKey("a"), "I wonder about layers.")
    ranked = filled.search("-recurrent", mode)
    assert [hit.passage.text for hit in ranked.hits] == [
        "Attention layers connect all positions.",
        "Adam has two decay rates.",
        "The optimizer was Adam.",
        "I wonder about layers.",
    ]
    assert [hit.passage.section for hit in filled.search("section:1", mode, 1).hits] == [("1 Section",)]
    only = filled.search("author:anybody", mode, papers=frozenset({PaperKey("a")}))
    assert set(found_in(only)) == {"a"}


def test_a_query_that_seeks_nothing_needs_no_encoder(filled: Shelf) -> None:
    engine = SearchEngine(filled.catalog, unavailable, filled.snapshot)
    assert engine.search("section:2", SearchMode.MEANING, 10).hits


@given(query=st.one_of(st.text(), st.lists(st.sampled_from(SYNTAX)).map("".join)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(filled: Shelf, query: str) -> None:
    assert len(filled.search(query, SearchMode.HYBRID).hits) <= 4


def test_many_conditions_are_all_kept(filled: Shelf) -> None:
    phrases = " ".join(f'"attention layers {n}"' for n in range(100))
    assert filled.search(f"{phrases} -x{' -y' * 500}").hits == ()
