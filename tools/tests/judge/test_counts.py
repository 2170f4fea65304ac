"""The counts see silencers in comments and types, and nothing in texts and names."""

from pathlib import Path

import pytest

from tools.judge import counts


def kinds_in(path: Path, code: str) -> list[tuple[str, int]]:
    path.write_text(code)
    found = [*counts.in_comments(path), *counts.in_types(path)]
    return sorted((item.kind, item.line) for item in found)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1  # noqa\n", [("noqa", 1)]),
        ("x = 1  # NOQA: E501\n", [("noqa", 1)]),
        ("# ruff: noqa\n", [("noqa", 1)]),
        ("x = 1  # type: ignore[arg-type]\n", [("type: ignore", 1)]),
        ("# mypy: ignore-errors\n", [("type: ignore", 1)]),
        ("from typing import Any\ndef f(x: Any) -> None: ...\n", [("Any", 2)]),
        ("from typing import Any as A\ndef f() -> list[A]: ...\n", [("Any", 2)]),
        ("import typing\nx: dict[str, typing.Any] = {}\n", [("Any", 2)]),
        ("from typing import Any\ndef f(x: 'list[Any]') -> None: ...\n", [("Any", 2)]),
        ("from typing import Any, cast\ny = cast(Any, 1)\n", [("Any", 2)]),
        ("from typing import Any\nAlias = dict[str, Any]\n", [("Any", 2)]),
    ],
)
def test_silencer_is_found(tmp_path, code, expected):
    assert kinds_in(tmp_path / "code.py", code) == expected


@pytest.mark.parametrize(
    "code",
    [
        'text = "# noqa and # type: ignore and Any"\n',
        '"""Explains # noqa."""\n',
        "class Any: ...\ndef f(x: Any) -> None: ...\n",
        "# Anything may be ignored by type\n",
        "from typing import Literal\nx: Literal['two words'] = 'two words'\n",
    ],
)
def test_mention_is_no_silencer(tmp_path, code):
    assert kinds_in(tmp_path / "code.py", code) == []


def test_ignored_import_of_a_contract_counts(tmp_path):
    settings = tmp_path / "pyproject.toml"
    settings.write_text(
        '[[tool.importlinter.contracts]]\nname = "x"\nignore_imports = ["a -> b", "c -> d"]\n'
    )
    assert [item.kind for item in counts.in_settings(settings)] == ["ignored imports", "ignored imports"]
