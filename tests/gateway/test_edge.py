"""Settings towards the network: exact, or the start is refused by name."""

from pathlib import Path

import pytest

from gateway.commands.serve import _proxy
from gateway.edge import Edge, Rates
from gateway.settings import SettingsError, load


def written(folder: Path, text: str) -> Path:
    """Return a settings file with these lines."""
    path = folder / "paravent.toml"
    path.write_text(f'data = "{folder.as_posix()}"\n{text}\n', "utf-8")
    return path


def test_settings_towards_the_network_are_read(tmp_path: Path) -> None:
    """What is not named is as built in."""
    lines = (
        'cors_origins = ["https://app.example", "http://127.0.0.1:3000"]',
        'trusted_proxy = "10.0.0.2"',
        "[rates]",
        "reader = 60",
    )
    assert load(written(tmp_path, "\n".join(lines))).edge == Edge(
        Rates(reader=60),
        frozenset({"https://app.example", "http://127.0.0.1:3000"}),
        "10.0.0.2",
    )
    assert load(written(tmp_path, "")).edge == Edge()


@pytest.mark.parametrize(
    "line",
    [
        'cors_origins = ["*"]',
        'cors_origins = ["https://*.example"]',
        'cors_origins = ["https://app.example/"]',
        'cors_origins = ["https://App.example"]',
        'cors_origins = ["http://app.example"]',
        'cors_origins = ["null"]',
        'cors_origins = ["https://user@app.example"]',
        'cors_origins = "https://app.example"',
        'trusted_proxy = "*"',
        'trusted_proxy = "proxy.example"',
        "trusted_proxy = true",
        "rates = 3",
        "rates.reader = 0",
        "rates.record = true",
        "rates.window = 1",
        'rates.shared = ""',
        "rates.shared = 1",
    ],
)
def test_what_is_half_right_stops_the_start(tmp_path: Path, line: str) -> None:
    """Named in the message."""
    name = line.split(" ", maxsplit=1)[0].partition(".")[0]
    with pytest.raises(SettingsError, match=name):
        load(written(tmp_path, line))


def test_only_a_named_proxy_is_believed() -> None:
    """By default nobody says for others where they come from."""
    assert _proxy(Edge()) == {}
    assert _proxy(Edge(proxy="10.0.0.2")) == {
        "trusted_proxy": "10.0.0.2",
        "trusted_proxy_headers": {"x-forwarded-for"},
    }
