"""paper.toml: what is written is read back, and what the reader has written stays."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.text import one_line, plain
from paperlab.errors import DamagedFile, UnknownPaper
from paperlab.library.records import parse_record, read_record, write_record

KEY = PaperKey("1706.03762")
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ATTENTION = Paper(
    key=KEY,
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    abstract='The "dominant" models \\ are\nrecurrent.',
    categories=("cs.CL", "cs.LG"),
    published=datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC),
    added=NOW,
    tags=("transformer",),
    editions=(Edition("v7", "v7.pdf", "a" * 64, 3, NOW),),
)
MINIMAL = 'key = "1706.03762"\ncitekey = "vaswani2017attention"\ntitle = "Attention"\nadded = 2026-03-04T05:06:07Z\n'

short = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(lambda text: one_line(plain(text)))
named = short.filter(bool)
moments = st.datetimes(
    datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9))])
)
papers = st.builds(
    Paper,
    key=st.just(KEY),
    citekey=st.from_regex(r"[a-z][a-z0-9:+._/-]{0,30}", fullmatch=True),
    title=named,
    authors=st.lists(named, max_size=5).map(tuple),
    abstract=st.text(st.characters(exclude_categories=["Cs"]), max_size=80).map(lambda text: plain(text).strip()),
    categories=st.lists(named, max_size=2).map(tuple),
    published=st.none() | moments,
    updated=st.none() | moments,
    doi=short,
    journal_ref=short,
    comment=short,
    url=short,
    source=short,
    added=moments,
    tags=st.lists(named, max_size=4).map(tuple),
    editions=st.sets(st.integers(1, 99), max_size=3).map(
        lambda numbers: tuple(Edition(f"v{n}", f"v{n}.pdf", f"{n:064x}", n, NOW) for n in sorted(numbers))
    ),
)
fresh_files = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / str(KEY)
    folder.mkdir()
    return folder / "paper.toml"


@given(paper=papers)
@fresh_files
def test_a_record_is_read_back_as_it_was_written(path: Path, paper: Paper) -> None:
    path.unlink(missing_ok=True)
    write_record(path, paper)
    assert read_record(path) == paper


@given(old=papers, new=papers)
@fresh_files
def test_any_change_is_written_and_the_readers_own_survives(path: Path, old: Paper, new: Paper) -> None:
    path.unlink(missing_ok=True)
    write_record(path, old)
    path.write_text(f"# mine, above\nrating = 5\n{path.read_text()}\n[my.table]\nx = 1 # mine, below\n")
    write_record(path, new)
    assert read_record(path) == new
    text = path.read_text()
    assert text.startswith("# mine, above\nrating = 5\n")
    assert "x = 1 # mine, below" in text
    assert tomllib.loads(text)["my"] == {"table": {"x": 1}}


def test_a_new_record_reads_well(path: Path) -> None:
    write_record(path, ATTENTION)
    assert path.read_text() == (
        'key = "1706.03762"\n'
        'citekey = "vaswani2017attention"\n'
        'title = "Attention Is All You Need"\n'
        'authors = ["Ashish Vaswani", "Noam Shazeer"]\n'
        'abstract = """\nThe \\"dominant\\" models \\\\ are\nrecurrent.\n"""\n'
        'categories = ["cs.CL", "cs.LG"]\n'
        "published = 2017-06-12T17:57:34Z\n"
        "added = 2026-03-04T05:06:07Z\n"
        'tags = ["transformer"]\n\n'
        "[[editions]]\n"
        'name = "v7"\nfile = "v7.pdf"\n'
        f'sha256 = "{"a" * 64}"\nbytes = 3\nfetched = 2026-03-04T05:06:07Z\n'
    ).replace('\\"dominant\\"', '"dominant"')


def test_writing_the_same_paper_touches_nothing(path: Path) -> None:
    path.write_text(f"# odd   spacing\n{MINIMAL.replace(' = ', '=')}published = 2017\n")
    before = path.stat()
    write_record(path, read_record(path))
    assert path.stat() == before


def test_only_the_changed_value_is_touched(path: Path) -> None:
    original = (
        '# My favourite\ntags    =  [ "a" ,  # first\n  "b" ]\n'
        + MINIMAL
        + 'mine = "kept"\n\n[[editions]] # from arXiv\nname = "v1"\nfile = "v1.pdf"\n'
        + f'sha256 = "{"b" * 64}"\nbytes = 1\nfetched = 2020-01-01 # a Wednesday\nprinted = true\n# the end\n'
    )
    path.write_text(original)
    edition = Edition("v2", "v2.pdf", "c" * 64, 2, NOW)
    paper = read_record(path)
    write_record(path, replace(paper, title="New", editions=(*paper.editions, edition)))
    text = path.read_text()
    assert text.startswith(original.replace('title = "Attention"', 'title = "New"').rstrip())
    assert read_record(path).editions[1] == edition
    write_record(path, replace(read_record(path), editions=(edition,)))
    assert read_record(path).editions == (edition,)
    write_record(path, replace(read_record(path), editions=(replace(edition, size_bytes=3),)))
    assert "bytes = 3\n" in path.read_text()
    assert 'mine = "kept"' in path.read_text()


def test_a_cleared_value_goes(path: Path) -> None:
    write_record(path, replace(ATTENTION, doi="10.1/x"))
    write_record(path, replace(ATTENTION, doi="", published=None, tags=()))
    assert read_record(path) == replace(ATTENTION, published=None, tags=())
    assert "doi" not in path.read_text()


def test_editions_in_one_line_can_be_added_to(path: Path) -> None:
    path.write_text(MINIMAL + "editions = []\n")
    write_record(path, replace(read_record(path), editions=ATTENTION.editions))
    assert read_record(path).editions == ATTENTION.editions


def test_what_follows_a_comment_survives_with_windows_line_ends_and_a_byte_order_mark(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + (MINIMAL + "# mine\n").replace("\n", "\r\n").encode())
    write_record(path, replace(read_record(path), tags=("a",)))
    assert path.read_bytes().startswith(b'\xef\xbb\xbfkey = "1706.03762"\r\n')
    assert b"# mine\r\n" in path.read_bytes()
    assert read_record(path).tags == ("a",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2017", datetime(2017, 1, 1, tzinfo=UTC)),
        ('"2017"', datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-06-12", datetime(2017, 6, 12, tzinfo=UTC)),
        ('"2017-06-12"', datetime(2017, 6, 12, tzinfo=UTC)),
        ('"2017-06-12T17:57:34Z"', datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)),
        ("2017-06-12T19:57:34+02:00", datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)),
        ("2017-06-12T17:57:34", datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_any_form(path: Path, written: str, expected: datetime) -> None:
    path.write_text(f"{MINIMAL}published = {written}\n")
    found = read_record(path).published
    assert found == expected
    assert found.tzinfo is UTC


EDITION = f'[[editions]]\nname = "v1"\nfile = "v1.pdf"\nsha256 = "{"b" * 64}"\nbytes = 1\nfetched = 2020-01-01\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (MINIMAL.replace("1706.03762", "1706.03763"), "key is 1706.03763, but the folder is 1706.03762"),
        (MINIMAL.replace("1706.03762", "../../etc"), "key is no key"),
        (MINIMAL.replace("vaswani2017", "a b"), "citekey"),
        (MINIMAL.replace('"Attention"', "5"), "title should be text, is a number"),
        (MINIMAL.replace('"Attention"', '" "'), "title is missing"),
        (MINIMAL.replace("added", "adde"), "added is missing"),
        (MINIMAL + 'authors = "Vaswani"', "authors should be a list of texts, is text"),
        (MINIMAL + "tags = [1]", "tags"),
        (MINIMAL + 'published = "soon"', "published is no date"),
        (MINIMAL + "published = 99999", "published is no date"),
        (MINIMAL + "published = true", "published should be a date"),
        (MINIMAL + "updated = 07:32:00", "updated should be a date"),
        (MINIMAL + "editions = 1", "editions should be a list of tables"),
        (MINIMAL + EDITION + EDITION, "editions name one twice"),
        (MINIMAL + EDITION.replace('"v1.pdf"', '"../../v1.pdf"'), "editions.file"),
        (MINIMAL + EDITION.replace('"v1.pdf"', '".."'), "editions.file"),
        (MINIMAL + EDITION.replace('"v1.pdf"', '"C:\\\\v1.pdf"'), "editions.file"),
        (MINIMAL + EDITION.replace('"v1"\n', '"latest"\n'), "editions.name"),
        (MINIMAL + EDITION.replace("bytes = 1", "bytes = -1"), "bytes"),
        (MINIMAL + EDITION.replace("b" * 64, "b"), "editions.sha256"),
        (MINIMAL + "title = 1", "overwrite a value"),
        ("key = ", "paper.toml"),
    ],
)
def test_a_hostile_record_is_refused_with_file_and_field(path: Path, text: str, named: str) -> None:
    path.write_text(text)
    with pytest.raises(DamagedFile) as refused:
        read_record(path)
    assert "1706.03762/paper.toml: " in refused.value.message
    assert named in refused.value.message
    with pytest.raises(DamagedFile):
        write_record(path, ATTENTION)
    assert path.read_text() == text


def test_other_bytes_than_text_are_refused(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DamagedFile, match="not UTF-8"):
        read_record(path)


def test_what_is_untidy_is_cleaned(path: Path) -> None:
    path.write_text(MINIMAL.replace('"Attention"', '"\\u001b[31mAtt\\u0007ention\\n  is  \\u202eall' + "x" * 300 + '"'))
    assert read_record(path).title == "[31mAttention is all" + "x" * 300


def test_what_could_not_be_read_back_is_not_written(path: Path) -> None:
    with pytest.raises(DamagedFile, match="citekey"):
        write_record(path, replace(ATTENTION, citekey="a b"))
    assert not path.exists()


def test_a_record_that_is_not_there_is_an_unknown_paper(path: Path) -> None:
    with pytest.raises(UnknownPaper):
        read_record(path)


def test_the_name_of_an_editions_file_may_be_long_but_no_longer(path: Path) -> None:
    path.write_text(MINIMAL + EDITION.replace("v1.pdf", "x" * 200))
    assert read_record(path).editions[0].file == "x" * 200


def test_lists_of_a_record_are_there_to_be_filled_and_long_ones_stand_in_a_column(path: Path) -> None:
    write_record(path, replace(ATTENTION, authors=(), tags=(), editions=()))
    assert "authors = []\n" in path.read_text()
    assert "tags = []\n" in path.read_text()
    write_record(path, replace(ATTENTION, authors=("A", "B", "C"), tags=("a", "b", "c", "d")))
    assert 'authors = ["A", "B", "C"]\n' in path.read_text()
    assert 'tags = [\n    "a",\n    "b",\n    "c",\n    "d",\n]\n' in path.read_text()


def test_a_changed_abstract_stands_on_lines_of_its_own(path: Path) -> None:
    path.write_text(MINIMAL + 'abstract = "Short."\n')
    write_record(path, replace(read_record(path), abstract='A "new"\none.'))
    assert 'abstract = """\nA "new"\none.\n"""\n' in path.read_text().replace('\\"', '"')


@pytest.mark.usefixtures("far_away")
def test_times_are_written_in_utc_wherever_the_reader_is(path: Path) -> None:
    there = timezone(timedelta(hours=14))
    moved = replace(ATTENTION.editions[0], fetched=NOW.astimezone(there))
    write_record(path, replace(ATTENTION, added=NOW.astimezone(there), editions=(moved,)))
    assert "added = 2026-03-04T05:06:07Z\n" in path.read_text()
    assert "fetched = 2026-03-04T05:06:07Z\n" in path.read_text()


def test_an_edition_that_stays_the_same_stays_to_the_byte(path: Path) -> None:
    path.write_text(MINIMAL + EDITION.replace("2020-01-01", "2020-01-01T00:00:00 # by my clock"))
    paper = read_record(path)
    write_record(path, replace(paper, editions=(*paper.editions, Edition("v2", "v2.pdf", "c" * 64, 2, NOW))))
    assert "fetched = 2020-01-01T00:00:00 # by my clock\n" in path.read_text()


def test_a_byte_order_mark_in_a_text_is_no_matter(path: Path) -> None:
    assert parse_record("\ufeff" + MINIMAL, path).title == "Attention"
