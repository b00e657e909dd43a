"""A second look at an annotated copy, in the child process, with another library than the one that wrote it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from paperlab.domain.annotations import AnnotationKind

_DEEPEST = 12
"""Levels of a page's own objects that are compared; what lies further down is compared where it is drawn."""


def differences(
    original: Path, copy: Path, written: Sequence[Mapping[str, Any]], on_page: Callable[[int, int], None]
) -> list[str]:
    """What is not as it should be in a copy: pages, annotations of others, and ours, each once with a place.

    Args:
        written: Ours: `id`, `page` from 0, `kind`.
        on_page: Called with each page, from 1, and their number.

    Returns:
        A sentence each, a few at most; none if all is well.
    """
    import pikepdf

    with pikepdf.open(original) as before, pikepdf.open(copy) as after:
        found = list(_differences(before, after, written, on_page))
        if complaints := _complaints(after) - _complaints(before):
            found.append(f"the copy is not sound: {sorted(complaints)[0][:160]}")
    return found[:5]


def _differences(
    before: Any, after: Any, written: Sequence[Mapping[str, Any]], on_page: Callable[[int, int], None]
) -> Iterator[str]:
    if len(before.pages) != len(after.pages):
        yield f"it has {len(after.pages)} pages, not {len(before.pages)}"
        return
    ours: dict[int, dict[str, str]] = {}
    for mark in written:
        ours.setdefault(mark["page"], {})[mark["id"]] = mark["kind"]
    for index, (old, new) in enumerate(zip(before.pages, after.pages, strict=True)):
        on_page(index + 1, len(before.pages))
        if _drawn(old.obj) != _drawn(new.obj):
            yield f"page {index + 1} has another content"
        foreign, own = _told_apart(new.obj, ours.get(index, {}))
        if foreign != [_plain(one) for one in _annotations(old.obj)]:
            yield f"the annotations of others on page {index + 1} are not as they were"
        for mark_id, kind in ours.get(index, {}).items():
            if problem := _problem(own.get(mark_id, []), AnnotationKind(kind)):
                yield f"annotation {mark_id[:8]} on page {index + 1} {problem}"


def _complaints(pdf: Any) -> set[str]:
    """What the library finds wrong with a file, without the places in it."""
    return {str(warning).rpartition(": ")[2] for warning in (*pdf.get_warnings(), *pdf.check_pdf_syntax())}


def _drawn(page: Any) -> tuple[str, ...]:
    """What makes a page look as it does: its content's bytes, its boxes, how it is turned, what it draws with."""
    content = page.get("/Contents")
    streams = list(content) if content is not None and _is_array(content) else [content]
    digests = [hashlib.sha256(stream.read_raw_bytes()).hexdigest() for stream in streams if stream is not None]
    keys = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources")
    return (*digests, *(repr(_plain(page.get(key))) for key in keys))


def _annotations(page: Any) -> list[Any]:
    found = page.get("/Annots")
    return list(found) if found is not None and _is_array(found) else []


def _told_apart(page: Any, ours: Mapping[str, str]) -> tuple[list[Any], dict[str, list[Any]]]:
    foreign: list[Any] = []
    own: dict[str, list[Any]] = {}
    for one in _annotations(page):
        name = str(one.get("/NM", "")) if _is_dictionary(one) else ""
        if name in ours and "/PaperlabUpdated" in one:
            own.setdefault(name, []).append(one)
        else:
            foreign.append(_plain(one))
    return foreign, own


def _problem(found: Sequence[Any], kind: AnnotationKind) -> str:
    if len(found) != 1:
        return f"is there {len(found)} times"
    quads = found[0].get("/QuadPoints")
    is_over_text = kind in (AnnotationKind.HIGHLIGHT, AnnotationKind.UNDERLINE, AnnotationKind.STRIKEOUT)
    if is_over_text and (quads is None or not len(quads) or len(quads) % 8):
        return "has no place"
    return "" if "/AP" in found[0] else "has no appearance"


def _plain(value: Any, depth: int = 0) -> Any:
    """A value to compare: what it refers to by its number, numbers to a thousandth."""
    import pikepdf

    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, (float, Decimal)):
        return round(float(value), 3)
    if not isinstance(value, pikepdf.Object):
        return repr(value)
    if depth and value.is_indirect:
        return value.objgen
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, pikepdf.Dictionary):
        return {key: _plain(value[key], depth + 1) for key in sorted(value.keys())}
    if isinstance(value, pikepdf.Array):
        return [_plain(item, depth + 1) for item in value]
    return value.unparse()


def _is_array(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Array)


def _is_dictionary(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary)
