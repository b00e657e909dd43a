"""Identifiers: every form that readers paste, and nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.domain.identifiers import (
    RESERVED_NAMES,
    ArxivId,
    PaperKey,
    arxiv_id_of_key,
    find_arxiv_stamp,
    find_doi,
    parse_arxiv_id,
)

NEW_IDS = st.one_of(
    st.builds("{:02}{:02}.{:04}".format, st.integers(8, 14), st.integers(1, 12), st.integers(0, 9999)),
    st.builds("{:02}{:02}.{:05}".format, st.integers(15, 99), st.integers(1, 12), st.integers(0, 99999)),
)
ARCHIVES = st.sampled_from(["hep-th", "math", "cs", "q-bio", "cond-mat", "astro-ph", "nlin", "cmp-lg", "acc-phys"])
OLD_IDS = st.builds(
    "{}/{:02}{:02}{:03}".format,
    ARCHIVES,
    st.integers(92, 99) | st.integers(0, 6),
    st.integers(1, 12),
    st.integers(0, 999),
)
IDS = st.builds(ArxivId, NEW_IDS | OLD_IDS, st.none() | st.integers(1, 99))
FORMS = (
    "{}",
    " {}\n",
    "arXiv:{}",
    "ARXIV: {}",
    "https://arxiv.org/abs/{}",
    "http://www.arxiv.org/abs/{}/",
    "https://export.arxiv.org/pdf/{}",
    "https://arxiv.org/pdf/{}.pdf",
    "https://arxiv.org/html/{}#S3",
    "https://arxiv.org/abs/{}?context=cs",
    "HTTPS://ArXiv.org/abs/{}",
    "arxiv.org/abs/{}",
    "https://www.alphaxiv.org/abs/{}",
    "https://ar5iv.labs.arxiv.org/html/{}",
    "10.48550/arXiv.{}",
    "doi:10.48550/ARXIV.{}",
    "https://doi.org/10.48550/arXiv.{}",
)


@given(IDS, st.sampled_from(FORMS))
def test_every_form_gives_the_same_id(arxiv_id, form):
    assert parse_arxiv_id(form.format(arxiv_id)) == arxiv_id


@given(IDS)
def test_an_id_comes_back_from_its_own_forms(arxiv_id):
    assert parse_arxiv_id(str(arxiv_id)) == arxiv_id
    assert parse_arxiv_id(arxiv_id.url) == arxiv_id
    assert parse_arxiv_id(arxiv_id.doi) == ArxivId(arxiv_id.bare)
    assert arxiv_id_of_key(arxiv_id.key) == ArxivId(arxiv_id.bare)
    assert "/" not in str(arxiv_id.key)


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("1706.03762v5", ArxivId("1706.03762", 5)),
        ("math.GT/0309136", ArxivId("math/0309136")),
        ("math.GT/0309136v2", ArxivId("math/0309136", 2)),
        ("https://arxiv.org/abs/math.GT/0309136", ArxivId("math/0309136")),
        ("arXiv:1706.03762v7 [cs.CL]", ArxivId("1706.03762", 7)),
        ("https://arxiv.org/abs/hep-th%2F9901001", ArxivId("hep-th/9901001")),
        ("0704.0001", ArxivId("0704.0001")),
        ("1412.9999", ArxivId("1412.9999")),
        ("1501.00001", ArxivId("1501.00001")),
    ],
)
def test_particular_forms(text, arxiv_id):
    assert parse_arxiv_id(text) == arxiv_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1713.03762",
        "1700.03762",
        "1706X03762",
        "1706.0376",
        "1706.037621",
        "1412.00001",
        "1501.0001",
        "0703.0001",
        "1706.03762v0",
        "1706.03762v",
        "1706.03762 v5",
        "1706.03762v5 and more",
        "1706.03762v" + "9" * 5000,
        "１７０６.０３７６２",
        "hep-th/9913001",
        "hep-th/0801001",
        "hep-th/990100",
        "nosuch/9901001",
        "HEP-TH/9901001",
        "https://arxiv.org/list/cs.CL/new",
        "https://arxiv.org/abs/",
        "https://example.org/abs/1706.03762",
        "https://arxiv.org.example.org/abs/1706.03762",
        "https://notarxiv.org/abs/1706.03762",
        "ftp://arxiv.org/abs/1706.03762",
        "https://[::1",
        "10.1145/3292500",
        "../1706.03762",
    ],
)
def test_what_only_looks_like_an_id_is_none(text):
    assert parse_arxiv_id(text) is None


@given(st.text() | st.from_regex(r"(https?://|arxiv:|10\.48550/)?\S{0,30}", fullmatch=True))
def test_no_text_breaks_us(text):
    parsed = parse_arxiv_id(text)
    assert parsed is None or parse_arxiv_id(str(parsed)) == parsed
    find_arxiv_stamp(text)
    find_doi(text)


@pytest.mark.parametrize(
    "key",
    ["vaswani2017attention", "1706.03762v5", "math.GT_0309136", "arxiv", "9901001", "hep-th_99", "nosuch_9901001"],
)
def test_a_citation_key_is_no_arxiv_id(key):
    assert arxiv_id_of_key(PaperKey(key)) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "a/b",
        "a\\b",
        "-x",
        ".hidden",
        "a b",
        "é",
        "a\n",
        "con",
        "NUL",
        "com1.txt",
        "x.",
        "a" * 121,
        "a:b",
    ],
)
def test_a_key_is_safe_as_a_folder_or_does_not_exist(value):
    with pytest.raises(ValueError, match="not a paper key"):
        PaperKey(value)


@given(st.text())
def test_whatever_is_a_key_is_one_plain_name(value):
    try:
        key = PaperKey(value)
    except ValueError:
        return
    assert key.value.isascii()
    assert not set(key.value) & set('/\\:*?"<>| \n\t\0')
    assert not key.value.startswith((".", "-"))
    assert not RESERVED_NAMES.fullmatch(key.value)


def test_keys_sort_by_their_text():
    assert sorted([PaperKey("b"), PaperKey("a")]) == [PaperKey("a"), PaperKey("b")]


@pytest.mark.parametrize(
    ("text", "arxiv_id"),
    [
        ("arXiv:1706.03762v7  [cs.CL]  2 Aug 2023", ArxivId("1706.03762", 7)),
        ("Title\narXiv:1706.03762v7\n[cs.CL]\n2 Aug 2023\nText", ArxivId("1706.03762", 7)),
        ("arXiv:quant-ph/9508027v2  25 Jan 1996", ArxivId("quant-ph/9508027", 2)),
        ("arXiv:math/9404236v1  [math.HO]  1 Apr 1994", ArxivId("math/9404236", 1)),
        ("arXiv:cond-mat/9404236v1  [cond-mat.stat-mech]  1 Apr 1994", ArxivId("cond-mat/9404236", 1)),
        ("as shown in arXiv:1301.3781v3 and arXiv:1706.03762v7 [cs.CL] 2 Aug 2023", ArxivId("1706.03762", 7)),
        ("Mikolov et al., arXiv:1301.3781v3, 2013.", None),
        ("arXiv preprint arXiv:1301.3781", None),
        ("", None),
    ],
)
def test_the_stamp_is_told_from_a_citation(text, arxiv_id):
    assert find_arxiv_stamp(text) == arxiv_id


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("doi:10.1145/3292500.3330701.", "10.1145/3292500.3330701"),
        ("(https://doi.org/10.1016/S0140-6736(20)30183-5)", "10.1016/s0140-6736(20)30183-5"),
        ("see [10.1000/ABC], and", "10.1000/abc"),
        ("{10.1000/abc}.", "10.1000/abc"),
        ('"10.1000/abc"', "10.1000/abc"),
        ("version 10.2/3", None),
        ("10.1000/", None),
        ("none", None),
    ],
)
def test_a_doi_is_freed_of_the_sentence_around_it(text, doi):
    assert find_doi(text) == doi
