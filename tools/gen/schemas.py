"""docs/schema/*.json (JSON Schema of each payload) and docs/asyncapi.yaml (AsyncAPI 3), from edge.schema."""

import json

import msgspec

from edge.schema.kinds import KINDS, Kind
from edge.schema.live import Meta, Signal, State, Status
from edge.schema.receipt import Receipt
from edge.schema.record import Record
from edge.schema.topics import ROOT, VERSION
from tools.gen.yaml import to_yaml

PAYLOADS: dict[str, object] = {
    "record": Record,
    "receipt": Receipt,
    "status": Status,
    "meta": Meta,
    "state": State,
    "signal": Signal | list[Signal],
}
RECORD_KINDS = tuple(name for name, kind in KINDS.items() if kind.in_outbox)
ADDRESS = f"{ROOT}/{VERSION}/{{province}}/{{regency}}/{{box}}/{{line}}/"
LEVELS = {
    "province": "Kemendagri code, 2 digits",
    "regency": "Kemendagri code, 4 digits",
    "box": "the box's name, a-z 0-9 -",
    "line": "home PLMN of the SIM (51010, 51010-2), lan, box, or slot-... while the SIM is unknown",
}


def json_schemas() -> dict[str, str]:
    """Return {path: text} of the JSON Schemas."""
    return {f"docs/schema/{name}.json": _schema(name, kind) for name, kind in PAYLOADS.items()}


def _schema(name: str, kind: object) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:pantau:v1:{name}"}
    return json.dumps({**head, **msgspec.json.schema(kind)}, indent=2, ensure_ascii=False) + "\n"


def asyncapi() -> dict[str, str]:
    """Return {path: text} of the AsyncAPI document."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pantau",
            "version": VERSION,
            "description": "What the boxes publish over MQTT 3.1.1; use a persistent session and QoS 1.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(kind) for name, kind in KINDS.items()},
        "operations": {f"{_action(name)}_{name}": _operation(kind) for name, kind in KINDS.items()},
        "components": {"messages": {name: _message(name) for name in PAYLOADS}},
    }
    return {"docs/asyncapi.yaml": to_yaml(document)}


def _payload_of(kind: str) -> str:
    return "record" if kind in RECORD_KINDS else kind


def _action(kind: str) -> str:
    return "receive" if kind == "receipt" else "send"


def _channel(kind: Kind) -> dict[str, object]:
    line = "box" if kind.box_only else "{line}"
    levels = {k: v for k, v in LEVELS.items() if k != "line" or not kind.box_only}
    message = _payload_of(kind.name)
    return {
        "address": ADDRESS.replace("{line}", line) + kind.name,
        "description": kind.content,
        "parameters": {name: {"description": text} for name, text in levels.items()},
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }


def _operation(kind: Kind) -> dict[str, object]:
    return {
        "action": _action(kind.name),
        "channel": {"$ref": f"#/channels/{kind.name}"},
        "bindings": {"mqtt": {"qos": kind.qos, "retain": kind.retained, "bindingVersion": "0.2.0"}},
    }


def _message(name: str) -> dict[str, object]:
    return {
        "name": name,
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"schema/{name}.json"},
        },
    }
