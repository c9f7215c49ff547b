"""The lists of bookings, tickets and emails: addresses and choices that nobody's page has made."""

import pytest
from django.urls import reverse

from bookings.admin.booking import MOST_AT_ONCE
from bookings.booking import book
from bookings.models import Booking
from tests.making import make_hall, make_seance, seat_ids
from tests.office import director, send, text
from tests.selling import order

pytestmark = pytest.mark.django_db(transaction=True)  # what the database refuses ends no test's own

BOOKINGS = reverse("admin:bookings_booking_changelist")
CANCELLING = {"action": "cancel_selected", "ready": "0", "confirmed": "yes", "index": "0"}


@pytest.mark.parametrize(
    ("of", "asked"),
    [
        ("bookings_booking", "state=%00"),
        ("bookings_booking", "email=%00"),
        ("bookings_booking", "email__regex=("),
        ("bookings_booking", "id__exact=zz"),
        ("bookings_booking", "q=%00"),
        ("bookings_booking", "seance__id__exact=%00"),
        ("bookings_booking", "film=%00"),
        ("bookings_booking", "seller=%00"),
        ("bookings_booking", "created_at__gte=%00"),
        ("bookings_ticket", "code=%00"),
        ("bookings_ticket", "q=%00"),
        ("bookings_notice", "kind__exact=%00"),
        ("bookings_notice", "state=%00"),
        ("movies_seance", "status__exact=%00"),
        ("movies_seat", "hall__id__exact=%00"),
    ],
)
def test_a_filter_that_makes_no_sense_is_none(of, asked):
    assert (
        director().get(f"{reverse(f'admin:{of}_changelist')}?{asked}", follow=True).status_code
        == 200
    )


@pytest.mark.parametrize("key", ["zz", "\0", "1"])
@pytest.mark.parametrize("of", ["bookings_booking", "movies_seance"])
def test_a_key_that_no_row_has_chooses_nothing(of, key):
    book(order(seance := make_seance(), seat_ids(seance)[:1]))
    address = reverse(f"admin:{of}_changelist")
    action = CANCELLING if "booking" in of else {"action": "delete_selected", "post": "yes"}
    answer = director().post(address, action | {"_selected_action": [key]}, follow=True)
    assert answer.status_code == 200
    assert Booking.objects.get().status == "confirmed"


def sell(number: int) -> list[str]:
    seance = make_seance(hall=make_hall(rows=1, seats=number))
    return [str(book(order(seance, [seat])).id) for seat in seat_ids(seance)]


def test_no_more_are_cancelled_at_once_than_somebody_looks_at():
    keys = sell(MOST_AT_ONCE + 1)
    client = director()
    page = client.get(f"{BOOKINGS}?all=")
    assert page.content.decode().count('name="_selected_action"') == MOST_AT_ONCE
    too_many = send(client, BOOKINGS, **CANCELLING, _selected_action=keys)
    assert "100" in too_many
    across = CANCELLING | {"_selected_action": keys[:1], "select_across": "1"}
    assert text(client.post(BOOKINGS, across, follow=True))
    assert not Booking.objects.filter(status="cancelled").exists()
    send(client, BOOKINGS, **CANCELLING, _selected_action=keys[:MOST_AT_ONCE])
    assert Booking.objects.filter(status="cancelled").count() == MOST_AT_ONCE
