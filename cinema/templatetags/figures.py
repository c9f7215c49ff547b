"""Numbers as people read them."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from cinema.admin import money

register = template.Library()
register.filter("money", money)


@register.filter
def figure(value: Any) -> Any:
    """A count, or an amount of money without its currency; words stay as they are."""
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)
    if isinstance(value, int):
        return number_format(value, use_l10n=True, force_grouping=True)
    return value
