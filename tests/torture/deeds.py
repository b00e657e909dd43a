"""What one of a crowd does to the library: a command at a time, any of them killed now and then."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from arxiv_on_loopback import ArxivOnLoopback

from torture.ledger import Fate, Ledger, Thing
from torture.scenarios import ARXIV_PAPER, OTHER_PAPER, PAPER, edition_pdf, online
from torture.stage import Ended, Kill, Stage

QUOTES = (
    "one vector for every source word",
    "fell as sentences grew",
    "a bidirectional recurrent network",
    "its whole meaning had to pass",
)
"""Of the first paper, each in one place of it."""
_KILLED_SHARE = 0.2
_FIRST_OPERATIONS = 8
"""Whoever is to be killed is killed within these, or has been quicker."""
_LONGEST_WAIT_S = 0.02
_NEW_SHARE = 0.3
"""So often a newer edition appears before it is fetched."""
_MERGED_MEANWHILE = "paperlab: no paper paper"
"""Somebody else has merged it between this command's look and its writing: refused, and nothing acknowledged."""


@dataclass(slots=True)
class Town:
    """What all of the crowd share."""

    root: Path
    folder: Path
    """For files of their own."""
    arxiv: ArxivOnLoopback
    ledger: Ledger
    pdfs: Sequence[Path]
    """Each may be added by several at once."""
    papers: list[str] = field(default_factory=lambda: [PAPER, OTHER_PAPER, ARXIV_PAPER])
    """Keys; also of papers that somebody merges into others."""
    marks: list[tuple[str, str]] = field(default_factory=list)
    """Ids of marks that nobody deletes, and their tokens."""
    newest: int = 2
    """Edition of the paper of arXiv."""


class Reader:
    """Does one thing after the other."""

    def __init__(self, name: str, setting: str, town: Town, stage: Stage, chance: random.Random) -> None:
        """`name` is made of letters; `setting` is a number that nobody else sets."""
        self._name = name
        self._town = town
        self._stage = stage
        self._chance = chance
        self._number = 0
        self._folder = town.folder / name
        self._folder.mkdir()
        self._own_marks: list[tuple[str, str]] = []
        self._own_tags: list[tuple[str, str]] = []
        self._own_papers: list[str] = []
        self._setting = setting
        self._is_set: list[Thing] = []
        self._deeds: tuple[tuple[int, Callable[[], None]], ...] = (
            *((10, self._note), (8, self._highlight), (6, self._declare), (7, self._tag), (3, self._untag)),
            *((3, self._remove_mark), (4, self._edit_mark), (3, self._place_mark), (5, self._add_entry)),
            *((2, self._add_pdf), (2, self._merge), (2, self._fetch), (2, self._index), (1, self._doctor)),
            *((3, self._export), (1, self._export_all), (2, self._look), (2, self._set), (1, self._rebuild)),
        )

    def act(self) -> None:
        """Do one of the things, by chance."""
        weights, deeds = zip(*self._deeds, strict=True)
        self._chance.choices(deeds, weights)[0]()

    def _do(
        self, *words: str, gives: Sequence[Thing] = (), takes: Sequence[Thing] = (), may_say: str | None = None
    ) -> Ended:
        """`may_say`: with these words it may refuse."""
        ledger = self._town.ledger
        kill = None
        if self._chance.random() < _KILLED_SHARE:
            kill = Kill(self._chance.randrange(_FIRST_OPERATIONS), self._chance.uniform(0, _LONGEST_WAIT_S))
        ledger.enter([*gives, *takes], Fate.EITHER)
        ended = self._stage.run(self._town.root, words, kill=kill, environment=online(self._town.arxiv))
        if ended.is_acknowledged:
            ledger.enter(list(gives), Fate.THERE)
            ledger.enter(list(takes), Fate.GONE)
        elif not (ended.was_killed or _MERGED_MEANWHILE in ended.err or (may_say and may_say in ended.err)):
            ledger.complain(f"{' '.join(words)}: {ended.code} {ended.err} {ended.out}")
        if "Traceback" in ended.err:
            ledger.complain(ended.err)
        if ended.is_acknowledged or ended.was_killed:
            ledger.count(words[0], was_killed=ended.was_killed)
        return ended

    def _token(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._name}{self._number}"

    def _any_paper(self) -> str:
        return self._chance.choice(self._town.papers)

    def _note(self) -> None:
        token = self._token("note")
        self._do("note", self._any_paper(), "-m", f"{token} is what I think.", gives=[("note", token)])

    def _highlight(self) -> None:
        token, quote = self._token("mark"), self._chance.choice(QUOTES)
        words = ("highlight", PAPER, "--quote", quote, "--page", "1", "--comment", token, "--json")
        ended = self._do(*words, gives=[("mark", token)])
        if ended.is_acknowledged:
            mark = (json.loads(ended.out)["id"], token)
            (self._own_marks if self._chance.random() < 0.5 else self._town.marks).append(mark)

    def _remove_mark(self) -> None:
        if self._own_marks:
            mark, token = self._own_marks.pop()
            self._do("annotations", "rm", mark, takes=[("mark", token)])

    def _place_mark(self) -> None:
        """Of anybody: also while its owner writes the comment anew."""
        if self._town.marks:
            mark, _ = self._chance.choice(self._town.marks)
            self._do("annotations", "place", mark, "--quote", self._chance.choice(QUOTES), "--page", "1")

    def _edit_mark(self) -> None:
        """By way of a Markdown file of one's own."""
        if not self._town.marks:
            return
        _, token = self._chance.choice(self._town.marks)
        edit = self._token("edit")
        if not self._do("export", PAPER, "-o", str(self._folder / edit)).is_acknowledged:
            return
        (file,) = (self._folder / edit).glob("*.md")
        text = file.read_text()
        edited = "\n".join(f"{line} {edit}" if token in line.split() else line for line in text.split("\n"))
        assert edited != text, f"{token} is not in the export"
        file.write_text(edited)
        self._do(
            "import", str(file), gives=[("mark", edit)], may_say="has changed in the library, too, at the same place"
        )

    def _declare(self) -> None:
        self._do("status", self._any_paper(), self._chance.choice(("reading", "read")))

    def _tag(self) -> None:
        token, paper = self._token("tag"), self._any_paper()
        if self._do("tag", paper, "--add", token, gives=[("tag", token)]).is_acknowledged:
            self._own_tags.append((paper, token))

    def _untag(self) -> None:
        if self._own_tags:
            paper, token = self._own_tags.pop()
            self._do("tag", paper, "--remove", token, takes=[("tag", token)])

    def _add_entry(self) -> None:
        token = self._token("paper").replace("-", "")
        file = self._folder / f"{token}.bib"
        file.write_text(f"@book{{{token}, title = {{A Book on {token}}}, author = {{Knuth, D.}}, year = 1984}}\n")
        title = f"A Book on {token}"
        gives = [("paper", title), ("citekey", token), ("list", f"shared: {title}")]
        if self._do("add", str(file), "--list", "shared", gives=gives).is_acknowledged:
            self._own_papers.append(token)
            self._town.papers.append(token)

    def _add_pdf(self) -> None:
        pdf = self._chance.choice(self._town.pdfs)
        self._do("add", str(pdf), gives=[("paper", pdf.stem)])

    def _merge(self) -> None:
        """Somebody else may be writing on either of the two."""
        if len(self._own_papers) > 1:
            gone, stays = self._own_papers.pop(0), self._own_papers[0]
            takes, gives = [("citekey", gone), ("paper", f"A Book on {gone}")], [("former", gone)]
            if not self._do("merge", stays, gone, gives=gives, takes=takes).is_acknowledged:
                self._own_papers.pop(0)  # which of them is there is not known

    def _fetch(self) -> None:
        if self._chance.random() < _NEW_SHARE:
            number = self._town.newest + 1
            pdf = edition_pdf(self._folder, number)
            self._town.arxiv.has(ARXIV_PAPER, number, title="A Paper of arXiv", pdf=pdf)
            self._town.newest = number
        there = self._town.newest
        ended = self._do("fetch", ARXIV_PAPER, "--update", "--json")
        if ended.is_acknowledged:
            edition = json.loads(ended.out)[0]["edition"]
            assert int(edition[1:]) >= there, "a newer edition was passed over"
            self._town.ledger.enter([("edition", f"{ARXIV_PAPER} {edition}")], Fate.THERE)

    def _index(self) -> None:
        self._do("index")

    def _rebuild(self) -> None:
        self._do("index", "rebuild")

    def _doctor(self) -> None:
        self._do("doctor", *self._chance.choice(((), ("--fix",))))

    def _export(self) -> None:
        self._do("export", self._any_paper(), "-o", str(self._folder / "one"))

    def _export_all(self) -> None:
        form, name = self._chance.choice((("json", "all.json"), ("bibtex", "all.bib"), ("markdown", "all")))
        self._do("export", "--format", form, "-o", str(self._folder / name), "--overwrite")

    def _look(self) -> None:
        words = (("list", "--json"), ("lists",), ("show", self._any_paper()), ("annotations", PAPER))
        self._do(*self._chance.choice(words))

    def _set(self) -> None:
        """A setting of one's own, in the file of all."""
        self._number += 1
        new = f"{self._setting} = {100 + self._number}"
        self._do("config", "set", *new.split(" = "), gives=[("setting", new)], takes=self._is_set)
        self._is_set = [("setting", new)]
