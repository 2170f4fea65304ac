"""Where machine code is kept: the hash must cover every module that goes into it."""

import ast
from pathlib import Path

from hil_tests.sims.operator_net import code_cache

PACKAGE = Path(code_cache.__file__).parent
OURS = "hil_tests.sims.operator_net."


def imports_of(name):
    tree = ast.parse((PACKAGE / f"{name}.py").read_text())
    found = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {module.removeprefix(OURS) for module in found if module.startswith(OURS)}


def test_the_hash_covers_all_compiled_modules_and_what_they_import():
    marked = {path.stem for path in PACKAGE.glob("*.py") if "\n@compiled\n" in path.read_text()}
    assert len(marked) > 5
    needed = marked | {name for module in marked for name in imports_of(module)}
    # settings are read when tables are made, by plain Python
    assert needed - {"settings"} <= set(code_cache.COMPILED)


def test_what_was_filled_is_warm(tmp_path):
    assert not code_cache.is_warm(tmp_path)
    with code_cache.filling(tmp_path):
        assert not code_cache.is_warm(tmp_path)
    assert code_cache.is_warm(tmp_path)
