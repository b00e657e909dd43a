"""Free texts of where a paper appeared: taken apart where that is sure, whole where it is not."""

import pytest

from paperlab.domain.journal_refs import parse_journal_ref


@pytest.mark.parametrize(
    ("text", "journal", "volume", "number", "pages", "year"),
    [
        ("Phys. Rev. Lett. 116, 061102 (2016)", "Phys. Rev. Lett.", "116", "", "061102", "2016"),
        ("Nature 323, 533-536 (1986)", "Nature", "323", "", "533–536", "1986"),
        ("Bull. Math. Soc. (N.S.) 30 (1994) 161-177", "Bull. Math. Soc. (N.S.)", "30", "", "161–177", "1994"),
        ("J. Algebraic Combin. 6 (1997), no. 3, 253--257", "J. Algebraic Combin.", "6", "3", "253–257", "1997"),
        ("Phys.Rev. D93 (2015) 016005", "Phys.Rev.", "D93", "", "016005", "2015"),
        ("Astrophys.J.517:565-586,1999", "Astrophys.J.", "517", "", "565–586", "1999"),
        ("Journal of Machine Learning Research, 21(140):1-67, 2020", "Journal of Machine Learning Research", "21",
         "140", "1–67", "2020"),
        ("Int. J. of Things (IJT), Vol.3, No.1, January 2012", "Int. J. of Things (IJT)", "3", "1", "", "2012"),
    ],
)  # fmt: skip
def test_a_journal_is_taken_apart(text: str, journal: str, volume: str, number: str, pages: str, year: str) -> None:
    entry = parse_journal_ref(text)
    assert entry.kind == "article"
    found = {name: entry.get(name) for name in ("journal", "volume", "number", "pages", "year")}
    assert found == {"journal": journal, "volume": volume, "number": number, "pages": pages, "year": year}


@pytest.mark.parametrize(
    ("text", "book", "pages", "year"),
    [
        ("Proceedings of NAACL 2018", "Proceedings of NAACL 2018", "", "2018"),
        ("In Proc. ACM Symposium on Testing (ISSTA 2020), pages 14-26", "Proc. ACM Symposium on Testing (ISSTA 2020)",
         "14–26", "2020"),
        ("Advances in Neural Information Processing Systems 30", "Advances in Neural Information Processing Systems 30",
         "", ""),
    ],
)  # fmt: skip
def test_a_conference_is_a_book(text: str, book: str, pages: str, year: str) -> None:
    entry = parse_journal_ref(text)
    assert (entry.kind, entry.get("booktitle"), entry.get("pages"), entry.get("year")) == (
        "inproceedings",
        book,
        pages,
        year,
    )


@pytest.mark.parametrize(
    "text", ["PoS(CD15) (2015) 045", "Proceedings of the National Academy of Sciences", "to appear in J. of X", "7"]
)
def test_what_is_not_sure_stays_whole(text: str) -> None:
    entry = parse_journal_ref(text)
    assert (entry.kind, entry.get("journal")) == ("article", text)


def test_nothing_says_nothing() -> None:
    assert not parse_journal_ref("  ")
