"""A small arXiv on the loopback: an Atom feed for ids, PDFs that are just a head and a name."""

import hashlib
import re
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>{count}</opensearch:totalResults><opensearch:startIndex>0</opensearch:startIndex>
<opensearch:itemsPerPage>{count}</opensearch:itemsPerPage>{entries}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/{id}v{version}</id><updated>2023-08-02T00:41:18Z</updated>
<published>2017-06-12T17:57:34Z</published><title>{title}</title><summary>{summary}</summary>{authors}
<link href="http://arxiv.org/abs/{id}v{version}" rel="alternate" type="text/html"/>
{pdf}<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"/><category term="cs.CL"/>
</entry>"""
PDF = '<link title="pdf" href="http://arxiv.org/pdf/{id}v{version}" rel="related" type="application/pdf"/>'


class ArxivOnLoopback:
    def __init__(self, server: HTTPServer) -> None:
        self._papers: dict[str, dict[int, str]] = {}
        self._pdfs: dict[str, bytes] = {}
        self._breaking: set[str] = set()
        self._to_break: set[str] = set()
        self.url = server.url_for("").rstrip("/")
        self.query_count = 0
        self._last_query: int | None = None
        self.request_count = 0
        server.expect_request("/api/query").respond_with_handler(self._query)
        server.expect_request(re.compile(r"/pdf/.*")).respond_with_handler(self._pdf)

    def has(
        self,
        bare: str,
        version: int,
        *,
        title: str = "A Paper",
        authors: list[str] | None = None,
        pdf: bytes | None = None,
        is_withdrawn: bool = False,
        breaks_off: bool = False,
    ) -> None:
        """`breaks_off`: after each query, the first answer with its PDF ends half-way."""
        names = "".join(f"<author><name>{escape(name)}</name></author>" for name in authors or ["Ada Lovelace"])
        link = "" if is_withdrawn else PDF.format(id=bare, version=version)
        entry = ENTRY.format(
            id=bare, version=version, title=escape(title), summary="What it says.", authors=names, pdf=link
        )
        self._papers.setdefault(bare, {})[version] = entry
        if not is_withdrawn:
            self._pdfs[f"{bare}v{version}"] = pdf or self.pdf(bare, version)
        if breaks_off:
            self._breaking.add(f"{bare}v{version}")

    def fails_after(self, queries: int) -> None:
        """Answers so many more, then refuses."""
        self._last_query = self.query_count + queries

    def forgets(self, bare: str) -> None:
        self._papers.pop(bare, None)

    def loses_pdf(self, bare: str, version: int) -> None:
        self._pdfs.pop(f"{bare}v{version}", None)

    def pdf(self, bare: str, version: int) -> bytes:
        return f"%PDF-1.7\n{bare}v{version}\n".encode()

    def _query(self, request: Request) -> Response:
        self.query_count += 1
        self.request_count += 1
        self._to_break = set(self._breaking)
        if self._last_query is not None and self.query_count > self._last_query:
            return Response("gone", 404)
        wanted = parse_qs(request.query_string.decode()).get("id_list", [""])[0].split(",")
        entries = [entry for one in wanted if (entry := self._entry(one.strip()))]
        body = FEED.format(count=len(entries), entries="".join(entries))
        return Response(body, content_type="application/atom+xml; charset=UTF-8")

    def _entry(self, wanted: str) -> str | None:
        bare, _, version = wanted.partition("v")
        versions = self._papers.get(bare, {})
        return versions.get(int(version) if version else max(versions, default=0))

    def _pdf(self, request: Request) -> Response:
        self.request_count += 1
        name = request.path.removeprefix("/pdf/").removesuffix(".pdf")
        found = self._pdfs.get(name)
        if found is None:
            return Response("not found", 404)
        is_broken, self._to_break = name in self._to_break, self._to_break - {name}
        sent = iter([found[: len(found) // 2]]) if is_broken else found
        response = Response(sent, content_type="application/pdf")
        response.set_etag(hashlib.sha256(found).hexdigest())
        if is_broken:
            response.content_length = len(found)
            return response
        return response.make_conditional(request, accept_ranges=True, complete_length=len(found))
