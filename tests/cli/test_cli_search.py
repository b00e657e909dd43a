"""A search whose model must be prepared first, or has changed since the papers were indexed."""

from pathlib import Path

import pytest
from desk import Desk, put_paper

from paperlab.cli.main import run
from paperlab.index.encoder import DEFAULT_MODEL, load_encoder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the prepared model is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "paperlab"


@pytest.fixture
def library(tmp_path: Path, cache: Path) -> Path:
    """With one paper, indexed by the default model."""
    desk = Desk(tmp_path / "library")
    desk.encoder = load_encoder(DEFAULT_MODEL, cache)
    put_paper(desk)
    desk.store.close()
    return desk.library.root


def search(library: Path, *words: str) -> int:
    return run(["--library", str(library), "search", *words])


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_without_the_prepared_model_words_answer_at_once_and_the_next_search_has_it(
    library: Path, cache: Path, capsys: pytest.CaptureFixture[str], damage
) -> None:
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    damage(kept)

    assert search(library, "square root of the key dimension") == 0
    told = capsys.readouterr()
    assert "Dot products" in told.out
    assert told.err.count("\n") == 1
    assert "by words only" in told.err
    assert "prepared" in told.err
    assert kept.read_bytes() == whole

    assert search(library, "square root of the key dimension") == 0
    assert capsys.readouterr().err == ""


def test_a_search_by_meaning_alone_waits_for_the_model(
    library: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kept,) = cache.iterdir()
    kept.unlink()
    assert search(library, "--mode", "meaning", "why is attention scaled") == 0
    told = capsys.readouterr()
    assert "Dot products" in told.out
    assert told.err == ""


def test_papers_embedded_another_way_are_found_by_words_until_they_are_indexed_again(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(library)
    desk.indexing.run()  # with the desk's own encoder
    desk.store.close()

    assert search(library, "square root") == 0
    told = capsys.readouterr()
    assert "Dot products" in told.out
    assert "1 paper is searched by words only: `paperlab index` completes" in told.err

    assert run(["--library", str(library), "index"]) == 0
    capsys.readouterr()
    assert search(library, "square root") == 0
    assert capsys.readouterr().err == ""
