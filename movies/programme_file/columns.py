"""The columns of the table, in the order in which they are written."""

from django.conf import settings

NAME, YEAR = "name", "year"
HALL, DATE, TIME, PRICE = "hall", "date", "time", "price"
FORMAT, LANGUAGE = "format", "language"
DURATION = "duration_minutes"

FILM = (
    NAME,
    "original_title",
    YEAR,
    DURATION,
    "age_rating",
    "genres",
    "director",
    "description",
    "image_url",
)
PLACE = (HALL, DATE, TIME)
SHOWING = (*PLACE, PRICE, FORMAT, LANGUAGE)
REQUIRED = (NAME, YEAR, *PLACE, PRICE)

TRANSLATED = ("name", "description", "director")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
OTHER_LANGUAGES = tuple(code for code in LANGUAGES if code != settings.LANGUAGE_CODE)


def translation_column(field: str, language: str) -> str:
    """E.g. `name_en`: a film's text in another language than the cinema's own."""
    return f"{field}_{language}"


TRANSLATIONS = {
    translation_column(field, language): (field, language)
    for language in LANGUAGES
    for field in TRANSLATED
}
WRITTEN = (
    *FILM,
    *(translation_column(field, code) for code in OTHER_LANGUAGES for field in TRANSLATED),
    *SHOWING,
)
KNOWN = frozenset((*FILM, *TRANSLATIONS, *SHOWING))
