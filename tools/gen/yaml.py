"""As much YAML as generated documents need: mappings, lists and scalars, two spaces an indent."""

import json
from collections.abc import Iterator, Mapping, Sequence


def to_yaml(value: Mapping[str, object]) -> str:
    """Return *value* as YAML; strings are quoted as in JSON, which YAML reads alike."""
    return "\n".join(_lines(value, 0)) + "\n"


def _lines(value: object, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = key if key.replace("_", "").isalnum() and not key.isdigit() else json.dumps(key)
            yield from _entry(f"{pad}{name}:", inner, depth)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _entry(f"{pad}-", inner, depth)


def _entry(head: str, inner: object, depth: int) -> Iterator[str]:
    if isinstance(inner, Mapping | list | tuple) and inner:
        yield head
        yield from _lines(inner, depth + 1)
    else:
        yield f"{head} {json.dumps(inner, ensure_ascii=False)}"
