"""The Teams app's manifest against Microsoft's own schema for the version that it names."""

import json
from uuid import UUID

import pytest
from jsonschema import Draft4Validator

from bot.teams.package import SCHEMA, Pages, manifest
from tests.clients import HERE

pytestmark = pytest.mark.clients

PUBLISHED = HERE / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
URL = "https://compact.example.org"


def test_the_manifest_is_valid_and_a_wrong_one_is_not() -> None:
    schema = json.loads((PUBLISHED / f"v{SCHEMA}/MicrosoftTeams.schema.json").read_text(encoding="utf-8"))
    validator = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    written = manifest(UUID(int=7), URL, Pages(URL, URL, URL), "1.2.3")
    assert [error.message for error in validator.iter_errors(written)] == []
    assert not validator.is_valid(written | {"accentColor": "blue"})
