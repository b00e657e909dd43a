"""Writing truth: all or nothing, and nothing of others lost."""

import os
import stat
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import LibraryError
from paperlab.library.files import (
    append_line,
    copy_atomically,
    hash_file,
    leftovers,
    make_folder,
    read_bytes,
    read_lines,
    write_atomically,
)


def lines_of(path: Path) -> tuple[list[dict[str, object]], list[int]]:
    broken: list[int] = []
    found = [line for _, line in read_lines(path, lambda _, number, __: broken.append(number))]
    return found, broken


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "real.md").write_bytes(b"old")
    (tmp_path / "notes.md").symlink_to(vault / "real.md")
    write_atomically(tmp_path / "notes.md", b"new")
    assert (tmp_path / "notes.md").is_symlink()
    assert (vault / "real.md").read_bytes() == b"new"


def test_a_disk_that_refuses_half_way_leaves_the_old_file_and_no_leftover(
    tmp_path: Path, limited_files: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(b"old")
    with limited_files(64), pytest.raises(LibraryError, match="file too large") as caught:
        write_atomically(path, b"x" * 5000)
    assert "room on the disk" in caught.value.hint
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == ()


def test_a_failed_copy_leaves_the_old_file_and_no_leftover(tmp_path: Path) -> None:
    target = tmp_path / "v1.pdf"
    target.write_bytes(b"old")
    with pytest.raises(LibraryError, match="no such file"):
        copy_atomically(tmp_path / "absent.pdf", target)
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == ()


def test_an_interrupted_write_leaves_a_recognisable_file(tmp_path: Path) -> None:
    (tmp_path / "paper.toml").write_bytes(b"")
    torn = tmp_path / ".paper.toml.0123abcd.paperlab-tmp"
    torn.write_bytes(b"half")
    assert leftovers(tmp_path) == (torn,)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_refusal_of_the_system_names_the_file(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LibraryError, match="permission denied"):
        write_atomically(tmp_path / "notes.md", b"new")
    tmp_path.chmod(0o700)


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.md").mkdir()
    with pytest.raises(LibraryError, match=r"notes\.md"):
        read_bytes(tmp_path / "notes.md")
    with pytest.raises(LibraryError, match=r"notes\.md"):
        append_line(tmp_path / "notes.md", "{}")
    with pytest.raises(LibraryError):
        write_atomically(tmp_path / "notes.md", b"new")
    assert leftovers(tmp_path) == ()


def test_a_copy_tells_hash_and_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert copy_atomically(tmp_path / "a", tmp_path / "b") == hash_file(tmp_path / "a")
    assert hash_file(tmp_path / "b") == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3)


def test_a_torn_last_line_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    append_line(path, '{"n": 1}')
    with path.open("ab") as file:
        file.write(b'{"n": 2, "quo')
    append_line(path, '{"n": 3}')
    found, broken = lines_of(path)
    assert found == [{"n": 1}, {"n": 3}]
    assert broken == [2]


def test_what_is_no_object_is_set_aside_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"
    conflict = b'<<<<<<< HEAD\n{"n": 1}\n=======\n\n[1]\n\xff\xfe\n{"n": 2}\r\n' + b"[" * 100_000 + b'\n{"n": 3}'
    path.write_bytes(conflict)
    found, broken = lines_of(path)
    assert found == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert broken == [1, 3, 5, 6, 8]


def test_a_missing_journal_has_no_lines(tmp_path: Path) -> None:
    assert lines_of(tmp_path / "absent.jsonl") == ([], [])


def test_a_line_break_in_a_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line breaks"):
        append_line(tmp_path / "reading.jsonl", "{\n}")


@given(cut=st.integers(0, 40))
def test_after_a_crash_at_any_byte_all_whole_lines_are_there(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "reading.jsonl"
    whole = b'{"n": 1}\n{"n": 2, "quote": "caf\xc3\xa9"}\n'
    path.write_bytes(whole[:cut])
    append_line(path, '{"n": 9}')
    found, _ = lines_of(path)
    assert found[-1] == {"n": 9}
    assert len(found) == 1 + (cut >= 8) + (cut >= len(whole) - 1)


def test_threads_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "reading.jsonl"

    def append(worker: int) -> None:
        for turn in range(20):
            append_line(path, f'{{"worker": {worker}, "turn": {turn}}}')

    workers = [threading.Thread(target=append, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found, broken = lines_of(path)
    assert len(found) == 80
    assert broken == []


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
