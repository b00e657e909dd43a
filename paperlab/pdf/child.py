"""The child process: reads a request from stdin, writes messages to stdout, ends.

Run as `python -m paperlab.pdf.child` by `paperlab.pdf.process`. Requests are `{"do": "parse", …}`,
`marks`, `copy`, `compare` and `typeset`; answers are lines: `{"page": i, "of": n}` while it
works (page 0: all are read), with `"model"` when the layout model looks at the page, then `{"result": …}` or
`{"error": class, "message": text}`.
`{"do": "picture", "path": …}` is followed by a request a page, `{"page": i, "width": px, "pixels": n}`, each with an
answer. The end of stdin means that the parent is gone, and so does that of the lifeline, a pipe whose number is the
only argument.
"""

import fcntl
import json
import os
import queue
import select
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from paperlab.errors import EncryptedPdf, PdfError, PdfTooCostly, UnreadablePdf
from paperlab.pdf.engine import pymupdf_alone
from paperlab.pdf.pages import RawPage, Region
from paperlab.pdf.sandbox import bound, bound_memory, confine
from paperlab.pdf.wire import encode, from_parsed

Say = Callable[[dict[str, Any]], None]
_WRITTEN = {"copy": "copy", "typeset": "target"}
"""The file that a work writes, by the name in its request; the others write none."""
_LONGEST_ANSWER = 32 << 20
"""Bytes of a parsed paper; 600 pages take 4 MB."""
_MOST_CHARACTERS = 100_000
"""Of a page: the densest have 20,000."""


def main() -> None:
    code = 1
    try:
        _serve(_private_stdout())
        code = 0
    except Exception:
        traceback.print_exc()  # to stderr, whose end the parent quotes
    finally:
        sys.stderr.flush()
        os._exit(code)  # without the destructors: MuPDF may crash in them on a broken file


def _serve(say: Say) -> None:
    _hold_on(int(sys.argv[1]))
    request = json.loads(sys.stdin.buffer.readline())
    do = request["do"]
    bound(
        processor_s=request["processor_s"],
        memory_bytes=request["memory_bytes"],
        most_memory_bytes=request["memory_bytes"] + request["pages"] * request["page_bytes"],
        file_bytes=request.get("writes_bytes", 1 << 20),
    )
    confine([Path(request[_WRITTEN[do]]).parent] if do in _WRITTEN else ())
    if do == "picture":
        _serve_pictures(Path(request["path"]), say)
        return
    works = {"parse": _parse, "marks": _marks, "copy": _copy, "compare": _compare, "typeset": _typeset}
    work = works[do]
    _answer(say, lambda: work(request, say))


def _serve_pictures(path: Path, say: Say) -> None:
    """Answer for one page after another. The parent may be any of its threads: no signal tells that it is gone."""
    from paperlab.pdf.render import Renderer

    questions: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            questions.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    renderer = Renderer(lambda: opened(path))
    while True:
        question = questions.get()
        _answer(say, lambda: renderer.picture(**question))  # noqa: B023  (called at once)


def _answer(say: Say, work: Callable[[], dict[str, Any]]) -> None:
    try:
        say({"result": work()})
    except PdfError as error:
        say({"error": type(error).__name__, "message": error.message})
    except MemoryError:
        say({"error": PdfTooCostly.__name__, "message": "it needs too much memory"})


def _private_stdout() -> Say:
    """Keep stdout for messages: whatever libraries print goes to stderr."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        private.write(encode(message))
        private.flush()

    return say


def _hold_on(lifeline: int) -> None:
    """End when the parent does, whatever is at work: the system sends a signal when the pipe's other end is closed.

    The one that prctl offers for a parent's death goes by the thread that started the child: it would come too early.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it was closed before we held on
        os._exit(1)


def _parse(request: dict[str, Any], say: Say) -> dict[str, Any]:
    from paperlab.pdf.document import assemble
    from paperlab.pdf.layout import describe, read_regions
    from paperlab.pdf.mark_reading import count_marks

    document = opened(Path(request["path"]))
    count = document.page_count
    if count > request["pages"]:
        raise PdfTooCostly(f"it has {count} pages, more than {request['pages']}")
    notes = list(request["notes"])
    if document.is_repaired:
        notes.append("the file is damaged and was repaired for reading")
    marks = count_marks(document)
    pages = _pages(document, request, notes, say)

    least_s, average_s = request["model_s"]
    until = time.monotonic() + max(least_s, average_s * count)
    late: list[int] = []

    def ask(index: int) -> tuple[Region, ...]:
        if index in request["plain"]:
            return ()
        if request["model"] != "every" and time.monotonic() > until:
            late.append(index)
            return ()
        say({"page": index + 1, "of": count, "model": True})
        return read_regions(document[index], pages[index])

    if request["model"] == "every":
        pages = [replace(page, regions=ask(page.index)) if page.pieces else page for page in pages]
    say({"page": 0, "of": count})
    if not any(page.width for page in pages):
        raise UnreadablePdf("none of its pages can be read")
    parsed = assemble(describe(document, tuple(pages), tuple(notes)), ask)
    if late:
        words = f"the layout model took too long: {len(late)} pages were read by rules alone"
        parsed = replace(parsed, notes=(*parsed.notes, words))
    answer = from_parsed(replace(parsed, mark_count=marks))
    if len(encode(answer)) > _LONGEST_ANSWER:
        raise PdfTooCostly(f"its text takes more than {_LONGEST_ANSWER >> 20} MB")
    return answer


def _pages(document: Any, request: dict[str, Any], notes: list[str], say: Say) -> list[RawPage]:
    pages: list[RawPage] = []
    left = int(request["characters"])
    for index in range(document.page_count):
        say({"page": index + 1, "of": document.page_count})
        bound_memory(request["memory_bytes"] + index * request["page_bytes"])
        page = RawPage(index, 0.0, 0.0, ()) if index in request["skip"] else _page(document, index, notes)
        left -= _length(page)
        if left < 0:
            raise PdfTooCostly(f"it holds more than {request['characters']} characters")
        pages.append(page)
    return pages


def _length(page: RawPage) -> int:
    return sum(len(span.text) for piece in page.pieces for span in piece.spans)


def opened(path: Path) -> Any:
    """A document of at least a page.

    Raises:
        EncryptedPdf, UnreadablePdf
    """
    pymupdf = pymupdf_alone()
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    try:
        document = pymupdf.open(path, filetype="pdf")
        if document.needs_pass and not document.authenticate(""):
            raise EncryptedPdf("it is encrypted and needs a password")
        if document.page_count < 1:
            raise UnreadablePdf("it has no pages")
    except (PdfError, MemoryError):
        raise
    except Exception as error:  # MuPDF's own classes of errors are many
        raise UnreadablePdf("it is broken") from error
    return document


def _page(document: Any, index: int, notes: list[str]) -> RawPage:
    """A page, or an empty one with a note if it cannot be read."""
    from paperlab.pdf.layout import read_page
    from paperlab.pdf.mark_reading import strip_page

    try:
        strip_page(document, index)
        page = read_page(document[index], index)
        if _length(page) > _MOST_CHARACTERS:
            raise ValueError(f"it holds more than {_MOST_CHARACTERS} characters")
        return page
    except MemoryError:
        raise
    except Exception as error:
        notes.append(f"page {index + 1} was left out: {_short(error)}")
        return RawPage(index, 0.0, 0.0, ())


def _marks(request: dict[str, Any], say: Say) -> dict[str, Any]:
    from paperlab.pdf.mark_reading import read_marks_of
    from paperlab.pdf.marks import from_marks

    document = opened(Path(request["path"]))
    count = document.page_count
    if count > request["pages"]:
        raise PdfTooCostly(f"it has {count} pages, more than {request['pages']}")
    return from_marks(read_marks_of(document, request["marks"], lambda page: say({"page": page, "of": count})))


def _copy(request: dict[str, Any], say: Say) -> dict[str, Any]:
    from paperlab.pdf.copy_writing import CopyWriter

    copy = Path(request["copy"])
    writer = CopyWriter(opened(copy), opened(Path(request["path"])))
    reasons = []
    for number, annotation in enumerate(request["annotations"], 1):
        say({"page": number, "of": len(request["annotations"])})
        reasons.append(writer.write(annotation))
    if not all(reasons):
        writer.save(copy)
    return {"reasons": reasons}


def _compare(request: dict[str, Any], say: Say) -> dict[str, Any]:
    from paperlab.pdf.copy_checking import differences

    original, copy = Path(request["path"]), Path(request["copy"])
    found = differences(original, copy, request["written"], lambda page, of: say({"page": page, "of": of}))
    if opened(copy).is_repaired:
        found.append("the copy is damaged")
    return {"differences": found}


def _typeset(request: dict[str, Any], _say: Say) -> dict[str, Any]:
    from paperlab.pdf.press import press

    return {"pages": press(request["article"], Path(request["target"]))}


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__


if __name__ == "__main__":
    main()
