"""Money, times and lengths as visitors read them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

SIGNS = {"RUB": "₽", "KZT": "₸", "BYN": "Br", "EUR": "€", "USD": "$", "AMD": "֏", "GEL": "₾"}


@register.simple_tag
def money(amount: Decimal, currency: str) -> str:
    """450 ₽; kopecks only where there are any; no sign where a city doesn't say its currency. The
    spaces don't break."""
    whole = amount == amount.to_integral_value()
    number = number_format(amount, decimal_pos=0 if whole else 2, use_l10n=True)
    return f"{number}\xa0{SIGNS.get(currency, currency)}".rstrip()


@register.filter
def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment on the cinema's clocks."""
    return moment.astimezone(zone)


@register.filter
def clock(moment: datetime, zone: ZoneInfo) -> str:
    """18:30 on the cinema's clocks."""
    return f"{moment.astimezone(zone):%H:%M}"


@register.filter
def day(value: date | datetime, zone: ZoneInfo | None = None) -> str:
    """Monday, 1 December."""
    if isinstance(value, datetime):
        value = value.astimezone(zone).date()
    return date_format(value, pgettext("date format", "l, j F"), use_l10n=False)


@register.filter
def relative_day(moment: datetime, zone: ZoneInfo) -> str:
    """today, tomorrow, or the day."""
    today = timezone.now().astimezone(zone).date()
    shown = moment.astimezone(zone).date()
    if shown == today:
        return _("today")
    if shown == today + timedelta(days=1):
        return _("tomorrow")
    return date_format(shown, pgettext("date format", "D, j F"), use_l10n=False)


@register.filter
def duration(minutes: int) -> str:
    """1 h 34 min"""
    hours, rest = divmod(minutes, 60)
    parts = [_("%(hours)d h") % {"hours": hours}] if hours else []
    if rest or not hours:
        parts.append(_("%(minutes)d min") % {"minutes": rest})
    return "\xa0".join(" ".join(parts).split(" "))


@register.filter
def seats_counted(number: int) -> str:
    return ngettext("%(count)d seat", "%(count)d seats", number) % {"count": number}
