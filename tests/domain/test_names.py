"""Names taken apart, put together, and kept so that they can be taken apart the same way again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.names import Name, join_names, split_name, split_names

WORD = st.text(st.sampled_from("abcdéüAB.-"), min_size=1, max_size=8).filter(lambda word: word != "others")


def test_a_name_is_taken_apart() -> None:
    assert split_name("Ludwig  von Beethoven III") == Name("von Beethoven", "Ludwig", "III")
    assert split_name("OpenAI") == Name("OpenAI", is_group=True)


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("van der Maaten", ("van der", "Maaten")),
        ("García Márquez", ("", "García Márquez")),
        ("de la Vallée Poussin", ("de la", "Vallée Poussin")),
        ("hooks", ("", "hooks")),
    ],
)
def test_particles_stand_before_the_family_name(family: str, expected: tuple[str, str]) -> None:
    assert Name(family, "A.").particles == expected


def test_a_list_keeps_groups_suffixes_and_that_there_are_others() -> None:
    text = "García Márquez, Gabriel and {Google, Inc. and Sons} and Davis, Jr., Sammy and others"
    names = split_names(text)
    assert [name.family for name in names] == ["García Márquez", "Google, Inc. and Sons", "Davis", "others"]
    assert join_names(names) == text


def test_a_list_by_hand_may_be_given_name_first() -> None:
    assert split_names("Ada Lovelace and Plato") == (Name("Lovelace", "Ada"), Name("Plato", is_group=True))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (Name("", "Ada", "Jr."), "{Jr. Ada}"),
        (Name("", "Ada"), "{Ada}"),
        (Name("{}", "Ada"), "{Ada}"),
        (Name("Lovelace", "", "Jr."), "{Lovelace Jr.}"),
        (Name("Lovelace", "{}"), "{Lovelace}"),
        (Name("Love,lace", "Ada", "Jr,"), "Lovelace, Jr, Ada"),
    ],
)
def test_a_name_that_lacks_a_part_is_kept_whole(name: Name, written: str) -> None:
    assert join_names([name]) == written


@given(
    st.lists(
        st.builds(Name, WORD, WORD, st.sampled_from(["", "Jr."]))
        | st.builds(lambda words: Name(" ".join(words), is_group=True), st.lists(WORD, min_size=1, max_size=3))
    )
)
def test_a_list_is_read_back_as_it_was(names: list[Name]) -> None:
    assert list(split_names(join_names(names))) == names
