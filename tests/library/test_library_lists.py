"""Reading lists that paperlab writes into: what it adds is read back, and what was there stays to the byte."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.text import one_line, plain
from paperlab.library.lists import add_item, list_names, read_list, rename_paper

keys = st.from_regex(r"[a-z][a-z0-9._-]{0,12}[a-z0-9]", fullmatch=True).filter(
    lambda text: not text.startswith(("con", "prn", "aux", "nul", "com", "lpt"))
)
titles = st.text(max_size=20)
BEGINNINGS = [
    b"",
    b"# mine",
    b"title = 'Mine' # here",
    b"\xef\xbb\xbftitle = 'Mine'\r\n",
    b"[[items]]\npaper = 'first'\nafter = [\n  'a', # why\n]",
    b"[[items]]\npaper = 'first'\n[items.mine]\nx = 1\n",
]


@given(start=st.sampled_from(BEGINNINGS), added=st.lists(st.tuples(keys, titles), unique_by=lambda one: one[0]))
@settings(deadline=None, max_examples=40)
def test_what_is_added_is_read_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, added: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    path = folder / "mine.toml"
    if start:
        path.write_bytes(start)
    added = [(key, title) for key, title in added if key != "first"]
    for key, title in added:
        before = path.read_bytes() if path.exists() else b""
        add_item(folder, "mine", PaperKey(key), title)
        assert path.read_bytes().startswith(before)
    if path.exists():
        items = [item for item in read_list(folder, "mine").items if item.paper != "first"]
        assert [(item.paper, item.title) for item in items] == [
            (key, one_line(plain(title)) or key) for key, title in added
        ]


def test_a_list_is_made_with_its_folder_and_reads_well(tmp_path: Path) -> None:
    add_item(tmp_path / "lists", "to read", PaperKey("a"), 'The "A"')
    assert (tmp_path / "lists" / "to read.toml").read_text() == (
        'title = "to read"\n\n[[items]]\npaper = "a"\ntitle = "The \\"A\\""\n'
    )
    add_item(tmp_path / "lists", "to read", PaperKey("b"), "")
    text = (tmp_path / "lists" / "to read.toml").read_text()
    assert text.endswith('title = "The \\"A\\""\n\n[[items]]\npaper = "b"\ntitle = "b"\n')
    add_item(tmp_path / "lists", "to read", PaperKey("b"), "again")
    assert (tmp_path / "lists" / "to read.toml").read_text() == text


def test_a_last_line_without_its_end_gets_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("title = 'Mine' # here")
    add_item(tmp_path, "mine", PaperKey("a"), "A")
    assert (tmp_path / "mine.toml").read_text().startswith("title = 'Mine' # here\n\n[[items]]\n")


@given(start=st.sampled_from(BEGINNINGS), comment=st.text("nips# ", max_size=10))
@settings(deadline=None, max_examples=30)
def test_a_new_name_of_a_paper_changes_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, comment: str
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    item = f"\n# {comment}\n[[items]]\npaper = 'x'\nwhy = 'nips'\nafter = [ 'nips',  'y' ] # {comment}\n".encode()
    (folder / "mine.toml").write_bytes(start + item)
    (folder / "before").mkdir()
    rename_paper(folder, PaperKey("nips"), PaperKey("new"), folder / "before")
    new = item.replace(b"[ 'nips'", b'[ "new"')
    assert (folder / "mine.toml").read_bytes() == start + new
    assert (folder / "before" / "mine.toml").read_bytes() == start + item
    assert list(list_names(folder)) == ["mine"]
