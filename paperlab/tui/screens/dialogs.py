"""Small questions: one of several, a line of text, yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from paperlab.domain.progress import Depth, Status
from paperlab.tui.commands import bindings
from paperlab.tui.screens.base import Dialog
from paperlab.tui.widgets.inputs import LineInput

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One of several."""

    name: str
    value: T
    help: str = ""
    key: str = ""
    """A letter that takes it at once."""


class ChoiceDialog(Dialog[T]):
    """One of several, by letter, or by moving and enter."""

    BINDINGS = bindings("choice")

    def __init__(self, title: str, choices: Sequence[Choice[T]], *, at: int = 0) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._at = at

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, style="bold"), classes="dialog-title")
            yield OptionList(*(Option(_row(choice)) for choice in self._choices), markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self._at

    def on_key(self, event: events.Key) -> None:
        letter = event.character
        options = self.query_one(OptionList)
        chosen = [choice for choice in self._choices if choice.key and choice.key == letter]
        if chosen:
            event.stop()  # or the screen beneath would take it for a command
            self.dismiss(chosen[0].value)
        elif letter == "j":
            options.action_cursor_down()
        elif letter == "k":
            options.action_cursor_up()

    def action_accept(self) -> None:
        index = self.query_one(OptionList).highlighted
        self.dismiss(self._choices[index].value if index is not None else None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index].value)


class LetterDialog(Dialog[str]):
    """One letter, taken as soon as it is typed."""

    BINDINGS = bindings("choice")

    def __init__(self, title: str, letters: str) -> None:
        super().__init__()
        self._title = title
        self._letters = letters

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, style="bold"))

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in self._letters:
            event.stop()
            self.dismiss(event.character)

    def action_accept(self) -> None:
        self.dismiss(None)


class LineDialog(Dialog[str]):
    """A line of text."""

    BINDINGS = bindings("choice")

    def __init__(self, title: str, value: str = "", *, placeholder: str = "", below: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._placeholder = placeholder
        self._below = below

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Text(self._title, style="bold"), classes="dialog-title")
            yield LineInput(self._value, placeholder=self._placeholder)
            if self._below:
                yield Static(Text(self._below), classes="dialog-below")

    def action_accept(self) -> None:
        self.dismiss(self.query_one(Input).value)


STATUS_CHOICES: tuple[Choice[tuple[Status, Depth | None]], ...] = (
    Choice("unread", (Status.UNREAD, None), "not begun", "u"),
    Choice("reading", (Status.READING, None), "on it", "r"),
    Choice("read – skimmed", (Status.READ, Depth.SKIMMED), "title, abstract, headings, conclusions", "1"),
    Choice("read", (Status.READ, Depth.READ), "all but proofs and details", "2"),
    Choice("read – understood", (Status.READ, Depth.UNDERSTOOD), "could be done again from memory", "3"),
)


def status_dialog(
    status: Status | None, depth: Depth | None, count: int = 1
) -> ChoiceDialog[tuple[Status, Depth | None]]:
    """What the reader declares of one paper or of several, at what was declared last."""
    wanted = (status, depth or Depth.READ) if status is Status.READ else (status, None)
    at = next((index for index, choice in enumerate(STATUS_CHOICES) if choice.value == wanted), 0)
    title = "How far have you read it?" if count == 1 else f"How far have you read these {count} papers?"
    return ChoiceDialog(title, STATUS_CHOICES, at=at)


def yes_no(question: str, yes: str, no: str) -> ChoiceDialog[bool]:
    """A question whose harmless answer stands first."""
    return ChoiceDialog(question, (Choice(no, False, key="n"), Choice(yes, True, key="y")))


def _row(choice: Choice[T]) -> Text:
    row = Text(no_wrap=True, overflow="ellipsis")
    row.append(f"{choice.key:1}  " if choice.key else "", "bold")
    row.append(choice.name)
    if choice.help:
        row.append(f"  {choice.help}", "dim")
    return row
