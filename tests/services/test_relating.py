"""Related papers, as the command line tells them."""

import json

import pytest
from desk import Desk, put_paper

from paperlab.cli.main import run
from paperlab.domain.identifiers import PaperKey
from paperlab.errors import NothingFound


def test_papers_with_the_same_text_are_related(desk: Desk) -> None:
    first, second = put_paper(desk), put_paper(desk, "1810.04805", title="BERT")
    (near,) = desk.relating.related(first).papers
    assert (near.key, near.title) == (second, "BERT")
    with pytest.raises(NothingFound):
        desk.relating.related(PaperKey("nobody"))


def test_the_command_line_shows_papers_and_reasons(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    key, other = put_paper(desk), put_paper(desk, "1810.04805", title="BERT")
    words = ["--library", str(desk.library.root), "related", key.value]
    assert run(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"1. BERT  ({other})  ")
    assert lines[1].strip().startswith(("p. 1  1 Section:", "p. 2  2 Section:", "p. 1 1 Section:", "p. 2 2 Section:"))
    assert lines[2].strip().startswith("like p. ")
    assert run([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["key"], found["title"]) == (key.value, "Attention Is All You Need")
    (near,) = found["related"]
    assert (near["rank"], near["key"], near["title"]) == (1, other.value, "BERT")
    assert set(near["why"][0]) == {"likeness", "here", "there"}
    assert near["why"][0]["there"]["pages"] in ([1, 1], [2, 2])


def test_a_paper_alone_is_a_failure_that_says_why(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    key = put_paper(desk)
    assert run(["--library", str(desk.library.root), "related", key.value]) == 1
    assert "no other paper" in capsys.readouterr().err
