"""Filters, cells, marking, commands: the rules that need no screen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.progress import Status
from paperlab.domain.reading_lists import ListItem
from paperlab.domain.summaries import PaperSummary
from paperlab.errors import SettingsError
from paperlab.services.guiding import NextUp
from paperlab.tui.cells import bar, fit, percent, safe
from paperlab.tui.commands import COMMANDS, PLACES, check_keymap
from paperlab.tui.dashboard import duration
from paperlab.tui.filters import SORTINGS, Arrangement, Entry, Filter, Order, entries_of, parse_filter
from paperlab.tui.library_lines import counts, heading, next_line
from paperlab.tui.marking import best_sentence, matched_spans, snippet
from paperlab.tui.themes import THEMES, VARIABLES
from paperlab.tui.widgets.paper_table import columns


def summary(
    key: str, title: str, status: Status = Status.UNREAD, tags: tuple[str, ...] = (), year: int = 2017
) -> PaperSummary:
    return PaperSummary(
        key=PaperKey(key),
        citekey=f"vaswani{year}",
        title=title,
        authors=("Ashish Vaswani",),
        year=year,
        tags=tags,
        edition="v1",
        editions=("v1",),
        status=status,
        depth=None,
        progress=0.0,
        pages=0,
        annotations=0,
        has_notes=False,
        added=datetime(2026, 1, 1, tzinfo=UTC),
        last_read=None,
    )


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("", True),
        ("attention", True),
        ("ATTEN vasw", True),
        ("tag:nlp", True),
        ("tag:n 2017", True),
        ("tag:vision", False),
        ("status:reading", True),
        ("status:read", False),
        ("status:rea", True),
        ("year:201", True),
        ("year:2018", False),
        ("author:vaswani title:need", True),
        ("author:devlin", False),
        ("tag:", True),
        ("nonsense:nlp", False),
        ("-survey", True),
        ("-attention", False),
        ("attention -tag:nlp", False),
        ("-tag:vision -status:read", True),
        ("- -tag:", True),
        ("year:2015..2017", True),
        ("year:2018..", False),
        ("year:..2016", False),
        ("year:2017..2", True),
    ],
)
def test_filters(text: str, passes: bool) -> None:
    paper = summary("1706.03762", "Attention Is All You Need", Status.READING, ("nlp",))
    assert bool(parse_filter(text).select([Entry.of(paper)])) is passes


def test_typing_on_narrows_a_filter() -> None:
    assert parse_filter("attent").narrows(parse_filter("att"))
    assert parse_filter("att is").narrows(parse_filter("att"))
    assert not parse_filter("at").narrows(parse_filter("att"))
    assert not parse_filter("att tag:x").narrows(parse_filter("att"))


def test_only_what_differs_is_arranged_again() -> None:
    papers = [summary("a1", "B attention"), summary("b1", "attention"), summary("c1", "A")]
    entries = entries_of(papers)
    first = Arrangement().anew(entries, Order(1), parse_filter("att"))
    assert [entry.summary.title for entry in first.shown] == ["attention", "B attention"]
    typed_on = first.anew(entries, Order(1), parse_filter("attention a1"))
    assert typed_on.sorted is first.sorted
    assert [entry.summary.title for entry in typed_on.shown] == ["B attention"]
    assert [entry.summary.title for entry in typed_on.anew(entries, Order(1), Filter()).shown] == [
        "A",
        "attention",
        "B attention",
    ]
    assert typed_on.anew(entries, Order(1).reverse, Filter()).shown[0].summary.title == "B attention"
    renewed = entries_of([papers[0], replace(papers[1], title="New")], entries)
    assert renewed[0] is entries[0]
    assert renewed[1].haystack.startswith("new ")


def test_the_next_paper_is_told_with_its_reason() -> None:
    item = ListItem(title="BERT", paper="1810.04805", why="Two directions.", sections=("3.1",))
    assert next_line(None) == ""
    assert next_line(NextUp("ladder", item, PaperKey("1810.04805"))) == "next: BERT — Two directions. · first 3.1"
    assert next_line(NextUp("ladder", replace(item, why="", sections=()), None)) == (
        "next: BERT — not here yet, a adds 1810.04805"
    )


def test_the_header_counts_and_tells_an_order_without_a_column() -> None:
    assert counts(1, None, 0, 0) == "1 paper · 0 reading"
    assert counts(100_000, 12, 3, 2) == "2 selected · 12 of 100 000 papers · 3 reading"
    assert heading(None, Order()) == "paperlab"
    assert heading("ladder", Order(1)) == "paperlab · ladder"
    assert heading(None, Order(5)) == "paperlab · last read ▾"
    assert heading(None, Order().reverse) == "paperlab · added ▴"


def test_every_order_sorts() -> None:
    papers = [summary("a1", "B", Status.READ, year=2016), summary("b1", "a", Status.READING, year=2018)]
    entries = [Entry.of(paper) for paper in papers]
    assert {Order(at).name: Order(at).sort(entries)[0].summary.key.value for at in range(len(SORTINGS))} == {
        "added": "a1",
        "title": "b1",
        "year": "b1",
        "status": "b1",
        "share read": "a1",
        "last read": "a1",
    }


def test_text_is_cut_to_cells() -> None:
    assert fit("attention", 12) == "attention   "
    assert fit("attention", 5) == "atte…"
    assert fit("漢字漢字", 5) == "漢字…"
    assert fit("7", 4, right=True) == "   7"
    assert fit("two\nlines\x1b[31m", 20) == "two lines [31m      "
    assert fit("x", 0) == ""


def test_control_characters_become_blanks_one_for_one() -> None:
    assert safe("a\x1b]52;c;eA==\x07b\u202e") == "a ]52;c;eA== b "


@pytest.mark.parametrize(
    ("share", "drawn", "told"),
    [(0, "····", "0 %"), (0.001, "▏···", "1 %"), (0.5, "██··", "50 %"), (0.999, "███▉", "99 %"), (1, "████", "100 %")],
)
def test_bars_tell_any_progress_and_only_the_whole_as_the_whole(share: float, drawn: str, told: str) -> None:
    assert bar(share, 4) == drawn
    assert percent(share) == told


@pytest.mark.parametrize("width", range(16, 240))
def test_columns_fit_every_width(width: int) -> None:
    cells = columns(width)
    shown = [cell for cell in (cells.year, cells.status, cells.bar, cells.percent, cells.marks) if cell]
    assert cells.title >= 4
    assert 3 + cells.title + sum(shown) + 2 * len(shown) - (1 if cells.bar else 0) <= max(width, 18)


def test_matched_words_share_their_stem_and_the_last_may_be_begun() -> None:
    text = "Scaling the scaled dot products, and the softmax."
    marked = [text[start:end] for start, end in matched_spans(text, "why are products scaled softm")]
    assert marked == ["Scaling", "scaled", "products", "softmax"]


def test_a_snippet_holds_the_matched_words() -> None:
    text = "Nothing here. " * 20 + "The gradients vanish there. " + "Nothing here. " * 20
    start, end = snippet(text, matched_spans(text, "vanishing gradients"), 60)
    assert "gradients vanish" in text[start:end]
    assert end - start <= 60


def test_a_hit_is_opened_at_the_sentence_that_answers_best() -> None:
    text = "Queries meet keys. The softmax saturates and gradients vanish. The softmax is a function."
    assert best_sentence(text, "vanishing softmax gradients") == "The softmax saturates and gradients vanish."
    assert best_sentence(text, "another thing") == "Queries meet keys."


def test_every_command_is_told_once_and_has_a_place() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    assert all(command.place in PLACES and command.help for command in COMMANDS)
    check_keymap({})


@pytest.mark.parametrize(
    ("keymap", "message"),
    [
        ({"reader.highlite": "h"}, "unknown command 'reader.highlite'"),
        ({"reader.highlight": "c"}, "'c' is both reader.highlight and reader.comment"),
        ({"reader.highlight": " , "}, "reader.highlight has an empty key"),
        ({"library.copy": "q"}, "'q' is both library.copy and app.quit"),
        ({"library.read": "space"}, "'space' is both library.read and move.page_down"),
    ],
)
def test_a_wrong_keymap_is_an_error(keymap: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        check_keymap(keymap)


def test_keys_may_be_exchanged() -> None:
    check_keymap({"reader.highlight": "c", "reader.comment": "h,ctrl+h"})


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "no time"), (20, "less than a minute"), (420, "7 min"), (3600, "1 h"), (12000, "3 h 20 min")],
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_every_theme_gives_every_variable() -> None:
    assert all(set(VARIABLES) <= set(theme.variables) for theme in THEMES)
