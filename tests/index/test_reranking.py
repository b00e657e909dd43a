"""Putting the best hits in order anew with a cross-encoder."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from indexed_papers import Shelf

from paperlab.domain.passages import SearchMode
from paperlab.errors import ModelUnavailable
from paperlab.index.reranking import MOST, CrossEncoderReranker, reranked
from paperlab.index.search import SearchEngine
from tests.fakes import FakeEncoder


class ByLength:
    """Prefers long texts."""

    def score(self, query: str, texts: Sequence[str]) -> list[float]:  # noqa: ARG002
        return [float(len(text)) for text in texts]


def test_the_first_passages_are_put_in_order_and_the_rest_stays_behind() -> None:
    scored = [(number, 1.0 - number / 100) for number in range(MOST + 3)]
    found = reranked(scored, lambda numbers: ["x" * number for number in numbers], "query", ByLength())
    assert [number for number, _ in found] == [*range(MOST - 1, -1, -1), *range(MOST, MOST + 3)]
    assert dict(found) == dict(scored)
    assert reranked([], lambda _: [], "query", ByLength()) == []


def test_a_search_follows_the_reranker(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    shelf.put("a", "Attention layers.", title="First")
    shelf.put("b", "Attention layers are long and winding roads to somewhere else.", title="Second")
    plain = shelf.engine().search("attention layers", SearchMode.HYBRID, 2)
    engine = SearchEngine(shelf.catalog, FakeEncoder, tmp_path / "vectors.faiss", ByLength())
    anew = engine.search("attention layers", SearchMode.HYBRID, 2)
    assert [hit.title for hit in plain.hits] == ["First", "Second"]
    assert [(hit.rank, hit.title) for hit in anew.hits] == [(1, "Second"), (2, "First")]
    shelf.catalog.close()


def test_a_reranker_that_cannot_be_had_costs_no_answer(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    shelf.put("a", "Attention layers.")
    missing = CrossEncoderReranker(str(tmp_path / "no such model"))
    engine = SearchEngine(shelf.catalog, FakeEncoder, tmp_path / "vectors.faiss", missing)
    answer = engine.search("attention", SearchMode.HYBRID, 2)
    assert len(answer.hits) == 1
    assert "no such model" in answer.warning
    with pytest.raises(ModelUnavailable):
        missing.score("query", ["text"])
    shelf.catalog.close()


@pytest.mark.filterwarnings("ignore")  # transformers warns of its own doings
def test_a_real_cross_encoder_is_loaded_from_a_folder(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "attention", "bread"]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    model = BertForSequenceClassification(BertConfig(vocab_size=len(words), num_labels=1, **sizes))
    fast.save_pretrained(tmp_path)
    model.save_pretrained(tmp_path)
    scores = CrossEncoderReranker(str(tmp_path)).score("attention", ["bread", "attention", "bread"])
    assert len(scores) == 3
    assert scores[0] == pytest.approx(scores[2])
