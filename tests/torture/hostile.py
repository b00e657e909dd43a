"""`python -m torture.hostile`: a library in which every field of every file is hostile, and every command on it, on a
terminal. Nothing of the data may reach the terminal but plain text.
"""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf

from paperlab.domain.identifiers import PaperKey
from paperlab.library.library import Library
from torture.table import Row, record

PAYLOAD = (
    "Ti\x1b]0;owned\x07tle \x1b[2J\x1b[31mred \x9b31m \x1b]8;;http://evil.invalid/\x1b\\link "
    "\x1b]52;c;AAAA\x07 \u202egnp.exe\u2066 "
    "\x85\u2028[red]markup[/red] [@click=app.quit]x[/] {{ 7*7 }} {% raw %} \rover\x08\x08\x7f $(touch /tmp/x) end"
)
"""A window's title, a cleared screen, colours by both introducers, a link, the clipboard, text turned round, line
separators, markup of rich and Textual, a template, a carriage return, backspaces."""
WORDS = "dot products grow large in magnitude and push the softmax into regions of small gradients"
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
KEY, OTHER = "hostile2026", "other2026"
OWN_STYLE = re.compile(r"\x1b\[[\d;]*m|\x1b\[\?25[lh]|\x1b\[\d*[AK]|\r(?!over)")
"""What paperlab itself sends to a terminal: colours, and a progress bar, which goes to the start of its line. Behind
the carriage return of the data stands `over`."""

LINES: dict[str, list[list[str]]] = {
    "init": [["{payload}/x"], ["/proc/{payload}"]],
    "add": [
        ["{payload}"], ["{folder}/{payload_name}.pdf"], ["{folder}"], ["{folder}/refs.bib"], ["{folder}/refs.ris"],
        ["{folder}/refs.json"], ["http://127.0.0.1:1/{payload}.pdf"], ["list:{payload}"], ["list:../x"],
        ["{folder}/{payload_name}.pdf", "--tag", "{payload}", "--list", "{payload}"],
        ["{folder}/{payload_name}.pdf", "--list", "../../x"],
    ],
    "fetch": [[], [KEY], ["{payload}"]],
    "list": [[], ["--tag", "{payload}"], ["--list", "{payload}"], ["--status", "{payload}"], ["--duplicates"]],
    "annotations": [
        [], [KEY], ["--unplaced"], ["import", "{folder}/{payload_name}.pdf", "--paper", KEY], ["rm", "{payload}"],
        ["{payload}"], ["place", "{payload}"],
    ],
    "show": [[KEY], [OTHER], ["{payload}"]],
    "search": [
        ["softmax", "--mode", "words"], ["{payload}", "--mode", "words"], ["softmax", "--mode", "{payload}"],
        ["owned", "--mode", "words", "--in", "notes,annotations"], ["softmax", "--tag", "{payload}", "--mode", "words"],
    ],
    "related": [[KEY], ["{payload}"]],
    "find": [["dot products grow large"], ["{payload}"]],
    "read": [["{payload}"]],
    "open": [["{payload}"]],
    "note": [[KEY, "--print"], [KEY, "-m", "{payload}"], ["{payload}"]],
    "highlight": [
        [KEY, "--quote", "dot products grow large", "--comment", "{payload}"], [KEY, "--quote", "{payload}"],
        [KEY, "--quote", "dot products grow large", "--color", "{payload}"],
        [KEY, "--quote", "dot products grow large", "--tag", "{payload}"],
    ],
    "status": [[KEY, "read"], [KEY, "{payload}"], ["{payload}", "read"]],
    "tag": [[KEY, "--add", "{payload}"], [KEY, "--remove", "{payload}"], [KEY, "--add", "fine"]],
    "progress": [[], [KEY], ["--list", "{payload}"]],
    "export": [
        *([["--format", one] for one in ("markdown", "bibtex", "biblatex", "csl-json", "json", "{payload}")]),
        ["--format", "markdown", "-o", "{out}"], ["--format", "markdown", "-o", "{out}", "--dry-run"],
        ["--format", "bibtex", "-o", "{out}/refs.bib"], ["--format", "pdf", "-o", "{out}", KEY],
        ["--template", "{folder}/{payload_name}.j2"],
    ],
    "import": [["{folder}/{payload_name}.md"], ["{payload}"]],
    "lists": [[], ["--library", "{folder}/strange"], ["show", "evil"], ["show", "{payload}"], ["{payload}"]],
    "index": [[], ["status"], ["verify"], ["{payload}"]],
    "doctor": [[], ["--fix"]],
    "config": [
        [], ["path"], ["--library", "{folder}/unknown"], ["--library", "{folder}/strange"],
        ["set", "{payload}", "{payload}"], ["set", "model", "{payload}"],
    ],
    "restore": [
        [KEY], ["{folder}/restore.json", "{out}/restored"], ["{payload}"], ["{folder}/refs.json", "{out}/again"],
    ],
    "undo": [["--list"], [], ["{payload}"], ["99"]],
    "merge": [[KEY, "{payload}"], [KEY, KEY]],
    "demo": [["/proc/{payload}"]],
    "diff": [[KEY], [KEY, "v1", "{payload}"], [KEY, "v1", "{folder}/{payload_name}.pdf"]],
    "serve": [["--port", "{payload}"]],
}  # fmt: skip
"""For each verb, what is tried. A verb that is not here fails a test."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A hostile library, and a folder of hostile files that are not in it."""

    library: Path
    folder: Path
    out: Path

    def lines(self, verb: str) -> Iterator[list[str]]:
        """The command lines of a verb."""
        values = {
            "payload": PAYLOAD,
            "payload_name": file_name(),
            "folder": str(self.folder),
            "out": str(self.out),
        }
        for words in LINES[verb]:
            yield [verb, *(re.sub(r"\{([a-z_]+)\}", lambda found: values[found[1]], word) for word in words)]


def file_name() -> str:
    return PAYLOAD.replace("/", "∕")[:120]


def build(root: Path) -> Scene:
    """Make it. Not indexed."""
    scene = Scene(root / "library", root / "files", root / "out")
    library = Library.create(scene.library)
    scene.folder.mkdir()
    for name, number in ((file_name(), 3), ("zweites", 4)):
        write_pdf(scene.folder / f"{name}.pdf", number)
    with library.history.step(PAYLOAD):
        _write_paper(library, KEY, ("v1", "v2"))
    _write_paper(library, OTHER, ())
    _write_paper(library, "broken2026", ())
    broken = library.folder(PaperKey("broken2026")) / "paper.toml"
    broken.write_text(broken.read_text().replace('type = "article"', f"type = {_toml(PAYLOAD)}"))
    text = f"title = {_toml(PAYLOAD)}\ndescription = {_toml(PAYLOAD)}\n"
    fields = ("title", "kind", "why", "questions")
    for item in ({"paper": KEY}, {"paper": "2401.00001"}, {"url": f"https://evil.invalid/{PAYLOAD}"}):
        pairs = {
            **dict.fromkeys(fields[:1] + fields[2:3], PAYLOAD),
            **item,
            "questions": [PAYLOAD],
            "sections": [PAYLOAD],
        }
        text += "\n[[items]]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in pairs.items())
    (scene.library / "lists" / "evil.toml").write_text(text)
    (scene.library / "lists" / f"{file_name()}.toml").write_text(text)
    for name, setting in (("unknown", f"{_toml(PAYLOAD)} = 1"), ("strange", f"model = {_toml(PAYLOAD)}")):
        (Library.create(scene.folder / name).root / "paperlab.toml").write_text(f"format = 1\n{setting}\n")
    (scene.folder / "strange" / "lists" / "broken.toml").write_text(f"title = {PAYLOAD}")
    _write_bibliographies(scene.folder)
    (scene.folder / f"{file_name()}.j2").write_text("{{ papers[0].title }} {{ '" + "\x1b[2J" + "' }} {% nonsense %}")
    (scene.folder / f"{file_name()}.md").write_text(f"---\npaperlab_id: {json.dumps(KEY + PAYLOAD)}\n---\n{PAYLOAD}\n")
    return scene


def write_pdf(path: Path, number: int) -> None:
    """A PDF whose text, metadata, outline and annotations are hostile. Its letters `QRST` are said to be controls."""
    name = pikepdf.Name
    with pikepdf.new() as pdf:
        cmap = b"1 begincodespacerange <00> <ff> endcodespacerange 5 beginbfchar <51> <001b> <52> <009b> <53> <202e> "
        cmap += (
            b"<54> <0007> <55> <000d> endbfchar 1 beginbfrange <20> <50> <0020> endbfrange 1 beginbfrange <56> <7e> "
        )
        cmap += b"<0056> endbfrange"
        head = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        font = pikepdf.Dictionary(
            Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica,
            ToUnicode=pdf.make_stream(head + cmap + b" endcmap end end"),
        )  # fmt: skip
        for page_number in (1, 2):
            page = pdf.add_blank_page(page_size=(612, 792))
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            lines = [f"{page_number} QR[2J Section Q]0;ownedT", *(f"{WORDS} {number} Q[31mS {i}," for i in range(12))]
            shown = " T* ".join(f"({line}) Tj" for line in lines)
            page.obj.Contents = pdf.make_stream(f"BT /F1 10 Tf 12 TL 72 720 Td {shown} ET".encode())
            mark = pikepdf.Dictionary(
                Type=name.Annot, Subtype=name.Highlight, Rect=pikepdf.Array([72, 690, 400, 720]), Contents=PAYLOAD,
                T=PAYLOAD, NM=f"{PAYLOAD}{page_number}", C=pikepdf.Array([1, 1, 0]), Subj=PAYLOAD,
                QuadPoints=pikepdf.Array([72, 718, 400, 718, 72, 706, 400, 706]),
            )  # fmt: skip
            page.obj.Annots = pikepdf.Array([pdf.make_indirect(mark)])
        for key in ("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate"):
            pdf.docinfo[key] = pikepdf.String(PAYLOAD)
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(PAYLOAD, 0))
        pdf.save(path, deterministic_id=True)


def _write_paper(library: Library, key: str, editions: Sequence[str]) -> None:
    folder = library.folder(PaperKey(key))
    folder.mkdir(parents=True)
    texts = ("title", "abstract", "doi", "journal_ref", "comment", "url", "source", "withdrawn", "own_field")
    fields: dict[str, Any] = {"key": key, "citekey": key, **dict.fromkeys(texts, PAYLOAD)}
    fields |= {name: [PAYLOAD, "B. Author"] for name in ("authors", "categories", "tags")}
    fields |= {"added": "2026-01-01T00:00:00Z", "published": "2026-01-01"}
    record_text = "".join(f"{name} = {_toml(value)}\n" for name, value in fields.items())
    names = ("author", "booktitle", "note", "annote", "file", "ids", "publisher", "url")
    record_text += '\n[bibliography]\ntype = "article"\n' + "".join(f"{name} = {_toml(PAYLOAD)}\n" for name in names)
    for number, edition in enumerate(editions, 1):
        write_pdf(folder / f"{edition}.pdf", number)
        content = (folder / f"{edition}.pdf").read_bytes()
        record_text += f'\n[[editions]]\nname = "{edition}"\nfile = "{edition}.pdf"\nbytes = {len(content)}\n'
        record_text += f'sha256 = "{sha256(content).hexdigest()}"\nfetched = 2026-01-01T00:00:00Z\n'
    (folder / "paper.toml").write_text(record_text)
    (folder / "notes.md").write_bytes(f"# {PAYLOAD}\n\n{PAYLOAD}\n\nowned notes of [[{PAYLOAD}]]\n".encode())
    at = f"{datetime(2026, 2, 1, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}"
    words = ("quote", "prefix", "suffix", "section", "comment", "author", "source", "color", "reply_to")
    mark = {"at": at, "kind": "highlight", "edition": "v1", "page": 1, "rects": [[72, 60, 400, 80]], "tags": [PAYLOAD]}
    marks = [
        {"id": "a" * 26, **mark, **dict.fromkeys(words, PAYLOAD)},
        {"id": PAYLOAD, **mark, **dict.fromkeys(words, PAYLOAD), "edition": PAYLOAD},
        {"id": "b" * 26, **mark, **dict.fromkeys(words, PAYLOAD), "color": "yellow", "quote": WORDS, "reply_to": ""},
    ]
    (folder / "annotations.jsonl").write_text("".join(json.dumps(one) + "\n" for one in marks) + '{"broken\x1b[2J')
    stays = [
        {
            "id": PAYLOAD,
            "at": at,
            "type": "stay",
            "edition": "v1",
            "page": 1,
            "pages": 2,
            "seconds": 40,
            "quote": PAYLOAD,
        },
        {"id": "c", "at": at, "type": PAYLOAD, "edition": PAYLOAD},
        {"id": "d", "at": at, "type": "bookmark", "letter": "a", "edition": "v1", "page": 1, "quote": PAYLOAD},
        {"id": "e", "at": at, "type": "declared", "status": PAYLOAD, "depth": PAYLOAD},
    ]
    (folder / "reading.jsonl").write_text("".join(json.dumps(one) + "\n" for one in stays))


def _write_bibliographies(folder: Path) -> None:
    fields = ("title", "author", "journal", "abstract", "keywords", "note", "doi", "url", "file", "annote")
    entry = "".join(
        f"  {name} = {{{PAYLOAD.replace('{', '(').replace('}', ')').replace('%', '')}}},\n" for name in fields
    )
    bib = f"@article{{evil,\n{entry}  year = {{2020}}\n}}\n@article{{{PAYLOAD[:20]},\n title = {{unfinished\n"
    (folder / "refs.bib").write_text(bib)
    tags = ("TI", "AU", "AB", "KW", "N1", "DO", "UR", "L1", "ID", "JO")
    flat = PAYLOAD.replace("\r", " ").replace("\x85", "").replace("\u2028", "")
    (folder / "refs.ris").write_text("TY  - JOUR\n" + "".join(f"{tag}  - {flat}\n" for tag in tags) + "ER  - \n")
    csl = {"id": PAYLOAD, "type": "article", "title": PAYLOAD, "abstract": PAYLOAD, "note": PAYLOAD, "DOI": PAYLOAD}
    csl |= {"author": [{"family": PAYLOAD, "given": PAYLOAD}], "URL": PAYLOAD, "keyword": PAYLOAD}
    (folder / "refs.json").write_text(json.dumps([csl]))
    document = {"format": PAYLOAD, "papers": [{"key": PAYLOAD, "record": {"key": PAYLOAD}}], PAYLOAD: PAYLOAD}
    (folder / "restore.json").write_text(json.dumps(document))


def _toml(value: object) -> str:
    """A value in TOML: its strings take the escapes of JSON."""
    return json.dumps(value)


def leaked(output: str, *, on_terminal: bool = False) -> list[str]:
    """The dangerous characters in an output, each with what is around it."""
    shown = OWN_STYLE.sub("", output) if on_terminal else output
    return [repr(shown[max(0, found.start() - 30) : found.end() + 30]) for found in DANGEROUS.finditer(shown)]


def on_terminal(words: Sequence[str], library: Path, environment: dict[str, str]) -> str:
    """The output of a command line on a terminal of its own."""
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "paperlab", "--offline", "--library", str(library), *words]
    process = subprocess.Popen(command, stdin=secondary, stdout=secondary, stderr=secondary, env=environment)
    os.close(secondary)
    pieces = []
    while True:
        try:
            piece = os.read(primary, 65536)
        except OSError:  # its end
            break
        pieces.append(piece)
    process.wait()
    os.close(primary)
    return b"".join(pieces).decode("utf-8", "replace")


def main() -> int:
    tried, complaints = 0, []
    with tempfile.TemporaryDirectory() as root:
        environment = os.environ | {"HOME": root, "EDITOR": "true", "BROWSER": "true", "NO_COLOR": "1", "TERM": "xterm"}
        (Path(root) / "whole").mkdir()
        scene = build(Path(root) / "whole")
        on_terminal(["index"], scene.library, environment)
        for verb in LINES:
            plain = list(scene.lines(verb))
            for line in (*plain, [*plain[-1], "-v"]):
                copy = Path(root) / "copy"
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(scene.library, copy)
                tried += 1
                for leak in leaked(on_terminal(line, copy, environment), on_terminal=True):
                    complaints.append(leak)
                    print(line, leak, flush=True)
    print(f"{tried} command lines on a terminal, {len(complaints)} leaks")
    told = f"{len(LINES)} verbs, {tried} command lines on a terminal: {len(complaints)} control characters of the data"
    promise = (
        "Escape sequences in every field of records, journals, notes, lists, bibliographies, settings, PDFs and in "
    )
    record("hostile", [Row(promise + "file names end as plain text", told, "python -m torture.hostile")])
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
