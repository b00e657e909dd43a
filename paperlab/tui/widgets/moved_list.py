"""A list of options that is moved in by the keys of every list."""

from textual.widgets import OptionList


class MovedList(OptionList):
    """Takes the actions of the commands of `move`."""

    def action_move(self, by: int) -> None:
        if by > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    def action_move_screen(self, share: float) -> None:
        if share > 0:
            self.action_page_down()  # type: ignore[no-untyped-call]
        else:
            self.action_page_up()  # type: ignore[no-untyped-call]

    def action_move_end(self, by: int) -> None:
        if by > 0:
            self.action_last()
        else:
            self.action_first()
