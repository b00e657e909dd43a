"""A paper's marks as Markdown: a quote with a link to its page, a block id, the comment, the answers to it."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from urllib.parse import quote

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.papers import Paper
from paperlab.domain.placements import Placement
from paperlab.export.harmless import literal, literal_words, own_markdown

_FIRST_ID_LENGTH = 8


class Flavor(StrEnum):
    """Whose Markdown a file is."""

    OBSIDIAN = "obsidian"
    PLAIN = "plain"
    """Any other editor's: managed regions and block ids are HTML, which no viewer shows."""
    LOGSEQ = "logseq"


def highlights(
    paper: Paper,
    annotations: Sequence[Annotation],
    folder: str,
    places: Mapping[str, Placement],
    flavor: Flavor = Flavor.OBSIDIAN,
) -> str:
    """The annotations under the headings they stand below, each heading once; at the end those without a place.

    Args:
        folder: The paper's folder as it stands in a link.
        places: By annotation id, for those made on another edition than the newest.
    """
    ids = block_ids(annotations)
    by_thread = threads(annotations)
    sections: dict[str, list[str]] = {"": []}
    lost: list[str] = []
    for first in sorted(by_thread, key=lambda first: _page_index(first, places)):
        link = f"{page_link(paper, first, folder)}{_elsewhere(paper, places.get(first.id), folder)}"
        blocks = [_block(first, link, ids[first.id], flavor)]
        blocks += [_block(answer, _answer(answer), ids[answer.id], flavor) for answer in by_thread[first]]
        place = places.get(first.id)
        group = lost if place and place.page_index is None else sections.setdefault(literal_words(first.section), [])
        group.extend(blocks)
    told = "".join((f"## {heading}\n\n" if heading else "") + "".join(found) for heading, found in sections.items())
    return told + (
        f"## Not found in {paper.newest.name}\n\n{''.join(lost)}" if lost and paper.newest else "".join(lost)
    )


def page_link(paper: Paper, annotation: Annotation, folder: str) -> str:
    """To the page of the edition on which the annotation was made: in the library, else on arXiv, else none."""
    return _link(paper, annotation.edition, annotation.page_index, folder)


def page_url(paper: Paper, edition_name: str, page_index: int, folder: str) -> str:
    """The address of a page; empty where the edition is neither in the library nor on arXiv."""
    edition = paper.edition(edition_name)
    if edition:
        target = f"{quote(folder, safe='/:.~')}/{quote(edition.file)}"
    elif paper.arxiv_id and re.fullmatch(r"v\d+", edition_name, re.ASCII):
        target = f"https://arxiv.org/pdf/{paper.arxiv_id.bare}{edition_name}"
    else:
        return ""
    return f"{target}#page={page_index + 1}"


def block_ids(annotations: Sequence[Annotation]) -> dict[str, str]:
    """`hl-` and the first 8 characters of each id, more where an older annotation has these already."""
    taken: dict[str, str] = {}
    for annotation in sorted(annotations, key=lambda annotation: (annotation.created, annotation.id)):
        clean = re.sub(r"[^A-Za-z0-9-]", "-", annotation.id)
        length = _FIRST_ID_LENGTH
        while clean[:length] in taken.values() and length < len(clean):
            length += 1
        taken[annotation.id] = clean[:length]
    return {annotation_id: f"hl-{short}" for annotation_id, short in taken.items()}


def shown_comment(comment: str) -> str:
    """A comment as it stands in a file."""
    shown = own_markdown(comment, keep_headings=False)
    return shown if shown.strip() else ""


def shown_tag(tag: str) -> str:
    return re.sub(r"[^\w/-]+", "-", tag)


def threads(annotations: Sequence[Annotation]) -> dict[Annotation, list[Annotation]]:
    """The annotations that begin a thread, in their order, each with all answers below it, oldest first."""
    by_id = {annotation.id: annotation for annotation in annotations}

    def first_of(annotation: Annotation) -> Annotation:
        seen = {annotation.id}
        while (parent := by_id.get(annotation.reply_to)) is not None:
            if parent.id in seen:  # a ring, which only a damaged file can hold: its first member begins it
                return min((by_id[one] for one in seen), key=lambda one: (one.created, one.id))
            seen.add(parent.id)
            annotation = parent
        return annotation

    found: dict[Annotation, list[Annotation]] = {}
    firsts = [(annotation, first_of(annotation)) for annotation in annotations]
    for annotation, first in firsts:
        if annotation is first:
            found[first] = []
    for annotation, first in sorted(firsts, key=lambda pair: (pair[0].created, pair[0].id)):
        if annotation is not first:
            found[first].append(annotation)
    return found


def _page_index(annotation: Annotation, places: Mapping[str, Placement]) -> int:
    place = places.get(annotation.id)
    return annotation.page_index if place is None or place.page_index is None else place.page_index


def _block(annotation: Annotation, said: str, block_id: str, flavor: Flavor) -> str:
    kind = "" if annotation.kind is AnnotationKind.HIGHLIGHT else f", {annotation.kind.value}"
    color = re.sub(r"[^\w#-]", "", annotation.color)
    author = f", by {literal_words(annotation.author)}" if annotation.author and not annotation.reply_to else ""
    tags = "".join(f" #{shown_tag(tag)}" for tag in annotation.tags if tag)
    looks = "" if annotation.reply_to else f", {color}{kind}"
    lines = [*literal(annotation.quote), f"({said}{looks}{author}){tags}"]
    quoted = "".join(f"> {line}\n" for line in lines)
    anchor = f'<a id="{block_id}"></a>' if flavor is Flavor.PLAIN else f"^{block_id}"
    comment = shown_comment(annotation.comment)
    return f"{quoted}\n{anchor}\n\n" + (f"{comment}\n\n" if comment else "")


def _answer(annotation: Annotation) -> str:
    author = f" by {literal_words(annotation.author)}" if annotation.author else ""
    return f"answer{author}, {annotation.created:%Y-%m-%d}"


def _elsewhere(paper: Paper, place: Placement | None, folder: str) -> str:
    if place is None:
        return ""
    if place.page_index is None:
        return f", {place.told}"
    told = f" ({place.told})" if place.told else ""
    return f", in {place.edition} {_link(paper, place.edition, place.page_index, folder)}{told}"


def _link(paper: Paper, edition_name: str, page_index: int, folder: str) -> str:
    url = page_url(paper, edition_name, page_index, folder)
    return f"[p. {page_index + 1}](<{url}>)" if url else f"p. {page_index + 1}"
