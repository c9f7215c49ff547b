"""The same through the site as it is deployed, gunicorn and all, with a city behind it."""

import copy
from typing import Any

import pytest
import requests
import schemathesis

from tests.fuzz.attack import attack, configuration, make_programme
from tests.fuzz.size import TIMES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
    pytest.mark.usefixtures("_connections_for_long"),
]

# Every documented boundary, some thousand of them, is tried at the provider in every test run.
PHASES = {} if TIMES > 1 else {"coverage": {"enabled": False}}


def test_it_finds_nothing_through_the_site(site):
    make_programme()
    described = through_the_site(requests.get(f"{site.url}/cities/kazan/schema", timeout=20).json())
    config = configuration(phases=PHASES, **{"base-url": site.url})
    schema = schemathesis.openapi.from_dict(described, config=config)
    attack(schema, "the site")


def through_the_site(provider: dict[str, Any]) -> dict[str, Any]:
    """What a city's provider promises, promised by the site for its one city."""
    described = copy.deepcopy(provider)
    which = {
        "name": "city",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": ["kazan"]},
    }
    not_found = provider["paths"]["/movies/{movie_id}"]["get"]["responses"]["404"]
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("404", not_found)  # another city
    described["paths"] = {
        f"/cities/{{city}}{path}": {**operations, "parameters": [which]}
        for path, operations in described["paths"].items()
    }
    return described
