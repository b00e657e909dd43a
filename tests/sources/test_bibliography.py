"""Bibliographies: what is read, what is reported, what must not break."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.papers import FoundPaper
from paperlab.errors import UnknownSource
from paperlab.sources.bibliography import Bibliography, read_bibliography


@pytest.fixture
def read(tmp_path: Path):
    def from_text(text: str | bytes) -> Bibliography:
        path = tmp_path / "refs.bib"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_bibliography(path)

    return from_text


def entry(fields: str) -> str:
    return f"@article{{key,\n  title = {{T}},\n  {fields}\n}}\n"


def only(bibliography: Bibliography) -> FoundPaper:
    (entry,) = bibliography.entries
    return entry.paper


def test_an_entry_becomes_a_paper(read):
    paper = only(
        read(r"""
@article{goedel1931,
  author = {G{\"o}del, Kurt and de la Vall{\'e}e Poussin, Charles Jean and {The Vienna Circle} and others},
  title = {{\"U}ber formal {Unentscheidbare} S{\"a}tze
     mit $x^2$},
  journal = {Monatshefte f{\"u}r Mathematik},
  volume = 38, number = {1}, pages = {173--198},
  year = 1931,
  doi = {10.1007/BF01700692},
  url = {https://example.org/a%20b\_c.pdf},
  keywords = {logic, proofs; logic},
  note = {A classic},
  abstract = {First.

  Second.},
}
""")
    )
    assert paper.citekey == "goedel1931"
    assert paper.title == "Über formal Unentscheidbare Sätze mit $x^2$"
    assert paper.authors == ("Kurt Gödel", "Charles Jean de la Vallée Poussin", "The Vienna Circle")
    assert paper.journal_ref == "Monatshefte für Mathematik, 38(1), 173–198"
    assert paper.published == datetime(1931, 1, 1, tzinfo=UTC)
    assert paper.doi == "10.1007/bf01700692"
    assert paper.url == paper.pdf_url == "https://example.org/a%20b_c.pdf"
    assert paper.tags == ("logic", "proofs")
    assert paper.abstract == "First. Second."
    assert paper.entry.get("author").endswith("de la Vallée Poussin, Charles Jean and {The Vienna Circle} and others")
    assert paper.entry.kind == "article"
    assert (paper.entry.get("volume"), paper.entry.get("note")) == ("38", "A classic")


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {1706.03762}, archivePrefix = {arXiv}, primaryClass = {cs.CL}",
        "eprint = {1706.03762}, eprinttype = {arxiv}",
        "eprint = {arXiv:1706.03762}",
        "arxivid = {1706.03762}",
        "url = {https://arxiv.org/abs/1706.03762}",
        "url = {http://arxiv.org/pdf/1706.03762.pdf}",
        "doi = {10.48550/ARXIV.1706.03762}",
        "journal = {arXiv preprint arXiv:1706.03762}",
        "journal = {CoRR}, volume = {abs/1706.03762}",
        "note = {Preprint, arXiv:1706.03762.}",
        "howpublished = {\\url{https://arxiv.org/abs/1706.03762}}",
        "number = {arXiv:1706.03762}, publisher = {arXiv}",
    ],
)
def test_arxiv_ids_are_found_wherever_people_write_them(read, fields):
    paper = only(read(entry(fields)))
    assert str(paper.arxiv_id) == "1706.03762"
    assert paper.pdf_url == paper.doi == paper.journal_ref == ""
    assert "arxiv.org/" in paper.url


def test_old_ids_are_put_together_from_their_archive(read):
    assert str(only(read(entry("eprint = {9901001}, primaryClass = {hep-th}"))).arxiv_id) == "hep-th/9901001"
    assert str(only(read(entry("eprint = {0309136}, primaryClass = {math.GT}"))).arxiv_id) == "math/0309136"


@pytest.mark.parametrize("fields", ["eprint = {PMC1234}, eprinttype = {pubmed}", "eprint = {https://x.org/1.pdf}", ""])
def test_other_eprints_are_no_arxiv_ids(read, fields):
    assert only(read(entry(fields))).arxiv_id is None


@pytest.mark.parametrize(("date", "year"), [("2017-06-12", 2017), ("{c. 1850}", 1850), ("{in press}", None)])
def test_a_year_is_looked_for(read, date, year):
    published = only(read(entry(f"date = {{{date}}}"))).published
    assert (published.year if published else None) == year


def test_broken_entries_cost_no_others_and_are_reported(read):
    bibliography = read("""@string{J = "Journal"}
@article{a, title = {A}, journal = J}
@article{broken, title = {B
@article{c, title = {C}}
@article{a, title = {Another A}}
@article{untitled, author = {X}}
@comment{whatever}
words between
@article{twice, title = {D}, year = 2001, year = 2002}
@misc{, title = {E}}
@misc{, title = {F}}
""")
    titles = [entry.paper.title for entry in bibliography.entries]
    assert titles == ["A", "C", "Another A", "D", "E", "F"]
    assert bibliography.entries[0].paper.journal_ref == "Journal"
    assert "taken by line 2" in bibliography.entries[2].remark
    lines = [problem.partition(":")[0] for problem in bibliography.problems]
    assert lines == ["line 3", "line 6"]
    assert all("\n" not in problem for problem in bibliography.problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_old_encodings_are_read(read, encoding):
    assert only(read(entry("author = {Kurt Gödel}").encode(encoding))).authors == ("Kurt Gödel",)


def test_lists_divided_by_semicolons_are_read(read):
    assert only(read(entry("author = {Doe, J.; Roe, R. S.}"))).authors == ("J. Doe", "R. S. Roe")


def test_escape_sequences_do_not_get_through(read):
    paper = only(read(entry("author = {A\x1b[31mB}, keywords = {\x1b]0;x\x07, y}")))
    assert not any("\x1b" in text for text in (*paper.authors, *paper.tags, paper.title))


def test_the_libraries_beneath_keep_their_warnings_to_themselves(read, caplog):
    read("@incollection{\nyear = 3}\n@article{x, title = {\\begin{broken} $ \\frac{}")
    assert caplog.records == []


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UnknownSource, match="cannot be read"):
        read_bibliography(tmp_path / "none.bib")


def test_strings_are_put_in_and_joined(read):
    bibliography = read("""@string{jml = {Journal of } # "Learning"}
@STRING(short = "J.")
@article(a, title = {A}, journal = JML # ", Series " # {B}, month = jun # "~12", year = 1999, note = short)""")
    entry = only(bibliography).entry
    assert entry.get("journal") == "Journal of Learning, Series B"
    assert (entry.get("date"), entry.get("note")) == ("1999-06-12", "J.")


def test_a_comma_that_is_missing_costs_no_field(read):
    paper = only(read('@misc{a, title = {A} author = "B, C" year = 2001}'))
    assert (paper.title, paper.authors, paper.published.year) == ("A", ("C B",), 2001)


def test_what_a_volume_says_holds_for_its_papers(read):
    bibliography = read("""
@inproceedings{child, title = {Child}, author = {A, B}, crossref = {VOL}, pages = {1--2}}
@inproceedings{own, title = {Own}, booktitle = {Its Own}, crossref = {vol}}
@proceedings{vol, title = {Proceedings of X}, editor = {Ed, E.}, year = 2001, publisher = {P}, doi = {10.1234/volume}}
@xdata{house, publisher = {House}, address = {Town}}
@book{b, title = {B}, xdata = {house, none}, publisher = {Mine}}
""")
    child, own, volume, book = (entry.paper for entry in bibliography.entries)
    assert bibliography.supporting == 1
    assert child.entry.get("booktitle") == "Proceedings of X"
    assert (child.published.year, child.entry.get("publisher"), child.entry.get("editor")) == (2001, "P", "Ed, E.")
    assert (child.doi, volume.doi) == ("", "10.1234/volume")
    assert own.entry.get("booktitle") == "Its Own"
    assert (book.entry.get("publisher"), book.entry.get("address")) == ("Mine", "Town")


def test_entries_that_inherit_in_a_circle_or_a_long_chain_are_read(read):
    circle = "@book{a, title={A}, crossref={b}, xdata={a}}\n@book{b, title={B}, crossref={a}, publisher={P}}\n"
    chain = "".join(f"@misc{{c{n}, title={{C{n}}}, xdata={{c{n + 1}, c{n + 1}}}}}\n" for n in range(3000))
    bibliography = read(circle + chain + "@misc{c3000, title={End}, publisher={Last}}")
    assert len(bibliography.entries) == 3003
    assert bibliography.entries[0].paper.entry.get("publisher") == "P"
    assert bibliography.entries[2].paper.entry.get("publisher") == "Last"


@pytest.mark.parametrize(
    ("fields", "year", "kept"),
    [
        ("date = {2017-06-12}", 2017, {"date": "2017-06-12"}),
        ("date = {2017-06/2018}", 2017, {"date": "2017-06/2018"}),
        ("date = {1850~}", 1850, {"date": "1850~"}),
        ("date = {2017}", 2017, {}),
        ("year = {c. 1850}", 1850, {"year": "c. 1850"}),
        ("year = {in press}", None, {"year": "in press"}),
        ("year = 2001, month = {July}", 2001, {"date": "2001-07"}),
        ("year = 2001, month = {June--July}", 2001, {"month": "June–July"}),
        ("year = {-44}", None, {"year": "-44"}),
    ],
)
def test_of_a_date_nothing_is_lost(read, fields, year, kept):
    paper = only(read(entry(fields)))
    assert (paper.published.year if paper.published else None) == year
    assert {name: paper.entry.get(name) for name in ("date", "year", "month") if paper.entry.get(name)} == kept


def test_fields_that_programs_write_for_themselves_are_left_out(read):
    paper = only(read(entry("owner={me}, timestamp={2001}, publisher={P}, x-mine={kept}, groups={A, B}")))
    assert dict(paper.entry.fields) == {"publisher": "P", "x-mine": "kept"}
    assert paper.tags == ("A", "B")


def test_two_entries_of_one_key_are_both_read_and_told_of(read):
    first, second = read("@misc{k, title={First}}\n@misc{k, title={Second}}").entries
    assert (first.remark, second.paper.title) == ("", "Second")
    assert "taken by line 1" in second.remark


@pytest.mark.parametrize(
    "field",
    [
        ":a b.pdf:PDF",
        "Full Text PDF:files/12/a b.pdf:application/pdf;Snapshot:files/12/page.html:text/html",
        "a b.pdf",
        "gone.pdf; a b.pdf",
        r"C:\Users\me\a b.pdf",
        r":C\:\\Users\\me\\a b.pdf:PDF",
        r"files\12\a b.pdf",
    ],
)
def test_files_are_found_however_a_program_names_them(tmp_path, field):
    (tmp_path / "a b.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "files" / "12").mkdir(parents=True)
    (tmp_path / "files" / "12" / "a b.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "refs.bib").write_text(entry(f"file = {{{field}}}"))
    (found,) = read_bibliography(tmp_path / "refs.bib").entries
    assert [path.name for path in found.pdfs] == ["a b.pdf"]
    assert found.remark == ""


def test_only_plain_files_are_taken_and_missing_ones_told_of(tmp_path):
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (tmp_path / "refs.bib").write_text(entry("file = {pipe.pdf;folder.pdf;secret.txt;/dev/zero;gone.pdf}"))
    (found,) = read_bibliography(tmp_path / "refs.bib").entries
    assert found.pdfs == ()
    assert "not there" in found.remark


def test_a_file_larger_than_any_bibliography_is_refused(tmp_path):
    with (tmp_path / "huge.bib").open("wb") as file:
        file.truncate(65 << 20)
    with pytest.raises(UnknownSource, match="larger"):
        read_bibliography(tmp_path / "huge.bib")


@pytest.mark.parametrize(
    "text", ["@misc{a, title=" + "{" * 50_000, "@misc{a,title={" * 3000, "@misc{a, title={$" * 2000]
)
def test_hostile_files_take_no_time(read, text):
    assert read(text).entries == ()


@given(st.text(st.sampled_from("@article{key, title=\"}$\\'%#\n and,;é\x00")) | st.text() | st.binary())
def test_no_file_breaks_us(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("bib") / "refs.bib"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    read_bibliography(path)


@pytest.mark.real
def test_real_bibliographies_are_read(real_data: Path):
    read = {path.name: read_bibliography(path) for path in sorted((real_data / "bib").glob("*.bib"))}
    entries = [entry.paper for bibliography in read.values() for entry in bibliography.entries]
    assert len(entries) > 900
    assert sum(bool(paper.authors) for paper in entries) > 0.95 * len(entries)
    assert sum(paper.published is not None for paper in entries) > 0.9 * len(entries)
    assert sum(paper.arxiv_id is not None for paper in entries) >= 10
