"""Posters, from the site's own address: pages load nothing from other hosts.

A provider's own files are fetched from it. What lies elsewhere is shown only from POSTER_HOSTS,
which the content policy then allows; otherwise the film's title stands in.
"""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from aggregator.calling import Keep, read
from aggregator.cities import City
from aggregator.pages.city_page import city_page, language
from aggregator.provider_api import films
from aggregator.provider_api.films import Film
from aggregator.provider_api.reading import Asking

KEEP = Keep(fresh=300, revalidate=3600, if_error=24 * 3600)
A_DAY = 24 * 3600


def address(city: City, film: Film) -> str:
    """Where pages find the film's poster; empty when they can't."""
    if own_path(city, film.image_url):
        # The version makes a changed poster show, however long browsers keep the old one.
        version = hashlib.sha256(film.image_url.encode()).hexdigest()[:8]
        return reverse("poster", args=[city.id, film.id]) + f"?v={version}"
    return film.image_url if urlsplit(film.image_url).netloc in settings.POSTER_HOSTS else ""


def own_path(city: City, image_url: str) -> str:
    """The path at the provider, if the poster is a file of its own."""
    for base in filter(None, (city.url, city.public_url)):
        path = image_url.removeprefix(base.rstrip("/"))
        if path != image_url and path.startswith("/") and _is_plain(path):
            return path
    return image_url if image_url.startswith("/") and _is_plain(image_url) else ""


def _is_plain(path: str) -> bool:
    return not path.startswith("//") and ".." not in path and path.isascii() and path.isprintable()


@city_page
async def image(request: HttpRequest, asking: Asking, movie_id: int) -> HttpResponse:
    film = await films.film(asking, movie_id, language())
    path = own_path(asking.city, film.image_url)
    if not path:
        raise Http404
    kept = await read(asking.city, path, deadline=asking.deadline, keep=KEEP, picture=True)
    kind = kept.answer.content_type
    if kept.answer.status != 200 or not kind.startswith("image/") or not kind.isascii():
        raise Http404
    response = HttpResponse(kept.answer.body, content_type=kind)
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    # A drawing is a document, too, for whoever opens its address: it must not run scripts here.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
