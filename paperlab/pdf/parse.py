"""PDF → blocks, in a child process with limits on time and memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.text import one_line
from paperlab.errors import EncryptedPdf, NotAPdf, PdfError, PdfTooCostly, UnreadablePdf
from paperlab.pdf.budget import Account, Limits
from paperlab.pdf.process import ChildEnded, ask
from paperlab.pdf.wire import to_parsed

PARSER_VERSION = 4
"""Counts up when the same PDF gives other blocks: what was parsed by an older one is parsed anew."""

_HEADER = b"%PDF-"
_HEADER_WITHIN_BYTES = 1024
_MOST_STARTS = 5
"""Children for one file: a page that breaks or holds up one is left to the rules, or left out, by the next."""
_ERRORS: dict[str, type[PdfError]] = {c.__name__: c for c in (EncryptedPdf, NotAPdf, PdfTooCostly, UnreadablePdf)}


class ModelUse(StrEnum):
    """Pages that the layout model looks at; rules read the others."""

    IN_DOUBT = "in doubt"
    EVERY = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits(Limits):
    """What one PDF may cost."""

    characters: int = 10_000_000


def parse_pdf(
    path: Path,
    *,
    limits: ParseLimits = ParseLimits(),
    on_page: Callable[[int, int], None] = lambda _page, _of: None,
    model: ModelUse = ModelUse.IN_DOUBT,
) -> ParsedPdf:
    """Read the blocks of a PDF. Safe to call from any thread, several at once.

    Args:
        path: Not opened in this process, but for its first bytes.
        limits: A page that takes too long or breaks the parser is read by rules instead of the layout model, or
            left out and noted; a few of them at most.
        on_page: Called in this thread with the page at work, from 1, and their number.
        model: Which pages the layout model looks at.

    Raises:
        NotAPdf: Other bytes under that name.
        EncryptedPdf: It needs a password.
        UnreadablePdf: Broken, without pages, or it breaks the parser.
        PdfTooCostly: Past a limit.
    """
    check_pdf(path)
    name = one_line(path.name)
    if path.stat().st_size > limits.file_bytes:
        raise PdfTooCostly(f"{name} has more than {limits.file_bytes >> 20} MB", hint="Split the file.")
    plan, account = _Plan(), Account(limits)
    for start in range(_MOST_STARTS):
        place = _Place()
        try:
            return _parse_once(path, name, limits, account, model, plan, place, on_page)
        except ChildEnded as ended:
            plan = plan.without(place, str(ended))
            is_over = account.left_s() <= 0 or start == _MOST_STARTS - 1
            if place.page == 0 or len(plan.skipped) == place.count or is_over:
                raise _failure(name, place.page, ended) from ended
    raise AssertionError("the last start returns or raises")


@dataclass(slots=True)
class _Place:
    """The page at work, from 1, and their number; page 0 before the first and after the last."""

    page: int = 0
    count: int = 0
    is_at_model: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is done otherwise than usual, by page index."""

    plain: frozenset[int] = frozenset()
    """Without the layout model."""
    skipped: tuple[tuple[int, str], ...] = ()
    """Left out, and why."""

    def without(self, place: _Place, reason: str) -> "_Plan":
        index = place.page - 1
        if place.is_at_model:
            return _Plan(self.plain | {index}, self.skipped)
        return _Plan(self.plain, (*self.skipped, (index, f"page {place.page} was left out: {reason}")))


def check_pdf(path: Path) -> None:
    """Look at the first bytes, as readers of PDFs do: the header may stand anywhere in the first kilobyte.

    Raises:
        NotAPdf: Empty, a folder, or something else, such as a web page.
        UnreadablePdf: The file cannot be opened.
    """
    name = one_line(path.name)
    if path.is_dir():
        raise NotAPdf(f"{name} is a folder, not a PDF")
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_WITHIN_BYTES)
    except OSError as error:
        raise UnreadablePdf(f"{name} cannot be opened: {error.strerror}") from error
    if not head:
        raise NotAPdf(f"{name} is empty", hint="Download it again.")
    if _HEADER not in head:
        raise NotAPdf(f"{name} is not a PDF", hint="Open it in an editor: servers send web pages under such names.")


def pdf_error(name: str, answer: Mapping[str, Any]) -> PdfError:
    """The error that a child has told."""
    return _ERRORS[answer["error"]](f"{name} cannot be read: {one_line(answer['message'])}")


def _parse_once(
    path: Path,
    name: str,
    limits: ParseLimits,
    account: Account,
    model: ModelUse,
    plan: _Plan,
    place: _Place,
    on_page: Callable[[int, int], None],
) -> ParsedPdf:
    """One run of the child; `place` tells where it was when it fails."""

    def follow(message: dict[str, Any]) -> None:
        place.page, place.count, place.is_at_model = int(message["page"]), int(message["of"]), "model" in message
        if place.page and not place.is_at_model:
            on_page(place.page, place.count)

    request = {
        "do": "parse",
        "path": str(path.absolute()),
        "characters": limits.characters,
        "model": model.value,
        "model_s": [limits.model_least_s, limits.model_average_s],
        "plain": sorted(plan.plain),
        "skip": [index for index, _ in plan.skipped],
        "notes": [reason for _, reason in plan.skipped],
    }
    answer = ask(request, account, follow)
    if "error" in answer:
        raise pdf_error(name, answer)
    return to_parsed(answer["result"])


def _failure(name: str, page: int, ended: ChildEnded) -> PdfError:
    where = f" on page {page}" if page else ""
    if ended.was_slow:
        return PdfTooCostly(f"{name} was given up: it took too long{where}")
    if ended.was_large:
        return PdfTooCostly(f"{name} was given up: it needs too much memory{where}")
    return UnreadablePdf(f"{name} cannot be read: {ended}{where}")
