"""arXiv's API: what it knows of papers, by id and by words.

The arxiv package builds the addresses and reads the feeds. Its client has no timeout, knows no other process, ignores
`Retry-After` and takes a web page for an empty feed; `_politely` puts that right, one request at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from paperlab.domain.identifiers import ArxivId
from paperlab.domain.papers import FoundPaper
from paperlab.domain.steps import Stage, Step, Watcher, unwatched
from paperlab.errors import Offline, SourceUnavailable
from paperlab.sources.arxiv_feed import found_paper, is_whole_feed, refused_id
from paperlab.sources.pace import Pace
from paperlab.sources.retries import TryAgain, attempts, raise_if_busy

if TYPE_CHECKING:
    import arxiv
    import requests

BATCH = 100
"""Ids in one request."""


class ArxivSource:
    """arXiv, asked politely.

    Args:
        base_url: Serves `/api/query` and `/pdf/{id}v{n}`.
        timeout_s: How long the server may be silent.
        user_agent: Names us to the server.
        offline: Raise `Offline` instead of asking.
    """

    def __init__(self, base_url: str, pace: Pace, *, timeout_s: float, user_agent: str, offline: bool = False) -> None:
        self._base_url = base_url.rstrip("/")
        self._pace = pace
        self._timeout_s = timeout_s
        self._user_agent = user_agent
        self._offline = offline

    def look_up(self, ids: Sequence[ArxivId], watch: Watcher = unwatched) -> dict[ArxivId, FoundPaper]:
        """What arXiv tells of papers, in one request per 100 ids.

        Returns:
            For each id as it was asked: the edition that it names, the newest if it names none.
            Ids and versions that arXiv does not know are missing.

        Raises:
            Offline: Before any socket is opened.
            SourceUnavailable: arXiv does not answer, or not with what it should.
        """
        wanted = tuple(dict.fromkeys(ids))
        found: dict[ArxivId, FoundPaper] = {}
        for batch in _batches(wanted):
            subject = str(batch[0]) if len(wanted) == 1 else f"{len(wanted)} papers"
            watch(Step(Stage.LOOKING_UP, subject, len(found), len(wanted)))
            papers = {paper.arxiv_id.bare: paper for paper in self._by_id(batch, subject, watch) if paper.arxiv_id}
            for arxiv_id in batch:
                paper = papers.get(arxiv_id.bare)
                if paper and paper.arxiv_id and arxiv_id.version in (None, paper.arxiv_id.version):
                    found[arxiv_id] = paper
        return found

    def search(self, words: str, limit: int, watch: Watcher = unwatched) -> tuple[FoundPaper, ...]:
        """Papers with all these words in any field, best first; words between double quotes stay together.

        Raises:
            Offline, SourceUnavailable: As in `look_up`.
        """
        query = _query(words)
        if not query or limit < 1:
            return ()
        watch(Step(Stage.LOOKING_UP, words))
        return self._ask({"query": query, "max_results": limit}, words, watch)

    def _by_id(self, batch: Sequence[ArxivId], subject: str, watch: Watcher) -> tuple[FoundPaper, ...]:
        wanted = {"id_list": [str(arxiv_id) for arxiv_id in batch], "max_results": len(batch)}
        try:
            # Now and then arXiv sends an empty feed for ids that it knows: only the second one is believed.
            return self._ask(wanted, subject, watch) or self._ask(wanted, subject, watch)
        except _RefusedError as refusal:
            others = [arxiv_id for arxiv_id in batch if str(arxiv_id) != refusal.culprit]
            if len(others) == len(batch):
                raise SourceUnavailable("arXiv refuses the request", hint="look the ids up one by one") from refusal
            return self._by_id(others, subject, watch) if others else ()

    def _ask(self, search: Mapping[str, Any], subject: str, watch: Watcher) -> tuple[FoundPaper, ...]:
        if self._offline:
            raise Offline(f"arXiv cannot be asked for {subject}: offline", hint="leave out --offline")
        import arxiv  # urllib3, which it imports, opens a socket at once, to see whether there is IPv6
        import requests

        try:
            for attempt in attempts(subject, watch):
                with attempt, _translated(arxiv, requests):
                    results = tuple(self._client(subject, watch, search["max_results"]).results(arxiv.Search(**search)))
        except TryAgain as error:
            raise SourceUnavailable(str(error), hint="try again in a few minutes") from error
        return tuple(paper for result in results if (paper := found_paper(result, self._base_url)))

    def _client(self, subject: str, watch: Watcher, limit: int) -> arxiv.Client:
        import arxiv

        client = arxiv.Client(page_size=min(limit, BATCH), delay_seconds=0, num_retries=0)
        client.query_url_format = f"{self._base_url}/api/query?{{}}"
        # The session is the package's own affair, but the only place for a timeout.
        client._session.mount("https://", adapter := self._politely(subject, watch))
        client._session.mount("http://", adapter)
        return client

    def _politely(self, subject: str, watch: Watcher) -> requests.adapters.HTTPAdapter:
        from requests.adapters import HTTPAdapter

        source = self

        class Politely(HTTPAdapter):
            """Sends a request in its turn, with a timeout, and lets nothing pass but a whole feed or a redirect."""

            def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
                request.headers["User-Agent"] = source._user_agent
                options["timeout"] = source._timeout_s
                with source._pace.turn(subject, watch):
                    response = super().send(request, *args, **options)
                    body = response.content
                    raise_if_busy(response.status_code, response.headers, "arXiv", source._pace.cool_down)
                if response.status_code == 400 and is_whole_feed(body):
                    raise _RefusedError(refused_id(body))
                if response.status_code == 200 and not is_whole_feed(body):
                    raise TryAgain("arXiv answered with something that is no feed")
                return response

        return Politely()


class _RefusedError(Exception):
    """arXiv calls an id malformed; nothing else of the request is answered."""

    def __init__(self, culprit: str) -> None:
        super().__init__(culprit)
        self.culprit = culprit


@contextmanager
def _translated(arxiv: Any, requests: Any) -> Iterator[None]:
    """Failures of the two packages as ours: what may pass as `TryAgain`."""
    try:
        yield
    except arxiv.UnexpectedEmptyPageError as error:
        raise TryAgain("arXiv broke off a list of results") from error
    except arxiv.HTTPError as error:
        raise SourceUnavailable(f"arXiv answered with status {error.status}", hint="try again later") from error
    except requests.exceptions.SSLError as error:
        raise SourceUnavailable("no secure connection to arXiv", hint="check the clock and the proxy") from error
    except requests.ConnectionError as error:
        if _never_connected(error):
            raise SourceUnavailable("arXiv cannot be reached", hint="check the network, or use --offline") from error
        raise TryAgain("arXiv broke off the connection") from error
    except requests.Timeout as error:
        raise TryAgain("arXiv does not answer") from error
    except (requests.RequestException, ValueError, OverflowError) as error:  # the last two: a date that is none
        raise TryAgain(f"arXiv's answer cannot be read ({type(error).__name__})") from error


def _never_connected(error: Exception) -> bool:
    """Whether the server was not even reached: no network, no such name, nobody listening."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def _batches(ids: Iterable[ArxivId]) -> list[list[ArxivId]]:
    """At most `BATCH` ids each, and no work twice in one: an answer must tell which version it is for."""
    batches: list[dict[str, ArxivId]] = []
    for arxiv_id in ids:
        roomy = (batch for batch in batches if len(batch) < BATCH and arxiv_id.bare not in batch)
        batch = next(roomy, None)
        if batch is None:
            batches.append(batch := {})
        batch[arxiv_id.bare] = arxiv_id
    return [list(batch.values()) for batch in batches]


def _query(words: str) -> str:
    """The words in arXiv's query language, each quoted, so that nothing in them is an operator; empty without words."""
    phrases = (phrase or word for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', words))
    plain = (re.sub(r"[^\w.+'-]+", " ", phrase).strip() for phrase in phrases)
    return " AND ".join(f'all:"{phrase}"' for phrase in plain if phrase)
