"""Somebody switches the second factor on, and logs in with it."""

import re

from playwright.sync_api import expect

from tests.cinema.authenticator import code_of, protect, wrong_code


def test_it_is_switched_on_and_asked_for_at_the_next_login(open_page, director):
    page = open_page("/admin/", user=director, locale="en-US")
    page.get_by_role("link", name="Login protection").click()
    page.get_by_role("button", name="Switch on").click()
    picture = page.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    page.get_by_label("Code:").fill(code_of(director))
    page.get_by_label("Your password:").fill("correct horse")
    page.get_by_role("button", name="Switch on").click()
    codes = page.locator(".codes code")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    page.get_by_role("button", name="Log out").click()

    page.goto("/admin/bookings/booking/")
    page.get_by_label("Username").fill(director.username)
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    code = page.get_by_label("Code:")
    expect(code).to_be_focused()
    code.fill(wrong_code(director))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    page.get_by_label("Code:").fill(recovery)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/admin/bookings/booking/$"))


def test_who_has_no_code_can_log_in_as_somebody_else(open_page, director):
    protect(director)
    page = open_page("/admin/", user=director, locale="en-US")
    page.get_by_role("button", name="Log in as somebody else").click()
    expect(page.get_by_label("Username")).to_be_visible()
