"""The readers of what others may have written: each takes any bytes, and gives a value or an error of ours.

A target's `read` raises whatever else comes out of the reader, and an `AssertionError` where what was read does not
survive being written. It may use an empty folder.
"""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from paperlab.config import load_settings
from paperlab.domain.identifiers import PaperKey, find_arxiv_stamp, find_doi, parse_arxiv_id
from paperlab.domain.papers import FoundPaper
from paperlab.domain.progress import Status
from paperlab.domain.queries import parse_query, phrase_test
from paperlab.domain.summaries import PaperSummary
from paperlab.domain.text import one_line, plain
from paperlab.errors import ChangedOutside, DamagedFile, PaperlabError, SettingsError, UnknownSource
from paperlab.export.bibtex import bibtex
from paperlab.export.edits import Exported, edits_in
from paperlab.export.front_matter import length_of, value_of, with_front_matter
from paperlab.export.library_document import read_document
from paperlab.export.regions import body_of, find_regions, with_body
from paperlab.library import journals, lists
from paperlab.library.joining import successor
from paperlab.library.library import Library
from paperlab.library.marked import read_marked
from paperlab.library.newest import NewestEditions
from paperlab.library.records import read_record, write_record
from paperlab.pdf.mark_dates import read_date, written_date
from paperlab.pdf.raw_marks import _without_markup
from paperlab.services.entries import record_entry
from paperlab.services.last_exports import LastExports
from paperlab.services.records import Records
from paperlab.services.restoring import restore
from paperlab.services.resuming import Resuming
from paperlab.sources.arxiv_api import _translated
from paperlab.sources.arxiv_feed import found_paper, is_whole_feed, refused_id
from paperlab.sources.bibliography import read_bibliography
from paperlab.sources.classify import classify
from paperlab.sources.retries import TryAgain
from torture import seeds
from torture.seeds import KEY, NOW, PAPER

_SUMMARY = PaperSummary(
    key=KEY,
    citekey=PAPER.citekey,
    title=PAPER.title,
    authors=PAPER.authors,
    year=2017,
    tags=PAPER.tags,
    edition="v7",
    editions=("v1", "v7"),
    status=Status.READING,
    depth=None,
    progress=0.5,
    pages=9,
    annotations=1,
    has_notes=False,
    added=NOW,
    last_read=None,
)


@dataclass(frozen=True, slots=True)
class Target:
    seeds: Callable[[], Iterator[bytes]]
    read: Callable[[bytes, Path], object]


def _record(data: bytes, folder: Path) -> None:
    path = folder / KEY.value / "paper.toml"
    path.parent.mkdir()
    path.write_bytes(data)
    try:
        paper = read_record(path)
    except DamagedFile:
        return
    write_record(path, paper)
    assert path.read_bytes() == data, "what has not changed is not touched"
    own = {name: value for name, value in tomllib.loads(_text(data)).items() if not hasattr(paper, name)}
    try:
        write_record(path, replace(paper, title="T", tags=("x", *paper.tags), editions=paper.editions[1:]))
    except DamagedFile:  # an inline table that nothing can be written into
        assert path.read_bytes() == data
        return
    write_record(path, paper)
    assert read_record(path) == paper
    written = tomllib.loads(_text(path.read_bytes()))
    assert {name: written[name] for name in own if name != "bibliography"} == {
        name: value for name, value in own.items() if name != "bibliography"
    }


def _journal(data: bytes, folder: Path) -> None:
    path, again = folder / "journal.jsonl", folder / "again.jsonl"
    path.write_bytes(data)
    told: list[int] = []
    marks = journals.read_annotations(path, lambda _, number, __: told.append(number))
    assert len(told) == len(set(told)), "a line is set aside once"
    journals.read_history(path)
    for mark in marks:
        journals.append_annotation(again, mark)
    assert set(journals.read_annotations(again)) == set(marks)
    reading = journals.read_reading(path, lambda *_: None)
    again.unlink(missing_ok=True)
    for entry in reading:
        journals.append_reading(again, entry)
    assert journals.read_reading(again) == reading
    journals.append_deletion(path, "1", NOW)
    assert path.read_bytes().startswith(data)
    assert "1" not in {mark.id for mark in journals.read_annotations(path, lambda *_: None)}


def _list(data: bytes, folder: Path) -> None:
    path = folder / "mine.toml"
    path.write_bytes(data)
    try:
        before = lists.read_list(folder, "mine")
    except DamagedFile:
        return
    with suppress(DamagedFile):
        lists.add_item(folder, "mine", PaperKey("new-one"), "T")
        assert path.read_bytes().startswith(data)
    after = lists.read_list(folder, "mine")
    assert after.items[: len(before.items)] == before.items
    (folder / "before").mkdir()
    lists.rename_paper(folder, KEY, PaperKey("other"), folder / "before")
    assert len(lists.read_list(folder, "mine").items) == len(after.items)


def _bibliography(suffix: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        path = folder / f"refs{suffix}"
        path.write_bytes(data)
        with suppress(UnknownSource):
            found = read_bibliography(path)
            assert all(problem == one_line(problem) for problem in found.problems)
            library = Library.create(folder / "library")
            records = Records(library, lambda: NOW)
            for entry in found.entries[:4]:
                _check_found(entry.paper)
                record_entry(library, records, entry, None, None)
            papers = [library.read(key) for key in library.stamps()]
            path.with_suffix(".bib").write_text(bibtex(papers), "utf-8")
            again = read_bibliography(path.with_suffix(".bib"))
            assert len(again.entries) == len(papers), "what was taken in goes out again"

    return read


def _check_found(found: FoundPaper) -> None:
    for text in (found.title, *found.authors, found.abstract, found.doi, found.url, found.citekey, *found.tags):
        assert text == plain(text), "nothing that a terminal obeys"


def _feed(data: bytes, _folder: Path) -> None:
    import arxiv
    import requests
    from arxiv import _feed

    refused_id(data)
    if not is_whole_feed(data):
        return
    results: list[arxiv.Result] = []
    with suppress(TryAgain), _translated(arxiv, requests):
        results = _feed.parse(data).results
    for result in results:
        if found := found_paper(result, "https://arxiv.org"):
            _check_found(found)


def _markdown(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    value_of(text, "title")
    with suppress(ChangedOutside):
        values = {"title": "B: %%", "tags": ("a",), "aliases": None, "year": 2017}
        once = with_front_matter(text, values)
        assert with_front_matter(once, values) == once, "a second export changes nothing"
        assert once[length_of(once) :] == text[length_of(text) :].removeprefix("\ufeff" * (length_of(text) == 0))
    with suppress(ChangedOutside):
        places = find_regions(text, length_of(text))
        for name, place in places.items():
            assert with_body(text, place, name, body_of(text, place)).count("\n") == text.count("\n")
    with suppress(ChangedOutside):
        edits = edits_in(text, Exported(), None, lambda _: ())
        assert bool(str(edits)) is edits.would_be_lost


def _document(data: bytes, folder: Path) -> None:
    with suppress(PaperlabError):
        read_document(data, "library.json")
        (folder / "library.json").write_bytes(data)
        outcomes = tuple(restore(folder / "library.json", folder / "library"))
        library = Library.open(folder / "library")
        for outcome in outcomes:
            if outcome.status == "restored" and not outcome.is_list:
                library.read(PaperKey(outcome.name))


def _query(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    query = parse_query(text)
    for condition in query.conditions:
        assert parse_query(condition).conditions == (condition,), "said again, it is the same"
    assert all(query.doubts)
    for phrase in query.phrases:
        assert phrase_test(phrase)(phrase)
    for field in query.of_papers:
        assert field.passes(_SUMMARY) is not field._replace(is_wanted=not field.is_wanted).passes(_SUMMARY)


def _ids(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    find_arxiv_stamp(text)
    find_doi(text)
    if found := parse_arxiv_id(text):
        assert parse_arxiv_id(str(found)) == parse_arxiv_id(found.url) == found
        assert parse_arxiv_id(found.doi) == replace(found, version=None)
        assert PaperKey(found.key.value) == found.key
    with suppress(PaperlabError):
        classify(text.replace("\0", ""))


def _settings(data: bytes, folder: Path) -> None:
    file = folder / "config.toml"
    file.write_bytes(data)
    for library_file in (None, file):
        with suppress(SettingsError):
            found = load_settings(flags={}, environment={}, library_file=library_file, user_file=file)
            assert found.timeout_s > 0
            assert found.reader_width > 0


def _derived(data: bytes, folder: Path) -> None:
    library = Library.create(folder / "library")
    (library.derived / "newest.json").write_bytes(data)
    (library.derived / "marked.jsonl").write_bytes(data)
    (library.derived / "jobs").mkdir()
    (library.derived / "jobs" / "0.json").write_bytes(data)
    (library.root / "merged" / "old").mkdir(parents=True)
    (library.root / "merged" / "old" / "merged.toml").write_bytes(data)
    assert all(name[1:].isdigit() for name in NewestEditions(library).names.values())
    assert all(isinstance(marked.count, int) for marked in read_marked(library.derived).values())
    successor(library, "old")
    resuming = Resuming(library)
    resuming.keep(resuming.begin())
    resuming.end()
    exports = LastExports(lambda: folder)
    exports._file(folder).write_bytes(data)
    exports.recall(folder)
    exports.recall_hash(folder)


def _pdf_text(data: bytes, _folder: Path) -> None:
    text = data.decode("utf-8", "replace")
    _without_markup(text)
    if (at := read_date(text)) and at.year > 999:
        assert read_date(written_date(at)) == at


def _text(data: bytes) -> str:
    return data.decode().removeprefix("\ufeff")


TARGETS: dict[str, Target] = {
    "records": Target(seeds.records, _record),
    "journals": Target(seeds.journal_files, _journal),
    "lists": Target(seeds.lists, _list),
    "bibtex": Target(seeds.bibtex, _bibliography(".bib")),
    "ris": Target(seeds.ris, _bibliography(".ris")),
    "csl-json": Target(seeds.csl_json, _bibliography(".json")),
    "feeds": Target(seeds.feeds, _feed),
    "markdown": Target(seeds.markdown, _markdown),
    "documents": Target(seeds.documents, _document),
    "queries": Target(seeds.queries, _query),
    "ids": Target(seeds.ids, _ids),
    "settings": Target(seeds.settings, _settings),
    "derived": Target(seeds.derived, _derived),
    "pdf-texts": Target(seeds.pdf_texts, _pdf_text),
}
