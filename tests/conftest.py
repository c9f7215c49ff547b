"""Fixtures that every subject uses."""

import pytest
from rest_framework.test import APIClient

from tests.making import make_staff, make_token


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
