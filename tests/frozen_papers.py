"""Papers of frozen values: a primer as blocks, and four records."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from paperlab.domain.blocks import Block, BlockKind, Box, Line
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
BOX = Box(0, 0, 100, 10)

PRIMER = """\
# 1 Why attention
A translator does not read a sentence once and then write from memory. She looks back at the words that matter for \
the word she is about to write. Attention gives a network the same habit: at every step it looks at all positions and \
weighs them.
Before it, a recurrent network had to squeeze a sentence into one vector. Long sentences suffered most.
## 1.1 Queries, keys, values
The query asks, the keys answer, the values are what is taken. The weights come from a softmax over the dot products \
of the query with all keys.
= Attention(Q, K, V) = softmax(QKᵀ / √dₖ) V (1)
The dot products grow with the dimension, so they are divided by the square root of dₖ. Without that, the softmax \
saturates and its gradients vanish.
# 2 What was measured
@ Table 1: Scores of three primers, invented for this page.
| Model\tEN-DE\tEN-FR
| Recurrent\t24.6\t39.9
| Attention\t28.4\t41.8
- The model is trained on sentence pairs.
- It needs less time than the recurrent one.
~ The numbers are of no real experiment.
# References
[1] A. Author and B. Writer. A paper about nothing in particular. Journal of Examples, 2014.
[2] C. Third. Another one [with brackets]. 2017.
"""
_KINDS = {
    "# ": BlockKind.HEADING,
    "## ": BlockKind.HEADING,
    "= ": BlockKind.FORMULA,
    "@ ": BlockKind.CAPTION,
    "- ": BlockKind.LIST_ITEM,
    "~ ": BlockKind.FOOTNOTE,
}


def make_blocks(source: str, lines_a_page: int = 4) -> tuple[Block, ...]:
    """Blocks from a small markup, some to a page."""
    blocks: list[Block] = [Block(BlockKind.TITLE, "Attention, a primer", (Line(0, BOX, 0, 19),))]
    section: tuple[str, ...] = ()
    table: list[str] = []
    for number, line in enumerate(source.splitlines()):
        page = number // lines_a_page
        if line.startswith("| "):
            table.append(line[2:])
            continue
        if table:
            blocks.append(_block(BlockKind.TABLE, "\n".join(table), page, section))
            table = []
        mark = next((mark for mark in _KINDS if line.startswith(mark)), "")
        kind, text = _KINDS.get(mark, BlockKind.PARAGRAPH), line[len(mark) :]
        if line.startswith("["):
            kind = BlockKind.REFERENCE
        level = len(mark.strip()) if kind is BlockKind.HEADING else 0
        if level:
            section = (*section[: level - 1], text)
        blocks.append(_block(kind, text, page, section, level))
    return tuple(blocks)


def _block(kind: BlockKind, text: str, page: int, section: tuple[str, ...], level: int = 0) -> Block:
    return Block(kind, text, (Line(page, BOX, 0, len(text)),), section, level)


BLOCKS = make_blocks(PRIMER)
_OLDER = (
    ("Long sentences suffered most.", ""),
    ("28.4\t41.8", "27.3\t41.8"),
    ("squeeze a sentence into one vector", "press a sentence into 1 vector of [red]numbers[/red]"),
    ("# 2 What was measured", "# 2 Results"),
    ("- It needs less time", "- It was thrown out of v2.\n- It needs less time"),
    ("# References", "# Thanks\nWe thank nobody in particular.\n# References"),
)


def older_primer(_: tuple[Block, ...] = ()) -> tuple[Block, ...]:
    """The primer before some changes of every kind."""
    source = PRIMER
    for new, old in _OLDER:
        assert new in source
        source = source.replace(new, old)
    return make_blocks(source)


PAGES = BLOCKS[-1].last_page_index + 1


def make_paper(key: str, title: str, year: int, authors: Sequence[str], *, editions: int = 1) -> Paper:
    made = tuple(Edition(f"v{n}", f"v{n}.pdf", "0" * 64, 1000, NOW) for n in range(1, editions + 1))
    surname = authors[0].split()[-1].lower()
    return Paper(
        key=PaperKey(key),
        citekey=f"{surname}{year}{title.split()[0].lower().strip(',[]')}",
        title=title,
        authors=tuple(authors),
        abstract=f"What {title} is about, in a few words that a reader can judge it by.",
        published=datetime(year, 6, 1, tzinfo=UTC),
        added=NOW - timedelta(days=2100 - year),
        editions=made,
    )


PAPERS = (
    make_paper("1706.03762", "Attention, a primer", 2017, ["Ada Vaswani", "Noam Sample", "Niki Third"], editions=2),
    make_paper("1810.04805", "BERT [32] for [red]readers[/red]", 2018, ["Jacob Example"]),
    make_paper(
        "2005.14165", "Language models as few-shot learners, told very slowly and with many words", 2020, ["T. B."]
    ),
    make_paper("radford2019language", "A record without its PDF", 2019, ["Alec Ford"], editions=0),
)
