"""Settings written by two programs at once."""

import tomllib
from pathlib import Path
from threading import Thread

from paperlab.library.locks import lock
from paperlab.library.settings_file import write_setting


def test_two_programs_that_set_something_at_once_lose_neither(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    write_setting(file, "theme", "terminal")
    with lock(tmp_path, file.name, 1):
        other = Thread(target=write_setting, args=(file, "editor", "vi"))
        other.start()
        other.join(0.2)  # it stands before the lock
        write_setting(file, "timeout_s", 5)
    other.join()
    assert tomllib.loads(file.read_text()) == {"theme": "terminal", "timeout_s": 5, "editor": "vi"}
