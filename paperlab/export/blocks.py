"""The highlights of a file taken apart again: what stands in the managed region, block by block."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from paperlab.export.harmless import fences

_ID = re.compile(r'(?:\^|<a id=")(hl-[A-Za-z0-9-]+)(?:"></a>)?[ \t]*')
_TAGS = re.compile(r"(.*\))((?:[ \t]+#[\w/-]+)*)[ \t]*")
_HEADING = re.compile(r"## .*")


@dataclass(frozen=True, slots=True)
class Block:
    """One annotation as it stands in a file."""

    head: tuple[str, ...]
    """The lines of the quote and the line with the page link, without tags and without `> `."""
    tags: tuple[str, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """What a region holds."""

    by_id: Mapping[str, Block] = field(default_factory=dict)
    """By block id, in the order of the file."""
    strays: tuple[str, ...] = ()
    """Texts that belong to no block."""
    twice: tuple[str, ...] = ()
    """Block ids that stand there more than once; the first counts."""


def headings_in(body: str) -> frozenset[str]:
    """The headings that paperlab has put into a region: no comment holds one outside of code."""
    lines = body.split("\n")
    code = _inside(fences(lines))
    return frozenset(line for index, line in enumerate(lines) if _HEADING.fullmatch(line) and index not in code)


def parse_blocks(body: str, headings: Collection[str]) -> Blocks:
    """Take a region apart. What stands below a block id, up to the next heading or quote, is that block's comment.

    Args:
        body: With line feeds alone.
        headings: Those that are paperlab's. Any other is the reader's text.
    """
    lines = body.split("\n")
    ids = [(index, found[1]) for index, line in enumerate(lines) if (found := _ID.fullmatch(line))]
    found_blocks: dict[str, Block] = {}
    strays: list[str] = []
    twice: list[str] = []
    last_id, gap_start = "", 0
    heads: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    comments: dict[str, str] = {}
    for index, block_id in [*ids, (len(lines), "")]:
        head_start, head_end = _head(lines, gap_start, index) if block_id else (index, index)
        comment, left = _split_gap(lines[gap_start:head_start], headings, has_comment=bool(last_id))
        if last_id:
            comments[last_id] = comment
        strays += left
        if block_id in heads:
            twice.append(block_id)
            strays.append("\n".join(lines[head_start:head_end]))
            last_id = ""
        else:
            heads[block_id] = _taken_apart(lines[head_start:head_end])
            last_id = block_id
        gap_start = index + 1
    for block_id, (head, tags) in heads.items():
        if block_id:
            found_blocks[block_id] = Block(head, tags, comments.get(block_id, ""))
    return Blocks(found_blocks, tuple(stray for stray in strays if stray.strip()), tuple(dict.fromkeys(twice)))


def _head(lines: Sequence[str], start: int, id_index: int) -> tuple[int, int]:
    """Where the quote above a block id begins and ends."""
    end = id_index
    while end > start and not lines[end - 1].strip():
        end -= 1
    begin = end
    while begin > start and lines[begin - 1].startswith(">"):
        begin -= 1
    return begin, end


def _taken_apart(quoted: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    head = [line.removeprefix(">").removeprefix(" ").rstrip() for line in quoted]
    if not head or not (found := _TAGS.fullmatch(head[-1])):
        return tuple(head), ()
    return (*head[:-1], found[1]), tuple(tag[1:] for tag in found[2].split())


def _split_gap(lines: Sequence[str], headings: Collection[str], *, has_comment: bool) -> tuple[str, list[str]]:
    """What stands between a block id and the next quote: the comment, and what is neither that nor a heading."""
    code = _inside(fences(lines))
    last = max((index for index, line in enumerate(lines) if line.strip()), default=-1)
    ours = [
        index for index, line in enumerate(lines) if line.rstrip() in headings and (index not in code or index == last)
    ]
    first = ours[0] if ours else len(lines)
    comment = _trimmed(lines[:first])
    left = [_trimmed([line for index, line in enumerate(lines[first:], first) if index not in ours])]
    return (comment, left) if has_comment else ("", [comment, *left])


def _trimmed(lines: Sequence[str]) -> str:
    text = "\n".join(lines).strip("\n")
    return text if text.strip() else ""


def _inside(spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    return frozenset(index for first, last in spans for index in range(first, last + 1))
