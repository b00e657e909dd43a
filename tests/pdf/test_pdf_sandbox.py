"""The child that touches PDFs: what it cannot do, what it may cost, and that it never outlives its parent."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paperlab.errors import PdfTooCostly, UnreadablePdf
from paperlab.pdf.budget import Account, Limits
from paperlab.pdf.copies import write_copy
from paperlab.pdf.marks import MarkLimits, read_marks
from paperlab.pdf.parse import ParseLimits, parse_pdf
from paperlab.pdf.pictures import PictureLimits, Pictures
from paperlab.pdf.process import Child
from tests.pdf import hostile_pdfs as hostile

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
has_kernel_layer = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")

CONFINED = """
import ctypes, json, os, socket, subprocess, sys, threading, urllib.request
from pathlib import Path
from paperlab.pdf.sandbox import confine
ours, others = Path(sys.argv[1]), Path(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)
arguments = (ctypes.c_char_p * 2)(b"true", None)
in_python = {
    "socket": lambda: socket.socket(),
    "name": lambda: socket.getaddrinfo("localhost", 80),
    "web": lambda: urllib.request.urlopen("http://127.0.0.1:1/"),
    "program": lambda: subprocess.run(["true"]),
    "shell": lambda: os.system("true"),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "fork": lambda: os.fork() or os._exit(0),
    "write": lambda: (others / "new").write_text("x"),
    "change": lambda: (others / "there").open("a"),
    "around": lambda: (ours / ".." / others.name / "new").write_text("x"),
}
below = {
    "socket": lambda: libc.socket(2, 1, 0),
    "local": lambda: libc.socket(1, 1, 0),
    "pair": lambda: libc.socketpair(1, 1, 0, (ctypes.c_int * 2)()),
    "exec": lambda: libc.execv(b"/bin/true", arguments),
    "fork": lambda: libc.fork() or os._exit(0),
    "kill": lambda: libc.kill(os.getppid(), 0),
}
files = {
    "write": lambda: libc.creat(os.fsencode(others / "new"), 0o600),
    "change": lambda: libc.open(os.fsencode(others / "there"), os.O_WRONLY),
    "remove": lambda: libc.unlink(os.fsencode(others / "there")),
    "move": lambda: libc.rename(os.fsencode(others / "there"), os.fsencode(ours / "here")),
    "folder": lambda: libc.mkdir(os.fsencode(others / "folder"), 0o700),
}
landlock = libc.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint(1)) > 0
confine([ours])

def tried(work):
    try:
        return work() not in (-1, 32512)
    except OSError as error:
        return not isinstance(error, PermissionError) and "may not" not in str(error.args)

done = {f"python: {name}": tried(work) for name, work in in_python.items()}
done |= {f"below: {name}": tried(work) for name, work in below.items()}
done |= {f"below: {name}": tried(work) for name, work in files.items() if landlock}
(ours / "new").write_text("x")
thread = threading.Thread(target=lambda: done.update(thread=True))
thread.start()
thread.join()
print(json.dumps(done))
"""


@pytest.fixture
def slow_page(tmp_path: Path) -> Path:
    """A plain page, and one that would take hours."""
    return hostile.write(tmp_path / "slow.pdf", hostile.add_endless_page)


def test_the_child_has_no_network_no_programs_and_no_files(tmp_path: Path) -> None:
    ours, others = tmp_path / "ours", tmp_path / "others"
    ours.mkdir()
    others.mkdir()
    (others / "there").write_text("as it was")
    done = subprocess.run([sys.executable, "-c", CONFINED, ours, others], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    managed = {name for name, was_done in told.items() if was_done and (has_kernel_layer or "below" not in name)}
    assert managed == {"thread"}
    assert [path.name for path in others.iterdir()] == ["there"]
    assert (others / "there").read_text() == "as it was"
    assert (ours / "new").is_file()


@linux_only
def test_the_child_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "HTTPS_PROXY", "https_proxy", "AWS_SECRET_ACCESS_KEY", "PAPERLAB_ARXIV_URL"):
        monkeypatch.setenv(name, "http://user:hunter2@proxy.invalid/")
    before = set(_children_of(os.getpid()))
    child = Child()
    try:
        (pid,) = set(_children_of(os.getpid())) - before
        while not (environment := Path(f"/proc/{pid}/environ").read_bytes()):  # it has just been started
            time.sleep(0.01)
        assert b"PYTHONPATH=" in environment
        assert b"hunter2" not in environment
    finally:
        child.close()


def test_nothing_in_a_pdf_is_run_or_followed(tmp_path: Path) -> None:
    target, secret = tmp_path / "ran", tmp_path / "ran.secret"
    secret.write_bytes(hostile.text("the secret of another file"))

    def harm(pdf: hostile.pikepdf.Pdf) -> None:
        hostile.add_actions(pdf, target)
        hostile.add_outside_stream(pdf, secret)

    path = hostile.write(tmp_path / "acting.pdf", harm, packed=False)
    before = sorted(tmp_path.iterdir())
    parsed, marks, pictures = parse_pdf(path), read_marks(path), Pictures()
    try:
        shown = [pictures.page(path, index, 200) for index in range(3)]
    finally:
        pictures.close()
    write_copy(path, [], lambda _: None)
    assert [block.text for block in parsed.blocks] == [hostile.PLAIN_TEXT]
    assert "secret" not in repr((parsed, marks))
    assert "has run" not in repr((parsed, marks))
    assert shown[1].png == shown[2].png  # both white: a picture's bytes would be in the other file
    assert marks.marks == ()
    assert sorted(tmp_path.iterdir()) == before


def test_copies_are_checked_without_other_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "jbig2dec"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    copies: list[int] = []
    write_copy(
        hostile.write(tmp_path / "scan.pdf", hostile.add_scan), [], lambda copy: copies.append(copy.stat().st_size)
    )
    assert copies
    assert not (tmp_path / "ran").exists()


def test_a_page_that_takes_too_long_is_left_out_and_told(slow_page: Path) -> None:
    parsed = parse_pdf(slow_page, limits=ParseLimits(page_s=4))  # a child needs up to 2 s to begin on a busy machine
    assert [block.text for block in parsed.blocks] == [hostile.PLAIN_TEXT]
    assert parsed.notes == ("page 2 was left out: it took too long",)


def test_all_children_of_a_file_share_its_time(tmp_path: Path) -> None:
    path = hostile.write(tmp_path / "slow.pdf", lambda pdf: [hostile.add_endless_page(pdf) for _ in range(6)])
    began = time.monotonic()
    with pytest.raises(PdfTooCostly, match="too long"):
        parse_pdf(path, limits=ParseLimits(page_s=2.0, least_s=3.0, average_s=0.5))
    assert time.monotonic() - began < 12


def test_the_layout_model_has_a_budget_of_its_own(tmp_path: Path) -> None:
    path = hostile.write(tmp_path / "jumble.pdf", hostile.add_jumble)
    parsed = parse_pdf(path, limits=ParseLimits(model_least_s=0, model_average_s=0))
    assert parsed.notes == ("the layout model took too long: 1 pages were read by rules alone",)
    assert len(parsed.blocks) > 1


def test_time_and_memory_are_earned_by_pages_that_were_delivered() -> None:
    account = Account(Limits(least_s=28, average_s=1, total_s=1800, memory_bytes=100, page_bytes=1))
    account.see({"page": 1, "of": 3000})
    assert 27 < account.left_s() <= 28
    assert account.memory_bytes() == 100
    account.see({"page": 501, "of": 3000})
    assert 499 < account.left_s() <= 500
    assert account.memory_bytes() == 600
    account.see({"page": 1, "of": 3000})  # another child begins again
    assert 499 < account.left_s() <= 500
    account.see({"page": 0, "of": 3000})
    assert 1799 < account.left_s() <= 1800


def test_a_page_that_takes_too_much_memory_is_left_out(tmp_path: Path) -> None:
    path = hostile.write(tmp_path / "large.pdf", hostile.add_bursting_page)
    parsed = parse_pdf(path, limits=ParseLimits(memory_bytes=120 << 20))
    assert [block.text for block in parsed.blocks] == [hostile.PLAIN_TEXT]
    (note,) = parsed.notes
    assert note.startswith("page 2 was left out: ")


def test_marks_and_pictures_have_the_same_bounds(slow_page: Path) -> None:
    with pytest.raises(PdfTooCostly, match="too long"):
        read_marks(slow_page, MarkLimits(page_s=1.5))
    with pytest.raises((PdfTooCostly, UnreadablePdf)):
        read_marks(slow_page, MarkLimits(memory_bytes=20 << 20))
    pictures = Pictures(PictureLimits(page_s=4))
    try:
        with pytest.raises(PdfTooCostly, match="too long"):
            pictures.page(slow_page, 1, 200)
        assert pictures.page(slow_page, 0, 200).width_px == 200
    finally:
        pictures.close()


def test_a_page_of_too_many_letters_is_left_out(tmp_path: Path) -> None:
    parsed = parse_pdf(hostile.write(tmp_path / "long.pdf", hostile.add_long_page))
    assert [block.text for block in parsed.blocks] == [hostile.PLAIN_TEXT]
    assert parsed.notes == ("page 2 was left out: it holds more than 100000 characters",)


PARSES = (
    "import sys; from pathlib import Path; from paperlab.pdf.parse import parse_pdf\n"
    "parse_pdf(Path(sys.argv[1]), on_page=lambda page, of: print(page, flush=True))"
)
SHOWS = (
    "import sys; from pathlib import Path; from paperlab.pdf.pictures import Pictures\n"
    "pictures = Pictures(); pictures.page(Path(sys.argv[1]), 0, 100); print(2, flush=True)\n"
    "pictures.page(Path(sys.argv[1]), 1, 100)"
)


@linux_only
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("script", [PARSES, SHOWS], ids=["parsing", "showing"])
def test_the_child_dies_with_its_parent_in_the_middle_of_a_page(
    slow_page: Path, script: str, ending: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", script, str(slow_page)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None
        while parent.stdout.readline() != b"2\n":
            assert parent.poll() is None
        (child,) = _children_of(parent.pid)  # it is at work for as long as it lives
        os.kill(parent.pid, ending)
        parent.wait(timeout=60)
        deadline = time.monotonic() + 60
        while _is_alive(child) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not _is_alive(child)


def _children_of(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
