"""Downloads of PDFs: streamed to a part file, resumed after a break, checked to be PDFs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.domain.steps import Stage, Step, Watcher
from paperlab.errors import NotAPdf, Offline, PdfTooCostly, SourceError, SourceUnavailable, UnknownSource
from paperlab.sources.addresses import host_of, is_arxiv, origin_of, require_public, require_web
from paperlab.sources.pace import Pace
from paperlab.sources.parts import Part
from paperlab.sources.retries import TryAgain, attempts, raise_if_busy, turn_of

if TYPE_CHECKING:
    import httpx2

MAX_REDIRECTS = 5
SNIFF_BYTES = 1024
"""`%PDF-` must begin within so many bytes, as PDF readers accept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a download may take."""

    timeout_s: float = 30.0
    """How long a server may be silent."""
    total_s: float = 1800.0
    """How long one connection may last, however busy."""
    size_bytes: int = 500_000_000


class Downloader:
    """Fetches PDFs.

    Args:
        trusted_url: The arXiv that the reader has set: addresses of the same origin may be private.
        allow_private: Fetch from this machine and the local network, too.
        offline: Raise `Offline` instead of asking.
        clock: Seconds, for `Limits.total_s`.
    """

    def __init__(
        self,
        pace: Pace,
        *,
        user_agent: str,
        limits: Limits = Limits(),
        trusted_url: str = "",
        allow_private: bool = False,
        offline: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pace = pace
        self._user_agent = user_agent
        self._limits = limits
        self._trusted_url = trusted_url
        self._allow_private = allow_private
        self._offline = offline
        self._clock = clock

    def download(self, url: str, part: Path, watch: Watcher, *, polite: bool) -> None:
        """Fetch a PDF into `part`, going on where an earlier download of the same bytes stopped.

        `part` is complete on return. After `SourceUnavailable` it holds what came so far, for the next try; a body that
        is no PDF is removed. Beside it, `<part>.etag` names the bytes while they are incomplete.

        Args:
            polite: Keep the pace of arXiv; its own hosts are always asked in turn.

        Raises:
            Offline: Before any socket is opened.
            UnknownSource: Nothing is at this address.
            SourceUnavailable: No answer, a broken one, a web page in place of arXiv's PDF, or a private address.
            NotAPdf: Something else is at this address.
            PdfTooCostly: Past `Limits.size_bytes`.
        """
        require_web(url)
        if self._offline:
            raise Offline(f"{host_of(url)} cannot be asked: offline", hint="leave out --offline")
        target = Part(part)
        try:
            for attempt in attempts(url, watch):
                with attempt, _translated(host_of(url)):
                    self._fetch(url, target, watch, polite)
        except OSError as error:
            raise SourceError(f"{part} cannot be written: {error.strerror}", hint="make room for it") from error
        except TryAgain as error:
            hint = "run it again: it goes on from there" if target.size else "try again in a few minutes"
            raise SourceUnavailable(str(error), hint=hint) from error

    def _fetch(self, url: str, target: Part, watch: Watcher, polite: bool) -> None:
        """One attempt: follow redirects to an answer, and take its body in."""
        asked = url
        for _ in range(MAX_REDIRECTS + 1):
            self._require_allowed(url)
            pace = self._pace if polite or is_arxiv(url) else None
            with (
                self._client(url) as client,
                turn_of(pace, asked, watch),
                client.stream("GET", url, headers=target.conditions()) as response,
            ):
                if not response.has_redirect_location:
                    raise_if_busy(
                        response.status_code, response.headers, host_of(url), pace.cool_down if pace else None
                    )
                    self._take(response, asked, target, watch, of_arxiv=pace is not None)
                    return
                url = str(response.url.join(response.headers["Location"]))
        raise SourceUnavailable(f"{host_of(asked)} sends from one address to the next without end")

    def _client(self, url: str) -> httpx2.Client:
        import httpx2

        from paperlab.sources.pinned import PublicOnly, is_proxied

        # Only plain bytes can be resumed and counted.
        headers = {
            "User-Agent": self._user_agent,
            "Accept": "application/pdf, */*;q=0.1",
            "Accept-Encoding": "identity",
        }
        transport = None if is_proxied(*origin_of(url)[:2]) else PublicOnly(self._may_be_private)
        return httpx2.Client(
            headers=headers, timeout=self._limits.timeout_s, follow_redirects=False, transport=transport
        )

    def _require_allowed(self, url: str) -> None:
        require_web(url)
        if not self._may_be_private(url):
            require_public(url)

    def _may_be_private(self, url: str) -> bool:
        return self._allow_private or (bool(self._trusted_url) and origin_of(url) == origin_of(self._trusted_url))

    def _take(self, response: httpx2.Response, subject: str, target: Part, watch: Watcher, *, of_arxiv: bool) -> None:
        host = response.url.host
        status = response.status_code
        if status in {404, 410}:
            raise UnknownSource(f"there is nothing at {subject}", hint="check the id or the address")
        if status == 416 or (status == 206 and not target.is_continued_by(response.headers)):
            target.discard()
            raise TryAgain(f"{host} has other bytes than before", 0.0)
        if status not in {200, 206}:
            raise SourceUnavailable(f"{host} answered with status {status}", hint="open the address in a browser")
        if status == 200:
            target.begin(response.headers)
        total = _total(response, target)
        try:
            if total is not None and total > self._limits.size_bytes:
                raise self._too_big(host)
            self._stream(response, subject, target, watch, total, of_arxiv)
            if total is not None and target.size < total:
                raise TryAgain(f"{host} broke off after {target.size:,} of {total:,} bytes")
            _require_pdf(target, response, of_arxiv)
        except (NotAPdf, PdfTooCostly, _NotYetMade):
            target.discard()
            raise
        target.complete()

    def _stream(
        self, response: httpx2.Response, subject: str, target: Part, watch: Watcher, total: int | None, of_arxiv: bool
    ) -> None:
        deadline = self._clock() + self._limits.total_s
        checked = target.size >= SNIFF_BYTES
        with target.path.open("ab") as file:
            for chunk in response.iter_raw():
                file.write(chunk)
                target.size += len(chunk)
                if target.size > self._limits.size_bytes:
                    raise self._too_big(response.url.host)
                if not checked and target.size >= SNIFF_BYTES:
                    file.flush()
                    _require_pdf(target, response, of_arxiv)
                    checked = True
                watch(Step(Stage.DOWNLOADING, subject, target.size, total))
                if self._clock() > deadline:
                    raise SourceUnavailable(
                        f"{response.url.host} is too slow", hint="run it again: it goes on from there"
                    )

    def _too_big(self, host: str) -> PdfTooCostly:
        return PdfTooCostly(f"{host} sends more than {self._limits.size_bytes:,} bytes", hint="add it as a local file")


def _total(response: httpx2.Response, target: Part) -> int | None:
    """Bytes of the whole PDF; None where the server does not tell."""
    length = response.headers.get("Content-Length", "")
    return target.size + int(length) if length.isascii() and length.isdigit() else None


class _NotYetMade(SourceUnavailable): ...


def _require_pdf(target: Part, response: httpx2.Response, of_arxiv: bool) -> None:
    """Look whether the body begins as a PDF; the error names what came in its place."""
    with target.path.open("rb") as file:
        start = file.read(SNIFF_BYTES)
    if b"%PDF-" in start:
        return
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    is_page = "html" in kind or start.lstrip().lower().startswith((b"<!doctype html", b"<html"))
    if is_page and of_arxiv:
        raise _NotYetMade(
            "arXiv answered with a web page", hint="the PDF is probably still being made, try again in a minute"
        )
    what = "a web page" if is_page else "something that is no PDF" if start else "nothing"
    raise NotAPdf(f"{response.url.host} answered with {what}", hint="open the address in a browser and save the PDF")


@contextmanager
def _translated(host: str) -> Iterator[None]:
    """Failures of the HTTP client as ours: what may pass as `TryAgain`."""
    import httpx2

    try:
        yield
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
        raise SourceUnavailable(f"{host} cannot be reached", hint="check the address and the network") from error
    except httpx2.TimeoutException as error:
        raise TryAgain(f"{host} has fallen silent") from error
    except httpx2.TransportError as error:
        raise TryAgain(f"{host} broke off the connection") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise SourceUnavailable(f"{host} answered in a way that cannot be followed ({error})") from error
