"""No socket with `--offline`, and without it none but where something is fetched.

`python -m torture.sockets` sees more, by strace.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paperlab.cli.verbs import app
from torture.sockets import FETCHING, KEYS, SLOW, VERBS, Contact, Hook, Player, contacts, session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and needs a terminal of its own")
ALL = [words for verb in VERBS.values() for words in verb if words not in SLOW]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sockets")


@pytest.fixture(scope="module")
def hook(home: Path) -> Hook:
    return Hook(home / "hook")


@pytest.fixture(scope="module")
def player(home: Path, hook: Hook) -> Iterator[Player]:
    player = Player(home, hook)
    yield player
    player.close()


def test_every_verb_is_tried() -> None:
    there = {command.name for command in app.registered_commands}
    assert set(VERBS) == there, "a new verb needs words in torture/sockets.py"
    assert all(words[0] == verb for verb, tried in VERBS.items() for words in tried)


def test_no_verb_opens_a_socket_but_what_fetches_and_serves(player: Player) -> None:
    processes: list[str] = []
    for words in ALL:
        if words in FETCHING or words == ("serve",):
            continue
        code, began, done = player.run(words)
        processes += began
        assert done == [], f"{words} has opened a socket"
        assert code in {0, 1, 2}, f"{words} ended with {code}"
    assert any("paperlab.pdf.child" in line for line in processes), "the hook has not reached the child for PDFs"


@pytest.mark.parametrize("words", sorted(FETCHING))
def test_what_fetches_stays_offline_and_says_so_at_once(player: Player, words: tuple[str, ...]) -> None:
    code, _, done = player.run(words, "--offline")
    assert done == []
    assert code == (0 if words == ("add", "{bib}") else 1), "a bibliography is taken in without its PDFs"


def test_what_fetches_asks_for_arxiv_or_the_address_alone(player: Player) -> None:
    """The hook lets nobody through: who is asked for is what counts."""
    _, _, done = player.run(("add", "https://example.org/paper.pdf"))
    asked = [line for line in done if "getaddrinfo" in line]
    assert asked
    assert all("'example.org'" in line for line in asked), asked


def test_what_serves_listens_on_the_loopback_alone(player: Player) -> None:
    _, _, done = player.run(("serve",), "--offline")
    assert [line for line in done if "bind" in line] == ["'socket.bind' ('127.0.0.1', 0)"]
    assert not any("connect" in line or "getaddrinfo" in line for line in done)


@pytest.mark.usefixtures("player")  # it has made the library
def test_a_session_in_the_tui_opens_no_socket(home: Path, hook: Hook) -> None:
    hook.news()
    words = [sys.executable, "-P", "-m", "paperlab", "--offline", "--library", str(home / "demo")]
    assert session(words, hook.environment(home), KEYS) == 0
    began, done = hook.news()
    assert began
    assert done == []


def test_the_hook_sees_a_socket(home: Path, hook: Hook) -> None:
    """A check that cannot fail proves nothing."""
    hook.news()
    code = "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80))\nexcept OSError:\n    pass"
    assert session([sys.executable, "-c", code], hook.environment(home), ()) == 0
    _, done = hook.news()
    assert any("'192.0.2.1'" in line for line in done)


def test_a_trace_tells_who_was_contacted() -> None:
    trace = """7 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3
7 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT
8 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3
8 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 0
9 connect(4, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2606:50c0::154", &sin6_addr)}, 28) = 0
9 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0"""
    assert contacts(trace) == [
        Contact("connect", "unix:/var/run/nscd/socket"),
        Contact("socket", "AF_INET"),
        Contact("connect", "10.0.0.2:53"),
        Contact("connect", "2606:50c0::154:443"),
    ]
