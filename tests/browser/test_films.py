"""Films in a browser: entering one, seeing it in the list, a file in and out."""

from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page, expect

from movies.models import Movie, Seance
from movies.programme_file.importing import Imported, import_programme
from tests.making import make_hall, make_movie, make_seance

FILMS = "/admin/movies/movie/"
POSTER = "/static/movies/posters/aelita.svg"
COLUMNS = "name,year,hall,date,time,price\n"


def choose(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at what it would do").click()


def test_a_film_is_entered_seen_in_the_list_and_previewed(open_page, director):
    page = open_page(FILMS, user=director, locale="en-US")
    page.locator(".film-empty a.button").click()
    page.locator("#id_name").fill("Аэлита")
    page.locator("#id_year").fill("1924")
    page.locator("#id_duration_minutes").fill("113")
    expect(page.locator(".film-hours")).to_have_text("1 h 53 min")
    page.locator("#id_description").fill("Инженер строит корабль и летит на Марс.")
    page.locator("#id_image_url").fill(POSTER)
    page.locator("#translations-group .add-row a").click()
    page.locator("#id_translations-0-language").fill("en")
    page.locator("#id_translations-0-name").fill("Aelita")
    page.locator("[name=_save]").click()

    row = page.locator("#result_list tbody tr")
    expect(row).to_contain_text("Аэлита")
    poster = row.locator("img.poster-thumbnail")
    expect(poster).to_have_attribute("src", POSTER)
    assert poster.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")

    row.locator("a.film-preview").click()
    expect(page.locator("#film-name")).to_contain_text("Аэлита")
    page.locator(".film-languages a[lang=en]").click()
    expect(page.locator("#film-name")).to_have_text("Aelita")
    expect(page.locator("article")).to_have_attribute("lang", "en")


def test_a_file_with_a_mistake_changes_nothing_and_mended_is_imported(
    open_page, director, tmp_path
):
    make_hall(name="Красный")
    file = tmp_path / "programme.csv"
    page = open_page(FILMS, user=director, locale="en-US")
    page.locator(f'.object-tools a[href="{reverse("admin:film_import")}"]').click()
    file.write_text(COLUMNS + "Аэлита,1924,Красный,2030-05-01,25:00,250\n", encoding="utf-8")
    choose(page, file)
    mistake = page.locator(".film-import tbody tr")
    expect(mistake).to_contain_text("25:00")
    expect(mistake.locator("td").first).to_have_text("2")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not Movie.objects.exists()

    file.write_text(COLUMNS + "Аэлита,1924,Красный,2030-05-01,19:00,250\n", encoding="utf-8")
    choose(page, file)
    expect(page.locator(".film-import tbody tr")).to_have_count(2)
    assert not Movie.objects.exists()
    page.locator(".film-confirm input[type=submit]").click()
    expect(page.locator("#result_list")).to_contain_text("Аэлита")
    assert Seance.objects.get().movie.year == 1924


def test_an_export_is_downloaded_and_imports_without_a_change(open_page, director, tmp_path):
    make_seance(movie=make_movie(image_url=POSTER))
    page = open_page(FILMS, user=director, locale="en-US")
    for kind in ("xlsx", "csv"):
        link = page.locator(f'.object-tools a[href="{reverse("admin:film_export", args=[kind])}"]')
        with page.expect_download() as download:
            link.click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert file.suffix == f".{kind}"
        assert import_programme(file.read_bytes(), file.name) == Imported()
