"""The TUI in a browser: a web server on this machine's loopback interface, for its own reader and nobody else.

Whoever reaches the TUI can do all that its reader can, and a port of the loopback interface can be reached by every
user of the machine and, through the reader's browser, by every web page that is open there. So

- all addresses begin with a secret of this run: who does not know it finds nothing, neither page nor websocket;
- the `Host` header must be the address itself, so that no other name can be made to lead here (DNS rebinding);
- an `Origin` header must be our own, so that no other page can open the websocket;
- the page takes nothing from elsewhere (Content-Security-Policy), sends its address nowhere and stands in no frame.
"""

import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
_SECRET_BYTES = 16
_PATIENCE_S = 1.0
"""For pages that are still open when the server is ended."""
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "font-src 'self'; connect-src 'self' ws://{host}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class BrowserServer(Server):
    """Starts a TUI of its own for each page that is opened, and ends it with the page."""

    def __init__(self, command: str, port: int) -> None:
        own = f"http://{HOST}" if port == 80 else f"http://{HOST}:{port}"  # as a browser writes it
        pages = Path(__file__).parent / "pages"
        super().__init__(command, host=HOST, port=port, title="paperlab", public_url=own, templates_path=pages)
        self._secret = secrets.token_urlsafe(_SECRET_BYTES)

    @property
    def address(self) -> str:
        """What the reader opens."""
        return f"{self.public_url}/{self._secret}/"

    async def make_app(self) -> web.Application:
        """The guarded application: the server's own below the secret, nothing elsewhere."""
        guarded = web.Application(middlewares=[self._guard])
        guarded.on_response_prepare.append(self._set_headers)
        guarded.add_subapp(f"/{self._secret}", await self._make_app())
        return guarded

    async def on_startup(self, app: web.Application) -> None:
        """Says nothing: `paperlab serve` does."""

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.headers.get("Host") != self.public_url.removeprefix("http://"):
            raise web.HTTPForbidden(text="not the name of this server")
        if request.headers.get("Origin", self.public_url) != self.public_url:
            raise web.HTTPForbidden(text="not a page of this server")
        return await handler(request)

    async def _set_headers(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers["Content-Security-Policy"] = _POLICY.format(host=self.public_url.removeprefix("http://"))
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"


def listen(port: int) -> socket.socket:
    """A socket of the loopback interface, on a free port for 0. OSError if the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen()  # who is told of the address may come at once
    except OSError:
        listening.close()
        raise
    return listening


def run(server: BrowserServer, listening: socket.socket) -> None:
    """Serve until interrupted. Every TUI ends with it."""
    web.run_app(server.make_app(), sock=listening, print=None, access_log=None, shutdown_timeout=_PATIENCE_S)
