"""What the reading lists say comes next."""

import pytest
from desk import Desk, put_paper

from paperlab.domain.progress import Status
from paperlab.errors import NothingFound
from paperlab.services.guiding import Guiding, ListState

LADDER = """\
title = "The ladder"
[[items]]
url = "https://example.org/course"
title = "A course"
kind = "course"
[[items]]
paper = "1810.04805"
title = "BERT"
why = "Two directions."
after = ["1706.03762", "A course"]
[[items]]
paper = "1706.03762"
title = "Attention"
why = "The foundation."
"""


@pytest.fixture
def guiding(desk: Desk) -> Guiding:
    (desk.library.root / "lists" / "ladder.toml").write_text(LADDER)
    return Guiding(desk.library, desk.shelf)


def test_what_comes_before_is_next_and_a_course_holds_nothing_up(desk: Desk, guiding: Guiding) -> None:
    attention = put_paper(desk)
    desk.shelf.summaries()
    found = guiding.next_up()
    assert found is not None
    assert (found.list_name, found.item.why, found.key) == ("ladder", "The foundation.", attention)
    desk.tracking.declare([attention], Status.READ)
    desk.shelf.look([attention])
    found = guiding.next_up("ladder")
    assert found is not None
    assert (found.item.title, found.key) == ("BERT", None)
    assert guiding.overview() == (ListState("ladder", "The ladder", 3, 1),)


def test_a_list_that_has_been_begun_comes_before_one_that_has_not(desk: Desk, guiding: Guiding) -> None:
    (desk.library.root / "lists" / "begun.toml").write_text(LADDER)
    (desk.library.root / "lists" / "a-new-one.toml").write_text(
        'title = "New"\n[[items]]\npaper = "2005.14165"\ntitle = "GPT"\n'
    )
    key = put_paper(desk)
    desk.tracking.declare([key], Status.READ)
    desk.shelf.summaries()
    found = guiding.next_up()
    assert found is not None
    assert found.list_name == "begun"


def test_nothing_is_next_where_all_is_read_or_no_list_is(desk: Desk, guiding: Guiding) -> None:
    keys = [put_paper(desk), put_paper(desk, "1810.04805")]
    desk.tracking.declare(keys, Status.READ)
    desk.shelf.summaries()
    assert guiding.next_up() is None
    with pytest.raises(NothingFound):
        guiding.next_up("nobody's")
