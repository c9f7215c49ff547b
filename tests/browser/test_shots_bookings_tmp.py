import pytest
from tests.browser.conftest import DESK, TABLET
from tests.making import *
from bookings.booking import book, cancel
from bookings.blocking import block_seats
from bookings.exchanging import exchange
from bookings.checkin import check_in
from bookings.notices import resend, send_next
from bookings.claiming import Order
from bookings.models import Booking
from django.conf import settings
from bookings.refusals import *

def test_shots(open_page, director):
    hall = make_hall(rows=8, seats=14, name="Great")
    hall.seats.filter(row__in=("7", "8")).update(category=make_category("Comfort", "100"))
    s = make_seance(movie=make_movie("Aelita"), hall=hall)
    ids = seat_ids(s)
    def sell(seats, **k):
        return book(Order(**{"seance_id": s.pk, "seat_ids": seats, "email": "anna@example.org", **k}))
    a = sell(ids[60:64], sold_by_id=director.pk, paid_by="cash")
    for i in range(0, 30, 3):
        sell(ids[i:i+2], email=f"visitor{i}@example.org", sold_by_id=director.pk if i % 2 else None, paid_by="card" if i % 2 else "")
    sell(ids[40:43], hold=settings.HOLD_TIME)
    block_seats(seance_id=s.pk, seat_ids=ids[70:73], reason="Broken", by_id=director.pk)
    exchange(booking_id=a.id, seat_ids=[*ids[60:63], ids[100]])
    b = Booking.objects.get(pk=a.id)
    check_in(code=b.tickets.order_by("id").first().code, seance_ids=[s.pk], by_id=director.pk)
    resend(booking_id=a.id); send_next()
    c = sell(ids[110:112]); cancel(c.id, by_id=director.pk, reason="The buyer asked for it")
    pages = {"booking": f"/admin/bookings/booking/{a.id}/change/", "cancelled": f"/admin/bookings/booking/{c.id}/change/",
      "cancel": f"/admin/bookings/booking/{a.id}/cancel/", "move": f"/admin/bookings/{a.id}/move/", "resend": f"/admin/bookings/{a.id}/resend/",
      "list": f"/admin/bookings/booking/?seance__id__exact={s.pk}", "seance": f"/admin/movies/seance/{s.pk}/change/",
      "block": f"/admin/seances/{s.pk}/block/", "seance-cancel": f"/admin/movies/seance/{s.pk}/cancel/", "notices": "/admin/bookings/notice/"}
    for name, path in pages.items():
        page = open_page(path, user=director, locale="en-US")
        page.screenshot(path=f"/tmp/brief/shots/bookings-{name}.png", full_page=True)
        if name in ("booking", "seance", "move", "block"):
            open_page(path, user=director, locale="en-US", dark=True, viewport=TABLET).screenshot(path=f"/tmp/brief/shots/bookings-{name}-dark.png", full_page=True)
