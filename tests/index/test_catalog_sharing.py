"""One catalogue and many at it: processes, threads, and somebody who takes the file away."""

import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from indexed_papers import Shelf, found_in

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import CatalogDamaged, IndexError_
from paperlab.index.catalog import Catalog
from paperlab.index.journal_mode import journal_mode
from paperlab.index.verifying import verify

WRITER = """
import sys
from pathlib import Path
from indexed_papers import Shelf
shelf = Shelf.open(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    shelf.put(f"{sys.argv[2]}{number}", "Attention is all they write about.")
shelf.catalog.close()
"""
FIRST = PaperKey("first")


def problems_of(catalog: Catalog) -> tuple[str, ...]:
    """What is wrong with it by itself, without an encoder and a snapshot."""
    return tuple(finding.message for finding in verify(catalog, Path("no snapshot"), None).findings)


def writer(folder: Path, name: str, papers: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name, str(papers)], env=with_tests())


def with_tests() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[1]), *sys.path))}


def test_two_writers_and_a_reader_do_not_stop_each_other(tmp_path: Path) -> None:
    with closing(Catalog.open(tmp_path)) as catalog:
        writers = [writer(tmp_path, name, 15) for name in ("one", "two")]
        seen = [0]
        while any(process.poll() is None for process in writers):
            seen.append(len(catalog.indexed()))
        assert [process.returncode for process in writers] == [0, 0]
        assert seen == sorted(seen), "a reader has seen the past"
        assert len(catalog.indexed()) == 30
        assert problems_of(catalog) == ()


def test_a_long_read_makes_nobody_wait_and_is_of_one_moment(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    shelf.put("first", "Attention.")
    with shelf.catalog.reading() as db:
        db.execute("BEGIN")
        assert db.execute("SELECT count(*) FROM papers").fetchone() == (1,)
        thread = threading.Thread(target=lambda: [shelf.put(f"p{number}", "Attention.") for number in range(5)])
        thread.start()
        thread.join(timeout=5)
        assert not thread.is_alive()
        assert db.execute("SELECT count(*) FROM papers").fetchone() == (1,)
        db.execute("COMMIT")
    assert len(shelf.catalog.indexed()) == 6
    shelf.catalog.close()


@pytest.mark.parametrize("what", ["folder", "file"])
def test_an_open_catalogue_that_is_deleted_is_begun_anew(tmp_path: Path, what: str) -> None:
    folder = tmp_path / ".paperlab"
    shelf = Shelf.open(folder)
    shelf.put("first", "Attention.")
    with shelf.catalog.reading() as db:
        if what == "folder":
            shutil.rmtree(folder)
        else:
            (folder / "catalog.db").unlink()
        with shelf.catalog.reading():
            assert db.execute("SELECT count(*) FROM papers").fetchone() == (1,), "what is under way goes on"
    assert shelf.catalog.indexed() == {}
    shelf.put("second", "Attention.")
    assert found_in(shelf.search("attention")) == ["second"]
    with closing(Catalog.open(folder)) as other:
        assert list(other.indexed()) == [PaperKey("second")], "what is written has a name"
        assert problems_of(other) == ()
    shelf.catalog.close()


def test_a_library_that_is_deleted_is_not_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "library" / ".paperlab"
    catalog = Catalog.open(folder)
    shutil.rmtree(tmp_path / "library")
    with pytest.raises(Exception, match="unable to open"):
        catalog.indexed()
    assert not (tmp_path / "library").exists()
    catalog.close()


def test_a_rebuilt_catalogue_is_seen_by_all_threads_that_have_the_old_one_open(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    shelf.put("first", "Attention.")
    turn, told = threading.Barrier(2, timeout=20), []

    def look() -> None:
        told.append(list(shelf.catalog.indexed()))
        turn.wait()
        turn.wait()
        told.append(list(shelf.catalog.indexed()))

    thread = threading.Thread(target=look)
    thread.start()
    turn.wait()
    Catalog.discard(tmp_path)
    other = Shelf.open(tmp_path)
    other.put("second", "Attention.")
    turn.wait()
    thread.join()
    assert told == [[PaperKey("first")], [PaperKey("second")]]
    assert found_in(shelf.search("attention")) == ["second"]
    other.catalog.close()
    shelf.catalog.close()
    assert list(Catalog.open(tmp_path).indexed()) == [PaperKey("second")], "closing the old one has damaged the new"


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_log_costs_what_is_in_it_at_most(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    shelf = Shelf.open(tmp_path / "a")
    for number in range(6):
        shelf.put(f"p{number}", *(f"Number {n} about attention." for n in range(40)))
    shutil.copytree(tmp_path / "a", tmp_path / "b")  # as a crash leaves it: what was written last is in the log alone
    shelf.catalog.close()
    log = tmp_path / "b" / "catalog.db-wal"
    content = bytearray(log.read_bytes())
    at = chance.choice([0, 24, chance.randrange(len(content))])
    content[at : at + chance.choice([1, 100, 5000])] = chance.randbytes(64)
    log.write_bytes(content)
    try:
        after = Shelf.open(tmp_path / "b")
        there = set(after.catalog.indexed())
        problems = problems_of(after.catalog)
        after.catalog.close()
    except CatalogDamaged:
        Catalog.discard(tmp_path / "b")
        after = Shelf.open(tmp_path / "b")
        there, problems = set(), ()
    assert there <= {PaperKey(f"p{number}") for number in range(6)}
    if not problems:
        after = Shelf.open(tmp_path / "b")
        after.put("new", "Attention.")
        assert set(after.catalog.indexed()) == {*there, PaperKey("new")}
        assert problems_of(after.catalog) == ()
        after.catalog.close()


def test_on_a_full_disk_what_is_indexed_is_found_all_the_same(
    tmp_path: Path, limited_files: Callable[[int], AbstractContextManager[None]]
) -> None:
    with closing(Shelf.open(tmp_path).catalog) as catalog:
        Shelf(catalog, tmp_path / "vectors.faiss").put("first", "Attention.")
    with limited_files(1000):
        shelf = Shelf.open(tmp_path)
        assert found_in(shelf.search("attention")) == ["first"]
        shelf.catalog.put_summaries({}, [FIRST])
        with pytest.raises(IndexError_, match="the disk is full"):
            shelf.put("second", "Attention.")
        shelf.catalog.close()
        with closing(Catalog.open(tmp_path / "new")) as new:
            assert new.indexed() == {}
    with closing(Catalog.open(tmp_path)) as catalog:
        assert not catalog.is_read_only
        assert list(catalog.indexed()) == [FIRST]


MOUNTS = r"""21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 21 0:38 / /home rw,relatime shared:9 - nfs4 server:/home rw,vers=4.2
41 40 254:1 / /home/local\040disk rw - xfs /dev/vdb rw
42 21 0:41 / /mnt/papers rw - fuse.sshfs host:papers rw
43 21 0:41 / /mnt/papers rw - ext4 /dev/vdc rw
"""


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("/var/library/catalog.db", "WAL"),
        ("/home/ada/library/.paperlab/catalog.db", "DELETE"),
        ("/home/local disk/library/catalog.db", "WAL"),
        ("/homework/catalog.db", "WAL"),
        ("/mnt/papers/catalog.db", "WAL"),
    ],
)
def test_a_network_file_system_gets_no_write_ahead_log(path: str, mode: str) -> None:
    assert journal_mode(Path(path), MOUNTS) == mode


def test_without_a_table_of_mounts_the_disk_is_taken_for_one_of_this_machine() -> None:
    assert journal_mode(Path("/home/ada"), "") == "WAL"
    assert journal_mode(Path.cwd()) in {"WAL", "DELETE"}
