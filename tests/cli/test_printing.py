import pytest

from paperlab.cli.printing import print_table, say, width_of
from paperlab.cli.progress import bar


def test_control_characters_of_a_result_are_gone(capsys: pytest.CaptureFixture[str]) -> None:
    say("a \x1b[31mred\x1b[0m title\x07")
    assert capsys.readouterr().out == "a [31mred[0m title\n"


def test_a_table_fits_its_terminal_by_cutting_the_flexible_column(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    print_table(
        [["k1", "a title that is much too long for this", "42 %"], ["k2", "注意力就是你所需要的一切真的", "7 %"]],
        flexible=1,
    )
    lines = capsys.readouterr().out.splitlines()
    assert all(width_of(line) <= 30 for line in lines)
    assert "…" in lines[0]


@pytest.mark.parametrize(
    ("share", "drawn"), [(0, "··········"), (1, "██████████"), (0.355, "███▌······"), (2, "██████████")]
)
def test_a_bar_shows_a_share(share: float, drawn: str) -> None:
    assert bar(share) == drawn
