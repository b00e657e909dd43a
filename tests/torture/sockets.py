"""Every verb and the TUI, with and without `--offline`: which sockets are opened, and who is contacted.

`python -m torture.sockets` runs each in a child of its own under `strace -f`, so that libraries written in C and all
grandchildren are seen, too. The test suite watches through an audit hook, which needs no strace: `Hook`.

What is no socket to the outside: asyncio makes a pair of connected sockets without an address, by which the TUI's
process wakes itself. `paperlab serve` listens on the loopback on purpose, also with `--offline`.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torture.table import Row, record

VERBS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "demo": (("demo", "{demo}"),),
    "init": (("init", "{home}/fresh"),),
    "add": (("add", "{pdf}"), ("add", "{bib}"), ("add", "1706.03762"), ("add", "https://example.org/paper.pdf")),
    "fetch": (("fetch", "--update"), ("fetch",)),
    "list": (("list",),),
    "annotations": (("annotations",), ("annotations", "import", "{pdf}", "--paper", "{key}")),
    "show": (("show", "{key}"),),
    "search": (("search", "attention"), ("search", "--mode", "meaning", "what is attended to")),
    "related": (("related", "{key}"),),
    "find": (("find", "the scaling"),),
    "read": (("read", "{key}"),),
    "open": (("open", "{key}"),),
    "note": (("note", "{key}", "-m", "A thought."), ("note", "{key}")),
    "highlight": (("highlight", "{key}", "--quote", "softmax", "--page", "1"),),
    "status": (("status", "{key}", "reading"),),
    "tag": (("tag", "{key}", "--add", "later"),),
    "progress": (("progress",),),
    "export": (
        ("export", "-o", "{home}/out"),
        ("export", "--format", "pdf", "-o", "{home}/pdfs"),
        ("export", "--format", "json", "-o", "{home}/all.json"),
    ),
    "import": (("import", "{home}/out"),),
    "lists": (("lists",), ("lists", "show", "primers")),
    "index": (("index",), ("index", "verify"), ("index", "rebuild")),
    "doctor": (("doctor",),),
    "config": (("config",), ("config", "path")),
    "undo": (("undo", "--list"), ("undo",)),
    "restore": (
        ("restore", "{key}"),
        ("restore", "{home}/all.json", "{home}/restored"),
    ),
    "diff": (("diff", "{key}"),),
    "merge": (("merge", "{key}", "paperlab2026bert"),),
    "serve": (("serve",),),
}
"""What is tried of each verb, in this order: `demo` makes the library that the others work on."""
FETCHING = frozenset(
    {
        ("add", "{bib}"),
        ("add", "1706.03762"),
        ("add", "https://example.org/paper.pdf"),
        ("fetch", "--update"),
        ("fetch",),
    }
)
"""What may ask for something on the network, if it is not told to stay offline."""
SLOW = frozenset({("index", "rebuild"), ("export", "--format", "pdf", "-o", "{home}/pdfs")})
"""What the test suite leaves to the command."""
KEY = "paperlab2026attention"
TUI = "the TUI"
HUB = "a model of the hub"
_BIB = "@misc{a2017, title={Attention}, author={Ashish Vaswani}, eprint={1706.03762}, archiveprefix={arXiv}}"
_PATIENCE_S = 120.0
_SESSION_S = 60.0
_SERVED_S = 1.5
_TROUBLED_S = 8.0
"""Long enough for whoever is asked to be named; then no answer is waited for."""

_SHIM = """
import os, sys
_TOLD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "told")
def _tell(*words):
    handle = os.open(_TOLD, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(handle, (" ".join(map(repr, words)) + "\\n").encode())
    os.close(handle)
def _hook(event, arguments):
    if not event.startswith("socket.") or event == "socket.gethostname":
        return
    if event == "socket.__new__":
        if int(arguments[1]) not in (2, 10):
            return  # a pair within the process, or one that an address will tell of
        arguments = arguments[1:]
    elif event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        arguments = arguments[1:]
    _tell(event, *arguments)
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto") and "127.0.0.1" not in repr(arguments):
        raise OSError("no network in this trial")
sys.addaudithook(_hook)
_tell("began", " ".join(sys.orig_argv[1:])[:200])
"""


class Hook:
    """An audit hook in every Python process that is started with `environment`, and in those that they start."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sitecustomize.py").write_text(_SHIM)
        self._folder = folder
        self._told = folder / "told"
        self._read = 0

    def environment(self, home: Path) -> dict[str, str]:
        """Of a reader with an empty home."""
        tests = Path(__file__).resolve().parents[1]
        found = environment_of(home)
        return found | {"PYTHONPATH": os.pathsep.join(map(str, (self._folder, tests.parent, tests)))}

    def news(self) -> tuple[list[str], list[str]]:
        """Since the last time: processes that began, and what was done with sockets, a line each."""
        text = self._told.read_text() if self._told.exists() else ""
        lines, self._read = text[self._read :].splitlines(), len(text)
        began = [line for line in lines if line.startswith("'began'")]
        return began, [line for line in lines if line not in began]


def environment_of(home: Path) -> dict[str, str]:
    """A viewer of PDFs and an editor that do nothing are on the PATH."""
    programs = home / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    for name in ("xdg-open", "an-editor"):
        (programs / name).write_text("#!/bin/sh\nexit 0\n")
        (programs / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERLAB_", "XDG_", "HF_"))}
    tests = Path(__file__).resolve().parents[1]
    return kept | {
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}",
        "EDITOR": "an-editor",
        "TERM": "xterm-256color",
        "USER": "reader",  # or the C library asks a daemon for the name, where a library wants to know it
        "PYTHONPATH": str(tests.parent),
    }


def filled_in(words: Sequence[str], home: Path) -> list[str]:
    """The words of a command for a home, whose library is that of the demo."""
    bib = home / "refs.bib"
    bib.write_text(_BIB)
    pdf = next(iter(sorted((home / "demo" / "primers").glob("*.pdf"))), home / "none.pdf")
    given = {"home": home, "demo": home / "demo", "pdf": pdf, "bib": bib, "key": KEY}
    return ["--library", str(home / "demo"), *(word.format(**given) for word in words)]


# without strace: all verbs in forks of one process, which has the hook


class Player:
    """Such a process. To be closed."""

    def __init__(self, home: Path, hook: Hook) -> None:
        self._home = home
        self._hook = hook
        self._process = subprocess.Popen(
            [sys.executable, "-m", "torture.sockets", "play"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=hook.environment(home),
        )

    def run(self, words: Sequence[str], *flags: str) -> tuple[int, list[str], list[str]]:
        """The exit code, the processes that were started, and what was done with sockets."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([*flags, *filled_in(words, self._home)]), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return code, *self._hook.news()

    def close(self) -> None:
        self._process.communicate()


def play() -> None:
    """Carry out the commands of stdin, a line each, in forks of this process; tells their exit codes."""
    from paperlab.cli.main import run

    for line in sys.stdin:
        words = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(partial(run, words))
        print(_ended(child, "serve" in words), flush=True)


def _become(run: Callable[[], int]) -> None:
    code = 70
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nowhere, handle)
        code = run()
    finally:
        os._exit(code)


def _ended(child: int, serves: bool) -> int:
    if serves:
        time.sleep(_SERVED_S)
        os.kill(child, signal.SIGINT)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def session(words: Sequence[str], environment: Mapping[str, str], keys: Iterable[tuple[str, str]]) -> int:
    """The program on a terminal of its own: each text is waited for, then the keys are pressed. Gives the exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(words[0], list(words), dict(environment))
    import fcntl
    import struct
    import termios

    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    shown, end = b"", time.monotonic() + _SESSION_S
    try:
        for text, pressed in keys:
            while text.encode() not in shown:
                if time.monotonic() > end:
                    raise TimeoutError(f"{text!r} is not shown")
                if select.select([terminal], [], [], 0.1)[0]:
                    shown += os.read(terminal, 1 << 16)
            shown = b""
            time.sleep(0.3)
            os.write(terminal, pressed.encode())
        with suppress(OSError):
            while select.select([terminal], [], [], end - time.monotonic())[0] and os.read(terminal, 1 << 16):
                pass
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
    return code


KEYS = (("Primer", "/"), ("Ask in your own", "softmax"), ("p. ", "\r"), ("highlight", "q"))
"""A session: search, read the first hit, and go."""


# with strace


@dataclass(frozen=True, slots=True)
class Contact:
    call: str
    address: str


_CALL = re.compile(r"(connect|bind|sendto|sendmsg|sendmmsg|socket)\((.*)")
_ADDRESS = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
_LENGTH = r"\\(?:\d{1,3}|[abfnrtv])"  # of a label, as strace writes a byte
_NAME_ASKED = re.compile(rf"((?:{_LENGTH}[A-Za-z0-9-]+){{2,}})\\0")
_PATH = re.compile(r'sun_path=@?"([^"]*)"')


def contacts(trace: str) -> list[Contact]:
    """What a trace of strace tells of sockets: who is contacted, and each socket of a family beyond AF_UNIX."""
    found: list[Contact] = []
    for line in trace.splitlines():
        if (call := _CALL.search(line)) is None:
            continue
        name, rest = call[1], call[2]
        if asked := _NAME_ASKED.findall(rest):
            labels = (re.findall(rf"{_LENGTH}([A-Za-z0-9-]+)", one) for one in asked)
            found += [Contact("asks for", one) for one in dict.fromkeys(map(".".join, labels))]
            continue
        if (address := _ADDRESS.search(rest)) is not None:
            found.append(Contact(name, f"{address[2]}:{address[1]}"))
        elif (path := _PATH.search(rest)) is not None:
            found.append(Contact(name, f"unix:{path[1]}"))
        elif name == "socket" and not rest.startswith("AF_UNIX"):
            found.append(Contact(name, rest.split(",", 1)[0]))
    return found


class Strace:
    """Runs programs and sees what they and all that they start do with sockets."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._trace = home / "trace"
        self.environment = environment_of(home)

    def run(self, words: Sequence[str], *, limit_s: float = _PATIENCE_S, **variables: str) -> tuple[int, list[Contact]]:
        paperlab = [sys.executable, "-P", "-m", "paperlab", *words]
        program = subprocess.Popen(
            [*self._strace(), *paperlab],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment | variables,
            start_new_session=True,
        )
        try:
            code = program.wait(limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                program.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            code = program.wait()
        return code, self._seen()

    def session(self, words: Sequence[str]) -> tuple[int, list[Contact]]:
        code = session([*self._strace(), sys.executable, "-P", "-m", "paperlab", *words], self.environment, KEYS)
        return code, self._seen()

    def _strace(self) -> list[str]:
        return ["strace", "-f", "-qq", "-s", "400", "-e", "trace=network", "-o", str(self._trace), "--"]

    def _seen(self) -> list[Contact]:
        return contacts(self._trace.read_text("utf-8", "replace"))


def main() -> int:
    if shutil.which("strace") is None:
        print("this trial needs strace")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        offline = _all(Strace(Path(folder) / "offline"), ["--offline"])
        online = _all(Strace(Path(folder) / "online"), [])
    opened = {what: seen for what, seen in offline.items() if seen and what != "serve"}
    strangers = {what: seen for what, seen in online.items() if seen and not _may_ask(what)}
    fetching = [contact for what, seen in online.items() if _may_ask(what) and what != "serve" for contact in seen]
    asked = sorted({contact.address for contact in fetching if contact.call == "asks for"})
    connected = sorted({contact.address for contact in fetching if contact.call == "connect"} - _NAME_SERVICE)
    connected = [address for address in connected if not address.endswith(":53")]
    for title, told in (("offline", offline), ("online", online)):
        for what, seen in told.items():
            print(f"{title:8} {what:45} {', '.join(sorted({f'{c.call} {c.address}' for c in seen})) or '-'}")
    served = sorted(
        {
            f"{c.call} {c.address.rpartition(':')[0]}"
            for c in (*offline["serve"], *online["serve"])
            if c.call != "socket"
        }
    )
    command = "PYTHONPATH=.:tests python -m torture.sockets"
    rows = [
        Row(
            "No socket under `--offline`",
            f"{len(opened)} of {len(offline) - 1} commands and sessions opened one "
            f"({len(VERBS)} verbs, a session in the TUI, a model of the hub; all children included, by strace)",
            command,
        ),
        Row(
            "Without it only what fetches asks, and only whom it is told to",
            f"{len(strangers)} of {sum(not _may_ask(what) for what in online)} others opened one; "
            f"a name server was asked for {', '.join(asked) or 'nothing'} "
            f"({HUB} was named); connected beside it: {', '.join(connected) or 'nobody, as there was no network'}",
            command,
        ),
        Row("`paperlab serve` listens on the loopback alone", ", ".join(served), command),
    ]
    record("sockets", rows, _REMARKS)
    return 1 if opened or strangers else 0


_REMARKS = """**Sockets.** A pair of connected sockets without an address, by which asyncio wakes the process of the
TUI, is no contact and not counted. What fetches is seen to ask the system for an address first (a name server, and the
daemon that caches names); before that urllib3 looks whether there is IPv6 by binding a socket to `::1`."""


_NAME_SERVICE = frozenset({"unix:/var/run/nscd/socket"})


def _may_ask(what: str) -> bool:
    return what in {" ".join(words) for words in FETCHING} | {"serve", HUB}


def _all(strace: Strace, flags: list[str]) -> dict[str, list[Contact]]:
    found: dict[str, list[Contact]] = {}
    for words in (words for verb in VERBS for words in VERBS[verb]):
        limit_s = _SERVED_S * 10 if words == ("serve",) else _TROUBLED_S if words in FETCHING else _PATIENCE_S
        what = " ".join(words)
        code, found[what] = strace.run([*flags, *filled_in(words, strace.home)], limit_s=limit_s)
        print(f"{what}: {code}", file=sys.stderr)
    found[TUI] = strace.session([*flags, "--library", str(strace.home / "demo")])[1]
    model = {"PAPERLAB_MODEL": "sentence-transformers/paraphrase-albert-small-v2"}
    words = [*flags, *filled_in(("search", "--mode", "meaning", "attention"), strace.home)]
    found[HUB] = strace.run(words, limit_s=_PATIENCE_S, **model)[1]
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["play"]:
        play()
    else:
        sys.exit(main())
