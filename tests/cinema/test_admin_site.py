"""The staff's site as a whole."""

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from bookings.booking import book
from bookings.models import IdempotencyKey, Ticket
from cinema.admin import ReadOnlyAdmin, ServiceAdmin
from cinema.audit.models import Change
from tests.making import make_seance, make_staff, make_token, seat_ids
from tests.office import clerk, director, page, text
from tests.selling import order

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label in ("movies", "bookings")]


def every_page() -> list[str]:
    """An address of every kind of page, with something on it."""
    seance = make_seance()
    booked = book(order(seance, seat_ids(seance)[:2]))
    seat = seance.hall.seats.all()[0]
    ticket = Ticket.objects.all()[0]
    things = (seance, seance.movie, seance.hall, seat, seat.category, ticket)
    pages = [reverse("admin:index"), reverse("admin:box_office")]
    pages.append(f"{pages[-1]}?seance={seance.pk}")
    pages.append(reverse("admin:movies_seance_cancel", args=[seance.pk]))
    pages.append(reverse("admin:bookings_booking_cancel", args=[booked.id]))
    pages.append(reverse("admin:bookings_booking_change", args=[booked.id]))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        verbs = ["change", "history"]
        if isinstance(admin.site.get_model_admin(model), ServiceAdmin):
            pages.append(reverse(f"{name}_add"))
            verbs.append("delete")
        pages += [
            reverse(f"{name}_{verb}", args=[thing.pk])
            for thing in things
            if isinstance(thing, model)
            for verb in verbs
        ]
    return pages


def test_the_audit_trail_is_the_only_log():
    client = director()
    user = User.objects.get()
    form = {"username": "olga", "password1": "correct zebra 17", "password2": "correct zebra 17"}
    client.post(reverse("admin:auth_user_add"), form)
    olga = User.objects.get(username="olga")
    rights = {"username": "olga-2", "is_staff": "on"}
    client.post(reverse("admin:auth_user_change", args=[olga.pk]), rights)
    client.post(reverse("admin:auth_user_delete", args=[olga.pk]), {"post": "yes"})
    assert {(change.action, change.user_id) for change in Change.objects.filter(part="")} >= {
        (action, user.pk) for action in ("insert", "update", "delete")
    }
    assert not LogEntry.objects.exists()
    assert "recent-actions" not in clerk("view_movie").get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("model", OURS)
def test_nothing_is_written_but_by_services(model):
    page = admin.site.get_model_admin(model)
    if isinstance(page, ReadOnlyAdmin):
        return
    assert isinstance(page, ServiceAdmin)
    for verb in ("create", "change", "remove"):
        assert verb in vars(type(page)), f"{type(page).__name__} doesn't say how to {verb}"
    for writing in ("save_model", "delete_model", "delete_queryset", "save_formset"):
        assert writing not in vars(type(page))
    assert not page.list_editable


def test_secrets_have_no_page():
    for model in (AuthToken, IdempotencyKey):
        assert not admin.site.is_registered(model)
    user = make_staff()
    token = make_token(user)
    said = page(director(), reverse("admin:auth_user_change", args=[user.pk]))
    assert token[:8] not in said


def test_the_city_is_in_the_title(settings):
    assert f"Кинотеатр · {settings.CITY_NAME}" in text(Client().get(reverse("admin:login")))


def test_it_is_russian_unless_asked_otherwise():
    client = director()
    index = reverse("admin:index")
    for russian in ("Сегодня", "Фильмы", "Заказы", "Касса"):
        assert russian in page(client, index)
    english = text(client.get(index, headers={"accept-language": "en"}))
    for known in ("Today", "Films", "Bookings", "Box office"):
        assert known in english


def test_the_language_is_switched_by_a_button():
    client = director()
    index = reverse("admin:index")
    assert '<button name="language" value="en"' in client.get(index).content.decode()
    response = client.post(reverse("set_language"), {"language": "en", "next": index}, follow=True)
    assert "Showings of today" in text(response)
    assert "Films" in page(client, index)


class Inline(HTMLParser):
    """Collects what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        inline_script = (
            tag == "script" and "src" not in known and known.get("type") != "application/json"
        )
        if tag == "style" or inline_script:
            self.refused.append(f"<{tag}>")
        self.refused += [f"{tag} {name}" for name in known if name == "style" or name[:2] == "on"]
        for name in ("src", "href", "action"):
            outside = re.match(r"https?:|//", known.get(name) or "")
            if outside and tag != "a":
                self.refused.append(f"{tag} {known[name]}")


def test_pages_are_content_with_a_strict_content_security_policy():
    client = director()
    for address in every_page():
        content = client.get(address).content.decode()
        inline = Inline()
        inline.feed(content)
        assert not inline.refused, (address, inline.refused)


def test_every_page_answers_in_both_languages():
    client = director()
    for address in every_page():
        for language in ("ru", "en"):
            response = client.get(address, headers={"accept-language": language})
            assert response.status_code == 200, address


def test_who_may_do_nothing_sees_nothing():
    client = clerk()
    for address in every_page():
        expected = 200 if address == reverse("admin:index") else 403
        assert client.get(address).status_code == expected, address


def test_lists_never_count_everything():
    for model in OURS:
        page = admin.site.get_model_admin(model)
        assert not page.show_full_result_count
        assert page.paginator.LIMIT == 10_000
        assert page.show_facets == admin.ShowFacets.NEVER


def test_every_model_of_ours_has_a_page_or_a_reason():
    without = {
        model._meta.object_name
        for label in ("movies", "bookings")
        for model in apps.get_app_config(label).get_models()
        if model not in OURS
    }
    on_another_s_page = {"MovieTranslation"}
    of_no_use_to_staff = {"IdempotencyKey"}
    not_the_cinema_s = {"SandboxPayment", "SandboxNotification", "SandboxFault"}  # the bank's
    assert without == on_another_s_page | of_no_use_to_staff | not_the_cinema_s
