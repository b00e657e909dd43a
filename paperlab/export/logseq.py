"""A paper as Logseq keeps its highlights: a page `hls__NAME` of blocks with properties, comments as blocks below."""

import re
import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from paperlab.domain.annotations import Annotation, AnnotationKind
from paperlab.domain.papers import Paper
from paperlab.domain.placements import Placement
from paperlab.export.harmless import fences, literal, literal_words, own_markdown
from paperlab.export.highlights import shown_tag, threads
from paperlab.export.markdown import file_name

_PROPERTY = re.compile(r"^(\s*[^\s:]+):(?=:(?:\s|$))", re.MULTILINE)
_ITEM = re.compile(r"[-*+] +(?=\S)")
_NAMESPACE = uuid.UUID("7a0c0a55-3f39-4d4b-8c5c-64c7d7a3f0f1")


def logseq(
    paper: Paper, annotations: Sequence[Annotation], notes: str, *, folder: str, places: Mapping[str, Placement]
) -> str:
    """The whole page. Pages count from 1; a mark made on another edition is on the page where it stands in the newest.

    Args:
        folder: The paper's folder as it stands in a link.
        places: By annotation id, for those made on another edition than the newest.
    """
    lines = [*_page_properties(paper, folder), ""]
    for first, answers in threads(annotations).items():
        lines += _block(0, literal(first.quote) or [""], _properties(first, places.get(first.id)))
        lines += _text_blocks(1, first.comment, keep_headings=False)
        for answer in answers:
            said = literal_words(answer.author) or "answer"
            lines += _block(1, [f"{said}, {answer.created:%Y-%m-%d}"], {"id": _uuid(answer)})
            lines += _text_blocks(2, answer.comment, keep_headings=False)
    if notes.strip():
        lines += [*_block(0, ["## My notes"], {}), *_text_blocks(1, notes, keep_headings=True)]
    return "\n".join(lines) + "\n"


def logseq_file_name(paper: Paper) -> str:
    """`hls__CITEKEY.md`"""
    return f"hls__{file_name(paper)}"


def _page_properties(paper: Paper, folder: str) -> list[str]:
    told = {
        "title": logseq_file_name(paper).removesuffix(".md"),
        "citekey": paper.citekey,
        "paperlab-id": str(paper.key),
    }
    if edition := paper.newest:
        target = f"{quote(folder, safe='/:.~')}/{quote(edition.file)}"
        told = {"file": f"[{paper.citekey}.pdf]({target})", "file-path": target} | told
    told["paper"] = literal_words(paper.title)
    if paper.tags:
        told["tags"] = ", ".join(shown_tag(tag) for tag in paper.tags)
    return [f"{name}:: {' '.join(value.split())}" for name, value in told.items()]


def _properties(annotation: Annotation, place: Placement | None) -> dict[str, str]:
    page_index = annotation.page_index if place is None or place.page_index is None else place.page_index
    told = {
        "ls-type": "annotation",
        "hl-page": str(page_index + 1),
        "hl-color": re.sub(r"[^\w#-]", "", annotation.color),
        "id": _uuid(annotation),
    }
    if annotation.kind is AnnotationKind.AREA:
        told |= {"hl-type": "area", "hl-stamp": str(int(annotation.created.timestamp() * 1000))}
    if place is not None:
        told["edition"] = annotation.edition if place.page_index is None else place.edition
    if annotation.author:
        told["author"] = literal_words(annotation.author)
    if annotation.tags:
        told["tags"] = ", ".join(shown_tag(tag) for tag in annotation.tags)
    return told


def _text_blocks(level: int, text: str, *, keep_headings: bool) -> list[str]:
    """The reader's Markdown, a block a paragraph or list item; code stays together."""
    shown = own_markdown(text, keep_headings=keep_headings)
    lines = shown.split("\n")
    code = {index for first, last in fences(lines) for index in range(first, last + 1)}
    blocks: list[list[str]] = [[]]
    for index, line in enumerate(lines):
        if index not in code and (item := _ITEM.match(line)):
            blocks.append([line[item.end() :]])
        elif line.strip() or index in code:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [made for block in blocks if block for made in _block(level, block, {})]


def _block(level: int, text: Sequence[str], properties: Mapping[str, str]) -> list[str]:
    indent = "\t" * level
    first, *others = _PROPERTY.sub(r"\1\\:", "\n".join(text)).split("\n")
    told = [f"{name}:: {value}" for name, value in properties.items()]
    return [f"{indent}- {first}", *(f"{indent}  {line}" for line in [*others, *told])]


def _uuid(annotation: Annotation) -> str:
    """Logseq takes nothing else for an id."""
    try:
        return str(uuid.UUID(annotation.id))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, annotation.id))
