"""API9: nothing is reachable that nobody knows of. That `/schema` has every address of the provider
is tests/api/test_openapi.py's; here is what the site opens of it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from aggregator.relay import paths


@pytest.fixture(scope="module")
def documented() -> dict[str, Any]:
    return dict(APIClient().get("/schema").json()["paths"])


def test_the_site_passes_on_what_the_contract_has_and_nothing_else(documented):
    resources = {path.split("/")[1].encode() for path in documented}
    assert resources | {b"payments", b"schema"} == paths.RESOURCES


@pytest.mark.parametrize("staffs", ["admin/", "admin/login/", "docs", "i18n/setlang/", "static/a"])
def test_pages_of_the_staff_are_not_reached_through_the_site(staffs):
    assert not paths.is_open(f"/{staffs}".encode(), b"")


def test_every_listing_has_a_limit(documented):
    for path, methods in documented.items():
        data = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = data.get("application/json", {}).get("schema", {})
        listed = schema.get("properties", {}).get("data", {}).get("type") == "array"
        if listed:
            [most] = [p for p in methods["get"]["parameters"] if p["name"] == "max_results"]
            assert most["schema"]["maximum"] <= 500, path
