"""What a new library may begin with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from paperlab.domain.identifiers import PaperKey, parse_arxiv_id
from paperlab.domain.papers import Paper
from paperlab.library.library import Library
from paperlab.services.starting import Offer, Starting

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "library")


@pytest.fixture
def starting(library: Library) -> Starting:
    return Starting(library, lambda: AT)


def offer(starting: Starting, name: str) -> Offer:
    return next(offer for offer in starting.offers() if offer.reading_list.name == name)


def test_the_lists_that_come_with_paperlab_are_offered_the_shortest_first(starting: Starting) -> None:
    names = [offer.reading_list.name for offer in starting.offers()]
    assert names == ["short-and-steep", "understanding-llms"]
    short, long = starting.offers()
    assert short.needs == "4 papers to download; on the web 1 course, 1 competition, 1 video"
    assert long.needs == f"{len(long.papers)} papers to download"


def test_a_list_that_is_taken_is_the_readers_own(starting: Starting, library: Library) -> None:
    assert starting.is_new()
    starting.take(offer(starting, "short-and-steep"))
    assert not starting.is_new()
    path = library.root / "lists" / "short-and-steep.toml"
    path.write_text('title = "Mine"\n')
    starting.take(offer(starting, "short-and-steep"))
    assert library.list("short-and-steep").title == "Mine", "never overwritten"


def test_every_paper_of_the_lists_can_be_got(starting: Starting, library: Library) -> None:
    """By its arXiv id, or by a record that names its address."""
    for offered in starting.offers():
        starting.take(offered)
        for source in offered.papers:
            assert parse_arxiv_id(source) or library.read(PaperKey(source)).source.startswith("https://")
    added = [library.read(key).added for key in library.stamps()]
    assert added == [AT] * len(added)


def test_a_record_that_is_there_stays_as_it_is(starting: Starting, library: Library) -> None:
    key = PaperKey("radford2018improving")
    library.write(Paper(key=key, citekey="mine", title="Mine", added=AT))
    starting.take(offer(starting, "short-and-steep"))
    assert library.read(key).title == "Mine"


def test_a_library_with_papers_is_not_new(starting: Starting, library: Library) -> None:
    library.write(Paper(key=PaperKey("a"), citekey="a", title="A", added=AT))
    assert not starting.is_new()


def test_the_wheel_holds_what_is_offered(starting: Starting) -> None:
    import tomllib

    root = Path(__file__).parents[2]
    included = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    targets = included["force-include"]
    assert targets["library/lists"] == "paperlab/services/starter/lists"
    keyed = {source for offer in starting.offers() for source in offer.papers if not parse_arxiv_id(source)}
    for key in keyed:
        record = f"papers/{key}/paper.toml"
        assert targets[f"library/{record}"] == f"paperlab/services/starter/{record}"
        assert (root / "library" / record).is_file()
