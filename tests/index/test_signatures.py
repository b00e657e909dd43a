"""Signatures: what the words of a query find in passages."""

from collections.abc import Sequence

import numpy as np

from paperlab.index.encoder import TokenVectors
from paperlab.index.signatures import encode_signed, interactions, signature, weights_of_tokens
from tests.fakes import FakeEncoder


def query_of(text: str) -> TokenVectors:
    told: list[TokenVectors] = []
    FakeEncoder().encode([text], on_tokens=lambda _, tokens: told.append(tokens))
    return told[0]


def test_a_passage_with_the_words_answers_better_than_one_without() -> None:
    texts = ["dot products are scaled", "bread is baked in an oven"]
    vectors, signatures = encode_signed(FakeEncoder(), texts)
    assert vectors.shape == (2, 64)
    found = interactions(query_of("scaled dot"), [1, 1], signatures)
    assert found[0] > found[1]


def test_a_word_counts_wherever_it_stands_in_a_long_passage() -> None:
    rows = np.random.default_rng(3).standard_normal((40, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    words = [f"w{number}" for number in range(200)]
    text = " ".join(words)
    spans = tuple((text.index(word), text.index(word) + len(word)) for word in words)
    long = TokenVectors(np.repeat(rows, 5, axis=0), spans)
    query = TokenVectors(rows[17:18], ((0, 3),))
    other = TokenVectors(-rows[17:18], ((0, 3),))
    signed = signature(long, text)
    assert len(signed) == 32 * 384 // 8
    assert interactions(query, [1], [signed])[0] > 0.4
    assert interactions(other, [1], [signed])[0] < 0.4


def test_stop_words_are_left_out_of_a_passage() -> None:
    both = TokenVectors(np.eye(16, dtype=np.float32)[:2], ((0, 3), (4, 7)))
    assert len(signature(both, "the key")) == 2
    assert len(signature(both, "the a")) == 4  # it has nothing else


def test_a_rare_word_weighs_more_and_its_pieces_weigh_what_it_weighs() -> None:
    tokens = TokenVectors(np.eye(16, dtype=np.float32)[:4], ((0, 3), (4, 7), (7, 11), (11, 12)))
    asked: list[str] = []

    def counts(words: Sequence[str]) -> dict[str, int]:
        asked.extend(words)
        return {"the": 900, "softmax": 3}

    the, soft, maxi, mark = weights_of_tokens(tokens, "the softmax?", counts, 1000)
    assert asked == ["the", "softmax"]
    assert soft == maxi > 2 > 0.5 == mark > the
    assert weights_of_tokens(tokens, "the softmax?", lambda _: {}, 1000)[0] > soft


def test_texts_without_tokens_get_no_signature_and_no_score() -> None:
    _, signatures = encode_signed(FakeEncoder(), ["", "word"])
    assert signatures[0] == b""
    scores = interactions(query_of("word"), [1], signatures)
    assert scores[0] == 0 < scores[1]
    assert not interactions(query_of(""), [], signatures).any()
    assert interactions(query_of("word"), [1], []).shape == (0,)


def test_dimensions_that_are_no_multiple_of_eight_are_padded() -> None:
    rows = np.array([[1, -1, 1, -1, 1, -1, 1, -1, 1, -1]], np.float32) / np.sqrt(np.float32(10))
    token = TokenVectors(rows, ((0, 4),))
    np.testing.assert_allclose(interactions(token, [1], [signature(token, "word")]), [1], atol=1e-6)
