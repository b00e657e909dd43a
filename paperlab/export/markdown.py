"""A paper as Markdown: front matter, highlights, notes, for Obsidian and any other editor."""

import re
from collections.abc import Mapping, Sequence

from paperlab.domain.annotations import Annotation
from paperlab.domain.identifiers import RESERVED_NAMES
from paperlab.domain.names import split_name
from paperlab.domain.papers import Paper
from paperlab.domain.placements import Placement
from paperlab.domain.progress import ReadingState
from paperlab.errors import ChangedOutside
from paperlab.export.front_matter import Value, length_of, value_of, with_front_matter
from paperlab.export.harmless import literal_words, own_markdown
from paperlab.export.highlights import Flavor, highlights
from paperlab.export.regions import HIGHLIGHTS, NOTES, find_regions, region, with_body

_LONGEST_NAME = 200
"""Bytes of a file's name without its ending; systems take 255."""
_NO_PLACES: Mapping[str, Placement] = {}


def markdown(
    paper: Paper,
    state: ReadingState,
    annotations: Sequence[Annotation],
    notes: str,
    existing: str | None,
    *,
    folder: str | None = None,
    places: Mapping[str, Placement] = _NO_PLACES,
    flavor: Flavor = Flavor.OBSIDIAN,
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
        places: Where annotations made on another edition stand in the newest one, by id.
        flavor: How regions that are not there yet are marked, and block ids written.

    Raises:
        ChangedOutside: The file is that of another paper, by its `paperlab_id`; or its front matter or the marks of its
            regions are damaged.
    """
    bodies = region_bodies(paper, annotations, notes, folder=folder, places=places, flavor=flavor)
    return renewed(paper, state, annotations, bodies, existing, flavor)


def renewed(
    paper: Paper,
    state: ReadingState,
    annotations: Sequence[Annotation],
    bodies: Mapping[str, str],
    existing: str | None,
    flavor: Flavor,
) -> str:
    """As `markdown`, with what `region_bodies` has made."""
    if existing and (other := value_of(existing, "paperlab_id")) not in ("", str(paper.key)):
        raise ChangedOutside(f"the file for {paper.key} is that of {other}", hint="Export to another folder or file.")
    text = existing or ""
    if not text.strip("\ufeff \t\r\n"):
        gap = "" if text[-1:] in ("", "\ufeff", "\n") else "\n"
        text = f"{text}{gap}# {literal_words(paper.title)}\n"
    text = with_front_matter(text, _front_matter(paper, state, annotations))
    text = _with_region(text, HIGHLIGHTS, bodies[HIGHLIGHTS], "", flavor)
    return _with_region(text, NOTES, bodies[NOTES], "## My notes\n\n", flavor)


def region_bodies(
    paper: Paper,
    annotations: Sequence[Annotation],
    notes: str,
    *,
    folder: str | None = None,
    places: Mapping[str, Placement] = _NO_PLACES,
    flavor: Flavor = Flavor.OBSIDIAN,
) -> dict[str, str]:
    """What goes into the managed regions, by name. Arguments as for `markdown`."""
    shown = shown_notes(notes)
    return {
        HIGHLIGHTS: highlights(paper, annotations, folder or f"papers/{paper.key}", places, flavor),
        NOTES: f"\n{shown}\n\n" if shown else "",
    }


def shown_notes(notes: str) -> str:
    """The notes as they stand in a file."""
    shown = own_markdown(notes, keep_headings=True)
    return shown if shown.strip() else ""


def file_name(paper: Paper, ending: str = ".md") -> str:
    """`CITEKEY.md`, with what no file name can hold as `-`: keys from bibliographies may contain slashes."""
    name = re.sub(r'[/\\:*?"<>|\x00-\x1f]|^\.', "-", paper.citekey).encode()[:_LONGEST_NAME].decode(errors="ignore")
    return f"-{name}{ending}" if RESERVED_NAMES.fullmatch(name) else name + ending


def _with_region(text: str, name: str, body: str, heading: str, flavor: Flavor) -> str:
    place = find_regions(text, length_of(text)).get(name)
    if place is not None:
        return with_body(text, place, name, body)
    gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    added = f"{gap}{heading}{region(name, body, is_html=flavor is Flavor.PLAIN)}\n"
    return text + (added.replace("\n", "\r\n") if text.split("\n", 1)[0].endswith("\r") else added)


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
