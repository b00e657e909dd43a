"""Settings written by several programs at once."""

import tomllib
from pathlib import Path
from threading import Thread

from paperlab.library.settings_file import write_setting

_READ_SLOWLY = "# a comment, one of many\n" * 4_000


def test_programs_that_set_something_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(_READ_SLOWLY)
    keys = ("theme", "editor", "model", "reranker")
    programs = [Thread(target=write_setting, args=(file, key, "x")) for key in keys]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert tomllib.loads(file.read_text()) == dict.fromkeys(keys, "x")
