import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from indexed_papers import Shelf, found_in

from paperlab.errors import CatalogDamaged, IndexError_, LibraryBusy, LibraryTooNew
from paperlab.index.catalog import Catalog
from paperlab.index.migrations import STEPS, migrate, schema_version


def filled(folder: Path) -> Path:
    shelf = Shelf.open(folder)
    shelf.put("1706.03762", *(f"Number {n} of the paragraphs about attention." for n in range(200)))
    shelf.catalog.close()
    return folder / "catalog.db"


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be taken for one " * 40, b"SQLite format 3\x00" + b"\xff" * 4096]
)
def test_other_bytes_are_no_catalogue(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.db").write_bytes(content)
    with pytest.raises(CatalogDamaged) as caught:
        Catalog.open(tmp_path)
    assert "index rebuild" in caught.value.hint


def test_a_cut_off_catalogue_is_damaged(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:20000])
    with pytest.raises(CatalogDamaged):
        Shelf.open(tmp_path).search("attention")


def test_damage_inside_is_told(tmp_path: Path) -> None:
    path = filled(tmp_path)
    content = bytearray(path.read_bytes())
    content[20000:40000] = os.urandom(20000)
    path.write_bytes(content)
    shelf = Shelf.open(tmp_path)
    assert "catalog-damaged" in shelf.flaws()
    shelf.catalog.close()


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE papers (id INTEGER)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(CatalogDamaged):
        Catalog.open(tmp_path)
    assert path.read_bytes() == before


def test_a_catalogue_without_one_of_its_tables_is_damaged(tmp_path: Path) -> None:
    db = sqlite3.connect(filled(tmp_path))
    db.execute("DROP TABLE summaries")
    db.commit()
    db.close()
    with pytest.raises(CatalogDamaged):
        Catalog.open(tmp_path)


def test_a_catalogue_of_a_later_paperlab_is_refused(tmp_path: Path) -> None:
    db = sqlite3.connect(filled(tmp_path))
    db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    db.commit()
    db.close()
    with pytest.raises(LibraryTooNew):
        Catalog.open(tmp_path)


def test_an_empty_file_becomes_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").touch()
    catalog = Catalog.open(tmp_path)
    assert catalog.indexed() == {}
    catalog.close()


def test_a_damaged_catalogue_is_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"broken" * 1000)
    (tmp_path / "vectors.faiss").write_bytes(b"old")
    Catalog.discard(tmp_path)
    catalog = Catalog.open(tmp_path)
    assert catalog.indexed() == {}
    catalog.close()
    assert (tmp_path / "catalog.old.db").read_bytes() == b"broken" * 1000
    assert not (tmp_path / "vectors.faiss").exists()
    Catalog.discard(tmp_path / "nowhere")


def test_a_catalogue_that_is_being_written_is_not_moved(tmp_path: Path) -> None:
    db = sqlite3.connect(filled(tmp_path), isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryBusy):
        Catalog.discard(tmp_path)
    db.close()
    assert (tmp_path / "catalog.db").exists()


def test_a_failing_step_of_migration_leaves_no_trace(tmp_path: Path) -> None:
    def broken(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (id INTEGER) STRICT")
        raise RuntimeError

    db = sqlite3.connect(tmp_path / "catalog.db", isolation_level=None)
    with pytest.raises(RuntimeError):
        migrate(db, (*STEPS, broken))
    assert db.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    assert schema_version(db) == 0
    migrate(db)
    assert schema_version(db) == len(STEPS)
    db.close()


def test_processes_that_start_together_make_one_catalogue(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from paperlab.index.catalog import Catalog
Catalog.open(Path(sys.argv[1])).close()
"""
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4


def test_a_read_only_folder_can_be_searched(tmp_path: Path) -> None:
    filled(tmp_path / "derived")
    with read_only(tmp_path / "derived") as is_bound:
        if not is_bound:
            pytest.skip("this user may write everywhere")
        shelf = Shelf.open(tmp_path / "derived")
        assert shelf.catalog.is_read_only
        assert found_in(shelf.search("attention", limit=3)) == ["1706.03762"] * 3
        shelf.catalog.put_summaries({}, [])
        assert shelf.flaws() == []
        with pytest.raises(IndexError_, match="read-only"):
            shelf.put("1810.04805", "More text.")
        shelf.catalog.close()


def test_where_nothing_can_be_made_the_catalogue_is_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    catalog = Catalog.open(tmp_path / "file" / ".paperlab")
    assert catalog.is_read_only
    assert catalog.indexed() == {}
    assert catalog.summaries() == {}
    catalog.close()


class read_only:  # noqa: N801 - reads as a word where it is used
    """A folder and its files without the right to write, for a while. Root does not mind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> bool:
        for path in (*self.folder.iterdir(), self.folder):
            path.chmod(0o500 if path.is_dir() else 0o400)
        return not os.access(self.folder, os.W_OK)

    def __exit__(self, *_: object) -> None:
        for path in (self.folder, *self.folder.iterdir()):
            path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_catalogue_without_runs_of_passages_gets_them(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    shelf.put("a", "First.", "Second.")
    shelf.put("b", "Third.")
    shelf.note(shelf.put("a", "Fourth.", "Fifth.", "Sixth."), "A note.")
    shelf.catalog.close()
    db = sqlite3.connect(tmp_path / "catalog.db", isolation_level=None)
    runs = db.execute("SELECT * FROM runs ORDER BY first_passage").fetchall()
    db.execute("DROP TABLE runs")
    db.execute("DROP INDEX papers_by_fingerprint")
    db.execute("DROP TABLE signatures")
    db.execute("PRAGMA user_version = 2")
    db.close()
    shelf = Shelf.open(tmp_path)
    with shelf.catalog.reading() as reading:
        assert reading.execute("SELECT * FROM runs ORDER BY first_passage").fetchall() == runs
    assert [(count, kind) for _, count, _, kind in runs] == [(1, "passage"), (3, "passage"), (1, "note")]
    assert shelf.flaws() == []
    shelf.catalog.close()
