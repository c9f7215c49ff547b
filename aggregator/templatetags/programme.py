"""Genres, formats, languages and how full a showing is, in the reader's words."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aggregator import programme
from aggregator.provider_api.seances import Seance
from aggregator.words import FORMATS, FREE, GENRES, SPOKEN

register = template.Library()


@register.filter
def genre(key: str) -> str:
    return str(GENRES.get(key, key))


@register.filter
def spoken(language: str) -> str:
    """in Russian"""
    return str(SPOKEN.get(language.partition("-")[0].lower(), language.upper()))


@register.filter
def film_format(key: str) -> str:
    return str(FORMATS.get(key, key))


@register.filter
def fullness(seance: Seance) -> str:
    """`many`, `few`, `none` or nothing: a word for classes."""
    return programme.fullness(seance)


@register.filter
def free_seats(seance: Seance) -> str:
    """plenty of seats"""
    return str(FREE.get(programme.fullness(seance), ""))


@register.filter
def day_name(day: date, zone: ZoneInfo) -> str:
    """today, tomorrow, or the day of the week: what a strip of days needs."""
    ahead = day - timezone.now().astimezone(zone).date()
    if ahead == timedelta(0):
        return _("today")
    if ahead == timedelta(days=1):
        return _("tomorrow")
    return date_format(day, "D", use_l10n=False)


@register.filter
def day_number(day: date) -> str:
    """1 Dec"""
    return date_format(day, pgettext("date format", "j M"), use_l10n=False)
