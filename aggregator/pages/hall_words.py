"""What the hall's scripts need to know and to say. `{…}` is filled in by them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from aggregator.pages.seat_choice import MOST_SEATS
from aggregator.provider_api.seances import SeatMap
from aggregator.seat_plan import words_of_states
from aggregator.templatetags.showing import SIGNS, seats_counted


def for_scripts(city_id: str, seat_map: SeatMap) -> dict[str, Any]:
    showing = [city_id, seat_map.seance.movie_id, seat_map.seance.id]
    return {
        "seats": reverse("seats", args=showing),
        "best": reverse("best-seats", args=showing),
        "currency": SIGNS.get(seat_map.currency, seat_map.currency),
        "most": MOST_SEATS,
        "words": _words(),
    }


def _words() -> dict[str, Any]:
    return {
        "states": words_of_states(),
        "counted": [seats_counted(number) for number in range(MOST_SEATS + 1)],
        "none": _("No seats chosen yet"),
        "remove": _("Remove: {seat}"),
        "chosen": _("{seats} chosen, {total}"),
        "most": _("No more than {seats} at once."),
        "lost": _("{seat}: somebody has just taken it."),
        "kept": _("The rest of your choice is kept."),
        "instead": _("Best seats instead"),
        "own": _("These seats are reserved for you already: {seats}."),
        "checkout": _("Go on with the reservation"),
        "best": _("The best seats are chosen: {seats}."),
        "few": _("There are not so many free seats."),
        "single": _("A single seat is left beside yours. Moving by one seat would be kind."),
        "failing": _("The cinema doesn't answer. Seats that others take can't be seen meanwhile."),
        "back": _("The cinema answers again."),
        "over": _("Tickets for this showing are not sold any more."),
        "others": _("Other showings"),
        "dismiss": _("Close"),
        "zoom": _("Size of the map: {percent} %"),
    }
