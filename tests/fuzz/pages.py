"""Every page for people, found by asking Django: a new one is attacked by itself."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.http import QueryDict
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bookings.models import Booking, SandboxPayment
from cinema.addresses import PAGES

# What the names in addresses mean, where they aren't the name of a model and `_id`.
VALUES: dict[str, Any] = {
    "key": Booking,
    "number": SandboxPayment,
    "id": User,
    "kind": "xlsx",
    "app_label": "movies",
    "content_type_id": 1,
    "city_id": "kazan",
}


@dataclass(frozen=True)
class Page:
    """`kwargs`: the names in its address with their models, or with their values."""

    name: str
    kwargs: tuple[tuple[str, Any], ...]
    urls: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {name: _value(meant) for name, meant in self.kwargs}

    @property
    def address(self) -> str:
        return reverse(self.name, self.urls, kwargs=self.values)

    def leading_nowhere(self, text: str) -> str:
        """Its address with a value that nothing has, however it would be written."""
        address = self.address
        for value in self.values.values():
            address = address.replace(str(value), quote(text, safe="", errors="surrogatepass"))
        return address


def _value(meant: Any) -> Any:
    if not isinstance(meant, type):
        return meant
    found = meant._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return "1" if found is None else found


def pages() -> list[Page]:
    """The provider's: those of its staff, and the sandbox's."""
    return sorted(_walk(get_resolver(), None, PAGES), key=lambda page: page.name)


def storefront() -> list[Page]:
    return list(_walk(get_resolver("aggregator.urls"), "aggregator.urls", ("/",)))


def _walk(
    resolver: URLResolver, urls: str | None, where: tuple[str, ...], route: str = "/", of: str = ""
) -> Iterator[Page]:
    """`where`: how the addresses begin that are wanted."""
    for pattern in resolver.url_patterns:
        inner = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            name = f"{of}{pattern.namespace}:" if pattern.namespace else of
            yield from _walk(pattern, urls, where, inner, name)
        elif pattern.name and inner.startswith(where):
            names = (name for name in re.findall(r"<(?:\w+:)?(\w+)>", inner))
            yield Page(of + pattern.name, tuple(_meant(names, pattern)), urls)


def _meant(names: Iterable[str], pattern: URLPattern) -> Iterator[tuple[str, Any]]:
    of_admin = getattr(pattern.callback, "model_admin", None)
    models = {model._meta.model_name: model for model in apps.get_models()}
    for name in names:
        if name == "object_id":
            yield name, of_admin.model if of_admin else 1
        elif model := models.get(name.removesuffix("_id")):
            yield name, model
        elif name in VALUES:
            yield name, VALUES[name]
        else:
            pytest.fail(f"What is {name!r} of {pattern.name}? Say it in VALUES of {__name__}.")


@contextmanager
def names_read() -> Iterator[set[str]]:
    """What pages look for in addresses and forms, also what no form of theirs has."""
    names: set[str] = set()

    def noting(method: Any) -> Any:
        def noted(self: QueryDict, key: Any, *rest: Any, **more: Any) -> Any:
            if isinstance(key, str):
                names.add(key)
            return method(self, key, *rest, **more)

        return noted

    reading = ("__getitem__", "__contains__", "get", "getlist")
    with patch.multiple(QueryDict, **{name: noting(getattr(QueryDict, name)) for name in reading}):
        yield names
