from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.config import FLAVORS, THEMES, Settings, load_settings, parse_value
from paperlab.errors import SettingsError
from paperlab.library.settings_file import write_setting


def load(
    tmp_path: Path, *, user: str = "", library: str = "", environment: dict[str, str] | None = None, **flags: object
) -> Settings:
    user_file, library_file = tmp_path / "config.toml", tmp_path / "paperlab.toml"
    user_file.write_text(user)
    library_file.write_text(library)
    return load_settings(flags=flags, environment=environment or {}, library_file=library_file, user_file=user_file)


def test_flags_beat_variables_beat_the_library_beats_the_user_beats_defaults(tmp_path: Path) -> None:
    layers = {
        "user": "timeout_s = 1",
        "library": "timeout_s = 2",
        "environment": {"PAPERLAB_TIMEOUT_S": "3"},
        "timeout_s": 4.0,
    }
    expected = [30.0, 1.0, 2.0, 3.0, 4.0]
    for count, value in enumerate(expected):
        assert load(tmp_path, **dict(list(layers.items())[:count])).timeout_s == value


def test_each_setting_knows_where_it_comes_from(tmp_path: Path) -> None:
    settings = load(tmp_path, user='editor = "vi"', environment={"PAPERLAB_OFFLINE": "1"})
    assert settings.offline is True
    assert settings.origins == {"editor": str(tmp_path / "config.toml"), "offline": "PAPERLAB_OFFLINE"}


@pytest.mark.parametrize(
    ("user", "message"),
    [
        ("modle = 'x'", "unknown setting 'modle'"),
        ("timeout_s = 'long'", "timeout_s should be float"),
        ("timeout_s = 0", "above 0"),
        ("theme = 'pink'", "unknown theme"),
        ("offline = 1", "offline should be bool"),
        ("keymap = 3", "keymap is a table"),
        ("= 3", "is not TOML"),
        ("model = " + "[" * 5000, "is not TOML"),
        ("reader_width = " + "9" * 5000, "is not TOML"),
        ("timeout_s = " + "9" * 400, "timeout_s should be float"),
        ("timeout_s = nan", "above 0"),
        ("timeout_s = inf", "above 0"),
        ("arxiv_delay_s = -1", "above 0"),
        ("arxiv_url = 'ftp://arxiv.org'", "no web address"),
        ("arxiv_url = 'https://[::1'", "no web address"),
        ("arxiv_url = 'https://127.0.0.1:999999'", "no web address"),
    ],
)
def test_a_wrong_setting_names_the_file(tmp_path: Path, user: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load(tmp_path, user=user)
    assert "config.toml" in caught.value.message


def test_a_byte_order_mark_that_an_editor_has_put_there_is_no_matter(tmp_path: Path) -> None:
    assert load(tmp_path, user="\ufefftimeout_s = 1", library="\ufeffformat = 1\noffline = true").offline


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, library="format = 1\nmodle = 'x'")
    assert "'model'" in caught.value.hint


def test_the_pace_of_arxiv_cannot_be_hurried_but_that_of_another_server_can(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="too quick"):
        load(tmp_path, user="arxiv_delay_s = 1")
    for url in ("http://arxiv.org.example.test", "http://127.0.0.1:1"):
        assert load(tmp_path, user=f"arxiv_delay_s = 0.1\narxiv_url = '{url}'").arxiv_delay_s == 0.1


@pytest.mark.parametrize(
    ("key", "text", "value"), [("offline", "yes", True), ("reader_width", "80", 80), ("model", "x", "x")]
)
def test_values_are_read_from_text(key: str, text: str, value: object) -> None:
    assert parse_value(key, text, "here") == value


@pytest.mark.parametrize(
    ("key", "text"), [("offline", "perhaps"), ("reader_width", "wide"), ("keymap", "x"), ("nothing", "1")]
)
def test_text_that_is_no_value_is_refused(key: str, text: str) -> None:
    with pytest.raises(SettingsError):
        parse_value(key, text, "here")


def test_whoever_wants_to_hear_of_errors_gets_the_rest_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('reder_width = 70\ntheme = "pink"\nreader_width = 60\narxiv_url = "ftp://x"\narxiv_delay_s = 1\n')
    told: list[SettingsError] = []
    settings = load_settings(
        flags={}, environment={"PAPERLAB_OFFLINE": "1"}, library_file=None, user_file=file, on_error=told.append
    )
    assert (settings.reader_width, settings.offline, settings.theme) == (60, True, Settings().theme)
    assert (settings.arxiv_url, settings.arxiv_delay_s) == (Settings().arxiv_url, Settings().arxiv_delay_s)
    assert [error.message.split(": ")[1].split(" ")[0] for error in told] == [
        "unknown",
        "unknown",
        "arxiv_url",
        "arxiv_delay_s",
    ]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
values = st.one_of(
    st.tuples(st.sampled_from(["editor", "model", "reranker", "export_template"]), words),
    st.tuples(st.just("theme"), st.sampled_from(THEMES)),
    st.tuples(st.just("export_flavor"), st.sampled_from(FLAVORS)),
    st.tuples(st.just("offline"), st.booleans()),
    st.tuples(st.just("reader_width"), st.integers(1, 10**6)),
    st.tuples(st.sampled_from(["timeout_s", "arxiv_delay_s"]), st.floats(3, 1e9)),
)


@given(chosen=st.lists(values, max_size=5))
@settings(deadline=None, max_examples=40)
def test_what_is_set_is_read_back_and_all_else_stays(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[tuple[str, str | float | bool]]
) -> None:
    file = tmp_path_factory.mktemp("config") / "config.toml"
    file.write_text("# mine\n[keymap]\n'reader.note' = 'n' # here\n")
    for key, value in chosen:
        write_setting(file, key, value)
    found = load_settings(flags={}, environment={}, library_file=None, user_file=file)
    assert {key: getattr(found, key) for key, _ in chosen} == dict(chosen)
    assert found.keymap == {"reader.note": "n"}
    assert file.read_text().startswith("# mine\n")
    assert "[keymap]\n'reader.note' = 'n' # here\n" in file.read_text()
