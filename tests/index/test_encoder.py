"""What every encoder keeps, on the fake, on ONNX Runtime and on sentence-transformers; the real ones agree."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paperlab.errors import ModelUnavailable
from paperlab.index.encoder import DEFAULT_MODEL, Encoder, TokenVectors, load_encoder
from paperlab.index.minilm_graph import Precision
from paperlab.index.onnx_encoder import OnnxEncoder, packaged_model
from tests.fakes import FakeEncoder

TEXTS = (
    "Attention is all you need.",
    "Scaled dot-product attention divides by the square root of the key dimension.",
    "x",
    "word " * 700,
    "Die Größe der Schlüssel — naïve façade, Ærøskøbing, Łódź.",
    "The cat sat on the mat. " * 5,
)


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real SentenceTransformer: seeded static embeddings and a tokenizer trained here."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[UNK]"]))
    tokenizer.enable_truncation(16)
    weights = np.random.default_rng(7).standard_normal((tokenizer.get_vocab_size(), 32)).astype(np.float32)
    folder = tmp_path_factory.mktemp("tiny") / "Tiny Model"
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(params=["fake", *Precision, "sentence-transformers"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "fake":
        return FakeEncoder()
    if request.param in set(Precision):
        return OnnxEncoder.load(packaged_model(), request.getfixturevalue("model_cache"), Precision(request.param))
    return load_encoder(str(request.getfixturevalue("tiny_model")), request.getfixturevalue("model_cache"))


def test_rows_are_float32_of_norm_one_in_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


def test_tokens_stand_in_the_text_and_have_norm_one(encoder: Encoder) -> None:
    told: dict[int, TokenVectors] = {}
    encoder.encode(TEXTS, on_tokens=lambda index, tokens: told.update({index: tokens}))
    if not told:  # static embeddings have none
        assert encoder.name.endswith("Tiny Model")
        return
    assert sorted(told) == list(range(len(TEXTS)))
    for index, tokens in told.items():
        assert tokens.rows.shape == (len(tokens.spans), encoder.dimension)
        assert len(tokens.spans) <= encoder.max_tokens
        np.testing.assert_allclose(np.linalg.norm(tokens.rows, axis=1), 1, atol=1e-5)
        assert [TEXTS[index][slice(*span)] for span in tokens.spans[:1]] == [TEXTS[index].split()[0]]


@pytest.mark.parametrize("precision", Precision)
def test_a_vector_does_not_depend_on_the_texts_beside_it(model_cache: Path, precision: Precision) -> None:
    encoder = OnnxEncoder.load(packaged_model(), model_cache, precision)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_array_equal(encoder.encode(TEXTS), alone)


def test_no_text_gives_no_row(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.count_tokens([]) == []


def test_odd_texts_give_numbers(encoder: Encoder) -> None:
    vectors = encoder.encode(["", "   ", "\x00\x07", "\udce9 lone surrogate", "🧠" * 300, "￿" * 2000])
    assert np.isfinite(vectors).all()
    assert (np.linalg.norm(vectors, axis=1) < 1.001).all()


def test_tokens_are_counted_past_the_window(encoder: Encoder) -> None:
    few, many, none = encoder.count_tokens(["word word", "word " * 1000, ""])
    assert none == 0
    assert few < encoder.max_tokens < many
    assert many == 500 * few


def test_progress_is_told_in_texts_done(encoder: Encoder) -> None:
    told: list[int] = []
    encoder.encode(TEXTS * 20, told.append)
    assert told == sorted(told)
    assert told[-1] == len(TEXTS) * 20


def test_a_listener_can_end_the_encoding(encoder: Encoder) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode(TEXTS, stop)


def test_the_fingerprint_is_stable_and_short(encoder: Encoder) -> None:
    assert 0 < len(encoder.fingerprint) < 80
    assert encoder.fingerprint.isprintable()
    assert " " not in encoder.fingerprint


def test_another_models_fingerprint_follows_its_weights(tiny_model: Path, tmp_path: Path, model_cache: Path) -> None:
    import shutil

    from safetensors.numpy import load_file, save_file

    copy = tmp_path / tiny_model.name
    shutil.copytree(tiny_model, copy)
    first, same = (load_encoder(str(folder), model_cache).fingerprint for folder in (tiny_model, copy))
    assert first == same
    (file,) = copy.rglob("*.safetensors")
    save_file({name: tensor * 2 for name, tensor in load_file(file).items()}, file)
    assert load_encoder(str(copy), model_cache).fingerprint != first


def test_a_model_that_cannot_be_had_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable) as raised:
        load_encoder(str(tmp_path / "empty"), tmp_path)
    assert "model" in raised.value.hint


VARIED = (
    *TEXTS,
    "",
    " ",
    "\n\t",
    "[CLS] [SEP] [MASK] [PAD] [UNK] inside a text",
    r"We minimise $\mathcal{L}(\theta) = -\sum_i \log p_\theta(y_i \mid x_i)$ with $\epsilon=10^{-8}$.",
    "\\begin{equation} \\alpha_{ij} = \\frac{\\exp(e_{ij})}{\\sum_k \\exp(e_{ik})} \\end{equation}",
    "softmax(QKᵀ/√dₖ)V ∈ ℝⁿˣᵈ, ∇θ ≤ ½‖x−y‖²",
    "注意力机制是你所需要的一切。我们提出了一种新的简单网络架构。",
    "トランスフォーマーは系列変換モデルです。",
    "어텐션은 필요한 전부입니다",
    "الانتباه هو كل ما تحتاجه",
    "Внимание — это всё, что вам нужно",
    "ﬁrst eﬃcient ﬂow of the ligatures",
    "hyphen-\nated line ends and\r\nbreaks",
    "a" * 99,
    "a" * 101,
    "1,234.56 × 10⁻³ ± 0.7 % (p < .001)",
    "🧠🤖 emoji 👩‍🔬 with joiners",
    "www.example.org/path?query=1#fragment user@example.org",
    "Question? Answer! “Quoted” ‘single’ — dash… end",
    "the the the " * 84 + "the",
    "token " * 254,
    "token " * 255,
    "A sentence of the usual length, as a passage of a paper holds some ten of them in a row. " * 12,
    "\u200bzero\u200bwidth\ufeff",
    "e\u0301 combining a\u030a and İstanbul ß",
)


@pytest.mark.parametrize(("precision", "least"), [(Precision.FP32, 0.9999), (Precision.INT8, 0.99)])
def test_onnx_runtime_agrees_with_sentence_transformers(
    model_cache: Path, capfd: pytest.CaptureFixture[str], precision: Precision, least: float
) -> None:
    encoder = OnnxEncoder.load(packaged_model(), model_cache, precision)
    reference = load_encoder(str(packaged_model()), model_cache)
    cosines = (encoder.encode(VARIED) * reference.encode(VARIED)).sum(axis=1)
    assert cosines.min() >= least
    assert encoder.count_tokens(VARIED) == reference.count_tokens(VARIED)
    assert (encoder.dimension, encoder.max_tokens) == (reference.dimension, reference.max_tokens)
    assert encoder.fingerprint != reference.fingerprint
    assert capfd.readouterr() == ("", "")


def test_a_search_by_meaning_loads_no_torch(model_cache: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from paperlab.index.encoder import DEFAULT_MODEL, load_encoder\n"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'tokenizers', 'torch', 'sentence_transformers', 'transformers'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "load_encoder(DEFAULT_MODEL, Path(sys.argv[1])).encode(['a query'])\n"
        "assert not {'onnx', 'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
    )
    load_encoder(DEFAULT_MODEL, model_cache)
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", script, str(model_cache)], check=True, timeout=60, env=environment)


@pytest.mark.real
def test_the_questions_have_the_same_top_hits(model_cache: Path, real_data: Path) -> None:
    """The quotes that answer the questions stand for the passages."""
    lines = (real_data / "questions" / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    quotes = sorted({question["quote"] for question in asked})
    found = {}
    for encoder in (
        load_encoder(str(packaged_model()), model_cache),
        OnnxEncoder.load(packaged_model(), model_cache, Precision.FP32),
        OnnxEncoder.load(packaged_model(), model_cache, Precision.INT8),
    ):
        scores = encoder.encode([question["question"] for question in asked]) @ encoder.encode(quotes).T
        found[encoder.fingerprint] = scores.argmax(axis=1)
    reference, fp32, int8 = found.values()
    assert (fp32 == reference).all()
    assert (int8 == reference).mean() >= 0.95
