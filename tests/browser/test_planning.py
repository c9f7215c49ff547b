"""Planning a week in a browser: preview, a conflict left out, saved, copied."""

from datetime import date, time, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from movies.admin.planning_forms import next_monday
from movies.business_day import at, day_of
from movies.models import Seance
from tests.making import make_hall, make_movie, make_seance


def monday() -> date:
    return next_monday(day_of(timezone.now()))


def plan_a_week(page: Page, film: str, *halls: str) -> None:
    page.get_by_label("Find a film").fill(film)
    expect(page.locator("#id_movie option")).to_have_count(1)
    for hall in halls:
        page.locator("#halls").get_by_label(hall, exact=True).check()
    page.locator("#id_times").fill("10:00, 13.00 1600 1830")
    page.locator("#id_price").fill("350")
    page.get_by_role("button", name="Preview").click()


def test_a_week_is_planned_without_what_conflicts_and_copied(open_page, director):
    red, blue = make_hall(name="Red"), make_hall(name="Blue")
    make_movie("Metropolis", duration_minutes=120)
    make_movie("Solaris", duration_minutes=120)
    make_seance(hall=red, movie=make_movie("Stalker"), starts_at=at(monday(), time(12, 15)))

    page = open_page("/admin/planning/", user=director, locale="en-US")
    plan_a_week(page, "metro", red.name, blue.name)

    expect(page.locator("#preview tbody tr.free, #preview tbody tr.conflict")).to_have_count(56)
    conflict = page.locator("#preview tr.conflict")
    expect(conflict).to_have_count(1)
    expect(conflict).to_contain_text("13:00–15:00")
    expect(conflict).to_contain_text("occupied by “Stalker” from 12:15 to 14:30")

    page.locator("#save").click()  # all or nothing
    expect(page.get_by_role("alert")).to_contain_text("Nothing was planned")
    assert Seance.objects.count() == 1

    page.locator("#leave-out").click()
    expect(page.locator("#count")).to_have_text("55")
    page.locator("#save").click()
    done = page.locator(".messagelist")
    expect(done).to_contain_text("55 showings are planned.")
    assert Seance.objects.count() == 56

    page.goto(f"/admin/planning/copy/?from={monday().isoformat()}&days=7")
    expect(page.locator("#preview tr.free")).to_have_count(56)
    page.locator("#save").click()
    expect(done).to_contain_text("56 showings are planned.")
    assert Seance.objects.count() == 112
    done.get_by_role("link").click()
    page.wait_for_url(f"**/schedule/?day={(monday() + timedelta(days=7)).isoformat()}&view=week")


def test_times_are_suggested_and_a_changed_form_asks_for_another_preview(open_page, director):
    hall = make_hall(name="Red", turnaround=20)
    make_movie("Metropolis", duration_minutes=153)
    page = open_page("/admin/planning/", user=director, locale="en-US")
    page.get_by_label("Find a film").fill("metro")
    page.locator("#halls").get_by_label(hall.name).check()
    page.locator("#id_price").fill("350")
    page.get_by_role("button", name="Suggest times").click()
    expect(page.locator("#id_times")).to_have_value("10:00, 12:55, 15:50, 18:45")
    expect(page.locator("#preview tr.free")).to_have_count(28)
    expect(page.locator("#save")).to_be_enabled()
    page.locator("#id_times").fill("11:00")
    expect(page.locator("#save")).to_be_disabled()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview tr.free")).to_have_count(7)
    page.locator("#preview .tick input").first.uncheck()
    expect(page.locator("#count")).to_have_text("6")
    page.locator("#save").click()
    expect(page.locator(".messagelist")).to_contain_text("6 showings are planned.")
    assert Seance.objects.count() == 6
    assert not Seance.objects.filter(starts_at=at(monday(), time(11))).exists()
