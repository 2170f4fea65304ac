"""What pantau-server refuses to start with, and what it says then."""

import socket

import pytest
from typer.testing import CliRunner

from tools.server.cli import _app

LISTEN = ["--listen", "127.0.0.1:0"]


@pytest.mark.parametrize(
    ("words", "english", "indonesian"),
    [
        (LISTEN, "give either --key FILE", "pilih --key BERKAS"),
        ([*LISTEN, "--open", "--key", "x"], "give either --key FILE", "pilih --key BERKAS"),
        ([*LISTEN, "--key", "/nowhere/key"], "--key /nowhere/key: ", "kunci tidak dapat dipakai"),
        (["--listen", "example.id:8620", "--open"], "give ADDRESS:PORT", "tulis ALAMAT:PORT"),
        (["--listen", "127.0.0.1:99999", "--open"], "give ADDRESS:PORT", "tulis ALAMAT:PORT"),
        (
            ["--listen", "192.0.2.1:8620", "--open"],
            "--listen 192.0.2.1:8620: Cannot assign",
            "port tidak dapat",
        ),
        (
            [*LISTEN, "--open", "--log", "/nowhere/log"],
            "--log /nowhere/log: No such file",
            "tidak dapat ditulis",
        ),
    ],
)
def test_it_says_what_is_wrong_and_what_to_do(words, english, indonesian):
    result = CliRunner().invoke(_app, words)
    assert result.exit_code == 2
    assert english in result.stderr
    assert indonesian in result.stderr


def test_a_short_key_is_refused(tmp_path):
    key_file = tmp_path / "key"
    key_file.write_text("short")
    result = CliRunner().invoke(_app, [*LISTEN, "--key", str(key_file)])
    assert result.exit_code == 2
    assert "the key has 5 bytes, at least 16 are needed" in result.stderr


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_taken_port_is_refused(kind):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(_app, ["--listen", f"127.0.0.1:{port}", "--open"])
    assert result.exit_code == 2
    assert f"--listen 127.0.0.1:{port}: Address already in use" in result.stderr
