"""Signatures: what the words of a query find in passages."""

import numpy as np

from paperlab.index.encoder import TokenVectors
from paperlab.index.signatures import encode_signed, interactions, signature
from tests.fakes import FakeEncoder


def query_of(text: str) -> TokenVectors:
    told: list[TokenVectors] = []
    FakeEncoder().encode([text], on_tokens=lambda _, tokens: told.append(tokens))
    return told[0]


def test_a_passage_with_the_words_answers_better_than_one_without() -> None:
    texts = ["dot products are scaled", "bread is baked in an oven"]
    vectors, signatures = encode_signed(FakeEncoder(), texts)
    assert vectors.shape == (2, 64)
    found = interactions(query_of("scaled dot"), "scaled dot", signatures)
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
    assert interactions(query, "w85", [signed])[0] > 0.4
    assert interactions(other, "w85", [signed])[0] < 0.4


def test_stop_words_are_left_out_of_a_passage_and_are_faint_in_a_query() -> None:
    rows = np.eye(16, dtype=np.float32)[:2]
    both = TokenVectors(rows, ((0, 3), (4, 7)))
    assert len(signature(both, "the key")) == 2
    telling, stop = TokenVectors(rows[1:], ((0, 3),)), TokenVectors(rows[:1], ((0, 3),))
    signed = [signature(telling, "key"), signature(stop, "the")]
    towards_key, towards_the = interactions(both, "the key", signed)
    assert towards_key > towards_the


def test_texts_without_tokens_get_no_signature_and_no_score() -> None:
    _, signatures = encode_signed(FakeEncoder(), ["", "word"])
    assert signatures[0] == b""
    scores = interactions(query_of("word"), "word", signatures)
    assert scores[0] == 0 < scores[1]
    assert not interactions(query_of(""), "", signatures).any()
    assert interactions(query_of("word"), "word", []).shape == (0,)


def test_dimensions_that_are_no_multiple_of_eight_are_padded() -> None:
    rows = np.array([[1, -1, 1, -1, 1, -1, 1, -1, 1, -1]], np.float32) / np.sqrt(np.float32(10))
    token = TokenVectors(rows, ((0, 4),))
    np.testing.assert_allclose(interactions(token, "word", [signature(token, "word")]), [1], atol=1e-6)
