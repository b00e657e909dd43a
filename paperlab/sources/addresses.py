"""Web addresses: which may be asked, and whose they are."""

import ipaddress
import socket
from urllib.parse import urlsplit

from paperlab.errors import SourceUnavailable, UnknownSource


def is_arxiv(url: str) -> bool:
    """Whether the address is on one of arXiv's own hosts, whose pace must be kept."""
    host = host_of(url)
    return host == "arxiv.org" or host.endswith(".arxiv.org")


def host_of(url: str) -> str:
    """The host in lower case, empty if there is none: what messages may show of an address."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; an address without a usable port gets that of its scheme."""
    parts = urlsplit(url)
    return parts.scheme, host_of(url), parts.port or (443 if parts.scheme == "https" else 80)


def require_web(url: str) -> None:
    """Raise `UnknownSource` unless the address is http or https with a host."""
    try:
        scheme, host, _ = origin_of(url)
    except ValueError:
        scheme, host = "", ""
    if scheme not in {"http", "https"} or not host or any(c.isspace() or not c.isprintable() for c in url):
        raise UnknownSource(f"not a web address: {url!r}", hint="it begins with https://")


def require_public(url: str) -> None:
    """Refuse addresses of this machine and of the local network, however they are written.

    The name is resolved here and once more by the client: a name server that changes its mind in between gets through.
    A name that cannot be resolved passes: a proxy may know it, and without one the client cannot reach it either.

    Raises:
        SourceUnavailable: The host resolves to a private address.
    """
    host = host_of(url)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    if not all(_is_public(str(address[0])) for *_, address in found):
        raise SourceUnavailable(
            f"{host} is on this machine or the local network", hint="set allow_private_addresses to fetch from it"
        )


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_global
    return address.is_global
