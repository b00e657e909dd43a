"""YAML front matter: our keys are renewed, the reader's stay to the byte.

Only the lines are looked at, no YAML is parsed: what a reader has written there need not be ours to understand.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from paperlab.errors import ChangedOutside
from paperlab.export.harmless import without_controls

Value = str | int | float | datetime | tuple[str, ...]

_KEY_LINE = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^\s#:\-'"\[{][^:]*?))\s*:(?:\s.*)?\n?""", re.DOTALL)
_CONTINUED = re.compile(r"[ \t]+\S|-(?:\s|$)")
_FREE_LINE = re.compile(r"\s*(?:#.*)?\n?", re.DOTALL)
_BYTE_ORDER_MARK = "\ufeff"
_MERGED = ("aliases", "tags")


def with_front_matter(text: str, values: Mapping[str, Value | None]) -> str:
    """A text with our values in its front matter: each in its place, new ones at the end of it.

    What the reader has added to `tags` and `aliases` is kept. A value of None takes its line away. A text without front
    matter gets one.

    Raises:
        ChangedOutside: What we once wrote there cannot be read any more.
    """
    plain = text.removeprefix(_BYTE_ORDER_MARK)
    mark = text[: len(text) - len(plain)]
    lines = re.findall(r"[^\n]*\n|[^\n]+", plain)
    line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    end = _end_of_front_matter(lines)
    if end is None:
        _check_none_is_ours(lines)
        return f"{mark}---{line_end}{''.join(_renewed([], values, line_end))}---{line_end}{plain}"
    return "".join([mark, lines[0], *_renewed(lines[1:end], values, line_end), *lines[end:]])


def length_of(text: str) -> int:
    """Where the front matter of a text ends; 0 if it has none."""
    plain = text.removeprefix(_BYTE_ORDER_MARK)
    lines = re.findall(r"[^\n]*\n|[^\n]+", plain)
    end = _end_of_front_matter(lines)
    return 0 if end is None else len(text) - len(plain) + sum(map(len, lines[: end + 1]))


def value_of(text: str, name: str) -> str:
    """A value of a text's front matter, without its quotation marks; empty if there is none."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text.removeprefix(_BYTE_ORDER_MARK))
    entries = dict(_entries(lines[1 : _end_of_front_matter(lines) or 1]))
    return _unquoted(entries.get(name, [""])[0].partition(":")[2])


def _end_of_front_matter(lines: list[str]) -> int | None:
    """The index of the line that closes it; None if the text does not begin with front matter."""
    if not lines or lines[0].rstrip("\r\n") != "---":
        return None
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip("\r\n") == "---":
            return index
        if not (_KEY_LINE.fullmatch(line) or _CONTINUED.match(line) or _FREE_LINE.fullmatch(line)):
            return None
    return None


def _check_none_is_ours(lines: list[str]) -> None:
    """A text that begins with a rule is fine; front matter of ours that no longer can be read must not get a second."""
    if not lines or lines[0].rstrip("\r\n") != "---":
        return
    for number, line in enumerate(lines[1:], start=2):
        if line.startswith("paperlab_id:"):
            hint = "it begins and ends with ---, and between are lines as `key: value`"
            raise ChangedOutside(f"the front matter above line {number} cannot be read", hint=hint)
        if line.rstrip("\r\n") == "---":
            return


def _renewed(lines: list[str], values: Mapping[str, Value | None], line_end: str) -> list[str]:
    kept: list[str] = []
    missing = dict(values)
    for name, entry in _entries(lines):
        if name not in values:
            kept.extend(entry)
        elif (value := missing.pop(name, None)) is not None:
            kept.append(_render(name, _merged(entry, value) if name in _MERGED else value, line_end))
    return [*kept, *(_render(name, value, line_end) for name, value in missing.items() if value is not None)]


def _render(name: str, value: Value, line_end: str) -> str:
    """One line of YAML; text is always quoted, so that `1207.0580` keeps its last zero."""
    if isinstance(value, datetime):
        return f"{name}: {value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}{line_end}"
    if isinstance(value, tuple):
        return f"{name}: [{', '.join(_quoted(entry) for entry in value)}]{line_end}"
    return f"{name}: {_quoted(value) if isinstance(value, str) else value}{line_end}"


def _entries(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Each key with the lines that belong to it; comments and blank lines stand for themselves, under no key."""
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        if found := _KEY_LINE.fullmatch(line):
            entries.append((next(filter(None, found.groups()), ""), [line]))
        elif _CONTINUED.match(line) and entries:
            between: list[str] = []
            while len(entries) > 1 and not entries[-1][0]:
                between[:0] = entries.pop()[1]
            entries[-1][1].extend([*between, line])
        else:
            entries.append(("", [line]))
    return entries


def _merged(entry: list[str], ours: Value) -> Value:
    return tuple(dict.fromkeys([*ours, *_listed(entry)])) if isinstance(ours, tuple) else ours


def _listed(entry: list[str]) -> list[str]:
    """The items of a list as editors write it: `[a, "b"]`, or one under the other after dashes."""
    written = "".join(entry).partition(":")[2].strip()
    if written.startswith("["):
        items = re.findall(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^,\s][^,]*', written[1:].rpartition("]")[0])
    elif len(entry) > 1:
        items = [line.strip()[1:] for line in entry[1:] if line.strip().startswith("-")]
    else:
        items = [written]
    return [item for item in (_on_one_line(_unquoted(item)) for item in items) if item]


def _unquoted(item: str) -> str:
    item = item.strip()
    if double := re.match(r'"(?:[^"\\]|\\.)*"', item):
        try:
            return str(json.loads(double[0]))
        except ValueError:
            return double[0][1:-1]
    if single := re.match("'([^']*)'", item):
        return single[1]
    return re.sub(r"(?:^|\s)#.*", "", item).strip()


def _quoted(text: str) -> str:
    """A text as JSON, which YAML reads too; `%%`, which would begin a comment, by its number."""
    return json.dumps(_on_one_line(text), ensure_ascii=False).replace("%%", r"\u0025\u0025")


def _on_one_line(text: str) -> str:
    return " ".join(without_controls(text).split())
