"""Films in the staff's site."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from bookings.blocking import block_seats
from bookings.booking import book, cancel_seance
from bookings.claiming import Order
from movies import programme
from movies.models import Movie, Seance
from movies.refusals import HallOccupied
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.office import assert_queries_do_not_grow, clerk, director, page, send

pytestmark = pytest.mark.django_db

FILMS = reverse("admin:movies_movie_changelist")
NEW = reverse("admin:movies_movie_add")


def address(movie: Movie, verb: str = "change") -> str:
    return reverse(f"admin:movies_movie_{verb}", args=[movie.pk])


def film(*translations: dict[str, str], before: int = 0, **fields: Any) -> dict[str, Any]:
    """What the form sends."""
    form: dict[str, Any] = {
        "name": "Аэлита",
        "duration_minutes": "113",
        "translations-TOTAL_FORMS": len(translations),
        "translations-INITIAL_FORMS": before,
        **fields,
    }
    for number, translation in enumerate(translations):
        for name, value in translation.items():
            form[f"translations-{number}-{name}"] = value
    return form


def test_a_film_is_entered_with_genres_and_translations():
    send(
        director(),
        NEW,
        **film(
            {"language": "en", "name": "Aelita", "director": "Yakov Protazanov"},
            genres=["scifi", "drama"],
            age_rating="12+",
            year="1924",
        ),
    )
    movie = Movie.objects.get()
    assert (movie.name, movie.year, movie.duration_minutes) == ("Аэлита", 1924, 113)
    assert (movie.age_rating, sorted(movie.genres)) == ("12+", ["drama", "scifi"])
    assert movie.translations.get().name == "Aelita"


def test_a_film_and_its_translations_are_changed():
    movie = make_movie(translations={"en": {"name": "Aelita"}, "tt": {"name": "Аэлитә"}})
    english, tatar = movie.translations.order_by("language")
    send(
        director(),
        address(movie),
        **film(
            {"id": str(english.pk), "language": "en", "name": "Aelita: Queen of Mars"},
            {"id": str(tatar.pk), "language": "tt", "name": "Аэлитә", "DELETE": "on"},
            {"language": "kk", "name": "Аэлита"},
            before=2,
            genres=["drama"],
        ),
    )
    movie.refresh_from_db()
    assert movie.genres == ["drama"]
    assert dict(movie.translations.values_list("language", "name")) == {
        "en": "Aelita: Queen of Mars",
        "kk": "Аэлита",
    }


def test_two_translations_into_one_language_are_refused():
    same = {"language": "en", "name": "Aelita"}
    said = send(director(), NEW, **film(same, same))
    assert "исправьте" in said
    assert not Movie.objects.exists()


def test_a_poster_that_a_browser_would_run_is_refused():
    said = send(director(), NEW, **film(image_url="javascript:alert(1)"))
    assert "Афиша — это полный адрес" in said
    assert not Movie.objects.exists()


def test_a_longer_film_may_not_run_into_the_next_showing():
    hall, movie = make_hall(name="Синий"), make_movie(duration_minutes=100)
    first = make_seance(hall=hall, movie=movie)
    make_seance(hall=hall, starts_at=first.hall_free_at)
    said = send(director(), address(movie), **film(duration_minutes="200"))
    assert "Зал «Синий» занят в это время" in said
    movie.refresh_from_db()
    assert movie.duration_minutes == 100


def test_a_refusal_leaves_nothing_behind_and_keeps_what_was_typed(monkeypatch):
    def refuse(**fields: object) -> Movie:
        Movie.objects.create(name="half done")
        raise HallOccupied("Синий")

    monkeypatch.setattr(programme, "movie_create", refuse)
    client = director()
    response = client.post(NEW, film(director="Яков Протазанов"))
    assert response.status_code == 200
    assert "Зал «Синий» занят" in response.content.decode()
    assert 'value="Яков Протазанов"' in response.content.decode()
    assert not Movie.objects.exists()


def test_a_lost_race_is_told(monkeypatch):
    def lose(**fields: object) -> Movie:
        raise IntegrityError("somebody else was quicker")

    monkeypatch.setattr(programme, "movie_create", lose)
    assert "то же самое изменил кто-то другой" in send(director(), NEW, **film())


def test_the_list_shows_the_next_showing():
    movie = make_movie(age_rating="12+", year=1924)
    starts_at = timezone.now() + timedelta(days=2)
    make_seance(movie=movie, starts_at=starts_at)
    make_seance(movie=movie, starts_at=starts_at + timedelta(days=1))
    said = page(director(), FILMS)
    assert "12+" in said
    assert f"{timezone.localtime(starts_at):%H:%M}" in said
    assert '<img class="poster-thumbnail" src="/static/a.svg"' in (
        director().get(FILMS).content.decode()
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/a.jpg",
        "//elsewhere.example/a.jpg",
        "/\\elsewhere.example/a.jpg",
        "/\t/elsewhere.example/a.jpg",
        "/\n/elsewhere.example/a.jpg",
    ],
)
def test_pictures_of_other_hosts_are_linked_only(elsewhere):
    movie = make_movie(image_url=elsewhere)
    content = director().get(address(movie)).content.decode()
    assert f'<a href="{elsewhere}"' in content
    assert f'src="{elsewhere}"' not in content


@pytest.mark.parametrize("image_url", ["HTTPS://elsewhere.example/a.jpg", "http:a.jpg", "/a.jpg"])
def test_what_was_entered_over_the_api_can_be_saved(image_url):
    texts = {"name": "火星", "description": "", "director": ""}
    movie = make_movie(image_url=image_url, translations={"zh-Hant-TW": texts})
    translation = movie.translations.get()
    kept = {"id": str(translation.pk), "language": "zh-Hant-TW", **texts}
    send(director(), address(movie), **film(kept, before=1, name="Марс", image_url=image_url))
    movie.refresh_from_db()
    assert (movie.name, movie.image_url) == ("Марс", image_url)


def test_a_language_that_is_none_is_refused():
    said = send(director(), NEW, **film({"language": "по-русски", "name": "Aelita"}))
    assert "исправьте" in said
    assert not Movie.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("?q=метр", {"Метрополис"}),
        ("?genre=scifi", {"Аэлита", "Метрополис"}),
        ("?shown=yes", {"Аэлита"}),
        ("?shown=no", {"Метрополис", "Стачка"}),
        ("?age_rating=16%2B", {"Стачка"}),
        ("?genre=nonsense", set()),
    ],
)
def test_the_list_is_searched_and_filtered(wanted, found):
    make_seance(movie=make_movie("Аэлита", genres=["scifi"]))
    make_movie("Метрополис", genres=["scifi", "drama"])
    make_movie("Стачка", age_rating="16+")
    listed = director().get(FILMS + wanted).context["cl"].result_list
    assert {movie.name for movie in listed} == found


@pytest.mark.parametrize("wanted", ["genre=%00", "age_rating=%00", "shown=%00", "year=%00"])
def test_a_filter_by_a_zero_byte_is_none(wanted):
    make_movie()
    answer = director().get(f"{FILMS}?{wanted}", follow=True)
    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == 1


def test_the_list_counts_what_is_coming_and_names_the_next_three():
    movie, hall = make_movie(), make_hall()
    now = timezone.now()
    coming = [
        make_seance(movie=movie, hall=hall, starts_at=now + timedelta(days=day))
        for day in (1, 2, 3, 4, 9)
    ]
    make_seance(movie=movie, hall=hall, starts_at=now - timedelta(days=1))
    cancel_seance(coming[3].pk)
    for seance in coming[:2]:
        book(Order(seance_id=seance.pk, seat_ids=seat_ids(seance)[:2], email=""))
    blocked = seat_ids(coming[2])[:3]
    block_seats(seance_id=coming[2].pk, seat_ids=blocked, reason="broken", by_id=None)
    listed = director().get(FILMS).context["cl"].result_list[0]
    assert listed.next_starts == [seance.starts_at for seance in coming[:3]]
    assert (listed.coming_showings, listed.showings_in_week) == (4, 3)
    assert listed.tickets_coming == 4


def test_who_may_not_see_showings_sees_no_sales():
    make_movie()
    assert "column-sold" in director().get(FILMS).content.decode()
    assert "column-sold" not in clerk("view_movie").get(FILMS).content.decode()


def test_an_empty_list_says_how_to_begin():
    content = director().get(FILMS).content.decode()
    assert 'class="film-empty"' in content
    assert f'href="{NEW}"' in content
    assert f'href="{reverse("admin:film_import")}"' in content
    assert reverse("admin:film_import") not in clerk("view_movie").get(FILMS).content.decode()
    assert 'class="film-empty"' not in director().get(FILMS + "?q=nothing").content.decode()


def test_the_list_makes_no_more_queries_when_it_is_longer():
    assert_queries_do_not_grow(director(), FILMS, lambda: make_seance())


# The preview


def preview(movie: Movie) -> str:
    return reverse("admin:film_preview", args=[movie.pk])


def test_the_preview_shows_a_film_in_each_of_its_languages():
    movie = make_movie(
        description="Марс",
        director="Протазанов",
        age_rating="12+",
        genres=["scifi"],
        translations={"en": {"name": "Aelita", "description": "Mars"}, "tt": {"name": "Аэлитә"}},
    )
    client = director()
    own = client.get(preview(movie)).content.decode()
    assert ">Аэлита <" in own.replace("\n", "")
    assert "<p>Марс</p>" in own
    assert "Фантастика" in own
    english = client.get(preview(movie), {"language": "en"}).content.decode()
    assert '<article class="film-page" lang="en"' in english
    assert "<p>Mars</p>" in english
    assert "Science fiction" in english
    assert "Протазанов" in english  # what isn't translated stays
    assert "Аэлитә" in page(client, preview(movie), language="tt")
    assert "Марс" in page(client, preview(movie), language="nonsense")


def test_the_preview_names_coming_showings_only():
    hall = make_hall()
    seance = make_seance(hall=hall)
    gone = make_seance(hall=hall, movie=seance.movie, starts_at=timezone.now() - timedelta(days=1))
    content = director().get(preview(seance.movie)).content.decode()
    assert reverse("admin:movies_seance_change", args=[seance.pk]) in content
    assert reverse("admin:movies_seance_change", args=[gone.pk]) not in content


def test_the_preview_makes_no_more_queries_for_more_showings():
    seance = make_seance()

    def one_more() -> None:
        make_seance(movie=seance.movie)

    assert_queries_do_not_grow(director(), preview(seance.movie), one_more)


@pytest.mark.parametrize("number", [999, 10**30])
def test_a_film_that_is_not_there_has_no_preview(number):
    assert director().get(f"/admin/films/{number}/preview/").status_code == 404


def test_the_preview_is_for_who_may_see_films():
    movie = make_movie()
    assert clerk("view_seance").get(preview(movie)).status_code == 403
    assert clerk("view_movie").get(preview(movie)).status_code == 200


def test_what_is_typed_into_a_film_is_never_markup():
    movie = make_movie(name="<script>a</script>", description="<b>x</b>")
    for address_ in (FILMS, preview(movie)):
        content = director().get(address_).content.decode()
        assert "<script>a" not in content
        assert "<b>x</b>" not in content


def test_a_film_that_was_never_sold_is_deleted_with_its_showings():
    movie = make_seance().movie
    client = director()
    asked = page(client, address(movie, "delete"))
    assert "Сеансы: 1" in asked
    send(client, address(movie, "delete"), post="yes")
    assert not Movie.objects.exists()
    assert not Seance.objects.exists()


def test_a_sold_film_is_not_deleted_and_the_page_says_why():
    seance = make_seance()
    book(Order(seance_id=seance.pk, seat_ids=seat_ids(seance)[:2], email=""))
    client = director()
    why = "удалить нельзя, продано или забронировано 2 билета"
    assert why in page(client, address(seance.movie, "delete"))
    assert why in send(client, address(seance.movie, "delete"), post="yes")
    assert Movie.objects.exists()


def test_a_film_sold_between_question_and_answer_is_not_deleted(monkeypatch):
    seance = make_seance()
    book(Order(seance_id=seance.pk, seat_ids=seat_ids(seance)[:1], email=""))
    monkeypatch.setattr("movies.admin.movie.MovieAdmin._refusals", lambda self, objs: [])
    said = send(director(), address(seance.movie, "delete"), post="yes")
    assert "удалить нельзя" in said
    assert Movie.objects.exists()


def test_several_films_are_deleted_all_or_none(monkeypatch):
    sold = make_seance()
    book(Order(seance_id=sold.pk, seat_ids=seat_ids(sold)[:1], email=""))
    make_movie("Стачка")
    chosen = {
        "action": "delete_selected",
        "_selected_action": [movie.pk for movie in Movie.objects.all()],
    }
    client = director()
    assert "удалить нельзя" in send(client, FILMS, **chosen)
    assert "удалить нельзя" in send(client, FILMS, **chosen, post="yes")
    monkeypatch.setattr("movies.admin.movie.MovieAdmin._refusals", lambda self, objs: [])
    assert "удалить нельзя" in send(client, FILMS, **chosen, post="yes")
    assert Movie.objects.count() == 2


def test_asking_whether_a_film_can_be_deleted_deletes_nothing():
    movie = make_seance().movie
    page(director(), address(movie, "delete"))
    assert Movie.objects.exists()
    assert Seance.objects.exists()


def test_who_may_not_delete_showings_may_not_delete_a_film_with_them():
    movie = make_seance().movie
    client = clerk("view_movie", "delete_movie")
    assert client.post(address(movie, "delete"), {"post": "yes"}).status_code == 403
    assert Movie.objects.exists()


def test_who_may_only_look_can_change_nothing():
    movie = make_movie(translations={"en": {"name": "Aelita"}})
    client = clerk("view_movie")
    said = page(client, address(movie))
    assert "Aelita" in said
    assert "Сохранить" not in said
    assert client.post(address(movie), film()).status_code == 403


def test_who_may_change_films_may_translate_them():
    movie = make_movie(duration_minutes=113)
    send(
        clerk("view_movie", "change_movie"),
        address(movie),
        **film({"language": "en", "name": "Aelita"}),
    )
    assert movie.translations.get().language == "en"
