"""The documents name what there is: every command, its options, its examples, its files."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from paperlab.cli.verbs import app
from paperlab.config import Settings
from paperlab.domain.findings import Kind

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"
DOCUMENTS = sorted([README, *(ROOT / "docs").rglob("*.md")])
PAGES = [path for path in DOCUMENTS if path.parent.name != "adr"]
"""A decision may speak of what was never built."""
PROGRAM: Any = typer.main.get_command(app)
GLOBAL_OPTIONS = {"--library", "--offline", "--json", "--verbose", "-v", "--version", "--help", "-h"}


def sections(text: str) -> dict[str, str]:
    """Second-level headings and what stands under each."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def examples(text: str) -> list[list[str]]:
    """The words of each `paperlab …` line in a block of code."""
    blocks = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if re.match(r"paperlab( |$)", line)]


def parse(words: list[str]) -> None:
    """Take a command line as the program would, without carrying it out."""
    if words:
        command = PROGRAM.commands[words[0]]
        command.make_context(words[0], words[1:])


def test_every_command_has_a_section_and_no_section_lacks_its_command() -> None:
    assert set(sections(COMMANDS.read_text())) == set(PROGRAM.commands)


@pytest.mark.parametrize("name", sorted(PROGRAM.commands))
def test_a_commands_section_names_its_options_and_gives_an_example(name: str) -> None:
    section = sections(COMMANDS.read_text())[name]
    options = {
        option
        for parameter in PROGRAM.commands[name].params
        if parameter.param_type_name == "option" and not parameter.hidden
        for option in parameter.opts
    } - GLOBAL_OPTIONS
    assert {option for option in options if f"`{option}" not in section} == set()
    assert set(re.findall(r"`(-[\w-]+)", section)) - options == set()
    assert any(words[:1] == [name] for words in examples(section))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_examples_are_commands_that_the_program_takes(path: Path) -> None:
    for words in examples(path.read_text()):
        parse(words)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_within_sentences_exist(path: Path) -> None:
    for name in re.findall(r"`paperlab ([a-z]\w*)", path.read_text()):
        assert name in PROGRAM.commands, name


def test_the_readme_has_five_examples() -> None:
    prose = re.split(r"^```\n.*?^```", sections(README.read_text())["Five examples"], flags=re.MULTILINE | re.DOTALL)
    assert len([text for text in prose if text.strip()]) == 5


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    text = path.read_text()
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target


def test_every_setting_is_explained() -> None:
    table = sections((ROOT / "docs" / "library.md").read_text())["Settings"]
    named = set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE))
    assert named == set(Settings.__slots__) - {"origins"}


def test_every_kind_of_finding_is_explained_with_its_severity() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \|", (ROOT / "docs" / "doctor.md").read_text(), flags=re.MULTILINE)
    assert rows == [(kind.value, kind.severity.value) for kind in Kind]


def test_every_key_of_the_tui_is_in_its_page() -> None:
    from paperlab.tui.commands import COMMANDS as KEYS
    from paperlab.tui.commands import PLACES, key_name

    page = sections((ROOT / "docs" / "tui.md").read_text())
    for place, title in PLACES.items():
        rows = [
            f"| {' '.join(f'`{key_name(key)}`' for key in command.keys.split(','))} | {command.help} | `{command.id}` |"
            for command in KEYS
            if command.place == place
        ]
        assert [line for line in page[title].splitlines() if line.startswith("| `")] == rows


def test_the_makefile_has_every_target_that_the_documents_name() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for path in DOCUMENTS:
        assert set(re.findall(r"`?make ([a-z]+)`", path.read_text())) <= targets
