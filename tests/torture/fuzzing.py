"""`python -m torture.fuzzing SECONDS [TARGET…]`: any bytes for each reader, made by a fuzzer.

The fuzzer is atheris, which follows the branches that are taken. It is no dependency of the project: `pip install
atheris` into an environment of its own that has the project's packages (Python 3.11 to 3.13). Each reader runs so many
seconds in a process of its own; once all have run, that is recorded for `docs/reliability.md`. What breaks a reader is
kept in FOUND, as a file to give to `python -m torture.fuzzing --again TARGET FILE`.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from torture.readers import TARGETS
from torture.table import Row, record

FOUND = Path(tempfile.gettempdir()) / "paperlab-fuzzing"
_SIGNS = (
    *(b"\"'{}[]<>,=:%#\\ \t\n"[at : at + 1] for at in range(17)),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\x1b[31m", b"\\ud800", "\u2028".encode(), b"\r\n", b"---\n", b"%%"),
    *(b"null", b"true", b"NaN", b"1e999", b"-1", b"9" * 30, b"2020-01-01", b"07:32:00", b"[" * 2000),
)
"""What has a meaning somewhere, or none anywhere."""
_HANG_S, _MOST_MIB, _LONGEST = 20, 2048, 8192


@contextmanager
def a_folder() -> Iterator[Path]:
    """An empty folder, in memory where that is possible: a write is thousands of times more often than in use."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def changed(seeds: Sequence[bytes], chance: Random) -> bytes:
    """A seed in which some pieces are taken out, doubled, or put in from elsewhere."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        start = chance.randrange(len(data) + 1)
        stop = start + chance.choice((0, 1, 1, 2, 4, 10, 40))
        other = chance.choice(seeds)
        at = chance.randrange(len(other) + 1)
        piece = bytes(data[start:stop])
        data[start:stop] = chance.choice((b"", piece * 2, chance.choice(_SIGNS), other[at : at + chance.randrange(60)]))
    return bytes(data)


def give(target: str, data: bytes) -> None:
    """Let a reader read; what it raises is wrong with it."""
    with a_folder() as folder:
        TARGETS[target].read(data, folder)


def _fuzz(target: str, seconds: int, corpus: Path) -> tuple[int, str]:
    """Run the fuzzer in a process of its own. Returns how often the reader has read, and what has broken it."""
    options = (
        f"-max_total_time={seconds}",
        f"-timeout={_HANG_S}",
        f"-rss_limit_mb={_MOST_MIB}",
        f"-max_len={_LONGEST}",
        f"-artifact_prefix={FOUND}/{target}-",
        f"-dict={FOUND}/signs.dict",
        "-print_final_stats=1",
    )
    command = [sys.executable, "-m", "torture.fuzzing", "--child", target, *options, str(corpus)]
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    told = ended.stdout + ended.stderr
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", told)
    if ended.returncode == 0 and runs:
        return int(runs[1]), ""
    reason = re.search(r"Uncaught Python exception: ===\n(.*)|ERROR: libFuzzer: (.*)", told)
    return int(runs[1]) if runs else 0, (reason[1] or reason[2] if reason else told[-300:])


def _child(target: str, arguments: Sequence[str]) -> None:
    import logging

    import atheris

    logging.disable()
    with atheris.instrument_imports(include=["paperlab", "bibtexparser", "tomllib", "tomlkit"]):
        for name in [name for name in sys.modules if name.partition(".")[0] in ("paperlab", "torture")]:
            del sys.modules[name]  # they come again, and are looked into this time
        from torture.fuzzing import give as give_watched
    atheris.Setup([sys.argv[0], *arguments], lambda data: give_watched(target, data))
    atheris.Fuzz()


def main(seconds: int, names: Sequence[str]) -> int:
    FOUND.mkdir(exist_ok=True)
    words = ('"' + "".join(f"\\x{byte:02x}" for byte in sign) + '"\n' for sign in _SIGNS if len(sign) < 64)
    (FOUND / "signs.dict").write_text("".join(words))
    counted: dict[str, tuple[int, int, str]] = {}
    for name in names or TARGETS:
        corpus = FOUND / f"corpus-{name}"
        corpus.mkdir(exist_ok=True)
        for number, seed in enumerate(TARGETS[name].seeds()):
            (corpus / f"seed-{number}").write_bytes(seed)
        runs, what = _fuzz(name, seconds, corpus)
        counted[name] = (seconds, runs, what)
        print(f"{name:12} {runs:9} times  {what or 'nothing broke it'}", flush=True)
    _keep(counted)
    return 1 if any(what for _, _, what in counted.values()) else 0


def _keep(counted: dict[str, tuple[int, int, str]]) -> None:
    """Record what is known of all readers, once it is: of each that of its last run."""
    file = FOUND / "counted.json"
    known = (json.loads(file.read_text()) if file.is_file() else {}) | counted
    file.write_text(json.dumps(known))
    if TARGETS.keys() - known.keys():
        return
    least = min(known[name][0] for name in TARGETS)
    total = sum(known[name][1] for name in TARGETS)
    broken = sum(bool(known[name][2]) for name in TARGETS)
    row = Row(
        "Whatever bytes are in a file, its reader gives a value or an error of ours; what was read survives writing",
        f"{len(TARGETS)} readers, at least {least} s each, {total:,} inputs: {broken} readers broken",
        f"python -m torture.fuzzing {least}",
    )
    lines = ["### Readers under the fuzzer", "", "| reader | inputs | |", "|---|---:|---|"]
    lines += [f"| {name} | {known[name][1]:,} | {known[name][2] or 'nothing broke it'} |" for name in TARGETS]
    record("fuzzing", [row], "\n".join(lines))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--child", target, *arguments]:
            _child(target, arguments)
        case ["--again", target, file]:
            give(target, Path(file).read_bytes())
        case [seconds, *names]:
            sys.exit(main(int(seconds), names))
        case _:
            sys.exit(__doc__)
