"""The provider's chart with the values that tests start from."""

from typing import Any

from tests.charts.rendering import Manifest, refusal, render

CHART = "provider-backend"
CITIES = ("kazan", "irkutsk", "kaliningrad")
"""Which have an example: everything in the release, payments behind a Gateway, a database of
their own."""


def release(city: str = "kazan", *, upgrade: bool = False, **values: Any) -> list[Manifest]:
    return render(CHART, values, example=city, namespace=city, upgrade=upgrade)


def refused(city: str = "kazan", *, namespace: str | None = None, **values: Any) -> str:
    return refusal(CHART, values, example=city, namespace=namespace or city)
