"""The page as a picture: what a terminal is asked, what is in sight, and the keys."""

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from piloting import messages, open_app, press, screen_text, settle
from textual.pilot import Pilot

from paperlab.domain.blocks import Box, TextLayer
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.pictures import PagePicture
from paperlab.domain.progress import Stay
from paperlab.errors import UnreadablePdf
from paperlab.library.library import Library
from paperlab.pdf.pictures import Pictures
from paperlab.pdf.typeset import Article, Section, typeset
from paperlab.services.leafing import Leafing
from paperlab.tui.app import PaperlabApp
from paperlab.tui.screens.picture import PictureScreen
from paperlab.tui.screens.reader.screen import ReaderScreen
from paperlab.tui.sheets import Mark, Window, draw
from paperlab.tui.terminal import QUESTION, Terminal, Way, is_worth_asking, told
from paperlab.tui.widgets.line import Line

FIRST = PaperKey("1706.03762")
ADDED = datetime(2026, 11, 18, tzinfo=UTC)
MakeApp = Callable[..., PaperlabApp]


class FrozenPages:
    """In the place of the service: grey pages, the first lighter, an error where there is one to tell."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.error: UnreadablePdf | None = None
        self.rested = 0

    def page(self, key: PaperKey, edition: str, page_index: int, width_px: int) -> PagePicture:  # noqa: ARG002
        self.asked.append((page_index, width_px))
        if self.error is not None:
            raise self.error
        png = BytesIO()
        Image.new("RGB", (width_px, width_px * 2), (250 - page_index * 20,) * 3).save(png, "PNG")
        return PagePicture(png.getvalue(), width_px, width_px * 2, 300.0, 600.0)

    def rest(self) -> None:
        self.rested += 1


@pytest.fixture
def pages(bench: Any) -> FrozenPages:
    bench.leafing = FrozenPages()
    return bench.leafing  # type: ignore[no-any-return]


async def drawn(pilot: Pilot[Any]) -> None:
    """Wait for the threads that draw."""
    for _ in range(200):
        await settle(pilot)
        screen = pilot.app.screen
        if not isinstance(screen, PictureScreen) or (screen._drawing is not None and screen._drawing.is_finished):
            await settle(pilot)  # it is on the screen, too
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nothing was drawn")


def place(app: PaperlabApp) -> str:
    return app.screen.query_one("#header", Line).right


async def open_reader(pilot: Pilot[Any]) -> ReaderScreen:
    """At the second paragraph of page 1."""
    await press(pilot, "G", "enter")
    reader = pilot.app.screen
    assert isinstance(reader, ReaderScreen)
    while not reader.is_open:
        await settle(pilot)
    await press(pilot, "g", "J", "J")
    return reader


async def open_picture(pilot: Pilot[Any]) -> PictureScreen:
    await open_reader(pilot)
    await press(pilot, "i")
    await drawn(pilot)
    assert isinstance(pilot.app.screen, PictureScreen)
    return pilot.app.screen


# the terminal


@pytest.mark.parametrize(
    ("answer", "window", "terminal"),
    [
        (b"\x1b_Gi=31;OK\x1b\\\x1b[6;20;9t\x1b[?62;c", (0, 0, 0, 0), Terminal(Way.KITTY, (9, 20))),
        (b"\x1b_Gi=31;OK\x1b\\\x1b[?62;c", (100, 50, 800, 800), Terminal(Way.KITTY, (8, 16))),
        (b"\x1b_Gi=31;OK\x1b\\\x1b[?62;4c", (0, 0, 0, 0), Terminal(Way.SIXEL, (10, 20))),
        (b"jj\x1b[?62;4;22ck", (0, 0, 0, 0), Terminal(Way.SIXEL, (10, 20))),
        (b"\x1b_Gi=31;ENOTSUPPORTED\x1b\\\x1b[?64;44c", (100, 50, 800, 800), Terminal()),
        (b"", (100, 50, 800, 800), Terminal()),
    ],
)
def test_what_a_terminal_answers(answer: bytes, window: tuple[int, int, int, int], terminal: Terminal) -> None:
    assert told(answer, window) == terminal


def test_some_terminals_are_not_asked() -> None:
    assert is_worth_asking({"TERM": "xterm-256color"})
    for environment in (
        {},
        {"TERM": "linux"},
        {"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"},
        {"TERM": "screen-256color"},
        {"TERM": "xterm-256color", "TERM_PROGRAM": "WarpTerminal"},
    ):
        assert not is_worth_asking(environment)


@pytest.mark.parametrize("answer", [b"\x1b[?62;4c", b""], ids=["sixel", "silent"])
def test_a_terminal_is_asked_and_left_as_it_was(answer: bytes) -> None:
    """A silent one is given up; nothing is left over for the one who reads next."""
    script = (
        "import sys, termios, select; from paperlab.tui.terminal import ask; before = termios.tcgetattr(0)\n"
        "terminal = ask(); assert termios.tcgetattr(0) == before; left = select.select([0], [], [], 0)[0]\n"
        "print('way', terminal.way.value, 'left', len(left))"
    )
    master, slave = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", script], stdin=slave, stdout=slave)
    os.close(slave)
    heard = b""
    while QUESTION.encode() not in heard:
        heard += os.read(master, 1000)
    os.write(master, answer)
    while not heard.endswith(b"\n"):
        heard += os.read(master, 1000)
    child.wait()
    os.close(master)
    assert (b"way sixel left 0" if answer else b"way blocks left 0") in heard


def test_the_library_is_loaded_without_a_word_to_the_terminal() -> None:
    script = (
        "from paperlab.tui.widgets.sheet import image_widget; from paperlab.tui.terminal import Terminal, Way\n"
        "import os; widget = image_widget(Terminal(Way.KITTY, (9, 18)))\n"
        "from textual_image._terminal import get_cell_size\n"
        "print(widget.__name__, tuple(get_cell_size()), os.environ.get('TEXTUAL_CELL_WIDTH'))"
    )
    master, slave = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", script], stdin=slave, stdout=slave)
    os.close(slave)
    heard = b""
    while b"\n" not in heard:
        heard += os.read(master, 1000)
    child.wait()
    os.close(master)
    assert heard == b"TGPImage (9, 18) None\r\n"


# what is in sight


def test_a_window_stays_on_its_sheet() -> None:
    window = Window((100, 300), (80, 100))
    assert window.moved(500, 500).frame == (20, 200, 100, 300)
    assert window.moved(-5, -5) == window
    assert Window((50, 60), (80, 100)).moved(9, 9).frame == (0, 0, 50, 60)


def test_a_window_shows_a_frame_in_its_midst_and_the_start_of_a_large_one() -> None:
    window = Window((100, 300), (100, 100)).showing((10, 140, 90, 160))
    assert window.frame[1::2] == (100, 200)
    assert window.shows((10, 140, 90, 160))
    assert not window.shows((10, 10, 90, 20))
    assert Window((100, 300), (100, 100)).showing((0, 50, 100, 290)).y == 50


def test_a_window_keeps_its_middle_when_the_page_grows() -> None:
    before = Window((100, 300), (100, 100), 0, 100)
    after = before.on((200, 600), (100, 100))
    assert after.frame == (50, 250, 150, 350)
    assert after.on((100, 300), (100, 100)) == before


def test_marks_are_painted_and_the_sheet_is_whole_cells() -> None:
    png = BytesIO()
    Image.new("RGB", (101, 203), "white").save(png, "PNG")
    picture = PagePicture(png.getvalue(), 101, 203, 101.0, 203.0)
    sheet = draw(picture, [Mark(Box(40, 20, 60, 30), "green"), Mark(Box(40, 50, 60, 60), "cursor")], (10, 20))
    assert sheet.size == (110, 220)
    assert sheet.getpixel((50, 25)) == (178, 235, 170)
    assert sheet.getpixel((50, 40)) == sheet.getpixel((109, 219)) == (255, 255, 255)
    assert sheet.getpixel((25, 55)) != (255, 255, 255), "a bar beside the cursor's line, not colour alone"


# the keys


async def test_i_shows_the_page_under_the_cursor(make_app: MakeApp, bench: Any, pages: FrozenPages) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_picture(pilot)
        assert place(app).startswith("p. 1 of")
        assert pages.asked == [(0, 400)]
        assert "▀▀▀▀" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, ReaderScreen)
        await settle(pilot)
        assert pages.rested == 1


async def test_leafing_takes_the_text_along(make_app: MakeApp, bench: Any, pages: FrozenPages, clock: Any) -> None:  # noqa: ARG001
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_picture(pilot)
        for keys, page in (("]", 2), ("J", 3), ("[", 2), ("K", 1), ("G", 5), ("g", 1), ("]", 2), ("]", 3)):
            await press(pilot, keys)
            await drawn(pilot)
            assert place(app).startswith(f"p. {page} of"), keys
        clock.at_s += 30
        await press(pilot, "j")
        await press(pilot, "i")
        await settle(pilot)
        reader = app.screen
        assert isinstance(reader, ReaderScreen)
        assert reader.text.page_index == 2
        await press(pilot, "g")
        stays = [(s.page_index, s.seconds) for s in bench.journal[FIRST] if isinstance(s, Stay)]
        assert (2, 30.0) in stays, "a picture is read, too"


async def test_going_back_without_leafing_keeps_the_sentence(
    make_app: MakeApp,
    bench: Any,
    pages: FrozenPages,  # noqa: ARG001
) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        reader = await open_reader(pilot)
        await press(pilot, "j")
        before = reader.text.cursor
        await press(pilot, "i")
        await drawn(pilot)
        await press(pilot, "j", "k", "escape")
        await settle(pilot)
        assert app.screen is reader
        assert reader.text.cursor == before


async def test_scrolling_goes_on_to_the_next_page(make_app: MakeApp, bench: Any, pages: FrozenPages) -> None:  # noqa: ARG001
    app = make_app(bench)
    async with open_app(app) as pilot:
        screen = await open_picture(pilot)
        await press(pilot, *["k"] * 20)
        assert screen._window.y == 0
        for down, up in (("j", "k"), ("space", "b"), ("ctrl+d", "ctrl+u")):
            await press(pilot, down)
            assert screen._window.y > 0, down
            await press(pilot, up)
            assert screen._window.y == 0, up
        for _ in range(4):
            await press(pilot, "space")
            await drawn(pilot)
        assert not place(app).startswith("p. 1 of")
        assert screen._page_index == 1
        await press(pilot, "k")
        await drawn(pilot)
        assert screen._page_index == 0
        assert screen._window.y > 0, "entered at its foot"


async def test_zooming_and_going_sideways(make_app: MakeApp, bench: Any, pages: FrozenPages) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        screen = await open_picture(pilot)
        await press(pilot, "l")
        assert screen._window.x == 0
        await press(pilot, "+")
        await drawn(pilot)
        await press(pilot, "equals_sign")
        await drawn(pilot)
        assert pages.asked[-1] == (0, 800)
        assert "200 %" in place(app)
        x = screen._window.x
        await press(pilot, "l")
        assert screen._window.x == x + 15
        await press(pilot, "h")
        assert screen._window.x == x
        for key, width in (("-", 560), ("0", 400)):
            await press(pilot, key)
            await drawn(pilot)
            assert pages.asked[-1] == (0, width)


async def test_a_page_that_cannot_be_shown_says_why_and_the_next_is_shown(
    make_app: MakeApp, bench: Any, pages: FrozenPages
) -> None:
    pages.error = UnreadablePdf("the PDF of [red]x[/red] is missing", hint="fetch it")
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_picture(pilot)
        assert "the PDF of [red]x[/red] is missing" in screen_text(app)
        await press(pilot, "j", "+")
        await drawn(pilot)
        pages.error = None
        await press(pilot, "]")
        await drawn(pilot)
        assert "missing" not in screen_text(app)
        assert "▀▀▀▀" in screen_text(app)


async def test_a_scan_has_no_text_but_pages(make_app: MakeApp, bench: Any, pages: FrozenPages) -> None:
    bench.blocks, bench.text_layer = (), TextLayer.NONE
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "G", "enter")
        while "i  shows its pages" not in screen_text(app):
            await settle(pilot)
        assert "i  shows its pages" in screen_text(app)
        await press(pilot, "i")
        await drawn(pilot)
        assert pages.asked
        await press(pilot, "]", "escape")
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The optional library is not installed."""
    monkeypatch.setitem(sys.modules, "textual_image", None)


@pytest.mark.usefixtures("without_pictures")
async def test_without_the_extra_it_is_said_what_to_install(make_app: MakeApp, bench: Any, pages: FrozenPages) -> None:
    app = make_app(bench)
    async with open_app(app) as pilot:
        await open_reader(pilot)
        await press(pilot, "i")
        assert "pip install 'paperlab[pictures]'" in screen_text(app)
        await press(pilot, "j", "]", "+", "space", "escape")
        assert isinstance(app.screen, ReaderScreen)
        assert pages.asked == []
        assert messages(app) == ""


@pytest.mark.parametrize("size", [(40, 10), (200, 60)])
async def test_small_and_large_terminals(
    make_app: MakeApp, bench: Any, pages: FrozenPages, size: tuple[int, int]
) -> None:
    app = make_app(bench)
    async with open_app(app, size) as pilot:
        await open_picture(pilot)
        assert pages.asked == [(0, size[0] * 5)]
        await pilot.resize_terminal(60, 20)
        await drawn(pilot)
        assert pages.asked[-1] == (0, 300)
        assert "▀▀▀▀" in screen_text(app)


async def test_o_opens_the_page_in_the_viewer(
    make_app: MakeApp,
    bench: Any,
    pages: FrozenPages,  # noqa: ARG001
) -> None:
    opened: list[tuple[PaperKey, int | None]] = []
    app = make_app(bench)
    app.open_pdf = lambda key, page=None: opened.append((key, page))  # type: ignore[method-assign]
    async with open_app(app) as pilot:
        await open_picture(pilot)
        await press(pilot, "]", "o")
        assert opened == [(FIRST, 2)]


# the service, and what stands in its place above


@pytest.fixture
def leafing(tmp_path: Path) -> Iterator[Leafing]:
    """On a library of one typeset page."""
    library = Library.create(tmp_path / "library")
    typeset(Article(title="A page", sections=(Section("One", ("Words.",)),)), tmp_path / "a.pdf")
    edition = library.add_edition(FIRST, "v1", tmp_path / "a.pdf", ADDED)
    library.write(
        Paper(
            key=FIRST,
            citekey="a2026page",
            title="A page",
            authors=("A. B.",),
            abstract="",
            added=ADDED,
            editions=(edition,),
        )
    )
    leafing = Leafing(library, Pictures())
    yield leafing
    leafing.rest()


@pytest.mark.parametrize("kind", ["real", "frozen"])
def test_pages_are_as_wide_as_asked_for_and_go_on_after_a_rest(kind: str, leafing: Leafing) -> None:
    service = leafing if kind == "real" else FrozenPages()
    for width in (120, 60):
        picture = service.page(FIRST, "v1", 0, width)
        with Image.open(BytesIO(picture.png)) as page:
            assert (page.format, page.mode, page.size) == ("PNG", "RGB", (width, picture.height_px))
        assert picture.height_px / width == pytest.approx(picture.height_pt / picture.width_pt, abs=0.02)
        service.rest()


def test_a_missing_pdf_is_told_with_its_edition(leafing: Leafing, tmp_path: Path) -> None:
    next((tmp_path / "library").rglob("v1.pdf")).unlink()
    for name in ("v1", "v9"):
        with pytest.raises(UnreadablePdf, match=rf"PDF of 1706\.03762 {name} is missing"):
            leafing.page(FIRST, name, 0, 120)
