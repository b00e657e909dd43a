import pytest

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.citations import Entry, cited, entries_of

NUMBERED = (
    "[1] Jimmy Lei Ba, Jamie Kiros, and Geoffrey Hinton. Layer normalization. arXiv:1607.06450, 2016.",
    "[2] Dzmitry Bahdanau, Kyunghyun Cho, and Yoshua Bengio. Neural machine translation. CoRR, 2014.",
    "[3] Denny Britz. Massive exploration. CoRR, 2017.",
    "[4] Jianpeng Cheng, Li Dong, and Mirella Lapata. Long short-term memory-networks. 2016.",
)
NAMED = (
    "Adams Wei Yu, David Dohan, and Danqi Chen. 2018. QANet.",
    "Z. Chen, H. Zhang, and L. Zhao. 2018. Quora question pairs.",
    "Matthew Peters, Mark Neumann, and Mohit Iyyer. 2018a. Deep contextualized word representations.",
    "Matthew Peters, Mark Neumann, and Luke Zettlemoyer. 2018b. Dissecting contextual word embeddings.",
    "Andrew M Dai and Quoc V Le. 2015. Semi-supervised sequence learning.",
    "Joseph Turian, Lev Ratinov, and Yoshua Bengio. 2010. Word representations.",
)


def entries(texts: tuple[str, ...]) -> tuple[Entry, ...]:
    line = (Line(0, Box(0, 0, 1, 1), 0, 1),)
    return entries_of([Block(BlockKind.REFERENCE, text, line) for text in texts])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("as in [2].", [2]),
        ("several [3, 1] and [2]", [3, 1, 2]),
        ("a range [1-3]", [1, 2, 3]),
        ("a dash [2–4], again [2]", [2, 3, 4]),
        ("nothing [9], [a], row [E], no [] here", []),
        ("backwards [3-1]", []),
    ],
)
def test_numbers_in_brackets_are_cited_once_in_order(text: str, numbers: list[int]) -> None:
    assert [int(entry.label) for entry in cited(text, entries(NUMBERED))] == numbers


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("equal questions (Chen et al., 2018).", [1]),
        ("Peters et al. (2018b) look into it", [3]),
        ("Peters et al., 2018a", [2]),
        ("(Dai and Le, 2015; Turian et al., 2010)", [4, 5]),
        ("In Turian et al. (2010), we see", [5]),
        ("in the year 2018 nothing was cited", []),
        ("Nobody et al. (2018)", []),
    ],
)
def test_names_and_years_lead_to_the_first_author(text: str, blocks: list[int]) -> None:
    assert [entry.block for entry in cited(text, entries(NAMED))] == blocks


def test_labels_of_letters_are_cited() -> None:
    assert [entry.label for entry in cited("see [Dev18]", entries(("[Dev18] Devlin. 2018.",)))] == ["Dev18"]
