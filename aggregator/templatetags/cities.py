"""`{% city_name city %}`: a city's name in the reader's language."""

from django import template

from aggregator.cities import City
from aggregator.pages.city_page import language

register = template.Library()


@register.simple_tag
def city_name(city: City) -> str:
    return city.name_in(language())
