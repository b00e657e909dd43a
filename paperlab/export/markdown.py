"""A paper as Markdown: front matter, highlights, notes, for Obsidian and any other editor."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.names import split_name
from paperlab.domain.papers import Paper
from paperlab.domain.progress import ReadingState
from paperlab.errors import ChangedOutside
from paperlab.export.front_matter import Value, value_of, with_front_matter
from paperlab.export.harmless import literal, literal_words, own_markdown
from paperlab.export.regions import region, replace_region

_FIRST_ID_LENGTH = 8


def markdown(
    paper: Paper,
    state: ReadingState,
    annotations: Sequence[Annotation],
    notes: str,
    existing: str | None,
    *,
    folder: str | None = None,
) -> str:
    """The Markdown file of a paper, new or renewed.

    There are two managed regions, `paperlab:highlights` and `paperlab:notes`; the second holds `notes.md`. On a renewal
    both get new content where they stand, or are added at the end where they are gone. In the front matter paperlab's
    own keys are renewed, and `tags` and `aliases` also keep what the reader has added. All else is the reader's and
    stays to the byte.

    Args:
        annotations: In page order; those without a section come first.
        existing: What is in the file now, with its line ends; None if there is none.
        folder: The paper's folder as seen from the file's, for the links to its pages; `papers/KEY` if not given.

    Raises:
        ChangedOutside: The file is that of another paper, by its `paperlab_id`.
    """
    if existing and (other := value_of(existing, "paperlab_id")) not in ("", str(paper.key)):
        raise ChangedOutside(f"the file for {paper.key} is that of {other}", hint="Export to another folder or file.")
    values = _front_matter(paper, state, annotations)
    highlights = _highlights(paper, annotations, folder or f"papers/{paper.key}")
    own_notes = f"\n{own_markdown(notes, keep_headings=True)}\n\n" if notes.strip() else ""
    if existing is None or not existing.strip():
        existing = f"# {literal_words(paper.title)}\n"
    text = with_front_matter(existing, values)
    text = _with_region(text, "highlights", highlights, "")
    return _with_region(text, "notes", own_notes, "## My notes\n\n")


def markdown_file_name(paper: Paper) -> str:
    """`CITEKEY.md`, with what no file name can hold as `-`: keys from bibliographies may contain slashes."""
    return re.sub(r'[/\\:*?"<>|]|^\.', "-", paper.citekey)[:200] + ".md"


def _with_region(text: str, name: str, body: str, heading: str) -> str:
    if (renewed := replace_region(text, name, body)) is not None:
        return renewed
    gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}{heading}{region(name, body)}\n"


def _front_matter(paper: Paper, state: ReadingState, annotations: Sequence[Annotation]) -> dict[str, Value | None]:
    """Our keys. What is not known of the paper is missing, so that a reader may fill it in."""
    arxiv_id, newest = paper.arxiv_id, paper.newest
    known: dict[str, Value | None] = {
        "title": paper.title,
        "authors": paper.authors,
        "year": paper.year,
        "arxiv": arxiv_id.bare if arxiv_id else None,
        "arxiv_version": newest.number if arxiv_id and newest else None,
        "doi": paper.doi or (arxiv_id.doi if arxiv_id else None),
    }
    return {name: value for name, value in known.items() if value is not None} | {
        "citekey": paper.citekey,
        "aliases": (f"{split_name(paper.authors[0]).family} {paper.year}",) if paper.authors and paper.year else (),
        "tags": paper.tags,
        "status": state.status.value,
        "depth": state.depth.value if state.depth else None,
        "progress": round(state.share_read(newest.name, state.page_count), 2) if newest else 0.0,
        "last_highlight_at": max((annotation.updated for annotation in annotations), default=None),
        "paperlab_id": str(paper.key),
    }


def _highlights(paper: Paper, annotations: Sequence[Annotation], folder: str) -> str:
    """The body of the region: the annotations under the headings they stand below, each heading once."""
    block_ids = _block_ids(annotations)
    sections: dict[str, list[str]] = {"": []}
    for annotation in sorted(annotations, key=lambda annotation: annotation.page_index):
        heading = literal_words(annotation.section)
        link = _page_link(paper, annotation, folder)
        sections.setdefault(heading, []).append(_highlight(annotation, link, block_ids[annotation.id]))
    return "".join((f"## {heading}\n\n" if heading else "") + "".join(found) for heading, found in sections.items())


def _highlight(annotation: Annotation, link: str, block_id: str) -> str:
    kind = "" if annotation.kind is AnnotationKind.HIGHLIGHT else f", {annotation.kind.value}"
    color = re.sub(r"[^\w#-]", "", annotation.color)
    tags = "".join(f" #{tag}" for tag in (re.sub(r"[^\w/-]+", "-", tag) for tag in annotation.tags))
    lines = [*literal(annotation.quote), f"({link}, {color}{kind}){tags}"]
    quoted = "".join(f"> {line}\n" for line in lines)
    comment = own_markdown(annotation.comment, keep_headings=False)
    return f"{quoted}\n^{block_id}\n\n" + (f"{comment}\n\n" if comment.strip() else "")


def _page_link(paper: Paper, annotation: Annotation, folder: str) -> str:
    """To the page of the edition on which the annotation was made: in the library, else on arXiv, else none."""
    page = annotation.page_index + 1
    edition = paper.edition(annotation.edition)
    if edition:
        target = f"{quote(folder, safe='/:.~')}/{quote(edition.file)}"
    elif paper.arxiv_id:
        target = f"https://arxiv.org/pdf/{paper.arxiv_id.bare}{quote(annotation.edition, safe='')}"
    else:
        return f"p. {page}"
    return f"[p. {page}](<{target}#page={page}>)"


def _block_ids(annotations: Sequence[Annotation]) -> dict[str, str]:
    """`hl-` and the first 8 characters of each id, more where an older annotation has these already."""
    taken: dict[str, str] = {}
    for annotation in sorted(annotations, key=lambda annotation: (annotation.created, annotation.id)):
        clean = re.sub(r"[^A-Za-z0-9-]", "-", annotation.id)
        length = _FIRST_ID_LENGTH
        while clean[:length] in taken.values() and length < len(clean):
            length += 1
        taken[annotation.id] = clean[:length]
    return {annotation_id: f"hl-{short}" for annotation_id, short in taken.items()}
