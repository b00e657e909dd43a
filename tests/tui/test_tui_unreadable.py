"""What cannot be read costs no other paper its place, and is told of once."""

from collections.abc import Callable
from typing import Any

from piloting import open_app, press, screen_text

from paperlab.errors import DamagedFile
from paperlab.tui.app import PaperlabApp

MakeApp = Callable[..., PaperlabApp]


def told(app: PaperlabApp) -> list[str]:
    return [notification.message for notification in app._notifications]


async def test_what_cannot_be_read_is_told_of_once_and_names_the_doctor(make_app: MakeApp, bench: Any) -> None:
    bench.damaged_files = (DamagedFile("lists/mine.toml: [bold] is no list"), DamagedFile("papers/x/paper.toml: cut"))
    app = make_app(bench)
    async with open_app(app, size=(100, 30)) as pilot:
        assert told(app) == ["lists/mine.toml: [bold] is no list and 1 more\n`paperlab doctor` tells what to do."]
        assert "few-shot learners" in screen_text(app)
        app.clear_notifications()
        await press(pilot, "ctrl+r")
        assert told(app) == []
        bench.damaged_files += (DamagedFile("lists/other.toml: cut"),)
        await press(pilot, "ctrl+r")
        assert told(app) == ["lists/other.toml: cut\n`paperlab doctor` tells what to do."]
