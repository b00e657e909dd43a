"""An export that is killed half-way loses nothing."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from desk import Desk, put_paper

from paperlab.services.exporting import ExportFormat

EXPORT_FOR_EVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from paperlab.library.backups import Backups
from paperlab.library.library import Library
from paperlab.services.last_exports import LastExports
from paperlab.services.markdown_files import MarkdownFiles
from paperlab.services.paper_files import Manner, PaperFiles

root, output, state = map(Path, sys.argv[1:])
library = Library.open(root)
now = lambda: datetime.now(UTC)
files = MarkdownFiles(library, LastExports(lambda: library.derived / "exports"), Backups(state, now), lambda _: ())
(key,) = library.keys()
number = 0
while True:
    number += 1
    library.write_notes(key, f"note {number}\\n" * 500, based_on=library.read_notes(key))
    (file,) = PaperFiles(files, Manner()).export(output, [files.gather(key)])
    assert file.error is None, file.error
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
@pytest.mark.parametrize("delay_s", [0.0, 0.011, 0.023])
def test_an_export_that_is_killed_leaves_a_whole_file_with_all_of_the_readers(
    desk: Desk, tmp_path: Path, delay_s: float
) -> None:
    key = put_paper(desk)
    output, state = tmp_path / "out", tmp_path / "state"
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=output)
    assert file.path
    file.path.write_text(file.path.read_text() + "mine\n" * 5000)
    words = [sys.executable, "-c", EXPORT_FOR_EVER, str(desk.library.root), str(output), str(state)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "1\n"
        time.sleep(delay_s)
        child.send_signal(signal.SIGKILL)
    text = file.path.read_text()
    assert text.endswith("%% end paperlab:notes %%\n" + "mine\n" * 5000)
    notes = text.split("%% begin paperlab:notes %%")[1].split("%% end")[0].split("\n")
    assert len({line for line in notes if line}) == 1, "of one export, not of two"
    (file,) = desk.exporting.export(ExportFormat.MARKDOWN, output=output, overwrite=True)
    assert file.error is None
    assert desk.noting.read(key).split("\n")[0] in file.text
    assert all(backup.read_text().endswith("mine\n") for backup in state.glob("*/[0-9]*"))
