import pytest
from django.conf import settings
from django.utils.translation import trans_real
settings.LOCALE_PATHS = ["/tmp/loc", *settings.LOCALE_PATHS]
trans_real._translations.clear()
trans_real._default = None
from tests.browser.test_check_in import *
TABLET = {"width": 820, "height": 1180}

@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("lang", ["ru-RU", "en-US"])
def test_shots(open_page, doorkeeper, seance, ticket, dark, lang):
    other = make_seance(hall=make_hall(name="Малый зал", rows=6, seats=12), starts_at=timezone.now() + timedelta(minutes=55), movie=make_movie("Аэлита"))
    tickets = [sold(seance, n) for n in range(33, 53)]
    elsewhere = sold(other, 22)
    for name, size in (("phone", PHONE), ("tablet", TABLET), ("desk", DESK)):
        page = open_page(f"/admin/check-in/?hall={seance.hall_id}", user=doorkeeper, locale=lang, viewport=size, dark=dark, has_touch=name=="phone")
        prefix = f"/tmp/brief/shots/checkin-{lang[:2]}-{name}{'-dark' if dark else ''}"
        def shot(state, **o):
            page.wait_for_timeout(400)
            page.screenshot(path=f"{prefix}-{state}.png", **o)
        def typed(code, kind):
            page.locator("#code").fill(code); page.locator("#typed button").click(); expect_answer(page, kind)
        page.locator("#camera-on").click()
        page.locator("#camera-off").wait_for()
        expect(page.locator("#check-in")).to_have_attribute("data-kind", __import__("re").compile("valid|used"), timeout=20000)
        t = tickets.pop()
        typed(t.code, "valid"); shot("valid"); 
        typed(t.code, "used"); shot("used")
        typed(elsewhere.code, "elsewhere"); shot("elsewhere")
        if name == "phone":
            page.locator("#camera-off").click()
            page.locator("#door summary").click(); shot("door", full_page=True)
            page.evaluate("document.getElementById('check-in').classList.remove('fresh')"); shot("old")
            typed("NOSUCHCODE", "unknown"); shot("unknown")
