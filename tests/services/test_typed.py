"""What is typed into the line for adding: sources, words, or a mistake that is told."""

from pathlib import Path

import pytest

from paperlab.services.typed import understand


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("1706.03762", ("1706.03762",)),
        (" arXiv:1706.03762v5 ", ("arXiv:1706.03762v5",)),
        ("hep-th/9901001", ("hep-th/9901001",)),
        ("1706.03762 https://arxiv.org/abs/1810.04805", ("1706.03762", "https://arxiv.org/abs/1810.04805")),
        ("https://example.org/a.pdf", ("https://example.org/a.pdf",)),
        ("list:short-and-steep", ("list:short-and-steep",)),
    ],
)
def test_ids_addresses_and_lists_are_sources(text: str, sources: tuple[str, ...]) -> None:
    typed = understand(text)
    assert (typed.sources, typed.words) == (sources, "")
    assert "added" in typed.told


def test_a_path_is_told_by_what_lies_there_and_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my papers").mkdir()
    (tmp_path / "my papers" / "one.pdf").write_bytes(b"%PDF-1.7")
    monkeypatch.chdir(tmp_path)
    for text in ("my papers/one.pdf", "./my papers/one.pdf", "'my papers/one.pdf'"):
        typed = understand(text)
        assert typed.sources == (str(tmp_path / "my papers" / "one.pdf"),)
        assert typed.told.startswith("a file")
    assert understand("./my papers").told.startswith("a folder")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert understand("~/my papers").sources == (str(tmp_path / "my papers"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("~/papers/nope.pdf", "no such file"),
        ("/nowhere/at/all", "no such file"),
        ("nope.bib", "no such file"),
        ("1706.3762", "5 digits"),
        ("1706,03762", "a dot stands"),
        ("https://arxiv.org/abs/nope", "no paper of arXiv"),
        ("10.1145/1571941.1572114", "DOI"),
        ("list:", "names no reading list"),
    ],
)
def test_a_mistyped_source_is_an_error_and_never_words(text: str, told: str) -> None:
    typed = understand(text)
    assert (typed.sources, typed.words) == ((), "")
    assert told in typed.told


@pytest.mark.parametrize(
    "text",
    [
        "attention",
        'attention "machine translation"',
        '"attention is all"',
        "encoder/decoder models",
        "10.5 percent",
        "GPT-4",
    ],
)
def test_all_else_is_words(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "attention").mkdir()
    monkeypatch.chdir(tmp_path)
    typed = understand(text)
    assert (typed.sources, typed.words) == ((), text)
    assert "arXiv is asked" in typed.told


@pytest.mark.parametrize("text", ["", "  ", "\x00/x", "a" * 5000 + "/b", "/" + "a" * 5000, "~nobody-here/x"])
def test_nothing_that_can_be_typed_is_too_strange(text: str) -> None:
    assert understand(text).sources == ()
