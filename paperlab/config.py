"""Settings: what a reader may choose, where each choice comes from, and what is wrong with it.

Flags > environment > the library's `paperlab.toml` > the user's `config.toml` > defaults. Importing this
touches no disk.
"""

import difflib
import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from paperlab.errors import SettingsError

ARXIV_URL = "https://export.arxiv.org"
DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
MIN_ARXIV_DELAY_S = 3.0
UPDATE_CHECKS = ("never", "weekly", "daily")
FLAVORS = ("obsidian", "plain", "logseq")
THEMES = ("paperlab-dark", "paperlab-light", "paperlab-contrast", "terminal")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, each with its unit and default."""

    library: str = ""
    """Folder of the library; empty means: look for one."""
    offline: bool = False
    """Open no socket."""
    model: str = DEFAULT_MODEL
    """Any model that sentence-transformers can load: a name or a folder."""
    reranker: str = ""
    """A cross-encoder that sentence-transformers can load, which orders the best hits anew; none if empty."""
    arxiv_url: str = ARXIV_URL
    arxiv_delay_s: float = MIN_ARXIV_DELAY_S
    """Seconds between two requests to arXiv; below 3 only if the address is not arXiv's."""
    timeout_s: float = 30.0
    """Seconds that a server may be silent."""
    update_check: str = UPDATE_CHECKS[0]
    """How often the TUI asks arXiv, in the background, whether papers have newer editions."""
    allow_private_addresses: bool = False
    """Fetch PDFs from this machine and the local network, too."""
    editor: str = ""
    """Command for notes; empty means: $VISUAL, $EDITOR, then what the system has."""
    export_flavor: str = FLAVORS[0]
    """Whose Markdown an export writes."""
    export_template: str = ""
    """A Jinja2 template that an export goes by instead; none if empty."""
    theme: str = THEMES[0]
    reader_width: int = 76
    """Columns of the reader's text."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Binding id to keys, as in `reader.highlight = "h,ctrl+h"`."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each setting that is not a default comes from: `flag`, a variable's name, or a file."""

    @property
    def is_real_arxiv(self) -> bool:
        from urllib.parse import urlsplit

        host = urlsplit(self.arxiv_url).hostname or ""
        return host == "arxiv.org" or host.endswith(".arxiv.org")


_KEYS = tuple(f.name for f in fields(Settings) if f.name != "origins")
_OF_VARIABLE = {f"PAPERLAB_{key.upper()}": key for key in _KEYS if key != "keymap"}
_EDITORS = ("nano", "vim", "vi", "emacs")
_WEB_ADDRESS = re.compile(r"https?://[^/\s]+")
_TRUTHS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
    "": False,
}
NOT_SETTINGS = frozenset({"format"})
"""Keys of `paperlab.toml` that describe the library and are not the reader's to choose."""


def load_settings(
    *,
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    library_file: Path | None,
    user_file: Path,
    on_error: Callable[[SettingsError], None] | None = None,
) -> Settings:
    """Lay the sources over each other.

    Args:
        flags: From the command line; None means not given.
        library_file: The library's `paperlab.toml`, if the library is known.
        on_error: Is told what is wrong, and it counts as not set. None: it is raised.

    Raises:
        SettingsError: An unknown key (with the nearest one), a wrong value, a file that is no TOML.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}

    @contextmanager
    def told() -> Iterator[None]:
        try:
            yield
        except SettingsError as error:
            if on_error is None:
                raise
            on_error(error)

    for file in (user_file, library_file):
        read: dict[str, Any] = {}
        with told():
            read = _read(file) if file is not None and file.is_file() else {}
        for key, value in read.items():
            if file == library_file and key in NOT_SETTINGS:
                continue
            with told():
                if flags.get(key) is not None:
                    _known(key, str(file))
                    continue
                if file == library_file and key == "library":
                    raise SettingsError(f"{file}: a library cannot name another library")
                values[key] = _checked(key, value, str(file))
                origins[key] = str(file)
    for variable, key in _OF_VARIABLE.items():
        if variable in environment:
            with told():
                values[key] = parse_value(key, environment[variable], variable)
                origins[key] = variable
    for key, value in flags.items():
        if value is not None:
            values[key] = value
            origins[key] = "flag"
    for key, check in (("arxiv_url", _check_address), ("arxiv_delay_s", _check_delay)):
        with told():
            try:
                check(replace(Settings(), **values), origins)
            except SettingsError:
                values.pop(key, None)
                raise
    return replace(Settings(), **values, origins=origins)


def _check_address(settings: Settings, origins: Mapping[str, str]) -> None:
    if not _is_web_address(settings.arxiv_url):
        place = origins.get("arxiv_url", "settings")
        raise SettingsError(
            f"{place}: arxiv_url is no web address: {settings.arxiv_url!r}", hint="it begins with https://"
        )


def _check_delay(settings: Settings, origins: Mapping[str, str]) -> None:
    if settings.is_real_arxiv and settings.arxiv_delay_s < MIN_ARXIV_DELAY_S:
        raise SettingsError(
            f"{origins['arxiv_delay_s']}: arxiv_delay_s = {settings.arxiv_delay_s:g} is too quick for arXiv",
            hint=f"arXiv asks for {MIN_ARXIV_DELAY_S:g} s between requests",
        )


def _is_web_address(text: str) -> bool:
    from urllib.parse import urlsplit

    try:
        return bool(_WEB_ADDRESS.match(text)) and urlsplit(text).port != 0
    except ValueError:  # "https://[::1", a port of six digits
        return False


def parse_value(key: str, text: str, place: str) -> Any:
    """A setting's value from the text of a variable or of `config set`.

    Raises:
        SettingsError: No such key, or no such value.
    """
    kind = type(getattr(Settings(), _known(key, place)))
    value: Any = text
    if kind is bool:
        value = _TRUTHS.get(text.strip().lower(), text)
    elif kind in {int, float}:
        try:
            value = kind(text)
        except ValueError:
            raise SettingsError(f"{place}: {key} is a number, not {text!r}") from None
    elif kind is dict:
        raise SettingsError(f"{place}: {key} is a table", hint=f"edit {user_config_file()}")
    return _checked(key, value, place)


def editor_words(chosen: str, environment: Mapping[str, str]) -> list[str]:
    """The command that opens the reader's editor.

    Args:
        chosen: The setting `editor`; empty means: $VISUAL, $EDITOR, then what the system has.

    Raises:
        SettingsError: None is set and none is found, or it is not there, or its quotation marks do not match.
    """
    import shlex
    import shutil

    command = chosen or environment.get("VISUAL") or environment.get("EDITOR") or ""
    hint = "set $EDITOR, or `paperlab config set editor …`"
    try:
        words = shlex.split(command) or [name for name in _EDITORS if shutil.which(name)][:1]
    except ValueError as error:
        raise SettingsError(f"the editor {command!r} cannot be read: {error}", hint=hint) from error
    if not words or shutil.which(words[0]) is None:
        raise SettingsError(f"no editor {words[0]!r}" if words else "no editor", hint=hint)
    return words


def user_config_file() -> Path:
    """Where the reader's own settings are."""
    from platformdirs import user_config_path

    return user_config_path("paperlab", appauthor=False) / "config.toml"


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from error


def _known(key: str, place: str) -> str:
    if key in _KEYS:
        return key
    near = difflib.get_close_matches(key, _KEYS, n=1)
    raise SettingsError(
        f"{place}: unknown setting {key!r}", hint=f"did you mean {near[0]!r}?" if near else "see `paperlab config`"
    )


def _checked(key: str, value: Any, place: str) -> Any:
    default = getattr(Settings(), _known(key, place))
    if key == "keymap":
        if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
            raise SettingsError(f'{place}: keymap is a table of keys, as in reader.highlight = "h"')
        return dict(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        with suppress(OverflowError):
            value = float(value)
    if type(value) is not type(default):
        raise SettingsError(f"{place}: {key} should be {type(default).__name__}, not {value!r}")
    if key == "theme" and value not in THEMES:
        raise SettingsError(f"{place}: unknown theme {value!r}", hint=f"one of {', '.join(THEMES)}")
    if key == "update_check" and value not in UPDATE_CHECKS:
        raise SettingsError(f"{place}: update_check is {value!r}", hint=f"one of {', '.join(UPDATE_CHECKS)}")
    if key == "export_flavor" and value not in FLAVORS:
        raise SettingsError(f"{place}: unknown flavor {value!r}", hint=f"one of {', '.join(FLAVORS)}")
    if (key in {"timeout_s", "reader_width"} and not 0 < value < math.inf) or (
        key == "arxiv_delay_s" and not 0 <= value < math.inf
    ):
        raise SettingsError(f"{place}: {key} must be above 0")
    return value
