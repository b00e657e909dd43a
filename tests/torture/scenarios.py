"""What a reader does to a library while the disk fails."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
from arxiv_on_loopback import ArxivOnLoopback

from paperlab.library.library import MARKER
from paperlab.pdf.typeset import Article, Section, typeset
from paperlab.services.demonstrating import read_primer
from torture.stage import Stage
from torture.truth import Fact, facts

KEY = "attention"
"""A beginning of the title is enough for the program; see `PAPER`."""
PAPER = "paperlab2026attention"
ADDED_PAPER, OTHER_PAPER = "paperlab2026gpt", "paperlab2026bert"
OLD_QUOTE = "their encoder, a bidirectional recurrent network"
NEW_QUOTE = "one vector for every source word"
ARXIV_PAPER, OTHER_ARXIV_PAPER, CUT_ARXIV_PAPER = "2101.00001", "2101.00002", "2101.00003"
REMARK, EDIT = "A remark of another program.", "And what came to mind later."
BIBLIOGRAPHY = """
@book{knuth1984, title = {The {TeX}book}, author = {Knuth, Donald E.}, year = 1984}
@book{lamport1986, title = {LaTeX}, author = {Lamport, Leslie}, year = 1986}
"""
Facts = frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One command, and the facts that are there once it has said that it is done."""

    name: str
    words: tuple[str, ...]
    is_done: Callable[[Facts], bool]
    may_go: Callable[[Fact], bool] = lambda _: False
    """Facts that the command itself takes away."""
    environment: Mapping[str, str] = field(default_factory=dict)
    is_slow: bool = False
    """It waits for seconds: killed, but not tried with a fault at each operation."""


def has(*start: str) -> Callable[[Facts], bool]:
    """Whether there is a fact that begins so."""
    return lambda found: any(fact[: len(start)] == start for fact in found)


def base_library(stage: Stage, root: Path, papers: Path, arxiv: ArxivOnLoopback) -> None:
    """A library with a paper that has everything, one that may join it, and one of arXiv that has two editions and may
    have a third; and in `papers` what can be added to it.

    Beside it, `everything.json` is its export. In its folder `edited` a Markdown file has an edited comment, in
    `exported` one that is behind the library; `home` holds its reader's settings.
    """
    papers.mkdir()
    for name in ("attention", "gpt", "bert"):
        typeset(read_primer(name), papers / f"{name}.pdf")
    _mark(papers / "attention.pdf", papers / "marked.pdf")
    (papers / "books.bib").write_text(BIBLIOGRAPHY)
    exported, edited = root / "exported", root / "edited"

    def do(*words: str) -> None:
        ended = stage.run(root, words, environment=online(arxiv))
        assert ended.is_acknowledged, (words, ended.err)

    do("init", str(root))
    do("add", str(papers / "attention.pdf"), "--tag", "first", "--list", "mine")
    do("add", str(papers / "bert.pdf"))
    do("note", OTHER_PAPER, "-m", "On the other one.")
    do("note", KEY, "-m", "What was there before.")
    do("status", KEY, "reading")
    arxiv.has(ARXIV_PAPER, 1, title="A Paper of arXiv", pdf=edition_pdf(papers, 1))
    do("add", ARXIV_PAPER)
    arxiv.has(ARXIV_PAPER, 2, title="A Paper of arXiv", pdf=edition_pdf(papers, 2))
    do("fetch", "--update", ARXIV_PAPER)
    arxiv.has(ARXIV_PAPER, 3, title="A Paper of arXiv", pdf=edition_pdf(papers, 3))
    arxiv.has(OTHER_ARXIV_PAPER, 1, title="Another Paper", pdf=edition_pdf(papers, 4))
    arxiv.has(CUT_ARXIV_PAPER, 1, title="A Third Paper", pdf=edition_pdf(papers, 5), breaks_off=True)
    do("highlight", KEY, "--quote", OLD_QUOTE, "--page", "1", "--comment", "old")
    do("export", KEY, "-o", str(exported))
    do("note", KEY, "-m", "Since the export.")
    do("export", KEY, "-o", str(edited))
    (note,) = edited.glob("*.md")
    note.write_text(note.read_text().replace("\nold\n", f"\nold\n\n{EDIT}\n"))
    do("export", "--format", "json", "-o", str(papers / "everything.json"))
    settings = _settings(root)
    settings.parent.mkdir(parents=True)
    settings.write_text('# mine\ntheme = "paperlab-light"\n')


def online(arxiv: ArxivOnLoopback) -> dict[str, str]:
    """With the stand-in for arXiv, and without its pace."""
    return {"PAPERLAB_OFFLINE": "0", "PAPERLAB_ARXIV_URL": arxiv.url, "PAPERLAB_ARXIV_DELAY_S": "0"}


def edition_pdf(folder: Path, number: int) -> bytes:
    """Of a paper of arXiv; each is another text."""
    paragraphs = ("What stays is here.", f"What is said here is said in the edition of number {number} alone.")
    typeset(Article(title="A Paper", sections=(Section("One", paragraphs),)), pdf := folder / f"edition-{number}.pdf")
    return pdf.read_bytes()


def _settings(root: Path) -> Path:
    return root / "home" / ".config" / "paperlab" / "config.toml"


def _mark(pdf: Path, marked: Path) -> None:
    """What another program would have made of it."""
    with pikepdf.open(pdf) as document:
        remark = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Contents=REMARK, Rect=[72, 700, 92, 720], NM="1"
        )
        document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(remark)])
        document.save(marked)


def scenarios(papers: Path, copy: Path, arxiv: ArxivOnLoopback) -> tuple[Scenario, ...]:
    """Each begins with a copy of the base library."""
    note = f"{PAPER}.md"
    exported, again, fresh = str(copy / "exported"), copy / "again", copy / "fresh"
    at_arxiv = online(arxiv)
    return (
        Scenario("note", ("note", KEY, "-m", "A new thought."), has("note", PAPER, "A new thought.")),
        Scenario("highlight", ("highlight", KEY, "--quote", NEW_QUOTE), _has_mark(NEW_QUOTE)),
        Scenario(
            "delete a mark", ("annotations", "rm", "MARK"), lambda found: not _has_mark(OLD_QUOTE)(found), _is_mark
        ),
        Scenario("status", ("status", KEY, "read", "--depth", "understood"), _readings(2)),
        Scenario("tag", ("tag", KEY, "--add", "second"), has("tag", PAPER, "second")),
        Scenario(
            "add", ("add", str(papers / "gpt.pdf"), "--list", "mine", "--no-index"), has("list", "mine", ADDED_PAPER)
        ),
        Scenario("add and index", ("add", str(papers / "gpt.pdf"), "--tag", "new"), has("tag", ADDED_PAPER, "new")),
        Scenario("add a bibliography", ("add", str(papers / "books.bib")), has("paper", "knuth1984")),
        Scenario("index anew", ("index", "rebuild"), lambda _: True),
        Scenario("take marks over", ("annotations", "import", str(papers / "marked.pdf")), _has_comment(REMARK)),
        Scenario("export Markdown", ("export", KEY, "-o", exported), lambda _: True),
        Scenario("export everything", ("export", "--format", "json", "-o", f"{exported}/all.json"), lambda _: True),
        Scenario("export a PDF", ("export", KEY, "--format", "pdf", "-o", f"{exported}/a.pdf"), lambda _: True),
        Scenario(
            "take a comment back", ("import", str(copy / "edited" / note)), _has_comment(f"old\n\n{EDIT}"), _is_mark
        ),
        Scenario(
            "restore",
            ("restore", str(papers / "everything.json"), str(again)),
            lambda found: not again.exists() or _truth_of_restored(again) >= _without_pdfs(found),
        ),
        Scenario("make a library", ("init", str(fresh)), lambda _: (fresh / MARKER).is_file()),
        Scenario(
            "place a mark", ("annotations", "place", "MARK", "--quote", NEW_QUOTE), _has_mark(NEW_QUOTE), _is_mark
        ),
        Scenario("compare editions", ("diff", ARXIV_PAPER), lambda _: True),
        Scenario(
            "a setting",
            ("config", "set", "reader_width", "80"),
            lambda _: tomllib.loads(_settings(copy).read_text()) == {"theme": "paperlab-light", "reader_width": 80},
            environment={"HOME": str(copy / "home")},
        ),
        Scenario("update", ("fetch", "--update"), has("edition", ARXIV_PAPER, "v3"), environment=at_arxiv),
        Scenario(
            "add from arXiv",
            ("add", OTHER_ARXIV_PAPER, "--tag", "new"),
            has("tag", OTHER_ARXIV_PAPER, "new"),
            environment=at_arxiv,
        ),
        Scenario(
            "add from an arXiv that breaks off",
            ("add", CUT_ARXIV_PAPER),
            has("edition", CUT_ARXIV_PAPER, "v1"),
            environment=at_arxiv,
            is_slow=True,
        ),
        Scenario("join", ("merge", PAPER, OTHER_PAPER), has("note", PAPER, "On the other one."), _is_of_other),
    )


def _truth_of_restored(root: Path) -> Facts:
    return facts(root, has_pdfs=False) if (root / "paperlab.toml").exists() else frozenset()


def _without_pdfs(found: Facts) -> Facts:
    return frozenset(fact for fact in found if fact[0] != "edition")


def _is_of_other(fact: Fact) -> bool:
    return fact[1] == OTHER_PAPER


def _has_comment(comment: str) -> Callable[[Facts], bool]:
    return lambda found: any(fact[0] == "mark" and fact[4] == comment for fact in found)


def _has_mark(quote: str) -> Callable[[Facts], bool]:
    return lambda found: any(fact[0] == "mark" and fact[3].casefold() == quote for fact in found)


def _is_mark(fact: Fact) -> bool:
    return fact[0] == "mark"


def _readings(count: int) -> Callable[[Facts], bool]:
    return lambda found: sum(fact[0] == "reading" for fact in found) >= count
