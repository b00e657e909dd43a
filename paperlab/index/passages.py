"""Passages: whole sentences inside one section, sized to the encoder's window. What is embedded, ranked and quoted."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from paperlab.domain.blocks import Block, BlockKind
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import PageBox, Passage, PassageKind
from paperlab.domain.sentences import sentence_spans
from paperlab.index.packing import (
    AFTER_BLOCK,
    AFTER_SENTENCE,
    BEFORE_DEPENDENT,
    Piece,
    TokenCounter,
    halve,
    joined,
    measure,
    pack,
    runs,
)

REFERENCES = ("References",)
"""Section of all passages of bibliography entries, whatever the paper calls it, so that search can tell them apart."""

_LONGEST = 192  # tokens; a longer window makes no longer passages, which would point less precisely (ADR 0011)
_SPECIAL = 2  # tokens that the model puts around a text
_LONGEST_CONTEXT = 80  # characters of the title, and again of the section path
_TITLE_TOKENS = 32  # room that a note leaves for the title

_HEADINGS = (BlockKind.TITLE, BlockKind.HEADING)
_BODY = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FORMULA)
_ROW = re.compile(r"[^\n]*[^\s][^\n]*")
_NOTE_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def embedding_text(passage: Passage, title: str) -> str:
    """A passage as it is embedded: as it stands; a note, which says less by itself, behind its title and section path.

    Before a paper's own passages they do harm: passages draw near to each other for what they share (ADR 0011).
    """
    if passage.kind is not PassageKind.NOTE:
        return passage.text
    context = _context(passage.section, title)
    return f"{context}\n{passage.text}" if context else passage.text


def cut_passages(
    key: PaperKey,
    edition: str,
    blocks: Sequence[Block],
    count_tokens: TokenCounter,
    max_tokens: int,
) -> tuple[Passage, ...]:
    """Cut an edition into passages, in reading order.

    Every block but the title and the headings is in them, whole. Paragraphs, list items and formulas of a section go
    together, past the figures between them; so do captions with tables, the footnotes of a page, and references.

    Args:
        count_tokens: Tokens of each text, special tokens left out; called once, and again only for what must be halved.
        max_tokens: The encoder's window, special tokens included. The `embedding_text` of each passage fits into it,
            down to windows of some 64 tokens.
    """
    texts = [block.text for block in blocks]
    streams = list(_streams(blocks))
    pieces = [piece for _, indexes in streams for index in indexes for piece in _pieces(index, blocks[index])]
    _, counted = measure((), pieces, texts, count_tokens)
    room = _room(max_tokens, 0)
    stream_of = {index: stream for stream, (_, indexes) in enumerate(streams) for index in indexes}
    fitting = halve(counted, texts, count_tokens, lambda _: room)
    passages = []
    for stream, members in groupby(fitting, key=lambda piece: stream_of[piece.block]):
        for run in pack(list(members), room):
            passages.append(
                Passage(
                    paper=key,
                    kind=PassageKind.PASSAGE,
                    text=joined(run, texts),
                    section=streams[stream][0],
                    edition=edition,
                    boxes=_boxes(run, blocks),
                    first_block=run[0].block,
                )
            )
    return tuple(sorted(passages, key=lambda passage: passage.first_block or 0))


def cut_notes(key: PaperKey, text: str, count_tokens: TokenCounter, max_tokens: int) -> tuple[Passage, ...]:
    """Cut the reader's notes, in Markdown, into their paragraphs; the section of each is the path of headings above it.

    A paragraph past the window is cut between sentences. The other arguments are those of `cut_passages`.
    """
    paragraphs = list(_paragraphs(text))
    texts = [paragraph for _, paragraph in paragraphs]
    contexts = [_context(section) for section, _ in paragraphs]
    pieces = [
        Piece(index, start, end, AFTER_SENTENCE)
        for index, paragraph in enumerate(texts)
        for start, end in sentence_spans(paragraph)
    ]
    sizes, counted = measure(contexts, pieces, texts, count_tokens)
    rooms = [_room(max_tokens, size + _TITLE_TOKENS) for size in sizes]
    fitting = halve(counted, texts, count_tokens, lambda piece: rooms[piece.block])
    return tuple(
        Passage(paper=key, kind=PassageKind.NOTE, text=joined(run, texts), section=paragraphs[index][0])
        for index, members in groupby(fitting, key=lambda piece: piece.block)
        for run in pack(list(members), rooms[index])
    )


def _context(section: tuple[str, ...], title: str = "") -> str:
    path = " > ".join(section)
    if len(path) > _LONGEST_CONTEXT:
        path = section[-1]
    return " > ".join(part for part in (_shortened(title), _shortened(path)) if part)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= _LONGEST_CONTEXT:
        return text
    return text[:_LONGEST_CONTEXT].rpartition(" ")[0] or text[:_LONGEST_CONTEXT]


def _room(max_tokens: int, context: int) -> int:
    """Tokens for the text of a passage: at least a quarter of the window, however long the context is."""
    window = min(max_tokens, _LONGEST)
    return max(window - _SPECIAL - context, window // 4, 1)


def _streams(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Blocks that may share passages, by their indexes, with their section."""
    streams: dict[tuple[object, ...], list[int]] = {}
    headings = bodies = 0
    for index, block in enumerate(blocks):
        kind = block.kind
        if kind in _HEADINGS:
            headings += 1
        elif kind in _BODY:
            bodies += 1
            streams.setdefault((headings, block.section), []).append(index)
        elif kind is BlockKind.REFERENCE:
            streams.setdefault((kind,), []).append(index)
        elif kind is BlockKind.FOOTNOTE:
            streams.setdefault((kind, block.page_index), []).append(index)
        else:  # captions and tables that stand together
            streams.setdefault((BlockKind.TABLE, headings, bodies, block.section), []).append(index)
    for indexes in streams.values():
        first = blocks[indexes[0]]
        yield REFERENCES if first.kind is BlockKind.REFERENCE else first.section, indexes


def _pieces(index: int, block: Block) -> Iterator[Piece]:
    # a formula and a list item need the words that lead to them
    is_dependent = block.kind in (BlockKind.FORMULA, BlockKind.LIST_ITEM)
    price = BEFORE_DEPENDENT if is_dependent else AFTER_BLOCK
    for start, end in _spans(block):
        yield Piece(index, start, end, price)
        price = AFTER_SENTENCE


def _spans(block: Block) -> list[tuple[int, int]]:
    if block.kind is BlockKind.TABLE:
        return [match.span() for match in _ROW.finditer(block.text)]
    if block.kind in (BlockKind.FORMULA, BlockKind.REFERENCE):
        return [(0, len(block.text))] if block.text.strip() else []
    return sentence_spans(block.text)


def _boxes(run: Sequence[Piece], blocks: Sequence[Block]) -> tuple[PageBox, ...]:
    return tuple(
        PageBox(line.page_index, line.box)
        for index, start, end in runs(run)
        for line in blocks[index].lines_of(start, end)
    )


def _paragraphs(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Paragraphs of a Markdown text with the headings above them. Fenced code is one paragraph, whatever is in it."""
    headings: list[tuple[int, str]] = []
    lines: list[str] = []
    fence = ""
    for line in [*text.splitlines(), ""]:
        heading = None if fence else _NOTE_HEADING.fullmatch(line)
        if lines and not fence and (heading or not line.strip()):
            yield tuple(title for _, title in headings), "\n".join(lines)
            lines = []
        if heading:
            level = len(heading[1])
            headings = [*((above, title) for above, title in headings if above < level), (level, _title(heading[2]))]
        elif fence or line.strip():
            lines.append(line)
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
    if any(line.strip() for line in lines):  # a fence that was never closed
        yield tuple(title for _, title in headings), "\n".join(lines).rstrip()


def _title(heading: str) -> str:
    """Without the closing hashes that Markdown allows."""
    heading = heading.rstrip()
    title = heading.rstrip("#")
    return title.rstrip() if title != title.rstrip() else heading
