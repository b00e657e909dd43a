"""Searching while one types: nothing but the index is looked at."""

from desk import Desk, put_paper

from paperlab.domain.passages import PassageKind
from paperlab.domain.progress import Status


def test_new_notes_and_states_are_found_after_a_look(desk: Desk) -> None:
    key = put_paper(desk)
    desk.searching.take_in()
    desk.shelf.summaries()
    desk.noting.append(key, "Zebras are on my mind.")
    desk.tracking.declare([key], Status.READ)
    notes = frozenset({PassageKind.NOTE})
    assert desk.searching.search("zebras", kinds=notes, is_fresh=False).hits == ()
    assert desk.searching.search("softmax", status=Status.READ, is_fresh=False).hits == ()
    desk.searching.take_in()
    desk.shelf.look([key])
    assert desk.searching.search("zebras", kinds=notes, is_fresh=False).hits
    assert desk.searching.search("softmax", status=Status.READ, is_fresh=False).hits
