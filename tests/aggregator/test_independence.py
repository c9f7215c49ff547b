"""Provider and site share a repository and a contract, never code."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROVIDER = ("cinema", "movies", "bookings")


def _imported(packages: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for package in packages:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((file, name.name) for name in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield file, node.module or ""


def _importing(packages: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}: {name}"
        for file, name in _imported(packages)
        if name.split(".")[0] in others
    ]


def test_the_site_imports_nothing_from_the_provider() -> None:
    assert _importing(("aggregator",), PROVIDER) == []


def test_the_provider_imports_nothing_from_the_site() -> None:
    assert _importing(PROVIDER, ("aggregator",)) == []


STARTING_SERVERS = ("loadtest/bench/", "loadtest/scale/", "loadtest/torture/")
"""They run what they test, on databases of their own."""


def test_the_load_test_imports_nothing_of_what_it_tests() -> None:
    imports = _importing(("loadtest",), (*PROVIDER, "aggregator", "django"))
    assert [one for one in imports if not one.startswith(STARTING_SERVERS)] == []


def test_what_starts_servers_leaves_the_site_alone() -> None:
    assert _importing(("loadtest",), ("aggregator",)) == []


def test_imports_are_found() -> None:
    assert _importing(("aggregator",), ("aiohttp",))
    assert _importing(PROVIDER, ("psycopg",))
