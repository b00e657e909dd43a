"""Web addresses: which may be asked, and whose they are."""

import ipaddress
import socket
from urllib.parse import urlsplit

from paperlab.errors import SourceUnavailable, UnknownSource

_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""Addresses of IPv4 within those of IPv6: compatible, mapped, translated (RFC 2765), NAT64 (RFC 6052)."""


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

    A name that cannot be resolved passes: a proxy may know it, and without one the client cannot reach it either. What
    is connected to is looked at once more, by `pinned.PublicOnly`.

    Raises:
        SourceUnavailable: The host resolves to a private address.
    """
    public_addresses(host_of(url))


def public_addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host, in the order in which they should be tried; none if its name cannot be resolved.

    Raises:
        SourceUnavailable: One of them is private.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    addresses = tuple(dict.fromkeys(str(address[0]) for *_, address in found))
    if not all(map(_is_public, addresses)):
        raise SourceUnavailable(
            f"{host} is on this machine or the local network", hint="set allow_private_addresses to fetch from it"
        )
    return addresses


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = _within(address)
        return (
            address.is_global
            and not (address.is_multicast or address.is_site_local)
            and (inner is None or _is_public(str(inner)))
        )
    return address.is_global and not address.is_multicast


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a packet to an address of IPv6 would come to in the end, if there is one."""
    if address.teredo:
        return address.teredo[1]
    if address.sixtofour:
        return address.sixtofour
    if any(address in network for network in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
