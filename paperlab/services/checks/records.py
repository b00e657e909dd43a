"""Records held against their files and against each other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from paperlab.domain.findings import Finding, Kind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.errors import LibraryError, NotAPdf, UnreadablePdf
from paperlab.library.conflicts import has_conflict_marks
from paperlab.library.mending import true_size
from paperlab.library.stamps import RECORD
from paperlab.pdf.parse import check_pdf
from paperlab.services.checks.examination import Examination
from paperlab.services.joining import doubles

_AHEAD = timedelta(days=1)


def damaged_record(exam: Examination, key: PaperKey, error: LibraryError) -> Finding:
    """What to say of a record that cannot be read."""
    path, hint = exam.library.folder(key) / RECORD, error.hint
    if path.is_file() and has_conflict_marks(path):
        hint = "git has left two versions in it: keep one of them and delete the lines <<<<<<<, ======= and >>>>>>>"
    return Finding(Kind.RECORD_DAMAGED, str(key), error.message, hint)


def record_findings(exam: Examination, paper: Paper) -> Iterator[Finding]:
    """The PDFs of a record, and its times."""
    place = str(paper.key)
    for edition in paper.editions:
        yield from _edition_findings(exam, paper.key, edition)
    for of in ("file", "sha256"):
        counts = Counter(getattr(edition, of) for edition in paper.editions)
        for value, count in counts.items():
            if count > 1 and not (of == "sha256" and len({edition.file for edition in paper.editions}) == 1):
                names = ", ".join(edition.name for edition in paper.editions if getattr(edition, of) == value)
                word = f"the file {value}" if of == "file" else "the same bytes"
                yield Finding(Kind.EDITION_TWICE, place, f"{names} are {word}", "take one of them out of paper.toml")
    times = {"added": paper.added} | {f"{edition.name} fetched": edition.fetched for edition in paper.editions}
    for name, at in times.items():
        if at > exam.now + _AHEAD:
            hint = "look at this machine's clock, then at paper.toml"
            yield Finding(Kind.TIME_UNLIKELY, place, f"{name} on {at:%Y-%m-%d}, which is still to come", hint)


def _edition_findings(exam: Examination, key: PaperKey, edition: Edition) -> Iterator[Finding]:
    path, place = exam.library.edition_path(key, edition), str(key)
    if not path.exists():
        hint = f"`paperlab fetch {key}` downloads it again"
        yield Finding(Kind.PDF_MISSING, place, f"{edition.file} is missing", hint)
        return
    try:
        sha256, size = exam.hash_of(path)
    except LibraryError as error:
        yield Finding(Kind.UNREADABLE, place, error.message, error.hint)
        return
    if sha256 != edition.sha256:
        if not size:
            hint = f"it is empty: delete it, and `paperlab fetch {key}` downloads it again"
        else:
            hint = f"another program has changed it: `paperlab annotations import {key}` takes over marks made in it; "
            hint += "then move it away and fetch it again"
        message = f"{edition.file} is not the file that was fetched: its hash differs"
        yield Finding(Kind.PDF_CHANGED, place, message, hint)
        return
    try:
        check_pdf(path)
    except (NotAPdf, UnreadablePdf) as error:
        yield Finding(Kind.NOT_A_PDF, place, error.message, "move it away and fetch it again")
    if edition.sha256 in exam.unread:
        for reason in exam.unread[edition.sha256].reasons:
            yield Finding(Kind.PDF_UNREAD, place, reason, "`paperlab index rebuild` tries again")
    if size != edition.size_bytes:
        message = f"{edition.file} has {size} bytes, and {edition.size_bytes} in the record; its hash is right"

        def correct() -> str:
            right = replace(edition, size_bytes=true_size(path, edition))

            def edit(paper: Paper) -> Paper:
                return replace(paper, editions=tuple(right if e == edition else e for e in paper.editions))

            exam.library.change(key, edit)
            return f"{key}: bytes of {edition.name} are {right.size_bytes}"

        remedy = exam.for_paper(key, f"writes bytes = {size} into paper.toml", correct)
        yield Finding(Kind.SIZE_WRONG, place, message, "`paperlab doctor --fix` corrects the record", remedy)


def clashes(papers: Iterable[Paper]) -> Iterator[Finding]:
    """Papers that are at odds with each other."""
    papers = list(papers)
    citekeys: dict[str, PaperKey] = {}
    for paper in papers:
        if (other := citekeys.setdefault(paper.citekey, paper.key)) != paper.key:
            message = f"the citation key {paper.citekey} is also that of {other}"
            yield Finding(Kind.CITEKEY_TWICE, str(paper.key), message, "change one of them")
    for double in doubles(papers):
        hint = f"the same work twice? `paperlab merge {double.first.key} {double.second.key}` joins them"
        yield Finding(Kind.WORK_TWICE, str(double.second.key), f"{double.reason} as {double.first.key}", hint)
