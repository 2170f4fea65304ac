"""Generated files are found out when different, missing or left over; schemas say what the contract says."""

import json
from pathlib import Path

from tools.gen.__main__ import main, outdated, write
from tools.gen.schemas import asyncapi, json_schemas
from tools.gen.yaml import to_yaml

ROOT = Path(__file__).resolve().parents[3]


def test_the_repository_holds_what_is_generated(capsys):
    assert main(["--check"], ROOT) == 0, capsys.readouterr().out


def test_a_difference_is_an_error_that_names_the_file(tmp_path, capsys):
    assert main(["--check"], tmp_path) == 1
    assert "docs/asyncapi.yaml: not as generated; run `make gen`" in capsys.readouterr().out
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "docs/schema/receipt.json").write_text("{}")
    (tmp_path / "docs/schema/old.json").write_text("{}")
    capsys.readouterr()
    assert main(["--check"], tmp_path) == 1
    said = capsys.readouterr().out
    assert "docs/schema/receipt.json" in said
    assert "docs/schema/old.json" in said


def test_writing_removes_what_is_left_over(tmp_path):
    (tmp_path / "docs/schema").mkdir(parents=True)
    (tmp_path / "docs/schema/old.json").write_text("{}")
    write(tmp_path, {"docs/schema/new.json": "x"})
    assert outdated(tmp_path, {"docs/schema/new.json": "x"}) == []
    assert [p.name for p in (tmp_path / "docs/schema").iterdir()] == ["new.json"]


def test_the_records_schema_demands_identity_and_outcome():
    record = json.loads(json_schemas()["docs/schema/record.json"])["$defs"]["Record"]
    assert set(record["required"]) == {
        "id", "boot", "box", "site", "line", "kind", "clk", "ok", "outcome", "values", "nv",
    }  # fmt: skip
    outcomes = record["properties"]["outcome"]["enum"]
    assert sorted(outcomes) == [
        "area", "box", "maintenance", "ok", "operator", "policy", "server", "site", "undetermined",
    ]  # fmt: skip


def test_asyncapi_names_every_kind_with_qos_and_retention():
    text = asyncapi()["docs/asyncapi.yaml"]
    assert 'address: "pantau/v1/{province}/{regency}/{box}/{line}/result"' in text
    assert 'address: "pantau/v1/{province}/{regency}/{box}/box/receipt"' in text
    assert '"$ref": "schema/receipt.json"' in text
    status = text[text.index("  send_status:") : text.index("  send_meta:")]
    assert "qos: 1" in status
    assert "retain: true" in status


def test_yaml_of_every_shape():
    document = {"a": 1, "b": ["x", {"c": None}], "d": {}, "e f": True, "1": "ä\n"}
    assert to_yaml(document) == ('a: 1\nb:\n  - "x"\n  -\n    c: null\nd: {}\n"e f": true\n"1": "ä\\n"\n')
