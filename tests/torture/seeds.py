"""What the readers are given to begin with: files as paperlab writes them, as others do, and real ones if at hand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.blocks import Box
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.domain.progress import Bookmark, Declaration, Depth, Position, Status, Stay
from paperlab.library import journals
from paperlab.library.records import write_record

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY = PaperKey("1706.03762")
PAPER = Paper(
    key=KEY,
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Łukasz Kaiser"),
    abstract='The "dominant" models \\ are\nrecurrent.',
    categories=("cs.CL",),
    published=NOW,
    doi="10.1/x",
    added=NOW,
    tags=("a", "b"),
    editions=(Edition("v1", "v1.pdf", "a" * 64, 3, NOW), Edition("v7", "v7.pdf", "b" * 64, 4, NOW)),
)
_MARK = Annotation(
    id="3f9a2c1b",
    kind=AnnotationKind.HIGHLIGHT,
    edition="v7",
    page_index=3,
    quote="We call our",
    boxes=(Box(1, 2, 3, 4),),
    comment="why?",
    tags=("t",),
    created=NOW,
    updated=NOW,
    reply_to="2",
)
_BY_HAND = """\
key="1706.03762"
citekey = 'a'  # mine
title="b"
added = 2026-01-01
editions = []
[bibliography]
Volume = 3 # here
[my.own]
"""
_LIST = """\
title = "From the basics" # mine
description = '''a
b'''
[[items]]
paper = "https://arxiv.org/abs/1706.03762v7"
why = "The architecture."
sections = ["3"]
[[items]]
url = "https://example.org/course"
title = "A course"
kind = "course"
after = ["1706.03762"]
"""
_MARKDOWN = """\
---
title: "A"
tags: [a, "b"]
aliases:
  - x # y
paperlab_id: "1706.03762"
---
mine
%% begin paperlab:highlights %%
## 1 Introduction

> We call
> ([p. 4](<a.pdf#page=4>), yellow) #t

^hl-3f9a2c1b

why?
%% end paperlab:highlights %%
%% begin paperlab:notes %%
notes
%% end paperlab:notes %%
also mine
"""
_FEED = """\
<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>
<id>http://arxiv.org/abs/1706.03762v7</id><title>Attention</title><author><name>A V</name></author>
<updated>2023-08-02T00:41:18Z</updated><published>2017-06-12T17:57:34Z</published><summary>The dominant

  models</summary><arxiv:doi>10.1/x</arxiv:doi><arxiv:comment>15 pages</arxiv:comment>
<link href="http://arxiv.org/pdf/1706.03762v7" rel="related" type="application/pdf" title="pdf"/>
<arxiv:primary_category term="cs.CL"/><category term="cs.CL"/></entry></feed>
"""
_BIBTEX = r"""
@string{n = "Nature"}
@article{a1, title = {The {\"O}f $x^2$}, author = "A B and {C}", year = 2017, month = jan # "~1",
  journal = n, doi = {10.1/x}, file = {:a.pdf:PDF}}
@misc{a2, crossref={a1}, eprint = {1706.03762}, archivePrefix={arXiv}, title={T}}
"""
_RIS = (
    "TY  - JOUR\nTI  - T\nAU  - Müller, A, Jr\nPY  - 2013/04/18\nAB  - long\n and on\nKW  - k\nDO  - 10.1/x\nER  - \n"
)
_CSL = [
    {
        "id": "a",
        "type": "article-journal",
        "title": "T",
        "author": [{"family": "B", "given": "A"}],
        "issued": {"date-parts": [[2017, 6]]},
        "note": "arXiv: 1706.03762",
    }
]
_ZOTERO = {
    "items": [
        {
            "itemType": "journalArticle",
            "title": "T",
            "creators": [{"lastName": "B", "firstName": "A", "creatorType": "author"}],
            "date": "2017-06",
            "extra": "DOI: 10.1/x",
            "tags": [{"tag": "t"}],
        }
    ]
}
_DERIVED = {
    "format": 1,
    "asked": "2026-01-01T00:00:00Z",
    "newest": {"a": "v2"},
    "jobs": [{"verb": "add", "subject": "x"}],
    "blocks": {"a": [[], [], "c"]},
    "headings": [],
    "notes": "",
    "sha256": "a",
    "marks": 3,
}
_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
_LARGEST_BYTES = 20_000


def records() -> Iterator[bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / KEY.value / "paper.toml"
        path.parent.mkdir()
        write_record(path, PAPER)
        yield path.read_bytes()
    yield _BY_HAND.encode()


def journal_files() -> Iterator[bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        journals.append_annotation(path, _MARK)
        journals.append_deletion(path, "2", NOW)
        yield path.read_bytes()
        path.unlink()
        journals.append_reading(path, Stay(at=NOW, edition="v7", page_index=3, page_count=9, seconds=6.5, quote="We"))
        journals.append_reading(path, Declaration(at=NOW, status=Status.READ, depth=Depth.SKIMMED))
        journals.append_reading(path, Bookmark(at=NOW, letter="a", position=Position("v7", 3, "We")))
        yield path.read_bytes()


def lists() -> Iterator[bytes]:
    yield from (_LIST.encode(), b'title="a"\nitems = [{paper = "1706.03762"}]')
    yield b'\xef\xbb\xbf[[items]]\r\npaper = "1706.03762" # mine\r\n'


def bibtex() -> Iterator[bytes]:
    yield _BIBTEX.encode()
    yield from _real("bib/*.bib")


def ris() -> Iterator[bytes]:
    yield _RIS.encode()
    yield from _real("bib/*.ris")


def csl_json() -> Iterator[bytes]:
    yield from (json.dumps(_CSL).encode(), json.dumps(_ZOTERO).encode())
    yield from _real("bib/*.json")


def feeds() -> Iterator[bytes]:
    yield _FEED.encode()
    yield from _real("arxiv_api/*.xml")


def markdown() -> Iterator[bytes]:
    html = "\n".join(
        f"<!-- {line.strip('% ')} -->" if line.startswith("%%") else line for line in _MARKDOWN.split("\n")
    )
    yield from (_MARKDOWN.encode(), html.encode(), b"---\r\na: b\r\n---\r\ntext")


def documents() -> Iterator[bytes]:
    record, journal = next(records()).decode(), next(journal_files()).decode()
    files = {"paper.toml": record, "notes.md": "n", "annotations.jsonl": journal}
    paper = {"key": KEY.value, "files": files, "annotations": []}
    yield json.dumps({"format": 2, "papers": [paper], "lists": [{"name": "l", "file": _LIST}]}).encode()
    state = {"status": "read", "depth": "skimmed", "last_read": "2026-01-02"}
    old = {"key": KEY.value, "citekey": "a", "title": "b", "added": "2026-01-01", "notes": "n", "reading": state}
    yield json.dumps({"format": 1, "papers": [{**old, "annotations": [json.loads(journal.splitlines()[0])]}]}).encode()


def queries() -> Iterator[bytes]:
    yield b'a "b c" -d -"e f" author:"x y" -tag:z year:2017..2019 section:r status:read titel:x'


def ids() -> Iterator[bytes]:
    yield b"arXiv:1706.03762v7 [cs.CL] 2 Aug 2017"
    yield b"https://arxiv.org/abs/hep-th/9901001"
    yield b"doi:10.48550/arXiv.1706.03762 https://doi.org/10.1155/2013/219840."


def settings() -> Iterator[bytes]:
    yield b'timeout_s = 3\ntheme = "x"\n[keymap]\n"reader.highlight" = "h"\n'
    yield b"format = 1\noffline = true\narxiv_url = 'https://arxiv.org'\nreader_width = 80\n"


def derived() -> Iterator[bytes]:
    yield from (json.dumps(_DERIVED).encode(), b'into = "a"\ncitekey = "b"\n')


def pdf_texts() -> Iterator[bytes]:
    yield from (b"D:20190528000751+02'00'", b"<p>a<br/>b &amp; c</p>")


def _real(pattern: str) -> Iterator[bytes]:
    for path in sorted(_SHARED.glob(pattern)):
        if path.stat().st_size < _LARGEST_BYTES:
            yield path.read_bytes()
