"""`{% poster_of film as address %}`: where a film's poster is, for the city it is shown in."""

from django import template

from aggregator.cities import City
from aggregator.pages.poster import address
from aggregator.provider_api.films import Film

register = template.Library()


@register.simple_tag
def poster_of(city: City, film: Film) -> str:
    return address(city, film)
