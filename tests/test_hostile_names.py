"""Names of files and folders that are made of what others have written: none leads out of where it belongs."""

import json
import os
import re
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.citekeys import fit_citekey, free_citekey, make_citekey
from paperlab.domain.identifiers import RESERVED_NAMES, PaperKey, parse_arxiv_id
from paperlab.domain.papers import FoundPaper, Paper
from paperlab.errors import LibraryError, NothingFound, PaperlabError
from paperlab.export.logseq import logseq_file_name
from paperlab.export.markdown import file_name
from paperlab.library.library import Library
from paperlab.library.lists import list_path
from paperlab.library.records import parse_record
from paperlab.services.records import Records
from paperlab.services.restoring import restore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIECES = (
    "..", "../", "/", "\\", "..\\", "/etc/passwd", "~", "~root/", "C:\\", "C:", "//host/share", "\\\\?\\", "file:", ".",
    "...", " ", "\t", "\n", "\r", "\0", "\x1b[2J", "\x7f", "\x85", "\u202e", "\u2066", "\u200b", "\ufeff", "／", "＼",
    "．．", "․", "∕", "⁄", "con", "NUL", "aux.", "COM1", "lpt9.txt", "prn ", "é", "e\u0301", "ß", "İ", "文" * 90,
    "a" * 300, "𝐚", "\ud800", "-", "-rf", "$(id)", "`id`", "%2e%2e%2f", "{}", "*?\"<>|", "paper", ".paperlab", "v1.pdf",
)  # fmt: skip
hostile = st.one_of(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), st.text(max_size=30))
no_surrogates = hostile.map(lambda text: re.sub("[\ud800-\udfff]", "", text))
FORBIDDEN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def is_plain_name(name: str) -> bool:
    """One name that every system takes, and nothing but a name."""
    return bool(
        name
        and FORBIDDEN.search(name) is None
        and not RESERVED_NAMES.fullmatch(name)
        and not name.startswith(".")
        and not name.endswith((".", " "))
        and len(os.fsencode(name)) <= 255
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.create(tmp_path_factory.mktemp("names") / "library")


@settings(deadline=None, max_examples=60)
@given(authors=st.lists(hostile, max_size=3), title=hostile, year=st.none() | st.integers(0, 99999))
def test_a_made_citation_key_is_a_key(authors: list[str], title: str, year: int | None) -> None:
    assert is_plain_name(str(PaperKey(free_citekey(make_citekey(authors, title, year), ()))))


@given(text=hostile)
def test_a_key_is_a_plain_name_or_none(text: str) -> None:
    try:
        key = PaperKey(text)
    except ValueError:
        return
    assert is_plain_name(str(key))


@given(text=hostile)
def test_an_arxiv_id_makes_a_plain_name(text: str) -> None:
    for written in (text, f"1706.03762{text}", f"https://arxiv.org/abs/{text}", f"hep-th/{text}"):
        if found := parse_arxiv_id(written):
            assert is_plain_name(str(found.key))


@given(citekey=hostile, title=hostile, author=hostile, origin=hostile)
@settings(deadline=None, max_examples=60)
def test_a_record_from_anywhere_has_a_folder_of_its_own_and_plain_file_names(
    library: Library, citekey: str, title: str, author: str, origin: str
) -> None:
    found = FoundPaper(citekey=fit_citekey(citekey), title=title, authors=(author,))
    paper = Records(library, lambda: NOW).new(found, origin)
    assert library.folder(paper.key).parent == library.root / "papers"
    assert is_plain_name(str(paper.key))
    for name in (file_name(paper), file_name(paper, ".pdf"), logseq_file_name(paper)):
        assert is_plain_name(name)


@given(citekey=no_surrogates, file=no_surrogates)
@settings(deadline=None, max_examples=60)
def test_a_record_by_hand_names_a_file_in_its_folder_or_is_refused(library: Library, citekey: str, file: str) -> None:
    text = f'key = "k"\ncitekey = {json.dumps(citekey)}\ntitle = "T"\nadded = 2026-01-01\n[[editions]]\nname = "v1"\n'
    text += f'file = {json.dumps(file)}\nsha256 = "{"0" * 64}"\nbytes = 1\nfetched = 2026-01-01\n'
    try:
        paper = parse_record(text.replace("\x7f", "\\u007f"), library.folder(PaperKey("k")) / "paper.toml")
    except LibraryError:
        return
    assert paper.newest is not None
    path = library.edition_path(paper.key, paper.newest)
    assert Path(os.path.normpath(path)).parent == library.folder(paper.key)
    assert is_plain_name(file_name(paper))


@given(name=hostile)
def test_a_list_has_a_plain_name_or_is_refused(library: Library, name: str) -> None:
    try:
        path = list_path(library.root / "lists", name)
    except NothingFound:
        return
    assert path.parent == library.root / "lists"
    assert is_plain_name(path.name)


def document(key: str, file: str, name: str, more: dict[str, str]) -> str:
    """A library as JSON, as `paperlab export --format json` writes it."""
    edition = {"name": "v1", "file": file, "sha256": "0" * 64, "bytes": 1, "fetched": "2026-01-01T00:00:00Z"}
    record = f'key = {json.dumps(key)}\ncitekey = "k"\ntitle = "T"\nadded = 2026-01-01\n'
    paper = {
        "key": key, "citekey": "k", "title": "T", "authors": [], "added": "2026-01-01T00:00:00Z", "tags": [],
        "editions": [edition], "annotations": [], "notes": "words", "reading": {"status": "unread"},
        "files": {"paper.toml": record, "notes.md": "words", **more},
    }  # fmt: skip
    written = {"name": name, "title": "L", "description": "", "items": [], "file": 'title = "L"\n'}
    return json.dumps({"format": 2, "papers": [paper], "lists": [written]})


def restored(text: str) -> tuple[set[str], set[str]]:
    """The files that a document is restored to, from the library's folder, and those that are elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "a" / "b"
        home.mkdir(parents=True)
        (home / "document.json").write_text(text)
        with suppress(PaperlabError):
            tuple(restore(home / "document.json", home / "library", pdfs=home))
        files = {path for path in Path(folder).rglob("*") if path.is_file()} - {home / "document.json"}
        inside = {path for path in files if path.is_relative_to(home / "library")}
        return {str(path.relative_to(home / "library")) for path in inside}, set(map(str, files - inside))


@given(key=hostile, file=hostile, name=hostile)
@settings(deadline=None, max_examples=60)
def test_a_document_that_is_restored_writes_within_its_library(key: str, file: str, name: str) -> None:
    more = {file: "x", f"../{file}": "x", f"../../../{file}.md": "x", "/tmp/paperlab-names": "x"}
    for text in (document(key, "v1.pdf", "l", {}), document("k", file, "l", more), document("k", "v1.pdf", name, {})):
        assert restored(text)[1] == set()


def test_a_plain_document_is_restored() -> None:
    inside, _ = restored(document("k", "v1.pdf", "l", {}))
    assert inside >= {"papers/k/paper.toml", "papers/k/notes.md", "lists/l.toml"}


def test_names_that_systems_keep_to_themselves_or_cannot_hold_become_others() -> None:
    paper = Paper(key=PaperKey("k"), citekey="aux", title="T", added=NOW)
    assert file_name(paper) == "-aux.md"
    long = Paper(key=PaperKey("k"), citekey="文" * 200, title="T", added=NOW)
    assert file_name(long) == "文" * 66 + ".md"
