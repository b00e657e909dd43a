"""arXiv's API over loopback: both dialects of its feed, and all that can go wrong with it."""

import gzip
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from paperlab.domain.identifiers import ArxivId, parse_arxiv_id
from paperlab.domain.steps import Stage, Step, unwatched
from paperlab.errors import Offline, SourceUnavailable
from paperlab.sources.arxiv_api import ArxivSource, _batches, _query
from paperlab.sources.arxiv_feed import pdf_url
from paperlab.sources.pace import Pace

ATOM = "application/atom+xml; charset=utf-8"
OLD_ENTRY = """
  <entry>
    <id>http://arxiv.org/abs/{id}</id>
    <updated>2023-08-02T00:41:18Z</updated>
    <published>2017-06-12T17:57:34Z</published>
    <title>On Reading
  Slowly</title>
    <summary>  A first paragraph
that is broken into lines.
  A second one &amp; its end.
</summary>
    <author><name>Ada  Lovelace</name></author>
    <author><name>Kurt Gödel</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/Slow</arxiv:doi>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">15 pages,
 5 figures</arxiv:comment>
    <arxiv:journal_ref xmlns:arxiv="http://arxiv.org/schemas/atom">J. Slow 1 (2018)</arxiv:journal_ref>
    <link href="http://arxiv.org/abs/{id}" rel="alternate" type="text/html"/>
    {pdf}
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.LG"/>
    <category term="68T50" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
  </entry>"""
OLD_PDF = '<link title="pdf" href="http://arxiv.org/pdf/{id}" rel="related" type="application/pdf"/>'
NEW_ENTRY = """
  <entry>
    <id>http://arxiv.org/abs/{id}</id>
    <title>On Reading Slowly</title>
    <updated>2023-08-02T00:41:18Z</updated>
    <link href="https://arxiv.org/abs/{id}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{id}" rel="related" type="application/pdf" title="pdf"/>
    <summary>  A first paragraph that is broken into lines.
  A second one &amp; its end.</summary>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <published>2017-06-12T17:57:34Z</published>
    <arxiv:comment>15 pages, 5 figures</arxiv:comment>
    <arxiv:primary_category term="cs.LG"/>
    <arxiv:journal_ref>J. Slow 1 (2018)</arxiv:journal_ref>
    <author><name>Ada Lovelace</name></author>
    <author><name>Kurt Gödel</name><arxiv:affiliation>Brno</arxiv:affiliation></author>
    <arxiv:doi>10.1000/Slow</arxiv:doi>
  </entry>"""
ERROR_ENTRY = """
  <entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_{id}</id><title>Error</title>
  <updated>2026-01-01T00:00:00Z</updated><summary>incorrect id format for {id}</summary></entry>"""


def old_entry(arxiv_id: str, *, withdrawn: bool = False) -> str:
    return OLD_ENTRY.format(id=arxiv_id, pdf="" if withdrawn else OLD_PDF.format(id=arxiv_id))


def feed(*entries: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{len(entries)}</opensearch:totalResults>{''.join(entries)}\n</feed>\n"
    ).encode()


Answer = bytes | Response | Callable[[Request], Response]


class Arxiv:
    """A server that gives the answers it is told, the last one over and over."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.requests: list[Request] = []
        self._answers: list[Answer] = [feed()]
        server.expect_request("/api/query").respond_with_handler(self._handle)

    def answers(self, *answers: Answer) -> None:
        self._answers = list(answers)

    def ids(self) -> list[list[str]]:
        return [parse_qs(request.query_string.decode())["id_list"][0].split(",") for request in self.requests]

    def _handle(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if callable(answer) and not isinstance(answer, Response):
            return answer(request)
        return answer if isinstance(answer, Response) else Response(answer, content_type=ATOM)


@pytest.fixture
def arxiv(httpserver: HTTPServer) -> Arxiv:
    return Arxiv(httpserver)


@pytest.fixture
def source(arxiv: Arxiv, pace: Pace) -> ArxivSource:
    return ArxivSource(arxiv.url, pace, timeout_s=5, user_agent="paperlab/test")


def ids(*texts: str) -> list[ArxivId]:
    return [arxiv_id for text in texts if (arxiv_id := parse_arxiv_id(text))]


@pytest.mark.parametrize("entry", [old_entry("1706.03762v7"), NEW_ENTRY.format(id="1706.03762v7")], ids=["old", "new"])
def test_both_dialects_give_the_same_paper(arxiv, source, entry):
    arxiv.answers(feed(entry))
    (asked,) = ids("1706.03762")
    paper = source.look_up([asked])[asked]
    assert paper.arxiv_id == ArxivId("1706.03762", 7)
    assert paper.title == "On Reading Slowly"
    assert paper.abstract == "A first paragraph that is broken into lines.\n\nA second one & its end."
    assert paper.authors == ("Ada Lovelace", "Kurt Gödel")
    assert paper.categories == ("cs.LG", "cs.CL")
    assert paper.published == datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC)
    assert paper.updated == datetime(2023, 8, 2, 0, 41, 18, tzinfo=UTC)
    assert (paper.doi, paper.comment, paper.journal_ref) == ("10.1000/Slow", "15 pages, 5 figures", "J. Slow 1 (2018)")
    assert paper.url == "https://arxiv.org/abs/1706.03762"
    assert paper.pdf_url == f"{arxiv.url}/pdf/1706.03762v7"


def test_many_ids_take_one_request(arxiv, source):
    arxiv.answers(feed(old_entry("1810.04805v2"), old_entry("hep-th/9901001v3"), old_entry("1706.03762v5")))
    asked = ids("1706.03762v5", "hep-th/9901001", "1810.04805", "1706.03762v5")
    found = source.look_up(asked)
    assert list(found) == list(dict.fromkeys(asked))
    assert arxiv.ids() == [["1706.03762v5", "hep-th/9901001", "1810.04805"]]
    assert arxiv.requests[0].headers["User-Agent"] == "paperlab/test"


def test_two_versions_of_a_work_are_asked_apart(arxiv, source):
    arxiv.answers(feed(old_entry("1706.03762v7")), feed(old_entry("1706.03762v5")))
    asked = ids("1706.03762", "1706.03762v5")
    assert {str(key): str(paper.arxiv_id) for key, paper in source.look_up(asked).items()} == {
        "1706.03762": "1706.03762v7",
        "1706.03762v5": "1706.03762v5",
    }
    assert len(arxiv.requests) == 2


def test_more_than_a_hundred_ids_go_in_batches():
    batches = _batches(ids(*(f"2301.{number:05}" for number in range(250))))
    assert [len(batch) for batch in batches] == [100, 100, 50]


def test_unknown_ids_are_missing_after_a_second_question(arxiv, source):
    assert source.look_up(ids("1706.99999")) == {}
    assert len(arxiv.requests) == 2


def test_an_empty_feed_is_not_believed_at_once(arxiv, source):
    arxiv.answers(feed(), feed(old_entry("1706.03762v7")))
    assert len(source.look_up(ids("1706.03762"))) == 1


def test_another_version_than_the_one_asked_for_is_no_answer(arxiv, source):
    arxiv.answers(feed(old_entry("1706.03762v7")))
    assert source.look_up(ids("1706.03762v9")) == {}


def test_a_withdrawn_paper_has_no_pdf(arxiv, source):
    arxiv.answers(feed(old_entry("1706.03762v7", withdrawn=True)))
    assert [paper.pdf_url for paper in source.look_up(ids("1706.03762")).values()] == [""]


def test_one_malformed_id_costs_no_other(arxiv, source):
    refusal = Response(feed(ERROR_ENTRY.format(id="2301.00002")), status=400, content_type=ATOM)
    arxiv.answers(refusal, feed(old_entry("2301.00001v1"), old_entry("2301.00003v1")))
    assert len(source.look_up(ids("2301.00001", "2301.00002", "2301.00003"))) == 2
    assert arxiv.ids()[1] == ["2301.00001", "2301.00003"]


def test_a_malformed_id_alone_is_unknown(arxiv, source):
    arxiv.answers(Response(feed(ERROR_ENTRY.format(id="2301.00002")), status=400, content_type=ATOM))
    assert source.look_up(ids("2301.00002")) == {}
    assert len(arxiv.requests) == 1


def test_a_refusal_of_something_else_is_an_error(arxiv, source):
    arxiv.answers(Response(feed(), status=400, content_type=ATOM))
    with pytest.raises(SourceUnavailable, match="refuses"):
        source.look_up(ids("2301.00002"))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(arxiv, source, clock, steps, status):
    arxiv.answers(Response("busy", status, {"Retry-After": "40"}), feed(old_entry("1706.03762v7")))
    begun = clock.now
    assert len(source.look_up(ids("1706.03762"), steps.append)) == 1
    assert clock.now - begun == pytest.approx(40)
    assert Step(Stage.WAITING, "1706.03762", 40) in steps


def test_a_server_that_stays_busy_is_an_error(arxiv, source):
    arxiv.answers(Response("busy", 503))
    with pytest.raises(SourceUnavailable, match="503") as caught:
        source.look_up(ids("1706.03762"))
    assert caught.value.hint
    assert len(arxiv.requests) == 4


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Bad gateway",
        b"<!DOCTYPE html><html><body>Are you human?</body></html>",
        b"",
        b"\x00\xff\xfe garbage",
        feed(old_entry("1706.03762v7"))[:-300],
    ],
    ids=["badxml", "captcha", "empty", "garbage", "cut off"],
)
def test_what_is_no_feed_is_never_read_as_no_results(arxiv, source, body):
    arxiv.answers(body)
    with pytest.raises(SourceUnavailable, match="no feed"):
        source.look_up(ids("1706.03762"))
    arxiv.answers(body, feed(old_entry("1706.03762v7")))
    assert len(source.look_up(ids("1706.03762"))) == 1


@pytest.mark.parametrize("date", ["soon", "2017-13-40T00:00:00Z", "0001-01-01T00:00:00+10:00"])
def test_a_date_that_is_none_is_an_answer_that_cannot_be_read(arxiv, source, date):
    broken = feed(old_entry("1706.03762v7").replace("2017-06-12T17:57:34Z", date))
    arxiv.answers(broken)
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        source.look_up(ids("1706.03762"))
    arxiv.answers(broken, feed(old_entry("1706.03762v7")))
    assert len(source.look_up(ids("1706.03762"))) == 1


def test_a_ban_is_told_with_its_status(arxiv, source):
    arxiv.answers(Response("go away", 403))
    with pytest.raises(SourceUnavailable, match="403"):
        source.look_up(ids("1706.03762"))
    assert len(arxiv.requests) == 1


def test_a_connection_that_is_refused_is_told_at_once(pace):
    source = ArxivSource("http://127.0.0.1:1", pace, timeout_s=5, user_agent="paperlab/test")
    with pytest.raises(SourceUnavailable, match="reached") as caught:
        source.look_up(ids("1706.03762"))
    assert "network" in caught.value.hint


def test_a_silent_server_is_given_up(pace):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(SourceUnavailable, match="does not answer"):
            ArxivSource(url, pace, timeout_s=0.05, user_agent="paperlab/test").look_up(ids("1706.03762"))


def test_requests_keep_the_pace(arxiv, source, clock):
    moments: list[float] = []

    def answer(_: Request) -> Response:
        moments.append(clock.now)
        return Response(feed(), content_type=ATOM)

    arxiv.answers(answer)
    source.look_up(ids("1706.03762"))
    source.search("attention", 5)
    assert [later - moments[0] for later in moments] == [0, 3, 6]


def test_offline_opens_no_socket(arxiv, pace):
    source = ArxivSource(arxiv.url, pace, timeout_s=5, user_agent="paperlab/test", offline=True)
    with pytest.raises(Offline):
        source.look_up(ids("1706.03762"))
    with pytest.raises(Offline):
        source.search("attention", 5)
    assert arxiv.requests == []


def test_a_search_asks_for_all_the_words(arxiv, source):
    arxiv.answers(feed(old_entry("1706.03762v7"), old_entry("1810.04805v2")))
    assert [str(paper.arxiv_id) for paper in source.search("slow reading", 7)] == ["1706.03762v7", "1810.04805v2"]
    query = parse_qs(arxiv.requests[0].query_string.decode())
    assert query["search_query"] == ['all:"slow" AND all:"reading"']
    assert query["max_results"] == ["7"]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("attention", 'all:"attention"'),
        ('"all you need" BERT', 'all:"all you need" AND all:"BERT"'),
        ("a OR b", 'all:"a" AND all:"OR" AND all:"b"'),
        ("au:smith ANDNOT (x)", 'all:"au smith" AND all:"ANDNOT" AND all:"x"'),
        ('un"balanced', 'all:"un" AND all:"balanced"'),
        ("GPT-3 naïve 注意", 'all:"GPT-3" AND all:"naïve" AND all:"注意"'),
        ("&id_list=1 #\n\\", 'all:"id_list 1"'),
        ('  "" ()', ""),
    ],
)
def test_nothing_in_the_words_is_an_operator(words, query):
    assert _query(words) == query


def test_no_words_are_no_search(arxiv, source):
    assert source.search(" ( ) ", 5) == ()
    assert source.search("attention", 0) == ()
    assert arxiv.requests == []


def test_the_pdfs_of_arxiv_are_on_its_main_host():
    arxiv_id = ArxivId("hep-th/9901001", 2)
    assert pdf_url("https://export.arxiv.org", arxiv_id) == "https://arxiv.org/pdf/hep-th/9901001v2"
    assert pdf_url("http://127.0.0.1:8000/", arxiv_id) == "http://127.0.0.1:8000/pdf/hep-th/9901001v2"


@pytest.mark.real
def test_recorded_answers_are_read(real_data: Path, arxiv: Arxiv, source: ArxivSource):
    recorded = sorted((real_data / "arxiv_api").glob("*__*.xml"))
    read = {}
    for path in recorded:
        arxiv.answers(Response(path.read_bytes(), content_type=ATOM))
        read[path.name] = source.search("anything", 15)
        assert all(p.title and p.authors and p.abstract and p.categories and p.published for p in read[path.name])
        assert all(p.arxiv_id and p.arxiv_id.version and p.pdf_url for p in read[path.name])
    assert {len(papers) for name, papers in read.items() if "INVALID" in name or "id_abc" in name} == {0}
    assert len(read["old__1706.03762.xml"]) == 1
    assert read["old__1706.03762.xml"][0].arxiv_id == ArxivId("1706.03762", 7)
    assert [str(p.arxiv_id) for p in read["new2026__id_quant-ph_0201082v1_s0_m100_86989fe779ef.xml"]] == [
        "quant-ph/0201082v1"
    ]
    assert len(read["new2026__q_testing_s0_m15_80c242b59d59.xml"]) == 15
    assert source.look_up(ids("1706.03762"), unwatched) == {}


def test_an_answer_that_never_ends_is_given_up(arxiv, source):
    (asked,) = ids("1706.03762")
    arxiv.answers(lambda _: Response((b"<feed>" + b" " * 65536 for _ in range(1000)), content_type=ATOM))
    with pytest.raises(SourceUnavailable, match="too much"):
        source.look_up([asked])


def test_an_answer_that_was_packed_is_unpacked_within_bounds(arxiv, source):
    (asked,) = ids("1706.03762")
    headers = {"Content-Encoding": "gzip"}
    arxiv.answers(Response(gzip.compress(feed(old_entry("1706.03762v7"))), headers=headers, content_type=ATOM))
    assert source.look_up([asked])[asked].title == "On Reading Slowly"
    arxiv.answers(Response(gzip.compress(b"<feed>" + bytes(200_000_000), 1), headers=headers, content_type=ATOM))
    with pytest.raises(SourceUnavailable, match="too much"):
        source.look_up([asked])


def test_entities_of_a_feed_are_neither_multiplied_nor_read_from_files(arxiv, source, tmp_path):
    (tmp_path / "secret").write_text("the secret of another file")
    (asked,) = ids("1706.03762")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    kinds = f'<!DOCTYPE feed [<!ENTITY l0 "laugh">{laughs}<!ENTITY out SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    entry = old_entry("1706.03762v7").replace("On Reading", "On &l9; &out; Reading")
    arxiv.answers(feed(entry).replace(b"<feed", kinds.encode() + b"<feed", 1))
    with pytest.raises(SourceUnavailable):  # a feed begins with its element: what declares kinds before is none
        source.look_up([asked])


def test_a_redirect_into_the_local_network_is_refused(arxiv, source):
    (asked,) = ids("1706.03762")
    arxiv.answers(Response(status=302, headers={"Location": "http://127.0.0.1:1/api/query"}))
    with pytest.raises(SourceUnavailable, match="local network"):
        source.look_up([asked])
