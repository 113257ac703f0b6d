"""The API's contract as JSON Schemas, and the captured documents where they lie beside the repository."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parent / "schemas"
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "statuspage" / "samples"

SCHEMA_OF = {
    "/api/v2/summary.json": "summary",
    "/api/v2/status.json": "status",
    "/api/v2/components.json": "components",
    "/api/v2/incidents.json": "incidents",
    "/api/v2/incidents/unresolved.json": "unresolved",
    "/api/v2/scheduled-maintenances.json": "scheduled-maintenances",
    "/api/v2/scheduled-maintenances/upcoming.json": "upcoming",
    "/api/v2/scheduled-maintenances/active.json": "active",
}


def sample_path(file: Path) -> str | None:
    """The address that a captured document was served under, told from its name (`<site>-<document>.json`)."""
    path = f"/api/v2/{file.stem.partition('-')[2]}.json"
    return path if path in SCHEMA_OF else None


V2_SAMPLES = [file for file in sorted(SAMPLES.glob("*.json")) if sample_path(file)]


def problems(document: Any, schema: str) -> list[str]:
    """Where a document departs from a schema, and how."""
    found = _validator(schema).iter_errors(document)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@cache
def _validator(name: str) -> Draft202012Validator:
    schemas = [json.loads(file.read_text()) for file in SCHEMAS.glob("*.schema.json")]
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas)
    return Draft202012Validator(registry[f"allclear:{name}"].contents, registry=registry)
