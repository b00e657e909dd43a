"""Search as one types: words at once, meaning as soon as the encoder is there."""

from asyncio import to_thread
from collections.abc import Callable, Collection, Mapping

from rich.cells import cell_len
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.timer import Timer
from textual.widgets import Input, Static

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.passages import Answer, Hit, SearchMode
from paperlab.domain.queries import parse_query
from paperlab.domain.steps import Abandoned
from paperlab.errors import PaperlabError
from paperlab.tui.cells import safe, safe_lines
from paperlab.tui.commands import bindings, commands_of, key_name, keys_of
from paperlab.tui.marking import matched_spans
from paperlab.tui.scopes import AtHand, Scope
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.lists import choose_list
from paperlab.tui.turnstile import Turnstile
from paperlab.tui.widgets.hit_list import HitList
from paperlab.tui.widgets.inputs import LineInput
from paperlab.tui.widgets.key_bar import KeyBar
from paperlab.tui.widgets.line import Line

_PAUSE_S = 0.08
"""After the last key before a search begins."""
_REST_S = 0.05
"""The cursor must rest so long before the whole passage is laid out beside the list."""
_LIMIT = 30

_HINT = """Ask in your own words, or type those of the paper:

    why are dot products scaled
    "masked language model" -vision
    author:vaswani year:2017..2019 section:related warmup

Papers, your notes and your highlights are searched."""
_NARROWER = {
    "scope": "one of them alone",
    "paper": "only the paper you come from",
    "list": "only the papers of a reading list",
    "status": "only what you have read, are reading, or not",
}
"""What each command takes away, by its name."""
_WIDER = {"scope": "all kinds of text", "paper": "all papers", "status": "read or not", "list": "beyond the list"}
"""And what it gives back."""


class SearchScreen(PlaceScreen):
    """A line to type in, and the passages that answer. Lives as long as the application, so that a query is kept."""

    PLACE = "search"
    BINDINGS = bindings("search")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # Textual's own type

    def __init__(self) -> None:
        super().__init__()
        self._scope = Scope()
        self._at_hand = AtHand()
        self._answer: Answer | None = None
        self._pause: Timer | None = None
        self._rest: Timer | None = None
        self._turnstile = Turnstile()
        self._to_open = ""
        """The query whose first hit is to be opened: enter came before its answer."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="query-line"):
            yield Static("/", id="slash")
            yield LineInput(id="query", placeholder="words or a question")
            yield Line(id="scope")
        yield Static(id="hint")
        with Horizontal(id="answer"):
            yield HitList()
            with VerticalScroll(id="passage", can_focus=False):
                yield Static(id="passage-text")
        yield Line(id="told", classes="bar")
        yield KeyBar("search")

    def on_mount(self) -> None:
        self._show(None, is_better=False)

    def on_screen_resume(self) -> None:
        entry = self.query_one("#query", Input)
        entry.focus()
        entry.select_all()
        self._take_in()

    def look_again(self, keys: Collection[PaperKey] | None = None) -> None:  # noqa: ARG002
        """A paper that has come meanwhile may answer, too."""
        if self.is_current:  # else when it is come back to
            self._take_in()

    def come_from(self, at_hand: AtHand) -> None:
        """What "this paper" and "this list" mean until the search is opened again."""
        self._at_hand = at_hand
        if self._scope.paper is not None:
            self._scope = self._scope.in_paper(at_hand)

    @work(exclusive=True, group="take-in")
    async def _take_in(self) -> None:
        """Notes and marks that have changed meanwhile are looked for, too; typing does not wait for them."""
        if self._answer is not None:
            self.search(is_better=True)
        try:
            await to_thread(self.workbench.searching.take_in)
        except PaperlabError as error:
            self.desk.show_error(error)
            return
        if self._answer is not None:
            self.search(is_better=True)

    def refine(self) -> None:
        """The encoder is there: what was answered by words alone is answered anew."""
        if self._answer is not None and self._answer.mode is SearchMode.WORDS:
            self.search(is_better=True)
        if not self.is_ending:  # nor just opened: it tells when it is there
            self._tell()

    @on(Input.Changed, "#query")
    def _on_typed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE_S, self.search)

    @work(group="search")
    async def search(self, is_better: bool = False) -> None:
        """Ask what is typed. A newer query takes the place of this one, which is given up then."""
        if self.is_ending:
            return
        query, scope = self.query_one("#query", Input).value.strip(), self._scope
        searching = self.workbench.searching
        mode = SearchMode.HYBRID if searching.is_warm else SearchMode.WORDS

        def ask(is_wanted: Callable[[], bool]) -> Answer | None:
            if not query:
                return None
            return searching.search(
                query,
                mode=mode,
                limit=_LIMIT,
                kinds=scope.kinds,
                paper=scope.paper,
                status=scope.status,
                list_name=scope.list_name,
                is_fresh=False,
                is_wanted=is_wanted,
            )

        try:
            answer = await self._turnstile.run(ask)
        except Abandoned:
            return
        except PaperlabError as error:
            self._show(None, is_better=False, instead=f"{error.message}\n\n{error.hint}".strip())
            return
        if not self.is_ending:
            self._show(answer, is_better=is_better)

    def action_move(self, by: int) -> None:
        self.query_one(HitList).move(by)

    def action_scope(self) -> None:
        self._look_in(self._scope.next_kinds)

    def action_status(self) -> None:
        self._look_in(self._scope.next_status)

    def action_paper(self) -> None:
        """Only the paper that lay open, or all again."""
        if self._scope.paper is not None:
            self._look_in(self._scope.in_paper(AtHand()))
        elif self._at_hand.paper is None:
            self.notify("No paper was open or chosen when you came here.", markup=False)
        else:
            self._look_in(self._scope.in_paper(self._at_hand))

    @work(exclusive=True, group="list")
    async def action_list(self) -> None:
        """Only a reading list, the one that the library shows or one that is chosen; or all again."""
        if self._scope.list_name is not None:
            self._look_in(self._scope.in_list(None))
        elif name := self._at_hand.list_name or await choose_list(self, None):
            self._look_in(self._scope.in_list(name))

    def _look_in(self, scope: Scope) -> None:
        self._scope = scope
        self._tell()
        self.search()

    def action_open(self) -> None:
        """Open the hit under the cursor, after the line has taken the keys that were typed before."""
        self.query_one("#query", Input).call_later(self._open)

    def _open(self) -> None:
        query = self.query_one("#query", Input).value.strip()
        if self._answer is None or self._answer.query != query:
            self._to_open = query
            self.search()
        elif walk := self.query_one(HitList).walk:
            self.desk.open_hit(walk)

    def action_copy(self) -> None:
        if hit := self.query_one(HitList).current:
            self.desk.copy(hit.passage.text)

    @on(HitList.Chosen)
    def _on_chosen(self) -> None:
        self.action_open()

    @on(HitList.Moved)
    def _on_moved(self, event: HitList.Moved) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST_S, lambda: self._show_whole(event.hit))

    def _show_whole(self, hit: Hit | None) -> None:
        self.query_one("#passage-text", Static).update(self._whole(hit) if hit else "")
        self.query_one("#passage", VerticalScroll).scroll_home(animate=False)

    def _show(self, answer: Answer | None, *, is_better: bool, instead: str = "") -> None:
        self._answer = answer
        hits = answer.hits if answer else ()
        self.query_one("#hint").display = not hits
        self.query_one("#answer").display = bool(hits)
        if not hits:
            hint = instead or ("\n".join([_HINT, *self._keyed(_NARROWER)]) if answer is None else self._nothing())
            self.query_one("#hint", Static).update(Text(safe_lines(hint)))
        self.query_one(HitList).show(hits, self._sought, is_better=is_better)
        self._tell()
        is_awaited = answer is not None and answer.query == self._to_open
        self._to_open = ""
        if is_awaited:
            self._open()

    @property
    def _sought(self) -> str:
        """What of the query is looked for in the texts."""
        return parse_query(self._answer.query).sought if self._answer else ""

    def _nothing(self) -> str:
        """What to do when nothing has been found."""
        why = f": {self._answer.hint}" if self._answer and self._answer.hint else ""
        said = [f"Nothing answers to this ({self._scope.told}){why}.", ""]
        if narrowings := self._scope.narrowings:
            wider = self._keyed({name: _WIDER[name] for name in narrowings})
            return "\n".join([*said, "Look further:", "", *wider])
        if not self.workbench.searching.is_warm:
            return "\n".join([*said, "So far its words alone were looked for; its meaning comes as soon as it can."])
        return "\n".join([*said, "Try other words. A paper is searched once it has been indexed: `paperlab index`."])

    def _keyed(self, told: Mapping[str, str]) -> list[str]:
        """Commands of this place as their keys and what is told of them."""
        keys = {command.id: keys_of(command, self.app._keymap)[0] for command in commands_of(self.PLACE)}
        return [f"{key_name(keys[f'search.{name}']):7} {words}" for name, words in told.items()]

    def _tell(self) -> None:
        is_warm = self.workbench.searching.is_warm
        how = "words + meaning" if is_warm else "words"
        scope = self.query_one("#scope", Line)
        scope.right = f"{self._scope.told} · {how}"
        scope.styles.width = cell_len(scope.right) + 1
        told = self.query_one("#told", Line)
        told.right = "meaning ready" if is_warm else self.desk.encoder_state
        told.left = ""
        if self._answer is not None and self._answer.hits:
            papers = len({hit.passage.paper for hit in self._answer.hits})
            counts = f"{_count(len(self._answer.hits), 'passage')} in {_count(papers, 'paper')}"
            told.left = f"{counts} · {self._answer.took_ms:.0f} ms"
        if self._answer is not None and self._answer.warning:
            told.left = self._answer.warning

    def _whole(self, hit: Hit) -> Text:
        text = Text(safe(hit.passage.text))
        style = self.query_one(HitList).get_component_rich_style("hits--matched", partial=True)
        for start, end in matched_spans(hit.passage.text, self._sought):
            text.stylize(style, start, end)
        path = Text(safe(" › ".join(hit.passage.section)) + "\n\n", "dim")
        return Text.assemble(Text(safe(hit.title) + "\n", "bold"), path, text)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
