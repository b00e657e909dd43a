"""A page of rows that is longer than the screen, moved by the keys of every list."""

from textual.containers import VerticalScroll

from paperlab.tui.commands import bindings


class Page(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Scrolls what it holds."""

    BINDINGS = bindings("move")

    def action_move(self, by: int) -> None:
        self.scroll_relative(y=by, animate=False)

    def action_move_screen(self, share: float) -> None:
        self.scroll_relative(y=round(self.size.height * share) or (1 if share > 0 else -1), animate=False)

    def action_move_end(self, by: int) -> None:
        if by > 0:
            self.scroll_end(animate=False)
        else:
            self.scroll_home(animate=False)
