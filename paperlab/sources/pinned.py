"""A transport that connects to the very address that was looked at: a name server cannot change its mind in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.request import getproxies, proxy_bypass

import httpx2

from paperlab.sources.addresses import public_addresses


class PublicOnly(httpx2.HTTPTransport):
    """Refuses addresses of this machine and of the local network.

    Args:
        is_allowed: Whether an address is asked wherever it leads.
        look_up: The addresses of a host; raises if they may not be asked.
    """

    def __init__(
        self, is_allowed: Callable[[str], bool], look_up: Callable[[str], Sequence[str]] = public_addresses
    ) -> None:
        super().__init__()
        self._is_allowed = is_allowed
        self._look_up = look_up

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request.

        Raises:
            SourceUnavailable: The host resolves to a private address; nothing was sent.
        """
        host = request.url.host
        if self._is_allowed(str(request.url)):
            return super().handle_request(request)
        failure = httpx2.ConnectError(f"{host} cannot be resolved", request=request)
        for address in self._look_up(host):
            pinned = httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # with the host's name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},  # whose certificate is asked for
            )
            try:
                return super().handle_request(pinned)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = httpx2.ConnectError(str(error), request=request)
        raise failure


def is_proxied(scheme: str, host: str) -> bool:
    """Whether the environment sends what is asked of a host through a proxy, which does its own looking up."""
    proxies = getproxies()
    return ("all" in proxies or scheme in proxies) and not proxy_bypass(host)
