"""Ways to damage a library on purpose: what is done, what the doctor must say of it, and what `--fix` may do.

They are done to a library with two papers, `PAPER` with everything and `OTHER_PAPER`, both on the list `mine`.
"""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from paperlab.domain.findings import Kind
from paperlab.library.files import hash_file
from paperlab.library.legible import remember_unread
from torture.scenarios import OTHER_PAPER, PAPER

_YEAR_S = 365 * 86400
_CONFLICT = "<<<<<<< HEAD\n{}=======\n{}>>>>>>> other machine\n"


class Cure(Enum):
    MENDED = auto()
    """It is derived: `--fix` makes it anew by itself."""
    ASKED = auto()
    """It is the reader's: `--fix` says what it would do, and with `--yes` it does."""
    TOLD = auto()
    """Only the reader knows what to do: the finding says how."""


@dataclass(frozen=True, slots=True)
class Damage:
    name: str
    kind: Kind
    place: str
    cure: Cure
    do: Callable[[Path], object]
    """Given the library's folder. What it returns is kept until the trial is over."""

    def __str__(self) -> str:
        return self.name


def told(name: str, kind: Kind, do: Callable[[Path], object], place: str = PAPER) -> Damage:
    return Damage(name, kind, place, Cure.TOLD, do)


def asked(name: str, kind: Kind, do: Callable[[Path], object], place: str = PAPER) -> Damage:
    return Damage(name, kind, place, Cure.ASKED, do)


def mended(name: str, kind: Kind, do: Callable[[Path], object], place: str = PAPER) -> Damage:
    return Damage(name, kind, place, Cure.MENDED, do)


def paper_folder(root: Path, name: str = PAPER) -> Path:
    return root / "papers" / name


def _pdf(root: Path) -> Path:
    (pdf,) = paper_folder(root).glob("v*.pdf")
    pdf.chmod(0o644)
    return pdf


def _in_record(old: str, new: str) -> Callable[[Path], None]:
    """Old: the beginning of a line."""

    def do(root: Path) -> None:
        path = paper_folder(root) / "paper.toml"
        lines = path.read_text().splitlines()
        assert any(line.startswith(old) for line in lines), old
        path.write_text("\n".join(new if line.startswith(old) else line for line in lines) + "\n")

    return do


def _edition_again(**changed: str) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        path = paper_folder(root) / "paper.toml"
        text = path.read_text()
        entry = text[text.index("[[editions]]") :]
        for name, value in changed.items():
            line = next(line for line in entry.splitlines() if line.startswith(f"{name} ="))
            entry = entry.replace(line, f'{name} = "{value}"')
        path.write_text(f"{text}\n{entry}")

    return do


def _not_a_pdf(root: Path) -> None:
    """A web page in place of a PDF, fetched as it is."""
    import hashlib

    page = b"<html>Please log in.</html>\n" * 50
    _pdf(root).write_bytes(page)
    _in_record("sha256", f'sha256 = "{hashlib.sha256(page).hexdigest()}"')(root)
    _in_record("bytes", f"bytes = {len(page)}")(root)


def _journal(
    name: str, change: Callable[[dict[str, Any]], object] | None = None, raw: bytes = b""
) -> Callable[[Path], None]:
    """Append a line to a journal: its last one changed, or any bytes."""

    def do(root: Path) -> None:
        path = paper_folder(root) / name
        line = json.loads(path.read_text().splitlines()[-1])
        if change is not None:
            change(line)
        with path.open("ab") as file:
            file.write(raw or json.dumps(line).encode() + b"\n")

    return do


def _with(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda line: line.update(fields)


def _conflict_in_journal(root: Path) -> None:
    path = paper_folder(root) / "annotations.jsonl"
    line = json.loads(path.read_text().splitlines()[-1])
    sides = [json.dumps(line | {"id": f"id-{side}"}) + "\n" for side in ("ours", "theirs")]
    path.write_text(path.read_text() + _CONFLICT.format(*sides))


def _copy(name: str, of: str, more: str = "") -> Callable[[Path], None]:
    """What a synchroniser leaves; `more` is what the other machine has written."""

    def do(root: Path) -> None:
        original = paper_folder(root) / of
        (paper_folder(root) / name).write_bytes(original.read_bytes() + more.encode())

    return do


def _other_machine(root: Path) -> None:
    line = json.loads((paper_folder(root) / "annotations.jsonl").read_text().splitlines()[0])
    new = json.dumps(line | {"id": "of-another-machine", "comment": "written elsewhere"}) + "\n"
    _copy("annotations (Ada's conflicted copy 2026-11-02).jsonl", "annotations.jsonl", new)(root)


def _list(text: str) -> Callable[[Path], object]:
    return lambda root: (root / "lists" / "mine.toml").write_text(f'title = "Mine"\n{text}')


def _item(paper: str, title: str, *after: str) -> str:
    return f"[[items]]\npaper = {json.dumps(paper)}\ntitle = {json.dumps(title)}\nafter = {json.dumps(after)}\n"


def _old(path: Path, data: bytes = b"half") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    then = time.time() - _YEAR_S
    os.utime(path, (then, then))


def _notes(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    def do(root: Path) -> None:
        path = paper_folder(root) / "notes.md"
        path.write_bytes(change(path.read_bytes()))

    return do


def _unreadable(root: Path) -> None:
    """Whoever may do everything may read every file, but not a folder."""
    (paper_folder(root, OTHER_PAPER) / "notes.md").unlink(missing_ok=True)
    (paper_folder(root, OTHER_PAPER) / "notes.md").mkdir()


def _held(root: Path) -> object:
    """By somebody else; until the file is closed."""
    import fcntl

    folder = root / ".paperlab" / "locks"
    folder.mkdir(exist_ok=True)
    file = (folder / "keys.lock").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _outside(root: Path) -> None:
    target = root.parent / "elsewhere.md"
    target.write_text("Kept elsewhere.")
    (paper_folder(root, OTHER_PAPER) / "notes.md").unlink(missing_ok=True)
    (paper_folder(root, OTHER_PAPER) / "notes.md").symlink_to(target)


def _large(root: Path) -> None:
    with (paper_folder(root) / "scan.pdf").open("wb") as file:
        file.truncate(600 << 20)  # sparse


def _with_an_unread_page(root: Path) -> None:
    remember_unread(root / ".paperlab", hash_file(_pdf(root))[0], 1, ["page 1 was left out"], is_whole=False)


OF_FILES = (
    told("a PDF is deleted", Kind.PDF_MISSING, lambda root: _pdf(root).unlink()),
    told(
        "a PDF is marked by a viewer",
        Kind.PDF_CHANGED,
        lambda root: _pdf(root).write_bytes(_pdf(root).read_bytes() + b"%"),
    ),
    told("a page of a PDF could not be read", Kind.PDF_UNREAD, _with_an_unread_page),
    told("a PDF is emptied", Kind.PDF_CHANGED, lambda root: _pdf(root).write_bytes(b"")),
    told("a web page was fetched as a PDF", Kind.NOT_A_PDF, _not_a_pdf),
    asked("the record tells a wrong size", Kind.SIZE_WRONG, _in_record("bytes", "bytes = 7")),
    told(
        "a PDF that no record names",
        Kind.PDF_UNKNOWN,
        lambda root: shutil.copy(_pdf(root), paper_folder(root) / "mine.pdf"),
    ),
    told("the record is cut off", Kind.RECORD_DAMAGED, lambda root: os.truncate(paper_folder(root) / "paper.toml", 90)),
    told("a number for the authors", Kind.RECORD_DAMAGED, _in_record("authors", "authors = 3")),
    told("a date that is none", Kind.RECORD_DAMAGED, _in_record("added", 'added = "last week"')),
    told("the key of another folder", Kind.RECORD_DAMAGED, _in_record("key", 'key = "1706.03762"')),
    told("no title", Kind.RECORD_DAMAGED, _in_record("title", 'title = " "')),
    told("a path out of the folder", Kind.RECORD_DAMAGED, _in_record("file", 'file = "../../x.pdf"')),
    told("two editions of one name", Kind.RECORD_DAMAGED, _edition_again()),
    told("two editions in one file", Kind.EDITION_TWICE, _edition_again(name="v99")),
    told(
        "git left both sides in a record",
        Kind.RECORD_DAMAGED,
        _in_record("title", _CONFLICT.format('title = "A"\n', 'title = "B"\n')),
    ),
    told("added in a time to come", Kind.TIME_UNLIKELY, _in_record("added", "added = 2999-01-01T00:00:00Z")),
    told(
        "two papers of one citation key",
        Kind.CITEKEY_TWICE,
        _in_record("citekey", f'citekey = "{OTHER_PAPER}"'),
        place=OTHER_PAPER,
    ),
    told("the record is deleted", Kind.WORDS_WITHOUT_RECORD, lambda root: (paper_folder(root) / "paper.toml").unlink()),
    told(
        "a folder with a PDF alone",
        Kind.FOLDER_WITHOUT_RECORD,
        lambda root: shutil.copytree(
            paper_folder(root),
            paper_folder(root, "new"),
            ignore=lambda _, names: [n for n in names if not n.endswith(".pdf")],
        ),
        place="new",
    ),
    told(
        "a folder with a blank in its name",
        Kind.FOLDER_MISNAMED,
        lambda root: shutil.copytree(paper_folder(root), paper_folder(root, "my paper")),
        place="papers/my paper",
    ),
    asked("a torn last line", Kind.LINE_BROKEN, _journal("annotations.jsonl", raw=b'{"id": "torn", "quo')),
    asked("a line that is no UTF-8", Kind.LINE_BROKEN, _journal("reading.jsonl", raw=b'{"id": "\xff\xfe"}\n')),
    asked("git left both sides in a journal", Kind.CONFLICT_MARKS, _conflict_in_journal),
    told("a line without its page", Kind.LINE_ODD, _journal("annotations.jsonl", _with(id="x", page=None))),
    told("a line of an unknown kind", Kind.LINE_ODD, _journal("annotations.jsonl", _with(id="x", kind="doodle"))),
    told("one id for two lines", Kind.ID_TWICE, _journal("annotations.jsonl", _with(comment="another"))),
    told(
        "a mark made in 2999",
        Kind.TIME_UNLIKELY,
        _journal("annotations.jsonl", _with(id="x", at="2999-01-01T00:00:00Z")),
    ),
    told("a status of 1970", Kind.TIME_UNLIKELY, _journal("reading.jsonl", _with(id="x", at="1970-01-01T00:00:00Z"))),
    told(
        "a mark on an edition that is not there",
        Kind.EDITION_UNKNOWN,
        _journal("annotations.jsonl", _with(id="x", edition="v55")),
    ),
    told("an answer to nothing", Kind.ANSWER_LOST, _journal("annotations.jsonl", _with(id="x", reply_to="nobody"))),
    asked("notes in Latin-1", Kind.NOTES_ENCODING, _notes(lambda text: text + "\nMüßig.\n".encode("latin-1"))),
    asked("notes in UTF-16", Kind.NOTES_ENCODING, _notes(lambda text: text.decode().encode("utf-16"))),
    asked("NUL bytes in notes", Kind.NOTES_NUL, _notes(lambda text: text + bytes(512))),
    asked("a byte order mark", Kind.BYTE_ORDER_MARK, _notes(lambda text: b"\xef\xbb\xbf" + text)),
    told("mixed line ends", Kind.LINE_ENDS_MIXED, _notes(lambda text: text + b"\nof Windows\r\n")),
    told(
        "git left both sides in notes",
        Kind.CONFLICT_MARKS,
        _notes(lambda text: text + b"\n" + _CONFLICT.format("mine\n", "theirs\n").encode()),
    ),
    told("a list that is no TOML", Kind.LIST_DAMAGED, _list("[[items]\n"), place="lists/mine.toml"),
    told(
        "a list in a circle",
        Kind.LIST_CYCLE,
        _list(_item(PAPER, "A", "B") + _item(OTHER_PAPER, "B", "A")),
        place="lists/mine.toml",
    ),
    told("after what is nowhere", Kind.LIST_AFTER_UNKNOWN, _list(_item(PAPER, "A", "Z")), place="lists/mine.toml"),
    told(
        "a list names an unknown paper",
        Kind.LIST_PAPER_UNKNOWN,
        _list(_item("nobody2020nothing", "A")),
        place="lists/mine.toml",
    ),
    told(
        "a paper twice on a list",
        Kind.LIST_ITEM_TWICE,
        _list(_item(PAPER, "A") + _item(PAPER, "B")),
        place="lists/mine.toml",
    ),
    told(
        "a list with a name that none can have",
        Kind.LIST_MISNAMED,
        lambda root: (root / "lists" / "a;b.toml").write_text('title = "x"\n'),
        place="lists/a;b.toml",
    ),
    asked("Dropbox: two journals", Kind.CONFLICT_COPY, _other_machine),
    told(
        "Syncthing: two notes",
        Kind.CONFLICT_COPY,
        _copy("notes.sync-conflict-20261102-193140-ABCDEFG.md", "notes.md", "Elsewhere.\n"),
    ),
    asked("iCloud: the same record twice", Kind.CONFLICT_COPY, _copy("paper 2.toml", "paper.toml")),
    told("OneDrive: two records", Kind.CONFLICT_COPY, _copy("paper-DESKTOP-7QX.toml", "paper.toml", "# elsewhere\n")),
    told(
        "git: a list's .orig",
        Kind.CONFLICT_COPY,
        lambda root: (root / "lists" / "mine.toml.orig").write_text("x"),
        place="lists/mine.toml.orig",
    ),
    told(
        "Nextcloud: a whole folder twice",
        Kind.CONFLICT_COPY,
        lambda root: shutil.copytree(
            paper_folder(root), paper_folder(root, f"{PAPER} (conflicted copy 2026-11-02 193140)")
        ),
        place=f"papers/{PAPER} (conflicted copy 2026-11-02 193140)",
    ),
    told("names that differ by case", Kind.NAME_CLASH, lambda root: (paper_folder(root) / "Notes.md").write_text("x")),
    told("notes that are a link out of the library", Kind.LINK_OUTSIDE, _outside, place=OTHER_PAPER),
    told(
        "a link to nowhere",
        Kind.LINK_OUTSIDE,
        lambda root: (paper_folder(root) / "scan.md").symlink_to("/nowhere/at/all"),
    ),
    told("notes that cannot be read", Kind.UNREADABLE, _unreadable, place=OTHER_PAPER),
    told("a PDF of 600 MB", Kind.TOO_LARGE, _large),
    mended(
        "a crash's temporary file",
        Kind.LEFTOVER,
        lambda root: _old(paper_folder(root) / ".notes.md.1a2b3c4d.paperlab-tmp"),
        place=f"papers/{PAPER}/.notes.md.1a2b3c4d.paperlab-tmp",
    ),
    mended(
        "a forgotten download",
        Kind.DOWNLOAD_LEFT,
        lambda root: _old(root / ".paperlab" / "downloads" / "x.pdf.part"),
        place=".paperlab/downloads/x.pdf.part",
    ),
    told("a lock that somebody holds", Kind.LOCK_HELD, _held, place="lock keys"),
)
