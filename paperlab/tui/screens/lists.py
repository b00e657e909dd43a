"""Which reading list: the question that the library and the search ask."""

from asyncio import to_thread

from paperlab.errors import PaperlabError
from paperlab.tui.screens.base import PlaceScreen
from paperlab.tui.screens.dialogs import Choice, ChoiceDialog

_NONE = "There are no reading lists yet: they are files in the library's lists folder."


async def choose_list(screen: PlaceScreen, at: str | None) -> str | None:
    """The name of a list, "" for all papers, None if the reader goes back. To be called from a worker."""
    try:
        lists = await to_thread(screen.workbench.guiding.overview)
    except PaperlabError as error:
        screen.desk.show_error(error)
        return None
    if not lists:
        screen.notify(_NONE, markup=False)
        return None
    choices = [Choice("all papers", "")]
    choices += [Choice(found.title, found.name, f"{found.done} of {found.items} read") for found in lists]
    names = [choice.value for choice in choices]
    return await screen.app.push_screen_wait(
        ChoiceDialog("Show the papers of", choices, at=names.index(at) if at in names else 0)
    )
