"""What was found once, each by its name."""

import pytest
from django.urls import reverse

from aggregator.cities import InvalidDirectory, parsed
from bookings.payments.gateways import NotificationRefused
from bookings.payments.gateways.sandbox import notifying
from movies.models import Movie
from tests.making import make_movie, make_seance
from tests.office import director

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("add", ["admin:movies_movie_add", "admin:auth_user_add"])
def test_a_wrong_form_that_was_to_be_saved_as_another_is_shown_again(add):
    answer = director().post(reverse(add), {"_saveasnew": "1"})
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_so_is_that_of_a_film_that_there_is():
    film = make_movie()
    change = reverse("admin:movies_movie_change", args=[film.pk])
    answer = director().post(change, {"_saveasnew": "1", "name": ""})
    assert answer.status_code == 200
    assert list(Movie.objects.all()) == [film]


@pytest.mark.parametrize("movie", ["true", "0" * 8 + "-0000-0000-0000-" + "0" * 12, "²", "1\0"])
def test_a_film_that_can_be_none_is_not_chosen(movie):
    add = reverse("admin:movies_seance_add")
    assert director().get(add, {"movie": movie}).status_code == 200
    assert director().post(add, {"movie": movie}).status_code == 200


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_no_field_is_no_field_to_find_a_film_by(page):
    where = reverse(f"admin:movies_movie_{page}", args=[make_movie().pk])
    assert director().get(where, {"_to_field": ""}).status_code == 200


def test_a_form_that_names_thousands_of_translations_is_answered_with_a_hundred_at_most():
    film = make_movie()
    change = reverse("admin:movies_movie_change", args=[film.pk])
    answer = director().post(change, {"name": "", "translations-TOTAL_FORMS": str(2**31)})
    [translations] = answer.context["inline_admin_formsets"]
    assert len(translations.formset.forms) == 100


@pytest.mark.parametrize("year", ["2147483648", "9999", "0", "-1"])
def test_a_year_without_a_calendar_is_no_filter(year):
    make_seance()
    showings = reverse("admin:movies_seance_changelist")
    answer = director().get(showings, {"starts_at__year": year})
    assert answer.status_code in (200, 302)


@pytest.mark.parametrize("wanted", ["0x10", "index", "a.b", "admin:index"])
def test_after_the_second_factor_only_an_address_is_gone_to(wanted):
    answer = director().get(reverse("admin:verify"), {"next": wanted})
    assert answer.status_code == 302


def test_a_list_of_cities_that_is_nested_too_deeply_is_invalid():
    with pytest.raises(InvalidDirectory):
        parsed("[" * 100_000)


def test_so_is_what_a_bank_tells():
    body = b"[" * 100_000
    with pytest.raises(NotificationRefused):
        notifying.read(notifying.sign(body, int(notifying.time.time())), body)
