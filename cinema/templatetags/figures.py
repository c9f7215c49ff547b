"""Numbers as people read them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format, number_format

from cinema.admin import money

register = template.Library()
register.filter("money", money)


@register.filter
def figure(value: Any) -> Any:
    """A count, an amount of money without its currency, or a day; words stay as they are."""
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)
    if isinstance(value, int):
        return number_format(value, use_l10n=True, force_grouping=True)
    if isinstance(value, date):
        return date_format(value, "D d.m")
    return value


@register.filter
def is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal))
