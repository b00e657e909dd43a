from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from indexed_papers import EDITION, Shelf, parsed

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Passage, PassageKind
from paperlab.index.catalog import Catalog
from paperlab.index.catalog_queries import Scope
from paperlab.index.holdings import HoldingsNow, Selection
from paperlab.index.vectors import VectorIndex

DIMENSION = 8


def put(catalog: Catalog, name: str, count: int, *, seed: int = 0, fingerprint: str = "model") -> PaperKey:
    key = PaperKey(name)
    passages = [Passage(key, PassageKind.PASSAGE, f"passage {number}") for number in range(count)]
    catalog.put_paper(key, EDITION, parsed("Text."), passages, units(count, seed), fingerprint, 1)
    return key


def units(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


QUERY = units(1, 99)[0]


def expected(catalog: Catalog, limit: int, fingerprint: str = "model") -> list[int]:
    """By brute force over what the catalogue holds."""
    with catalog.reading() as db:
        rows = db.execute(
            "SELECT first_passage, passages, rows FROM vectors WHERE fingerprint = ?", (fingerprint,)
        ).fetchall()
    scored = [
        (-float(np.frombuffer(content, np.float16).reshape(count, -1)[row].astype(np.float32) @ QUERY), first + row)
        for first, count, content in rows
        for row in range(count)
    ]
    return [number for _, number in sorted(scored)[:limit]]


def nearest(index: VectorIndex, limit: int = 20, fingerprint: str = "model") -> list[int]:
    return [number for number, _ in index.nearest(QUERY, fingerprint, limit)]


def test_the_nearest_passages_come_first(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 40)
    found = VectorIndex(shelf.catalog, shelf.snapshot).nearest(QUERY, "model", 20)
    assert [number for number, _ in found] == expected(shelf.catalog, 20)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert found[0][1] <= 1.001


def test_of_equal_passages_the_earlier_comes_first(shelf: Shelf) -> None:
    for name in ("a", "b", "c"):
        put(shelf.catalog, name, 5, seed=1)
    found = nearest(VectorIndex(shelf.catalog, shelf.snapshot), 15)
    assert found == expected(shelf.catalog, 15)


def test_an_empty_index_finds_nothing(shelf: Shelf) -> None:
    assert nearest(VectorIndex(shelf.catalog, shelf.snapshot)) == []


def test_only_passages_that_are_allowed_are_found(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 700)
    key = put(shelf.catalog, "b", 30, seed=1)
    index = VectorIndex(shelf.catalog, shelf.snapshot)
    with shelf.catalog.reading() as db:
        own = [
            row[0]
            for row in db.execute("SELECT passages.id FROM passages JOIN papers ON papers.id = paper WHERE key = 'b'")
        ]
        allowed = Selection(HoldingsNow()(db), Scope(papers=frozenset({key}))).passages
    found = [number for number, _ in index.nearest(QUERY, "model", 100, allowed)]
    assert sorted(found) == own
    assert index.nearest(QUERY, "model", 100, np.zeros(0, bool)) == []


def test_vectors_of_another_encoder_are_never_compared(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 700)
    put(shelf.catalog, "b", 30, seed=1, fingerprint="other")
    index = VectorIndex(shelf.catalog, shelf.snapshot)
    assert nearest(index, 20) == expected(shelf.catalog, 20)
    assert nearest(index, 20, "other") == expected(shelf.catalog, 20, "other")
    assert nearest(index, 20, "unheard of") == []


def test_few_vectors_need_no_snapshot(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 60)
    nearest(VectorIndex(shelf.catalog, shelf.snapshot))
    assert not shelf.snapshot.exists()


def test_what_changes_after_the_snapshot_is_seen(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 600)
    put(shelf.catalog, "b", 100, seed=1)
    index = VectorIndex(shelf.catalog, shelf.snapshot)
    nearest(index)
    written = shelf.snapshot.stat().st_mtime_ns
    put(shelf.catalog, "c", 60, seed=2)
    put(shelf.catalog, "b", 90, seed=3)
    assert nearest(index, 50) == expected(shelf.catalog, 50)
    shelf.catalog.remove(PaperKey("c"))
    assert nearest(index, 50) == expected(shelf.catalog, 50)
    assert nearest(VectorIndex(shelf.catalog, shelf.snapshot), 50) == expected(shelf.catalog, 50)
    assert shelf.snapshot.stat().st_mtime_ns == written  # so little is not worth a new one


def test_a_snapshot_that_lags_far_behind_is_written_anew(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 600)
    index = VectorIndex(shelf.catalog, shelf.snapshot)
    nearest(index)
    size = shelf.snapshot.stat().st_size
    for number in range(10):
        put(shelf.catalog, f"b{number}", 70, seed=number)
    assert nearest(index, 50) == expected(shelf.catalog, 50)
    assert shelf.snapshot.stat().st_size > 2 * size
    for number in range(10):
        shelf.catalog.remove(PaperKey(f"b{number}"))
    shelf.catalog.remove(PaperKey("a"))
    assert nearest(index, 50) == []


def flip(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"no snapshot at all, but longer than its footer",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: flip(content, 10),
        lambda content: flip(content, len(content) // 2),
        lambda content: flip(content, len(content) - 40),
        lambda content: flip(content, len(content) - 10),
        lambda content: content + content[-16:],
    ],
)
def test_a_damaged_snapshot_changes_no_answer(shelf: Shelf, damage: Callable[[bytes], bytes]) -> None:
    put(shelf.catalog, "a", 600)
    nearest(VectorIndex(shelf.catalog, shelf.snapshot))
    shelf.snapshot.write_bytes(damage(shelf.snapshot.read_bytes()))
    assert nearest(VectorIndex(shelf.catalog, shelf.snapshot)) == expected(shelf.catalog, 20)
    assert nearest(VectorIndex(shelf.catalog, shelf.snapshot)) == expected(shelf.catalog, 20)


def test_a_snapshot_of_another_catalogue_changes_no_answer(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf.catalog, "a", 600)
    nearest(VectorIndex(shelf.catalog, shelf.snapshot))
    other = Shelf.open(tmp_path / "other")
    put(other.catalog, "a", 600, seed=5)
    shelf.snapshot.replace(other.snapshot)
    assert nearest(VectorIndex(other.catalog, other.snapshot)) == expected(other.catalog, 20)
    other.catalog.close()


def test_an_older_snapshot_changes_no_answer(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 600)
    nearest(VectorIndex(shelf.catalog, shelf.snapshot))
    old = shelf.snapshot.read_bytes()
    put(shelf.catalog, "a", 700, seed=1)
    put(shelf.catalog, "b", 700, seed=2)
    nearest(VectorIndex(shelf.catalog, shelf.snapshot))
    shelf.snapshot.write_bytes(old)
    assert nearest(VectorIndex(shelf.catalog, shelf.snapshot)) == expected(shelf.catalog, 20)


def test_where_no_snapshot_can_be_written_the_search_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    put(shelf.catalog, "a", 600)
    (tmp_path / "file").touch()
    assert nearest(VectorIndex(shelf.catalog, tmp_path / "file" / "vectors.faiss")) == expected(shelf.catalog, 20)


def test_the_snapshot_is_one_file(shelf: Shelf) -> None:
    put(shelf.catalog, "a", 600)
    nearest(VectorIndex(shelf.catalog, shelf.snapshot))
    names = {path.name for path in shelf.snapshot.parent.iterdir()}
    assert {name for name in names if not name.startswith("catalog.db")} == {"vectors.faiss"}
