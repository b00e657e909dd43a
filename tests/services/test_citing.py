from desk import Desk, put_paper


def test_an_entry_is_known_by_its_arxiv_id_in_any_form(desk: Desk) -> None:
    key = put_paper(desk, "1409.0473", title="Neural Machine Translation by Jointly Learning to Align")
    (found,) = desk.citing.identify(["[2] Bahdanau. NMT. CoRR, abs/1409.0473v7, 2014."])
    assert (found.key, str(found.arxiv_id)) == (key, "1409.0473v7")


def test_an_entry_is_known_by_the_longest_title_in_it(desk: Desk) -> None:
    put_paper(desk, "a", title="Attention is all")
    key = put_paper(desk, "b", title="Attention Is All You Need")
    (found,) = desk.citing.identify(["Vaswani et al. Attention is all\nyou need. In NIPS, 2017."])
    assert (found.key, found.title) == (key, "Attention Is All You Need")


def test_a_short_title_is_no_proof(desk: Desk) -> None:
    put_paper(desk, "bert", title="BERT")
    (found,) = desk.citing.identify(["Bertini, R. Robert and Albert. https://example.org/x, 1999."])
    assert (found.key, found.arxiv_id, found.address) == (None, None, "https://example.org/x")


def test_numbers_that_are_no_ids_are_none(desk: Desk) -> None:
    for entry in ("pages 1735–1780, 1997.", "doi 10.1145/1571941.1572114", "12345.678901"):
        (found,) = desk.citing.identify([entry])
        assert found.arxiv_id is None, entry
