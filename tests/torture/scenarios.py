"""What a reader does to a library while the disk fails."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from paperlab.pdf.typeset import typeset
from paperlab.services.demonstrating import read_primer
from torture.stage import Stage
from torture.truth import Fact

KEY = "attention"
"""A beginning of the title is enough for the program; see `PAPER`."""
PAPER = "paperlab2026attention"
ADDED_PAPER = "paperlab2026gpt"
OLD_QUOTE = "their encoder, a bidirectional recurrent network"
NEW_QUOTE = "one vector for every source word"
Facts = frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One command, and the facts that are there once it has said that it is done."""

    name: str
    words: tuple[str, ...]
    is_done: Callable[[Facts], bool]
    may_go: Callable[[Fact], bool] = lambda _: False
    """Facts that the command itself takes away."""


def has(*start: str) -> Callable[[Facts], bool]:
    """Whether there is a fact that begins so."""
    return lambda found: any(fact[: len(start)] == start for fact in found)


def base_library(stage: Stage, root: Path, papers: Path) -> None:
    """A library with a paper that has everything, and PDFs to be added in `papers`."""
    papers.mkdir()
    for name in ("attention", "gpt"):
        typeset(read_primer(name), papers / f"{name}.pdf")
    for words in (
        ("init", str(root)),
        ("add", str(papers / "attention.pdf"), "--tag", "first", "--list", "mine"),
        ("note", KEY, "-m", "What was there before."),
        ("status", KEY, "reading"),
        ("highlight", KEY, "--quote", OLD_QUOTE, "--page", "1", "--comment", "old"),
    ):
        ended = stage.run(root, words)
        assert ended.is_acknowledged, (words, ended.err)


def scenarios(papers: Path, exported: str) -> tuple[Scenario, ...]:
    """Each begins with the base library.

    Args:
        exported: Folder in the library that a Markdown file of the paper has been exported to, and written in since.
    """
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
        Scenario("index anew", ("index", "rebuild"), lambda _: True),
        Scenario("export Markdown", ("export", "-o", exported), lambda _: True),
        Scenario("export everything", ("export", "--format", "json", "-o", f"{exported}/all.json"), lambda _: True),
    )


def _has_mark(quote: str) -> Callable[[Facts], bool]:
    return lambda found: any(fact[0] == "mark" and fact[3].casefold() == quote for fact in found)


def _is_mark(fact: Fact) -> bool:
    return fact[0] == "mark"


def _readings(count: int) -> Callable[[Facts], bool]:
    return lambda found: sum(fact[0] == "reading" for fact in found) >= count
