"""Downloads over loopback: every fault that a server can have, and what is left on disk after it."""

import gzip
import re
import socket
from collections.abc import Iterable
from pathlib import Path

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from paperlab.domain.steps import Stage, Step, unwatched
from paperlab.errors import NotAPdf, Offline, PdfTooCostly, SourceError, SourceUnavailable, UnknownSource
from paperlab.sources.download import Downloader, Limits
from paperlab.sources.pinned import PublicOnly

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 1200 + b"\n%%EOF\n"
OTHER_PDF = b"%PDF-1.4\n" + bytes(range(255, -1, -1)) * 900 + b"\n%%EOF\n"
LIMITS = Limits(timeout_s=5)


class PdfServer:
    """Serves a PDF with ETag and ranges, after the faults that it is told."""

    def __init__(self, server: HTTPServer) -> None:
        self.body = PDF
        self.etag = '"one"'
        self.faults: list[Response | float] = []
        """Answers instead of the PDF; a number sends that share of the rest and breaks off."""
        self.requests: list[Request] = []
        self.url = server.url_for("/paper.pdf")
        server.expect_request("/paper.pdf").respond_with_handler(self._handle)

    def ranges(self) -> list[str | None]:
        return [request.headers.get("Range") for request in self.requests]

    def _handle(self, request: Request) -> Response:
        self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else 1.0
        if isinstance(fault, Response):
            return fault
        begin, status = 0, 200
        headers = {"Content-Type": "application/pdf"} | ({"ETag": self.etag} if self.etag else {})
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if asked and request.headers.get("If-Range") == self.etag:
            begin, status = int(asked[1]), 206
            if begin >= len(self.body):
                return Response(b"", 416, {"Content-Range": f"bytes */{len(self.body)}"})
            headers["Content-Range"] = f"bytes {begin}-{len(self.body) - 1}/{len(self.body)}"
        rest = self.body[begin:]
        headers["Content-Length"] = str(len(rest))
        return Response(self._pieces(rest[: int(len(rest) * fault)]), status, headers, direct_passthrough=True)

    @staticmethod
    def _pieces(body: bytes) -> Iterable[bytes]:
        return (body[at : at + 10_000] for at in range(0, len(body), 10_000))


@pytest.fixture
def server(httpserver: HTTPServer) -> PdfServer:
    return PdfServer(httpserver)


@pytest.fixture
def downloader(pace) -> Downloader:
    return Downloader(pace, user_agent="paperlab/test", limits=LIMITS, allow_private=True)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "papers" / "v1.pdf.part"


def beside(part: Path) -> list[str]:
    return sorted(path.name for path in part.parent.iterdir()) if part.parent.exists() else []


def test_a_pdf_arrives_whole_and_alone(server, downloader, part, steps):
    downloader.download(server.url, part, steps.append, polite=False)
    assert part.read_bytes() == PDF
    assert beside(part) == [part.name]
    assert server.requests[0].headers["User-Agent"] == "paperlab/test"
    assert {step.stage for step in steps} == {Stage.DOWNLOADING}
    assert steps[-1] == Step(Stage.DOWNLOADING, server.url, len(PDF), len(PDF))
    assert [step.done for step in steps] == sorted(step.done for step in steps)


def test_a_broken_connection_is_gone_on_with(server, downloader, part):
    server.faults = [0.5, 0.5, 0.1]
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF
    assert server.ranges()[0] is None
    assert all(asked for asked in server.ranges()[1:])


def test_what_came_is_kept_for_the_next_run(server, downloader, part):
    server.faults = [0.2, 0.2, 0.2, 0.2]
    with pytest.raises(SourceUnavailable, match="broke off") as caught:
        downloader.download(server.url, part, unwatched, polite=False)
    assert "goes on" in caught.value.hint
    kept = part.stat().st_size
    assert 0 < kept < len(PDF)
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF
    assert server.ranges()[-1] == f"bytes={kept}-"
    assert beside(part) == [part.name]


def test_other_bytes_than_before_are_fetched_from_the_start(server, downloader, part):
    server.faults = [0.5] * 4
    with pytest.raises(SourceUnavailable):
        downloader.download(server.url, part, unwatched, polite=False)
    server.body, server.etag = OTHER_PDF, '"two"'
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == OTHER_PDF


def test_a_part_of_unknown_origin_is_not_gone_on_with(server, downloader, part):
    part.parent.mkdir()
    part.write_bytes(b"%PDF-9.9 of another life")
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF
    assert server.ranges() == [None]


def test_a_range_that_cannot_be_served_starts_anew(server, downloader, part):
    part.parent.mkdir()
    part.write_bytes(PDF + b"more than there is")
    part.with_name(f"{part.name}.etag").write_text(server.etag)
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF
    assert len(server.requests) == 2


@pytest.mark.parametrize(("begin", "etag"), [(0, '"one"'), (2000, '"two"')], ids=["other place", "other bytes"])
def test_a_piece_that_does_not_fit_starts_anew(server, downloader, part, begin, etag):
    part.parent.mkdir()
    part.write_bytes(PDF[:2000])
    part.with_name(f"{part.name}.etag").write_text(server.etag)
    headers = {"Content-Range": f"bytes {begin}-{len(PDF) - 1}/{len(PDF)}", "ETag": etag}
    server.faults = [Response(PDF[begin:], 206, headers)]
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF


@pytest.mark.parametrize(("etag", "resumes"), [('"strong"', True), ('W/"weak"', False), ("", False)])
def test_only_bytes_that_are_surely_the_same_are_gone_on_with(server, downloader, part, etag, resumes):
    server.etag = etag
    server.faults = [0.5]
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF
    assert (server.ranges()[1] is not None) == resumes


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server, downloader, part, steps, status):
    server.faults = [Response("busy", status, {"Retry-After": "7"}), 0.5, Response("busy", status)]
    downloader.download(server.url, part, steps.append, polite=False)
    assert part.read_bytes() == PDF
    assert Step(Stage.WAITING, server.url, 7) in steps


def test_a_busy_arxiv_is_waited_for_by_all(server, downloader, part, clock):
    server.faults = [Response("busy", 503, {"Retry-After": "60"})]
    begun = clock.now
    downloader.download(server.url, part, unwatched, polite=True)
    assert clock.now - begun == pytest.approx(60)


def test_a_polite_download_keeps_the_pace_and_another_does_not(server, downloader, part, clock):
    for _ in range(3):
        downloader.download(server.url, part, unwatched, polite=False)
    assert clock.slept == []
    for _ in range(3):
        downloader.download(server.url, part, unwatched, polite=True)
    assert sum(clock.slept) == pytest.approx(6)


def test_a_web_page_from_arxiv_is_told_as_what_it_is(server, downloader, part):
    server.faults = [Response("<html><body>Please wait</body></html>", content_type="text/html")] * 2
    with pytest.raises(SourceUnavailable, match="web page") as caught:
        downloader.download(server.url, part, unwatched, polite=True)
    assert "still being made" in caught.value.hint
    with pytest.raises(NotAPdf, match="web page"):
        downloader.download(server.url, part, unwatched, polite=False)
    assert beside(part) == []
    downloader.download(server.url, part, unwatched, polite=True)
    assert part.read_bytes() == PDF


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"\x00\x01garbage" * 1000, "no PDF"),
        (b"", "nothing"),
        (b"x", "no PDF"),
        (b" " * 1024 + PDF, "no PDF"),
        (b"\n<!DOCTYPE html>" + b"x" * 5000, "web page"),
    ],
)
def test_what_is_no_pdf_is_removed(server, downloader, part, body, what):
    server.faults = [Response(body, content_type="application/pdf")]
    with pytest.raises(NotAPdf, match=what):
        downloader.download(server.url, part, unwatched, polite=False)
    assert beside(part) == []


def test_a_pdf_may_begin_late_or_be_tiny(server, downloader, part):
    for body in (b"\xef\xbb\xbf\r\n" + PDF, b"%PDF-1.0"):
        server.body = body
        downloader.download(server.url, part, unwatched, polite=False)
        assert part.read_bytes() == body


def test_a_body_of_unknown_length_is_taken(server, downloader, part, steps):
    server.faults = [Response(server._pieces(PDF), headers={"Content-Type": "application/pdf"})]
    downloader.download(server.url, part, steps.append, polite=False)
    assert part.read_bytes() == PDF
    assert steps[-1].total is None


@pytest.mark.parametrize("tells_its_length", [True, False])
def test_a_body_past_the_limit_is_refused(server, pace, part, tells_its_length):
    downloader = Downloader(pace, user_agent="x", limits=Limits(timeout_s=5, size_bytes=100_000), allow_private=True)
    if not tells_its_length:
        server.faults = [Response(server._pieces(PDF), headers={"Content-Type": "application/pdf"})]
    with pytest.raises(PdfTooCostly):
        downloader.download(server.url, part, unwatched, polite=False)
    assert beside(part) == []


def test_a_connection_that_lasts_too_long_is_ended(server, pace, part, clock):
    downloader = Downloader(pace, user_agent="x", limits=LIMITS, allow_private=True, clock=clock.time)

    def an_hour_passes(_: Step) -> None:
        clock.now += 3600

    with pytest.raises(SourceUnavailable, match="slow"):
        downloader.download(server.url, part, an_hour_passes, polite=False)
    assert part.stat().st_size > 0
    downloader.download(server.url, part, unwatched, polite=False)
    assert part.read_bytes() == PDF


def test_a_server_that_falls_silent_is_given_up(pace, part):
    downloader = Downloader(pace, user_agent="x", limits=Limits(timeout_s=0.05), allow_private=True)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(SourceUnavailable, match="silent"):
        downloader.download(f"http://127.0.0.1:{silent.getsockname()[1]}/a.pdf", part, unwatched, polite=False)


def test_a_server_that_is_not_there_is_told_at_once(downloader, part):
    with pytest.raises(SourceUnavailable, match="reached"):
        downloader.download("http://127.0.0.1:1/a.pdf", part, unwatched, polite=False)


@pytest.mark.parametrize(("status", "error"), [(404, UnknownSource), (410, UnknownSource), (403, SourceUnavailable)])
def test_a_refusal_is_told_at_once_and_costs_no_part(server, downloader, part, status, error):
    server.faults = [0.5] * 4
    with pytest.raises(SourceUnavailable):
        downloader.download(server.url, part, unwatched, polite=False)
    kept = part.stat().st_size
    server.faults = [Response("no", status)]
    with pytest.raises(error):
        downloader.download(server.url, part, unwatched, polite=False)
    assert part.stat().st_size == kept
    assert len(server.requests) == 5


@pytest.mark.usefixtures("server")
def test_redirects_are_followed_but_not_for_ever(httpserver, downloader, part):
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/paper.pdf"})
    httpserver.expect_request("/loop").respond_with_data(status=302, headers={"Location": "/loop"})
    downloader.download(httpserver.url_for("/old"), part, unwatched, polite=False)
    assert part.read_bytes() == PDF
    with pytest.raises(SourceUnavailable, match="without end"):
        downloader.download(httpserver.url_for("/loop"), part, unwatched, polite=False)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a.pdf", "javascript:alert(1)", "http://"])
def test_redirects_lead_only_to_the_web(httpserver, downloader, part, target):
    httpserver.expect_request("/away").respond_with_data(status=302, headers={"Location": target})
    with pytest.raises(SourceError):
        downloader.download(httpserver.url_for("/away"), part, unwatched, polite=False)
    assert beside(part) == []


def test_private_addresses_are_refused_before_a_socket_is_opened(server, pace, part):
    downloader = Downloader(pace, user_agent="x", limits=LIMITS)
    with pytest.raises(SourceUnavailable, match="local network"):
        downloader.download(server.url, part, unwatched, polite=False)
    assert server.requests == []


def test_the_arxiv_that_the_reader_set_may_be_private_but_leads_nowhere_private(httpserver, server, pace, part):
    httpserver.expect_request("/away").respond_with_data(
        status=302, headers={"Location": f"http://localhost:{httpserver.port + 1}/a.pdf"}
    )
    downloader = Downloader(pace, user_agent="x", limits=LIMITS, trusted_url=httpserver.url_for("/"))
    downloader.download(server.url, part, unwatched, polite=True)
    assert part.read_bytes() == PDF
    with pytest.raises(SourceUnavailable, match="local network"):
        downloader.download(httpserver.url_for("/away"), part, unwatched, polite=True)


def test_a_name_server_that_changes_its_mind_does_not_lead_into_the_local_network(server, pace, part, monkeypatch):
    answers = iter(["93.184.216.34"])
    look_up = socket.getaddrinfo

    def rebinding(host, port, *arguments, **options):
        if host != "rebinding.test":
            return look_up(host, port, *arguments, **options)
        address = next(answers, "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = server.url.replace("localhost", "rebinding.test").replace("127.0.0.1", "rebinding.test")
    with pytest.raises(SourceUnavailable, match="local network"):
        Downloader(pace, user_agent="x", limits=LIMITS).download(url, part, unwatched, polite=False)
    assert server.requests == []


def test_what_was_looked_at_is_what_is_connected_to(server):
    port = httpx2.URL(server.url).port
    with httpx2.Client(transport=PublicOnly(lambda _: False, lambda _: ["127.0.0.2", "127.0.0.1"])) as client:
        answer = client.get(f"http://no.such.host.invalid:{port}/paper.pdf")
    assert answer.content == PDF
    assert answer.url.host == "no.such.host.invalid"
    assert server.requests[0].headers["Host"] == f"no.such.host.invalid:{port}"


def test_a_redirect_into_the_local_network_is_refused(httpserver, server, pace, part):
    """The first address is trusted, as the arXiv that the reader has set is; where it leads is not."""
    for target in ("http://127.0.0.1:1/a.pdf", "http://[::1]:1/a.pdf", "http://2130706433:1/", "//169.254.169.254/x"):
        httpserver.expect_oneshot_request("/away").respond_with_data(status=302, headers={"Location": target})
        downloader = Downloader(pace, user_agent="x", limits=LIMITS, trusted_url=httpserver.url_for("/"))
        with pytest.raises(SourceUnavailable, match="local network"):
            downloader.download(httpserver.url_for("/away"), part, unwatched, polite=False)
    assert server.requests == []


def test_a_body_that_was_packed_is_not_unpacked(server, downloader, part):
    """We ask for plain bytes: a gigabyte of zeros in a few kilobytes stays what it is, and that is no PDF."""
    packed = gzip.compress(bytes(50_000_000))
    server.faults = [Response(packed, headers={"Content-Encoding": "gzip", "Content-Type": "application/pdf"})]
    with pytest.raises(NotAPdf):
        downloader.download(server.url, part, unwatched, polite=False)
    assert beside(part) == []


def test_offline_opens_no_socket(server, pace, part):
    downloader = Downloader(pace, user_agent="x", limits=LIMITS, allow_private=True, offline=True)
    with pytest.raises(Offline):
        downloader.download(server.url, part, unwatched, polite=False)
    assert server.requests == []


def test_a_watcher_can_end_a_download_that_is_gone_on_with_later(server, downloader, part):
    def cancel(_: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        downloader.download(server.url, part, cancel, polite=True)
    downloader.download(server.url, part, unwatched, polite=True)
    assert part.read_bytes() == PDF
    assert server.ranges()[1]


def test_a_folder_that_cannot_be_written_is_told(server, downloader, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SourceError, match="written"):
        downloader.download(server.url, tmp_path / "file" / "v1.pdf.part", unwatched, polite=False)
