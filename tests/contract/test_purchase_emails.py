"""Who is sent the tickets: the public that has bought, where a site has a page for them."""

import pytest
from rest_framework.test import APIClient

from bookings.models import Notice
from movies.models import Seance
from tests.making import make_seance, make_staff, make_token, seat_ids
from tests.paying import Bank, open_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_URL = "https://kino.example"


@pytest.fixture
def seance() -> Seance:
    return make_seance()


def book(client: APIClient, seance: Seance, **fields: object) -> str:
    body = {"seance_id": seance.pk, "email": "a@b.org", "seatsIds": seat_ids(seance)[:2], **fields}
    answer = client.post("/bookings", body, "json")
    assert answer.status_code == 201
    return str(answer.json()["booking"]["id"])


def mailed() -> list[str]:
    return list(Notice.objects.values_list("kind", flat=True))


def test_a_purchase_is_mailed_once(api, seance):
    book(api, seance)
    assert mailed() == ["tickets"]


def test_the_same_request_again_mails_nothing_again(api, seance):
    api.credentials(HTTP_IDEMPOTENCY_KEY="one purchase")
    assert book(api, seance) == book(api, seance)
    assert mailed() == ["tickets"]


def test_a_hold_is_mailed_when_it_is_confirmed_and_not_before(api, seance):
    held = book(api, seance, hold=True)
    assert mailed() == []
    for _ in range(2):
        assert api.post(f"/bookings/{held}/confirm").status_code == 200
    assert mailed() == ["tickets"]


def test_what_the_box_office_sells_is_printed_and_not_mailed(staff, seance):
    book(staff, seance)
    assert mailed() == []


def test_without_a_site_there_is_nothing_to_lead_to(api, settings, seance):
    settings.SITE_URL = ""
    held = book(api, seance, hold=True)
    api.post(f"/bookings/{held}/confirm")
    book(api, seance, seatsIds=seat_ids(seance)[2:3])
    assert mailed() == []


def test_credentials_that_may_not_sell_are_the_public(settings, monkeypatch, seance):
    assert isinstance(open_bank(settings, monkeypatch), Bank)
    client = APIClient()
    token = make_token(make_staff("door", superuser=False))
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    held = book(client, seance)
    assert client.post(f"/bookings/{held}/confirm").status_code == 402
    assert mailed() == []
