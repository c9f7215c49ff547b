"""A film's poster in the staff's site."""

import re

from django.utils.html import format_html
from django.utils.translation import gettext as _

from movies.models import Movie


def poster_of(movie: Movie, css_class: str) -> str:
    """Pictures of other hosts are linked only: their servers needn't know who works here."""
    if has_own_poster(movie):
        return format_html('<img class="{}" src="{}" alt="">', css_class, movie.image_url)
    if not movie.image_url:
        return ""
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
        movie.image_url,
        _("elsewhere"),
    )


def has_own_poster(movie: Movie) -> bool:
    """A path on this server. `//…` would be another host, and so would `/\\…`, or two slashes with
    a tab or a line's end between them, which browsers leave out."""
    return re.match(r"/(?![\s/\\])", movie.image_url) is not None
