"""The provider's API, in this process, on a cinema that has something to sell."""

from typing import Any

import pytest
import schemathesis
from schemathesis.transport.wsgi import WSGITransport

from cinema.wsgi import application
from tests.fuzz.attack import attack, configuration, make_programme
from tests.making import make_staff, make_token

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
    pytest.mark.usefixtures("_connections_for_long"),
]


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch):
    """Schemathesis 4.32 gives options of sockets to the transport that has none, when it asks
    again without credentials."""
    send = WSGITransport.send

    def send_in_process(self, case, *, session=None, **options):
        for name in ("max_redirects", "verify", "cert"):
            options.pop(name, None)
        return send(self, case, session=session, **options)

    monkeypatch.setattr(WSGITransport, "send", send_in_process)


def test_it_finds_nothing_as_a_stranger():
    make_programme()
    attack(provider(), "the provider")


def test_it_finds_nothing_as_staff():
    make_programme()
    token = make_token(make_staff())
    attack(provider(headers={"Authorization": f"Token {token}"}), "the provider")


def provider(**more: Any) -> Any:
    return schemathesis.openapi.from_wsgi("/schema", application, config=configuration(**more))
