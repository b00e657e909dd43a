"""Marks of other programs: offered once, taken over when asked for, taken back."""

import json
import sys
from collections.abc import Callable
from typing import Any

from piloting import messages, open_app, press, settle

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import UnreadablePdf
from paperlab.tui.app import PaperlabApp
from paperlab.tui.jobs import Job

FIRST = PaperKey("1706.03762")
MakeApp = Callable[..., PaperlabApp]


def _marks(bench: Any) -> list[str]:
    return sorted(mark.id for marks in bench.marks.values() for mark in marks)


async def test_a_paper_that_opens_says_once_that_its_pdf_holds_marks(make_app: MakeApp, bench: Any) -> None:
    bench.marks_in_pdf = 2
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "enter", "escape", "enter")
        assert [text for text in messages(app).splitlines() if "2 marks" in text] == [
            "Its PDF holds 2 marks of another program. I takes them over."
        ]


async def test_marks_are_taken_over_in_the_library_and_taken_back(make_app: MakeApp, bench: Any) -> None:
    bench.marks_in_pdf = 2
    app = make_app(bench)
    async with open_app(app) as pilot:
        before = _marks(bench)
        await press(pilot, "I")
        assert len(_marks(bench)) == len(before) + 2
        assert "v5: 2 taken over" in messages(app).splitlines()
        await press(pilot, "u")
        assert _marks(bench) == before
        await press(pilot, "enter")
        assert not any("takes them over" in text for text in messages(app).splitlines())


async def test_marks_are_taken_over_in_the_reader(make_app: MakeApp, bench: Any) -> None:
    bench.marks_in_pdf = 1
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "enter", "I")
        assert "v5: 1 taken over" in messages(app).splitlines()


async def test_a_pdf_that_cannot_be_read_is_told(make_app: MakeApp, bench: Any) -> None:
    bench.refusal = UnreadablePdf("v5.pdf cannot be read")
    app = make_app(bench)
    async with open_app(app) as pilot:
        await press(pilot, "I")
        assert any("cannot be read" in text for text in messages(app).splitlines())


async def test_a_paper_that_was_added_with_marks_says_so(make_app: MakeApp, bench: Any) -> None:
    told = {"source": "x", "key": FIRST.value, "status": "added", "title": "T", "pages": 2, "error": "", "marks": 7}
    script = f"print({json.dumps(json.dumps([told]))})"

    def command(_job: Job) -> list[str]:
        return [sys.executable, "-c", script]

    app = make_app(bench, job_command=command)
    async with open_app(app) as pilot:
        app.start_job("add", "x")
        for _ in range(100):
            await settle(pilot)
            if found := [text for text in messages(app).splitlines() if "7 marks" in text]:
                break
            await pilot.pause(0.05)
        assert found == ["Its PDF holds 7 marks of another program. I takes them over."]
