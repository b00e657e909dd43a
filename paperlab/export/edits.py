"""What a reader has changed within the managed regions of a file, told by what paperlab wrote there the last time."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from paperlab.export.blocks import Block, headings_in, parse_blocks
from paperlab.export.front_matter import length_of
from paperlab.export.harmless import without_controls
from paperlab.export.regions import HIGHLIGHTS, NOTES, body_of, find_regions


@dataclass(frozen=True, slots=True)
class Exported:
    """What paperlab has written into the regions of a file."""

    blocks: Mapping[str, Block] = field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class CommentEdit:
    block_id: str
    text: str
    base: str | None
    """What it was changed from; None if that is not known."""


@dataclass(frozen=True, slots=True)
class TagsEdit:
    block_id: str
    tags: tuple[str, ...]
    base: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class NotesEdit:
    text: str
    base: str | None


@dataclass(frozen=True, slots=True)
class Edits:
    """The reader's changes. A new export would undo all of them but the deletions, which it fills in again."""

    comments: tuple[CommentEdit, ...] = ()
    tags: tuple[TagsEdit, ...] = ()
    notes: NotesEdit | None = None
    others: tuple[str, ...] = ()
    """What can not be taken back, a sentence each."""
    deleted: tuple[str, ...] = ()
    """Ids of blocks that are gone from the file."""

    @property
    def would_be_lost(self) -> bool:
        return bool(self.comments or self.tags or self.notes or self.others)

    def __str__(self) -> str:
        """`2 comments, the notes`."""
        counted = (
            (len(self.comments), "comment", "comments"),
            (len(self.tags), "tag line", "tag lines"),
            (len(self.others), "other change", "other changes"),
        )
        told = [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
        return ", ".join([*told, *(["the notes"] if self.notes else [])])


def exported_in(bodies: Mapping[str, str]) -> Exported:
    """What the regions hold as paperlab writes them."""
    headings = headings_in(bodies[HIGHLIGHTS])
    return Exported(parse_blocks(bodies[HIGHLIGHTS], headings).by_id, headings, _trimmed(bodies[NOTES]))


def edits_in(text: str, fresh: Exported, last: Exported | None, past: Callable[[str], Collection[str]]) -> Edits:
    """Compare the regions of a file with what they would hold now, and with what was written the last time.

    Args:
        fresh: What an export would write now.
        last: What it wrote the last time; None if that is not known.
        past: All comments that the annotation of a block id has ever had, as they are shown: where it is not known what
            was written, these are no edits.

    Raises:
        ChangedOutside: The marks of the regions are damaged.
    """
    places = find_regions(text, length_of(text))
    bodies = {name: body_of(text, place) for name, place in places.items()}
    headings = fresh.headings | (last.headings if last else frozenset())
    found = parse_blocks(bodies.get(HIGHLIGHTS, ""), headings)
    known = {**(last.blocks if last else {}), **fresh.blocks}
    missing = {block_id: block for block_id, block in known.items() if block_id not in found.by_id}
    comments: list[CommentEdit] = []
    tags: list[TagsEdit] = []
    others = [*(f"{_shortened(stray)} belongs to no highlight" for stray in found.strays)]
    others += [f"^{block_id} is there twice" for block_id in found.twice]
    for block_id, block in found.by_id.items():
        now, base = fresh.blocks.get(block_id), last.blocks.get(block_id) if last else None
        others += _changed_head(block_id, block, now, base)
        if edit := _changed_comment(block_id, block, now, base, past):
            if lost := _swallowed(block, missing):
                others.append(f"the line ^{lost} is gone, so that what follows it belongs to ^{block_id}")
            elif now is None:
                others.append(f"^{block_id} is no longer in the library, and its comment has changed")
            else:
                comments.append(edit)
        if now and (base or set(block.tags) - set(now.tags)) and block.tags not in (now.tags, base and base.tags):
            tags.append(TagsEdit(block_id, block.tags, base.tags if base else None))
    notes = _trimmed(bodies[NOTES]) if NOTES in bodies else fresh.notes
    return Edits(
        tuple(comments),
        tuple(tags),
        _changed_notes(notes, fresh.notes, last),
        tuple(others),
        tuple(block_id for block_id in missing if last and block_id in last.blocks and block_id in fresh.blocks),
    )


def after(text: str, fresh: Exported, last: Exported | None) -> Exported:
    """What counts as written the last time, once changes are taken back: all that file and library agree on."""
    places = find_regions(text, length_of(text))
    bodies = {name: body_of(text, place) for name, place in places.items()}
    headings = fresh.headings | (last.headings if last else frozenset())
    found = parse_blocks(bodies.get(HIGHLIGHTS, ""), headings)
    agreed = {
        block_id: block
        for block_id, block in fresh.blocks.items()
        if block_id in found.by_id and found.by_id[block_id].comment == block.comment
    }
    old = last or Exported()
    has_notes = NOTES in bodies and _trimmed(bodies[NOTES]) == fresh.notes
    return Exported({**old.blocks, **agreed}, headings, fresh.notes if has_notes else old.notes)


def as_written(shown: str, original: str, show: Callable[[str], str]) -> str:
    """A text from a file as it is kept in the library.

    What is shown with escapes (`\\%\\%`) is kept without them, so that who changes one line changes none of the others.

    Args:
        original: What the library has.
        show: How a text of the library is shown in a file.
    """
    lines = without_controls(original).strip("\n").split("\n")
    raw = original.replace("\r\n", "\n").strip("\n").split("\n")
    if [without_controls(line) for line in raw] == lines:
        lines = raw
    back = dict(zip(show(original).split("\n"), lines, strict=False))  # a fence may have been closed at the end
    return "\n".join(back.get(line, line) for line in shown.split("\n"))


def _changed_head(block_id: str, block: Block, now: Block | None, base: Block | None) -> list[str]:
    known = [one for one in (now, base) if one]
    if not known or any(block.head == one.head for one in known):
        return []
    if base is None and any(block.head[:-1] == one.head[:-1] for one in known):
        return []  # the line with the link tells of editions and colours, which may have changed in the library
    return [f"the quote of ^{block_id} has changed; it is the paper's"]


def _changed_comment(
    block_id: str, block: Block, now: Block | None, base: Block | None, past: Callable[[str], Collection[str]]
) -> CommentEdit | None:
    if (now and block.comment == now.comment) or (base and block.comment == base.comment):
        return None
    if base is None and (not block.comment or block.comment in past(block_id)):
        return None
    return CommentEdit(block_id, block.comment, base.comment if base else None)


def _changed_notes(text: str, now: str, last: Exported | None) -> NotesEdit | None:
    if text == now or (last is not None and text == last.notes):
        return None
    if last is None and now.startswith(text):  # nothing is in it that the notes lack
        return None
    return NotesEdit(text, last.notes if last else None)


def _swallowed(block: Block, missing: Mapping[str, Block]) -> str:
    """The block that has lost its id line, and so stands in the comment of the one before it."""
    lines = {line.removeprefix(">").strip() for line in block.comment.split("\n") if line.startswith(">")}
    return next((lost for lost, other in missing.items() if lines & {line for line in other.head if line}), "")


def _trimmed(body: str) -> str:
    text = body.strip("\n")
    return text if text.strip() else ""


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= 40 else line[:39] + '…'}”"
