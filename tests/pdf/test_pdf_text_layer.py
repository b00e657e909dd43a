import pytest

from paperlab.domain.blocks import TextLayer
from paperlab.pdf.text_layer import text_layer_of

ENGLISH = (
    "The dominant sequence models are based on complex networks that include an encoder and a decoder, and the best of "
    "them also connect the two through a mechanism of attention. We propose a new and simple architecture for them. "
) * 3
GERMAN = "Die besten Modelle verbinden den Kodierer und den Dekodierer durch einen Mechanismus der Aufmerksamkeit. " * 5
FINNISH = "Parhaat mallit yhdistävät kooderin ja dekooderin tarkkaavaisuuden avulla, ja ne ovat nopeita. " * 5
CHINESE = "注意力机制连接编码器和解码器，模型训练更快，效果更好。" * 20
RUSSIAN = "Лучшие модели соединяют кодировщик и декодировщик механизмом внимания. " * 8
ARABIC = "تربط أفضل النماذج بين المشفر وفك التشفير من خلال آلية الانتباه. " * 8


def _shifted(text: str, by: int) -> str:
    return "".join(chr((ord(c) - 97 + by) % 26 + 97) if "a" <= c <= "z" else c for c in text.lower())


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, FINNISH, CHINESE, RUSSIAN, ARABIC, "Hello World"])
def test_languages_are_good(text: str) -> None:
    assert text_layer_of(text, 1) is TextLayer.GOOD


@pytest.mark.parametrize("by", [1, 3, 5, 13, 19, 25])
def test_shifted_letters_are_garbled(by: int) -> None:
    assert text_layer_of(_shifted(ENGLISH, by), 1) is TextLayer.GARBLED


@pytest.mark.parametrize("text", ["\ufffd" * 400 + "abc" * 50, "\ue010\ue011 " * 300], ids=["replaced", "private"])
def test_unknown_characters_are_garbled(text: str) -> None:
    assert text_layer_of(text, 1) is TextLayer.GARBLED


def test_scans_have_none() -> None:
    assert text_layer_of("", 10) is TextLayer.NONE
    assert text_layer_of("\n1\n2\n3", 3) is TextLayer.NONE
