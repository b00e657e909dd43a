"""Anchors: where an annotation stands in an edition, by its rectangles or by its quote and what is around it.

On its own edition page and rectangles tell; anywhere else the quote does, letter by letter, and what was around it
where it stands in several places or has changed a little. What is not sure enough has no place (ADR 0013).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from paperlab.domain.annotations import Annotation
from paperlab.domain.blocks import Block, Box
from paperlab.domain.candidates import Candidate, SeedTable, Sought, exact_candidates, share_kept
from paperlab.domain.passages import PageBox
from paperlab.domain.placements import Placement, Reason, Way, as_made
from paperlab.domain.strips import Span, boxes_of, strips_of, text_of
from paperlab.domain.text import folded

_LONG = 32
"""Bytes of a folded quote that does not stand anywhere by chance."""
_SHORT = 24
"""Letters of one that must begin and end where words do."""
_AGREES, _AGREES_ALONE = 0.5, 0.8
"""Share of the surroundings that confirms a place; of one side that does so without the other."""
_APART = 0.2
"""By so much one place must be confirmed better than the others."""
_CLOSE = 0.25
"""Shares of the surroundings that must stand directly at one of several places, or where the quote has changed."""
_KEPT, _KEPT_BESIDE, _GONE = 0.6, 0.8, 0.3
"""Share of a changed quote that must be there still: between surroundings that agree, beside such; below which it is
gone."""
_AS_SURE = 0.9
"""Confidence with which a quote tells against the rectangles of its own edition."""


def resolve(annotation: Annotation, edition: str, blocks: Sequence[Block]) -> Placement:
    """Where one annotation stands in an edition; `Anchorage` is quicker for many."""
    return Anchorage(edition, blocks).resolve(annotation)


class Anchorage:
    """An edition's text, folded once, for all that is to be placed in it."""

    def __init__(self, edition: str, blocks: Sequence[Block]) -> None:
        self._edition = edition
        self._blocks = blocks
        self._strips = strips_of((block.kind, block.text) for block in blocks)

    def resolve(self, annotation: Annotation) -> Placement:
        sought = Sought.of(annotation)
        if annotation.edition == self._edition:
            return self._own(annotation, sought)
        return self._elsewhere(annotation, sought)

    def resolve_all(self, annotations: Sequence[Annotation]) -> tuple[Placement, ...]:
        """Each of them, in their order; an answer without a quote goes with the mark that it answers."""
        placed = [self.resolve(annotation) for annotation in annotations]
        by_id = {placement.annotation.id: placement for placement in placed}
        return tuple(_followed(placement, by_id) for placement in placed)

    def _own(self, annotation: Annotation, sought: Sought) -> Placement:
        """By page and rectangles, if the quote is there; by the quote, if it is surely somewhere else."""
        on_boxes = [found for found in self._exact(annotation, sought) if self._is_on(found, annotation)]
        if on_boxes:
            return self._placed(annotation, max(on_boxes, key=lambda found: found.rank), Way.OWN, 1.0)
        under = self._under(annotation)
        if sought.quote and not (under and share_kept(sought.quote, folded(text_of(self._blocks, under))) >= _AGREES):
            elsewhere = self._elsewhere(annotation, sought)
            if not annotation.boxes or elsewhere.confidence >= _AS_SURE:
                return elsewhere
            under = ()
        return replace(as_made(annotation), spans=under if sought.quote else ())

    def _elsewhere(self, annotation: Annotation, sought: Sought) -> Placement:
        if not sought.quote:
            return self._unplaced(annotation, Reason.NO_QUOTE)
        found = self._exact(annotation, sought)
        if not sought.has_context:
            return self._without_context(annotation, sought, found)
        least_close = _CLOSE if len(found) > 1 else 0.0
        agreeing = [place for place in found if place.agreement >= _AGREES and place.close >= least_close]
        confirmed = self._confirmed(annotation, agreeing)
        if len(confirmed) > 1:
            return self._unplaced(annotation, Reason.AMBIGUOUS)
        changed = self._changed(sought) if not confirmed or confirmed[0].is_torn else Reason.GONE
        if isinstance(changed, Candidate):
            return self._placed(annotation, changed, Way.NEAR, 0.4 + 0.3 * changed.kept + 0.15 * changed.agreement)
        if confirmed:
            return self._placed(annotation, confirmed[0], *_surety(confirmed[0], found))
        if not found:
            return self._unplaced(annotation, changed)
        on_spot = [place for place in found if annotation.boxes and self._is_on(place, annotation)]
        if len(on_spot) == 1:  # a label in a figure, whose surroundings are whatever the parser makes of them
            return self._placed(annotation, on_spot[0], Way.CONTEXT, 0.6)
        if len(found) > 1:
            return self._unplaced(annotation, Reason.AMBIGUOUS)
        if len(sought.quote.encode()) < _LONG:
            return self._unplaced(annotation, Reason.ELSEWHERE)
        if self._is_in_section(found[0], annotation):  # a caption whose figure floats
            return self._placed(annotation, found[0], Way.EXACT, 0.75)
        return self._placed(annotation, found[0], Way.MOVED, 0.6)

    def _without_context(self, annotation: Annotation, sought: Sought, found: Sequence[Candidate]) -> Placement:
        """A mark from elsewhere that tells nothing of what is around it: only its section may choose."""
        in_section = [place for place in found if self._is_in_section(place, annotation)]
        if len(found) == 1 and (in_section or len(sought.quote.encode()) >= _LONG):
            return self._placed(annotation, found[0], Way.EXACT, 0.9 if in_section else 0.8)
        if len(in_section) == 1:
            return self._placed(annotation, in_section[0], Way.CONTEXT, 0.6)
        if len(found) == 1:
            return self._unplaced(annotation, Reason.ELSEWHERE)
        return self._unplaced(annotation, Reason.AMBIGUOUS if found else Reason.GONE)

    def _exact(self, annotation: Annotation, sought: Sought) -> list[Candidate]:
        """All places where the quote stands letter by letter, in the order of the text."""
        places: dict[tuple[int, int], Candidate] = {}
        for strip in self._strips:
            for found in exact_candidates(strip, sought):
                if len(sought.quote) >= _SHORT or self._has_bounds(found, annotation):
                    at = strip.place(found.begin)
                    places[at] = max(places.get(at, found), found, key=lambda place: place.rank)
        return [places[at] for at in sorted(places)]

    def _confirmed(self, annotation: Annotation, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """Of several places those that are confirmed best; where that is no matter, by section, then by page."""
        best = max((place.rank for place in found), default=0.0)
        likely = [place for place in found if place.rank > best - _APART]
        if len(likely) > 1:
            likely = [place for place in likely if self._is_in_section(place, annotation)] or likely
        if len(likely) > 1:
            likely = [place for place in likely if self._page_of(place) == annotation.page_index] or likely
        return likely

    def _changed(self, sought: Sought) -> Candidate | Reason:
        """The one place where most of the quote is left and its surroundings are there."""
        if sought.seam and any(sought.seam in strip.text for strip in self._strips):
            return Reason.GONE
        found = [place for seeds in self._seeds for place in seeds.changed_candidates(sought)]
        accepted = [place for place in found if _is_confirmed(place)]
        if not accepted:
            is_there = any(_is_between(place) and place.kept >= _GONE for place in found)
            return Reason.CHANGED if is_there else Reason.GONE
        best = max(accepted, key=lambda place: (round(place.kept + place.sides, 2), place.begin - place.end))
        is_alone = all(best.overlaps(place) or place.rank <= best.rank - _APART for place in accepted)
        return best if is_alone else Reason.AMBIGUOUS

    @cached_property
    def _seeds(self) -> Sequence[SeedTable]:
        return [SeedTable(strip) for strip in self._strips]

    def _has_bounds(self, found: Candidate, annotation: Annotation) -> bool:
        """Whether it begins and ends where words do, as far as the quote did."""
        spans = self._spans(found)
        before = self._blocks[spans[0].block].text[: spans[0].start][-1:]
        after = self._blocks[spans[-1].block].text[spans[-1].end :][:1]
        cuts_first = annotation.prefix[-1:].isalnum() and annotation.quote[:1].isalnum()
        cuts_last = annotation.suffix[:1].isalnum() and annotation.quote[-1:].isalnum()
        return (cuts_first or not before.isalnum()) and (cuts_last or not after.isalnum())

    def _is_in_section(self, found: Candidate, annotation: Annotation) -> bool:
        path = self._blocks[found.strip.place(found.begin)[0]].section
        return bool(annotation.section and path) and _bare(path[-1]) == _bare(annotation.section)

    def _page_of(self, found: Candidate) -> int:
        return boxes_of(self._blocks, self._spans(found))[0].page_index

    def _is_on(self, found: Candidate, annotation: Annotation) -> bool:
        """Whether it lies on the annotation's rectangles, or on its page if it has none."""
        lines = boxes_of(self._blocks, self._spans(found))
        here = [line.box for line in lines if line.page_index == annotation.page_index]
        return any(_overlap(box, own) for box in here for own in annotation.boxes or here)

    def _under(self, annotation: Annotation) -> tuple[Span, ...]:
        """The lines that the annotation's rectangles lie on."""
        spans = []
        for index, block in enumerate(self._blocks):
            here = (line for line in block.lines if line.page_index == annotation.page_index)
            touched = [line for line in here if any(_overlap(line.box, box) for box in annotation.boxes)]
            if touched:
                spans.append(Span(index, touched[0].start, touched[-1].end))
        return tuple(spans)

    def _spans(self, found: Candidate) -> tuple[Span, ...]:
        return found.strip.spans(self._blocks, found.begin, found.end)

    def _placed(self, annotation: Annotation, found: Candidate, way: Way, confidence: float) -> Placement:
        spans = self._spans(found)
        if way is Way.NEAR:
            spans = _to_words(self._blocks, spans)
        spans = _with_ends(self._blocks, spans, annotation.quote)
        boxes = boxes_of(self._blocks, spans)
        if way is Way.OWN and annotation.boxes:
            boxes = tuple(PageBox(annotation.page_index, box) for box in annotation.boxes)
        return Placement(
            annotation=annotation,
            edition=self._edition,
            way=way,
            confidence=round(confidence, 3),
            page_index=boxes[0].page_index,
            boxes=boxes,
            spans=spans,
            section=self._blocks[spans[0].block].section,
            text=text_of(self._blocks, spans),
        )

    def _unplaced(self, annotation: Annotation, reason: Reason) -> Placement:
        return Placement(annotation=annotation, edition=self._edition, reason=reason)


def _followed(placement: Placement, by_id: Mapping[str, Placement]) -> Placement:
    leader, passed = placement, set[str]()
    while leader.reason is Reason.NO_QUOTE and leader.annotation.id not in passed:
        passed.add(leader.annotation.id)
        leader = by_id.get(leader.annotation.reply_to, leader)
    if leader is placement or not leader.is_placed:
        return placement
    return replace(leader, annotation=placement.annotation, way=Way.FOLLOWED, spans=(), text="")


def _surety(place: Candidate, found: Sequence[Candidate]) -> tuple[Way, float]:
    """How a place that was confirmed is told from the others, and how sure that is."""
    if len(found) == 1:
        return Way.EXACT, 0.75 if place.is_torn else 0.9 + 0.1 * place.agreement
    is_clear = all(other is place or other.rank <= place.rank - _APART for other in found)
    return Way.CONTEXT, 0.7 + 0.25 * place.agreement if is_clear else 0.55


def _is_between(place: Candidate) -> bool:
    return all(side is None or side >= _AGREES for side in (place.left, place.right))


def _is_confirmed(place: Candidate) -> bool:
    if place.close < _CLOSE:
        return False
    if place.left is not None and place.right is not None and _is_between(place):
        return place.kept >= _KEPT
    return place.kept >= _KEPT_BESIDE and max(place.left or 0.0, place.right or 0.0) >= _AGREES_ALONE


def _bare(title: str) -> str:
    """A heading without its number."""
    return folded(title).lstrip("0123456789")


def _overlap(one: Box, other: Box) -> bool:
    """Whether the middle of one lies in the other, from top to bottom, and they share some of their width."""
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    return height > 0.5 * min(one.y1 - one.y0, other.y1 - other.y0) and width > 0


def _with_ends(blocks: Sequence[Block], spans: tuple[Span, ...], quote: str) -> tuple[Span, ...]:
    """Spans with the signs there that the quote begins and ends with."""
    first, text = spans[0], blocks[spans[0].block].text
    start = first.start
    for sign in reversed(quote[: next((at for at, sign in enumerate(quote) if sign.isalnum()), 0)]):
        if not text.endswith(sign, 0, start):
            break
        start -= 1
    spans = (first._replace(start=start), *spans[1:])
    last, text = spans[-1], blocks[spans[-1].block].text
    end = last.end
    for sign in quote[len(quote) - next((at for at, sign in enumerate(reversed(quote)) if sign.isalnum()), 0) :]:
        if not text.startswith(sign, end):
            break
        end += 1
    return (*spans[:-1], last._replace(end=end))


def _to_words(blocks: Sequence[Block], spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Spans that begin and end where words do, at the ends that are nearest."""
    first, last = spans[0], spans[-1]
    starts = _nearest_bound(blocks[first.block].text, first.start)
    ends = _nearest_bound(blocks[last.block].text, last.end)
    spans = (first._replace(start=starts), *spans[1:])
    spans = tuple(_stripped(blocks, span) for span in (*spans[:-1], spans[-1]._replace(end=ends)))
    return tuple(span for span in spans if span.start < span.end) or (first, *spans[1:])


def _stripped(blocks: Sequence[Block], span: Span) -> Span:
    """A span without blanks at its ends."""
    text = blocks[span.block].text[span.start : span.end]
    left, right = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    return Span(span.block, span.start + left, max(span.end - right, span.start + left))


def _nearest_bound(text: str, at: int) -> int:
    """The place nearest to one that is not within a word."""
    left = right = at
    while 0 < left < len(text) and text[left - 1].isalnum() and text[left].isalnum():
        left -= 1
    while 0 < right < len(text) and text[right - 1].isalnum() and text[right].isalnum():
        right += 1
    return left if at - left <= right - at else right
