"""The TUI in a browser: its reader gets in, nobody else does."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

import paperlab
from paperlab.cli.main import run as run_command

pytest.importorskip("textual_serve", reason="the extra `serve` is not installed")

import aiohttp
from aiohttp import web

from paperlab.cli.browser import HOST, BrowserServer, listen


@pytest.fixture
async def server() -> AsyncIterator[BrowserServer]:
    """In this process, for all that starts no TUI."""
    listening = listen(0)
    server = BrowserServer("exec false", listening.getsockname()[1])
    runner = web.AppRunner(await server.make_app(), shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    yield server
    await runner.cleanup()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[str]:
    """`paperlab serve` on a library that is new; gives its address."""
    run_command(["init", str(tmp_path / "library")])
    words = [sys.executable, "-m", "paperlab", "--library", str(tmp_path / "library"), "--offline", "serve"]
    environment = {**os.environ, "PYTHONPATH": str(Path(paperlab.__file__).parents[1])}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_page_comes_whole_from_this_server(server: BrowserServer, browser: aiohttp.ClientSession) -> None:
    async with browser.get(server.address) as answer:
        page = await answer.text()
        assert answer.status == 200
        assert page.count("://") == page.count(f"://{HOST}:{server.port}/"), "nothing is taken from elsewhere"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    async with browser.get(f"{server.address}static/js/textual.js") as script:
        assert script.status == 200


async def test_keys_reach_the_tui_and_its_words_the_page(serving: str, browser: aiohttp.ClientSession) -> None:
    shown = b""
    async with browser.ws_connect(f"{serving}ws", origin=serving.rsplit("/", 2)[0]) as websocket:
        while b"Short and steep" not in shown:
            shown += await websocket.receive_bytes(timeout=30)
        await websocket.send_json(["stdin", "q"])
        while (message := await websocket.receive(timeout=30)).type is aiohttp.WSMsgType.BINARY:
            shown += message.data
        assert message.type is aiohttp.WSMsgType.CLOSE, "the page is told that the TUI has ended"


async def test_a_tui_that_is_still_open_ends_with_the_server(serving: str, browser: aiohttp.ClientSession) -> None:
    """The fixture waits for the server's end."""
    websocket = await browser.ws_connect(f"{serving}ws")
    assert await websocket.receive_bytes(timeout=30)


@pytest.mark.parametrize("path", ["", "ws", "static/js/textual.js", "wrong-secret/", "wrong-secret/ws"])
async def test_who_does_not_know_the_secret_finds_nothing(
    server: BrowserServer, browser: aiohttp.ClientSession, path: str
) -> None:
    async with browser.get(f"http://{HOST}:{server.port}/{path}") as answer:
        assert answer.status == 404
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["", "ws"])
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
async def test_other_names_and_other_pages_are_refused(
    server: BrowserServer, browser: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    async with browser.get(server.address + path, headers=headers) as answer:
        assert answer.status == 403


async def test_it_listens_on_the_loopback_interface_alone() -> None:
    with listen(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_each_run_has_a_secret_of_its_own() -> None:
    addresses = {BrowserServer("true", 8000).address for _ in range(5)}
    assert len(addresses) == 5
    assert all(len(address.split("/")[3]) >= 20 for address in addresses)


def test_a_taken_port_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["init", str(tmp_path / "library")])
    capsys.readouterr()
    with listen(0) as taken:
        port = str(taken.getsockname()[1])
        assert run_command(["--library", str(tmp_path / "library"), "serve", "--port", port]) == 2
    assert capsys.readouterr().err.startswith(f"paperlab: port {port} cannot be had")
