"""Fixtures that every subject uses."""

from collections.abc import Iterator
from inspect import iscoroutinefunction
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from tests.making import make_staff, make_token


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are coroutines go first: the browser of others leaves a loop running in this
    thread for the rest of the session, and a thread runs one loop at a time."""
    items.sort(key=lambda item: not iscoroutinefunction(getattr(item, "obj", None)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database can only be dropped once nobody uses it: servers that a test broke may
    still end the sessions of its threads, and other aliases keep theirs open."""
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connections.close_all()


@pytest.fixture
def api() -> APIClient:
    """A visitor."""
    return APIClient()


@pytest.fixture
def staff(db: None) -> APIClient:
    """A member of staff with every permission, by API token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(make_staff())}")
    return client
