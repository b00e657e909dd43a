"""Which addresses may be asked."""

import pytest

from paperlab.errors import SourceUnavailable, UnknownSource
from paperlab.sources.addresses import is_arxiv, origin_of, require_public, require_web


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.pdf",
        "http://localhost:8080/a.pdf",
        "http://[::1]/a.pdf",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://user:word@127.0.0.1/",
        "http://arxiv.org@10.0.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://240.0.0.1/",
        "http://[ff02::1]/",
        "http://[fec0::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    ],
)
def test_private_addresses_are_refused_however_they_are_written(url):
    with pytest.raises(SourceUnavailable, match="local network"):
        require_public(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/a.pdf",
        "https://[2606:4700::1111]/",
        "https://[64:ff9b::808:808]/",
        "http://127.0.0.1@8.8.8.8/",
        "http://no.such.host.invalid/",
    ],
)
def test_others_pass(url):
    require_public(url)


@pytest.mark.parametrize("url", ["ftp://a.org/x", "file:///etc/passwd", "https://", "http://[::1", "http://a:b/", "x"])
def test_only_web_addresses_are_addresses(url):
    with pytest.raises(UnknownSource):
        require_web(url)


def test_hosts_of_arxiv_are_told_from_those_that_look_alike():
    assert is_arxiv("https://ARXIV.org/pdf/1")
    assert is_arxiv("https://export.arxiv.org./pdf/1")
    assert not is_arxiv("https://arxiv.org.example.com/pdf/1")
    assert not is_arxiv("https://notarxiv.org/")
    assert not is_arxiv("https://example.com/arxiv.org")


def test_an_origin_knows_its_default_port():
    assert origin_of("http://a.org/x") == origin_of("http://A.org:80/y")
    assert origin_of("https://a.org") != origin_of("http://a.org")
