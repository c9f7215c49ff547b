from datetime import timedelta
import pytest
from django.core.management import call_command
from django.utils import timezone
from bookings.booking import book, cancel_seance
from bookings.blocking import block_seats
from movies.models import Seance
from tests.making import make_category, make_hall, make_movie, make_seance, seat_ids
from tests.selling import order
from movies.business_day import day_of
import os

LANG = os.environ.get("SHOTLANG", "en-US")
DIR = "/tmp/brief/shots/boxoffice"


def test_shots(open_page, director, settings):
    settings.LOCALE_PATHS = ["/tmp/boxloc", *settings.LOCALE_PATHS]
    from django.utils.translation import trans_real; trans_real._translations.clear()
    now = timezone.now()
    hall = make_hall(rows=11, seats=20, name="Красный зал")
    vip = make_category("Диван", "150")
    vip.colour = "#b4541a"
    vip.save()
    hall.seats.filter(row__in=["10", "11"]).update(category=vip)
    hall.seats.filter(x=5).delete()
    hall.seats.filter(row="1", number__in=[1, 2]).update(wheelchair=True)
    small = make_hall(rows=4, seats=8, name="Малый зал")
    films = [
        ("Стачка", "12+"),
        ("Броненосец «Потёмкин» и другие очень длинные названия", "6+"),
        ("Метрополис", "0+"),
    ]
    movies = [make_movie(n, age_rating=a, duration_minutes=60) for n, a in films]
    for i in range(-2, 6):
        make_seance(
            movie=movies[i % 3],
            hall=small,
            starts_at=now + timedelta(minutes=80 * i + 3),
            price="280",
        )
    s = make_seance(movie=movies[0], hall=hall, starts_at=now + timedelta(minutes=40), price="350")
    c = make_seance(movie=movies[1], hall=hall, starts_at=now + timedelta(minutes=240), price="350")
    cancel_seance(c.pk)
    ids = seat_ids(s)
    for k in (100, 104, 130, 150, 151, 160):
        book(order(s, ids[k : k + 3] if k not in (150, 151) else ids[k : k + 1]))
    book(order(s, ids[60:63], hold=True))
    block_seats(seance_id=s.pk, seat_ids=ids[20:22], reason="x", by_id=director.pk)
    day = f"?day={day_of(s.starts_at)}"
    for dark in (False, True):
        for vp in ({"width": 1280, "height": 800}, {"width": 820, "height": 1180}):
            tag = f"{vp['width']}{'-dark' if dark else ''}"
            p = open_page(
                "/admin/box-office/" + day, user=director, viewport=vp, dark=dark, locale=LANG
            )
            p.screenshot(path=f"{DIR}-list-{tag}.png")
            p.goto(f"/admin/box-office/{day}&seance={s.pk}")
            p.keyboard.type("8 9-11")
            p.keyboard.press("Enter")
            p.keyboard.press("Enter")
            p.keyboard.type("2000")
            p.screenshot(path=f"{DIR}-sale-{tag}.png")
            if not dark and vp["width"] == 1280:
                p.locator("#quick").fill("8 9")
                p.locator("#quick").press("Enter")
                p.locator("#quick").fill("6 9, 10")
                p.locator("#quick").press("Enter")
                p.screenshot(path=f"{DIR}-refused-{tag}.png")
            p.locator("#quick").fill("2")
            p.locator("#quick").press("Enter")
            p.keyboard.press("F2")
            p.locator("[type=submit].default").click()
            p.wait_for_selector(".sale-done")
            p.screenshot(path=f"{DIR}-sold-{tag}.png")
            p.goto("/admin/box-office/shift/")
            p.screenshot(path=f"{DIR}-shift-{tag}.png")
    from bookings.models import Booking

    b = Booking.objects.filter(sold_by=director, status="confirmed").first()
    p = open_page(f"/admin/box-office/{b.pk}/print/", user=director, locale=LANG)
    p.screenshot(path=f"{DIR}-print-screen.png")
    for name,w in (("80mm",302),("a6",396),("a4",794)):
        p.emulate_media(media="print"); p.set_viewport_size({"width":w,"height":1000 if w>500 else 700}); p.screenshot(path=f"{DIR}-print-{name}.png")
    import re as r
    for name,kw in (("80mm",dict(width="80mm",height="140mm")),("A6",dict(format="A6")),("A4",dict(format="A4"))):
        print(name, len(r.findall(rb"/Type\s*/Page\b", p.pdf(**kw))))
    p=open_page(f"/admin/box-office/?seance={c.pk}", user=director, locale=LANG); p.screenshot(path=f"{DIR}-cancelled.png")
