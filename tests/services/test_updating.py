"""Newer editions: looked for, fetched, told of; and what goes wrong on the way."""

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from arxiv_on_loopback import ArxivOnLoopback
from desk import Desk
from pytest_httpserver import HTTPServer

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.steps import Abandoned, Stage, Step
from paperlab.library.newest import NewestEditions
from paperlab.services.adding import Adding
from paperlab.services.intake import AddOutcome, AddStatus
from paperlab.services.shelf import Shelf
from paperlab.services.updating import NewerEdition, Updating
from paperlab.sources.arxiv_api import BATCH, ArxivSource
from paperlab.sources.download import Downloader, Limits
from paperlab.sources.pace import Pace

ATTENTION = PaperKey("1706.03762")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def arxiv(httpserver: HTTPServer) -> ArxivOnLoopback:
    return ArxivOnLoopback(httpserver)


@pytest.fixture
def source(httpserver: HTTPServer, tmp_path: Path) -> ArxivSource:
    return ArxivSource(httpserver.url_for("").rstrip("/"), Pace(tmp_path / "pace", 0), timeout_s=5, user_agent="test")


@pytest.fixture
def adding(desk: Desk, source: ArxivSource, httpserver: HTTPServer, tmp_path: Path) -> Adding:
    url = httpserver.url_for("").rstrip("/")
    pace = Pace(tmp_path / "pace", 0)
    downloader = Downloader(pace, user_agent="test", limits=Limits(timeout_s=5), trusted_url=url)
    return Adding(desk.library, desk.indexing, source, downloader, desk.now)


@pytest.fixture
def updating(desk: Desk, source: ArxivSource) -> Updating:
    return Updating(desk.library, source, lambda: NOW, check="weekly")


def add(adding: Adding, *sources: str) -> list[AddOutcome]:
    return list(adding.add(sources))


def update(adding: Adding, *keys: PaperKey) -> list[AddOutcome]:
    return list(adding.fetch(keys, update=True))


def editions(desk: Desk, key: PaperKey = ATTENTION) -> list[str]:
    return [edition.name for edition in desk.library.read(key).editions]


def test_a_newer_edition_joins_the_old_one(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 5, title="Attention")
    add(adding, "1706.03762")
    desk.tracking.tag([ATTENTION], ["nlp"])
    arxiv.has("1706.03762", 7, title="Attention Is All You Need")

    (outcome,) = update(adding)

    assert (outcome.status, outcome.previous, outcome.edition) == (AddStatus.ADDED, "v5", "v7")
    paper = desk.library.read(ATTENTION)
    assert editions(desk) == ["v5", "v7"]
    assert (paper.title, paper.tags) == ("Attention Is All You Need", ("nlp",))
    for edition in paper.editions:
        assert desk.library.edition_path(ATTENTION, edition).read_bytes() == arxiv.pdf("1706.03762", edition.number)
    assert desk.store.indexed()[ATTENTION].edition == "v7"


def test_all_papers_are_asked_for_in_one_request_and_only_what_is_newer_is_fetched(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    ids = [f"1706.0000{number}" for number in range(1, 6)]
    for bare in ids:
        arxiv.has(bare, 1)
    add(adding, *ids)
    arxiv.has("1706.00003", 2)
    queries, requests = arxiv.query_count, arxiv.request_count

    outcomes = update(adding)

    assert [outcome.status.value for outcome in outcomes] == ["present", "present", "added", "present", "present"]
    assert arxiv.query_count == queries + 1
    assert arxiv.request_count == requests + 2
    assert editions(desk, PaperKey("1706.00003")) == ["v1", "v2"]


def test_an_edition_that_was_added_on_purpose_is_updated_too(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 5)
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762v5")
    (outcome,) = update(adding, ATTENTION)
    assert (outcome.previous, outcome.edition) == ("v5", "v7")
    assert editions(desk) == ["v5", "v7"]


def test_an_older_edition_leaves_the_record_of_the_newest_as_it_is(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7, title="The new title", authors=["Ada Lovelace", "Grace Hopper"])
    arxiv.has("1706.03762", 5, title="The old title")
    add(adding, "1706.03762")
    before = desk.library.read(ATTENTION)

    (outcome,) = add(adding, "1706.03762v5")

    after = desk.library.read(ATTENTION)
    assert (outcome.edition, outcome.previous, after.newest.name) == ("v5", None, "v7")
    assert (after.title, after.authors, after.updated) == (before.title, before.authors, before.updated)


def test_a_withdrawn_paper_keeps_its_last_pdf_and_says_so(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7, title="Attention")
    add(adding, "1706.03762")
    arxiv.has("1706.03762", 8, title="Withdrawn", is_withdrawn=True)

    (outcome,) = update(adding)

    assert (outcome.status, outcome.edition, outcome.withdrawn) == (AddStatus.PRESENT, "v7", "v8")
    assert "withdrawn" in outcome.warning
    paper = desk.library.read(ATTENTION)
    assert (paper.withdrawn, paper.title, editions(desk)) == ("v8", "Attention", ["v7"])
    record = desk.library.folder(ATTENTION) / "paper.toml"
    assert tomllib.loads(record.read_text())["withdrawn"] == "v8"
    assert desk.shelf.summary(ATTENTION).withdrawn == "v8"
    desk.tracking.tag([ATTENTION], ["mine"])
    assert desk.library.read(ATTENTION).withdrawn == "v8", "a rewrite keeps it"


def test_a_work_that_comes_back_is_withdrawn_no_more(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 1)
    add(adding, "1706.03762")
    arxiv.has("1706.03762", 2, is_withdrawn=True)
    update(adding)
    arxiv.has("1706.03762", 3)
    (outcome,) = update(adding)
    assert (outcome.previous, outcome.withdrawn) == ("v1", "")
    assert (desk.library.read(ATTENTION).withdrawn, editions(desk)) == ("", ["v1", "v3"])


def test_a_paper_that_arxiv_knows_no_more_stays(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)
    arxiv.has("1810.04805", 1)
    add(adding, "1706.03762", "1810.04805")
    arxiv.forgets("1706.03762")
    arxiv.has("1810.04805", 2)

    lost, updated = update(adding)

    assert (lost.status, updated.status) == (AddStatus.FAILED, AddStatus.ADDED)
    assert "knows no 1706.03762" in lost.error
    assert editions(desk) == ["v7"]


def test_a_pdf_that_cannot_be_had_costs_its_paper_alone(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)
    arxiv.has("1810.04805", 1)
    add(adding, "1706.03762", "1810.04805")
    arxiv.has("1706.03762", 8, title="Another title")
    arxiv.loses_pdf("1706.03762", 8)
    arxiv.has("1810.04805", 2)

    lost, updated = update(adding)

    assert (lost.status, updated.edition) == (AddStatus.FAILED, "v2")
    assert editions(desk) == ["v7"]
    assert desk.library.read(ATTENTION).title == "A Paper", "what is told of v8 comes with v8"


def test_a_pdf_that_cannot_be_read_leaves_the_old_edition(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    arxiv.has("1706.03762", 8, pdf=b"%PDF-1.7 encrypted")
    (outcome,) = update(adding)
    assert outcome.status is AddStatus.FAILED
    assert editions(desk) == ["v7"]
    assert [path.name for path in desk.library.folder(ATTENTION).glob("*.pdf")] == ["v7.pdf"]


def test_what_was_fetched_before_somebody_gave_up_stays(desk: Desk, adding: Adding, arxiv: ArxivOnLoopback) -> None:
    ids = [f"1706.0000{number}" for number in range(1, 4)]
    for bare in ids:
        arxiv.has(bare, 1)
    add(adding, *ids)
    for bare in ids:
        arxiv.has(bare, 2, pdf=f"%PDF-1.7 {bare} new".encode())

    outcomes = adding.fetch(update=True)
    first = next(outcomes)
    outcomes.close()

    assert (first.previous, first.edition) == ("v1", "v2")
    assert editions(desk, PaperKey(ids[0])) == ["v1", "v2"]
    again = update(adding)
    assert {outcome.status.value for outcome in again} <= {"added", "present"}
    assert all(editions(desk, PaperKey(bare)) == ["v1", "v2"] for bare in ids)


def test_giving_up_while_a_pdf_is_parsed_leaves_the_record_alone(
    desk: Desk, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 7)
    add(adding, "1706.03762")
    arxiv.has("1706.03762", 8)

    def give_up(step: Step) -> None:
        if step.stage is Stage.PARSING:
            raise Abandoned

    with pytest.raises(Abandoned):
        list(adding.fetch(update=True, watch=give_up))
    assert editions(desk) == ["v7"]
    assert update(adding)[0].edition == "v8"


def test_what_arxiv_told_before_it_fell_silent_is_used(adding: Adding, arxiv: ArxivOnLoopback) -> None:
    ids = [f"1706.{number:05}" for number in range(1, BATCH + 2)]
    for bare in ids:
        arxiv.has(bare, 1)
    add(adding, *ids)
    arxiv.has(ids[0], 2)
    arxiv.fails_after(1)

    outcomes = update(adding)

    assert (outcomes[0].previous, outcomes[0].edition) == ("v1", "v2")
    assert [outcome.status.value for outcome in outcomes[1:-1]] == ["present"] * (BATCH - 1)
    assert outcomes[-1].status is AddStatus.FAILED


def test_a_look_lists_what_is_newer_and_fetches_nothing(
    desk: Desk, adding: Adding, updating: Updating, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 5, title="Attention")
    arxiv.has("1810.04805", 1, title="BERT")
    add(adding, "1706.03762", "1810.04805")
    arxiv.has("1706.03762", 7)
    arxiv.has("1810.04805", 2, is_withdrawn=True)
    requests = arxiv.request_count

    assert updating.newer() == (
        NewerEdition(ATTENTION, "Attention", "v5", "v7", is_withdrawn=False),
        NewerEdition(PaperKey("1810.04805"), "BERT", "v1", "v2", is_withdrawn=True),
    )
    assert arxiv.request_count == requests + 1
    assert editions(desk) == ["v5"]


def test_what_is_out_is_told_until_it_is_there(
    desk: Desk, adding: Adding, updating: Updating, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 5)
    add(adding, "1706.03762")
    assert desk.shelf.summaries()[0].newer == ""
    arxiv.has("1706.03762", 7)
    changes = desk.shelf.changes

    updating.newer([ATTENTION])

    desk.shelf.look()
    assert desk.shelf.changes > changes
    known = [desk.shelf.summaries()[0], desk.shelf.summary(ATTENTION), desk.shelf.known(ATTENTION)]
    assert [summary.newer for summary in (*known, *desk.shelf.glance(5)[0])] == ["v7"] * 4
    assert Shelf(desk.library, lambda: desk.store).summaries()[0].newer == "v7", "another process knows, too"
    update(adding)
    assert desk.shelf.summaries()[0].newer == ""


def test_it_is_asked_once_in_a_period(desk: Desk, adding: Adding, source: ArxivSource, arxiv: ArxivOnLoopback) -> None:
    arxiv.has("1706.03762", 5)
    add(adding, "1706.03762")
    at = [NOW]
    weekly = Updating(desk.library, source, lambda: at[0], check="weekly")
    assert not Updating(desk.library, source, lambda: at[0], check="never").check()
    assert weekly.check()
    assert not weekly.check()
    assert not Updating(desk.library, source, lambda: at[0] + timedelta(hours=23), check="daily").check()
    at[0] += timedelta(days=7)
    asked = arxiv.query_count
    assert weekly.check()
    assert arxiv.query_count == asked + 1


def test_a_check_that_fails_is_quiet_and_made_again(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture, adding: Adding, arxiv: ArxivOnLoopback
) -> None:
    arxiv.has("1706.03762", 5)
    add(adding, "1706.03762")
    nobody = ArxivSource("http://127.0.0.1:9", Pace(tmp_path / "pace", 0), timeout_s=1, user_agent="test", offline=True)
    quiet = Updating(desk.library, nobody, lambda: NOW, check="daily")
    with caplog.at_level("INFO", logger="paperlab"):
        assert not quiet.check()
    assert "offline" in caplog.text
    assert NewestEditions(desk.library).asked is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 9}', '{"format": 1, "asked": 3, "newest": {}}', "{"])
def test_a_damaged_file_of_newest_editions_is_as_none(desk: Desk, content: str) -> None:
    (desk.library.derived / "newest.json").write_text(content)
    newest = NewestEditions(desk.library)
    assert (dict(newest.names), newest.asked) == ({}, None)
    newest.keep({ATTENTION: "v7"}, NOW)
    told = json.loads((desk.library.derived / "newest.json").read_text())
    assert told == {"format": 1, "asked": NOW.isoformat(), "newest": {"1706.03762": "v7"}}
